"""The unit's workbook: downloaded, uploaded, compared, taken."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from khoithidua.files import serve_bytes
from khoithidua.workflow import Conflict
from scoring.permissions import why_not_fill
from scoring.round_trip import take, workbook_of
from scoring.views.base import desk_of, open_card
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
from scoring.workbooks import unit_drawing, unit_reading
from scoring.workbooks.lines import Line
from scoring.workbooks.unit import Filled, changes

TAB = "scoring"


@require_GET
def workbook_download(request, bloc, number, unit):
    """The workbook with what is stored now."""
    _page, _card, workbook = _open(request, bloc, number, unit)
    name = f"so-tinh_{unit}_{number}.xlsx"
    return serve_bytes(unit_drawing.draw(workbook), name, content_type=XLSX)


@require_http_methods(["GET", "POST"])
def workbook_upload(request, bloc, number, unit):
    """Choose the filled workbook; a POST shows what it would change, and stores nothing."""
    page, card, workbook = _open(request, bloc, number, unit)
    form = WorkbookForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        filled = form.read(
            lambda sheets: unit_reading.read(sheets, workbook.identity, workbook.asked)
        )
        if filled:
            return _preview(request, page, card, workbook, filled)
    return _render(request, page, card, form=form, status=422 if form.errors else 200)


@require_POST
def workbook_confirm(request, bloc, number, unit):
    """Take what was previewed, and conflicts only where ticked; show it anew when it moved."""
    page, card, workbook = _open(request, bloc, number, unit)
    content = opened(request)
    if content is None:
        messages.error(request, STALE)
        return redirect(page.url("scoring:workbook_upload", unit))
    filled = _filled(content)
    found = _changes(filled, workbook)
    wanted = wanted_of(request, found)
    if seen_of(found) == content["seen"] and _take(request, card, wanted):
        taken = f"Đã lấy {len(wanted)} tiêu chí từ sổ tính." if wanted else "Không lấy mục nào."
        messages.success(request, taken)
        return redirect(page.url("scoring:scorecard_detail", unit))
    messages.warning(request, CHANGED)
    page, card, workbook = _open(request, bloc, number, unit)
    return _preview(request, page, card, workbook, filled)


def _open(request, bloc, number, unit):
    page, card = open_card(request, bloc, number, unit)
    if why_not := why_not_fill(request.user, card):
        raise PermissionDenied(why_not)
    return page, card, workbook_of(desk_of(page, card.round, [card]), card, page.memberships)


def _changes(filled, workbook):
    return list(changes(filled, workbook.asked, workbook.lines, workbook.revisions))


def _take(request, card, wanted):
    """Save them; False when one was saved by someone else at this very moment."""
    try:
        take(card, wanted, by=request.user)
    except Conflict:
        return False
    except ValidationError as refused:
        raise PermissionDenied(refused.messages[0]) from None
    return True


def _preview(request, page, card, workbook, filled):
    found = _changes(filled, workbook)
    content = {
        "lines": {one.key: _plain(one.after) for one in found},
        "stood": {one.key: filled.stood[one.key] for one in found},
        "passed_over": filled.passed_over,
        "seen": seen_of(found),
    }
    shown = page_context(found, sealed(request, content), filled.passed_over)
    return _render(request, page, card, **shown)


def _plain(line):
    return [line.facts, line.na_reason, line.as_of, line.note]


def _filled(content):
    """What _preview put into the page."""
    return Filled(
        {key: Line(*values) for key, values in content["lines"].items()},
        {key: tuple(stood) for key, stood in content["stood"].items()},
        tuple(content["passed_over"]),
    )


def _render(request, page, card, *, status=200, **context):
    unit = card.unit.slug
    place = Place(
        title=f"Sổ tính của {card.unit_name}",
        subject="bản tự chấm",
        button="Lấy vào bản tự chấm",
        back_label="Quay lại bản tự chấm",
        back_url=page.url("scoring:scorecard_detail", unit),
        download_url=page.url("scoring:workbook_download", unit),
        upload_url=page.url("scoring:workbook_upload", unit),
        confirm_url=page.url("scoring:workbook_confirm", unit),
    )
    context = page.context(TAB, place=place, **context)
    return render(request, "scoring/workbook.html", context, status=status)
