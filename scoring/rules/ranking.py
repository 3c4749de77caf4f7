"""The order of a bloc's units: totals, the chain of tie-breaks, gates, classes with quotas."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from scoring.rules.criteria import CriteriaSet, TieBreak
from scoring.rules.evaluate import NOT_RANKED, Card, GateOutcome, not_for
from scoring.rules.facts import Facts
from scoring.rules.numbers import HUNDRED, figure
from scoring.rules.params import BadFact

# A collective with so many women comes first among equals: Nghị định số 152/2025/NĐ-CP, Điều 4.
WOMEN_PREFERRED = Decimal(70)
LINK_WORDS = {
    "fewer_penalties": "điểm trừ ít hơn",
    "bonus": "điểm thưởng cao hơn",
    "conference": "bỏ phiếu tại hội nghị",
    "women": "có từ 70 % là nữ",
    "standing_body": "ý kiến cơ quan thường trực",
}


@dataclass(frozen=True)
class Place:
    """Where one unit stands. place: None when it is not ranked (gate not_ranked or suspend)."""

    unit: str
    place: int | None
    card: Card
    class_name: str = ""
    class_note: str = ""
    is_equal: bool = False

    @property
    def total(self) -> Decimal:
        return self.card.total

    @property
    def is_provisional(self) -> bool:
        return self.card.is_provisional

    @property
    def marks(self) -> list[GateOutcome]:
        """Gates that are hit or awaited, for the notes beside the place."""
        return [one for one in self.card.gates if one.state != "clear"]

    @property
    def may_be_nominated(self) -> bool:
        """Whether nothing stands against proposing it: no gate hit or awaited that bars an award."""
        bars = ("not_ranked", "not_eligible", "suspend")
        return self.place is not None and not any(one.gate.effect in bars for one in self.marks)


@dataclass(frozen=True)
class Tie:
    """Units with equal totals, in the order they ended in, and what decided between them.

    label: "" when nothing did, and they share a place. values: what was compared, by unit.
    """

    units: tuple[str, ...]
    total: Decimal
    label: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class RankingTable:
    places: tuple[Place, ...]
    ties: tuple[Tie, ...] = ()

    def __getitem__(self, unit: str) -> Place:
        return next(one for one in self.places if one.unit == unit)


def rank(
    criteria: CriteriaSet, cards: Mapping[str, Card], facts: Mapping[str, Facts] | None = None
) -> RankingTable:
    """All units in order; those that are not ranked stand last, by their totals.

    Units that the whole chain leaves equal share a place, and the next place is skipped. The order
    of `cards` only decides how equals are listed.
    """
    facts = facts or {}
    ranked = [unit for unit, card in cards.items() if not _is_out(card)]
    others = [unit for unit in cards if unit not in ranked]
    chain = _Chain(criteria, cards, facts)
    groups = [group for total in _descending(cards, ranked) for group in chain.separated(*total)]
    places = []
    for group in groups:
        place = len(places) + 1
        places += [
            Place(
                unit,
                place,
                cards[unit],
                cards[unit].class_name,
                cards[unit].class_note,
                len(group) > 1,
            )
            for unit in group
        ]
    places = _within_quotas(criteria, places)
    places += [
        Place(unit, None, cards[unit], NOT_RANKED if cards[unit].gate_hit("not_ranked") else "")
        for unit in sorted(others, key=lambda unit: -cards[unit].total)
    ]
    return RankingTable(tuple(places), tuple(chain.ties))


def _is_out(card):
    return card.gate_hit("not_ranked") or card.gate_hit("suspend")


def _descending(cards, units):
    """(total, its units), highest first."""
    totals = sorted({cards[unit].total for unit in units}, reverse=True)
    return [(total, [unit for unit in units if cards[unit].total == total]) for total in totals]


class _Chain:
    """The links that separate equal totals, one after another."""

    def __init__(self, criteria, cards, facts):
        self.criteria, self.cards, self.facts = criteria, cards, facts
        self.ties: list[Tie] = []

    def separated(self, total, units):
        """Groups of units, best first; units in one group are equal in everything."""
        groups = self._by(list(self.criteria.tie_break), total, units)
        self.ties += [Tie(tuple(group), total) for group in groups if len(group) > 1]
        return groups

    def _by(self, links, total, units):
        if len(units) == 1 or not links:
            return [units]
        link, rest = links[0], links[1:]
        values = {unit: self._value(link, unit) for unit in units}
        # Whoever cannot be compared is not put behind for it: the link is passed over.
        if None in values.values() or len(set(values.values())) == 1:
            return self._by(rest, total, units)
        order = sorted(set(values.values()), reverse=self._higher_first(link))
        ordered = [[unit for unit in units if values[unit] == value] for value in order]
        written = {unit: figure(values[unit]) for unit in units}
        self.ties.append(
            Tie(
                tuple(unit for group in ordered for unit in group),
                total,
                self._label(link),
                written,
            )
        )
        return [group for part in ordered for group in self._by(rest, total, part)]

    @staticmethod
    def _higher_first(link: TieBreak):
        if link.by in ("node", "fact"):
            return link.higher_first
        return link.by in ("bonus", "women")

    def _label(self, link):
        if link.label:
            return link.label
        if link.node:
            node = self.criteria.by_key[link.node]
            return f"{node.code or node.name} {'cao' if link.higher_first else 'thấp'} hơn"
        return LINK_WORDS[link.by]

    def _value(self, link, unit):
        card, facts = self.cards[unit], self.facts.get(unit, Facts())
        if link.by == "node":
            outcome = card[link.node]
            return None if outcome.is_excluded else outcome.counted
        if link.by == "fact":
            return self._fact(link, facts)
        if link.by == "fewer_penalties":
            return card.penalty
        if link.by == "bonus":
            return card.bonus
        if link.by == "women":
            known = facts.women_percent
            return None if known is None else Decimal(known >= WOMEN_PREFERRED)
        decided = facts.ranks.get(link.by)
        return None if decided is None else Decimal(decided)

    def _fact(self, link, facts):
        node = self.criteria.by_key[link.node]
        if not_for(node, facts):
            return None
        wanted = next(one for one in node.inputs(facts.targets) if one.name == link.input)
        try:
            value = wanted.read(facts.of(link.node).get(link.input))
        except BadFact:
            return None
        return value if isinstance(value, Decimal) else None


def _within_quotas(criteria, places):
    """Units beyond a class's quota fall to the next class; equals fall together."""
    if not any(level.quota is not None for level in criteria.classes):
        return places
    names = [level.name for level in criteria.classes]
    for level, below in zip(criteria.classes, names[1:], strict=False):
        if level.quota is None:
            continue
        room = int(level.quota * len(places) / HUNDRED)
        members = [one for one in places if one.class_name == level.name]
        kept = members[:room]
        if len(members) > room and kept and kept[-1].place == members[room].place:
            kept = [one for one in kept if one.place != members[room].place]
        note = f"{level.name} nhiều nhất {figure(level.quota)} % số đơn vị: {room} đơn vị"
        places = [
            replace(one, class_name=below, class_note=note)
            if one.class_name == level.name and one not in kept
            else one
            for one in places
        ]
    return places
