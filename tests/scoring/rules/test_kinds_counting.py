"""Rules on cases counted, worked by hand."""

from decimal import Decimal

import pytest

from tests.scoring.rules.tables import only, points, text

D = Decimal
LEVELS = [
    {"key": "kt", "label": "khiển trách", "points": "1"},
    {"key": "cc", "label": "cảnh cáo", "points": "2"},
    {"key": "ct", "label": "cách chức trở lên", "points": "3"},
]
NONE = {"count_kt": "0", "count_cc": "0", "count_ct": "0"}


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        ("0", D(0)),
        ("3", D("1.5")),
        ("4", D(2)),
        ("5", D(2)),
        ("1000000", D(2)),
        (None, ("bài viết",)),
        ("1.5", "bài viết: phải là số nguyên."),
        ("-1", "bài viết: không được là số âm."),
    ],
)
def test_count_with_a_cap(count, expected):
    part = {"kind": "count", "case": "bài viết", "points": "0.5", "cap": "2"}

    assert points(part, {"count": count}) == expected


def test_count_without_a_cap_stops_at_the_criterions_maximum():
    outcome = only({"kind": "count", "case": "bài", "points": "3"}, {"count": "4"})

    assert text(outcome) == "bài: 4 × 3 = 12; vượt điểm tối đa: 12 > 10, tính 10"
    assert outcome.capped


@pytest.mark.parametrize(
    ("count", "expected"), [("0", D(10)), ("3", D("8.5")), ("8", D(6)), ("9", D(6)), ("99", D(6))]
)
def test_deduction_with_a_cap(count, expected):
    part = {"kind": "deduct", "case": "văn bản sai", "points": "0.5", "cap": "4"}

    assert points(part, {"count": count}) == expected


def test_deduction_without_a_cap_stops_at_zero():
    outcome = only({"kind": "deduct", "case": "lỗi", "points": "3"}, {"count": "4"})

    assert text(outcome) == "trừ lỗi: 4 × 3 = 12; còn: 10 − 12 = −2; không âm: −2 < 0, tính 0"
    assert (outcome.points, outcome.deducted) == (D(0), D(10))


def test_deduction_goes_below_zero_only_where_the_table_says_so():
    part = {"kind": "deduct", "case": "lỗi", "points": "3"}

    assert points(part, {"count": "4"}, allow_negative=True) == D(-2)


@pytest.mark.parametrize(
    ("waived", "agreed", "expected"),
    [
        (None, None, D(7)),
        ("2", True, D(9)),
        ("3", True, D(10)),
        ("2", False, D(7)),
        ("2", None, D(7)),
        ("0", True, D(7)),
        ("4", True, "Số được miễn lớn hơn số trường hợp."),
    ],
)
def test_waiver_counts_only_with_consent(waived, agreed, expected):
    part = {"kind": "deduct", "case": "vụ", "points": "1", "waiver": "tự phát hiện"}

    assert points(part, {"count": "3", "waived": waived, "waived_agreed": agreed}) == expected


def test_waiver_is_explained():
    part = {"kind": "deduct", "case": "vụ", "points": "1", "waiver": "tự phát hiện"}

    agreed = only(part, {"count": "3", "waived": "2", "waived_agreed": True})
    asked = only(part, {"count": "3", "waived": "2"})

    assert text(agreed) == "vụ, trừ số được miễn: 3 − 2 = 1; trừ vụ: 1 × 1 = 1; còn: 10 − 1 = 9"
    assert text(asked) == (
        "vụ, xin miễn chưa được chấp nhận: 3; trừ vụ: 3 × 1 = 3; còn: 10 − 3 = 7"
    )


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({}, D(10)),
        ({"count_kt": "1"}, D(9)),
        ({"count_kt": "2", "count_cc": "1"}, D(6)),
        ({"count_kt": "2", "count_cc": "1", "count_ct": "1"}, D(5)),
        ({"count_ct": "2"}, D(5)),
    ],
)
def test_deduction_by_severity(counts, expected):
    part = {"kind": "deduct_table", "options": LEVELS, "cap": "5"}

    assert points(part, NONE | counts) == expected


def test_severity_waives_each_level_by_itself():
    part = {"kind": "deduct_table", "options": LEVELS, "cap": "5", "waiver": "tự xử lý"}
    counts = NONE | {"count_kt": "2", "count_cc": "1", "waived_kt": "1", "waived_cc": "1"}

    assert points(part, counts) == D(6)
    assert text(only(part, counts | {"waived_agreed": True})) == (
        "khiển trách, trừ số được miễn: 2 − 1 = 1; trừ khiển trách: 1 × 1 = 1; "
        "cảnh cáo, trừ số được miễn: 1 − 1 = 0; còn: 10 − 1 = 9"
    )
    assert points(part, counts | {"waived_ct": "1"}) == (
        "Số được miễn lớn hơn số trường hợp cách chức trở lên."
    )


def test_waiver_is_asked_of_the_unit_and_agreed_by_the_verifier():
    part = {"kind": "deduct", "points": "1", "waiver": "tự phát hiện"}

    inputs = only(part, {"count": "0"}).node.inputs()

    assert [(one.name, one.required, one.by_verifier) for one in inputs] == [
        ("count", True, False),
        ("waived", False, False),
        ("waived_agreed", False, True),
    ]
