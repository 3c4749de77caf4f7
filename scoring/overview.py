"""The whole bloc at a glance for those who run the round: states and counts, never points."""

from dataclasses import dataclass

from scoring import rules
from scoring.models import PointsRecord
from scoring.points import standing

Stage = PointsRecord.Stage


@dataclass(frozen=True)
class Cell:
    """One group of one card: how many criteria it has, how many are verified."""

    verified: int
    criteria: int

    @property
    def level(self):
        """A class of the page's own: none, some, all."""
        if not self.verified:
            return "none"
        return "all" if self.verified == self.criteria else "some"


@dataclass(frozen=True)
class Heat:
    """Units by groups. rows: (card, its cells; none before it was sent in)."""

    groups: list
    rows: list


def heat_of(desk, cards):
    table = desk.table
    groups = [(node.code or node.key, node.name, [node]) for node in table.section("base")]
    for name, code, words in (
        ("bonus", "Thưởng", "Điểm thưởng"),
        ("penalty", "Trừ", "Điểm trừ"),
    ):
        if table.section(name):
            groups.append((code, words, table.section(name)))
    return Heat(
        [(code, name) for code, name, _nodes in groups],
        [(card, _cells(desk, card, groups) if card.submitted_at else []) for card in cards],
    )


def _cells(desk, card, groups):
    records = desk.records.get(card.pk, {})

    def is_verified(key):
        record = standing(records.get(key, {}))
        return record is not None and record.stage != Stage.SELF

    cells = []
    for _code, _name, nodes in groups:
        keys = [one.key for node in nodes for one in node.walk() if one.is_leaf]
        cells.append(Cell(sum(is_verified(key) for key in keys), len(keys)))
    return cells


def late_notes(desk, cards, deadline):
    """(card, day it was sent or None, what the table says of it) of late and missing cards.

    Only what follows from the day of sending is said: nothing else of a card that is not sent.
    """
    if deadline is None:
        return []
    notes = []
    for card in cards:
        sent_on = desk.sent_on(card)
        if (sent_on or desk.today) > deadline:
            notes.append((card, sent_on, _consequences(desk, card)))
    return notes


def _consequences(desk, card):
    scored = desk.card(card, Stage.SELF)
    dated = {node.key for node in desk.table.leaves if node.source == "submitted_on"}
    words = [
        f"{scored[key].node.label}: {rules.sentence(scored[key].steps)}"
        for key in sorted(dated)
        if scored[key].points
    ]
    for one in scored.gates:
        rests_on = {condition.node for condition in one.gate.conditions}
        if one.state == "hit" and rests_on and rests_on <= dated:
            words.append(f"{one.gate.code}: {one.gate.name} ({one.effect_words})")
    return words
