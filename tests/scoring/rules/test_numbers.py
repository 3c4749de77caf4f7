"""What is a number to the engine, and what is not; how numbers are rounded."""

from decimal import Decimal

import pytest

from scoring import rules
from scoring.rules.numbers import NotANumber, Rounding, number, places_of
from tests.scoring.rules.tables import only, points

D = Decimal
COUNTED = {"kind": "count", "case": "bài", "points": "1"}
# What forms and workbooks read for people (khoithidua.text) is no business of the engine.
REFUSED = [
    *(
        "3,5",
        "NaN",
        "nan",
        "sNaN",
        "inf",
        "-Infinity",
        "1e999",
        "1e16",
        "1e-13",
        "１２",
        "٣",
        "1_000",
    ),
    *(" 3", "3 ", "3.", ".5", "--3", "0x1F", "½", "", "1.0000000000001", "9" * 31, "1e9999"),
    *(0.5, 1.0, float("nan"), float("inf"), True, False, [1], (0, (1,), 0), {}, 10**15, 10**5000),
    *(D("NaN"), D("Infinity"), D("1e15"), D("1e-13"), b"1", 1j),
]


def kind_of(raw):
    """A name for a case: some of them cannot even be printed."""
    return type(raw).__name__


@pytest.mark.parametrize("raw", REFUSED, ids=kind_of)
def test_what_is_no_number(raw):
    with pytest.raises(NotANumber):
        number(raw)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("3.5", "3.5"),
        ("-0.25", "-0.25"),
        ("+1", "1"),
        ("1.000", "1"),
        ("1E+3", "1000"),
        (3, "3"),
        (D("2.50"), "2.5"),
        ("-0", "0"),
        ("999999999999999", "999999999999999"),
        ("0.000000000001", "0.000000000001"),
    ],
)
def test_what_is_a_number(raw, value):
    assert number(raw) == D(value)
    assert not number("-0").is_signed()


@pytest.mark.parametrize("raw", [raw for raw in REFUSED if raw != ""], ids=kind_of)
def test_fact_that_is_no_number_is_refused_and_nothing_is_computed(raw):
    outcome = only(COUNTED, {"count": raw})

    assert outcome.points is None
    assert outcome.problem.startswith("bài: ")


@pytest.mark.parametrize("raw", [raw for raw in REFUSED if raw != ""], ids=kind_of)
def test_table_whose_number_is_none_does_not_load(raw):
    with pytest.raises(rules.Malformed, match=r"^a Mục a: “điểm mỗi trường hợp”"):
        only(COUNTED | {"points": raw}, {})


@pytest.mark.parametrize("raw", ["1000000000", "0.0000001", "-1"])
def test_numbers_of_a_table_are_narrower_than_facts(raw):
    with pytest.raises(rules.Malformed, match="quá lớn|không được âm"):
        only(COUNTED | {"points": raw}, {})


def test_largest_numbers_that_are_taken_are_computed_exactly():
    part = {"kind": "step", "size": "0.000001", "points": "999999999", "whole_steps": False}

    outcome = only(part, {"value": "999999999999999"}, max=None, section="bonus")

    assert outcome.points == D("999999998999999000000001000000")
    assert points(part, {"value": "0.000000000001"}, max=None, section="bonus") == D(1000).quantize(
        D(1)
    )


@pytest.mark.parametrize(
    ("value", "places"), [("1", 0), ("1.50", 1), ("0.125", 3), ("100", 0), ("1E+2", 0), ("0.00", 0)]
)
def test_places(value, places):
    assert places_of(D(value)) == places


def test_rounding_keeps_working_places_until_its_stage():
    exact = D(2) / D(3)

    late = Rounding(places=1, stage="total")
    assert (late.leaf(exact), late.group(exact), late.total(exact)) == (
        D("0.666667"),
        D("0.666667"),
        D("0.7"),
    )
    assert Rounding(mode="down").leaf(exact) == D("0.66")
    assert Rounding().leaf(D("-0.125")) == D("-0.13")
