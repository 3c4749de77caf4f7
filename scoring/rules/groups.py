"""A group: what its criteria give together, under its ceilings."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from scoring.rules.criteria import Node
from scoring.rules.explain import Step, added, capped, term
from scoring.rules.leaf import Outcome
from scoring.rules.numbers import ZERO, figure


def group_outcome(
    node: Node, outcomes: list[Outcome], round_: Callable[[Decimal], Decimal]
) -> Outcome:
    """The outcome of a group from its children's, in order."""
    applied = [one for one in outcomes if not one.is_excluded]
    if not applied:
        return Outcome(node, None, ZERO, na="exclude", na_reason="không mục nào áp dụng")
    most = attainable(node, outcomes)
    sums = _Sums.of(applied)
    sums.keep_ceilings(node, most)
    value = round_(sums.points)
    if value != sums.points:
        sums.steps.append(Step("làm tròn", figure(sums.points), value))
    return Outcome(
        node,
        value if any(one.points is not None for one in applied) else None,
        most or None,
        value - sums.bonus + sums.deducted,
        sums.bonus,
        sums.deducted,
        tuple(sums.steps),
        capped=sums.capped,
        provisional=next((one.provisional for one in applied if one.provisional), ""),
    )


def attainable(node: Node, outcomes: list[Outcome]) -> Decimal:
    """A group's maximum once what does not apply is left out.

    Where the children's maxima together exceed the group's, what is left out comes off that excess
    first: the rest can still fill the group.
    """
    children = sum((child.whole for child in node.children), ZERO)
    applicable = sum((part_of(one) for one in outcomes), ZERO)
    left_out = children - applicable
    excess = max(ZERO, children - node.whole)
    return node.whole - max(ZERO, left_out - excess)


def part_of(outcome: Outcome) -> Decimal:
    """Of a node's whole maximum, what applies to the unit."""
    return ZERO if outcome.is_excluded or outcome.max is None else outcome.max


@dataclass
class _Sums:
    """A group's points in the making: points = base + bonus − deducted, at every step."""

    points: Decimal
    bonus: Decimal
    deducted: Decimal
    steps: list[Step]
    capped: bool = False

    @classmethod
    def of(cls, applied):
        values = [one.counted for one in applied]
        total = sum(values, ZERO)
        bonus = sum((one.bonus for one in applied), ZERO)
        deducted = sum((one.deducted for one in applied), ZERO)
        return cls(total, bonus, deducted, [added("cộng", values, total)])

    def keep_ceilings(self, node, most):
        if node.bonus_cap is not None and self.bonus > node.bonus_cap:
            self._correct("thưởng trong nhóm", -self.bonus, node.bonus_cap)
            self.bonus = node.bonus_cap
        if node.penalty_cap is not None and self.deducted > node.penalty_cap:
            self._correct("trừ trong nhóm", self.deducted, -node.penalty_cap)
            self.deducted = node.penalty_cap
        net = self.bonus - self.deducted
        if node.net_cap is not None and abs(net) > node.net_cap:
            kept = node.net_cap if net > 0 else -node.net_cap
            self._correct("cộng trừ trong nhóm", -net, kept)
            if net > 0:
                self.bonus = self.deducted + kept
            else:
                self.deducted = self.bonus - kept
        if node.max is not None and self.points > most + self.bonus:
            self.steps.append(capped("vượt điểm tối đa", self.points, most + self.bonus))
            self.points, self.capped = most + self.bonus, True

    def _correct(self, what, out, back):
        """Replace one part of the sum by its ceiling."""
        left = self.points + out + back
        signs = [("+" if value >= 0 else "−", figure(abs(value))) for value in (out, back)]
        written = term(self.points) + "".join(f" {sign} {value}" for sign, value in signs)
        self.steps.append(Step(f"{what} chỉ tính đến mức tối đa", written, left))
        self.points, self.capped = left, True
