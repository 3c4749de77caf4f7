"""The round of a bloc's year and its cards, as every page of scoring starts from them."""

from django.http import Http404

from khoithidua import audit
from scoring.evaluation import Desk, days_of
from scoring.models import Scorecard, ScoringRound
from units.views.base import open_year


def open_round(request, bloc, number, *, required=True):
    """(page, round): the year's scoring; 404 where it is not open yet, None when not required."""
    page = open_year(request, bloc, number)
    round = (
        ScoringRound.objects.filter(year=page.year)
        .select_related("criteria")
        # The whole table as JSON: compiled once per process, by digest.
        .defer("criteria__document", "criteria__settings")
        .first()
    )
    if round is None:
        if required:
            raise Http404
        return page, None
    round.year = page.year
    return page, round


def open_card(request, bloc, number, unit):
    """(page, card): a unit's card that this user may see; else 404."""
    page, round = open_round(request, bloc, number)
    card = Scorecard.objects.visible_to(request.user).filter(round=round, unit__slug=unit).first()
    if card is None:
        raise Http404
    return page, settle(page, round, card)


def settle(page, round, card):
    """The card with its round, its year and its unit as the page has them already."""
    card.round, card.year = round, page.year
    for member in page.memberships:
        if member.unit_id == card.unit_id:
            card.unit = member.unit
    return card


def desk_of(page, round, cards):
    """The cards as the rules see them, with what the page has at hand already."""
    days = days_of(page.year, page.calendar, page.phases)
    return Desk(round, cards, members=page.memberships, days=days, today=page.request.today)


# Desks of cards being typed in, by what they were read under.
MOST_HELD = 200
_held: dict = {}


def held_desk(page, unit):
    """(desk, card) of the user's own unit as last read, as long as nothing was recorded since.

    For what is asked at every key: whatever changes a card of the year is recorded in the year's
    chain, so its head tells whether anything did. What is held is read, never changed.
    """
    if not any(row.unit.slug == unit for row in page.user.current_appointments):
        raise Http404
    head = audit.head_of(page.year.audit_chain)
    key = (page.year.pk, unit, head, page.request.frame.stamp, page.request.today)
    if key not in _held:
        if len(_held) >= MOST_HELD:
            _held.clear()
        page, card = open_card(page.request, page.year.bloc.slug, page.year.number, unit)
        _held[key] = desk_of(page, card.round, [card]), card
    return _held[key]
