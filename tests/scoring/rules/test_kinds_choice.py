"""Rules on cases, worked by hand."""

from decimal import Decimal

import pytest

from tests.scoring.rules.tables import only, points, text

D = Decimal
OPTIONS = [
    {"label": "Cờ thi đua", "points": "3"},
    {"label": "Bằng khen", "points": "2"},
    {"label": "Giấy khen", "points": "0.5"},
]
CLASSES = [
    {"key": "XS", "label": "Xuất sắc", "points": "10"},
    {"key": "T", "label": "Tốt", "points": "7.5"},
    {"key": "K", "label": "Kém", "points": "0"},
]
BANDS = [
    {"first": 1, "last": 3, "points": "6"},
    {"first": 4, "last": 7, "points": "5"},
    {"first": 8, "points": "3"},
]


@pytest.mark.parametrize(
    ("part", "met", "expected"),
    [
        ({"kind": "yes_no"}, True, D(10)),
        ({"kind": "yes_no"}, False, D(0)),
        ({"kind": "yes_no", "points": "4"}, True, D(4)),
        ({"kind": "yes_no"}, None, ("Đạt",)),
        ({"kind": "yes_no", "value": "Có mô hình mới"}, None, ("Có mô hình mới",)),
        ({"kind": "yes_no"}, "yes", "Đạt: phải là có hoặc không."),
        ({"kind": "yes_no"}, 1, "Đạt: phải là có hoặc không."),
    ],
)
def test_yes_no(part, met, expected):
    assert points(part, {"met": met}) == expected


@pytest.mark.parametrize(
    ("ticks", "cap", "expected"),
    [
        ((True, True, True), None, D("5.5")),
        ((True, False, True), None, D("3.5")),
        ((False, False, False), None, D(0)),
        ((True, True, True), "4", D(4)),
        ((True, None, True), None, ("Bằng khen",)),
    ],
)
def test_checklist(ticks, cap, expected):
    part = {"kind": "checklist", "options": OPTIONS, "cap": cap}

    assert points(part, {f"item_{n}": tick for n, tick in enumerate(ticks, 1)}) == expected


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ("XS", D(10)),
        ("T", D("7.5")),
        ("K", D(0)),
        (None, ("Xếp loại đảng",)),
        ("", ("Xếp loại đảng",)),
        ("G", "Xếp loại đảng: “G” không có trong các lựa chọn."),
        (True, "Xếp loại đảng: “True” không có trong các lựa chọn."),
        (["XS"], "Xếp loại đảng: “['XS']” không có trong các lựa chọn."),
    ],
)
def test_class_map(case, expected):
    part = {"kind": "class_map", "value": "Xếp loại đảng", "options": CLASSES}

    assert points(part, {"case": case}) == expected


def test_exactly_one_of_the_cases_counts():
    part = {"kind": "pick_one", "options": OPTIONS}

    assert [points(part, {"case": case}) for case in ("1", "2", 3)] == [D(3), D(2), D("0.5")]
    assert text(only(part, {"case": "2"})) == "Bằng khen: 2"


def test_only_the_highest_of_several_counts():
    part = {"kind": "max_of", "options": OPTIONS}

    outcome = only(part, {"item_1": False, "item_2": True, "item_3": True})

    assert (outcome.points, text(outcome)) == (D(2), "cao nhất trong 2 mục: Bằng khen: 2")
    none = only(part, {"item_1": False, "item_2": False, "item_3": False})
    assert (none.points, text(none)) == (D(0), "không có mục nào: 0")


def test_highest_case_keeps_its_cap():
    part = {"kind": "max_of", "options": OPTIONS, "cap": "2.5"}

    outcome = only(part, {"item_1": True, "item_2": False, "item_3": False})

    assert text(outcome) == "Cờ thi đua: 3; vượt mức tối đa: 3 > 2,5, tính 2,5"
    assert outcome.capped


@pytest.mark.parametrize(
    ("rank", "expected"),
    [
        ("1", D(6)),
        ("3", D(6)),
        ("4", D(5)),
        ("7", D(5)),
        ("8", D(3)),
        ("63", D(3)),
        ("0", "Thứ hạng phải từ 1."),
        ("3.5", "Thứ hạng: phải là số nguyên."),
        ("-1", "Thứ hạng: không được là số âm."),
    ],
)
def test_rank_bands(rank, expected):
    assert points({"kind": "rank_bands", "bands": BANDS}, {"rank": rank}) == expected


def test_rank_beyond_the_last_band_is_refused():
    part = {"kind": "rank_bands", "bands": BANDS[:2]}

    assert points(part, {"rank": "8"}) == "Thứ hạng này không thuộc bậc nào của bảng."


def test_rank_is_explained_by_its_band():
    outcome = only({"kind": "rank_bands", "value": "PAR", "bands": BANDS}, {"rank": "5"})

    assert text(outcome) == "PAR: 4 ≤ 5 ≤ 7, được 5"
