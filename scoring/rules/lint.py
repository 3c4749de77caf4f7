"""What is wrong with a criteria table, and what is doubtful about it, in Vietnamese.

An error: the table cannot be computed, or its own numbers contradict each other. A warning: it can be
adopted as it is, but whoever adopts it should know.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from khoithidua import text
from scoring.rules import lint_leaf
from scoring.rules.criteria import CriteriaSet, Node
from scoring.rules.lint_leaf import ERROR, WARNING, Finding
from scoring.rules.numbers import HUNDRED, ZERO, figure, places_of
from scoring.rules.reading import TABLE, read


@dataclass(frozen=True)
class Problem:
    """level: "error" or "warning"; where: the criterion's code and name; key: its key, "" for none."""

    level: str
    where: str
    key: str
    message: str

    @property
    def is_error(self) -> bool:
        return self.level == ERROR

    def __str__(self):
        return f"{self.where}: {self.message}"


def lint(document: object) -> list[Problem]:
    """Everything wrong or doubtful: first what cannot be read, then the table from top to bottom."""
    found = read(document)
    problems = [Problem(ERROR, one.where, one.key, one.message) for one in found.errors]
    if found.criteria is None:
        return problems
    return [*problems, *_Table(found.criteria, found.broken, not found.errors).problems()]


class _Table:
    """One table being looked at.

    broken: keys of nodes that could not be read in full; nothing is said of those, nor of sums in
    which they take part. is_whole: whether everything could be read.
    """

    def __init__(self, criteria: CriteriaSet, broken: set[str], is_whole: bool):
        self.criteria, self.broken, self.is_whole = criteria, broken, is_whole

    def problems(self) -> Iterator[Problem]:
        yield from self._at("", TABLE, self._sums())
        for node in self.criteria.by_key.values():
            if node.key not in self.broken:
                yield from self._at(node.key, node.label or node.key, self._node(node))
        for gate in self.criteria.gates:
            yield from self._at(gate.key, f"Điều kiện {gate.code}", self._gate(gate))
        yield from self._at("", "Xếp loại", self._classes())
        yield from self._at("", "Xét khi bằng điểm", self._tie_breaks())

    @staticmethod
    def _at(key, where, findings):
        for level, message in findings:
            yield Problem(level, where, key, message)

    def _is_sound(self, nodes):
        return not any(one.key in self.broken for node in nodes for one in node.walk())

    # Sums

    def _sums(self) -> Iterator[Finding]:
        base, bonus = self.criteria.section("base"), self.criteria.section("bonus")
        if not base:
            if self.is_whole:
                yield ERROR, "không có mục nào trong phần điểm chuẩn"
        elif self._is_sound(base):
            yield from _sum_against(base, self.criteria.base_max, "thang điểm")
        if bonus and self._is_sound(bonus):
            yield from self._bonus_sum(bonus)
        most = self.criteria.total_cap
        if most is not None and most < self.criteria.base_max:
            yield WARNING, f"tổng tối đa {figure(most)} thấp hơn thang điểm"

    def _bonus_sum(self, nodes) -> Iterator[Finding]:
        cap = self.criteria.bonus_cap
        if cap is None:
            yield WARNING, "tổng điểm thưởng không có mức tối đa"
            return
        if any(node.whole == 0 for node in nodes):
            return
        total = sum((node.whole for node in nodes), ZERO)
        if total < cap:
            yield (
                ERROR,
                f"các mục thưởng cộng lại {figure(total)} điểm, không bao giờ đạt mức thưởng tối đa "
                f"{figure(cap)}",
            )
        elif total > cap:
            yield (
                WARNING,
                f"các mục thưởng cộng lại {figure(total)} điểm, phần hơn {figure(cap)} không được tính",
            )

    # Nodes

    def _node(self, node: Node) -> Iterator[Finding]:
        yield from self._names(node)
        if node.max is not None and places_of(node.max) > self.criteria.rounding.places:
            yield WARNING, _too_fine("điểm tối đa", node.max, self.criteria)
        if node.is_leaf:
            yield from lint_leaf.findings(node, self.criteria)
        elif node.max is not None and self._is_sound(node.children):
            yield from _children_against(node)

    def _names(self, node) -> Iterator[Finding]:
        if not node.name.strip():
            yield ERROR, "chưa có tên"
        code = node.code.strip()
        if not code:
            yield WARNING, "chưa có mã"
        elif self._codes[code] > 1 and self._first_of(code) is not node:
            yield ERROR, f"mã “{code}” trùng với {self._first_of(code).label}"

    @property
    def _codes(self):
        return Counter(node.code.strip() for node in self.criteria.by_key.values())

    def _first_of(self, code):
        return next(one for one in self.criteria.by_key.values() if one.code.strip() == code)

    # Gates, classes, tie-breaks

    def _gate(self, gate) -> Iterator[Finding]:
        names = [level.name for level in self.criteria.classes]
        if gate.effect == "cap_class" and gate.class_name and gate.class_name not in names:
            yield ERROR, f"khống chế ở mức “{gate.class_name}”, không có trong các mức xếp loại"
        elif gate.effect == "lower_class" and not names:
            yield ERROR, "hạ bậc xếp loại nhưng bảng không có mức xếp loại nào"
        elif gate.effect == "cap_class" and names and gate.class_name == names[0]:
            yield WARNING, "khống chế ở mức cao nhất thì không có tác dụng"
        for condition in gate.conditions:
            if condition.percent is not None and condition.percent > HUNDRED:
                yield WARNING, f"so với {figure(condition.percent)} % điểm tối đa"
        if _bars_unregistered(gate):
            yield (
                WARNING,
                "từ năm 2024 pháp luật không còn buộc đăng ký thi đua mới được xét; "
                "điều kiện này chỉ theo Quy chế của Khối",
            )

    def _classes(self) -> Iterator[Finding]:
        levels = self.criteria.classes
        if not levels:
            return
        for name, times in Counter(level.name for level in levels).items():
            if name and times > 1:
                yield ERROR, f"mức “{name}” có {times} lần"
        yield from self._thresholds(levels)
        yield from self._quotas(levels)

    def _thresholds(self, levels) -> Iterator[Finding]:
        for above, level in pairwise(levels):
            if above.at_least is None:
                yield ERROR, f"mức “{above.name}” không có ngưỡng nên mức dưới nó không ai vào"
            elif level.at_least is not None and level.at_least >= above.at_least:
                yield (
                    ERROR,
                    f"ngưỡng của “{level.name}” ({figure(level.at_least)}) không thấp hơn ngưỡng của "
                    f"“{above.name}” ({figure(above.at_least)})",
                )
        if levels[-1].at_least is not None:
            yield (
                ERROR,
                f"mức cuối “{levels[-1].name}” phải không có ngưỡng, "
                f"nếu không thì dưới {figure(levels[-1].at_least)} điểm không thuộc mức nào",
            )
        most = self._most()
        for level in levels:
            if level.at_least is None:
                continue
            if most is not None and level.at_least > most:
                yield ERROR, f"mức “{level.name}” không ai đạt: tổng nhiều nhất {figure(most)} điểm"
            if places_of(level.at_least) > self.criteria.rounding.places:
                yield WARNING, _too_fine(f"ngưỡng “{level.name}”", level.at_least, self.criteria)

    def _most(self) -> Decimal | None:
        """The most points anybody can have; None when bonuses have no limit."""
        criteria = self.criteria
        if criteria.total_cap is not None:
            return criteria.total_cap
        inside = any(part.bonus for node in criteria.leaves for part in node.parts)
        if inside or (criteria.section("bonus") and criteria.bonus_cap is None):
            return None
        return criteria.base_max + (criteria.bonus_cap or ZERO)

    def _quotas(self, levels) -> Iterator[Finding]:
        for level in levels:
            if level.quota is not None and level.quota > HUNDRED:
                yield ERROR, f"tỷ lệ tối đa của “{level.name}” hơn 100 %"
        if levels[-1].quota is not None:
            yield ERROR, f"mức cuối “{levels[-1].name}” không thể có tỷ lệ tối đa"

    def _tie_breaks(self) -> Iterator[Finding]:
        links = self.criteria.tie_break
        if not links and self.is_whole:
            yield WARNING, "chưa nói xét thế nào khi bằng điểm"
        seen = set()
        for place, link in enumerate(links, 1):
            same = (link.by, link.node, link.input)
            if same in seen:
                yield WARNING, f"dòng {place} lặp lại một dòng trước"
            seen.add(same)
            wanted = self._input(link) if link.by == "fact" else None
            if wanted and wanted.type not in ("count", "number", "percent", "points"):
                yield ERROR, f"dòng {place}: “{wanted.label}” không phải là số, không so được"

    def _input(self, link):
        node = self.criteria.by_key.get(link.node)
        return node and next((one for one in node.inputs() if one.name == link.input), None)


def _sum_against(nodes, most, words) -> Iterator[Finding]:
    total = sum((node.whole for node in nodes), ZERO)
    if total != most:
        yield ERROR, f"các mục cộng lại {figure(total)} điểm, {words} ghi {figure(most)}"


def _children_against(node) -> Iterator[Finding]:
    """A group's own maximum is the sum of its criteria; in other sections it may be a ceiling."""
    total = sum((child.whole for child in node.children), ZERO)
    if node.section == "base":
        yield from _sum_against(node.children, node.max, "nhóm")
    elif total < node.max:
        yield (
            ERROR,
            f"các mục con cộng lại {figure(total)} điểm, không bao giờ đạt {figure(node.max)}",
        )


def _too_fine(what, value, criteria):
    return (
        f"{what} {figure(value)} có nhiều chữ số thập phân hơn mức làm tròn "
        f"({criteria.rounding.places} chữ số)"
    )


def _bars_unregistered(gate):
    """Whether a unit that did not register is shut out: no rule of the law since 1 January 2024."""
    words = text.fold(f"{gate.name} {gate.code}")
    shuts_out = gate.effect in ("not_ranked", "not_eligible", "suspend")
    return shuts_out and "khong dang ky" in words


__all__ = ["ERROR", "WARNING", "Problem", "lint"]
