"""Groups, sections and the total: what does not apply, what depends, caps, rounding."""

from dataclasses import replace
from decimal import Decimal

import pytest

from scoring import rules
from tests.scoring.rules.tables import (
    DAYS,
    document,
    facts,
    group,
    leaf,
    plain,
    score,
    table,
    text,
    worked_example,
)

D = Decimal
GIVEN = {"kind": "external"}
BONUS = {"kind": "count", "case": "bài", "points": "1", "bonus": True, "cap": "9"}
LOST = {"kind": "deduct", "case": "lỗi", "points": "1"}
NOT = {"na": {"b": "không phát sinh"}}


def given(points):
    return {"points": points, "document": "QĐ"}


def two(policy=None, **changes):
    """Two groups of 10; the second has two criteria of 6 and 4."""
    b = leaf(GIVEN, key="b", max="6") | ({"na": policy} if policy else {})
    return table(
        group("I", leaf(GIVEN, key="a"), max="10"),
        group("II", b, leaf(GIVEN, key="c", max="4"), max="10"),
        base_max="20",
        **changes,
    )


VALUES = {"a": given("8"), "b": given("6"), "c": given("3")}


@pytest.mark.parametrize(
    ("policy", "normalise", "total"),
    [
        # 8 + 3 of 14 applicable points, of 20.
        ("exclude", "total", "15.71"),
        (None, "total", "15.71"),
        # 3 of 4 are 7,5 of 10.
        ("exclude", "group", "15.5"),
        ("full", "total", "17"),
        ("zero", "total", "11"),
    ],
)
def test_what_does_not_apply_follows_the_tables_policy(policy, normalise, total):
    card = score(two(policy, normalise=normalise), VALUES, **NOT)

    assert card.total == D(total)
    assert card["b"].na_reason == "không phát sinh"
    assert card.is_complete


def test_group_of_which_nothing_applies_is_left_out_whole():
    card = score(two(), VALUES, na={"b": "x", "c": "x"})

    assert card["II"].is_excluded and card["II"].points is None
    assert text(card) == (
        "cộng các nhóm: 8 = 8; quy đổi: 8/10 × 20 = 16; tổng điểm: 16 + 0 − 0 = 16"
    )


def test_nothing_applies_at_all():
    card = score(two(), {}, na={"a": "x", "b": "x", "c": "x"})

    assert (card.applicable, card.total) == (D(0), D(0))


def test_table_says_to_whom_a_criterion_applies():
    criteria = table(
        leaf(GIVEN, key="a", max="6", not_for=["stc"]),
        leaf(GIVEN, key="b", max="4", applies_to=["stc", "snv"]),
    )

    stc = score(criteria, {"b": given("2")})
    stp = rules.evaluate(criteria, facts({"a": given("3")}, unit="stp"), DAYS)

    assert (stc["a"].na_reason, stc.total) == ("bảng tiêu chí không áp dụng cho đơn vị này", D(5))
    assert (stp["b"].is_excluded, stp.total) == (True, D(5))


def test_group_with_more_points_below_it_than_it_may_give_can_still_be_filled():
    criteria = table(
        group("I", leaf(GIVEN, key="a", max="8"), leaf(GIVEN, key="b", max="5"), max="10")
    )

    card = score(criteria, {"a": given("8")}, **NOT)

    # Of 13 points below it 5 are left out, 3 of which were more than the group may give.
    assert (card["I"].max, card.total) == (D(8), D(10))


def test_what_is_left_out_deep_in_the_tree_reaches_the_top():
    inner = group("I.1", leaf(GIVEN, key="a", max="6"), leaf(GIVEN, key="b", max="4"), max="10")
    criteria = table(group("I", inner, leaf(GIVEN, key="c", max="10"), max="20"), base_max="20")

    part = score(criteria, {"a": given("3"), "c": given("10")}, **NOT)
    whole = score(criteria, {"c": given("7")}, na={"a": "x", "b": "x"})

    assert (part["I.1"].max, part["I"].max, part.total) == (D(6), D(16), D("16.25"))
    assert (whole["I"].max, whole.total) == (D(10), D(14))


def test_average_of_the_others_waits_for_the_whole_bloc():
    criteria = two("average")
    bloc = {
        "stc": facts({"a": given("8"), "c": given("3")}, **NOT),
        "snv": facts(VALUES | {"b": given("5")}, unit="snv"),
        "stp": facts(VALUES | {"b": given("2")}, unit="stp"),
        "ttt": facts(VALUES | {"b": given("4")}, unit="ttt"),
    }

    alone = rules.evaluate(criteria, bloc["stc"], DAYS)
    still_open = rules.evaluate_bloc(criteria, bloc, DAYS, closed=False)["stc"]
    closed = rules.evaluate_bloc(criteria, bloc, DAYS)["stc"]

    assert [card["b"].pending for card in (alone, still_open)] == ["chờ khóa sổ"] * 2
    assert text(closed["b"]) == "trung bình các đơn vị: (2 + 4 + 5)/3 = 3,67"
    assert closed.total == D("14.67")


def test_average_where_nobody_has_points_is_waited_for():
    bloc = {"stc": facts(VALUES, **NOT)}

    card = rules.evaluate_bloc(two("average"), bloc, DAYS)["stc"]

    assert card["b"].pending == "chưa có đơn vị nào có điểm ở tiêu chí này"


# Dependency


@pytest.mark.parametrize(
    ("condition", "points", "expected"),
    [
        ({"sign": ">=", "percent": "80"}, "8", (D(4), "theo QĐ: 4")),
        (
            {"sign": ">=", "percent": "80"},
            "7.9",
            (D(0), "chỉ tính khi a ≥ 80 % điểm tối đa: 7,9 < 8, được 0"),
        ),
        ({"sign": "<", "points": "5"}, "5", (D(0), "chỉ tính khi a < 5: 5 ≥ 5, được 0")),
        ({"sign": "=", "points": "10"}, "10", (D(4), "theo QĐ: 4")),
    ],
)
def test_criterion_counts_only_if_another_reaches_its_mark(condition, points, expected):
    node = leaf(GIVEN, key="b", max="4", only_if={"node": "a"} | condition)
    criteria = table(leaf(GIVEN, key="a"), node, base_max="14")

    card = score(criteria, {"a": given(points), "b": given("4")})

    assert (card["b"].points, text(card["b"])) == expected


CASES = {
    "kind": "class_map",
    "value": "Xếp loại",
    "options": [
        {"key": "XS", "label": "Xuất sắc", "points": "10"},
        {"key": "T", "label": "Tốt", "points": "8"},
    ],
}


@pytest.mark.parametrize(
    ("condition", "case", "points", "words"),
    [
        ({"in": ["XS"]}, "XS", D(4), "theo QĐ: 4"),
        (
            {"in": ["XS"]},
            "T",
            D(0),
            "chỉ tính khi a, Xếp loại là Xuất sắc; hiện Tốt: 0",
        ),
        ({"not_in": ["XS"]}, "T", D(4), "theo QĐ: 4"),
        ({"in": ["XS"]}, None, None, ""),
        ({"not_in": ["XS"]}, "sai", None, ""),
    ],
)
def test_criterion_counts_only_if_a_fact_is_so(condition, case, points, words):
    condition = {"node": "a", "input": "case"} | condition
    criteria = table(leaf(CASES), leaf(GIVEN, key="b", max="4", only_if=condition), base_max="14")

    card = score(criteria, {"a": {"case": case}, "b": given("4")})

    assert (card["b"].points, text(card["b"])) == (points, words)
    if points is None:
        assert card["b"].pending == "chờ đủ dữ kiện của a"


def test_flag_and_number_facts_are_compared_by_value():
    flag = {"node": "a", "input": "met", "in": [True]}
    count = {"node": "a", "input": "count", "in": ["0"]}
    parts = [{"kind": "yes_no", "points": "5"}, LOST]
    criteria = table(
        leaf(*parts),
        leaf(GIVEN, key="b", only_if=flag),
        leaf(GIVEN, key="c", only_if=count),
        base_max="30",
    )

    card = score(criteria, {"a": {"met": True, "count": "0.0"}, "b": given("1"), "c": given("1")})

    assert [card[key].points for key in "bc"] == [D(1), D(1)]


def test_criterion_that_depends_on_a_group_waits_for_all_of_it():
    node = leaf(GIVEN, key="x", max="5", only_if={"node": "II", "sign": ">=", "points": "5"})
    criteria = table(
        group("II", leaf(GIVEN, key="b", max="6"), leaf(GIVEN, key="c", max="4"), max="10"),
        node,
        base_max="15",
    )

    part = score(criteria, {"b": given("6"), "x": given("5")})
    whole = score(criteria, {"b": given("6"), "c": given("0"), "x": given("5")})

    assert part["x"].pending == "chờ đủ dữ kiện của II"
    assert whole["x"].points == D(5)


def test_what_depends_on_what_does_not_apply_gets_nothing():
    condition = {"node": "b", "sign": "<", "points": "5"}
    criteria = table(
        leaf(GIVEN, key="a"), leaf(GIVEN, key="b"), leaf(GIVEN, key="c", only_if=condition)
    )

    card = score(criteria, VALUES, **NOT)

    assert text(card["c"]) == "chỉ tính khi b < 5; hiện không phát sinh: 0"


# Caps


def inside(values, **caps):
    """A group of two criteria of 10, each with bonuses and deductions."""
    nodes = [leaf(LOST, BONUS, key=key) for key in "ab"]
    criteria = table(group("I", *nodes, max="20", **caps), base_max="20")
    counts = {
        key: {"count": lost, "count_2": extra}
        for key, (lost, extra) in zip("ab", values, strict=True)
    }
    return score(criteria, counts)


@pytest.mark.parametrize(
    ("values", "caps", "points", "words"),
    [
        ([("0", "2"), ("0", "3")], {}, "25", "cộng: 12 + 13 = 25"),
        (
            [("0", "2"), ("0", "3")],
            {"bonus_cap": "4"},
            "24",
            "cộng: 12 + 13 = 25; thưởng trong nhóm chỉ tính đến mức tối đa: 25 − 5 + 4 = 24",
        ),
        (
            [("3", "0"), ("4", "0")],
            {"penalty_cap": "5"},
            "15",
            "cộng: 7 + 6 = 13; trừ trong nhóm chỉ tính đến mức tối đa: 13 + 7 − 5 = 15",
        ),
        (
            [("1", "4"), ("0", "5")],
            {"net_cap": "6"},
            "26",
            "cộng: 13 + 15 = 28; cộng trừ trong nhóm chỉ tính đến mức tối đa: 28 − 8 + 6 = 26",
        ),
        (
            [("6", "0"), ("5", "1")],
            {"net_cap": "6"},
            "14",
            "cộng: 4 + 6 = 10; cộng trừ trong nhóm chỉ tính đến mức tối đa: 10 + 10 − 6 = 14",
        ),
        (
            [("3", "4"), ("4", "5")],
            {"bonus_cap": "6", "penalty_cap": "5", "net_cap": "0"},
            "20",
            "cộng: 11 + 11 = 22; thưởng trong nhóm chỉ tính đến mức tối đa: 22 − 9 + 6 = 19; "
            "trừ trong nhóm chỉ tính đến mức tối đa: 19 + 7 − 5 = 21; "
            "cộng trừ trong nhóm chỉ tính đến mức tối đa: 21 − 1 + 0 = 20",
        ),
    ],
)
def test_ceilings_of_a_group(values, caps, points, words):
    found = inside(values, **caps)["I"]

    assert (plain(found.points), text(found)) == (D(points), words)
    assert found.points == found.base + found.bonus - found.deducted
    assert found.capped == bool(caps)


def test_group_keeps_its_maximum_apart_from_bonuses():
    criteria = table(
        group("I", leaf(GIVEN, key="a", max="8"), leaf(LOST, BONUS, key="b", max="5"), max="10")
    )

    card = score(criteria, {"a": given("8"), "b": {"count": "0", "count_2": "1"}})

    assert text(card["I"]) == "cộng: 8 + 6 = 14; vượt điểm tối đa: 14 > 11, tính 11"
    assert card.total == D(11)


def test_bonus_inside_the_base_is_not_multiplied_when_the_rest_is_brought_up():
    criteria = table(leaf(LOST, BONUS, key="a"), leaf(GIVEN, key="b"), base_max="20")

    card = score(criteria, {"a": {"count": "1", "count_2": "2"}}, **NOT)

    assert text(card) == (
        "cộng các nhóm: 11 = 11; quy đổi: (11 − 2)/10 × 20 + 2 = 20; tổng điểm: 20 + 0 − 0 = 20"
    )


def test_bonus_section_has_its_cap_and_the_total_its_own_and_a_floor():
    def card(base, bonus, penalty, **changes):
        criteria = table(
            leaf(GIVEN, key="a"),
            leaf(GIVEN, key="T", section="bonus"),
            leaf(GIVEN, key="U", section="bonus"),
            leaf(GIVEN, key="P", section="penalty", max="20"),
            **changes,
        )
        return score(
            criteria,
            {"a": given(base), "T": given(bonus), "U": given("1"), "P": given(penalty)},
        )

    assert text(card("9", "4", "0", bonus_cap="3")) == (
        "cộng các nhóm: 9 = 9; điểm thưởng: 4 + 1 = 5; vượt mức điểm thưởng tối đa: 5 > 3, tính 3; "
        "điểm trừ: 0 = 0; tổng điểm: 9 + 3 − 0 = 12"
    )
    assert text(card("9", "4", "0", total_cap="11")).endswith(
        "tổng điểm: 9 + 5 − 0 = 14; vượt tổng tối đa: 14 > 11, tính 11"
    )
    assert text(card("1", "0", "5")).endswith(
        "tổng điểm: 1 + 1 − 5 = −3; dưới mức thấp nhất: −3 < 0, tính 0"
    )
    assert card("1", "0", "5", floor="none").total == D(-3)
    assert card("1", "0", "5", floor="-2").total == D(-2)


def test_groups_together_keep_the_scale():
    criteria = table(leaf(GIVEN, key="a"), leaf(GIVEN, key="b"), base_max="15")

    card = score(criteria, {"a": given("9"), "b": given("8")})

    assert "cộng các nhóm: 9 + 8 = 17; vượt thang điểm: 17 > 15, tính 15" in text(card)


def test_points_that_are_not_known_yet_count_nothing():
    card = score(two(), {"a": given("8")})

    assert (card["II"].points, card.total) == (None, D(8))
    assert [one.node.key for one in card.missing] == ["b", "c"]
    assert not card.is_complete and card.is_provisional


# Rounding


def thirds(**rounding):
    nodes = [leaf({"kind": "proportion"}, key=key, max="1") for key in "abc"]
    criteria = table(group("I", *nodes, max="3"), base_max="3", rounding=rounding)
    return score(criteria, {key: {"done": "2", "total": "3"} for key in "abc"})


@pytest.mark.parametrize(
    ("rounding", "leaf_points", "group_points", "total"),
    [
        ({}, "0.67", "2.01", "2.01"),
        ({"stage": "leaf", "mode": "down"}, "0.66", "1.98", "1.98"),
        ({"stage": "group"}, "0.666667", "2", "2"),
        ({"stage": "total", "places": 1}, "0.666667", "2.000001", "2"),
        ({"places": 0}, "1", "3", "3"),
        ({"places": 6}, "0.666667", "2.000001", "2.000001"),
    ],
)
def test_where_and_how_points_are_rounded(rounding, leaf_points, group_points, total):
    card = thirds(**rounding)

    found = [plain(value) for value in (card["a"].points, card["I"].points, card.total)]
    assert found == [D(leaf_points), D(group_points), D(total)]


def test_rounding_of_a_group_is_a_line_of_it():
    assert text(thirds(stage="group")["I"]) == (
        "cộng: 0,666667 + 0,666667 + 0,666667 = 2,000001; làm tròn: 2,000001 = 2"
    )


@pytest.mark.parametrize(("value", "expected"), [("0.125", "0.13"), ("0.1249", "0.12")])
def test_halves_are_rounded_up(value, expected):
    card = score(table(leaf(GIVEN)), {"a": given(value)})

    assert card.total == D(expected)


def test_rules_that_look_beyond_their_facts_say_so():
    """What is remembered by its facts alone must depend on nothing else."""
    looking = {name for name, kind in rules.KINDS.items() if kind.looks_beyond}

    assert looking == {
        *("late_per_day", "deadline"),
        *("weighted_targets", "relative_to_best", "peer"),
    }


def test_card_made_like_another_is_the_card_made_anew():
    criteria = rules.load(document("b_100"))
    before = rules.load_facts(worked_example())
    card = rules.evaluate(criteria, before, DAYS)

    values = {**before.values, "I.1": {"done": "130", "total": "142", "count": "0"}}
    after = replace(before, values=values, na={}, estimates={"I.5": "2026-11-15"})

    like = rules.evaluate(criteria, after, DAYS, like=(before, card))
    assert like == rules.evaluate(criteria, after, DAYS)
    assert like.total != card.total
