"""From a document to a criteria table, with everything that is wrong with the document.

The format is docs/criteria-format.md. What loads can be computed; whether it is a good table is
lint's to say.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from scoring.rules.conditions import read_condition
from scoring.rules.criteria import (
    ClassLevel,
    CriteriaSet,
    Evidence,
    Gate,
    Node,
    Part,
    Periods,
    TieBreak,
)
from scoring.rules.document import (
    CLASS_PARAMS,
    EVIDENCE_PARAMS,
    FLOOR,
    GATE_PARAMS,
    GROUP_PARAMS,
    KEY_PARAM,
    LEAF_ONLY,
    LEAF_PARAMS,
    NODE_KEYS,
    NODE_PARAMS,
    PART_PARAMS,
    PERIOD_PARAMS,
    ROUNDING_PARAMS,
    SECTION,
    SET_KEYS,
    SET_PARAMS,
    TIE_PARAMS,
)
from scoring.rules.kinds import KINDS
from scoring.rules.numbers import ZERO, Rounding
from scoring.rules.params import Malformed, Settings
from scoring.rules.reader import KEY, Reader
from scoring.rules.references import reference_errors

TABLE = "Bảng tiêu chí"
# Beyond these a document is not a table but an attack on whoever opens it.
MOST_NODES, DEEPEST, MOST_PARTS, DEEPEST_SUM = 500, 6, 20, 3


@dataclass
class Read:
    """What came of a document: the table as far as it can be read, and what is wrong.

    broken: keys of nodes whose own settings could not all be read.
    """

    criteria: CriteriaSet | None
    errors: list[Malformed] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)


def load(document: Mapping) -> CriteriaSet:
    """The table of a document; raises Malformed with the first thing that is wrong."""
    found = read(document)
    if found.errors:
        raise found.errors[0]
    return found.criteria


def read(document: object) -> Read:
    """The table of a document with all that is wrong; raises nothing."""
    if not isinstance(document, Mapping):
        return Read(None, [Malformed(TABLE, "phải là một đối tượng JSON")])
    found = _Reading(document)
    criteria = found.criteria()
    found.errors += reference_errors(criteria)
    return Read(criteria, found.errors, found.broken)


def taken(reader: Reader, params) -> dict:
    return {param.name: reader.take(param) for param in params}


class _Reading:
    """One document being read."""

    def __init__(self, document):
        self.errors: list[Malformed] = []
        self.broken: set[str] = set()
        self.keys: set[str] = set()
        self.top = Reader(TABLE, document, self.errors)

    def criteria(self):
        top = self.top
        top.only(SET_KEYS)
        values = taken(top, SET_PARAMS)
        values.pop("note")
        return CriteriaSet(
            **values,
            floor=self._floor(),
            rounding=self._rounding(),
            nodes=self._nodes(top.raw.get("nodes"), None, None, 1, top),
            gates=tuple(self._gates()),
            classes=tuple(self._classes()),
            tie_break=tuple(self._tie_breaks()),
        )

    def _floor(self):
        if self.top.raw.get("floor") == "none":
            return None
        return self.top.take(FLOOR)

    def _rounding(self):
        raw = self.top.raw.get("rounding")
        if raw is None:
            return Rounding()
        if not isinstance(raw, dict):
            self.top.report("“rounding” phải là một đối tượng")
            return Rounding()
        reader = self.top.within("làm tròn", raw)
        reader.only({param.name for param in ROUNDING_PARAMS})
        values = taken(reader, ROUNDING_PARAMS)
        if values["places"] > 6:
            reader.report("nhiều nhất đến 6 chữ số thập phân")
            values["places"] = 6
        return Rounding(**values)

    # The tree

    def _nodes(self, raw, parent, section, depth, reader):
        if not isinstance(raw, list) or not raw:
            reader.report(
                "thiếu danh sách “nodes”" if depth == 1 else "“children” phải là danh sách"
            )
            return ()
        found = (self._node(one, place, parent, section, depth) for place, one in enumerate(raw, 1))
        return tuple(node for node in found if node)

    def _node(self, raw, place, parent, section, depth):
        if not isinstance(raw, dict):
            under = f"{TABLE}, mục con của {parent}" if parent else TABLE
            self.errors.append(Malformed(under, f"mục thứ {place} phải là một đối tượng"))
            return None
        before = len(self.errors)
        reader = Reader(_label(raw, place, parent), raw, self.errors, str(raw.get("key") or ""))
        if len(self.keys) >= MOST_NODES or depth > DEEPEST:
            reader.report(f"bảng có hơn {MOST_NODES} mục hoặc sâu hơn {DEEPEST} cấp")
            return None
        reader.only(NODE_KEYS)
        key = self._key(reader)
        section = self._section(reader, section)
        common = {
            **taken(reader, NODE_PARAMS),
            **{"key": key, "section": section, "depth": depth, "parent": parent},
        }
        children, parts = raw.get("children") or [], raw.get("parts") or []
        if children and parts:
            reader.report("một mục có tiêu chí con thì không có cách tính riêng")
        own = self._group(reader) if children else self._leaf(reader, parts, section)
        if len(self.errors) > before:
            self.broken.add(key)
        if children:
            own["children"] = self._nodes(children, key, section, depth + 1, reader)
        return Node(**common, **own)

    def _key(self, reader):
        key = reader.take(KEY_PARAM)
        if key and not KEY.fullmatch(key):
            reader.report("khóa chỉ gồm chữ không dấu, chữ số, dấu chấm, gạch nối, gạch dưới")
        elif key in self.keys:
            reader.report(f"khóa “{key}” có hai lần")
        if not key or key in self.keys:
            # So that the rest of the table can still be looked at.
            key = f"{key}#{len(self.keys)}"
        self.keys.add(key)
        return key

    @staticmethod
    def _section(reader, section):
        own = reader.take(SECTION)
        if section and own not in (None, section):
            reader.report("mục con phải cùng phần với mục cha")
        return section or own or "base"

    def _group(self, reader):
        for name in (*(param.name for param in LEAF_PARAMS), *LEAF_ONLY):
            if reader.raw.get(name):
                reader.report(f"“{name}” chỉ dùng cho tiêu chí không có mục con")
        return taken(reader, GROUP_PARAMS)

    def _leaf(self, reader, raw_parts, section):
        for param in GROUP_PARAMS:
            if reader.raw.get(param.name) not in (None, ""):
                reader.report(f"“{param.name}” chỉ dùng cho mục có tiêu chí con")
        return {
            **taken(reader, LEAF_PARAMS),
            "parts": self._parts(reader, raw_parts, section),
            "applies_to": _slugs(reader, "applies_to"),
            "not_for": _slugs(reader, "not_for"),
            "only_if": read_condition(reader, reader.raw.get("only_if")),
            "periods": _periods(reader),
            "evidence": _evidence(reader),
        }

    # Rules

    def _parts(self, reader, raw, section):
        if not isinstance(raw, list):
            reader.report("“parts” phải là danh sách")
            return ()
        if not raw:
            points = reader.raw.get("max")
            if section == "bonus" and isinstance(points, (str, int)):
                reader.report(
                    f"ghi {points} điểm thưởng nhưng không có cách tính".replace(".", ",")
                )
            else:
                reader.report("chưa có cách tính điểm")
            return ()
        single = len(raw) == 1
        found = (
            self._part(reader, one, "" if single else f"cách tính {place}")
            for place, one in enumerate(raw[:MOST_PARTS], 1)
        )
        parts = tuple(part for part in found if part)
        if len(raw) > MOST_PARTS or sum(1 for part in parts for _one in _flat(part)) > MOST_PARTS:
            reader.report(f"có hơn {MOST_PARTS} cách tính")
        return _uniquely_named(parts)

    def _part(self, reader, raw, inside, depth=0):
        """One rule; None when it cannot be read, which is reported."""
        if not isinstance(raw, dict):
            reader.report("mỗi cách tính phải là một đối tượng")
            return None
        inner, before = reader.within(inside, raw) if inside else reader, len(self.errors)
        inner = Reader(inner.where, raw, self.errors, inner.key, inner.inside)
        name = raw.get("kind")
        kind = KINDS.get(name) if isinstance(name, str) else None
        if kind is None:
            inner.report(f"không có cách tính nào tên “{name}”" if name else "thiếu “kind”")
            return None
        params = kind.params if depth else (*kind.params, *PART_PARAMS)
        inner.only({"kind", *(param.name for param in params)})
        values = taken(inner, params)
        if kind.name == "sum":
            values["parts"] = self._inner_parts(inner, values["parts"] or (), depth)
        bonus, requires_full = values.pop("bonus", False), values.pop("requires_full", False)
        if len(self.errors) > before:
            return None
        part = Part(kind, Settings(values), bonus=bonus, requires_full=requires_full)
        for problem in part.impossible():
            inner.report(problem)
        if bonus and part.effect == "deducts":
            inner.report("cách tính trừ điểm không thể là điểm thưởng")
        return part if len(self.errors) == before else None

    def _inner_parts(self, reader, raw, depth):
        if depth >= DEEPEST_SUM:
            reader.report(f"cách tính lồng nhau quá {DEEPEST_SUM} lớp")
            return ()
        found = (
            self._part(reader, one, f"cách tính {place}", depth + 1)
            for place, one in enumerate(raw[:MOST_PARTS], 1)
        )
        return tuple(part for part in found if part)

    # Gates, classes, tie-breaks

    def _rows(self, name, words, params, keys=()):
        """A reader for each row of a list of objects, and its values."""
        raw = self.top.raw.get(name)
        if raw is None:
            return
        if not isinstance(raw, list) or len(raw) > MOST_NODES:
            self.top.report(f"“{name}” phải là danh sách đối tượng")
            return
        for place, row in enumerate(raw, 1):
            if not isinstance(row, dict):
                self.top.report(f"“{name}”, dòng {place} phải là một đối tượng")
                continue
            named = row.get("code") or row.get("name") or row.get("key") or place
            where = f"{words} {named if name != 'tie_break' else place}"
            reader = Reader(where, row, self.errors, str(row.get("key") or ""))
            reader.only({*(param.name for param in params), *keys})
            yield reader, taken(reader, params)

    def _gates(self):
        seen = set()
        for reader, values in self._rows("gates", "Điều kiện", GATE_PARAMS, ("when",)):
            key, class_name = values["key"], values.pop("class")
            if key in seen or (key and not KEY.fullmatch(key)):
                reader.report(f"khóa “{key}” có hai lần hoặc không hợp lệ")
            seen.add(key)
            if values["effect"] == "cap_class" and not class_name:
                reader.report("thiếu “mức xếp loại” (class)")
            values["code"] = values["code"] or key
            yield Gate(**values, class_name=class_name, conditions=self._when(reader))

    @staticmethod
    def _when(reader):
        raw = reader.raw.get("when")
        if raw is None:
            return ()
        if not isinstance(raw, (dict, list)):
            reader.report("“when” phải là một điều kiện hoặc danh sách điều kiện")
            return ()
        found = (read_condition(reader, one) for one in (raw if isinstance(raw, list) else [raw]))
        return tuple(condition for condition in found if condition)

    def _classes(self):
        for _reader, values in self._rows("classes", "Xếp loại", CLASS_PARAMS):
            yield ClassLevel(**values)

    def _tie_breaks(self):
        for reader, values in self._rows("tie_break", "Xét khi bằng điểm, dòng", TIE_PARAMS):
            if values["by"] in ("node", "fact") and not values["node"]:
                reader.report("thiếu “mục” (node)")
            if values["by"] == "fact" and not values["input"]:
                reader.report("thiếu “dữ kiện” (input)")
            higher_first = values.pop("order") == "higher"
            yield TieBreak(**values, higher_first=higher_first)


def _label(raw, place, parent):
    """How messages name a node: code and name, else its key, else its place."""
    words = [raw[name] for name in ("code", "name") if isinstance(raw.get(name), str)]
    if label := " ".join(words).strip():
        return label
    if isinstance(raw.get("key"), str) and raw["key"]:
        return f"Mục {raw['key']}"
    return f"Mục thứ {place}" + (f" của {parent}" if parent else "")


def _flat(part):
    """The simple rules of a part, in order."""
    return [one for inner in part.parts for one in _flat(inner)] if part.parts else [part]


def _uniquely_named(parts):
    """The parts with their facts named: the second "count" of a criterion is "count_2"."""
    taken_names: set[str] = set()

    def free(name):
        tried, place = name, 1
        while tried in taken_names:
            place += 1
            tried = f"{name}_{place}"
        taken_names.add(tried)
        return tried

    def named(part):
        if part.parts:
            inner = tuple(named(one) for one in part.parts)
            return replace(part, settings=Settings({**part.settings.values, "parts": inner}))
        names = {one.name: free(one.name) for one in part.kind.inputs(part.settings)}
        return replace(part, names={own: name for own, name in names.items() if own != name})

    return tuple(named(part) for part in parts)


def _slugs(reader, name):
    raw = reader.raw.get(name) or []
    if not isinstance(raw, list) or not all(isinstance(one, str) for one in raw):
        reader.report(f"“{name}” phải là danh sách mã đơn vị")
        return frozenset()
    return frozenset(raw)


def _periods(reader):
    raw = reader.raw.get("periods")
    if raw is None:
        return None
    labels = raw.get("labels") if isinstance(raw, dict) else None
    if not isinstance(labels, list) or not labels or not all(isinstance(x, str) for x in labels):
        reader.report("“periods” phải có danh sách “labels”")
        return None
    if len(labels) > 12:
        reader.report("“periods”: nhiều nhất 12 kỳ")
        return None
    inner = reader.within("theo kỳ", raw)
    inner.only(("labels", "combine"))
    return Periods(tuple(labels), **taken(inner, PERIOD_PARAMS))


def _evidence(reader):
    raw = reader.raw.get("evidence")
    if raw is None:
        return Evidence()
    if not isinstance(raw, dict):
        reader.report("“evidence” phải là một đối tượng")
        return Evidence()
    inner = reader.within("tài liệu kiểm chứng", raw)
    inner.only({param.name for param in EVIDENCE_PARAMS})
    values = taken(inner, EVIDENCE_PARAMS)
    deducts = values["without"] == "deduct"
    if deducts and values["each"] is None:
        inner.report("thiếu “trừ mỗi tài liệu” (each)")
    return Evidence(
        required=values["required"],
        file_required=values["file"],
        documents=values["documents"],
        zero_without=values["without"] == "zero",
        each=(values["each"] or ZERO) if deducts else ZERO,
        cap=values["cap"],
    )
