"""Rules on quantities, worked by hand."""

from decimal import Decimal

import pytest

from tests.scoring.rules.tables import only, points, text

D = Decimal
TIERS = [
    {"at_least": "98", "points": "10"},
    {"at_least": "95", "below": "98", "points": "8"},
    {"more_than": "80", "below": "95", "points": "4"},
    {"at_least": "0", "at_most": "80", "points": "0"},
]
MATRIX = {
    "kind": "matrix",
    "row_value": "Trước hạn (%)",
    "row_bands": [
        {"at_least": "90", "points": "0"},
        {"at_least": "70", "below": "90", "points": "0"},
        {"at_least": "0", "below": "70", "points": "0"},
    ],
    "column_value": "Số hồ sơ",
    "column_bands": [
        {"at_least": "1000", "points": "0"},
        {"at_least": "0", "below": "1000", "points": "0"},
    ],
    "points": [["10", "8"], ["6", "5"], ["2", "0"]],
}


@pytest.mark.parametrize(
    ("done", "total", "expected"),
    [
        ("142", "142", D(10)),
        ("137", "142", D("9.65")),
        ("0", "142", D(0)),
        ("1", "2", D(5)),
        # 70,42 % is below the floor of 75 %.
        ("100", "142", D(0)),
        ("3", "4", D("7.5")),
        ("150", "142", "Đúng hạn (150) lớn hơn tổng số đến hạn (142)."),
        ("0", "0", "Tổng số bằng 0. Nếu trong năm không phát sinh, hãy chọn “Không áp dụng”."),
        ("1", None, ("Tổng số đến hạn",)),
        ("-1", "5", "Đúng hạn: không được là số âm."),
    ],
)
def test_proportion(done, total, expected):
    part = {"kind": "proportion", "part": "Đúng hạn", "whole": "Tổng số đến hạn"}
    if total == "142" or (done, total) == ("3", "4"):
        part["zero_below"] = "75"

    assert points(part, {"done": done, "total": total}) == expected


def test_proportion_just_below_its_floor_is_shown_to_be_below():
    part = {"kind": "proportion", "part": "Đúng hạn", "zero_below": "75"}

    outcome = only(part, {"done": "74999", "total": "100000"})

    assert text(outcome) == "Đúng hạn: 74,999 % < 75 %, được 0"


def test_proportion_shows_as_many_places_as_its_product_needs():
    outcome = only(
        {"kind": "proportion", "part": "Đúng hạn"}, {"done": "1", "total": "3"}, max="200"
    )

    # 33,33 % of 200 would be 66,66.
    assert text(outcome) == "Đúng hạn: 1/3 = 33,333 % × 200 = 66,67"


def test_proportion_beyond_the_whole_is_cut_at_what_counts():
    part = {"kind": "proportion", "part": "Đạt", "most_percent": "120", "points": "8"}

    assert text(only(part, {"done": "11", "total": "10"})) == "Đạt: 11/10 = 110 % × 8 = 8,8"
    assert text(only(part, {"done": "13", "total": "10"})) == (
        "Đạt: 130 % > 120 %, tính 120; Đạt: 120 % × 8 = 9,6"
    )


def test_percent_above_the_whole_counts_as_the_whole():
    part = {"kind": "proportion", "measure": "percent", "value": "Giải ngân"}

    assert text(only(part, {"value": "100.004"})) == (
        "Giải ngân: 100,004 % > 100 %, tính 100; Giải ngân: 100 % × 10 = 10"
    )


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("100", D(10)),
        ("98", D(10)),
        ("97.99", D(8)),
        ("95", D(8)),
        ("94.999", D(4)),
        ("80.01", D(4)),
        ("80", D(0)),
        ("0", D(0)),
        (None, ("Tỷ lệ (%)",)),
        ("-5", "Tỷ lệ (%): không được là số âm."),
    ],
)
def test_tiers_of_a_percentage(value, expected):
    part = {"kind": "tiers", "measure": "percent", "bands": TIERS}

    assert points(part, {"value": value}) == expected


def test_tiers_of_a_ratio_compare_it_exactly():
    outcome = only(
        {"kind": "tiers", "part": "Đúng hạn", "bands": TIERS}, {"done": 18999, "total": 20000}
    )

    # 94,995 % would round to 95.
    assert text(outcome) == (
        "Đúng hạn: 18999/20000 × 100 = 94,995; mức: 80 % < 94,995 % < 95 %, được 4"
    )


def test_value_outside_all_tiers_is_refused():
    part = {
        "kind": "tiers",
        "measure": "number",
        "bands": [{"at_least": "0", "below": "5", "points": "1"}],
    }

    assert points(part, {"value": "5"}) == "Giá trị này không thuộc mức nào của bảng."
    assert points(part, {"value": "4.99"}) == D(1)


def test_tiers_of_a_number_may_go_below_zero():
    part = {
        "kind": "tiers",
        "measure": "number",
        "bands": [{"below": "0", "points": "0"}, {"at_least": "0", "points": "3"}],
    }

    assert [points(part, {"value": value}) for value in ("-2", "0")] == [D(0), D(3)]


@pytest.mark.parametrize(
    ("row", "column", "expected"),
    [
        ("90", "1000", D(10)),
        ("90", "999", D(8)),
        ("89.9", "1000", D(6)),
        ("70", "0", D(5)),
        ("69", "5000", D(2)),
        ("0", "0", D(0)),
        ("-1", "5", "Giá trị này không thuộc mức nào của bảng."),
    ],
)
def test_matrix(row, column, expected):
    assert points(MATRIX, {"row": row, "column": column}) == expected


def test_matrix_is_explained_by_row_and_column():
    outcome = only(MATRIX, {"row": "75", "column": "1200"})

    assert text(outcome) == (
        "Trước hạn (%): 70 ≤ 75 < 90, hàng 2; Số hồ sơ: 1000 ≤ 1200, cột 1; ô hàng 2, cột 1: 6"
    )


@pytest.mark.parametrize(
    ("value", "whole", "expected"),
    [
        ("0", True, D(0)),
        ("10", True, D(0)),
        ("-3", True, D(0)),
        ("11.99", True, D(0)),
        ("12", True, D("0.5")),
        ("17", True, D("1.5")),
        ("17", False, D("1.75")),
        ("30", True, D(3)),
        ("99", False, D(3)),
    ],
)
def test_steps_above_a_threshold(value, whole, expected):
    part = {
        "kind": "step",
        "above": "10",
        "size": "2",
        "points": "0.5",
        "cap": "3",
        "whole_steps": whole,
    }

    assert points(part, {"value": value}) == expected


def test_steps_are_explained():
    part = {"kind": "step", "value": "Vượt (%)", "above": "10", "size": "2", "points": "0.5"}

    assert text(only(part, {"value": "17"})) == (
        "Vượt (%), phần trên 10: 17 − 10 = 7; Vượt (%): 7 ≥ 3 × 2, số bậc đủ 3; bậc: 3 × 0,5 = 1,5"
    )
    assert text(only(part, {"value": "10"})) == "Vượt (%): 10 ≤ 10, được 0"
