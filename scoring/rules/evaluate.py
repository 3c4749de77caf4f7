"""From facts to a card: every criterion, every group, the total, gates and class."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from scoring.rules import leaf as leaves
from scoring.rules.conditions import SIGNS, WRITTEN, Condition
from scoring.rules.criteria import CriteriaSet, Gate, Node
from scoring.rules.explain import Step, added, capped, raised
from scoring.rules.facts import Facts
from scoring.rules.kinds import Days, Scene
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


class Bloc:
    """The facts of every unit of a bloc, for rules that compare; closed: whether they may."""

    def __init__(self, criteria: CriteriaSet, facts: Mapping[str, Facts], days: Days, closed: bool):
        self.criteria, self.facts, self.days, self.closed = criteria, facts, days, closed
        self._numbers, self._points = {}, {}

    def numbers(self, key: str, name: str) -> Mapping[str, Decimal] | None:
        """By unit, the value of one number of one criterion where it applies; None when not closed."""
        if not self.closed:
            return None
        if (key, name) not in self._numbers:
            self._numbers[key, name] = self._read(self.criteria.by_key[key], name)
        return self._numbers[key, name]

    def _read(self, node, name):
        found = {}
        for unit, facts in self.facts.items():
            try:
                values, missing = leaves.read_values(node, facts.of(node.key), facts.targets)
            except BadFact:
                continue
            if not missing and not not_for(node, facts):
                found[unit] = values[name]
        return found

    def points(self, key: str) -> Mapping[str, Decimal] | None:
        """By unit, the points of one criterion where it applies; None when not closed."""
        if not self.closed:
            return None
        if key not in self._points:
            self._points[key] = {}
            node = self.criteria.by_key[key]
            for unit, facts in self.facts.items():
                if not not_for(node, facts):
                    outcome = Evaluation(self.criteria, facts, self.days, self).outcome(key)
                    if outcome.points is not None:
                        self._points[key][unit] = outcome.points
        return self._points[key]


def not_for(node: Node, facts: Facts) -> str:
    """Why a criterion does not apply to this unit; "" when it does."""
    if facts.unit in node.not_for or (node.applies_to and facts.unit not in node.applies_to):
        return "bảng tiêu chí không áp dụng cho đơn vị này"
    return facts.na.get(node.key, "")


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
class Card:
    """Everything that came of one unit's facts."""

    criteria: CriteriaSet
    unit: str
    outcomes: Mapping[str, Outcome]
    steps: tuple[Step, ...]
    earned: Decimal
    applicable: Decimal
    scaled: Decimal
    bonus: Decimal
    penalty: Decimal
    total: Decimal
    gates: tuple[GateOutcome, ...] = ()
    class_name: str = ""
    class_note: str = ""

    def __getitem__(self, key: str) -> Outcome:
        return self.outcomes[key]

    @cached_property
    def leaves(self) -> list[Outcome]:
        return [one for one in self.outcomes.values() if one.node.is_leaf]

    @cached_property
    def missing(self) -> list[Outcome]:
        """Criteria whose facts are not all there, or are refused."""
        return [one for one in self.leaves if one.missing or one.problem]

    @cached_property
    def pending(self) -> list[Outcome]:
        """Criteria that wait for the whole bloc, or for a day that is not set."""
        return [one for one in self.leaves if one.pending]

    @cached_property
    def lacking_evidence(self) -> list[Outcome]:
        return [one for one in self.leaves if one.without_evidence]

    @property
    def is_complete(self) -> bool:
        return not self.missing and not self.pending

    @cached_property
    def is_provisional(self) -> bool:
        """Whether an estimate, something awaited or something missing stands behind the total."""
        return (
            not self.is_complete
            or any(one.provisional for one in self.leaves)
            or any(gate.state == "awaited" for gate in self.gates)
        )

    def gate_hit(self, effect: str) -> bool:
        return any(one.state == "hit" and one.gate.effect == effect for one in self.gates)


class Evaluation:
    """One unit's card in the making; outcomes are worked out when asked for, once."""

    def __init__(self, criteria: CriteriaSet, facts: Facts, days: Days, bloc: Bloc | None = None):
        self.criteria, self.facts, self.days, self.bloc = criteria, facts, days, bloc
        self._done: dict[str, Outcome] = {}
        self._under_way: set[str] = set()

    def outcome(self, key: str) -> Outcome:
        if key not in self._done:
            node = self.criteria.by_key[key]
            if key in self._under_way:
                return Outcome(node, max=node.max, problem="tiêu chí này phụ thuộc vào chính nó")
            self._under_way.add(key)
            self._done[key] = self._leaf(node) if node.is_leaf else self._group(node)
            self._under_way.discard(key)
        return self._done[key]

    # Criteria

    def _leaf(self, node):
        outcome = self._applied(node)
        if node.key in self.facts.estimates and not outcome.na:
            outcome = replace(outcome, provisional=str(self.facts.estimates[node.key]))
        if node.key in self.facts.overrides:
            return leaves.overridden(outcome, self.facts.overrides[node.key])
        return outcome

    def _applied(self, node):
        if reason := not_for(node, self.facts):
            others = self.bloc.points(node.key) if self.bloc and node.na == "average" else None
            outcome = leaves.not_applicable(node, reason, others)
            if outcome.points is not None:
                points = self.criteria.rounding.leaf(outcome.points)
                outcome = replace(outcome, points=points, base=points)
            return outcome
        if node.only_if and (waiting := self._unmet(node)):
            return waiting
        outcome = leaves.score(node, self.facts.of(node.key), self.scene(node), self.facts.targets)
        if self.facts.evidence is not None:
            outcome = leaves.without_evidence(outcome, self.facts.evidence.get(node.key, 0))
        return outcome

    def scene(self, node):
        return Scene(
            node.key,
            node.full,
            self.criteria.rounding.leaf,
            self.days,
            self.facts.unit,
            self.facts.targets,
            lambda name: self.bloc.numbers(node.key, name) if self.bloc else None,
            None if self.facts.peers is None else self.facts.peers.get(node.key, {}),
        )

    def _unmet(self, node):
        """The outcome when the condition on which this criterion depends does not hold, else None."""
        holds, reason = self._holds(node.only_if)
        if holds:
            return None
        if holds is None:
            return Outcome(node, max=node.max, pending=f"chờ {reason}")
        step = Step(f"chỉ tính khi {self._words(node.only_if)}; hiện {reason}", "", ZERO)
        return Outcome(node, ZERO, node.max, steps=(step,))

    # Conditions

    def _holds(self, condition: Condition):
        """(True, False or None when not known yet; what was found)."""
        node = self.criteria.by_key[condition.node]
        if condition.input:
            raw = self.facts.of(node.key).get(condition.input)
            if raw in (None, ""):
                return None, f"dữ kiện của {node.code or node.name}"
            if node.key in self.facts.estimates:
                return None, f"kết quả chính thức của {node.code or node.name}"
            text = {True: "true", False: "false"}.get(raw, str(raw))
            return (text in condition.among) != condition.negated, self._label(
                node, condition, text
            )
        outcome = self.outcome(node.key)
        if not self._complete(outcome):
            return None, f"đủ dữ kiện của {node.code or node.name}"
        most = outcome.max if outcome.max is not None else ZERO
        bound = condition.points
        if bound is None:
            bound = divided(times(most, condition.percent), HUNDRED)
        sign = WRITTEN.get(condition.sign, condition.sign)
        held = SIGNS[condition.sign](outcome.counted, bound)
        found = f"{node.code or node.name} {figure(outcome.counted)}"
        return held, f"{found} {sign} {figure(bound)}" if held else f"{found}, mức {figure(bound)}"

    def _complete(self, outcome):
        if outcome.node.is_leaf:
            return outcome.is_complete
        return all(self._complete(self.outcome(child.key)) for child in outcome.node.children)

    def _label(self, node, condition, text):
        wanted = next(one for one in node.inputs() if one.name == condition.input)
        return f"{node.code}: {dict(wanted.options).get(text, text)}"

    def _words(self, condition):
        node = self.criteria.by_key[condition.node]
        sign = WRITTEN.get(condition.sign, condition.sign)
        if condition.input:
            return (
                f"{node.code or node.name} {'không ' if condition.negated else ''}thuộc mức đã nêu"
            )
        limit = (
            f"{percent(condition.percent)} điểm tối đa"
            if condition.points is None
            else figure(condition.points)
        )
        return f"{node.code or node.name} {sign} {limit}"

    # Groups

    def _group(self, node):
        outcomes = [self.outcome(child.key) for child in node.children]
        applied = [one for one in outcomes if not one.is_excluded]
        left_out = sum((one.max or ZERO for one in outcomes if one.is_excluded), ZERO)
        most = None if node.max is None else node.max - left_out
        if node.children and not applied:
            return Outcome(node, None, ZERO, na="exclude", na_reason="không mục nào áp dụng")
        inner = sum((one.max or ZERO for one in applied if not one.node.is_leaf), ZERO)
        if most is not None and inner and all(not one.node.is_leaf for one in outcomes):
            most = min(most, inner)
        if most is None:
            most = sum((one.max or ZERO for one in applied), ZERO) or None
        return self._summed(node, applied, most, any(one.points is not None for one in applied))

    def _summed(self, node, applied, most, known):
        values = [one.counted for one in applied]
        total, steps = sum(values, ZERO), [added("cộng", values, sum(values, ZERO))]
        bonus = sum((one.bonus for one in applied), ZERO)
        deducted = sum((one.deducted for one in applied), ZERO)
        was_capped = False
        if node.bonus_cap is not None and bonus > node.bonus_cap:
            left = total - (bonus - node.bonus_cap)
            steps += _corrected("thưởng trong nhóm", total, -bonus, node.bonus_cap, left)
            total, bonus, was_capped = left, node.bonus_cap, True
        if node.penalty_cap is not None and deducted > node.penalty_cap:
            left = total + (deducted - node.penalty_cap)
            steps += _corrected("trừ trong nhóm", total, deducted, -node.penalty_cap, left)
            total, deducted, was_capped = left, node.penalty_cap, True
        if node.net_cap is not None and abs(bonus - deducted) > node.net_cap:
            net = bonus - deducted
            kept = node.net_cap if net > 0 else -node.net_cap
            left = total - net + kept
            steps += _corrected("cộng trừ trong nhóm", total, -net, kept, left)
            total, was_capped = left, True
        ceiling = None if most is None else most + (bonus if node.max is not None else ZERO)
        if ceiling is not None and total > ceiling:
            steps.append(capped("vượt điểm tối đa", total, ceiling))
            total, was_capped = ceiling, True
        rounded = self.criteria.rounding.group(total)
        if rounded != total:
            steps.append(Step("làm tròn", figure(total), rounded))
        return Outcome(
            node,
            rounded if known else None,
            most,
            rounded - bonus + deducted,
            bonus,
            deducted,
            tuple(steps),
            capped=was_capped,
            provisional=next((one.provisional for one in applied if one.provisional), ""),
        )

    # The whole card

    def card(self) -> Card:
        for root in self.criteria.nodes:
            for node in root.walk():
                self.outcome(node.key)
        outcomes = {key: self._done[key] for key in self.criteria.by_key}
        steps: list[Step] = []
        earned, applicable, scaled = self._scaled(outcomes, steps)
        bonus = self._section("bonus", outcomes, steps, "điểm thưởng", self.criteria.bonus_cap)
        penalty = self._section("penalty", outcomes, steps, "điểm trừ", None)
        total = self._total(scaled, bonus, penalty, steps)
        gates = tuple(self._gate(gate) for gate in self.criteria.gates)
        class_name, note = self._class(total, gates)
        return Card(
            self.criteria,
            self.facts.unit,
            outcomes,
            tuple(steps),
            earned,
            applicable,
            scaled,
            bonus,
            penalty,
            total,
            gates,
            class_name,
            note,
        )

    def _scaled(self, outcomes, steps):
        """Points of the base groups, of how many, and brought up to the whole scale."""
        roots = [outcomes[node.key] for node in self.criteria.section("base")]
        by_group = self.criteria.normalise == "group"
        if by_group:
            roots = [self._group_scaled(one, steps) for one in roots]
        values = [one.counted for one in roots if not one.is_excluded]
        earned, base_max = sum(values, ZERO), self.criteria.base_max
        steps.append(added("cộng các nhóm", values or [ZERO], earned))
        applicable = base_max
        for root, one in zip(self.criteria.section("base"), roots, strict=True):
            whole = root.max if root.max is not None else one.max or ZERO
            applicable -= whole - (ZERO if one.is_excluded else one.max or ZERO)
        scaled = earned
        if ZERO < applicable < base_max:
            scaled = self.criteria.rounding.total(divided(times(earned, base_max), applicable))
            if self.criteria.rounding.stage == "total":
                scaled = self.criteria.rounding.leaf(divided(times(earned, base_max), applicable))
            expression = f"{figure(earned)}/{figure(applicable)} × {figure(base_max)}"
            steps.append(Step("quy đổi", expression, scaled))
        if scaled > base_max:
            ceiling = base_max + sum((one.bonus for one in roots), ZERO)
            if scaled > ceiling:
                steps.append(capped("vượt thang điểm", scaled, ceiling))
                scaled = ceiling
        return earned, applicable, scaled

    def _group_scaled(self, outcome, steps):
        """A group with criteria left out, brought up to its own maximum."""
        node = outcome.node
        if outcome.is_excluded or node.max is None or not outcome.max or outcome.max >= node.max:
            return outcome
        value = self.criteria.rounding.group(divided(times(outcome.counted, node.max), outcome.max))
        expression = f"{figure(outcome.counted)}/{figure(outcome.max)} × {figure(node.max)}"
        steps.append(Step(f"quy đổi {node.code or node.name}", expression, value))
        return replace(outcome, points=value, max=node.max)

    def _section(self, name, outcomes, steps, label, cap):
        values = [
            outcomes[node.key].counted
            for node in self.criteria.section(name)
            if not outcomes[node.key].is_excluded
        ]
        if not values:
            return ZERO
        total = sum(values, ZERO)
        steps.append(added(label, values, total))
        if cap is not None and total > cap:
            steps.append(capped(f"vượt mức {label} tối đa", total, cap))
            total = cap
        return total

    def _total(self, scaled, bonus, penalty, steps):
        total = scaled + bonus - penalty
        written = f"{figure(scaled)} + {figure(bonus)} − {figure(penalty)}"
        rounded = self.criteria.rounding.total(total)
        steps.append(Step("tổng điểm", written, rounded))
        if self.criteria.total_cap is not None and rounded > self.criteria.total_cap:
            steps.append(capped("vượt tổng tối đa", rounded, self.criteria.total_cap))
            rounded = self.criteria.total_cap
        if self.criteria.floor is not None and rounded < self.criteria.floor:
            steps.append(raised("dưới mức thấp nhất", rounded, self.criteria.floor))
            rounded = self.criteria.floor
        return rounded

    # Gates and class

    def _gate(self, gate):
        declared = self.facts.gates.get(gate.key)
        if declared:
            return GateOutcome(gate, declared.state, declared.note)
        if not gate.conditions:
            return GateOutcome(gate, "clear")
        found = [self._holds(condition) for condition in gate.conditions]
        for held, reason in found:
            if held:
                return GateOutcome(gate, "hit", reason)
        waiting = next((reason for held, reason in found if held is None), "")
        return GateOutcome(gate, "awaited" if waiting else "clear", waiting and f"chờ {waiting}")

    def _class(self, total, gates):
        """(name of the class, what changed it)."""
        levels = self.criteria.classes
        if not levels:
            return "", ""
        hit = [one for one in gates if one.state == "hit"]
        if barred := next((one for one in hit if one.gate.effect == "not_ranked"), None):
            return NOT_RANKED, f"{barred.gate.code}: {barred.gate.name}"
        reached = [level.at_least is None or total >= level.at_least for level in levels]
        place = reached.index(True) if True in reached else len(levels) - 1
        note = ""
        for one in hit:
            if one.gate.effect == "lower_class" and place < len(levels) - 1:
                place, note = place + 1, f"{one.gate.code}: hạ một bậc"
            elif one.gate.effect == "cap_class":
                names = [level.name for level in levels]
                lowest = names.index(one.gate.class_name) if one.gate.class_name in names else 0
                if place < lowest:
                    place, note = lowest, f"{one.gate.code}: cao nhất là {one.gate.class_name}"
        return levels[place].name, note


def _corrected(what, total, out, back, left):
    """A group's sum with one part of it replaced by its ceiling."""
    signs = [("+" if value >= 0 else "−", figure(abs(value))) for value in (out, back)]
    written = figure(total) + "".join(f" {sign} {value}" for sign, value in signs)
    return [Step(f"{what} chỉ tính đến mức tối đa", written, left)]


def evaluate(criteria: CriteriaSet, facts: Facts, days: Days, bloc: Bloc | None = None) -> Card:
    """The card of one unit. Without a bloc, rules that compare units wait for it."""
    return Evaluation(criteria, facts, days, bloc).card()


def evaluate_bloc(
    criteria: CriteriaSet, facts: Mapping[str, Facts], days: Days, *, closed: bool = True
) -> dict[str, Card]:
    """The cards of all units; closed: whether rules that compare units may."""
    bloc = Bloc(criteria, facts, days, closed)
    return {unit: evaluate(criteria, one, days, bloc) for unit, one in facts.items()}


__all__ = ["Bloc", "Card", "Evaluation", "GateOutcome", "evaluate", "evaluate_bloc"]
