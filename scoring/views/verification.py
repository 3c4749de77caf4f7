"""Verification: who checks what and how far it is, one card side by side, one criterion."""

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import prefetch_related_objects
from django.http import Http404
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from khoithidua.workflow import Conflict, NotAllowed
from scoring import verdicts
from scoring.comparison import Comparison, progress_of
from scoring.models import Criterion, Duty, PointsRecord, Scorecard
from scoring.overview import heat_of, late_notes
from scoring.permissions import (
    acting_unit,
    criteria_on_duty,
    sees_province,
    visible_criteria,
    why_not_approve,
    why_not_chair,
    why_not_compare,
    why_not_find,
    why_not_print_minutes,
    why_not_run_round,
    why_not_verify,
)
from scoring.points import standing
from scoring.verdict_forms import SEEN, VerdictForm
from scoring.verification_forms import ReasonForm, SupplementForm
from scoring.views.base import desk_of, held_for, open_card, open_round, read_card, settle
from units.models import Phase

TAB = "verification"
Stage = PointsRecord.Stage
FILTERS = ("lech", "cua-toi", "chua")


@require_GET
def verification_list(request, bloc, number):
    """The reader's cards with how far they are; for those who run the round, the whole bloc."""
    page, round = open_round(request, bloc, number, required=False)
    if round is None:
        return render(request, "scoring/verification_none.html", page.context(TAB))
    rows = round.cards.prefetch_related("duties", "recusals", "requests").order_by("pk")
    all_cards = in_order(page, [settle(page, round, card) for card in rows])
    desk = desk_of(page, round, all_cards)
    may_run = not why_not_run_round(request.user, page.year, page.memberships)
    sees_all = may_run or page.is_deputy or sees_province(request.user, page.year.bloc.authority_id)
    return render(
        request,
        "scoring/verification_list.html",
        page.context(
            TAB,
            round=round,
            mine=[row for card in all_cards if (row := _on_duty(request.user, desk, card))],
            heat=heat_of(desk, all_cards) if sees_all else None,
            late=late_notes(desk, all_cards, page.deadline(Phase.Kind.SELF_ASSESSMENT))
            if sees_all
            else (),
            may_run=may_run,
            may_begin=may_run and round.state == round.State.SELF_ASSESSMENT,
            has_duties=any(card.duties.all() for card in all_cards),
            sees_conference=sees_all,
            deadline=page.deadline(Phase.Kind.VERIFICATION),
            today=request.today,
        ),
    )


def in_order(page, found):
    """Cards in the order of protocol."""
    places = {member.unit_id: place for place, member in enumerate(page.memberships)}
    return sorted(found, key=lambda card: (places.get(card.unit_id, len(places)), card.pk))


def _on_duty(user, desk, card):
    """(card, progress, is it open to read, does the user score it across); None without a duty."""
    verified = criteria_on_duty(user, card)
    marked = criteria_on_duty(user, card, Duty.Kind.PEER)
    if not (verified or marked):
        return None
    asked = [row.criterion_id for row in card.requests.all() if row.answered_at is None]
    progress = progress_of(desk, card, verified, asked) if card.submitted_at else None
    return card, progress if verified else None, bool(card.submitted_at), bool(marked)


def names_of(page):
    """{unit id: short name} of the year's members."""
    day = page.year.reference_day
    return {
        member.unit_id: name.short
        for member in page.memberships
        if (name := member.unit.name_on(day))
    }


def standing_body(page):
    words = page.year.words
    return words.standing_body_name if words else "Cơ quan thường trực"


def compare(request, page, card):
    """The Comparison of a card as this reader may see it; refused to those who may not."""
    prefetch_related_objects([card], "duties", "recusals")
    if why_not := why_not_compare(request.user, card):
        raise PermissionDenied(why_not)
    if card.submitted_at is None:
        raise Http404
    return held_for(page, _sight(request.user, card), lambda: _comparison(request.user, page, card))


def _sight(user, card):
    """What two readers of a card must share to read the same: what they see, what they verify."""
    visible = frozenset(visible_criteria(user, card, Duty.Kind.VERIFICATION))
    return "comparison", card.pk, visible, frozenset(criteria_on_duty(user, card))


def _comparison(user, page, card):
    return Comparison(
        desk_of(page, card.round, [card]),
        card,
        visible=visible_criteria(user, card, Duty.Kind.VERIFICATION),
        mine=criteria_on_duty(user, card),
        names=names_of(page),
        standing_body=standing_body(page),
    )


@require_GET
def verification_detail(request, bloc, number, unit):
    """One card, self-assessed and verified side by side."""
    page, card = read_card(request, bloc, number, unit)
    comparison = compare(request, page, card)
    asked = request.GET.get("loc", "")
    which = asked if asked in FILTERS else ""
    return render(
        request,
        "scoring/verification_detail.html",
        page.context(
            TAB,
            card=card,
            comparison=comparison,
            progress=comparison.progress,
            table=held_for(
                page, (*_sight(request.user, card), which), lambda: _table(page, comparison, which)
            ),
            which=which,
            gates=_gates(comparison, card),
            changes=_changes(card) if card.is_stale else (),
            stale_form=ReasonForm(prefix="xem-lai"),
            result_deadline=page.deadline(Phase.Kind.VERIFICATION),
            answer_deadline=page.deadline(Phase.Kind.RESPONSE),
            today=request.today,
            **_may(request.user, page, card),
        ),
    )


def _table(page, comparison, which):
    """The rows of a filter, drawn."""
    card = comparison.card
    return render_to_string(
        "scoring/includes/compare_table.html",
        {
            "comparison": comparison,
            "lines": comparison.filtered(which),
            "card": card,
            "card_url": page.url("scoring:verification_detail", card.unit.slug),
            "year": page.year,
        },
    )


def _may(user, page, card):
    chairs = not why_not_chair(user, card, page.memberships)
    State = Scorecard.State
    deadline = page.deadline(Phase.Kind.RESPONSE)
    is_over = deadline is None or page.request.today > deadline
    return {
        "may_verify": not why_not_verify(user, card),
        "may_approve": not why_not_approve(user, card, page.memberships),
        "may_send_back": chairs
        and card.state in (State.SUBMITTED, State.VERIFYING)
        and card.round.state == card.round.State.VERIFICATION,
        "may_conclude": chairs and card.state == State.ANSWERED,
        "may_end_answers": chairs and card.state == State.VERIFIED and is_over,
        "may_find": not why_not_find(user, card),
        "may_recuse": bool(criteria_on_duty(user, card)),
        "may_review_change": chairs and card.is_stale,
        "has_minutes": not why_not_print_minutes(user, card),
    }


def _gates(comparison, card):
    """(gate's outcome, the finding that stands): computed ones only for whoever sees all points."""
    found = comparison.desk.gates[card.pk]
    return [
        (one, found.get(one.gate.key))
        for one in comparison.after.gates
        if comparison.is_whole or not one.gate.conditions
    ]


def _changes(card):
    """What the unit sent in, or an owner changed, since somebody verified the criterion."""
    verified = {
        row.criterion_id: row.at for row in card.records.filter(stage=Stage.VERIFIED).order_by("pk")
    }
    answered = card.requests.exclude(answered_at=None).select_related("criterion").order_by("pk")
    changes = [
        (row.criterion, f"đơn vị trả lời đề nghị bổ sung: {row.answer_text}", row.answered_at)
        for row in answered
        if row.criterion_id in verified and row.answered_at > verified[row.criterion_id]
    ]
    given = card.year.owner_facts.filter(unit=card.unit_id, criterion__in=verified)
    changes += [
        (row.criterion, "cơ quan chủ quản sửa số liệu", row.given_at)
        for row in given.select_related("criterion").order_by("pk")
        if row.given_at > verified[row.criterion_id]
    ]
    return changes


# One criterion


def open_criterion(request, bloc, number, unit, key):
    """(page, card, comparison, line, criterion) of one leaf the reader may see; else 404."""
    page, card = open_card(request, bloc, number, unit)
    comparison = compare(request, page, card)
    line = next((one for one in comparison.leaves if one.node.key == key), None)
    if line is None:
        raise Http404
    return page, card, comparison, line, criterion_of(comparison.desk, key)


def criterion_of(desk, key):
    return Criterion.objects.get(pk=desk.criterion_ids[key])


@require_http_methods(["GET", "POST"])
def criterion_verify(request, bloc, number, unit, key):
    """One criterion: evidence, both numbers with their workings, and the verdict."""
    page, card, comparison, line, criterion = open_criterion(request, bloc, number, unit, key)
    why_not = why_not_verify(request.user, card, criterion)
    if request.method == "POST" and why_not:
        raise PermissionDenied(why_not)
    form = None if why_not else verdict_form(comparison, line, Stage.VERIFIED, request.POST or None)
    is_saving = request.method == "POST" and "try" not in request.POST
    if is_saving and form.is_valid() and _verify(request, card, criterion, form):
        messages.success(request, f"Đã ghi điểm thẩm định mục {line.node.code}.")
        return redirect(_next(page, card, comparison, line))
    return _criterion_page(request, page, card, comparison, line, form, why_not)


def _criterion_page(request, page, card, comparison, line, form, why_not, ask=None):
    due_on = page.calendar.next_working(request.today + timedelta(days=2))
    return render(
        request,
        "scoring/criterion_verify.html",
        page.context(
            TAB,
            card=card,
            line=line,
            form=form,
            why_not=why_not,
            ask_form=ask or SupplementForm(today=request.today, initial={"due_on": due_on}),
        ),
        status=422 if (form and form.errors) or (ask and ask.errors) else 200,
    )


def verdict_form(comparison, line, stage, data=None):
    """The form of a criterion's points at a stage, beginning with what stands until then."""
    stages = comparison.desk.records.get(comparison.card.pk, {}).get(line.node.key, {})
    return VerdictForm(
        data,
        desk=comparison.desk,
        card=comparison.card,
        node=line.node,
        stage=stage,
        before=standing(stages, stage),
        last=stages.get(stage),
    )


def _verify(request, card, criterion, form):
    try:
        verdicts.verify(
            card,
            criterion,
            by=request.user,
            by_unit=acting_unit(request.user, card, criterion.pk),
            seen=form.cleaned_data["seen"],
            **form.value,
        )
    except Conflict as conflict:
        form.add_error(None, SEEN)
        form.data = form.data.copy()
        form.data["seen"] = conflict.stored.pk if conflict.stored else ""
        form.conflict = conflict.stored
        return False
    except (NotAllowed, ValidationError) as refused:
        form.add_error(None, refused.messages[0])
        return False
    return True


def _next(page, card, comparison, line):
    """The next criterion of the reader's that nobody has verified, or back to the card."""
    waiting = [one for one in comparison.own if not one.is_verified and one is not line]
    after = [one for one in waiting if comparison.lines.index(one) > comparison.lines.index(line)]
    if after:
        return page.url("scoring:criterion_verify", card.unit.slug, after[0].node.key)
    return page.url("scoring:verification_detail", card.unit.slug) + f"#{line.anchor}"


@require_POST
def criterion_ask(request, bloc, number, unit, key):
    """Ask the unit for more on one criterion, by a day."""
    page, card, comparison, line, criterion = open_criterion(request, bloc, number, unit, key)
    if why_not := why_not_verify(request.user, card, criterion):
        raise PermissionDenied(why_not)
    form = SupplementForm(request.POST, today=request.today)
    if form.is_valid():
        try:
            verdicts.ask(card, criterion, by=request.user, **form.cleaned_data)
        except (NotAllowed, ValidationError) as refused:
            form.add_error(None, refused.messages[0])
        else:
            messages.success(request, "Đã gửi đề nghị bổ sung cho đơn vị.")
            return redirect(page.url("scoring:criterion_verify", unit, key))
    verdict = verdict_form(comparison, line, Stage.VERIFIED)
    return _criterion_page(request, page, card, comparison, line, verdict, "", form)


@require_POST
def verification_accept(request, bloc, number, unit):
    """Take over all values of the unit's that the reader verifies and leaves as they are."""
    page, card = open_card(request, bloc, number, unit)
    comparison = compare(request, page, card)
    if why_not := why_not_verify(request.user, card):
        raise PermissionDenied(why_not)
    shown = {int(pk) for pk in request.POST.getlist("record") if pk.isascii() and pk.isdigit()}
    records = {line.own.pk for line in comparison.acceptable} & shown
    by_unit = acting_unit(request.user, card)
    try:
        taken = verdicts.accept(card, records, by=request.user, by_unit=by_unit)
    except (NotAllowed, ValidationError) as refused:
        messages.error(request, refused.messages[0])
    else:
        messages.success(request, f"Đã chấp nhận {taken} mục như tự chấm.")
    return redirect(page.url("scoring:verification_detail", unit))
