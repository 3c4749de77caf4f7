"""“Vì sao có điểm này”: a page for every number, and the fragment that opens beneath its row."""

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_GET

from scoring import why
from scoring.models import Criterion, Duty, PointsRecord, Scorecard
from scoring.permissions import can_see_ranking, stages_shown, visible_criteria
from scoring.views.base import desk_of, open_round, settle
from scoring.views.verification import names_of, standing_body

TAB = "scoring"
Stage = PointsRecord.Stage


@require_GET
def why_detail(request, bloc, number, unit, key):
    """One number of a card: a criterion's, a group's, or the total ("tong")."""
    page, round = open_round(request, bloc, number)
    card = Scorecard.objects.filter(round=round, unit__slug=unit).first()
    if card is None:
        raise Http404
    settle(page, round, card)
    desk = desk_of(page, round, [card])
    if key != why.TOTAL and key not in desk.table.by_key:
        raise Http404
    is_inside, shown = _reader(request.user, card, desk, key)
    context = page.context(TAB, **_why(page, desk, card, key, shown, is_inside))
    template = "scoring/why.html#why" if request.htmx else "scoring/why.html"
    return render(request, template, context)


def _reader(user, card, desk, key):
    """(does the reader see facts' history and evidence, which stages); 404 when not even the number.

    Once the ranking is published its numbers can be redone by everyone of the bloc: final points,
    their facts and steps, and no more.
    """
    seen = visible_criteria(user, card, Duty.Kind.VERIFICATION)
    nodes = desk.table.nodes if key == why.TOTAL else [desk.table.by_key[key]]
    leaves = [one.key for node in nodes for one in node.walk() if one.is_leaf]
    if all(desk.criterion_ids[one] in seen for one in leaves):
        return True, stages_shown(user, card)
    if card.submitted_at and can_see_ranking(user, card.round):
        return False, tuple(Stage)
    raise Http404


def _by_slug(page):
    names = names_of(page)
    return {member.unit.slug: names.get(member.unit_id) for member in page.memberships}


def _why(page, desk, card, key, shown, is_inside):
    node = desk.table.by_key.get(key)
    is_leaf = node is not None and node.is_leaf
    criterion = Criterion.objects.get(pk=desk.criterion_ids[key]) if is_leaf else None
    found = why.workings(desk, card, key, shown)
    context = {
        "card": card,
        "key": key,
        "node": node,
        "workings": found if is_inside else found[:1],
        "terms": () if is_leaf else why.terms(desk, card, key, shown),
        "rule": why.rule_of(card.round.criteria, criterion, _by_slug(page)),
        "history": (),
        "uses": (),
    }
    if is_leaf and is_inside:
        uses = card.evidence_uses.filter(criterion=criterion, evidence__removed_at=None)
        context["uses"] = uses.select_related("evidence").order_by("pk")
        context["history"] = why.history(
            card, criterion, shown, names_of(page), standing_body(page)
        )
    return context
