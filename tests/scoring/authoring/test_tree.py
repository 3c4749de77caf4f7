"""Edits of a table's tree."""

from copy import deepcopy

import pytest

from scoring.authoring import tree
from tests.scoring.authoring.samples import group, leaf, table

TABLE = table(
    group("I", leaf("I.1"), leaf("I.2"), section="base"),
    group("II", section="base"),
    leaf("T1", section="bonus"),
    gates=[{"key": "G1", "name": "x", "effect": "suspend", "when": {"node": "I.1", "sign": "<"}}],
    tie_break=[{"by": "node", "node": "I"}],
)


def shape(document):
    """[("I", "base", ["I.1", "I.2"]), …]: what stands where."""
    return [
        (place.node["key"], place.section, place.parent and place.parent["key"])
        for place in tree.walk(document)
    ]


@pytest.fixture(autouse=True)
def untouched():
    """No edit changes the document it is given."""
    before = deepcopy(TABLE)
    yield
    assert before == TABLE


def test_node_is_added_last_in_its_group():
    after = tree.add(TABLE, leaf("II.1"), parent="II")

    assert ("II.1", "base", "II") in shape(after)


def test_criterion_takes_no_node_inside():
    with pytest.raises(tree.Refused, match="không chứa được mục khác"):
        tree.add(TABLE, leaf("x"), parent="I.1")


@pytest.mark.parametrize(
    ("steps", "order"), [(1, ["I.2", "I.1"]), (-1, ["I.1", "I.2"]), (9, ["I.1", "I.2"])]
)
def test_node_moves_among_its_siblings_only(steps, order):
    after = tree.move(TABLE, "I.1", steps)

    assert [node["key"] for node in after["nodes"][0]["children"]] == order


def test_node_goes_to_another_group_with_its_section():
    after = tree.replace(TABLE, "T1", {**leaf("T1"), "section": "bonus"}, parent="II")

    assert ("T1", "base", "II") in shape(after)
    assert "section" not in tree.find(after, "T1").node


def test_node_taken_out_of_its_group_stays_in_its_section():
    document = table(group("T", leaf("T.1"), section="bonus"))

    after = tree.replace(document, "T.1", leaf("T.1"), parent="")

    assert shape(after) == [("T", "bonus", None), ("T.1", "bonus", None)]
    assert "children" not in tree.find(after, "T").node


def test_group_does_not_go_into_itself():
    with pytest.raises(tree.Refused, match="bên trong chính nó"):
        tree.replace(TABLE, "I", group("I"), parent="I")


def test_copy_stands_behind_with_keys_of_its_own():
    after, key = tree.copy(TABLE, "I")

    assert [node["key"] for node in after["nodes"]][:2] == ["I", key]
    assert len(tree.keys(after)) == len(tree.keys(TABLE)) + 3


def test_deleted_group_takes_its_criteria_along():
    after = tree.delete(TABLE, "I")

    assert tree.keys(after) == {"II", "T1"}


def test_what_speaks_of_a_node_is_named_before_it_goes():
    assert tree.pointing_at(TABLE, "I") == ["điều kiện G1", "thứ tự xét khi bằng điểm"]
    assert tree.pointing_at(TABLE, "I.2") == []


def test_node_that_is_gone_is_told():
    with pytest.raises(tree.Refused, match="không còn trong bảng"):
        tree.delete(TABLE, "IX")


@pytest.mark.parametrize(
    ("code", "key"),
    [("I.3", "I.3"), ("I.1", "I.1-1"), ("Đ 1/a", "d-1-a"), ("", "M-1"), ("–", "M-1")],
)
def test_new_key_comes_from_the_code(code, key):
    assert tree.new_key(tree.keys(TABLE), code) == key
