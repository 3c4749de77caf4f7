"""The round of a bloc's year and its cards, as every page of scoring starts from them."""

from django.db.models import prefetch_related_objects
from django.http import Http404

from khoithidua import audit
from scoring.evaluation import Desk, days_of
from scoring.held import held
from scoring.models import Scorecard, ScoringRound
from units.reference import remember
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
    key = ("criteria tree", round.criteria_id)
    round.criteria.parents = remember(page.request.frame.stamp, key, lambda: round.criteria.parents)
    return page, round


def open_card(request, bloc, number, unit):
    """(page, card): a unit's card that this user may see; else 404."""
    page, round = open_round(request, bloc, number)
    card = Scorecard.objects.visible_to(request.user).filter(round=round, unit__slug=unit).first()
    if card is None:
        raise Http404
    return page, settle(page, round, card)


def read_card(request, bloc, number, unit):
    """(page, card) as open_card, for a page that shows it and changes nothing."""
    page, user = open_year(request, bloc, number), request.user
    # A role taken away counts at once.
    rights = user.pk, user.role, user.authority_id, user.is_superuser

    def read():
        _page, card = open_card(request, bloc, number, unit)
        prefetch_related_objects([card], "duties", "recusals")
        return card

    return page, held_for(page, ("card", unit, *rights), read)


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


def held_for(page, key, make):
    """What `make()` gave under this key, as long as nothing was recorded in the year since."""
    if not hasattr(page, "recorded"):
        head = audit.head_of(page.year.audit_chain)
        page.recorded = page.request.frame.stamp, page.request.today, (page.year.pk, head)
    return held(page.recorded, key, make)


def held_desk(page, unit):
    """(desk, card) of the user's own unit as last read: for what is asked at every key."""
    if not any(row.unit.slug == unit for row in page.user.current_appointments):
        raise Http404

    def read():
        _page, card = open_card(page.request, page.year.bloc.slug, page.year.number, unit)
        return desk_of(page, card.round, [card]), card

    return held_for(page, ("desk", unit), read)
