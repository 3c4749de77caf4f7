"""A table as pages show it: its rows from top to bottom, its settings in words, what is wrong."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from scoring.authoring import lines, words
from scoring.authoring.rule_words import RuleWords, rules_of
from scoring.authoring.tree import Place, label, walk
from scoring.rules import Input, Malformed, load
from scoring.rules.lint import Problem, lint


@dataclass(frozen=True)
class Row:
    """One node as a row of the table."""

    place: Place
    rules: tuple[RuleWords, ...]
    notes: tuple[tuple[str, str], ...]
    begins_section: str = ""
    problems: tuple[Problem, ...] = field(default=())

    @property
    def node(self):
        return self.place.node

    @property
    def key(self):
        return self.node["key"]

    @property
    def label(self):
        return label(self.node)

    @property
    def max(self):
        return lines.figure(self.node["max"]) if "max" in self.node else ""

    @property
    def is_group(self):
        return self.place.is_group

    @property
    def depth(self):
        return self.place.depth

    @property
    def is_first(self):
        return self.place.index == 0

    @property
    def is_last(self):
        return self.place.index == len(self.place.siblings) - 1


def problems_of(document: Mapping) -> list[Problem]:
    """What stands against adopting the table, and what its authors should know."""
    if not document["nodes"]:
        return [Problem("error", "Bảng tiêu chí", "", "chưa có tiêu chí nào")]
    return lint(document)


def rows_of(document: Mapping, problems: Iterable[Problem], units: Mapping) -> list[Row]:
    """units: names of units by their slug, for those who own facts."""
    found, last, wrong = [], "", {}
    for one in problems:
        wrong.setdefault(one.key, []).append(one)
    for place in walk(document):
        begins = place.section if place.depth == 1 and place.section != last else ""
        last = place.section
        found.append(
            Row(
                place,
                tuple(rules_of(place.node)),
                tuple(_notes(place.node, units)),
                words.SECTIONS.get(begins, ""),
                tuple(wrong.get(place.node["key"], ())),
            )
        )
    return found


def _notes(node, units):
    """What else is said of a node, as (label, words)."""
    if evaluator := node.get("evaluator"):
        yield "Đánh giá", words.EVALUATORS.get(evaluator, evaluator)
    if owner := node.get("owner"):
        yield "Số liệu chung", units.get(owner) or words.EVALUATORS.get(owner, owner)
    if na := node.get("na"):
        yield "Khi không áp dụng", words.NA_POLICIES.get(na, na)
    if evidence := _evidence(node.get("evidence")):
        yield "Tài liệu kiểm chứng", evidence
    for said, values in lines.written(
        (*words.GROUP_PARAMS, *words.LEAF_PARAMS, *words.TEXTS), node
    ):
        yield said[:1].upper() + said[1:], "; ".join(values)


def _evidence(raw):
    if not raw:
        return ""
    parts = ["bắt buộc" if raw.get("required", True) else "không bắt buộc"]
    if raw.get("file"):
        parts.append("phải có tệp")
    if raw.get("documents"):
        parts.append(f"{raw['documents']} tài liệu")
    if raw.get("without") == "zero":
        parts.append("thiếu thì 0 điểm")
    if raw.get("without") == "deduct" and "each" in raw:
        cap = f", tối đa {lines.figure(raw['cap'])}" if "cap" in raw else ""
        parts.append(f"thiếu thì trừ {lines.figure(raw['each'])} mỗi tài liệu{cap}")
    return ", ".join(parts)


def settings_words(document: Mapping) -> list[tuple[str, str]]:
    """The settings of the table as a whole, as (label, words)."""
    params = [one for one in words.SET_PARAMS if one.name not in ("name", "code", "origin")]
    said = lines.written(params, document)
    said += lines.written(words.ROUNDING_PARAMS, document.get("rounding") or {})
    said += [
        (title, [_row_words(params, row) for row in document.get(name) or ()])
        for title, name, params in (
            ("xếp loại", "classes", words.CLASS_PARAMS),
            ("điều kiện", "gates", [one for one in words.GATE_PARAMS if one.name != "key"]),
            ("xét khi bằng điểm", "tie_break", words.TIE_BREAK_PARAMS),
        )
    ]
    return [(name[:1].upper() + name[1:], values) for name, values in said if values]


def _row_words(params, row):
    """ "Xuất sắc, từ điểm 95": the first said as it is, the rest with its label."""
    said = lines.written(params, row)
    first, rest = "; ".join(said[0][1]), said[1:]
    return ", ".join([first, *(f"{name}: {'; '.join(values)}" for name, values in rest)])


def facts_asked(document: Mapping) -> list[tuple[str, Input]]:
    """Every fact that the table asks for with the code of its criterion; none while it does not load."""
    try:
        criteria = load(document)
    except Malformed:
        return []
    return [(leaf.code or leaf.key, one) for leaf in criteria.leaves for one in leaf.inputs()]
