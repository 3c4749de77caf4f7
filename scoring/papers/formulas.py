"""The engine's arithmetic above the criteria, as formulas of a sheet.

The points of criteria are values; groups, ceilings, the scale, rounding and the total are worked
out by the sheet, as scoring/rules/evaluate.py does it. A sheet computes in binary fractions: every
sum is first brought to TRUE_PLACES, so that 2,675 is rounded up and not 2,67499….
"""

from dataclasses import dataclass
from decimal import Decimal

from scoring.rules import CriteriaSet, Node
from scoring.rules.numbers import WORKING_PLACES

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
        """Of how many points a group is, without what does not apply."""
        inner = f"SUM({self._of(self.columns.most, node.children)})"
        if node.max is None:
            return f"={inner}"
        full = self._cell(self.columns.full, node)
        leaves = [child for child in node.children if child.is_leaf]
        if leaves:
            listed = self._of(self.columns.full, leaves)
            applied = self._of(self.columns.most, leaves)
            most = f"{full}-SUM({listed})+SUM({applied})"
        else:
            most = f"IF({inner}>0,MIN({full},{inner}),{full})"
        return f"=IF({self._cell(self.columns.applies, node)}=0,0,{most})"

    def bonus(self, node: Node) -> str:
        return f"={self._limited(self.columns.bonus, node, node.bonus_cap)}"

    def deducted(self, node: Node) -> str:
        return f"={self._limited(self.columns.deducted, node, node.penalty_cap)}"

    def _limited(self, column, node, cap):
        total = f"SUM({self._of(column, node.children)})"
        return total if cap is None else f"MIN({total},{plain(cap)})"

    def points(self, node: Node) -> str:
        """A group's points: the sum, its ceilings on bonus and deductions, its maximum, rounded."""
        children = self._of(self.columns.points, node.children)
        total = self._corrected(node, f"SUM({children})")
        most, bonus = self._cell(self.columns.most, node), self._cell(self.columns.bonus, node)
        if node.max is None:
            total = f"IF({most}>0,MIN({total},{most}),{total})"
        else:
            total = f"MIN({total},{most}+{bonus})"
        applies = self._cell(self.columns.applies, node)
        known = f'IF(COUNT({children})=0,"",{self._rounded(total, self._rounds_groups)})'
        return f'=IF({applies}=0,"{MARK_LEFT_OUT}",{known})'

    def _corrected(self, node, total):
        bonus = f"SUM({self._of(self.columns.bonus, node.children)})"
        deducted = f"SUM({self._of(self.columns.deducted, node.children)})"
        if node.bonus_cap is not None:
            total += f"-MAX(0,{bonus}-{plain(node.bonus_cap)})"
        if node.penalty_cap is not None:
            total += f"+MAX(0,{deducted}-{plain(node.penalty_cap)})"
        if node.net_cap is not None:
            own, taken = self.columns.bonus, self.columns.deducted
            net, cap = f"{self._cell(own, node)}-{self._cell(taken, node)}", plain(node.net_cap)
            total += f"-({net})+MAX(-{cap},MIN({cap},{net}))"
        return total

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
        points = f"SUM({self._cell(self.columns.points, root)})"
        if root.max is None or root.is_leaf:
            return points
        most, full = self._cell(self.columns.most, root), self._cell(self.columns.full, root)
        scaled = self._rounded(f"{points}*{full}/{most}", self._rounds_groups)
        return f"IF(AND({most}>0,{most}<{full}),{scaled},{points})"

    def _applicable(self):
        roots = [root for root in self.criteria.section("base") if root.max is not None]
        base = plain(self.criteria.base_max)
        if not roots:
            return base
        if self.criteria.normalise == "group":
            left_out = (self._left_out(root) for root in roots)
            return _true(f"{base}-SUM({','.join(left_out)})")
        listed, applied = self.columns.full, self.columns.most
        return _true(f"{base}-SUM({self._of(listed, roots)})+SUM({self._of(applied, roots)})")

    def _left_out(self, root):
        most, full = self._cell(self.columns.most, root), self._cell(self.columns.full, root)
        return f"IF({most}>0,0,{full})"

    def _scaled(self):
        earned, applicable = self._total_cell("earned"), self._total_cell("applicable")
        base = plain(self.criteria.base_max)
        reached = self.criteria.rounding.stage != "total"
        scaled = self._rounded(f"{earned}*{base}/{applicable}", reached)
        value = f"IF(AND({applicable}>0,{applicable}<{base}),{scaled},{earned})"
        bonus = self._of(self.columns.bonus, self.criteria.section("base"))
        return f"MIN({value},{base}+SUM({bonus}))"

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
        value = self._rounded(f"{scaled}+{bonus}-{penalty}", True)
        if self.criteria.total_cap is not None:
            value = f"MIN({value},{plain(self.criteria.total_cap)})"
        return (
            value if self.criteria.floor is None else f"MAX({value},{plain(self.criteria.floor)})"
        )

    # Cells

    @property
    def _rounds_groups(self):
        return self.criteria.rounding.stage in ("leaf", "group")

    def _rounded(self, value, reached):
        """Rounded as the table says where its stage is reached, else to the working places."""
        rounding = self.criteria.rounding
        if not reached:
            return f"ROUND({_true(value)},{max(WORKING_PLACES, rounding.places)})"
        if rounding.mode == "down":
            return f"ROUNDDOWN({_true(value)}*{NUDGE},{rounding.places})"
        return f"ROUND({_true(value)},{rounding.places})"

    def _cell(self, column, node):
        return f"{column}{self.lines.nodes[node.key]}"

    def _total_cell(self, name):
        return f"{self.columns.points}{self.lines.totals[name]}"

    def _of(self, column, nodes):
        return ranges(column, [self.lines.nodes[node.key] for node in nodes])


def _true(value):
    return f"ROUND({value},{TRUE_PLACES})"


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
