"""The JSON Schema (2020-12) of a criteria table, built from what rules and documents declare.

It says what a document may look like; what a table must also be (keys that exist, bands without gaps)
is for reading.py and lint.py. docs/criteria-format.schema.json is its output, kept current by a test:
`python -m scoring.rules.schema > docs/criteria-format.schema.json`.
"""

import json
import sys
from collections.abc import Iterable

from scoring.rules import document as doc
from scoring.rules.conditions import SIGNS
from scoring.rules.kinds import KINDS
from scoring.rules.params import NAMED_DAYS, Param
from scoring.rules.reader import KEY, MOST_ROWS, NAME, ROWS

NUMBER = r"[+-]?\d{1,30}(\.\d{1,30})?"
MONTH_DAY = r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
Schema = dict[str, object]


def schema() -> Schema:
    """The schema of a whole table."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Bảng tiêu chí chấm điểm thi đua",
        **_object(
            doc.SET_PARAMS,
            {
                "floor": {"oneOf": [_ref("number"), {"const": "none"}], "title": doc.FLOOR.label},
                "rounding": _object(doc.ROUNDING_PARAMS),
                "nodes": _list(_ref("node")),
                "gates": {"type": "array", "items": _ref("gate")},
                "classes": {"type": "array", "items": _object(doc.CLASS_PARAMS)},
                "tie_break": {"type": "array", "items": _object(doc.TIE_PARAMS)},
            },
            ("nodes",),
        ),
        "$defs": _definitions(),
    }


def _definitions() -> Schema:
    return {
        "number": {"anyOf": [{"type": "integer"}, _text(NUMBER)]},
        "points": {
            "anyOf": [{"type": "integer", "minimum": 0}, _text(NUMBER.replace("[+-]", "\\+"))]
        },
        "count": {"anyOf": [{"type": "integer", "minimum": 0}, _text(r"\+?\d{1,30}")]},
        "key": _text(KEY.pattern),
        "due": _text(f"{MONTH_DAY}|@({'|'.join(NAMED_DAYS)})"),
        **{name: _object(columns, _keys_of(columns)) for name, columns in ROWS.items()},
        "node": {"oneOf": [_ref("group"), _ref("criterion")]},
        "group": _group(),
        "criterion": _criterion(),
        "condition": {"oneOf": [_condition_on_points(), _condition_on_fact()]},
        "gate": _object(doc.GATE_PARAMS, {"key": _ref("key"), "when": _when()}),
        "rule": {"oneOf": [_ref(f"rule.{name}") for name in KINDS]},
        **{f"rule.{kind.name}": _rule(kind) for kind in KINDS.values()},
        "inner": {"allOf": [_ref("rule"), {"not": {"anyOf": _any_required(doc.PART_PARAMS)}}]},
    }


# Nodes


def _group():
    return _object(
        (*doc.NODE_PARAMS, *doc.GROUP_PARAMS, doc.SECTION),
        {"key": _ref("key"), "children": _list(_ref("node"))},
        ("key", "children"),
    )


def _criterion():
    units = {"type": "array", "items": {"type": "string"}}
    periods = _object(
        doc.PERIOD_PARAMS,
        {"labels": _list({"type": "string"}, most=12)},
        ("labels",),
    )
    return _object(
        (*doc.NODE_PARAMS, *doc.LEAF_PARAMS, doc.SECTION),
        {
            "key": _ref("key"),
            "parts": _list(_ref("rule"), most=20),
            "applies_to": units,
            "not_for": units,
            "only_if": _ref("condition"),
            "periods": periods,
            "evidence": _object(doc.EVIDENCE_PARAMS),
        },
        ("key", "parts"),
    )


def _rule(kind):
    return {
        "description": kind.label,
        **_object((*kind.params, *doc.PART_PARAMS), {"kind": {"const": kind.name}}, ("kind",)),
    }


def _condition_on_points():
    sign = Param("sign", "so sánh", "choice", True, choices=doc.choices(SIGNS))
    params = (sign, Param("points", "điểm", "number"), Param("percent", "phần trăm", "percent"))
    found = _object(params, {"node": _ref("key")}, ("node",))
    return found | {"oneOf": [{"required": ["points"]}, {"required": ["percent"]}]}


def _condition_on_fact():
    values = _list({"type": ["string", "integer", "boolean"]})
    found = _object(
        (Param("input", "dữ kiện", "text", True),),
        {"node": _ref("key"), "in": values, "not_in": values},
        ("node",),
    )
    return found | {"oneOf": [{"required": ["in"]}, {"required": ["not_in"]}]}


def _when():
    return {"oneOf": [_ref("condition"), {"type": "array", "items": _ref("condition")}]}


# Params


def _object(params: Iterable[Param], extra: Schema | None = None, needed=()) -> Schema:
    """An object of these settings and no others."""
    params, extra = tuple(params), extra or {}
    needed = [*needed, *(one.name for one in params if one.required and one.name not in needed)]
    found = {
        "type": "object",
        "properties": {one.name: _value(one) for one in params} | extra,
        "additionalProperties": False,
    }
    return found | ({"required": needed} if needed else {})


def _value(param: Param) -> Schema:
    """The schema of one setting's value, with its label and help."""
    found = dict(_of_type(param))
    found["title"] = param.label
    if param.help:
        found["description"] = param.help
    return found


def _of_type(param) -> Schema:
    if param.type in ("text", "formula"):
        return {"type": "string"}
    if param.type == "flag":
        return {"type": "boolean"}
    if param.type == "choice":
        return {"enum": [key for key, _label in param.choices]}
    if param.type == "matrix":
        return _list(_list(_ref("points"), most=MOST_ROWS), most=MOST_ROWS)
    if param.type == "parts":
        return _list(_ref("inner"), most=20)
    if param.type in ROWS:
        return _list(_ref(param.type), most=MOST_ROWS)
    return _ref({"percent": "points"}.get(param.type, param.type))


def _keys_of(columns) -> Schema:
    """Columns that are keys or names, more narrowly than other text."""
    names = {column.name for column in columns}
    found = {"key": _ref("key")} if "key" in names else {}
    return found | ({"name": _text(NAME.pattern)} if "name" in names else {})


def _any_required(params):
    return [{"required": [param.name]} for param in params]


def _text(pattern):
    return {"type": "string", "pattern": f"^({pattern})$"}


def _list(items, most=None):
    return {"type": "array", "minItems": 1, "items": items} | ({"maxItems": most} if most else {})


def _ref(name):
    return {"$ref": f"#/$defs/{name}"}


def as_text() -> str:
    """The schema as it is kept in the repository."""
    return json.dumps(schema(), ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    sys.stdout.write(as_text())
