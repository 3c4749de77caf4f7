"""A card as verifiers read it: what the unit claims beside what stands now, row by row."""

from collections import defaultdict
from dataclasses import dataclass, field

from scoring import rules
from scoring.models import PointsRecord, Response
from scoring.points import standing
from scoring.sheet import SECTION_NAMES

Stage = PointsRecord.Stage


def differs(before, after):
    """Whether two outcomes of one criterion say something else."""
    return (before.points, before.na) != (after.points, after.na)


def note_of(outcome):
    """What stands under the steps: why there are no points, or that it does not apply."""
    if outcome.na:
        return f"Không áp dụng: {outcome.na_reason}"
    if outcome.missing:
        return f"Còn thiếu: {', '.join(outcome.missing)}"
    return outcome.problem or outcome.pending


@dataclass
class Line:
    """One row: a group, or a criterion with the record that stands and what hangs on it.

    before, after: outcomes; None where the reader may not see the whole group.
    """

    node: rules.Node
    html_id: str
    before: rules.Outcome | None = None
    after: rules.Outcome | None = None
    record: PointsRecord | None = None
    own: PointsRecord | None = None
    is_mine: bool = False
    by: str = ""
    uses: list = field(default_factory=list)
    requests: list = field(default_factory=list)
    response: Response | None = None
    section: str = ""

    @property
    def is_group(self):
        return not self.node.is_leaf

    @property
    def anchor(self):
        return f"muc-{self.html_id}"

    @property
    def is_verified(self):
        return self.record is not None and self.record.stage != Stage.SELF

    @property
    def is_na(self):
        return bool(self.before and self.after and self.before.na and self.after.na)

    @property
    def differs(self):
        if self.before is None or not (self.is_group or self.is_verified):
            return False
        return differs(self.before, self.after)

    @property
    def difference(self):
        """After less before; None where one of them has no points."""
        if not self.before or self.before.points is None or self.after.points is None:
            return None
        return self.after.points - self.before.points

    @property
    def before_note(self):
        return note_of(self.before)

    @property
    def after_note(self):
        return note_of(self.after)

    @property
    def open_requests(self):
        return [row for row in self.requests if row.answered_at is None]

    @property
    def is_acceptable(self):
        """Whether the unit's own value can be taken over as it is."""
        return (
            self.is_mine
            and not self.is_verified
            and not self.open_requests
            and not (self.before.missing or self.before.problem)
        )

    @property
    def may_be_answered(self):
        """What the unit may speak to: points that were changed, and points taken off."""
        return self.differs or bool(self.after.deducted) or self.falls_short

    @property
    def falls_short(self):
        """Whether the criterion has fewer points than it could."""
        after, most = self.after, self.node.max
        is_short = after.points is not None and most is not None and after.points < most
        return self.node.section == "base" and is_short and not after.na


@dataclass
class Progress:
    """How far the criteria of one reader are."""

    criteria: int = 0
    verified: int = 0
    differing: int = 0
    asked: int = 0

    @property
    def is_done(self):
        return self.criteria == self.verified


class Comparison:
    """The lines of one card that a reader may see.

    visible, mine: ids of the criteria the reader sees, and verifies; names: {unit id: short name};
    until: the latest stage the reader sees.
    """

    def __init__(
        self, desk, card, *, visible, mine, names, standing_body="", until=Stage.CONFERENCE
    ):
        self.desk, self.card, self.names = desk, card, names
        self.standing_body, self.until = standing_body, until
        self.visible, self.mine = visible, mine
        ids = desk.criterion_ids
        self.is_whole = all(ids[node.key] in visible for node in desk.table.leaves)
        self.before = desk.card(card, Stage.SELF)
        self.after = desk.card(card, until)
        self.uses = self._by_criterion(card.evidence_uses.select_related("evidence"))
        self.requests = self._by_criterion(card.requests.select_related("asked_by", "answered_by"))
        self.responses = self._by_criterion(card.responses.select_related("by", "decided_by"))
        self.lines = [
            self._line(node)
            for root in desk.table.nodes
            for node in root.walk()
            if self._shows(node)
        ]

    def _by_criterion(self, rows):
        found = defaultdict(list)
        for row in rows.order_by("pk"):
            found[row.criterion_id].append(row)
        return found

    def _shows(self, node):
        ids = self.desk.criterion_ids
        return any(ids[one.key] in self.visible for one in node.walk() if one.is_leaf)

    def _line(self, node):
        pk = self.desk.criterion_ids[node.key]
        leaves = [one for one in node.walk() if one.is_leaf]
        line = Line(node, f"c{pk}", section=SECTION_NAMES[node.section] if not node.parent else "")
        if all(self.desk.criterion_ids[one.key] in self.visible for one in leaves):
            line.before, line.after = self.before[node.key], self.after[node.key]
        if node.is_leaf:
            stages = self.desk.records.get(self.card.pk, {}).get(node.key, {})
            line.record, line.own = standing(stages, self.until), stages.get(Stage.SELF)
            line.by = self.named(line.record) if line.is_verified else ""
            line.is_mine = pk in self.mine
            line.uses, line.requests = self.uses[pk], self.requests[pk]
            line.response = next(iter(self.responses[pk]), None)
        return line

    def named(self, record):
        """Who gave a record its value: a unit, or the standing body's supervisor."""
        return self.names.get(record.by_unit_id, self.standing_body)

    @property
    def leaves(self):
        return [line for line in self.lines if not line.is_group]

    def line(self, key):
        return next(line for line in self.lines if line.node.key == key)

    @property
    def progress(self):
        leaves = self.leaves
        return Progress(
            len(leaves),
            sum(line.is_verified for line in leaves),
            sum(line.differs for line in leaves),
            sum(len(line.open_requests) for line in leaves),
        )

    @property
    def acceptable(self):
        return [line for line in self.leaves if line.is_acceptable]

    @property
    def differing(self):
        return [line for line in self.leaves if line.differs]

    @property
    def own(self):
        return [line for line in self.leaves if line.is_mine]

    @property
    def unanswered(self):
        """Explanations and reserved opinions that wait for a decision."""
        return [
            line
            for line in self.leaves
            if line.response and line.response.kind != "agree" and not line.response.outcome
        ]

    @property
    def sums(self):
        """(label, most, before, after) of the lines below the table, the total last."""
        before, after, table = self.before, self.after, self.desk.table
        rows = [("Cộng các nhóm", after.applicable, before.earned, after.earned)]
        if table.base_max not in (before.applicable, after.applicable):
            label = f"Quy đổi về thang {rules.figure(table.base_max)}"
            rows.append((label, table.base_max, before.scaled, after.scaled))
        if table.section("bonus"):
            rows.append(("Điểm thưởng", table.bonus_cap, before.bonus, after.bonus))
        if table.section("penalty"):
            rows.append(("Điểm trừ", None, -before.penalty, -after.penalty))
        return [*rows, ("Tổng điểm", None, before.total, after.total)]

    def filtered(self, which):
        """Lines of a filter (“lech”, “cua-toi”, “chua”), with the groups above them."""
        tests = {
            "lech": lambda line: line.differs,
            "cua-toi": lambda line: line.is_mine,
            "chua": lambda line: not line.is_verified,
        }
        if which not in tests:
            return self.lines
        kept = {line.node.key for line in self.leaves if tests[which](line)}
        return [line for line in self.lines if any(one.key in kept for one in line.node.walk())]


def progress_of(desk, card, criteria, requests):
    """How far these criteria (ids) of a card are; requests: ids of criteria more is asked for."""
    done = Progress()
    before, after = desk.card(card, Stage.SELF), desk.card(card, Stage.CONFERENCE)
    for node in desk.table.leaves:
        if desk.criterion_ids[node.key] not in criteria:
            continue
        record = standing(desk.records.get(card.pk, {}).get(node.key, {}))
        is_verified = record is not None and record.stage != Stage.SELF
        done.criteria += 1
        done.verified += is_verified
        done.differing += is_verified and differs(before[node.key], after[node.key])
        done.asked += requests.count(desk.criterion_ids[node.key])
    return done
