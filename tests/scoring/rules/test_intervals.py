"""Gaps and overlaps between intervals, by hand and against a search over every value."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.rules.kinds.base import interval_problems
from scoring.rules.params import Band
from tests.soak import count

D = Decimal


def band(written):
    """ "[80;95)" with either bound left out: "[95;", ";80)"."""
    low, _, high = written.strip("[]()").partition(";")
    return Band(
        D(0),
        D(low) if low else None,
        bool(low) and written.startswith("("),
        D(high) if high else None,
        bool(high) and written.endswith(")"),
    )


def problems(*written, low="0", high=None, whole=False):
    bounds = [None if bound is None else D(bound) for bound in (low, high)]
    return list(interval_problems(tuple(map(band, written)), *bounds, whole=whole))


@pytest.mark.parametrize(
    ("bands", "expected"),
    [
        (["[0;80)", "[80;95)", "[95;"], []),
        (["[95;", "[0;80)", "[80;95)"], []),
        (["[0;80]", "(80;95)", "[95;"], []),
        (["[0;80)", "[80;80]", "(80;"], []),
        (["(-5;80)", "[80;"], []),
        (["[0;80)", "[85;"], ["hở khoảng từ 80 đến 85"]),
        (["[0;80)", "(80;"], ["hở đúng giá trị 80"]),
        (["[0;80]", "[80;"], ["giá trị 80 thuộc hai khoảng"]),
        (["[0;80)", "[75;"], ["khoảng từ 75 chồng lên khoảng trước nó"]),
        (["[0;80)", "[10;20)", "[80;"], ["khoảng từ 10 chồng lên khoảng trước nó"]),
        (["(0;80)", "[80;"], ["hở đúng giá trị 0"]),
        (["[5;80)", "[80;"], ["hở khoảng từ 0 đến 5"]),
        (["[0;80)"], ["không nói gì về giá trị từ 80"]),
        (["[0;80]"], ["không nói gì về giá trị trên 80"]),
        (["[0;", "[80;"], ["khoảng từ 80 chồng lên khoảng không có giới hạn trên"]),
        ([";80)", "[80;"], []),
        (
            ["[0;80)", "[95;90)", "[80;"],
            ["khoảng từ 95 đến 90 không có giá trị nào"],
        ),
        (
            ["[0;80)", "[80;80)", "[80;"],
            ["khoảng từ 80 đến 80 không có giá trị nào"],
        ),
        (
            ["[0;10)", "[20;30)", "[40;"],
            ["hở khoảng từ 10 đến 20", "hở khoảng từ 30 đến 40"],
        ),
    ],
)
def test_intervals_from_zero(bands, expected):
    assert problems(*bands) == expected


@pytest.mark.parametrize(
    ("bands", "expected"),
    [
        ([";0)", "[0;"], []),
        (["[0;5)", "[5;"], ["không nói gì về giá trị dưới 0"]),
        (["(0;5)", "[5;"], ["không nói gì về giá trị từ 0"]),
        ([";0)", ";5)", "[5;"], ["hai khoảng cùng không có giới hạn dưới"]),
    ],
)
def test_intervals_of_every_number(bands, expected):
    assert problems(*bands, low=None) == expected


@pytest.mark.parametrize(
    ("bands", "expected"),
    [
        (["[0;80)", "[80;100]"], []),
        (["[0;80)", "[80;100)"], ["không nói gì về giá trị từ 100"]),
        (["[0;80)", "[80;120)"], []),
        (["[0;80)", "[80;99]"], ["không nói gì về giá trị trên 99"]),
    ],
)
def test_intervals_of_a_percentage_end_at_a_hundred(bands, expected):
    assert problems(*bands, high="100") == expected


@pytest.mark.parametrize(
    ("bands", "expected"),
    [
        (["[1;3]", "[4;7]", "[8;"], []),
        (["[1;3]", "(3;8)", "[8;"], []),
        (["[1;3]", "[5;"], ["hở khoảng từ 4 đến 4"]),
        (["[1;3]", "[3;"], ["khoảng từ 3 chồng lên khoảng trước nó"]),
        (["[2;"], ["hở khoảng từ 1 đến 1"]),
        (["[1;3]"], ["không nói gì về giá trị trên 3"]),
        (["[1;3]", "(3;4)", "[4;"], ["khoảng từ 4 đến 3 không có giá trị nào"]),
    ],
)
def test_intervals_of_whole_numbers(bands, expected):
    assert problems(*bands, low="1", whole=True) == expected


bounds = st.one_of(st.none(), st.integers(0, 6))
spans = st.builds(
    lambda low, low_open, high, high_open: Band(
        D(0),
        None if low is None else D(low),
        low is not None and low_open,
        None if high is None else D(high),
        high is not None and high_open,
    ),
    *(bounds, st.booleans(), bounds, st.booleans()),
)


@settings(max_examples=count(200, 5000))
@given(st.lists(spans, min_size=1, max_size=4), st.booleans())
def test_intervals_without_a_problem_hold_every_value_exactly_once(bands, whole):
    """And those with one do not: every half up to 8 (every whole number) is tried."""
    low = None if any(one.low is None for one in bands) else D(0)
    step = D(1) if whole else D("0.5")
    start = D(0) if low is not None else D(-2)
    values = [start + step * n for n in range(int((8 - start) / step) + 1)]
    held = {sum(value in one for one in bands) for value in values}
    empty = [one for one in bands if not any(value in one for value in values)]

    found = list(interval_problems(tuple(bands), low, whole=whole))

    assert (found == []) == (held == {1} and not empty)
