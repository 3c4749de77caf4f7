"""Pages that belong to no app: health, help, the record, errors."""

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import connection
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import requires_csrf_token
from django.views.decorators.http import require_GET

from khoithidua.forms import RecordFilterForm
from khoithidua.models import AuditEntry


@login_not_required
@require_GET
def healthz(request):
    """Answers 200 when the database answers; says nothing else to strangers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
@require_GET
def help_page(request):
    return render(request, "help/help.html")


@login_not_required
@require_GET
def accessibility(request):
    return render(request, "help/accessibility.html")


@login_not_required
@require_GET
def privacy(request):
    return render(request, "help/privacy.html")


@require_GET
def record_list(request):
    """The record of who did what, for those who inspect."""
    if not request.frame.sees_record:
        raise PermissionDenied("Nhật ký dành cho người kiểm tra và Ban Thi đua - Khen thưởng.")
    form = RecordFilterForm(request.GET)
    entries = form.apply(request.frame.readable(AuditEntry.objects.order_by("-at", "-id")))
    page = Paginator(entries, 50).get_page(request.GET.get("trang"))
    return render(request, "record_list.html", {"form": form, "page": page})


@requires_csrf_token
@login_not_required
def csrf_failure(request, reason=""):
    return render(request, "csrf.html", status=403)
