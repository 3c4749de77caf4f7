"""What is written about the format is true: the schema, the tables, the description and its examples."""

import json
import re

import pytest

from scoring import rules
from scoring.rules import document as doc
from scoring.rules.facts import FACT_KEYS, GATE_STATES
from scoring.rules.kinds import KINDS
from scoring.rules.params import NAMED_DAYS
from scoring.rules.reader import ROWS
from scoring.rules.schema import as_text, schema
from tests.scoring.rules.tables import DAYS, ROOT, document, facts, leaf, node_of, table

SCHEMA = ROOT / "docs" / "criteria-format.schema.json"
PAGE = (ROOT / "docs" / "criteria-format.md").read_text("utf-8")
TYPES = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
}
WHOLE = schema()
NOTES = {"$schema", "$defs", "title", "description"}


def fits(value, wanted, at=""):
    """Where a value does not fit a schema, as far as the schema's own words go; "" when it does."""
    assert set(wanted) <= NOTES | set(CHECKS), "a word of JSON Schema that this walk does not know"
    for word, check in CHECKS.items():
        if word in wanted and (problem := check(value, wanted, at)):
            return problem
    return ""


def _type(value, wanted, at):
    names = wanted["type"] if isinstance(wanted["type"], list) else [wanted["type"]]
    return "" if any(TYPES[name](value) for name in names) else f"{at}: not {names}"


def _properties(value, wanted, at):
    found = (
        fits(value[name], inner, f"{at}/{name}")
        for name, inner in wanted["properties"].items()
        if isinstance(value, dict) and name in value
    )
    return next(filter(None, found), "")


def _required(value, wanted, at):
    lacking = [name for name in wanted["required"] if name not in value]
    return f"{at}: lacks {lacking}" if lacking else ""


def _closed(value, wanted, at):
    other = set(value) - set(wanted["properties"])
    return f"{at}: has {sorted(other)}" if other else ""


def _items(value, wanted, at):
    if not isinstance(value, list):
        return ""
    found = (fits(one, wanted["items"], f"{at}/{place}") for place, one in enumerate(value))
    return next(filter(None, found), "")


def _count(value, wanted, at, *, exactly_one=False):
    inner = wanted["oneOf" if exactly_one else "anyOf"]
    problems = [fits(value, one, at) for one in inner]
    fitting = problems.count("")
    right = fitting == 1 if exactly_one else fitting >= 1
    return "" if right else f"{at}: fits {fitting} of {len(inner)} ({problems[:3]})"


CHECKS = {
    "$ref": lambda value, wanted, at: fits(
        value, WHOLE["$defs"][wanted["$ref"].removeprefix("#/$defs/")], at
    ),
    "const": lambda value, wanted, at: "" if value == wanted["const"] else f"{at}: not the one",
    "enum": lambda value, wanted, at: "" if value in wanted["enum"] else f"{at}: none of them",
    "type": _type,
    "required": _required,
    "additionalProperties": _closed,
    "properties": _properties,
    "pattern": lambda value, wanted, at: (
        "" if re.fullmatch(wanted["pattern"].strip("^$"), value, re.ASCII) else f"{at}: {value!r}"
    ),
    "minimum": lambda value, wanted, at: "" if value >= wanted["minimum"] else f"{at}: too small",
    "minItems": lambda value, wanted, at: "" if len(value) >= wanted["minItems"] else f"{at}: few",
    "maxItems": lambda value, wanted, at: "" if len(value) <= wanted["maxItems"] else f"{at}: many",
    "items": _items,
    "allOf": lambda value, wanted, at: next(
        filter(None, (fits(value, one, at) for one in wanted["allOf"])), ""
    ),
    "anyOf": _count,
    "oneOf": lambda value, wanted, at: _count(value, wanted, at, exactly_one=True),
    "not": lambda value, wanted, at: (
        f"{at}: must not fit" if not fits(value, wanted["not"]) else ""
    ),
}


def test_committed_schema_is_current():
    assert SCHEMA.read_text("utf-8") == as_text(), (
        "python -m scoring.rules.schema > docs/criteria-format.schema.json"
    )


@pytest.mark.parametrize("name", ["b_100", "c_1000"])
def test_shipped_tables_fit_the_schema(name):
    assert fits(document(name), WHOLE) == ""


@pytest.mark.parametrize(
    "spoil",
    [
        lambda raw: raw.pop("name"),
        lambda raw: raw.update(extra=1),
        lambda raw: raw.update(base_max=0.5),
        lambda raw: node_of(raw, "I.1").update(max="-1"),
        lambda raw: node_of(raw, "I.1").update(key="a b"),
        lambda raw: node_of(raw, "I.1").update(bonus_cap="1"),
        lambda raw: node_of(raw, "I.1")["parts"][0].update(kind="magic"),
        lambda raw: node_of(raw, "I.1")["parts"][1].pop("points"),
        lambda raw: node_of(raw, "I.4")["parts"][0].update(bands=[]),
        lambda raw: node_of(raw, "II.4")["parts"][0].update(due="31/01"),
        lambda raw: raw["gates"][0].update(effect="banish"),
        lambda raw: raw["gates"][4]["when"].update(points="1"),
    ],
)
def test_schema_refuses_what_does_not_load(spoil):
    raw = document("b_100")
    spoil(raw)

    assert fits(raw, WHOLE) != ""
    with pytest.raises(rules.Malformed):
        rules.load(raw)


# The description


def section(name):
    """The part of the page about one kind of rule."""
    found = re.search(rf"### `{name}`.*?(?=\n##)", PAGE, re.DOTALL)
    assert found, f"nothing is written about {name}"
    return found[0]


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_and_parameter_is_described(name):
    written = section(name)

    assert [one.name for one in KINDS[name].params if f"| `{one.name}` |" not in written] == []
    choices = [key for one in KINDS[name].params for key, _label in one.choices]
    assert [key for key in choices if f"`{key}`" not in written] == []


def test_everything_a_document_may_hold_is_described():
    params = (
        *(doc.PART_PARAMS, doc.SET_PARAMS, doc.ROUNDING_PARAMS, doc.NODE_PARAMS, doc.GROUP_PARAMS),
        *(doc.LEAF_PARAMS, doc.EVIDENCE_PARAMS, doc.PERIOD_PARAMS, doc.GATE_PARAMS),
        *(doc.CLASS_PARAMS, doc.TIE_PARAMS, *ROWS.values()),
    )
    names = {one.name for group in params for one in group}
    choices = {key for group in params for one in group for key, _label in one.choices}
    others = {*doc.SET_KEYS, *doc.NODE_KEYS, *(f"@{name}" for name in NAMED_DAYS)}

    assert sorted(one for one in names | choices | others if f"`{one}`" not in PAGE) == []


def test_everything_a_facts_file_may_hold_is_described():
    assert [one for one in (*FACT_KEYS, *GATE_STATES) if f"`{one}`" not in PAGE] == []


@pytest.mark.parametrize("name", KINDS)
def test_example_of_each_kind_comes_out_as_written(name):
    written = section(name)
    example = json.loads(re.search(r"```json\n(.*?)```", written, re.DOTALL)[1])
    expected = re.search(r"Của 10 điểm: \*(.*)\*\.", written)[1]
    criteria = table(leaf(example["rule"]))
    others = {one: example[one] for one in ("targets", "peers") if one in example}
    bloc = {"stc": facts({"a": example["facts"]}, **others)}
    if "best" in example:
        bloc["snv"] = facts({"a": {"value": example["best"]}}, unit="snv")

    outcome = rules.evaluate_bloc(criteria, bloc, DAYS)["stc"]["a"]

    assert example["rule"]["kind"] == name
    assert rules.sentence(outcome.steps) == expected
    assert {one.name for one in outcome.node.inputs(bloc["stc"].targets)} >= set(example["facts"])
    assert fits(example["rule"], WHOLE["$defs"]["rule"]) == ""
