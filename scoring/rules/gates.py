"""Conditions beside the points: whether they hold, what gates do, and the class that is reached."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from scoring.rules.conditions import OPPOSITE, SIGNS, WRITTEN, Condition, plain
from scoring.rules.criteria import CriteriaSet, Gate, Node
from scoring.rules.facts import Facts
from scoring.rules.leaf import Outcome
from scoring.rules.numbers import HUNDRED, ZERO, divided, figure, percent, times
from scoring.rules.params import BadFact

EFFECT_WORDS = {
    "not_ranked": "không xếp loại",
    "not_eligible": "không xét Cờ thi đua",
    "suspend": "tạm dừng xét",
    "cap_class": "khống chế mức xếp loại",
    "lower_class": "hạ một bậc xếp loại",
}
NOT_RANKED = "Không xếp loại"


@dataclass(frozen=True)
class GateOutcome:
    """Where a unit stands with one gate: hit, clear or awaited, and why."""

    gate: Gate
    state: str
    reason: str = ""

    @property
    def effect_words(self) -> str:
        if self.gate.effect == "cap_class":
            return f"xếp loại cao nhất là {self.gate.class_name}"
        return EFFECT_WORDS[self.gate.effect]


@dataclass(frozen=True)
class Verdict:
    """Whether a condition holds, and what was found: "6,5 < 7,2"; None, and what it waits for."""

    holds: bool | None
    node: Node
    found: str

    @property
    def words(self) -> str:
        return f"{self.node.short}: {self.found}"


def verdict(
    condition: Condition, node: Node, facts: Facts, barred: str, outcome: Callable[[], Outcome]
) -> Verdict:
    """Whether a condition holds for a unit.

    barred: why the criterion does not apply to the unit. Of what does not apply nothing is true.
    """
    if condition.input:
        return Verdict(False, node, barred) if barred else _of_fact(condition, node, facts)
    found = outcome()
    if found.is_excluded:
        return Verdict(False, node, found.na_reason)
    return _of_points(condition, node, found)


def _of_fact(condition, node, facts):
    wanted = next(one for one in node.inputs() if one.name == condition.input)
    try:
        value = wanted.read(facts.of(node.key).get(condition.input))
    except BadFact:
        value = None
    if value is None:
        return Verdict(None, node, f"đủ dữ kiện của {node.short}")
    if node.key in facts.estimates:
        return Verdict(None, node, f"kết quả chính thức của {node.short}")
    words = {"true": "có", "false": "không"} if wanted.type == "flag" else dict(wanted.options)
    text = plain(value)
    return Verdict((text in condition.among) != condition.negated, node, words.get(text, text))


def _of_points(condition, node, outcome):
    if outcome.points is None:
        return Verdict(None, node, f"đủ dữ kiện của {node.short}")
    bound = condition.points
    if bound is None:
        bound = divided(times(outcome.max or ZERO, condition.percent), HUNDRED)
    holds = SIGNS[condition.sign](outcome.points, bound)
    sign = WRITTEN.get(condition.sign, condition.sign) if holds else OPPOSITE[condition.sign]
    return Verdict(holds, node, f"{figure(outcome.points)} {sign} {figure(bound)}")


def condition_words(condition: Condition, node: Node) -> str:
    """A condition as a person says it: "I.3 ≥ 80 % điểm tối đa"."""
    if not condition.input:
        sign = WRITTEN.get(condition.sign, condition.sign)
        if condition.points is not None:
            return f"{node.short} {sign} {figure(condition.points)}"
        return f"{node.short} {sign} {percent(condition.percent)} điểm tối đa"
    wanted = next(one for one in node.inputs() if one.name == condition.input)
    words = {"true": "có", "false": "không"} if wanted.type == "flag" else dict(wanted.options)
    among = ", ".join(sorted(words.get(value, value) for value in condition.among))
    return f"{node.short}, {wanted.label} {'không là' if condition.negated else 'là'} {among}"


def gate_outcome(gate: Gate, facts: Facts, verdicts: Callable[[], list[Verdict]]) -> GateOutcome:
    """Where a unit stands with a gate: as declared, else by its conditions, else clear."""
    declared = facts.gates.get(gate.key)
    if declared:
        return GateOutcome(gate, declared.state, declared.note)
    found = verdicts()
    if held := next((one for one in found if one.holds), None):
        return GateOutcome(gate, "hit", held.words)
    if waiting := next((one for one in found if one.holds is None), None):
        return GateOutcome(gate, "awaited", f"chờ {waiting.found}")
    return GateOutcome(gate, "clear")


def class_of(
    criteria: CriteriaSet, total: Decimal, gates: tuple[GateOutcome, ...]
) -> tuple[str, str]:
    """(name of the class that is reached, what changed it).

    A class is lowered from where the points put it; then no gate's ceiling is exceeded.
    """
    levels = criteria.classes
    if not levels:
        return "", ""
    hit = [one for one in gates if one.state == "hit"]
    if barred := next((one for one in hit if one.gate.effect == "not_ranked"), None):
        return NOT_RANKED, f"{barred.gate.code}: {barred.gate.name}"
    reached = [level.at_least is None or total >= level.at_least for level in levels]
    place, notes = (reached.index(True) if True in reached else len(levels) - 1), []
    for one in hit:
        if one.gate.effect == "lower_class" and place < len(levels) - 1:
            place += 1
            notes.append(f"{one.gate.code}: hạ một bậc")
    place_of: Mapping[str, int] = {level.name: at for at, level in enumerate(levels)}
    for one in hit:
        lowest = place_of.get(one.gate.class_name, 0) if one.gate.effect == "cap_class" else 0
        if place < lowest:
            place = lowest
            notes.append(f"{one.gate.code}: cao nhất là {one.gate.class_name}")
    return levels[place].name, "; ".join(notes)
