"""The workbook of an agency's own facts: downloaded, uploaded, compared, given."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from khoithidua.files import serve_bytes
from scoring.views.owners import TAB, give_all, open_ownership
from scoring.views.uploads import (
    CHANGED,
    STALE,
    XLSX,
    Place,
    WorkbookForm,
    opened,
    page_context,
    sealed,
    seen_of,
    wanted_of,
)
from scoring.workbooks import owner_drawing, owner_reading
from scoring.workbooks.owner import Said, changes


@require_GET
def owner_workbook_download(request, bloc, number):
    """The workbook with what is given so far."""
    _page, ownership = open_ownership(request, bloc, number, giving=True)
    name = f"so-lieu-chung_{ownership.table.owner}_{number}.xlsx"
    return serve_bytes(owner_drawing.draw(ownership.table), name, content_type=XLSX)


@require_http_methods(["GET", "POST"])
def owner_workbook_upload(request, bloc, number):
    """Choose the filled workbook; a POST shows what it would change, and stores nothing."""
    page, ownership = open_ownership(request, bloc, number, giving=True)
    form = WorkbookForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        said = form.read(lambda sheets: owner_reading.read(sheets, ownership.table))
        if said:
            return _preview(request, page, ownership, said)
    return _render(request, page, form=form, status=422 if form.errors else 200)


@require_POST
def owner_workbook_confirm(request, bloc, number):
    """Give what was previewed, and conflicts only where ticked; show it anew when it moved."""
    page, ownership = open_ownership(request, bloc, number, giving=True)
    content = opened(request)
    if content is None:
        messages.error(request, STALE)
        return redirect(page.url("scoring:owner_workbook_upload"))
    said = _said(content)
    found = list(changes(said, ownership.table))
    wanted = wanted_of(request, found)
    if seen_of(found) == content["seen"] and give_all(request, ownership, wanted):
        taken = f"Đã lưu {len(wanted)} dòng từ sổ tính." if wanted else "Không lấy dòng nào."
        messages.success(request, taken)
        return redirect(page.url("scoring:owner_grid"))
    messages.warning(request, CHANGED)
    page, ownership = open_ownership(request, bloc, number, giving=True)
    return _preview(request, page, ownership, said)


def _preview(request, page, ownership, said):
    found = list(changes(said, ownership.table))
    places = [(one.asked.key, one.unit.slug) for one in found]
    keys = {key for key, _unit in places}
    content = {
        "rows": [[*place, said.facts[place], said.stood[place]] for place in places],
        "sources": {key: [said.sources[key], said.stood_sources[key]] for key in keys},
        "seen": seen_of(found),
    }
    return _render(request, page, **page_context(found, sealed(request, content)))


def _said(content):
    """What _preview put into the page."""
    return Said(
        {(key, unit): facts for key, unit, facts, _stood in content["rows"]},
        {key: source for key, (source, _stood) in content["sources"].items()},
        {(key, unit): tuple(stood) for key, unit, _facts, stood in content["rows"]},
        {key: stood for key, (_source, stood) in content["sources"].items()},
    )


def _render(request, page, *, status=200, **context):
    place = Place(
        title="Sổ tính số liệu chung",
        subject="số liệu đã cung cấp",
        button="Lưu số liệu",
        back_label="Quay lại số liệu chung",
        back_url=page.url("scoring:owner_grid"),
        download_url=page.url("scoring:owner_workbook_download"),
        upload_url=page.url("scoring:owner_workbook_upload"),
        confirm_url=page.url("scoring:owner_workbook_confirm"),
    )
    context = page.context(TAB, place=place, **context)
    return render(request, "scoring/workbook.html", context, status=status)
