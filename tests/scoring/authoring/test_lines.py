"""Settings as people write them in a cell, and back."""

import pytest

from scoring.authoring import lines, words
from scoring.rules import KINDS, Param

ROWS = {
    "bands": [
        ("≥ 95; < 98: 6", {"at_least": "95", "below": "98", "points": "6"}),
        ("> 0: 0,5", {"more_than": "0", "points": "0.5"}),
        ("≤ 10: 1", {"at_most": "10", "points": "1"}),
        ("mọi giá trị: 2", {"points": "2"}),
    ],
    "ranks": [
        ("hạng 1 - 3: 6", {"first": "1", "last": "3", "points": "6"}),
        ("hạng 4: 5", {"first": "4", "last": "4", "points": "5"}),
        ("từ hạng 13: 3", {"first": "13", "points": "3"}),
    ],
    "options": [
        ("Bài 1: phần đầu: 1,5", {"label": "Bài 1: phần đầu", "points": "1.5"}),
        ("[HTTNV] Hoàn thành tốt: 4", {"key": "HTTNV", "label": "Hoàn thành tốt", "points": "4"}),
    ],
    "documents": [
        ("đăng ký: 28/02", {"label": "đăng ký", "due": "02-28"}),
        ("bản tự chấm: hạn tự chấm", {"label": "bản tự chấm", "due": "@self_assessment"}),
    ],
    "inputs": [
        ("so_bai: Số bài", {"name": "so_bai", "label": "Số bài"}),
        ("so_bai: Số bài (số nguyên)", {"name": "so_bai", "label": "Số bài", "type": "count"}),
        ("ty_le: Tỷ lệ (đã làm)", {"name": "ty_le", "label": "Tỷ lệ (đã làm)"}),
    ],
    "matrix": [("5; 4,5; 0", ["5", "4.5", "0"])],
    "conditions": [
        ("I < 80 %", {"node": "I", "sign": "<", "percent": "80"}),
        ("I.1 ≥ 10 điểm", {"node": "I.1", "sign": ">=", "points": "10"}),
        ("III.1 [case] là a, b", {"node": "III.1", "input": "case", "in": ["a", "b"]}),
        ("III.1 [case] không là a", {"node": "III.1", "input": "case", "not_in": ["a"]}),
    ],
}


def param(type_, **more):
    return Param("x", "tên", type_, **more)


@pytest.mark.parametrize(
    ("type_", "line", "row"), [(type_, *pair) for type_, pairs in ROWS.items() for pair in pairs]
)
def test_row_is_read_and_written_the_same(type_, line, row):
    assert lines.read_row(param(type_), line) == row
    assert lines.shown(param(type_), [row]) == [line]


@pytest.mark.parametrize(
    ("type_", "typed", "value"),
    [
        *[("points", typed, "3.5") for typed in ("3,5", "3.5", "３，５", " + 3,5 ", "3,5 điểm")],
        *[("percent", typed, "80") for typed in ("80", "80 %", "80%")],
        ("number", "- 0,25", "-0.25"),
        *[("flag", typed, True) for typed in ("có", "x", "Có")],
        ("due", "1/2", "02-01"),
        ("floor", "không có", "none"),
        ("slugs", "snv, stc ,", ["snv", "stc"]),
        ("periods", "Quý I; Quý II (cộng)", {"labels": ["Quý I", "Quý II"], "combine": "sum"}),
        ("places", "2", 2),
    ],
)
def test_value_is_read_as_people_write_it(type_, typed, value):
    assert lines.read(param(type_), typed) == value


@pytest.mark.parametrize(
    ("type_", "typed"),
    [
        *[("points", typed) for typed in ("1.000", "NaN", "1e999", "ba", "=1+1")],
        ("due", "31/02"),
        ("due", "ngày mai"),
        ("count", "1,5"),
        ("flag", "chắc là có"),
        ("bands", "95 - 98: 6"),
        ("ranks", "hạng nhất: 6"),
        ("options", "không có điểm"),
        ("conditions", "nhóm I thấp"),
    ],
)
def test_value_that_can_be_read_two_ways_or_none_is_refused(type_, typed):
    with pytest.raises(lines.Refused):
        if type_ in lines.ROWS:
            lines.read_row(param(type_), typed)
        else:
            lines.read(param(type_), typed)


def test_cell_of_a_rule_is_read_line_by_line():
    tiers = KINDS["tiers"].params
    cell = "Dữ kiện nhập vào: tỷ lệ %\n\nCác mức:\n- ≥ 98: 7\n– < 98: 0"

    values = lines.read_lines(tiers, cell)

    assert values == {
        "measure": "percent",
        "bands": [{"at_least": "98", "points": "7"}, {"below": "98", "points": "0"}],
    }
    assert lines.read_lines(tiers, lines.write_lines(tiers, values)) == values


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("điểm thưởng: 5", "không có tham số tên “điểm thưởng”"),
        ("- ≥ 98: 7", "phải đứng dưới tên của nó"),
        ("tử số: a\ntử số: b", "có hai lần"),
        ("các mức:\n- ≥ chín mươi: 7", "không phải là một số"),
    ],
)
def test_cell_that_cannot_be_read_says_which_line(cell, said):
    with pytest.raises((lines.Refused, ValueError), match=said):
        lines.read_lines(KINDS["tiers"].params, cell)


def test_labels_of_settings_tell_them_apart():
    """A line begins with its label: none holds a colon, none comes twice in one rule."""
    groups = [(*kind.params, *words.RULE_PARAMS) for kind in KINDS.values()]
    groups += [(*words.GROUP_PARAMS, *words.LEAF_PARAMS), words.EVIDENCE_PARAMS]

    for params in groups:
        labels = [param.label for param in params]
        assert len(set(labels)) == len(labels)
        assert not [label for label in labels if ":" in label]


def test_ways_of_scoring_have_names_of_their_own():
    labels = [kind.label for kind in KINDS.values()]

    assert len(set(labels)) == len(labels)
