"""The conference: where the round stands, reserved items, other changes it decides, ties."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from khoithidua.workflow import Conflict, NotAllowed
from scoring import findings, points
from scoring.comparison import Comparison
from scoring.models import PointsRecord, Response, TieDecision
from scoring.permissions import (
    chair_of,
    sees_province,
    why_not_conclude_round,
    why_not_decide,
    why_not_run_round,
)
from scoring.verdict_forms import SEEN
from scoring.verification_forms import DayForm, TieForm
from scoring.views.base import desk_of, open_round, settle
from scoring.views.results import decide, decision_form
from scoring.views.verification import (
    TAB,
    criterion_of,
    in_order,
    names_of,
    standing_body,
    verdict_form,
)

Stage = PointsRecord.Stage
LOOKING_ON = "Trang này của đơn vị đứng đầu, đơn vị phó của khối."


def open_conference(request, bloc, number):
    """(page, round) for lead and deputy, and those who look on for the province."""
    page, round = open_round(request, bloc, number)
    looks_on = sees_province(request.user, page.year.bloc.authority_id)
    if not (page.is_lead or page.is_deputy or looks_on):
        raise PermissionDenied(LOOKING_ON)
    return page, round


def open_concluding(request, bloc, number):
    """(page, round) for the leader of the lead unit; refused to others."""
    page, round = open_conference(request, bloc, number)
    if why_not := why_not_conclude_round(request.user, page.year, page.memberships):
        raise PermissionDenied(why_not)
    return page, round


def desk_of_round(page, round):
    rows = round.cards.prefetch_related("duties", "recusals").order_by("pk")
    cards = in_order(page, [settle(page, round, card) for card in rows])
    return desk_of(page, round, cards)


@require_GET
def conference_detail(request, bloc, number):
    """Where the round stands, and the one thing to do next."""
    page, round = open_conference(request, bloc, number)
    desk = desk_of_round(page, round)
    is_open = round.state == round.State.PROVISIONAL
    items = _items(request.user, page, desk)
    return render(
        request,
        "scoring/conference_detail.html",
        page.context(
            TAB,
            round=round,
            waiting=[card for card in desk.sent if card.state in _UNFINISHED],
            items=items,
            open_items=[line for _card, line, _may in items if not line.response.outcome],
            ties=_open_ties(page, desk) if is_open else (),
            may_run=not why_not_run_round(request.user, page.year, page.memberships),
            may_conclude=not why_not_conclude_round(request.user, page.year, page.memberships),
            day_form=DayForm(initial={"on": round.provisional_from}),
            reopenings=round.reopenings.select_related("by").order_by("-pk"),
        ),
    )


_UNFINISHED = ("submitted", "verifying", "verified", "answered")


def _items(user, page, desk):
    """Reserved items with both numbers: (card, line, may this user write the decision down)."""
    responses = (
        Response.objects.filter(card__in=desk.sent, kind=Response.Kind.DISSENT)
        .select_related("criterion")
        .order_by("pk")
    )
    keys = {}
    for row in responses:
        keys.setdefault(row.card_id, []).append(row.criterion.key)
    items = []
    for card in desk.sent:
        if card.pk in keys and card.state in ("reserved", "closed", "settled"):
            comparison = _whole(page, desk, card)
            may = not why_not_decide(user, card, page.memberships)
            items += [(card, comparison.line(key), may) for key in keys[card.pk]]
    return items


def _whole(page, desk, card):
    return Comparison(
        desk,
        card,
        visible=set(card.round.criteria.parents),
        mine=set(),
        names=names_of(page),
        standing_body=standing_body(page),
    )


# Reserved items and ties


@require_http_methods(["GET", "POST"])
def conference_decide(request, bloc, number, pk):
    """What the conference decided on one reserved item."""
    page, round = open_conference(request, bloc, number)
    rows = Response.objects.select_related("criterion", "card", "by")
    response = get_object_or_404(rows, card__round=round, pk=pk, kind=Response.Kind.DISSENT)
    card = settle(page, round, response.card)
    if why_not := why_not_decide(request.user, card, page.memberships):
        raise PermissionDenied(why_not)
    if response.outcome:
        raise PermissionDenied("Ý kiến này đã được hội nghị quyết định.")
    comparison = _whole(page, desk_of(page, round, [card]), card)
    form = decision_form(comparison, response, Stage.CONFERENCE, request.POST or None)
    is_saving = request.method == "POST" and "try" not in request.POST
    chair = _chair(page, card)
    if is_saving and form.is_valid() and decide(request, response, Stage.CONFERENCE, chair, form):
        messages.success(request, f"Đã ghi quyết định về mục {response.criterion.code}.")
        return redirect(page.url("scoring:conference_detail"))
    return render(
        request,
        "scoring/conference_decide.html",
        page.context(
            TAB,
            card=card,
            response=response,
            line=comparison.line(response.criterion.key),
            form=form,
        ),
        status=422 if form.errors else 200,
    )


def _chair(page, card):
    """The unit in the chair where this card is concerned."""
    chair = chair_of(card, page.memberships)
    return next((row.unit for row in page.memberships if row.unit_id == chair), None)


@require_http_methods(["GET", "POST"])
def conference_change(request, bloc, number, unit, key):
    """What the conference decided on any other criterion, as after a reopening."""
    page, round = open_conference(request, bloc, number)
    card = get_object_or_404(round.cards.select_related("unit"), unit__slug=unit)
    settle(page, round, card)
    if why_not := why_not_decide(request.user, card, page.memberships):
        raise PermissionDenied(why_not)
    desk = desk_of(page, round, [card])
    comparison = _whole(page, desk, card)
    line = next((one for one in comparison.leaves if one.node.key == key), None)
    if line is None:
        raise Http404
    if line.response and line.response.kind == "dissent" and not line.response.outcome:
        return redirect(page.url("scoring:conference_decide", line.response.pk))
    form = verdict_form(comparison, line, Stage.CONFERENCE, request.POST or None)
    is_saving = request.method == "POST" and "try" not in request.POST
    if is_saving and form.is_valid() and _change(request, page, card, line, form):
        messages.success(request, f"Đã ghi quyết định về mục {line.node.code}.")
        return redirect(page.url("scoring:verification_detail", unit) + f"#{line.anchor}")
    return render(
        request,
        "scoring/conference_change.html",
        page.context(TAB, card=card, line=line, form=form),
        status=422 if form.errors else 200,
    )


def _change(request, page, card, line, form):
    if not form.is_changed:
        form.add_error(None, "Điểm và dữ kiện vẫn như cũ, không có gì để ghi.")
        return False
    try:
        points.record_points(
            card,
            criterion_of(form.desk, line.node.key),
            stage=Stage.CONFERENCE,
            by=request.user,
            by_unit=_chair(page, card),
            seen=form.cleaned_data["seen"],
            **form.value,
        )
    except Conflict:
        form.add_error(None, SEEN)
        return False
    except (NotAllowed, ValidationError) as refused:
        form.add_error(None, refused.messages[0])
        return False
    return True


def _open_ties(page, desk):
    """Ties that nothing has decided, of tables whose chain asks for a vote or a letter."""
    names = {
        member.unit.slug: names_of(page).get(member.unit_id, member.unit.slug)
        for member in page.memberships
    }
    if not _links(desk):
        return []
    return [
        (tie, [(unit, names.get(unit, unit)) for unit in sorted(tie.units)])
        for tie in desk.ranking(Stage.CONFERENCE).ties
        if not tie.label
    ]


def _links(desk):
    known = TieDecision.Link.values
    return [link.by for link in desk.table.tie_break if link.by in known]


@require_http_methods(["GET", "POST"])
def tie_decide(request, bloc, number, place):
    """Break one tie, by the conference's vote or the standing body's letter."""
    page, round = open_concluding(request, bloc, number)
    desk = desk_of_round(page, round)
    ties = _open_ties(page, desk) if round.state == round.State.PROVISIONAL else []
    if not 1 <= place <= len(ties):
        raise Http404
    tie, units = ties[place - 1]
    form = TieForm(request.POST or None, units=units, links=_links(desk))
    if form.is_valid() and _break_tie(request, desk, form):
        messages.success(request, "Đã ghi thứ tự khi bằng điểm.")
        return redirect(page.url("scoring:conference_detail"))
    return render(
        request,
        "scoring/tie_decide.html",
        page.context(TAB, tie=tie, names=[name for _slug, name in units], form=form),
        status=422 if form.errors else 200,
    )


def _break_tie(request, desk, form):
    by_slug = {card.unit.slug: card for card in desk.cards}
    data = form.cleaned_data
    try:
        with transaction.atomic():
            for slug, place in sorted(form.places.items()):
                findings.decide_tie(
                    by_slug[slug],
                    by=request.user,
                    link=data["link"],
                    place=place,
                    document=data["document"],
                )
    except (NotAllowed, ValidationError) as refused:
        form.add_error(None, refused.messages[0])
        return False
    return True
