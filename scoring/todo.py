"""What scoring gives people to do, to wait for and to see; called through WORK_SOURCES.

One function per kind of item, each given what was read for all of them (Work).
"""

from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q
from django.urls import reverse

from khoithidua import audit
from khoithidua.work import Awaited, SeatStep, WorkItem, YearReport
from pledges.models import Paper
from pledges.todo import live_papers, open_memberships, open_years
from scoring import todo_tables, todo_verification
from scoring.evaluation import compiled
from scoring.held import held
from scoring.models import OwnerFact, Scorecard, ScoringRound
from scoring.permissions import member_named
from scoring.rounds import takes_submissions
from scoring.workbooks.lines import concerns
from units.models import Appointment, Phase
from units.reference import remember

State = Scorecard.State
WRITERS = (Appointment.Kind.LEADER, Appointment.Kind.OFFICER)
SHOWN_OF_FACTS = (
    *("criterion__key", "criterion__criteria", "unit", "by_unit", "given_by", "checked_by"),
    *("answer", "kept_note"),
)
SHOWN = ("round", "year", "unit", "state", "reviewer", "submitted_at")


@dataclass
class Work:
    """Cards of the user's units in open years, each with its membership; read once for all items."""

    user: object
    cards: list

    def item(self, card, title, action, name, *, phase=None, tab="scoring", of_unit=True):
        """of_unit: the address is that of the unit's own page, not of the year's."""
        year = card.membership.year
        place = [year.bloc.slug, year.number]
        return WorkItem(
            title=title,
            context=year.bloc_name,
            url=reverse(name, args=[*place, card.membership.unit.slug] if of_unit else place),
            action=action,
            due_on=card.membership.deadlines.get(phase),
            tab=tab,
            year_id=year.pk,
        )

    def writers(self, *kinds):
        """Cards of units in whose name the user may act while facts are taken."""
        return [
            card
            for card in self.cards
            if card.appointment.kind in (kinds or WRITERS) and takes_submissions(card.round)
        ]

    @cached_property
    def owner_facts(self):
        """Everything given by or about the user's units, in one query."""
        units = [card.unit_id for card in self.writers()]
        if not units:
            return []
        rows = OwnerFact.objects.filter(
            Q(by_unit__in=units) | Q(unit__in=units),
            criterion__criteria__in={card.round.criteria_id for card in self.cards},
        )
        return list(rows.select_related("criterion").only(*SHOWN_OF_FACTS).order_by("pk"))

    def facts_by(self, card):
        """What the card's unit gave about all units."""
        return [row for row in self.owner_facts if self._is(row, card, row.by_unit_id)]

    def facts_about(self, card):
        """What other agencies gave about the card's unit."""
        about = [row for row in self.owner_facts if self._is(row, card, row.unit_id)]
        return [row for row in about if not row.is_own]

    @staticmethod
    def _is(row, card, unit):
        return unit == card.unit_id and row.criterion.criteria_id == card.round.criteria_id


def items_for(user, today):
    """What this user must do now about scoring: worked out anew once anything was recorded."""
    years = user.remembered("rounds' years", _years_with_rounds)
    years = years | {row.year_id for row in live_papers(user) if row.kind == Paper.Kind.CRITERIA}
    chains = [year.audit_chain for year in open_years(user, today) if year.pk in years]
    if not chains:
        return []
    recorded = user.reference_stamp, today, audit.heads_of(chains)
    return held(recorded, ("to do", user.pk), lambda: list(_items_for(user, today)))


def _items_for(user, today):
    work = Work(user, _cards_of(user, today))
    for kind in KINDS_OF_ITEM:
        yield from kind(work)
    yield from todo_verification.items_for(user, today)
    scored = user.remembered("rounds' years", _years_with_rounds)
    yield from todo_tables.items_for(user, today, scored)


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
        .select_related("round__criteria")
        .only(*SHOWN, "round__state", "round__criteria__digest")
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


# Facts that one agency gives for all units


def _to_give(work):
    for card in work.writers(Appointment.Kind.OFFICER):
        given = {(row.criterion.key, row.unit_id) for row in work.facts_by(card)}
        missing = len(_places_to_give(work.user, card) - given)
        if missing:
            yield work.item(
                card,
                f"Cung cấp số liệu chung năm {card.membership.year.number}: còn {missing} dòng",
                "Nhập số liệu",
                "scoring:owner_grid",
                phase=Phase.Kind.SELF_ASSESSMENT,
                of_unit=False,
            )


def _places_to_give(user, card):
    """{(criterion key, unit id)} of everything the card's unit owns; read anew with the members."""
    key = ("owned", card.round.criteria_id, card.unit_id)
    return remember(user.reference_stamp, key, lambda: _owned_places(card))


def _owned_places(card):
    year = card.membership.year
    members = year.members()
    return frozenset(
        (node.key, member.unit_id)
        for node in compiled(card.round.criteria).leaves
        if (owner := member_named(node.owner, year, members)) and owner.unit_id == card.unit_id
        for member in members
        if concerns(node, member.unit.slug)
    )


def _to_check(work):
    for card in work.writers():
        own = [row for row in work.facts_by(card) if not row.is_in_force]
        mine = [row for row in own if row.given_by_id != work.user.pk]
        if mine:
            yield work.item(
                card,
                f"Đối chiếu số liệu về chính đơn vị với văn bản: {len(mine)} mục",
                "Đối chiếu",
                "scoring:owner_grid",
                phase=Phase.Kind.SELF_ASSESSMENT,
                of_unit=False,
            )


def _to_reply(work):
    for card in work.writers(Appointment.Kind.OFFICER):
        objected = [row for row in work.facts_by(card) if row.awaits_owner]
        if objected:
            yield work.item(
                card,
                f"Trả lời ý kiến về số liệu chung: {len(objected)} mục",
                "Xem ý kiến",
                "scoring:owner_grid",
                phase=Phase.Kind.SELF_ASSESSMENT,
                of_unit=False,
            )


def _to_answer_facts(work):
    for card in work.writers(Appointment.Kind.OFFICER):
        waiting = [row for row in work.facts_about(card) if row.answer == ""]
        if waiting:
            yield work.item(
                card,
                f"Xác nhận số liệu cơ quan khác cung cấp: {len(waiting)} mục",
                "Xem số liệu",
                "scoring:fact_list",
                phase=Phase.Kind.SELF_ASSESSMENT,
            )


KINDS_OF_ITEM = (
    *(_to_fill, _to_review, _to_confirm),
    *(_to_give, _to_check, _to_reply, _to_answer_facts),
)


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
