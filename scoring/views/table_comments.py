"""Comments on a draft of the criteria table, criterion by criterion, and their answers."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from khoithidua.workflow import NotAllowed
from pledges import writing
from pledges.forms import AnswerForm, CommentForm
from pledges.permissions import can_comment, can_write, commenting_units
from scoring.authoring.tree import label, walk
from scoring.views.tables import open_for_writers, open_table

WHOLE, SETTINGS = "toan-bang", "quy-dinh"
NOT_NOW = "Hiện không góp ý được: chỉ đơn vị thành viên, trong thời gian lấy ý kiến."


def clauses_of(document):
    """What can be commented on: (key, label), from top to bottom."""
    yield WHOLE, "Toàn bảng"
    for place in walk(document):
        yield place.node["key"], label(place.node)[:300]
    yield SETTINGS, "Quy định chung, xếp loại, điều kiện"


@require_POST
def table_comments_open(request, bloc, number, version):
    page, criteria = open_for_writers(request, bloc, number, version)
    try:
        writing.open_comments(criteria.paper, by=request.user)
    except NotAllowed as refused:
        messages.error(request, refused.messages[0])
    else:
        messages.success(
            request, "Các đơn vị thành viên đã đọc và góp ý được dự thảo bảng tiêu chí."
        )
    return redirect(page.url("scoring:table_detail", version))


@require_http_methods(["GET", "POST"])
def table_comment_list(request, bloc, number, version):
    """Remarks of the units by criterion, and the form for one more."""
    page, criteria = open_table(request, bloc, number, version)
    may_comment = can_comment(request.user, criteria.paper, page.memberships)
    if request.method == "POST" and not may_comment:
        raise PermissionDenied(NOT_NOW)
    clauses = dict(clauses_of(criteria.as_document()))
    form = CommentForm(
        request.POST or None,
        clauses=list(clauses.items()),
        initial={"clause": request.GET.get("muc", WHOLE)},
    )
    if form.is_valid() and _commented(request, page, criteria, clauses, form):
        return redirect(page.url("scoring:table_comment_list", version))
    comments = criteria.paper.comments.select_related("unit", "by", "answered_by").prefetch_related(
        "unit__names"
    )
    return render(
        request,
        "scoring/table_comment_list.html",
        page.context(
            "papers",
            paper=criteria.paper,
            form=form,
            rows=[(row, row.unit.name_on(criteria.paper.dated_on)) for row in comments],
            may_comment=may_comment,
            may_answer=can_write(request.user, page.year, page.memberships),
        ),
    )


def _commented(request, page, criteria, clauses, form):
    try:
        writing.comment(
            criteria.paper,
            by=request.user,
            unit=commenting_units(request.user, page.memberships)[0],
            clause=form.cleaned_data["clause"],
            clause_label=clauses[form.cleaned_data["clause"]],
            text=form.cleaned_data["text"],
        )
    except ValidationError as refused:
        form.add_error(None, refused)
        return False
    messages.success(request, "Đã gửi góp ý.")
    return True


@require_http_methods(["GET", "POST"])
def table_comment_answer(request, bloc, number, version, pk):
    page, criteria = open_for_writers(request, bloc, number, version)
    remark = get_object_or_404(criteria.paper.comments.select_related("unit", "by"), pk=pk)
    form = AnswerForm(request.POST or None)
    if form.is_valid():
        try:
            writing.answer(remark, by=request.user, **form.cleaned_data)
        except ValidationError as refused:
            messages.error(request, refused.messages[0])
        return redirect(page.url("scoring:table_comment_list", version))
    return render(
        request,
        "scoring/table_comment_answer.html",
        page.context(
            "papers",
            paper=criteria.paper,
            remark=remark,
            unit=remark.unit.name_on(criteria.paper.dated_on),
            form=form,
        ),
    )
