"""From facts to a card: every criterion, every group, the total, gates and class."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
from functools import cached_property

from scoring.rules import leaf as leaves
from scoring.rules.criteria import CriteriaSet, Node
from scoring.rules.explain import Step, added, capped, raised, term
from scoring.rules.facts import Facts
from scoring.rules.gates import (
    NOT_RANKED,
    GateOutcome,
    class_of,
    condition_words,
    gate_outcome,
    verdict,
)
from scoring.rules.groups import group_outcome, part_of
from scoring.rules.kinds import Days, Scene
from scoring.rules.leaf import Outcome
from scoring.rules.numbers import EXACT, ZERO, divided, figure, times
from scoring.rules.params import BadFact

MOST_REMEMBERED = 20_000


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


def _unchanged(criteria: CriteriaSet, facts: Facts, before: Facts, card: Card) -> dict:
    """The card's outcomes on which nothing that is said otherwise now has a bearing."""
    touched = set(criteria.conditional)
    for now, then in (
        (facts.values, before.values),
        (facts.na, before.na),
        (facts.estimates, before.estimates),
        (facts.overrides, before.overrides),
        (facts.evidence or {}, before.evidence or {}),
    ):
        if now is not then:
            touched |= {key for key in {*now, *then} if now.get(key) != then.get(key)}
    for key in touched & criteria.by_key.keys():
        while key := criteria.by_key[key].parent:
            touched.add(key)
    return {key: one for key, one in card.outcomes.items() if key not in touched}


class Evaluation:
    """One unit's card in the making; outcomes are worked out when asked for, once."""

    def __init__(
        self,
        criteria: CriteriaSet,
        facts: Facts,
        days: Days,
        bloc: Bloc | None = None,
        like: "tuple[Facts, Card] | None" = None,
    ):
        self.criteria, self.facts, self.days, self.bloc = criteria, facts, days, bloc
        self.rounding = criteria.rounding
        self._done: dict[str, Outcome] = _unchanged(criteria, facts, *like) if like else {}

    def outcome(self, key: str) -> Outcome:
        if key not in self._done:
            node = self.criteria.by_key[key]
            self._done[key] = self._leaf(node) if node.is_leaf else self._group(node)
        return self._done[key]

    def _group(self, node):
        children = [self.outcome(child.key) for child in node.children]
        return group_outcome(node, children, self.rounding.group)

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
            return leaves.not_applicable(node, reason, others, self.rounding.leaf)
        if node.only_if and (barred := self._barred(node)):
            return barred
        outcome = self._scored(node)
        if self.facts.evidence is not None:
            outcome = leaves.without_evidence(outcome, self.facts.evidence.get(node.key, 0))
        return outcome

    def _scored(self, node):
        """Worked out once for the same facts, where nothing but they decide."""
        raw = self.facts.of(node.key)
        known = node.stands_alone and all(type(value) in (str, bool) for value in raw.values())
        if not known:
            return leaves.score(node, raw, self.scene(node), self.facts.targets)
        memo, key = self.criteria.memo, (node.key, *sorted(raw.items()))
        outcome = memo.get(key)
        if outcome is None:
            if len(memo) >= MOST_REMEMBERED:
                memo.clear()
            outcome = memo[key] = leaves.score(node, raw, self.scene(node), self.facts.targets)
        return outcome

    def scene(self, node):
        return Scene(
            node.key,
            node.full,
            self.rounding.leaf,
            self.days,
            self.facts.unit,
            self.facts.targets,
            lambda name: self.bloc.numbers(node.key, name) if self.bloc else None,
            None if self.facts.peers is None else self.facts.peers.get(node.key, {}),
        )

    def _barred(self, node):
        """The outcome when the condition on which this criterion depends does not hold, else None."""
        found = self._verdict(node.only_if)
        if found.holds:
            return None
        if found.holds is None:
            return Outcome(node, max=node.max, pending=f"chờ {found.found}")
        label = f"chỉ tính khi {condition_words(node.only_if, found.node)}"
        if node.only_if.input or not found.found[:1].isdigit():
            step = Step(f"{label}; hiện {found.found}", "", ZERO)
        else:
            step = Step(label, found.found, ZERO, "được")
        return Outcome(node, ZERO, node.max, steps=(step,))

    def _verdict(self, condition):
        node = self.criteria.by_key[condition.node]
        barred = not_for(node, self.facts) if node.is_leaf else ""
        return verdict(condition, node, self.facts, barred, lambda: self._complete(node))

    def _complete(self, node):
        """A node's outcome, without points while any criterion below it has none."""
        outcome = self.outcome(node.key)
        if all(self.outcome(one.key).is_complete for one in node.walk() if one.is_leaf):
            return outcome
        return replace(outcome, points=None)

    # The whole card

    def card(self) -> Card:
        outcomes = {key: self.outcome(key) for key in self.criteria.by_key}
        steps: list[Step] = []
        earned, applicable, scaled = self._scaled(outcomes, steps)
        bonus = self._section("bonus", outcomes, steps, "điểm thưởng", self.criteria.bonus_cap)
        penalty = self._section("penalty", outcomes, steps, "điểm trừ", None)
        total = self._total(scaled, bonus, penalty, steps)
        gates = tuple(self._gate(gate) for gate in self.criteria.gates)
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
            *class_of(self.criteria, total, gates),
        )

    def _gate(self, gate):
        return gate_outcome(
            gate, self.facts, lambda: [self._verdict(condition) for condition in gate.conditions]
        )

    def _scaled(self, outcomes, steps):
        """Points of the base groups, of how many, and brought up to the whole scale."""
        nodes, base_max = self.criteria.section("base"), self.criteria.base_max
        roots = [outcomes[node.key] for node in nodes]
        if self.criteria.normalise == "group":
            roots = [self._group_scaled(one, steps) for one in roots]
        values = [one.counted for one in roots if not one.is_excluded]
        earned = sum(values, ZERO)
        steps.append(added("cộng các nhóm", values or [ZERO], earned))
        left_out = sum((node.whole for node in nodes), ZERO) - sum(map(part_of, roots), ZERO)
        applicable = max(ZERO, base_max - left_out)
        extra = sum((one.bonus for one in roots), ZERO)
        scaled = earned
        if ZERO < applicable < base_max:
            scaled = self._brought_up(earned, extra, applicable, base_max, self._late_total, steps)
        if scaled > base_max + extra:
            steps.append(capped("vượt thang điểm", scaled, base_max + extra))
            scaled = base_max + extra
        return earned, applicable, scaled

    def _late_total(self, value):
        """Rounds what goes into the total: not yet when only the total itself is rounded."""
        if self.rounding.stage == "total":
            return self.rounding.leaf(value)
        return self.rounding.total(value)

    @staticmethod
    def _brought_up(points, bonus, of, to, round_, steps, label="quy đổi"):
        """Points out of `of` brought up to `to`; bonuses among them stay what they are."""
        scaled = round_(divided(times(points - bonus, to), of) + bonus)
        own = f"({figure(points)} − {figure(bonus)})" if bonus else term(points)
        plus = f" + {figure(bonus)}" if bonus else ""
        steps.append(Step(label, f"{own}/{figure(of)} × {figure(to)}{plus}", scaled))
        return scaled

    def _group_scaled(self, outcome, steps):
        """A group with criteria left out, brought up to its own maximum."""
        node = outcome.node
        if outcome.is_excluded or not outcome.max or outcome.max >= node.whole:
            return outcome
        value = self._brought_up(
            outcome.counted,
            outcome.bonus,
            outcome.max,
            node.whole,
            self.rounding.group,
            steps,
            f"quy đổi {node.short}",
        )
        return replace(outcome, points=value, max=node.whole)

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
        written = f"{term(scaled)} + {term(bonus)} − {term(penalty)}"
        rounded = self.rounding.total(total)
        steps.append(Step("tổng điểm", written, rounded))
        if self.criteria.total_cap is not None and rounded > self.criteria.total_cap:
            steps.append(capped("vượt tổng tối đa", rounded, self.criteria.total_cap))
            rounded = self.criteria.total_cap
        if self.criteria.floor is not None and rounded < self.criteria.floor:
            steps.append(raised("dưới mức thấp nhất", rounded, self.criteria.floor))
            rounded = self.criteria.floor
        return rounded


def evaluate(
    criteria: CriteriaSet,
    facts: Facts,
    days: Days,
    bloc: Bloc | None = None,
    like: tuple[Facts, Card] | None = None,
) -> Card:
    """The card of one unit. Without a bloc, rules that compare units wait for it.

    like: facts and card of the same unit that differ little: what is said as before is not worked
    out again. Both must be under the same days and bloc.
    """
    # Sums and differences of large numbers stay exact too.
    with localcontext(EXACT):
        return Evaluation(criteria, facts, days, bloc, like).card()


def evaluate_bloc(
    criteria: CriteriaSet, facts: Mapping[str, Facts], days: Days, *, closed: bool = True
) -> dict[str, Card]:
    """The cards of all units; closed: whether rules that compare units may."""
    bloc = Bloc(criteria, facts, days, closed)
    return {unit: evaluate(criteria, one, days, bloc) for unit, one in facts.items()}


__all__ = ["NOT_RANKED", "Bloc", "Card", "Evaluation", "GateOutcome", "evaluate", "evaluate_bloc"]
