"""The tables the project ships: sound, complete, and worth what they say."""

from decimal import Decimal

import pytest

from scoring import rules
from scoring.rules.lint import lint
from tests.scoring.rules.tables import DAYS, document, facts

D = Decimal
TARGETS = [{"key": "1", "label": "Giải ngân", "plan": "95"}]
TABLES = ["b_100", "c_1000"]


def best_facts(criteria, targets):
    """Facts with which every criterion gives all it can, and no deduction anything."""
    values = {}
    for node in criteria.leaves:
        values[node.key] = {
            wanted.name: best_value(node, wanted) for wanted in node.inputs(targets)
        }
    return values


def best_value(node, wanted):
    if wanted.type == "flag":
        return node.section != "penalty"
    if wanted.type == "choice":
        return wanted.options[0][0]
    if wanted.type == "date":
        return "2026-01-05"
    if wanted.type == "text":
        return "Tốt"
    if wanted.type == "points":
        return str(node.max)
    earns = node.section != "penalty" and any(part.effect == "earns" for part in node.parts)
    bad = {one.name for part in node.parts if part.effect == "deducts" for one in part.inputs()}
    if wanted.name == "rank":
        return "1"
    return "0" if not earns or wanted.name in bad else "1000"


@pytest.mark.parametrize(("name", "caveats"), [("b_100", 1), ("c_1000", 0)])
def test_table_has_no_errors(name, caveats):
    problems = lint(document(name))

    assert not [str(one) for one in problems if one.is_error]
    assert len(problems) == caveats


@pytest.mark.parametrize(("name", "most"), [("b_100", 110), ("c_1000", 1000)])
def test_best_facts_give_all_points_and_the_first_class(name, most):
    criteria = rules.load(document(name))
    unit = facts(targets=TARGETS)

    full = rules.load_facts(
        {"unit": "stc", "values": best_facts(criteria, unit.targets), "targets": TARGETS}
    )
    card = rules.evaluate_bloc(criteria, {"stc": full}, DAYS)["stc"]

    short = [
        (one.node.key, one.points, one.problem) for one in card.leaves if one.points != one.max
    ]
    assert [one for one in short if not one[0].startswith("P")] == []
    assert (card.total, card.class_name) == (D(most), "Xuất sắc")
    assert rules.unknown_facts(criteria, full) == []


@pytest.mark.parametrize("name", TABLES)
def test_no_facts_give_nothing_and_everything_is_missing(name):
    criteria = rules.load(document(name))

    card = rules.evaluate(criteria, facts(), DAYS)

    assert card.total == 0
    assert len(card.missing) + len(card.pending) == len(card.leaves)
    assert {one.points for one in card.outcomes.values()} == {None}


def test_frame_of_the_table_of_a_thousand():
    criteria = rules.load(document("c_1000"))

    frame = {node.key: node.max for node in criteria.by_key.values()}
    assert [frame[key] for key in ("I", "II", "III", "IV")] == [D(500), D(150), D(150), D(150)]
    assert [frame[f"T{n}"] for n in range(1, 5)] == [D(20), D(15), D(5), D(10)]
    assert sum(node.max for node in criteria.leaves if node.section == "base") == D(950)


@pytest.mark.parametrize("name", TABLES)
def test_what_was_composed_is_marked(name):
    raw = document(name)

    assert raw["origin"] == "composed"
    if name == "c_1000":
        composed = {node.key for node in rules.load(raw).by_key.values() if node.note == "composed"}
        assert composed == {
            *("II.2", "II.3", "III.2", "III.3", "IV.1", "IV.2", "IV.3", "IV.4", "IV.6", "T1")
        }
