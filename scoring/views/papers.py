"""The papers of a bloc's year: the pledge, every version of the criteria table, a new version."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from pledges.models import Paper
from pledges.permissions import can_read, can_write
from scoring.authoring.ready import EMPTY, ready_document, ready_tables
from scoring.authoring.table_forms import FROM_FILE, BeginForm
from scoring.models import CriteriaSet
from scoring.tables import begin_version
from units.views.base import open_year

ONLY_LEAD = "Chỉ đơn vị trưởng khối soạn bảng tiêu chí, khi năm thi đua chưa khép lại."
READY, VERSION, EMPTY_TABLE = "mau-", "bang-", "trong"


@require_GET
def paper_list(request, bloc, number):
    page = open_year(request, bloc, number)
    papers = page.year.papers.select_related("criteria").order_by("kind", "-version")
    readable = [paper for paper in papers if can_read(request.user, paper, page.memberships)]
    for paper in readable:
        paper.year = page.year
    is_being_written = any(paper.is_open for paper in papers if paper.kind == Paper.Kind.CRITERIA)
    may_write = can_write(request.user, page.year, page.memberships)
    return render(
        request,
        "scoring/paper_list.html",
        page.context(
            "papers",
            pledges=[paper for paper in readable if paper.kind == Paper.Kind.PLEDGE],
            tables=[paper for paper in readable if paper.kind == Paper.Kind.CRITERIA],
            may_begin=may_write and not is_being_written,
        ),
    )


@require_http_methods(["GET", "POST"])
def table_begin(request, bloc, number):
    """Start the year's next version: from one that is there, a ready-made one, a file, or nothing."""
    page = open_year(request, bloc, number)
    if not can_write(request.user, page.year, page.memberships):
        raise PermissionDenied(ONLY_LEAD)
    earlier = list(_earlier_tables(page.year))
    form = BeginForm(
        request.POST or None,
        request.FILES or None,
        sources=[*_choices(page.year, earlier)],
        needs_reason=any(table.paper.year_id == page.year.pk for table in earlier),
    )
    if form.is_valid():
        try:
            criteria = begin_version(
                year=page.year,
                by=request.user,
                reason=form.cleaned_data.get("reason", ""),
                source=_source(form.cleaned_data, earlier),
            )
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(
                request, "Đã lập dự thảo. Chỉ đơn vị trưởng khối đọc được cho đến khi lấy ý kiến."
            )
            return redirect(page.url("scoring:table_detail", criteria.paper.version))
    return render(request, "scoring/table_begin.html", page.context("papers", form=form))


def _earlier_tables(year):
    """Adopted tables of this bloc, this year's first."""
    return (
        CriteriaSet.objects.filter(
            paper__in=Paper.objects.criteria_tables().in_force(),
            paper__year__bloc=year.bloc_id,
            paper__year__number__lte=year.number,
        )
        .select_related("paper__year")
        .order_by("-paper__year__number")[:10]
    )


def _choices(year, earlier):
    for table in earlier:
        of = table.paper.year
        if of.pk == year.pk:
            words = f"Phiên bản {table.paper.version} đang có hiệu lực"
        else:
            words = f"Bảng tiêu chí năm {of.number}"
        yield f"{VERSION}{table.pk}", words
    for ready in ready_tables():
        yield f"{READY}{ready.slug}", f"Bảng dựng sẵn {ready.code}: {ready.name}"
    yield EMPTY_TABLE, "Bảng trống"


def _source(data, earlier):
    """The CriteriaSet or the document that was chosen."""
    source = data["source"]
    if source == FROM_FILE:
        return data["file"]
    if source.startswith(READY):
        return ready_document(source.removeprefix(READY))
    if source == EMPTY_TABLE:
        return EMPTY
    return next(table for table in earlier if source == f"{VERSION}{table.pk}")
