"""A card laid out as a table: groups and criteria in order, each with what its row shows."""

from dataclasses import dataclass, field
from functools import cached_property

from scoring import rules
from scoring.facts_form import LeafForm
from scoring.models import PointsRecord, ScoringRound

SECTION_NAMES = {"base": "", "bonus": "Điểm thưởng", "penalty": "Điểm trừ"}


@dataclass
class Row:
    """One row: a group, or a criterion with its form; ids are those of the page's elements."""

    node: rules.Node
    outcome: rules.Outcome
    html_id: str
    form: LeafForm | None = None
    evidence: int = 0
    previous: object = None
    owner: object = None
    section: str = ""
    # What one case more would change: [(what, points)].
    one_more: list = field(default_factory=list)

    @property
    def is_group(self):
        return not self.node.is_leaf

    @property
    def anchor(self):
        return f"muc-{self.html_id}"

    @property
    def lacks_evidence(self):
        return self.outcome.without_evidence

    @property
    def working_note(self):
        """What stands under the steps: why there are no points, or that it does not apply."""
        outcome = self.outcome
        if outcome.na:
            return f"Không áp dụng: {outcome.na_reason}." if outcome.na_reason else "Không áp dụng."
        if outcome.missing:
            return f"Còn thiếu: {', '.join(outcome.missing)}."
        return outcome.problem or outcome.pending


@dataclass
class Tally:
    """The bar below the table: the total, the groups, what is still to be done."""

    card: rules.Card
    groups: list
    ids: dict
    # Of what is stored (Scorecard.content_revision): which of two answers is the newer.
    revision: int

    @property
    def total(self):
        return self.card.total

    @property
    def is_provisional(self):
        return self.card.is_provisional

    @property
    def missing(self):
        return self.card.missing

    @property
    def without_evidence(self):
        return self.card.lacking_evidence

    @property
    def estimated(self):
        return [one for one in self.card.leaves if one.provisional]

    @property
    def filled(self):
        return sum(1 for one in self.card.leaves if one.is_complete)

    @property
    def first_missing(self):
        """The anchor of the first criterion that still lacks a fact."""
        return self._anchor(self.missing)

    @property
    def first_without_evidence(self):
        return self._anchor(self.without_evidence)

    def _anchor(self, outcomes):
        return f"muc-c{self.ids[outcomes[0].node.key]}" if outcomes else ""


class Sheet:
    """The card of one unit as its people fill it. data: a POST, read beside what is stored.

    only: the one criterion whose form is wanted; the others are counted, not drawn.
    facts: what is said of the unit, with what was typed.
    """

    def __init__(self, desk, card, *, data=None, previous=None, only=None):
        self.desk, self.card, self.previous = desk, card, previous or {}
        self.owned = desk.owner_facts[card.unit_id]
        self.forms = {
            node.key: self._form(node, data)
            for node in desk.table.leaves
            if not node.source and only in (None, node.key)
        }
        self.scored = self._scored()

    @cached_property
    def rows(self):
        return [self._row(node) for node in self.desk.table.by_key.values()]

    @cached_property
    def leaf_rows(self):
        return [row for row in self.rows if not row.is_group]

    def _form(self, node, data):
        owned = self.owned.get(node.key)
        return LeafForm(
            node,
            self.desk.criterion_ids[node.key],
            self.desk.entries[self.card.pk][node.key],
            targets=self.desk.targets(self.card),
            given=owned.facts if owned else None,
            data=data,
        )

    def _scored(self):
        typed = {key: form for key, form in self.forms.items() if form.is_bound}
        if typed:
            self.facts = self.desk.facts_typed(self.card, typed)
            return self.desk.preview(self.card, self.facts)
        self.facts = self.desk.facts(self.card, PointsRecord.Stage.SELF)
        return self.desk.card(self.card, PointsRecord.Stage.SELF)

    def _row(self, node):
        desk, card = self.desk, self.card
        return Row(
            node,
            self.scored[node.key],
            f"c{desk.criterion_ids[node.key]}",
            self.forms.get(node.key),
            desk.evidence_counts[card.pk].get(node.key, 0),
            previous=self.previous.get(node.key),
            owner=self.owned.get(node.key),
            section=SECTION_NAMES[node.section] if node.parent is None else "",
        )

    def row(self, key):
        return self._row(self.desk.table.by_key[key])

    def path_to(self, key):
        """The rows of the groups above a criterion, outermost last."""
        node, found = self.desk.table.by_key[key], []
        while node.parent:
            node = self.desk.table.by_key[node.parent]
            found.append(self._row(node))
        return found

    @property
    def tally(self):
        groups = [self._row(node) for node in self.desk.table.nodes if not node.is_leaf]
        saves = sum(entry.revision for entry in self.desk.entries[self.card.pk].values())
        return Tally(self.scored, groups, self.desk.criterion_ids, saves)

    @property
    def invalid(self):
        return [form for form in self.forms.values() if form.errors]


def previous_points(card):
    """{criterion key: points} the unit was left with last year; {} when it was not scored."""
    rows = PointsRecord.objects.filter(
        card__unit=card.unit_id,
        card__year__bloc=card.year.bloc_id,
        card__year__number=card.year.number - 1,
        card__round__state__in=(ScoringRound.State.CLOSED, ScoringRound.State.PUBLISHED),
        stage=PointsRecord.Stage.FINAL,
    )
    return dict(rows.values_list("criterion__key", "points").order_by("pk"))
