"""Verification for anyone: by the code on the page, or by the file itself."""

from allauth.core.internal import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from khoithidua.files import serve_bytes
from pledges import verification
from pledges.forms import VerifyForm
from pledges.models.authority import issuing_in_use, root_authorities, root_certificates
from pledges.views.base import paper_file_name


@login_not_required
@require_http_methods(["GET", "POST"])
def verify(request):
    form = VerifyForm(request.POST or None, request.FILES or None)
    verdict = None
    if request.method == "POST":
        if not _within_limit(request):
            return ratelimit.respond_429(request)
        if form.is_valid():
            file = form.cleaned_data["file"]
            if not file:
                return redirect("pledges:verify_code", code=form.cleaned_data["code"])
            verdict = verification.of_file(file.read(), request.frame.stamp)
    return _page(request, form, verdict)


@login_not_required
@require_GET
def verify_code(request, code):
    """What the QR code opens. Limited like a look-up: codes are not to be guessed."""
    if not _within_limit(request):
        return ratelimit.respond_429(request)
    code = verification.as_code(code)
    verdict = verification.of_code(code, request.frame.stamp)
    return _page(request, VerifyForm(initial={"code": code}), verdict)


def _within_limit(request):
    """Whether this address may look up once more (settings: ACCOUNT_RATE_LIMITS, "verify").

    Lock, count and unlock are written to the shared cache one by one: a transaction around them
    makes them one write to disk, and lets a second request of the address wait for the first.
    """
    with transaction.atomic():
        return ratelimit.consume(request, app="allauth.account", action="verify", limit_get=True)


def _page(request, form, verdict):
    file = form.files.get("file") if form.is_bound else None
    status = 404 if verdict and verdict.answer == verification.Answer.UNKNOWN_CODE else 200
    return render(
        request,
        "pledges/verify.html",
        {
            "form": form,
            "verdict": verdict,
            "paper": verdict.paper if verdict else None,
            "checked": file,
            "checked_at": timezone.now(),
            "file_name": paper_file_name(verdict.paper) if verdict and verdict.paper else "",
        },
        status=422 if form.errors else status,
    )


@login_not_required
@require_GET
def root_help(request):
    """How to make a PDF reader trust this installation's roots: every one it ever had."""
    issuing = issuing_in_use()
    return render(
        request,
        "pledges/root_help.html",
        {"roots": root_authorities(), "in_use": issuing.parent if issuing else None},
    )


@login_not_required
@require_GET
def root_certificate(request):
    """Every root certificate this installation ever had, newest first, as PEM."""
    roots = root_certificates()
    if not roots:
        raise Http404
    data = "".join(roots).encode()
    return serve_bytes(data, "khoi-thi-dua-goc.pem", content_type="application/x-pem-file")


@login_not_required
@require_GET
def root_certificate_file(request, sha256):
    """One root as a .cer file, which Acrobat and Windows import with a double click."""
    for root in root_authorities():
        if root.certificate.sha256 == sha256:
            name = f"khoi-thi-dua-goc-{root.certificate.begins:%Y-%m-%d}.cer"
            return serve_bytes(root.certificate.der, name, content_type="application/pkix-cert")
    raise Http404
