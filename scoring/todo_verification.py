"""What verification and the conference give people to do; one function per kind of item.

Only years that are being scored and are past the self-assessment are asked about.
"""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from django.db.models import F
from django.urls import reverse

from khoithidua.work import WorkItem
from pledges.todo import open_memberships, open_years
from scoring.duties import below
from scoring.models import Duty, PointsRecord, Response, Scorecard, ScoringRound, SupplementRequest
from scoring.permissions import chair_of
from units.models import Appointment, Phase, Role
from units.reference import remember

State = Scorecard.State
Step = ScoringRound.State
WRITERS = (Appointment.Kind.LEADER, Appointment.Kind.OFFICER)
UNDER_WAY = (State.SUBMITTED, State.VERIFYING, State.VERIFIED, State.ANSWERED)


@dataclass
class RoundWork:
    """One round as one user has to do with it; its cards are read when an item asks for them."""

    user: object
    round: ScoringRound
    year: object
    memberships: list

    def item(self, title, action, name, *args, due_on=None, tab="verification"):
        return WorkItem(
            title=title,
            context=self.year.bloc_name,
            url=reverse(name, args=[self.year.bloc.slug, self.year.number, *args]),
            action=action,
            due_on=due_on,
            tab=tab,
            year_id=self.year.pk,
        )

    def deadline(self, kind):
        return self.year.deadlines.get(kind)

    @cached_property
    def kinds(self):
        """{unit id: kind of the user's appointment} of units that write."""
        return {
            row.unit_id: row.kind
            for row in self.user.current_appointments
            if row.kind in WRITERS and row.unit_id in {one.unit_id for one in self.memberships}
        }

    @cached_property
    def leads(self):
        """Kind of the user's appointment in the lead unit; "" without one."""
        return next(
            (
                self.kinds.get(row.unit_id, "")
                for row in self.memberships
                if row.role == Role.LEAD and row.unit_id in self.kinds
            ),
            "",
        )

    @cached_property
    def cards(self):
        units = {member.unit_id: member.unit for member in self.all_members}
        rows = self.round.cards.filter(unit__in=units).prefetch_related("duties", "recusals")
        for card in (found := list(rows.order_by("pk"))):
            card.round, card.year, card.unit = self.round, self.year, units[card.unit_id]
        return found

    def duties(self, card):
        """The user's duties to verify the card."""
        if card.conflict_of(self.user):
            return []
        watches = self.year.bloc_id in self.user.watched_bloc_ids
        return [
            duty
            for duty in card.duties.all()
            if duty.kind == Duty.Kind.VERIFICATION
            and (duty.verifier_id in self.kinds if duty.verifier_id else watches)
        ]

    @cached_property
    def verified(self):
        """{card id: ids of criteria verified since it was last sent in}."""
        rows = PointsRecord.objects.filter(
            card__round=self.round,
            stage=PointsRecord.Stage.VERIFIED,
            at__gte=F("card__submitted_at"),
        )
        found = defaultdict(set)
        for card, criterion in rows.values_list("card", "criterion").order_by("card").distinct():
            found[card].add(criterion)
        return found

    @cached_property
    def leaf_ids(self):
        return set(self.parents) - set(self.parents.values())

    @cached_property
    def parents(self):
        """The table's tree: it was adopted, and changes no more."""
        criteria = self.round.criteria
        key = ("criteria tree", criteria.pk)
        criteria.parents = remember(self.user.reference_stamp, key, lambda: criteria.parents)
        return criteria.parents

    def left_to_verify(self, card):
        """Criteria of the user's that nobody has verified yet."""
        duties = self.duties(card)
        mine = self.leaf_ids
        if all(duty.criterion_id for duty in duties):
            mine = mine & below(self.round.criteria, {duty.criterion_id for duty in duties})
        return mine - self.verified[card.pk] if duties else set()

    @cached_property
    def all_members(self):
        year = self.year
        key = ("members", year.pk, year.reference_day)
        return remember(self.user.reference_stamp, key, year.members)

    def chairs(self, card, kinds=WRITERS):
        if card.conflict_of(self.user):
            return False
        return self.kinds.get(chair_of(card, self.all_members)) in kinds


def items_for(user, today):
    for work in _rounds_of(user, today):
        for kind in KINDS_OF_ITEM:
            yield from kind(work)


def _rounds_of(user, today):
    """The user's rounds past the self-assessment, of years they take part in or watch."""
    under_way = user.remembered("rounds under way", _under_way)
    if not under_way:
        return []
    years = {year.pk: year for year in open_years(user, today) if year.pk in under_way}
    if not years:
        return []
    rounds = ScoringRound.objects.filter(year__in=years).select_related("criteria")
    rounds = rounds.defer("criteria__document", "criteria__settings").order_by("pk")
    memberships = defaultdict(list)
    for row in open_memberships(user, today):
        memberships[row.year_id].append(row)
    for round in rounds:
        round.year = years[round.year_id]
    return [RoundWork(user, one, one.year, memberships[one.year_id]) for one in rounds]


def _under_way():
    """Ids of years whose verification has begun and whose result is not published."""
    rows = ScoringRound.objects.exclude(state__in=(Step.SELF_ASSESSMENT, Step.PUBLISHED))
    return set(rows.values_list("year", flat=True).order_by("pk"))


# The unit's own card


def _to_answer_requests(work):
    """Requests for more, each by its own day."""
    if not work.kinds or work.round.state != Step.VERIFICATION:
        return
    asked = SupplementRequest.objects.filter(
        card__round=work.round,
        card__unit__in=work.kinds,
        card__state=State.VERIFYING,
        answered_at=None,
    )
    for row in asked.select_related("criterion", "card__unit").order_by("due_on", "pk"):
        yield work.item(
            f"Bổ sung mục {row.criterion.code or row.criterion.key} theo đề nghị thẩm định",
            "Trả lời",
            "scoring:request_answer",
            row.card.unit.slug,
            row.pk,
            due_on=row.due_on,
            tab="scoring",
        )


def _to_answer_results(work):
    if not work.kinds or work.round.state != Step.VERIFICATION:
        return
    for card in work.cards:
        if card.unit_id in work.kinds and card.state == State.VERIFIED:
            yield work.item(
                f"Cho ý kiến về kết quả thẩm định năm {work.year.number}",
                "Xem kết quả",
                "scoring:answer_list",
                card.unit.slug,
                due_on=work.deadline(Phase.Kind.RESPONSE),
                tab="scoring",
            )


# Verification


def _has_duties(work):
    watches = work.year.bloc_id in work.user.watched_bloc_ids
    return work.round.state == Step.VERIFICATION and bool(work.kinds or watches)


def _to_verify(work):
    if not _has_duties(work):
        return
    waiting = [
        card
        for card in work.cards
        if card.state in (State.SUBMITTED, State.VERIFYING) and work.left_to_verify(card)
    ]
    if waiting:
        name = "scoring:verification_list"
        args = ()
        if len(waiting) == 1:
            name, args = "scoring:verification_detail", (waiting[0].unit.slug,)
        names = ", ".join(card.unit_name for card in waiting)
        yield work.item(
            f"Thẩm định bản tự chấm của {names}",
            "Thẩm định",
            name,
            *args,
            due_on=work.deadline(Phase.Kind.VERIFICATION),
        )


def _to_approve(work):
    """Cards all of whose criteria are verified wait for a leader of the chair who verified none."""
    if not _has_duties(work):
        return
    for card in work.cards:
        is_done = card.state == State.VERIFYING and work.leaf_ids <= work.verified[card.pk]
        if not is_done or not work.chairs(card, (Appointment.Kind.LEADER,)):
            continue
        scored = (PointsRecord.Stage.VERIFIED, PointsRecord.Stage.PEER)
        if not card.records.filter(stage__in=scored, by=work.user).exists():
            yield work.item(
                f"Duyệt kết quả thẩm định của {card.unit_name}",
                "Xem và duyệt",
                "scoring:verification_detail",
                card.unit.slug,
                due_on=work.deadline(Phase.Kind.VERIFICATION),
            )


def _to_weigh(work):
    """Explanations wait for whoever verifies; when all are weighed, the card for its chair."""
    if not _has_duties(work):
        return
    answered = [card for card in work.cards if card.state == State.ANSWERED]
    waiting = _explained(answered)
    for card in answered:
        if card.pk in waiting and work.duties(card):
            title, action = f"Xem xét giải trình của {card.unit_name}", "Xem xét"
        elif card.pk not in waiting and work.chairs(card):
            title, action = f"Kết thúc xem xét giải trình của {card.unit_name}", "Kết thúc"
        else:
            continue
        yield work.item(title, action, "scoring:verification_detail", card.unit.slug)


def _explained(cards):
    rows = Response.objects.undecided().filter(card__in=cards, kind=Response.Kind.EXPLAIN)
    return set(rows.values_list("card", flat=True).order_by("card")) if cards else set()


# The conference and what follows


def _to_show(work):
    if work.round.state == Step.VERIFICATION and work.leads:
        is_done = not any(card.state in UNDER_WAY for card in work.cards)
        if is_done and any(card.submitted_at for card in work.cards):
            yield work.item(
                f"Lập dự kiến xếp hạng năm {work.year.number}",
                "Lập dự kiến",
                "scoring:conference_detail",
                due_on=work.deadline(Phase.Kind.CONFERENCE),
            )


def _to_decide(work):
    """Reserved opinions wait for the chair of their card to write down what was decided."""
    if work.round.state != Step.PROVISIONAL or not work.kinds:
        return
    rows = Response.objects.undecided().filter(card__round=work.round, kind=Response.Kind.DISSENT)
    counts = defaultdict(int)
    for card in rows.values_list("card", flat=True).order_by("card"):
        counts[card] += 1
    mine = sum(counts[card.pk] for card in work.cards if card.pk in counts and work.chairs(card))
    if mine:
        yield work.item(
            f"Ghi quyết định của hội nghị về {mine} ý kiến bảo lưu",
            "Ghi quyết định",
            "scoring:conference_detail",
            due_on=work.deadline(Phase.Kind.CONFERENCE),
        )
    elif not counts and work.leads == Appointment.Kind.LEADER:
        yield work.item(
            f"Ghi nhận hội nghị thông qua kết quả năm {work.year.number}",
            "Thông qua",
            "scoring:conference_detail",
            due_on=work.deadline(Phase.Kind.CONFERENCE),
        )


def _to_conclude(work):
    words = {
        Step.ADOPTED: (f"Chốt kết quả chấm điểm năm {work.year.number}", "Chốt"),
        Step.CLOSED: (f"Công bố xếp hạng năm {work.year.number}", "Công bố"),
    }.get(work.round.state)
    if words and work.leads == Appointment.Kind.LEADER:
        yield work.item(*words, "scoring:conference_detail")


KINDS_OF_ITEM = (
    *(_to_answer_requests, _to_answer_results),
    *(_to_verify, _to_approve, _to_weigh),
    *(_to_show, _to_decide, _to_conclude),
)
