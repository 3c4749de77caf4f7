"""Conditions on other criteria: "nhóm I dưới 80 % điểm tối đa", "xếp loại không phải HTXSNV"."""

from dataclasses import dataclass
from decimal import Decimal

from scoring.rules.params import Malformed, Param, Reader

SIGNS = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
    ">": lambda a, b: a > b,
    "=": lambda a, b: a == b,
}
WRITTEN = {"<=": "≤", ">=": "≥"}


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


def read_condition(where: str, raw: object) -> Condition | None:
    """The condition of a document's object; None for none; raises Malformed."""
    if raw is None:
        return None
    if not isinstance(raw, dict):
        raise Malformed(where, "điều kiện phải là một đối tượng")
    reader = Reader(f"{where}, điều kiện", raw)
    for name in raw:
        if name not in ("node", "sign", "points", "percent", "input", "in", "not_in"):
            raise reader.wrong(f"không có mục nào tên “{name}”")
    node = reader.take(Param("node", "mục", "text", True))
    if "input" in raw:
        return _on_fact(reader, node)
    signs = tuple((sign, sign) for sign in SIGNS)
    sign = reader.take(Param("sign", "so sánh", "choice", True, choices=signs))
    points = reader.take(Param("points", "điểm", "number"))
    percent = reader.take(Param("percent", "phần trăm", "percent"))
    if (points is None) == (percent is None):
        raise reader.wrong("cần đúng một trong points, percent")
    return Condition(node, sign, points, percent)


def _on_fact(reader, node):
    values = [name for name in ("in", "not_in") if isinstance(reader.raw.get(name), list)]
    if len(values) != 1:
        raise reader.wrong("cần đúng một danh sách in hoặc not_in")
    return Condition(
        node,
        input=reader.take(Param("input", "dữ kiện", "text", True)),
        among=frozenset(str(value) for value in reader.raw[values[0]]),
        negated=values[0] == "not_in",
    )
