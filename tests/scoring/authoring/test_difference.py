"""The difference of two versions, in words."""

from copy import deepcopy

from scoring.authoring.difference import Line, difference
from tests.scoring.authoring.samples import b_100, leaf


def changed(edit):
    before, after = b_100(), deepcopy(b_100())
    edit(after)
    return difference(before, after)


def test_same_table_has_no_difference():
    assert not difference(b_100(), b_100())


def test_changed_points_are_named_old_and_new():
    found = changed(lambda after: after["nodes"][0]["children"][4].update(max="7.5"))

    (change,) = found.nodes
    assert (change.kind, change.key) == ("changed", "I.5")
    assert change.lines == (Line("điểm tối đa", "5", "7,5"),)


def test_setting_of_a_rule_is_named_in_words():
    def edit(after):
        after["nodes"][0]["children"][0]["parts"][1]["cap"] = "4.5"

    (change,) = changed(edit).nodes

    assert change.lines == (Line("cách tính 2, tối đa", "5", "4,5"),)


def test_added_and_removed_criteria_are_told_apart():
    def edit(after):
        children = after["nodes"][0]["children"]
        children[5] = leaf("I.7")

    found = changed(edit)

    assert [(change.kind, change.key) for change in found.nodes] == [
        ("added", "I.7"),
        ("removed", "I.6"),
    ]


def test_criterion_in_another_group_is_a_change_of_place():
    def edit(after):
        after["nodes"][1]["children"].append(after["nodes"][0]["children"].pop())

    (change,) = changed(edit).nodes

    assert [line.name for line in change.lines] == ["thuộc nhóm"]


def test_settings_of_the_table_are_compared_too():
    def edit(after):
        after["rounding"]["places"] = 3
        after["classes"][0]["at_least"] = "96"
        after["gates"][4]["when"]["percent"] = "75"

    found = changed(edit)

    assert [change.title for change in found.settings] == [
        "Quy định chung",
        "Xếp loại",
        "Điều kiện",
    ]
    assert found.settings[0].lines == (Line("số chữ số thập phân", "2", "3"),)
    assert "khi: I < 75 %" in found.settings[2].lines[0].after
