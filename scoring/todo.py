"""What scoring gives people to do, to wait for and to see; called through WORK_SOURCES.

One function per kind of item, each given what was read for all of them (Work).
"""

from dataclasses import dataclass

from django.urls import reverse

from khoithidua.work import Awaited, SeatStep, WorkItem, YearReport
from pledges.todo import open_memberships
from scoring.models import Scorecard, ScoringRound
from scoring.rounds import takes_submissions
from units.models import Appointment, Phase

State = Scorecard.State
WRITERS = (Appointment.Kind.LEADER, Appointment.Kind.OFFICER)
SHOWN = ("round", "year", "unit", "state", "reviewer", "submitted_at")


@dataclass
class Work:
    """Cards of the user's units in open years, each with its membership; read once for all items."""

    user: object
    cards: list

    def item(self, card, title, action, name, *, phase=None, tab="scoring"):
        year = card.membership.year
        return WorkItem(
            title=title,
            context=year.bloc_name,
            url=reverse(name, args=[year.bloc.slug, year.number, card.membership.unit.slug]),
            action=action,
            due_on=card.membership.deadlines.get(phase),
            tab=tab,
            year_id=year.pk,
        )


def items_for(user, today):
    work = Work(user, _cards_of(user, today))
    for kind in KINDS_OF_ITEM:
        yield from kind(work)


def _cards_of(user, today):
    """The cards of the user's units in years being scored, with memberships; read once a request."""
    if not hasattr(user, "_cards_to_do"):
        user._cards_to_do = _read_cards(user, today)
    return user._cards_to_do


def _read_cards(user, today):
    memberships = {
        (row.year_id, row.unit_id): row
        for row in open_memberships(user, today)
        if row.year_id in user.remembered("scored years", _scored_years)
    }
    if not memberships:
        return []
    appointments = {row.unit_id: row for row in user.current_appointments}
    cards = (
        Scorecard.objects.filter(
            unit__in=appointments, year__in={year for year, _unit in memberships}
        )
        .exclude(state=State.CLOSED)
        .select_related("round")
        .only(*SHOWN, "round__state")
        .order_by("pk")
    )
    found = []
    for card in cards:
        card.membership = memberships.get((card.year_id, card.unit_id))
        card.appointment = appointments[card.unit_id]
        if card.membership:
            found.append(card)
    return found


def _scored_years():
    """Ids of the years whose scoring is open: where nothing is to do, nothing is asked."""
    rows = ScoringRound.objects.exclude(state=ScoringRound.State.PUBLISHED)
    return set(rows.values_list("year", flat=True).order_by("pk"))


def _to_fill(work):
    for card in work.cards:
        is_officer = card.appointment.kind == Appointment.Kind.OFFICER
        if card.state == State.DRAFT and is_officer and takes_submissions(card.round):
            yield work.item(
                card,
                f"Tự chấm điểm năm {card.membership.year.number}",
                "Nhập dữ kiện",
                "scoring:scorecard_detail",
                phase=Phase.Kind.SELF_ASSESSMENT,
            )


def _to_review(work):
    for card in work.cards:
        if card.state == State.REVIEW and card.reviewer_id == work.user.pk:
            yield work.item(
                card,
                f"Soát xét bản tự chấm năm {card.membership.year.number}",
                "Soát xét",
                "scoring:scorecard_detail",
                phase=Phase.Kind.SELF_ASSESSMENT,
            )


def _to_confirm(work):
    for card in work.cards:
        if card.state == State.LEADER and card.appointment.kind == Appointment.Kind.LEADER:
            yield work.item(
                card,
                f"Xác nhận bản tự chấm năm {card.membership.year.number}",
                "Xem và gửi",
                "scoring:scorecard_submit",
                phase=Phase.Kind.SELF_ASSESSMENT,
            )


KINDS_OF_ITEM = (_to_fill, _to_review, _to_confirm)


def awaited_for(user, today):
    """What the user's own unit has passed on and waits for."""
    for card in _cards_of(user, today):
        waits = {
            State.REVIEW: "chờ người soát xét",
            State.LEADER: "chờ lãnh đạo xác nhận",
        }.get(card.state)
        if waits and card.appointment.kind == Appointment.Kind.OFFICER:
            year = card.membership.year
            yield Awaited(
                title=f"Bản tự chấm năm {year.number} {waits}",
                detail=year.bloc_name,
                url=reverse(
                    "scoring:scorecard_detail",
                    args=[year.bloc.slug, year.number, card.membership.unit.slug],
                ),
            )


def year_report(page):
    """What the overview of a bloc's year says of its scoring: who has sent the card, no points."""
    if page.year.pk not in page.user.remembered("rounds' years", _years_with_rounds):
        return YearReport()
    cards = Scorecard.objects.filter(year=page.year)
    states = dict(cards.values_list("unit", "state").order_by("pk"))
    return YearReport(seats={unit: _seat(state) for unit, state in states.items()})


def _years_with_rounds():
    return set(ScoringRound.objects.values_list("year", flat=True).order_by("pk"))


def _seat(state):
    if state in (State.DRAFT, State.REVIEW, State.LEADER):
        return SeatStep("Tự chấm", "Chưa gửi")
    if state in (State.SUBMITTED, State.VERIFYING):
        return SeatStep("Tự chấm", "Đã gửi", "done")
    return SeatStep("Chấm điểm", State(state).label.capitalize(), "done")
