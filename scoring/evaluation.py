"""From what the database holds to cards: the one bridge between rows and the pure rules."""

from collections import Counter, defaultdict
from dataclasses import replace
from functools import cached_property

from django.utils import timezone

from pledges.models import Paper, UnitTarget
from scoring import rules
from scoring.models import (
    Criterion,
    Entry,
    EvidenceUse,
    GateFinding,
    OwnerFact,
    PointsRecord,
    Scorecard,
    ScoringRound,
    Submission,
    TieDecision,
)
from scoring.points import WEIGHT, by_stage, standing
from scoring.rules.criteria import CriteriaSet as Table
from units.models import Role
from units.working_days import calendar_of

Stage = PointsRecord.Stage
# Kinds of rules, and a policy, for which the other units' cards are needed too.
COMPARING = ("relative_to_best", "peer")


# Tables that were adopted never change: read once per process, by digest.
MOST_TABLES = 256
_compiled: dict[str, Table] = {}


def compiled(criteria) -> Table:
    """The table as the rules read it; `document` is loaded only when it is not known yet.

    Raises rules.Malformed for a draft that cannot be computed yet.
    """
    if not criteria.digest:
        return rules.load(criteria.as_document())
    if criteria.digest not in _compiled:
        if len(_compiled) >= MOST_TABLES:
            _compiled.clear()
        _compiled[criteria.digest] = rules.load(criteria.document)
    return _compiled[criteria.digest]


def days_of(year, calendar=None, phases=None) -> rules.Days:
    """Working days, and the last day to act in each phase of the year."""
    calendar = calendar or calendar_of(year.bloc.authority)
    named = {}
    for phase in year.phases.all() if phases is None else phases:
        named[phase.kind] = max(phase.deadline(calendar), named.get(phase.kind, phase.closes_on))
    return rules.Days(year.number, calendar, named)


def compares(node) -> bool:
    """Whether a criterion's points may depend on the other units': they are written when all is closed."""
    return node.na == "average" or any(part.kind.name in COMPARING for part in node.rule_parts())


class Desk:
    """Cards of one round as the rules see them; each kind of row is read once for all of them.

    cards: those wanted; their units' names are read with them by the caller. Where the table
    compares units and the round is past the self-assessment, the others are read as well.
    """

    def __init__(self, round, cards, *, members=None, days=None, today=None):
        self.round, self._members = round, members
        self.table = compiled(round.criteria)
        self.days = days or days_of(round.year)
        self.today = today or timezone.localdate()
        self.cards = list(cards)
        if self.is_closed and self._compares:
            known = {card.pk for card in self.cards}
            others = round.cards.exclude(pk__in=known).select_related("unit").order_by("pk")
            self.cards += others
        self._facts, self._made = {}, {}

    @property
    def is_closed(self):
        """Whether units may be compared: the self-assessment is over."""
        return self.round.state != ScoringRound.State.SELF_ASSESSMENT

    @cached_property
    def _compares(self):
        return any(compares(node) for node in self.table.leaves)

    # What is read

    @cached_property
    def criterion_ids(self):
        """Primary keys of the criteria by their keys."""
        rows = Criterion.objects.filter(criteria=self.round.criteria_id)
        return dict(rows.values_list("key", "pk").order_by("pk"))

    @cached_property
    def criterion_keys(self):
        return {pk: key for key, pk in self.criterion_ids.items()}

    def _rows(self, model, *, order="pk"):
        return model.objects.filter(card__in=self.cards).order_by(order)

    @cached_property
    def entries(self):
        """{card id: {criterion key: Entry}}."""
        found = defaultdict(dict)
        for row in self._rows(Entry):
            found[row.card_id][self.criterion_keys[row.criterion_id]] = row
        return found

    @cached_property
    def records(self):
        """{card id: {criterion key: {stage: the record in force}}}."""
        by_card = defaultdict(list)
        for row in self._rows(PointsRecord):
            by_card[row.card_id].append(row)
        return {
            card: {self.criterion_keys[pk]: stages for pk, stages in by_stage(rows).items()}
            for card, rows in by_card.items()
        }

    @cached_property
    def owner_facts(self):
        """{unit id: {criterion key: OwnerFact}}, those that count."""
        rows = OwnerFact.objects.in_force().filter(
            criterion__criteria=self.round.criteria_id,
            unit__in=[card.unit_id for card in self.cards],
        )
        found = defaultdict(dict)
        for row in rows.order_by("pk"):
            found[row.unit_id][self.criterion_keys[row.criterion_id]] = row
        return found

    @cached_property
    def evidence_counts(self):
        """{card id: {criterion key: how many documents are cited}}."""
        return self._evidence_until(Stage.CONFERENCE)

    @cached_property
    def _citations(self):
        """[(card id, criterion key, the stage from which the document counts)]."""
        rows = self._rows(EvidenceUse).filter(evidence__removed_at=None)
        return [
            (
                card,
                self.criterion_keys[criterion],
                Stage.RESPONSE if response else Stage.VERIFIED if request else Stage.SELF,
            )
            for card, criterion, request, response in rows.values_list(
                "card", "criterion", "request", "response"
            )
        ]

    def _evidence_until(self, stage):
        """Citations that count at a stage: what was sent in later does not change earlier points."""
        key = ("evidence", stage)
        if key not in self._made:
            counting = WEIGHT if stage == Stage.FINAL else WEIGHT[: WEIGHT.index(stage) + 1]
            found = self._made[key] = defaultdict(Counter)
            for card, criterion, since in self._citations:
                if since in counting:
                    found[card][criterion] += 1
        return self._made[key]

    @cached_property
    def gates(self):
        """{card id: {gate: GateFinding}}: the last of each."""
        found = defaultdict(dict)
        for row in self._rows(GateFinding):
            found[row.card_id][row.gate] = row
        return found

    @cached_property
    def _ranks(self):
        found = defaultdict(dict)
        for row in self._rows(TieDecision):
            found[row.card_id][row.link] = row.place
        return found

    @cached_property
    def _targets(self):
        """{unit id: targets registered in the pledge of the year}."""
        papers = Paper.objects.live().pledges().filter(year=self.round.year_id)
        rows = UnitTarget.objects.filter(paper__in=papers).order_by("unit", "position", "pk")
        found = defaultdict(list)
        for row in rows:
            place = str(len(found[row.unit_id]) + 1)
            found[row.unit_id].append(
                rules.Target(place, row.name, row.measure, row.plan, row.weight)
            )
        return found

    def targets(self, card):
        """What the card's unit registered in the pledge of the year."""
        return tuple(self._targets[card.unit_id])

    @cached_property
    def _first_sent(self):
        """{card id: the day it was first sent in}."""
        rows = self._rows(Submission).filter(number=1).values_list("card", "at")
        return {card: timezone.localdate(at) for card, at in rows}

    def sent_on(self, card):
        """The day the card was first sent in; None when it was not yet."""
        return self._first_sent.get(card.pk)

    def _sent_on(self, card):
        """The day that counts for lateness: when it was sent, or today while it still may be."""
        if card.pk in self._first_sent:
            return self._first_sent[card.pk].isoformat()
        return rules.NEVER if card.state == Scorecard.State.CLOSED else self.today.isoformat()

    # Facts

    def facts(self, card, stage) -> rules.Facts:
        """What is said of the card's unit at a stage.

        stage: Stage.SELF (what the unit enters, or entered and sent), or any later one: the values
        that stand, of which none is later than asked for.
        """
        key = (card.pk, stage)
        if key not in self._facts:
            self._facts[key] = self._facts_of(card, stage)
        return self._facts[key]

    def _facts_of(self, card, stage):
        if stage == Stage.SELF and card.is_with_unit:
            values, na, overrides = self._entered(card)
        else:
            values, na, overrides = self._recorded(card, stage)
        return rules.Facts(
            unit=card.unit.slug,
            values=values,
            na=na,
            evidence=self._evidence_until(stage)[card.pk],
            overrides=overrides,
            estimates=self._estimates(card, values),
            gates={
                gate: rules.GateFact(row.state, row.note or row.document)
                for gate, row in self.gates[card.pk].items()
            },
            targets=self.targets(card),
            peers=self._peers(card),
            ranks=self._ranks[card.pk],
            women_percent=card.women_percent,
        )

    def _entered(self, card):
        """What the unit typed, with what the owning agencies say in its place."""
        owned = self.owner_facts[card.unit_id]
        values, na = {}, {}
        for node in self.table.leaves:
            entry = self.entries[card.pk].get(node.key)
            typed = entry.facts if entry else {}
            given = owned[node.key].facts if node.key in owned else {}
            values[node.key] = {**typed, **given, **self._automatic(node, card)}
            if entry and entry.na_reason and node.na:
                na[node.key] = entry.na_reason
        return values, na, {}

    def _automatic(self, node, card):
        """Facts that the application knows by itself, or that only whoever verifies states."""
        inputs = node.inputs() if node.source else ()
        if node.source == "submitted_on":
            return {one.name: self._sent_on(card) for one in inputs if one.type == "date"}
        if node.source == "role":
            role = self._roles.get(card.unit_id, Role.MEMBER)
            return {one.name: role for one in inputs if role in dict(one.options)}
        return {one.name: False if one.type == "flag" else "0" for one in inputs if one.required}

    @cached_property
    def _roles(self):
        """{unit id: role} of the year's members."""
        return {
            member.unit_id: member.role for member in self._members or self.round.year.members()
        }

    def _recorded(self, card, stage):
        values, na, overrides = {}, {}, {}
        for key, stages in self.records.get(card.pk, {}).items():
            row = stages.get(stage) if stage == Stage.FINAL else standing(stages, stage)
            if row is None:
                continue
            values[key] = row.facts
            if row.na:
                na[key] = row.reason or "không áp dụng"
            if row.is_override and row.points is not None:
                overrides[key] = rules.Override(row.points, row.reason)
        return values, na, overrides

    def _estimates(self, card, values):
        """Criteria whose facts are still those the unit gave as an estimate."""
        return {
            key: entry.as_of.isoformat()
            for key, entry in self.entries[card.pk].items()
            if entry.is_estimate and entry.as_of and self._says(values.get(key, {}), entry.facts)
        }

    @staticmethod
    def _says(values, typed):
        return all(values.get(name) == value for name, value in typed.items())

    def _peers(self, card):
        """{criterion key: {unit slug: points}} of cross-scoring; None while it is not closed."""
        if not self.is_closed or not self.round.peer_scoring:
            return None
        rows = (
            PointsRecord.objects.filter(card=card, stage=Stage.PEER)
            .exclude(points=None)
            .select_related("by_unit")
            .order_by("pk")
        )
        found = defaultdict(dict)
        for row in rows:
            if row.by_unit:
                found[self.criterion_keys[row.criterion_id]][row.by_unit.slug] = row.points
        return dict(found)

    # Cards

    def card(self, card, stage) -> rules.Card:
        """The card as the rules compute it at a stage."""
        key = (card.pk, stage)
        if key not in self._made:
            facts = self.facts(card, stage)
            self._made[key] = rules.evaluate(self.table, facts, self.days, self._bloc(stage))
        return self._made[key]

    def trial(self, card, stage, key, facts, na="") -> rules.Card:
        """The card as it would be with these facts of one criterion, computed and not set by hand.

        na: why the criterion does not apply, "" when it does.
        """
        stored = self.facts(card, stage)
        overrides = {one: value for one, value in stored.overrides.items() if one != key}
        reasons = {one: value for one, value in stored.na.items() if one != key}
        tried = replace(
            stored,
            values={**stored.values, key: facts},
            na={**reasons, key: na} if na else reasons,
            overrides=overrides,
            estimates={one: day for one, day in stored.estimates.items() if one != key},
        )
        return rules.evaluate(self.table, tried, self.days, self._bloc(stage))

    def preview(self, card, facts) -> rules.Card:
        """The card as it would be with what is typed now (see facts_typed)."""
        like = self.facts(card, Stage.SELF), self.card(card, Stage.SELF)
        return rules.evaluate(self.table, facts, self.days, self._bloc(Stage.SELF), like)

    def facts_typed(self, card, typed) -> rules.Facts:
        """What is stored, with what is typed in its place.

        typed: by criterion key, what has `facts`, `na_on`, `na_reason`, `is_estimate` and `as_of`.
        """
        facts = self.facts(card, Stage.SELF)
        values, na, estimates = dict(facts.values), dict(facts.na), dict(facts.estimates)
        given = self.owner_facts[card.unit_id]
        for key, form in typed.items():
            values[key] = {**form.facts, **(given[key].facts if key in given else {})}
            for place, said, what in (
                (na, form.na_on, form.na_reason or "đang ghi lý do"),
                (estimates, form.is_estimate and form.as_of, str(form.as_of)),
            ):
                place.pop(key, None)
                if said:
                    place[key] = what
        return replace(facts, values=values, na=na, estimates=estimates)

    def _bloc(self, stage):
        if not (self.is_closed and self._compares):
            return None
        key = ("bloc", stage)
        if key not in self._made:
            facts = {card.unit.slug: self.facts(card, stage) for card in self.sent}
            self._made[key] = rules.Bloc(self.table, facts, self.days, closed=True)
        return self._made[key]

    @property
    def sent(self):
        """Cards that were sent in: only those are compared and ranked."""
        return [card for card in self.cards if card.submitted_at]

    def ranking(self, stage) -> rules.RankingTable:
        """All cards that were sent in, in order."""
        cards = {card.unit.slug: self.card(card, stage) for card in self.sent}
        facts = {card.unit.slug: self.facts(card, stage) for card in self.sent}
        return rules.rank(self.table, cards, facts)

    def entered_values(self, card):
        """{criterion id: (facts, points, na)} of every leaf, as a submission keeps them."""
        facts, scored = self.facts(card, Stage.SELF), self.card(card, Stage.SELF)
        return {
            self.criterion_ids[node.key]: (
                dict(facts.of(node.key)),
                scored[node.key].points,
                node.key in facts.na,
            )
            for node in self.table.leaves
        }
