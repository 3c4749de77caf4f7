"""What is wrong or doubtful with one criterion."""

from collections.abc import Iterator
from decimal import Decimal

from khoithidua import text
from scoring.rules.criteria import CriteriaSet, Node, Part
from scoring.rules.numbers import ZERO, figure, places_of
from scoring.rules.params import Band, Option

ERROR, WARNING = "error", "warning"
Finding = tuple[str, str]

AWARDS = ("khen", "huan chuong", "co thi dua", "danh hieu")
NOT_FOR_MERIT = ("chuyen de", "dot xuat")
# Settings that are points of the unit, to be compared with how the table rounds.
POINTS = ("points", "cap", "each_cap", "missing", "early", "on_time", "late", "options", "bands")


def findings(node: Node, criteria: CriteriaSet) -> Iterator[Finding]:
    """Everything wrong or doubtful with a criterion that could be read."""
    yield from _maximum(node)
    yield from _rules(node, criteria)
    if node.section != "bonus" or not _only_deducts(node):
        yield from _reach(node)
    yield from _deductions(node)
    yield from _bonuses(node)
    yield from _not_applicable(node)
    yield from _periods(node)
    yield from _judges(node)
    yield from _awards(node)


def _taking(node):
    """Its rules that take points off (in the section of deductions those count like any other)."""
    return [part for part in node.parts if part.effect == "deducts" and node.section != "penalty"]


def _earning(node):
    return [part for part in node.parts if not part.bonus and part not in _taking(node)]


def _only_deducts(node):
    return not _earning(node) and not any(part.bonus for part in node.parts)


def _maximum(node) -> Iterator[Finding]:
    if node.section == "base" and node.max is None:
        yield ERROR, "chưa có điểm tối đa"
    elif node.max == 0:
        yield WARNING, "điểm tối đa bằng 0"
    if node.section == "bonus" and _only_deducts(node):
        yield ERROR, "phần điểm thưởng chỉ có cách tính trừ"
    if node.section == "base" and not _earning(node) and not _taking(node):
        yield ERROR, "chỉ có điểm thưởng: đơn vị nào cũng được đủ điểm tối đa"


def _rules(node, criteria) -> Iterator[Finding]:
    for place, part in enumerate(node.parts, 1):
        inside = f"cách tính {place}: " if len(node.parts) > 1 else ""
        for problem in part.problems(node.max):
            yield ERROR, f"{inside}{problem}"
        if part.requires_full and not part.bonus:
            yield ERROR, f"{inside}“requires_full” chỉ có nghĩa với điểm thưởng"
    yield from _places(node, criteria)
    targets = [part for part in node.rule_parts() if part.kind.name == "weighted_targets"]
    if len(targets) > 1:
        yield ERROR, "chỉ một cách tính theo chỉ tiêu đăng ký trong một tiêu chí"


def _places(node, criteria) -> Iterator[Finding]:
    places = criteria.rounding.places
    fine = {
        value
        for part in node.rule_parts()
        for value in _points_of(part)
        if places_of(value) > places
    }
    for value in sorted(fine):
        yield (
            WARNING,
            f"điểm {figure(value)} có nhiều chữ số thập phân hơn mức làm tròn ({places} chữ số)",
        )


def _points_of(part: Part) -> Iterator[Decimal]:
    """Every number of points that a rule names."""
    for name, value in part.settings.values.items():
        if name not in POINTS or value is None:
            continue
        # A matrix has rows of points.
        rows = value if isinstance(value, tuple) else (value,)
        for row in rows:
            for one in row if isinstance(row, tuple) else (row,):
                yield one.points if isinstance(one, (Option, Band)) else one


def _sum_of_most(parts, full) -> Decimal | None:
    each = [part.most(full) for part in parts]
    return None if None in each else sum(each, ZERO)


def _reach(node) -> Iterator[Finding]:
    """A rule that gives more than the criterion, or rules that never fill it."""
    parts = _earning(node)
    if node.max is None or not parts:
        return
    for part in parts:
        most = part.most(node.max)
        if most is not None and most > node.max:
            yield (
                ERROR,
                f"cách tính “{part.kind.label.lower()}” cho tới {figure(most)} điểm, "
                f"hơn điểm tối đa {figure(node.max)}",
            )
            return
    total = _sum_of_most(parts, node.max)
    if total is not None and total < node.max:
        yield ERROR, f"không bao giờ đạt điểm tối đa {figure(node.max)}, nhiều nhất {figure(total)}"
    elif total is not None and total > node.max:
        yield (
            WARNING,
            f"các cách tính cộng lại {figure(total)} điểm, "
            f"phần hơn điểm tối đa {figure(node.max)} không được tính",
        )


def _deductions(node) -> Iterator[Finding]:
    if node.section == "penalty":
        yield from _penalty(node)
        return
    taking = _taking(node)
    unlimited = [part for part in taking if part.most(node.max) is None]
    if node.deduct_cap is not None:
        if not taking:
            yield WARNING, "có mức trừ tối đa nhưng không có cách tính trừ"
    elif unlimited and node.allow_negative:
        yield ERROR, "được âm nhưng không có mức trừ tối đa"
    elif unlimited and len(taking) > 1:
        yield (
            WARNING,
            f"có cách tính trừ không ghi mức tối đa: một mình nó có thể trừ hết "
            f"{figure(node.full)} điểm",
        )
    for most in (part.most(node.max) for part in taking):
        if None not in (most, node.max) and most > node.max and not node.allow_negative:
            yield WARNING, f"mức trừ tối đa {figure(most)} hơn điểm tối đa {figure(node.max)}"


def _penalty(node) -> Iterator[Finding]:
    if node.max is None and _sum_of_most(_earning(node), None) is None:
        yield ERROR, "điểm trừ không có mức tối đa"
    if node.deduct_cap is not None:
        yield ERROR, "ở phần điểm trừ, mức trừ tối đa ghi ở “max”, không ghi ở “deduct_cap”"
    if any(part.bonus for part in node.parts):
        yield ERROR, "phần điểm trừ không có điểm thưởng"
    if node.evidence.zero_without or node.evidence.each:
        yield WARNING, "thiếu tài liệu kiểm chứng không làm giảm điểm trừ"


def _bonuses(node) -> Iterator[Finding]:
    if node.section == "bonus" and node.max is None and _sum_of_most(_earning(node), None) is None:
        yield ERROR, "điểm thưởng không có mức tối đa"
    bonuses = [part for part in node.parts if part.bonus]
    total = _sum_of_most(bonuses, node.max)
    if node.bonus_max is None:
        if total is None:
            yield ERROR, "điểm thưởng của tiêu chí không có mức tối đa"
    elif not bonuses:
        yield WARNING, "có mức thưởng tối đa nhưng không có cách tính thưởng"
    elif total is not None and total < node.bonus_max:
        yield (
            ERROR,
            f"không bao giờ đạt mức thưởng tối đa {figure(node.bonus_max)}, "
            f"nhiều nhất {figure(total)}",
        )


def _not_applicable(node) -> Iterator[Finding]:
    if (node.applies_to or node.not_for) and not node.na:
        yield ERROR, "có đơn vị không áp dụng nhưng chưa nói khi đó tính thế nào (na)"
    if node.section == "penalty" and node.na in ("full", "average"):
        yield ERROR, "khi không áp dụng thì không thể trừ điểm"
    for unit in sorted(node.applies_to & node.not_for):
        yield ERROR, f"đơn vị “{unit}” vừa áp dụng vừa không áp dụng"


def _periods(node) -> Iterator[Finding]:
    if not node.periods or node.periods.combine == "last":
        return
    for part in node.parts:
        if node.periods.combine == "sum" and not part.kind.can_sum(part.settings):
            yield (
                ERROR,
                f"dữ kiện của cách tính “{part.kind.label.lower()}” không cộng được qua các kỳ",
            )
        elif node.periods.combine == "mean":
            for one in part.inputs():
                if one.type in ("flag", "choice", "date"):
                    yield ERROR, f"“{one.label}” không lấy bình quân các kỳ được"


def _judges(node) -> Iterator[Finding]:
    if not (node.evaluator or node.owner or node.source):
        yield WARNING, "chưa nói ai đánh giá hoặc ai nắm số liệu"


def _awards(node) -> Iterator[Finding]:
    """Awards for one campaign or one deed cannot count for merit: Nghị định số 152/2025/NĐ-CP, Điều 4."""
    if node.section == "penalty":
        return
    texts = [node.name, *_texts_of(node)]
    said = text.fold(" ".join([*texts, node.note, node.basis, node.legal_basis]))
    if "khong tinh" in said:
        return
    for one in texts:
        words, around = text.fold(one), text.fold(f"{node.name} {one}")
        if any(word in words for word in NOT_FOR_MERIT) and any(word in around for word in AWARDS):
            yield (
                WARNING,
                f"“{one}”: khen theo chuyên đề hoặc đột xuất không được làm căn cứ xét khen thưởng "
                "công trạng (Nghị định số 152/2025/NĐ-CP, Điều 4)",
            )


def _texts_of(node) -> Iterator[str]:
    for part in node.rule_parts():
        for name in ("case", "value", "part"):
            if isinstance(part.settings.values.get(name), str):
                yield part.settings.values[name]
        for option in part.settings.values.get("options") or ():
            yield option.label
