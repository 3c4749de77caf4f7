"""The unit's own card: the list, the page that is filled, its way through the unit to submission."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from khoithidua.workflow import Conflict, NotAllowed
from scoring import cards, entries, rules
from scoring.forms import NoteForm, ReviewerForm, SubmitForm
from scoring.models import Criterion, PointsRecord, Scorecard
from scoring.owner_table import owners_of
from scoring.permissions import (
    can_read_results,
    can_see_notes,
    visible_criteria,
    why_not_fill,
    why_not_pass,
    why_not_print_minutes,
    why_not_review,
    why_not_run_round,
    why_not_submit,
)
from scoring.rounds import open_round as begin_round
from scoring.sheet import Sheet, previous_points
from scoring.tables import table_in_force
from scoring.views.base import desk_of, held_desk, open_card, open_round
from units.models import Phase
from units.permissions import appointment_in
from units.views.base import open_year

Stage = PointsRecord.Stage
TAB = "scoring"


@require_GET
def scorecard_list(request, bloc, number):
    """The unit's own card and, for those who may open them, the others with where they stand."""
    page, round = open_round(request, bloc, number, required=False)
    if round is None:
        return _not_open_yet(request, page)
    visible = {
        card.unit_id: card
        for card in Scorecard.objects.visible_to(request.user).filter(round=round)
    }
    states = dict(round.cards.values_list("unit", "state").order_by("pk"))
    rows = [
        (member, visible.get(member.unit_id), Scorecard.State(states[member.unit_id]).label)
        for member in page.memberships
        if member.unit_id in states
    ]
    mine = [row for row in rows if row[1] and appointment_in(request.user, row[0].unit_id)]
    return render(
        request,
        "scoring/scorecard_list.html",
        page.context(
            TAB,
            round=round,
            rows=rows,
            mine=mine,
            gives=bool(owners_of(request.user, round, page.memberships)),
            sent=sum(1 for state in states.values() if state not in ("draft", "review", "leader")),
            deadline=page.deadline(Phase.Kind.SELF_ASSESSMENT),
            today=request.today,
        ),
    )


def _not_open_yet(request, page):
    may_open = not why_not_run_round(request.user, page.year, page.memberships)
    return render(
        request,
        "scoring/round_none.html",
        page.context(TAB, may_open=may_open, table=table_in_force(page.year) if may_open else None),
    )


@require_POST
def round_open(request, bloc, number):
    """Open the year's scoring under the table in force: every member gets its card."""
    page, round = open_round(request, bloc, number, required=False)
    if why_not := why_not_run_round(request.user, page.year, page.memberships):
        raise PermissionDenied(why_not)
    table = table_in_force(page.year)
    if round or table is None:
        raise PermissionDenied(
            "Chỉ mở chấm điểm được khi bảng tiêu chí đã thông qua, và mở một lần."
        )
    try:
        begin_round(year=page.year, by=request.user, criteria=table)
    except ValidationError as refused:
        messages.error(request, refused.messages[0])
    else:
        messages.success(request, "Đã mở chấm điểm; các đơn vị nhập dữ kiện được từ bây giờ.")
    return redirect(page.url("scoring:scorecard_list"))


@require_http_methods(["GET", "POST"])
def scorecard_detail(request, bloc, number, unit):
    """The card as a table: filled by its unit, read by others; a POST saves all that was typed."""
    page, card = open_card(request, bloc, number, unit)
    why_not = why_not_fill(request.user, card)
    if request.method == "POST" and why_not:
        raise PermissionDenied(why_not)
    desk = desk_of(page, card.round, [card])
    is_own = appointment_in(request.user, card.unit_id)
    # Whoever sees only some criteria finds them on the page of verification.
    if not is_own and set(desk.criterion_ids.values()) - visible_criteria(request.user, card):
        raise Http404
    sheet = Sheet(desk, card, data=request.POST or None, previous=previous_points(card))
    if request.method == "POST" and _save_all(request, page, card, sheet):
        return redirect(page.url("scoring:scorecard_detail", unit))
    return render(
        request,
        "scoring/scorecard_detail.html",
        page.context(TAB, **_card_context(request, page, card, sheet, why_not)),
        status=422 if request.method == "POST" else 200,
    )


def _card_context(request, page, card, sheet, why_not):
    user = request.user
    return {
        "card": card,
        "sheet": sheet,
        "tally": sheet.tally,
        "table": sheet.desk.table,
        "may_fill": not why_not,
        "why_not": why_not,
        "may_pass": not why_not_pass(user, card),
        "may_return": not why_not_review(user, card),
        "may_submit": not why_not_submit(user, card),
        "has_minutes": not why_not_print_minutes(user, card),
        "has_results": can_read_results(user, card),
        "notes": card.notes.select_related("by").order_by("-pk")
        if can_see_notes(user, card)
        else (),
        "deadline": page.deadline(Phase.Kind.SELF_ASSESSMENT),
        "today": request.today,
        "hears_owners": bool(appointment_in(user, card.unit_id))
        and any(row.owner for row in sheet.leaf_rows),
        "reviewer_form": ReviewerForm(card=card, by=user),
        "note_form": NoteForm(),
    }


def _save_all(request, page, card, sheet):
    """Save every criterion that was changed and can be kept; whether nothing is left to show."""
    saved = sum(1 for form in sheet.forms.values() if _save(request, card, sheet, form))
    if saved:
        messages.success(request, f"Đã lưu {saved} tiêu chí.")
    return not sheet.invalid and not any(form.conflict for form in sheet.forms.values())


def _save(request, card, sheet, form):
    """Save one criterion; a conflict is kept on the form, beside what was typed."""
    if not (form.is_valid and form.is_changed):
        return False
    criterion = Criterion.objects.get(pk=sheet.desk.criterion_ids[form.node.key])
    overwrite = request.POST.get(f"{form.node.key}:overwrite")
    revision = form.entry.revision if overwrite else form.revision
    try:
        form.entry = entries.save_entry(
            card, criterion, by=request.user, revision=revision, **form.values
        )
    except Conflict as conflict:
        form.conflict = conflict.stored
        return False
    except (NotAllowed, ValidationError) as refused:
        raise PermissionDenied(refused.messages[0]) from None
    form.revision = form.entry.revision
    return True


@require_POST
def scorecard_row(request, bloc, number, unit, key):
    """One criterion is saved as it was typed; answers with what changes on the page.

    Asked for by the page's own script; without it the whole page is sent and saved.
    """
    page, card = open_card(request, bloc, number, unit)
    desk = desk_of(page, card.round, [card])
    sheet = _sheet_of_row(request, desk, card, key)
    saved = _save(request, card, sheet, sheet.forms[key])
    if saved:
        # Other criteria may have been saved since the card was read: the total is of all of them.
        sheet = Sheet(desk_of(page, card.round, [card]), card, only=key)
    return _row_answer(request, sheet, key, saved=saved, trying=False)


@require_POST
def scorecard_try(request, bloc, number, unit, key):
    """One criterion computed as it is being typed, and nothing kept; asked for at every pause."""
    page = open_year(request, bloc, number)
    desk, card = held_desk(page, unit)
    sheet = _sheet_of_row(request, desk, card, key)
    return _row_answer(request, sheet, key, saved=False, trying=True)


def _sheet_of_row(request, desk, card, key):
    if why_not := why_not_fill(request.user, card):
        raise PermissionDenied(why_not)
    node = desk.table.by_key.get(key)
    if node is None or not node.is_leaf or node.source or f"{key}:rev" not in request.POST:
        raise Http404
    return Sheet(desk, card, data=request.POST, only=key)


def _row_answer(request, sheet, key, *, saved, trying):
    desk, row = sheet.desk, sheet.row(key)
    row.one_more = rules.one_more(desk.table, sheet.facts, desk.days, key)
    return render(
        request,
        "scoring/includes/row_answer.html",
        {
            "row": row,
            "groups": sheet.path_to(key),
            "tally": sheet.tally,
            "trying": trying,
            "saved": saved,
        },
    )


# The way through the unit


@require_POST
def scorecard_pass(request, bloc, number, unit):
    """On to a reviewer, or to the leader."""
    page, card = open_card(request, bloc, number, unit)
    if why_not := why_not_pass(request.user, card):
        raise PermissionDenied(why_not)
    form = ReviewerForm(request.POST, card=card, by=request.user)
    try:
        if form.is_valid() and form.cleaned_data["reviewer"]:
            cards.pass_to_reviewer(card, by=request.user, reviewer=form.cleaned_data["reviewer"])
            messages.success(request, "Đã chuyển soát xét.")
        elif form.is_valid():
            cards.pass_to_leader(card, by=request.user)
            messages.success(request, "Đã trình lãnh đạo.")
    except (NotAllowed, ValidationError) as refused:
        messages.error(request, refused.messages[0])
    return redirect(page.url("scoring:scorecard_detail", unit))


@require_http_methods(["GET", "POST"])
def scorecard_return(request, bloc, number, unit):
    """Back to the officer, with a note that stays inside the unit."""
    page, card = open_card(request, bloc, number, unit)
    if why_not := why_not_review(request.user, card):
        raise PermissionDenied(why_not)
    form = NoteForm(request.POST or None)
    if form.is_valid():
        try:
            cards.return_to_officer(card, by=request.user, note=form.cleaned_data["text"])
        except (NotAllowed, ValidationError) as refused:
            form.add_error(None, refused.messages[0])
        else:
            messages.success(request, "Đã trả lại để sửa.")
            return redirect(page.url("scoring:scorecard_detail", unit))
    return render(
        request,
        "scoring/scorecard_return.html",
        page.context(TAB, card=card, form=form),
        status=422 if form.errors else 200,
    )


@require_POST
def scorecard_note(request, bloc, number, unit):
    """A word to one's colleagues; nobody outside the unit reads it."""
    page, card = open_card(request, bloc, number, unit)
    if not can_see_notes(request.user, card):
        raise PermissionDenied("Ghi chú chỉ dùng trong đơn vị.")
    form = NoteForm(request.POST)
    if form.is_valid():
        cards.add_note(card, by=request.user, text=form.cleaned_data["text"])
    else:
        messages.error(request, "Ghi chú không được để trống.")
    return redirect(page.url("scoring:scorecard_detail", unit) + "#ghi-chu")


@require_http_methods(["GET", "POST"])
def scorecard_submit(request, bloc, number, unit):
    """What the leader confirms: the total, what is missing, the declaration; then it is sent."""
    page, card = open_card(request, bloc, number, unit)
    if why_not := why_not_submit(request.user, card):
        raise PermissionDenied(why_not)
    desk = desk_of(page, card.round, [card])
    sheet = Sheet(desk, card, previous=previous_points(card))
    form = SubmitForm(request.POST or None, initial={"seen": card.content_revision()})
    if form.is_valid() and _submit(request, card, desk, form):
        messages.success(request, "Đã gửi bản tự chấm.")
        return redirect(page.url("scoring:scorecard_detail", unit))
    return render(
        request,
        "scoring/scorecard_submit.html",
        page.context(
            TAB,
            card=card,
            sheet=sheet,
            tally=sheet.tally,
            table=desk.table,
            form=form,
            deadline=page.deadline(Phase.Kind.SELF_ASSESSMENT),
            today=request.today,
        ),
        status=422 if form.errors else 200,
    )


def _submit(request, card, desk, form):
    try:
        entries.submit(
            card,
            by=request.user,
            declared=form.cleaned_data["declared"],
            seen=form.cleaned_data["seen"],
            points=desk.entered_values(card),
            total=desk.card(card, Stage.SELF).total,
        )
    except Conflict:
        form.add_error(
            None,
            "Bản tự chấm vừa được sửa trong đơn vị. Số liệu bên dưới đã mới; hãy xem lại rồi gửi.",
        )
        form.data = form.data | {"seen": card.content_revision()}
        return False
    except (NotAllowed, ValidationError) as refused:
        form.add_error(None, refused.messages[0])
        return False
    return True
