"""The engine's arithmetic above the criteria, as formulas of a sheet.

The points of criteria are values; groups, ceilings, the scale, rounding and the total are worked
out by the sheet, as scoring/rules/evaluate.py does it. A sheet computes in binary fractions: every
sum is first brought to TRUE_PLACES, so that 2,675 is rounded up and not 2,67499….
"""

from dataclasses import dataclass
from decimal import Decimal

from scoring.rules import CriteriaSet, Node
from scoring.rules.numbers import WORKING_PLACES, ZERO

TRUE_PLACES = 10
# 18,00106 may be stored as 18,001059999…, which ROUNDDOWN would cut: more than any such error, less
# than a unit of the last true place of any total.
NUDGE = "1.00000000000002"
MARK_LEFT_OUT = "–"


@dataclass(frozen=True)
class Columns:
    """The letters of one stage's columns; `full` is the table's own maximum."""

    full: str
    points: str
    applies: str
    most: str
    bonus: str
    deducted: str


@dataclass(frozen=True)
class Lines:
    """Where things stand on the sheet, counted from 1: nodes by key, totals by name."""

    nodes: dict[str, int]
    totals: dict[str, int]


class Formulas:
    """The formulas of one stage of one card."""

    def __init__(self, criteria: CriteriaSet, lines: Lines, columns: Columns):
        self.criteria, self.lines, self.columns = criteria, lines, columns

    # Criteria and groups

    def most_of_leaf(self, node: Node) -> str:
        line = self.lines.nodes[node.key]
        return f"={self.columns.full}{line}*{self.columns.applies}{line}"

    def applies(self, node: Node) -> str:
        return f"=MAX({self._of(self.columns.applies, node.children)})"

    def most(self, node: Node) -> str:
        """Of how many points a group is: what does not apply comes off its children's excess first."""
        children = sum((child.whole for child in node.children), ZERO)
        excess = max(ZERO, children - node.whole)
        left_out = f"{plain(children - excess)}-SUM({self._of(self.columns.most, node.children)})"
        most = f"ROUND({plain(node.whole)}-MAX(0,{left_out}),{TRUE_PLACES})"
        return f"=IF({self._cell(self.columns.applies, node)}=0,0,{most})"

    def bonus(self, node: Node) -> str:
        bonus, deducted = self._kept(node)
        return f"={_least(bonus, _plus(deducted, node.net_cap))}"

    def deducted(self, node: Node) -> str:
        bonus, deducted = self._kept(node)
        return f"={_least(deducted, _plus(bonus, node.net_cap))}"

    def _kept(self, node):
        """(bonuses, deductions) of a group's children, each within the group's own ceiling."""
        bonus = f"SUM({self._of(self.columns.bonus, node.children)})"
        deducted = f"SUM({self._of(self.columns.deducted, node.children)})"
        return (
            _least(bonus, _plus("", node.bonus_cap)),
            _least(deducted, _plus("", node.penalty_cap)),
        )

    def points(self, node: Node) -> str:
        """A group's points: the sum with what its ceilings leave of it, its maximum, rounded."""
        children = self._of(self.columns.points, node.children)
        total, bonus = f"SUM({children})", self._cell(self.columns.bonus, node)
        if any(cap is not None for cap in (node.bonus_cap, node.penalty_cap, node.net_cap)):
            total += f"-SUM({self._of(self.columns.bonus, node.children)})+{bonus}"
            total += f"+SUM({self._of(self.columns.deducted, node.children)})"
            total += f"-{self._cell(self.columns.deducted, node)}"
        if node.max is not None:
            total = f"MIN({total},{self._cell(self.columns.most, node)}+{bonus})"
        applies = self._cell(self.columns.applies, node)
        known = f'IF(COUNT({children})=0,"",{self._rounded(total, self._rounds_groups)})'
        return f'=IF({applies}=0,"{MARK_LEFT_OUT}",{known})'

    # From the groups to the total

    def total(self, name: str) -> str:
        return f"={getattr(self, f'_{name}')()}"

    def _earned(self):
        roots = self.criteria.section("base")
        terms = self._of(self.columns.points, roots)
        if self.criteria.normalise == "group":
            terms = ",".join(self._scaled_group(root) for root in roots)
        return _true(f"SUM({terms})")

    def _scaled_group(self, root):
        """A group with criteria left out, brought up to its own maximum; bonuses stay what they are."""
        points = f"SUM({self._cell(self.columns.points, root)})"
        if root.is_leaf:
            return points
        most, whole = self._cell(self.columns.most, root), plain(root.whole)
        bonus = self._cell(self.columns.bonus, root)
        up = self._rounded(f"({points}-{bonus})*{whole}/{most}+{bonus}", self._rounds_groups)
        return f"IF(AND({most}>0,{most}<{whole}),{up},{points})"

    def _applicable(self):
        roots = self.criteria.section("base")
        parts = self._of(self.columns.most, roots)
        if self.criteria.normalise == "group":
            parts = ",".join(self._whole_group(root) for root in roots)
        whole = sum((root.whole for root in roots), ZERO)
        most = f"{plain(self.criteria.base_max)}-{plain(whole)}+SUM({parts})"
        return _true(f"MAX(0,{most})")

    def _whole_group(self, root):
        most = self._cell(self.columns.most, root)
        return f"IF({most}>0,{plain(root.whole)},0)"

    def _scaled(self):
        earned, applicable = self._total_cell("earned"), self._total_cell("applicable")
        base = plain(self.criteria.base_max)
        bonus = f"SUM({self._of(self.columns.bonus, self.criteria.section('base'))})"
        reached = self.criteria.rounding.stage != "total"
        up = self._rounded(f"({earned}-{bonus})*{base}/{applicable}+{bonus}", reached)
        value = f"IF(AND({applicable}>0,{applicable}<{base}),{up},{earned})"
        return _true(f"MIN({value},{base}+{bonus})")

    def _bonus(self):
        return self._section("bonus", self.criteria.bonus_cap)

    def _penalty(self):
        return self._section("penalty", None)

    def _section(self, name, cap):
        roots = self.criteria.section(name)
        if not roots:
            return "0"
        total = f"SUM({self._of(self.columns.points, roots)})"
        value = total if cap is None else f"MIN({total},{plain(cap)})"
        return _true(value)

    def _total(self):
        scaled, bonus, penalty = map(self._total_cell, ("scaled", "bonus", "penalty"))
        return total_from(self.criteria, scaled, bonus, penalty)

    # Cells

    @property
    def _rounds_groups(self):
        return self.criteria.rounding.stage in ("leaf", "group")

    def _rounded(self, value, reached):
        return _rounded(self.criteria.rounding, value, reached)

    def _cell(self, column, node):
        return f"{column}{self.lines.nodes[node.key]}"

    def _total_cell(self, name):
        return f"{self.columns.points}{self.lines.totals[name]}"

    def _of(self, column, nodes):
        return ranges(column, [self.lines.nodes[node.key] for node in nodes])


def total_from(criteria: CriteriaSet, scaled: str, bonus: str, penalty: str) -> str:
    """The total from the cells of its three terms, within the table's ceiling and floor."""
    value = _rounded(criteria.rounding, f"{scaled}+{bonus}-{penalty}", True)
    if criteria.total_cap is not None:
        value = f"MIN({value},{plain(criteria.total_cap)})"
    return value if criteria.floor is None else f"MAX({value},{plain(criteria.floor)})"


def _rounded(rounding, value, reached):
    """Rounded as the table says where its stage is reached, else to the working places."""
    if not reached:
        return f"ROUND({_true(value)},{max(WORKING_PLACES, rounding.places)})"
    if rounding.mode == "down":
        return f"ROUNDDOWN({_true(value)}*{NUDGE},{rounding.places})"
    return f"ROUND({_true(value)},{rounding.places})"


def _true(value):
    return f"ROUND({value},{TRUE_PLACES})"


def _least(value, limit):
    """The value, or its limit where it has one."""
    return f"MIN({value},{limit})" if limit else value


def _plus(value, cap):
    """So much more than a value, or just so much; "" without a cap."""
    if cap is None:
        return ""
    return f"{value}+{plain(cap)}" if value else plain(cap)


def ranges(column: str, lines: list[int]) -> str:
    """Cells of one column, neighbours as a range: "D6:D9,D12"."""
    runs: list[list[int]] = []
    for line in lines:
        if runs and line == runs[-1][1] + 1:
            runs[-1][1] = line
        else:
            runs.append([line, line])
    return ",".join(
        f"{column}{first}" if first == last else f"{column}{first}:{column}{last}"
        for first, last in runs
    )


def plain(value: Decimal) -> str:
    """A number as formulas write it, in every language of the program that opens the file."""
    return format(value.normalize(), "f")
