"""What changed between two versions of a table, field by field and in words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from scoring.authoring import lines, words
from scoring.authoring.rule_words import kind_label, params_of
from scoring.authoring.tree import label, walk
from scoring.rules import Param

COMMON = (
    Param("code", "mã", "text"),
    Param("name", "tên", "text"),
    Param("max", "điểm tối đa", "points"),
    Param("na", "khi không áp dụng", "choice", choices=words.choices(words.NA_POLICIES)),
    Param("evaluator", "cơ quan đánh giá", "choice", choices=words.choices(words.EVALUATORS)),
    Param("owner", "cơ quan cung cấp số liệu", "text"),
    *words.TEXTS,
    *words.GROUP_PARAMS,
    *words.LEAF_PARAMS,
)


@dataclass(frozen=True)
class Line:
    """One field: what it said before and says now; "" where it was not there."""

    name: str
    before: str
    after: str


@dataclass(frozen=True)
class Change:
    """One node, or one part of the settings, that is not what it was. kind: added, removed, changed."""

    kind: str
    key: str
    title: str
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True)
class Difference:
    settings: tuple[Change, ...] = ()
    nodes: tuple[Change, ...] = ()

    def __bool__(self):
        return bool(self.settings or self.nodes)

    def __len__(self):
        return len(self.settings) + len(self.nodes)


def difference(before: Mapping, after: Mapping) -> Difference:
    """From one document to another; nodes are the same when their keys are."""
    return Difference(tuple(_settings(before, after)), tuple(_nodes(before, after)))


def _nodes(before, after) -> Iterator[Change]:
    old, new = _by_key(before), _by_key(after)
    for key, place in new.items():
        if key not in old:
            yield Change("added", key, label(place.node), tuple(_lines({}, _said(place, False))))
        elif found := tuple(_lines(_said(old[key]), _said(place))):
            yield Change("changed", key, label(place.node), found)
    for key, place in old.items():
        if key not in new:
            yield Change("removed", key, label(place.node), tuple(_lines(_said(place, False), {})))


def _by_key(document):
    return {place.node["key"]: place for place in walk(document)}


def _said(place, defaults=True):
    """{field: text} of all a node says; defaults: what holds where it says nothing, too."""
    node = place.node
    said = _texts(COMMON, node, defaults)
    said["phần"] = words.SECTIONS.get(place.section, place.section)
    said["thuộc nhóm"] = label(place.parent) if place.parent else "cả bảng"
    if evidence := node.get("evidence"):
        for name, value in _texts(words.EVIDENCE_PARAMS, evidence, defaults).items():
            said[f"tài liệu kiểm chứng, {name}"] = value
    for number, part in enumerate(node.get("parts") or (), 1):
        said |= _rule_said(f"cách tính {number}", part, 0, defaults)
    return said


def _rule_said(name, part, depth, defaults):
    said = {name: kind_label(part["kind"])}
    for label_, value in _texts(params_of(part["kind"], depth), part, defaults).items():
        said[f"{name}, {label_}"] = value
    for number, inner in enumerate(part.get("parts") or (), 1):
        said |= _rule_said(f"{name}.{number}", inner, depth + 1, defaults)
    return said


def _texts(params, values, defaults=True):
    """{label: text} of what is said, and of what holds where nothing is: so that both compare equal."""
    known = {
        param.name: param.default
        for param in params
        if defaults and param.type in ("flag", "choice", "places") and param.default is not None
    }
    return {name: "; ".join(said) for name, said in lines.written(params, {**known, **values})}


def _lines(before, after) -> Iterator[Line]:
    for name in {**before, **after}:
        old, new = before.get(name, ""), after.get(name, "")
        if old != new:
            yield Line(name, old, new)


def _settings(before, after) -> Iterator[Change]:
    flat = [_lines(_set_said(before), _set_said(after))]
    if found := tuple(line for lines_ in flat for line in lines_):
        yield Change("changed", "", "Quy định chung", found)
    for name, title, params in (
        ("classes", "Xếp loại", words.CLASS_PARAMS),
        ("gates", "Điều kiện", words.GATE_PARAMS),
        ("tie_break", "Xét khi bằng điểm", words.TIE_BREAK_PARAMS),
    ):
        old, new = _rows_said(before, name, params), _rows_said(after, name, params)
        if found := tuple(_lines(old, new)):
            yield Change("changed", "", title, found)


def _set_said(document):
    rounding = document.get("rounding") or {}
    return _texts(words.SET_PARAMS, document) | _texts(words.ROUNDING_PARAMS, rounding)


def _rows_said(document, name, params):
    """Gates by their key, other rows by their place: {"mức 1": "tên: Xuất sắc; từ điểm: 95"}."""
    said = {}
    for number, row in enumerate(document.get(name) or (), 1):
        title = (
            f"điều kiện {row.get('code') or row['key']}" if name == "gates" else f"dòng {number}"
        )
        said[title] = "; ".join(
            f"{label_}: {value}" for label_, value in _texts(params, row).items()
        )
    return said
