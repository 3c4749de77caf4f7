"""Conditions on other criteria: "nhóm I dưới 80 % điểm tối đa", "xếp loại không phải HTXSNV"."""

from dataclasses import dataclass
from decimal import Decimal

from scoring.rules.params import Param
from scoring.rules.reader import Reader

SIGNS = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
    ">": lambda a, b: a > b,
    "=": lambda a, b: a == b,
}
WRITTEN = {"<=": "≤", ">=": "≥"}
# What holds when a comparison does not.
OPPOSITE = {"<": "≥", "<=": ">", ">=": "<", ">": "≤", "=": "≠"}
CONDITION_KEYS = ("node", "sign", "points", "percent", "input", "in", "not_in")


@dataclass(frozen=True)
class Condition:
    """On a node's points (sign with points or percent of its maximum), or on one of its facts."""

    node: str
    sign: str = ""
    points: Decimal | None = None
    percent: Decimal | None = None
    input: str = ""
    among: frozenset[str] = frozenset()
    negated: bool = False


def plain(value: object) -> str:
    """A fact, or a value it is compared with, in the one form in which they are compared."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return str(value)


def read_condition(reader: Reader, raw: object) -> Condition | None:
    """The condition of a document's object; None for none, or for a wrong one, which is reported."""
    if raw is None:
        return None
    if not isinstance(raw, dict):
        reader.report("điều kiện phải là một đối tượng")
        return None
    inner, before = reader.within("điều kiện", raw), len(reader.errors)
    inner.only(CONDITION_KEYS)
    node = inner.take(Param("node", "mục", "text", True))
    read = _on_fact if "input" in raw else _on_points
    condition = read(inner, node)
    return condition if len(reader.errors) == before else None


def _on_points(reader, node):
    signs = tuple((sign, sign) for sign in SIGNS)
    sign = reader.take(Param("sign", "so sánh", "choice", True, choices=signs))
    points = reader.take(Param("points", "điểm", "number"))
    percent = reader.take(Param("percent", "phần trăm", "percent"))
    if (points is None) == (percent is None):
        reader.report("cần đúng một trong points, percent")
    return Condition(node, sign, points, percent)


def _on_fact(reader, node):
    name = reader.take(Param("input", "dữ kiện", "text", True))
    lists = [one for one in ("in", "not_in") if isinstance(reader.raw.get(one), list)]
    if len(lists) != 1 or not reader.raw[lists[0]]:
        reader.report("cần đúng một danh sách in hoặc not_in")
        return None
    values = reader.raw[lists[0]]
    if not all(isinstance(value, (str, int)) for value in values):
        reader.report("các giá trị so sánh phải là chữ, số hoặc true, false")
        return None
    return Condition(
        node,
        input=name,
        among=frozenset(plain(value) for value in values),
        negated=lists[0] == "not_in",
    )
