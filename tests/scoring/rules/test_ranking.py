"""The order of units, checked by hand on a table of two groups."""

from decimal import Decimal
from itertools import permutations

import pytest

from scoring import rules
from units.working_days import WorkCalendar

DAYS = rules.Days(2026, WorkCalendar())


def table(**changes):
    """Two groups of 50 given directly, a bonus of 10, a penalty, and what is asked for."""

    def given(key, most, section="base"):
        return {
            "key": key,
            "code": key,
            "name": f"Mục {key}",
            "section": section,
            "max": most,
            "parts": [{"kind": "external"}],
        }

    return rules.load(
        {
            "name": "Bảng thử",
            "base_max": "100",
            "bonus_cap": "10",
            "nodes": [
                {
                    "key": "I",
                    "code": "I",
                    "name": "Nhóm I",
                    "max": "50",
                    "children": [given("a", "50")],
                },
                {
                    "key": "II",
                    "code": "II",
                    "name": "Nhóm II",
                    "max": "50",
                    "children": [given("b", "50")],
                },
                given("T", "10", "bonus"),
                given("P", "10", "penalty"),
            ],
            "gates": [
                {"key": "G1", "name": "Không gửi bản tự chấm", "effect": "not_ranked"},
                {"key": "G2", "name": "Bị kỷ luật", "effect": "not_eligible"},
                {"key": "G3", "name": "Đang xác minh", "effect": "suspend"},
            ],
            "classes": [
                {"name": "Xuất sắc", "at_least": "95"},
                {"name": "Tốt", "at_least": "85"},
                {"name": "Khá"},
            ],
            **changes,
        }
    )


def facts(unit, first, second, bonus="0", penalty="0", **changes):
    values = {"a": first, "b": second, "T": bonus, "P": penalty}
    return rules.Facts(
        unit,
        {key: {"points": points, "document": "01/BC"} for key, points in values.items()},
        **changes,
    )


def ranking(criteria, *rows):
    by_unit = {row.unit: row for row in rows}
    return rules.rank(criteria, rules.evaluate_bloc(criteria, by_unit, DAYS), by_unit)


def places(found):
    return [(one.unit, one.place) for one in found.places]


def test_rank_puts_higher_totals_first():
    found = ranking(table(), facts("x", "40", "40"), facts("y", "50", "45"), facts("z", "45", "45"))

    assert places(found) == [("y", 1), ("z", 2), ("x", 3)]
    assert [one.class_name for one in found.places] == ["Xuất sắc", "Tốt", "Khá"]
    assert found.ties == ()


def test_rank_gives_equal_units_one_place_and_skips_the_next():
    found = ranking(table(), facts("x", "40", "50"), facts("y", "40", "50"), facts("z", "30", "30"))

    assert places(found) == [("x", 1), ("y", 1), ("z", 3)]
    assert [one.is_equal for one in found.places] == [True, True, False]
    assert found.ties[0].label == ""


CHAIN = [
    {"by": "node", "node": "I"},
    {"by": "fewer_penalties"},
    {"by": "bonus"},
    {"by": "conference"},
    {"by": "women"},
    {"by": "standing_body"},
]


@pytest.mark.parametrize(
    ("first", "second", "label"),
    [
        (facts("x", "46.4", "43.6"), facts("y", "45.1", "44.9"), "I cao hơn"),
        (facts("x", "45", "45"), facts("y", "45", "45", "1", "1"), "điểm trừ ít hơn"),
        (
            facts("x", "45", "44", "2", "1"),
            facts("y", "45", "45", "1", "1"),
            "điểm thưởng cao hơn",
        ),
        (
            facts("x", "45", "45", ranks={"conference": 1}),
            facts("y", "45", "45", ranks={"conference": 2}),
            "bỏ phiếu tại hội nghị",
        ),
        (
            facts("x", "45", "45", women_percent=Decimal(70)),
            facts("y", "45", "45", women_percent=Decimal("69.9")),
            "có từ 70 % là nữ",
        ),
        (
            facts("x", "45", "45", ranks={"standing_body": 1}),
            facts("y", "45", "45", ranks={"standing_body": 2}),
            "ý kiến cơ quan thường trực",
        ),
    ],
)
def test_rank_separates_equal_totals_by_the_first_link_that_differs(first, second, label):
    found = ranking(table(tie_break=CHAIN), second, first)

    assert places(found) == [("x", 1), ("y", 2)]
    assert [tie.label for tie in found.ties] == [label]
    assert found.ties[0].units == ("x", "y")


def test_rank_passes_over_a_link_in_which_one_unit_cannot_be_compared():
    chain = [{"by": "women"}, {"by": "node", "node": "I"}]

    found = ranking(
        table(tie_break=chain),
        facts("x", "44", "46", women_percent=Decimal(90)),
        facts("y", "45", "45"),
    )

    assert places(found) == [("y", 1), ("x", 2)]


@pytest.mark.parametrize("bad", ["x", "1e999", "-1", ""])
def test_rank_passes_over_a_fact_that_is_refused(bad):
    """The penalty of 0 counts as none either way, so that the totals are equal."""
    chain = [{"by": "fact", "node": "P", "input": "points"}, {"by": "node", "node": "I"}]

    found = ranking(
        table(tie_break=chain),
        facts("x", "44", "46", penalty=bad),
        facts("y", "45", "45"),
    )

    assert places(found) == [("y", 1), ("x", 2)]


def test_rank_goes_on_with_the_chain_inside_what_a_link_left_equal():
    found = ranking(
        table(tie_break=CHAIN),
        facts("x", "44", "46"),
        facts("y", "45", "45", ranks={"conference": 2}),
        facts("z", "45", "45", ranks={"conference": 1}),
    )

    assert places(found) == [("z", 1), ("y", 2), ("x", 3)]
    assert [tie.label for tie in found.ties] == ["I cao hơn", "bỏ phiếu tại hội nghị"]
    assert found.ties[0].values == {"x": "44", "y": "45", "z": "45"}


def test_rank_leaves_out_units_barred_or_suspended():
    found = ranking(
        table(),
        facts("x", "50", "50", gates={"G1": rules.GateFact("hit", "không gửi")}),
        facts("y", "49", "50", gates={"G3": rules.GateFact("hit", "công văn")}),
        facts("z", "40", "40"),
    )

    assert places(found) == [("z", 1), ("x", None), ("y", None)]
    assert [one.class_name for one in found.places] == ["Khá", "Không xếp loại", ""]


def test_rank_keeps_a_unit_that_may_not_be_nominated_in_its_place():
    found = ranking(
        table(),
        facts("x", "50", "50", gates={"G2": rules.GateFact("hit")}),
        facts("y", "49", "50", gates={"G3": rules.GateFact("awaited", "chờ kết luận")}),
        facts("z", "40", "50"),
    )

    assert places(found) == [("x", 1), ("y", 2), ("z", 3)]
    assert [one.may_be_nominated for one in found.places] == [False, False, True]
    assert [one.is_provisional for one in found.places] == [False, True, False]
    assert [mark.state for mark in found["y"].marks] == ["awaited"]


def with_quota(percent):
    return table(
        classes=[
            {"name": "Xuất sắc", "at_least": "90", "quota": percent},
            {"name": "Tốt", "at_least": "80"},
            {"name": "Khá"},
        ]
    )


def test_rank_lets_units_beyond_a_quota_fall_one_class():
    rows = [facts(f"u{n}", "50", str(50 - n)) for n in range(5)]

    found = ranking(with_quota("40"), *rows)

    assert [one.class_name for one in found.places] == ["Xuất sắc"] * 2 + ["Tốt"] * 3
    assert found.places[2].class_note == "Xuất sắc nhiều nhất 40 % số đơn vị: 2 đơn vị"
    assert found.places[0].class_note == ""


def test_rank_lets_equal_units_fall_together_where_the_quota_ends():
    rows = [facts("a", "50", "49"), facts("b", "50", "45"), facts("c", "50", "45")]

    found = ranking(with_quota("67"), *rows)

    assert [one.class_name for one in found.places] == ["Xuất sắc", "Tốt", "Tốt"]


def test_rank_does_not_depend_on_the_order_of_the_units():
    rows = [
        facts("x", "46", "44"),
        facts("y", "44", "46"),
        facts("z", "50", "45", "2"),
        facts("w", "30", "50"),
    ]
    expected = [("z", 1), ("x", 2), ("y", 3), ("w", 4)]

    for order in permutations(rows):
        assert places(ranking(table(tie_break=CHAIN), *order)) == expected
