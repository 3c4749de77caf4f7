"""A criteria table, read once from its document and never changed.

The document (docs/criteria-format.md) is plain JSON: a tree of nodes in three sections, how points
are rounded and capped, gates, classes and the chain of tie-breaks.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property

from scoring.rules.conditions import Condition, read_condition
from scoring.rules.kinds import KINDS, Kind, Scene, Target, Worked
from scoring.rules.numbers import MODES, STAGES, ZERO, Rounding
from scoring.rules.params import Input, Malformed, Param, Reader, Settings

KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
SECTIONS = ("base", "bonus", "penalty")
NA_POLICIES = ("full", "zero", "exclude", "average")
GATE_EFFECTS = ("not_ranked", "not_eligible", "suspend", "cap_class", "lower_class")
TIE_BREAKS = (
    "node",
    "fact",
    "fewer_penalties",
    "bonus",
    "conference",
    "women",
    "standing_body",
)
# Who fills a criterion instead of the unit: the application (the day the card was sent, the unit's
# role in the bloc) or whoever verifies.
SOURCES = ("submitted_on", "role", "verifier")
# Beyond these a document is not a table but an attack on whoever opens it.
MOST_NODES, DEEPEST, MOST_PARTS = 500, 6, 20

PART_PARAMS = (
    Param("bonus", "là điểm thưởng của tiêu chí", "flag", default=False),
    Param("requires_full", "chỉ cộng khi tiêu chí đủ điểm tối đa", "flag", default=False),
)


@dataclass(frozen=True)
class Part:
    """One rule of a criterion. `names` says under which names its facts stand in the criterion."""

    kind: Kind
    settings: Settings
    names: Mapping[str, str] = field(default_factory=dict)
    bonus: bool = False
    requires_full: bool = False

    @property
    def parts(self) -> tuple["Part", ...]:
        return self.settings.parts if self.kind.name == "sum" else ()

    @property
    def effect(self) -> str:
        return self.parts[0].effect if self.parts else self.kind.effect

    def inputs(self, targets: tuple[Target, ...] = ()) -> tuple[Input, ...]:
        """Its facts, under the names they have in the criterion."""
        found = self.kind.inputs(self.settings, targets)
        if self.parts:
            return found
        return tuple(one.named(self.names.get(one.name, one.name)) for one in found)

    def most(self, full: Decimal | None) -> Decimal | None:
        return self.kind.most(self.settings, full)

    def problems(self, full: Decimal | None) -> Iterator[str]:
        yield from self.kind.problems(self.settings, full)

    def refuse(self, facts: Mapping[str, object]) -> str:
        return self.kind.refuse(self.settings, self._own(facts))

    def work(self, facts: Mapping[str, object], scene: Scene) -> Worked:
        return self.kind.work(self.settings, self._own(facts), scene)

    def _own(self, facts):
        """The criterion's facts under the rule's own names."""
        if self.parts or not self.names:
            return facts
        return {**facts, **{own: facts.get(name) for own, name in self.names.items()}}


@dataclass(frozen=True)
class Evidence:
    """What a criterion wants as proof, and what happens without it."""

    required: bool = False
    file_required: bool = False
    documents: int = 1
    zero_without: bool = False
    each: Decimal = ZERO
    cap: Decimal | None = None


@dataclass(frozen=True)
class Periods:
    """Facts given by quarter or half-year, and how they become the year's."""

    labels: tuple[str, ...]
    combine: str = "sum"


@dataclass(frozen=True)
class Node:
    """A group (with children) or a criterion (with parts)."""

    key: str
    code: str
    name: str
    section: str
    max: Decimal | None
    depth: int
    parent: "str | None" = None
    children: tuple["Node", ...] = ()
    parts: tuple[Part, ...] = ()
    # Of a group: ceilings on its criteria's bonuses, deductions, and on the difference of the two.
    bonus_cap: Decimal | None = None
    penalty_cap: Decimal | None = None
    net_cap: Decimal | None = None
    # Of a criterion:
    bonus_max: Decimal | None = None
    deduct_cap: Decimal | None = None
    allow_negative: bool = False
    na: str = ""
    applies_to: frozenset[str] = frozenset()
    not_for: frozenset[str] = frozenset()
    only_if: Condition | None = None
    periods: Periods | None = None
    evidence: Evidence = field(default_factory=Evidence)
    evaluator: str = ""
    owner: str = ""
    # One of SOURCES; "": the unit.
    source: str = ""
    basis: str = ""
    legal_basis: str = ""
    note: str = ""

    @property
    def is_leaf(self) -> bool:
        return not self.children

    @property
    def label(self) -> str:
        """How messages name it: code and name."""
        return f"{self.code} {self.name}".strip()

    @property
    def full(self) -> Decimal:
        """What its rules take as full points."""
        return self.max if self.max is not None else ZERO

    def walk(self) -> Iterator["Node"]:
        yield self
        for child in self.children:
            yield from child.walk()

    def rule_parts(self) -> Iterator[Part]:
        """All its rules, those inside sums too."""
        waiting = list(self.parts)
        while waiting:
            part = waiting.pop(0)
            yield part
            waiting.extend(part.parts)

    @cached_property
    def _fixed_inputs(self):
        return self._inputs(())

    def inputs(self, targets: tuple[Target, ...] = ()) -> tuple[Input, ...]:
        """The facts it asks a unit for; those of its targets too, where a rule takes them."""
        if targets and any(part.kind.name == "weighted_targets" for part in self.rule_parts()):
            return self._inputs(targets)
        return self._fixed_inputs

    def _inputs(self, targets):
        found = tuple(one for part in self.parts for one in part.inputs(targets))
        if not self.periods:
            return found
        return tuple(
            replace(one, name=f"{one.name}__{place}", label=f"{label}: {one.label}")
            for place, label in enumerate(self.periods.labels, 1)
            for one in found
        )


@dataclass(frozen=True)
class Gate:
    """A condition beside the points: what it does to a unit that is caught by it.

    conditions: any of them catches; with none the gate is declared by hand.
    """

    key: str
    code: str
    name: str
    effect: str
    class_name: str = ""
    conditions: tuple[Condition, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class ClassLevel:
    """A class of results: from how many points, and for how many per cent of the units at most."""

    name: str
    at_least: Decimal | None = None
    quota: Decimal | None = None


@dataclass(frozen=True)
class TieBreak:
    """One link of the chain: what is compared when totals are equal."""

    by: str
    node: str = ""
    input: str = ""
    higher_first: bool = True
    label: str = ""


@dataclass(frozen=True)
class CriteriaSet:
    """A whole table."""

    code: str
    name: str
    base_max: Decimal
    nodes: tuple[Node, ...]
    bonus_cap: Decimal | None = None
    total_cap: Decimal | None = None
    floor: Decimal | None = ZERO
    rounding: Rounding = field(default_factory=Rounding)
    normalise: str = "total"
    gates: tuple[Gate, ...] = ()
    classes: tuple[ClassLevel, ...] = ()
    tie_break: tuple[TieBreak, ...] = ()
    origin: str = ""

    @cached_property
    def by_key(self) -> dict[str, Node]:
        return {node.key: node for root in self.nodes for node in root.walk()}

    @cached_property
    def leaves(self) -> tuple[Node, ...]:
        return tuple(node for node in self.by_key.values() if node.is_leaf)

    def section(self, name: str) -> tuple[Node, ...]:
        """The roots of one section: base, bonus or penalty."""
        return tuple(node for node in self.nodes if node.section == name)


SET_KEYS = {
    *("code", "name", "origin", "note", "base_max", "bonus_cap", "total_cap", "floor"),
    *("rounding", "normalise", "nodes", "gates", "classes", "tie_break"),
}
NODE_KEYS = {
    *("key", "code", "name", "section", "max", "children", "parts", "note"),
    *("bonus_cap", "penalty_cap", "net_cap", "bonus_max", "deduct_cap", "allow_negative"),
    *("na", "applies_to", "not_for", "only_if", "periods", "evidence"),
    *("evaluator", "owner", "source", "basis", "legal_basis"),
}


def load(document: Mapping) -> CriteriaSet:
    """The table of a document; raises Malformed, naming the criterion.

    A table that loads can be computed; whether it is a good one is lint's to say.
    """
    if not isinstance(document, Mapping):
        raise Malformed("", "bảng tiêu chí phải là một đối tượng JSON")
    top = Reader("Bảng tiêu chí", document)
    _known(top, SET_KEYS)
    raw_nodes = document.get("nodes")
    if not isinstance(raw_nodes, list):
        raise top.wrong("thiếu danh sách “nodes”")
    seen: set[str] = set()
    nodes = tuple(_node(raw, None, None, 1, seen) for raw in raw_nodes)
    criteria = CriteriaSet(
        code=top.take(Param("code", "mã bảng", "text", default="")),
        name=top.take(Param("name", "tên bảng", "text", True)),
        origin=top.take(Param("origin", "nguồn gốc", "text", default="")),
        base_max=top.take(Param("base_max", "thang điểm", "points", True)),
        bonus_cap=top.take(Param("bonus_cap", "thưởng tối đa", "points")),
        total_cap=top.take(Param("total_cap", "tổng tối đa", "points")),
        floor=_floor(top),
        rounding=_rounding(top),
        normalise=top.take(
            Param("normalise", "quy đổi", "choice", default="total", choices=NORMALISE)
        ),
        nodes=nodes,
        gates=tuple(_gates(document)),
        classes=tuple(_classes(document)),
        tie_break=tuple(_tie_breaks(document)),
    )
    _check_references(criteria)
    return criteria


NORMALISE = (("total", "cả bảng"), ("group", "từng nhóm"))


def _known(reader, names):
    for name in reader.raw:
        if name not in names:
            raise reader.wrong(f"không có mục nào tên “{name}”")


def _floor(top):
    if top.raw.get("floor") == "none":
        return None
    return top.take(Param("floor", "điểm thấp nhất", "number", default=ZERO))


def _rounding(top):
    raw = top.raw.get("rounding") or {}
    if not isinstance(raw, dict):
        raise top.wrong("“rounding” phải là một đối tượng")
    reader = Reader("Làm tròn", raw)
    _known(reader, {"places", "stage", "mode"})
    places = reader.take(Param("places", "số chữ số", "count", default=2))
    if places > 6:
        raise reader.wrong("làm tròn nhiều nhất đến 6 chữ số thập phân")
    stages = tuple((stage, stage) for stage in STAGES)
    modes = tuple((mode, mode) for mode in MODES)
    return Rounding(
        places,
        reader.take(Param("stage", "ở bước", "choice", default="leaf", choices=stages)),
        reader.take(Param("mode", "cách", "choice", default="half_up", choices=modes)),
    )


def _node(raw, parent, section, depth, seen):
    where = f"Tiêu chí {raw.get('code') or raw.get('key')}" if isinstance(raw, dict) else "Tiêu chí"
    if not isinstance(raw, dict):
        raise Malformed(where, "phải là một đối tượng")
    reader = Reader(where, raw)
    _known(reader, NODE_KEYS)
    key = reader.take(Param("key", "khóa", "text", True))
    if not KEY.fullmatch(key):
        raise reader.wrong("khóa chỉ gồm chữ không dấu, chữ số, dấu chấm, gạch nối, gạch dưới")
    if key in seen:
        raise reader.wrong(f"khóa “{key}” có hai lần")
    seen.add(key)
    if len(seen) > MOST_NODES or depth > DEEPEST:
        raise reader.wrong(f"bảng có hơn {MOST_NODES} mục hoặc sâu hơn {DEEPEST} cấp")
    section = _section(reader, section)
    children = raw.get("children") or []
    parts = raw.get("parts") or []
    if not isinstance(children, list) or not isinstance(parts, list):
        raise reader.wrong("“children” và “parts” phải là danh sách")
    if children and parts:
        raise reader.wrong("một mục có tiêu chí con thì không có cách tính riêng")
    common = _common(reader, key, section, depth, parent)
    if children:
        kept = tuple(_node(child, key, section, depth + 1, seen) for child in children)
        return Node(**common, children=kept, **_caps(reader, "bonus_cap penalty_cap net_cap"))
    return Node(**common, **_leaf(reader, parts))


def _section(reader, section):
    own = reader.raw.get("section")
    if section and own not in (None, section):
        raise reader.wrong("mục con phải cùng phần với mục cha")
    section = section or own or "base"
    if section not in SECTIONS:
        raise reader.wrong(f"phần phải là một trong: {', '.join(SECTIONS)}")
    return section


def _common(reader, key, section, depth, parent):
    texts = ("code", "name", "basis", "legal_basis", "note")
    return {
        "key": key,
        "section": section,
        "depth": depth,
        "parent": parent,
        "max": reader.take(Param("max", "điểm tối đa", "points")),
        **{name: reader.take(Param(name, name, "text", default="")) for name in texts},
    }


def _caps(reader, names):
    return {name: reader.take(Param(name, name, "points")) for name in names.split()}


def _leaf(reader, raw_parts):
    if not raw_parts:
        raise reader.wrong("chưa có cách tính điểm")
    parts = tuple(_part(reader.where, raw) for raw in raw_parts)
    if sum(1 for part in parts for _one in _flat(part)) > MOST_PARTS:
        raise reader.wrong(f"có hơn {MOST_PARTS} cách tính")
    na = [(policy, policy) for policy in NA_POLICIES]
    sources = [(source, source) for source in SOURCES]
    return {
        "parts": _uniquely_named(parts),
        **_caps(reader, "bonus_max deduct_cap"),
        "allow_negative": reader.take(Param("allow_negative", "được âm", "flag", default=False)),
        "na": reader.take(Param("na", "khi không áp dụng", "choice", default="", choices=na)),
        "applies_to": _slugs(reader, "applies_to"),
        "not_for": _slugs(reader, "not_for"),
        "only_if": read_condition(reader.where, reader.raw.get("only_if")),
        "periods": _periods(reader),
        "evidence": _evidence(reader),
        **{
            name: reader.take(Param(name, name, "text", default=""))
            for name in ("evaluator", "owner")
        },
        "source": reader.take(
            Param("source", "nguồn dữ kiện", "choice", default="", choices=sources)
        ),
    }


def _part(where, raw):
    if not isinstance(raw, dict):
        raise Malformed(where, "mỗi cách tính phải là một đối tượng")
    reader = Reader(where, raw)
    kind = KINDS.get(raw.get("kind"))
    if kind is None:
        raise reader.wrong(f"không có cách tính nào tên “{raw.get('kind')}”")
    params = (*kind.params, *PART_PARAMS)
    _known(reader, {"kind", *(param.name for param in params)})
    values = {param.name: reader.take(param) for param in params}
    if kind.name == "sum":
        values["parts"] = tuple(_part(where, one) for one in values["parts"])
    bonus, requires_full = values.pop("bonus"), values.pop("requires_full")
    return Part(kind, Settings(values), bonus=bonus, requires_full=requires_full)


def _flat(part):
    """The simple rules of a part, in order."""
    return [one for inner in part.parts for one in _flat(inner)] if part.parts else [part]


def _uniquely_named(parts):
    """The parts with their facts named: the second "count" of a criterion is "count_2"."""
    taken: dict[str, int] = {}

    def named(part):
        if part.parts:
            inner = tuple(named(one) for one in part.parts)
            return replace(part, settings=Settings({**part.settings.values, "parts": inner}))
        names = {}
        for wanted in part.kind.inputs(part.settings):
            taken[wanted.name] = taken.get(wanted.name, 0) + 1
            if taken[wanted.name] > 1:
                names[wanted.name] = f"{wanted.name}_{taken[wanted.name]}"
        return replace(part, names=names)

    return tuple(named(part) for part in parts)


def _slugs(reader, name):
    raw = reader.raw.get(name) or []
    if not isinstance(raw, list) or not all(isinstance(one, str) for one in raw):
        raise reader.wrong(f"“{name}” phải là danh sách mã đơn vị")
    return frozenset(raw)


def _periods(reader):
    raw = reader.raw.get("periods")
    if not raw:
        return None
    if not isinstance(raw, dict) or not isinstance(raw.get("labels"), list) or not raw["labels"]:
        raise reader.wrong("“periods” phải có danh sách “labels”")
    combine = raw.get("combine", "sum")
    if combine not in ("sum", "mean", "last") or len(raw["labels"]) > 12:
        raise reader.wrong("“periods”: combine là sum, mean hoặc last; nhiều nhất 12 kỳ")
    return Periods(tuple(str(label) for label in raw["labels"]), combine)


def _evidence(reader):
    raw = reader.raw.get("evidence")
    if not raw:
        return Evidence()
    if not isinstance(raw, dict):
        raise reader.wrong("“evidence” phải là một đối tượng")
    inner = Reader(f"{reader.where}, minh chứng", raw)
    _known(inner, {"required", "file", "documents", "without", "each", "cap"})
    without = inner.take(
        Param(
            "without",
            "khi thiếu",
            "choice",
            default="warn",
            choices=(("warn", "nhắc"), ("zero", "0 điểm"), ("deduct", "trừ")),
        )
    )
    return Evidence(
        required=inner.take(Param("required", "bắt buộc", "flag", default=True)),
        file_required=inner.take(Param("file", "phải có tệp", "flag", default=False)),
        documents=inner.take(Param("documents", "số tài liệu", "count", default=1)),
        zero_without=without == "zero",
        each=inner.take(Param("each", "trừ mỗi tài liệu", "points", without == "deduct", ZERO)),
        cap=inner.take(Param("cap", "trừ tối đa", "points")),
    )


def _rows(document, name):
    raw = document.get(name) or []
    if not isinstance(raw, list) or not all(isinstance(row, dict) for row in raw):
        raise Malformed("Bảng tiêu chí", f"“{name}” phải là danh sách đối tượng")
    return raw


def _gates(document):
    seen = set()
    effects = tuple((effect, effect) for effect in GATE_EFFECTS)
    for place, row in enumerate(_rows(document, "gates"), 1):
        reader = Reader(f"Điều kiện {row.get('code') or row.get('key') or place}", row)
        _known(reader, {"key", "code", "name", "effect", "class", "when", "note"})
        key = reader.take(Param("key", "khóa", "text", True))
        if key in seen or not KEY.fullmatch(key):
            raise reader.wrong(f"khóa “{key}” có hai lần hoặc không hợp lệ")
        seen.add(key)
        raw = row.get("when") or []
        conditions = (raw,) if isinstance(raw, dict) else tuple(raw)
        effect = reader.take(Param("effect", "hệ quả", "choice", True, choices=effects))
        yield Gate(
            key,
            reader.take(Param("code", "mã", "text", default=key)),
            reader.take(Param("name", "nội dung", "text", True)),
            effect,
            reader.take(Param("class", "mức xếp loại", "text", effect == "cap_class", "")),
            tuple(read_condition(reader.where, one) for one in conditions),
            reader.take(Param("note", "ghi chú", "text", default="")),
        )


def _classes(document):
    for place, row in enumerate(_rows(document, "classes"), 1):
        reader = Reader(f"Xếp loại {row.get('name') or place}", row)
        _known(reader, {"name", "at_least", "quota"})
        yield ClassLevel(
            reader.take(Param("name", "tên", "text", True)),
            reader.take(Param("at_least", "từ", "number")),
            reader.take(Param("quota", "tỷ lệ tối đa (%)", "percent")),
        )


def _tie_breaks(document):
    kinds = tuple((by, by) for by in TIE_BREAKS)
    for place, row in enumerate(_rows(document, "tie_break"), 1):
        reader = Reader(f"Xét khi bằng điểm, dòng {place}", row)
        _known(reader, {"by", "node", "input", "order", "label"})
        by = reader.take(Param("by", "theo", "choice", True, choices=kinds))
        yield TieBreak(
            by,
            reader.take(Param("node", "mục", "text", by in ("node", "fact"), "")),
            reader.take(Param("input", "dữ kiện", "text", by == "fact", "")),
            row.get("order", "higher") == "higher",
            reader.take(Param("label", "diễn giải", "text", default="")),
        )


def _check_references(criteria):
    """Every key that a condition or a tie-break names must be there."""
    wanted = [
        *((node.label, node.only_if) for node in criteria.leaves if node.only_if),
        *((gate.code, one) for gate in criteria.gates for one in gate.conditions),
        *(("Xét khi bằng điểm", one) for one in criteria.tie_break if one.node),
    ]
    for where, reference in wanted:
        node = criteria.by_key.get(reference.node)
        if node is None:
            raise Malformed(where, f"nói đến mục “{reference.node}”, không có trong bảng")
        if reference.input and not any(one.name == reference.input for one in node.inputs()):
            raise Malformed(where, f"mục “{reference.node}” không có dữ kiện “{reference.input}”")
