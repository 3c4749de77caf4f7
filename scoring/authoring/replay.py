"""Last year's facts on the table that is being written: who would have gained.

Only of published rounds: their totals are known to everyone of the bloc already.
"""

from dataclasses import dataclass, replace
from decimal import Decimal

from scoring.authoring.tree import walk
from scoring.evaluation import Desk
from scoring.models import PointsRecord, ScoringRound
from scoring.rules import Card, CriteriaSet, Facts, Malformed, evaluate_bloc, load, rank

FINAL = PointsRecord.Stage.FINAL


@dataclass(frozen=True)
class Line:
    """One unit: total and place under the table of its year, and under this one."""

    unit: str
    before: Decimal
    place_before: int | None
    after: Decimal
    place_after: int | None

    @property
    def difference(self) -> Decimal:
        return self.after - self.before


@dataclass(frozen=True)
class Replay:
    """The units in their new order; what could not be carried over, as (criterion, why)."""

    year: int
    lines: tuple[Line, ...] = ()
    unfit: tuple[tuple[str, str], ...] = ()
    problem: str = ""

    @property
    def gained(self):
        return [line for line in self.lines if line.difference > 0]

    @property
    def lost(self):
        return [line for line in self.lines if line.difference < 0]


def last_published_round(year):
    """The latest round of the bloc that is published, None while there is none."""
    return (
        ScoringRound.objects.filter(
            year__bloc=year.bloc_id,
            year__number__lte=year.number,
            state=ScoringRound.State.PUBLISHED,
        )
        .select_related("year__bloc__authority", "criteria")
        .order_by("-year__number")
        .first()
    )


def replay(document: dict, round: ScoringRound) -> Replay:
    """What the facts of a published round give under this document; of units that sent a card in."""
    try:
        table = load(document)
    except Malformed as refused:
        return Replay(round.year.number, problem=f"Chưa tính thử được: {refused}.")
    cards = round.cards.exclude(submitted_at=None).select_related("unit").order_by("pk")
    members = round.year.members()
    desk = Desk(round, cards, members=members)
    old_facts = {card.unit.slug: desk.facts(card, FINAL) for card in desk.cards}
    before = {card.unit.slug: desk.card(card, FINAL) for card in desk.cards}
    unchanged = _same_nodes(round.criteria.document, document)
    facts = {unit: carried_over(table, one, unchanged) for unit, one in old_facts.items()}
    after = evaluate_bloc(table, facts, desk.days)
    names = {m.unit.slug: m.unit.name_on(round.year.reference_day).short for m in members}
    return Replay(
        round.year.number,
        tuple(_lines(desk.table, table, before, after, old_facts, facts, names)),
        tuple(_unfit(desk.table, table, after)),
    )


def carried_over(table: CriteriaSet, facts: Facts, unchanged: set[str]) -> Facts:
    """Of these facts, those that the table asks for too.

    Points set by hand hold only for criteria that say what they said before.
    """
    leaves = {leaf.key: leaf for leaf in table.leaves}
    values = {}
    for key in facts.values.keys() & leaves.keys():
        names = {one.name for one in leaves[key].inputs(facts.targets)}
        values[key] = {name: value for name, value in facts.values[key].items() if name in names}
    gates = {gate.key for gate in table.gates}

    def kept(mapping, keys):
        return {key: value for key, value in mapping.items() if key in keys}

    return replace(
        facts,
        values=values,
        na=kept(facts.na, leaves),
        evidence=facts.evidence and kept(facts.evidence, leaves),
        overrides=kept(facts.overrides, leaves.keys() & unchanged),
        estimates=kept(facts.estimates, leaves),
        gates=kept(facts.gates, gates),
    )


def _same_nodes(before, after):
    """Keys of criteria that both documents write the same."""
    old = {place.node["key"]: place.node for place in walk(before)}
    return {place.node["key"] for place in walk(after) if old.get(place.node["key"]) == place.node}


def _lines(old, new, before, after, old_facts, facts, names):
    places_before = {place.unit: place.place for place in rank(old, before, old_facts).places}
    for place in rank(new, after, facts).places:
        unit = place.unit
        yield Line(
            names.get(unit, unit),
            before[unit].total,
            places_before[unit],
            after[unit].total,
            place.place,
        )


def _unfit(old: CriteriaSet, new: CriteriaSet, after: dict[str, Card]):
    """Criteria that last year's facts say nothing of, or nothing usable, and those that are gone."""
    for leaf in new.leaves:
        outcomes = [card[leaf.key] for card in after.values()]
        lacking = [one for one in outcomes if one.missing or one.problem or one.pending]
        if not lacking:
            continue
        if leaf.key not in old.by_key:
            why = "tiêu chí mới, năm cũ không có số liệu; tính 0 điểm"
        else:
            why = (
                lacking[0].problem or lacking[0].pending or f"thiếu {'; '.join(lacking[0].missing)}"
            )
            why = f"{len(lacking)}/{len(outcomes)} đơn vị không có điểm: {why}"
        yield leaf.label, why
    for leaf in old.leaves:
        if leaf.key not in new.by_key:
            yield leaf.label, "không còn trong bảng này; số liệu năm cũ không dùng"
