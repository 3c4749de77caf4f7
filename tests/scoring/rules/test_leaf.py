"""Rules together on one criterion: caps, bonuses, evidence, periods, decisions by hand."""

from decimal import Decimal

import pytest

from scoring import rules
from tests.scoring.rules.tables import group, leaf, only, plain, points, score, table, text

D = Decimal
LATE = {"kind": "deduct", "case": "trễ", "points": "2", "cap": "4"}
WRONG = {"kind": "deduct", "case": "sai", "points": "3", "cap": "6"}
MODELS = {"kind": "count", "case": "mô hình", "points": "1", "cap": "3"}


@pytest.mark.parametrize(
    ("late", "wrong", "expected"),
    [("0", "0", D(10)), ("1", "1", D(5)), ("3", "0", D(6)), ("1", "5", D(3)), ("9", "9", D(3))],
)
def test_several_deductions_have_a_cap_each_and_one_on_their_sum(late, wrong, expected):
    values = {"count": late, "count_2": wrong}

    assert points([LATE, WRONG], values, deduct_cap="7") == expected
    nested = {"kind": "sum", "parts": [LATE, WRONG], "cap": "7"}
    assert points(nested, values) == expected


def test_both_ways_to_cap_a_sum_of_deductions_are_explained():
    values = {"count": "3", "count_2": "2"}

    by_criterion = only([LATE, WRONG], values, deduct_cap="7")
    by_sum = only({"kind": "sum", "parts": [LATE, WRONG], "cap": "7"}, values)

    first = "trừ trễ: 3 × 2 = 6; vượt mức tối đa: 6 > 4, tính 4; trừ sai: 2 × 3 = 6; "
    assert text(by_criterion) == first + (
        "cộng điểm trừ: 4 + 6 = 10; vượt mức trừ tối đa: 10 > 7, tính 7; còn: 10 − 7 = 3"
    )
    assert text(by_sum) == first + (
        "cộng: 4 + 6 = 10; vượt mức tối đa: 10 > 7, tính 7; còn: 10 − 7 = 3"
    )
    assert by_criterion.capped and by_sum.capped


def test_deductions_come_off_what_was_earned():
    share = {"kind": "proportion", "part": "Đúng hạn"}

    outcome = only([share, LATE], {"done": "9", "total": "10", "count": "1"})

    assert text(outcome) == ("Đúng hạn: 9/10 = 90 % × 10 = 9; trừ trễ: 1 × 2 = 2; còn: 9 − 2 = 7")
    assert (outcome.base, outcome.bonus, outcome.deducted) == (D(9), D(0), D(2))


@pytest.mark.parametrize(
    ("late", "models", "expected"),
    [("0", "2", D(12)), ("0", "9", D(13)), ("0", "0", D(10)), ("1", "2", D(8))],
)
def test_bonus_only_when_the_base_is_full(late, models, expected):
    bonus = MODELS | {"bonus": True, "requires_full": True}

    assert points([LATE, bonus], {"count": late, "count_2": models}) == expected


def test_bonus_that_is_not_given_says_why():
    outcome = only(
        [LATE, MODELS | {"bonus": True, "requires_full": True}], {"count": "1", "count_2": "2"}
    )

    assert text(outcome) == (
        "trừ trễ: 1 × 2 = 2; còn: 10 − 2 = 8; "
        "thưởng khi đủ điểm tối đa: 8 < 10, được 0; cộng thưởng: 8 + 0 = 8"
    )


def test_bonuses_of_a_criterion_have_a_limit_together():
    bonuses = [MODELS | {"bonus": True}, {"kind": "yes_no", "points": "2", "bonus": True}]

    outcome = only([LATE, *bonuses], {"count": "1", "count_2": "3", "met": True}, bonus_max="4")

    assert text(outcome).endswith(
        "cộng điểm thưởng: 3 + 2 = 5; vượt mức thưởng tối đa: 5 > 4, tính 4; cộng thưởng: 8 + 4 = 12"
    )
    assert (outcome.points, outcome.bonus) == (D(12), D(4))


def test_earning_rules_add_up_to_the_maximum():
    parts = [MODELS, {"kind": "yes_no", "points": "8"}]

    assert points(parts, {"count": "2", "met": True}) == D(10)
    outcome = only(parts, {"count": "3", "met": True})
    assert text(outcome).endswith("cộng: 3 + 8 = 11; vượt điểm tối đa: 11 > 10, tính 10")


def test_facts_of_equal_names_are_told_apart():
    levels = {"kind": "deduct_table", "options": [{"label": str(n), "points": "1"} for n in (1, 2)]}

    node = only([LATE, levels, WRONG, {"kind": "sum", "parts": [LATE]}]).node

    names = [one.name for one in node.inputs()]
    assert names == ["count", "count_1", "count_2", "count_3", "count_4"]


def test_missing_facts_are_all_named():
    outcome = only([LATE, WRONG], {"count": ""})

    assert (outcome.points, outcome.missing, outcome.steps) == (None, ("trễ", "sai"), ())


# In the other sections


def test_rules_of_the_bonus_section_earn_up_to_its_maximum():
    criteria = table(leaf(LATE), leaf(MODELS, key="T", section="bonus", max="2"))

    card = score(criteria, {"a": {"count": "0"}, "T": {"count": "3"}})

    assert (card["T"].points, card.bonus, card.total) == (D(2), D(2), D(12))


def test_rules_of_the_penalty_section_are_taken_off_the_total():
    parts = [LATE, {"kind": "yes_no", "value": "Khống", "points": "3"}]
    criteria = table(leaf(LATE), leaf(*parts, key="P", section="penalty", max="5"))

    card = score(criteria, {"a": {"count": "0"}, "P": {"count": "2", "met": True}})

    assert text(card["P"]) == (
        "trừ trễ: 2 × 2 = 4; Khống, có: 3; cộng: 4 + 3 = 7; vượt điểm tối đa: 7 > 5, tính 5"
    )
    assert (card.penalty, card.total) == (D(5), D(5))


# Evidence


@pytest.mark.parametrize(
    ("evidence", "cited", "expected"),
    [
        ({"without": "zero"}, 0, D(0)),
        ({"without": "zero"}, 1, D(8)),
        ({"without": "zero", "documents": 2}, 1, D(8)),
        ({"without": "deduct", "each": "0.1", "documents": 3}, 3, D(8)),
        ({"without": "deduct", "each": "0.1", "documents": 3}, 1, D("7.8")),
        ({"without": "deduct", "each": "0.3", "documents": 3, "cap": "0.5"}, 0, D("7.5")),
        ({"without": "deduct", "each": "9"}, 0, D(0)),
        ({"without": "warn"}, 0, D(8)),
        ({"required": False, "without": "zero"}, 0, D(8)),
    ],
)
def test_missing_evidence(evidence, cited, expected):
    outcome = only(LATE, {"count": "1"}, evidence=evidence, more={"evidence": {"a": cited}})

    assert plain(outcome.points) == expected
    wanted = evidence.get("documents", 1) if evidence.get("required", True) else 0
    assert outcome.without_evidence == max(0, wanted - cited)


def test_missing_evidence_is_explained():
    evidence = {"without": "deduct", "each": "0.3", "documents": 3, "cap": "0.5"}

    outcome = only(LATE, {"count": "1"}, evidence=evidence, more={"evidence": {}})

    assert text(outcome).endswith(
        "trừ tài liệu kiểm chứng thiếu: 3 × 0,3 = 0,9; vượt mức trừ tối đa: 0,9 > 0,5, tính 0,5; "
        "còn: 8 − 0,5 = 7,5"
    )


def test_evidence_counts_only_when_somebody_counted_it():
    assert points(LATE, {"count": "1"}, evidence={"without": "zero"}) == D(8)


def test_penalty_is_not_lifted_by_missing_evidence():
    criteria = table(
        leaf(LATE),
        leaf(LATE, key="P", section="penalty", max="5", evidence={"without": "zero"}),
    )

    card = score(criteria, {"a": {"count": "0"}, "P": {"count": "1"}}, evidence={"a": 1})

    assert (card["P"].points, card["P"].without_evidence) == (D(2), 1)
    assert card.lacking_evidence == [card["P"]]


def test_groups_cap_on_deductions_does_not_give_back_what_lacks_evidence():
    node = leaf(LATE, evidence={"without": "zero"})
    criteria = table(group("I", node, max="10", penalty_cap="1"))

    card = score(criteria, {"a": {"count": "1"}}, evidence={})

    assert (card["a"].points, card.total) == (D(0), D(0))


# Periods

QUARTERS = {"labels": ["Quý I", "Quý II"], "combine": "sum"}


def test_facts_of_periods_add_up_to_the_years():
    share = {"kind": "proportion", "part": "Đúng hạn", "whole": "Tổng"}
    values = {"done__1": "10", "total__1": "12", "done__2": "7", "total__2": "8"}

    outcome = only(share, values, periods=QUARTERS)

    assert text(outcome) == (
        "Đúng hạn, cả năm: 10 + 7 = 17; Tổng, cả năm: 12 + 8 = 20; "
        "Đúng hạn: 17/20 = 85 % × 10 = 8,5"
    )


def test_periods_may_be_averaged_or_the_last_one_taken():
    share = {"kind": "proportion", "measure": "percent", "value": "Tỷ lệ"}
    values = {"value__1": "80", "value__2": "85", "value__3": "91"}
    labels = ["Quý I", "Quý II", "Quý III"]

    mean = only(share, values, periods={"labels": labels, "combine": "mean"})
    last = only(share, values, periods={"labels": labels, "combine": "last"})

    assert text(mean) == (
        "Tỷ lệ, bình quân các kỳ: (80 + 85 + 91)/3 = 85,333333; Tỷ lệ: 85,333333 % × 10 = 8,53"
    )
    assert last.points == D("9.1")


def test_period_that_is_not_filled_is_missing_by_its_name():
    outcome = only(LATE, {"count__1": "1"}, periods=QUARTERS)

    assert outcome.missing == ("Quý II: trễ",)


def test_optional_facts_of_a_period_may_stay_empty():
    part = LATE | {"waiver": "tự phát hiện"}
    values = {"count__1": "1", "count__2": "1", "waived__2": "1", "waived_agreed__2": True}

    assert points(part, values, periods=QUARTERS) == D(8)


# Decisions by hand


def test_points_set_by_hand_stand_beside_what_the_rules_give():
    override = {"points": "9", "reason": "Hội nghị thống nhất"}

    outcome = only(LATE, {"count": "1"}, more={"overrides": {"a": override}})

    assert (outcome.points, outcome.computed) == (D(9), D(8))
    assert outcome.override == rules.Override(D(9), "Hội nghị thống nhất")
    assert text(outcome).endswith("còn: 10 − 2 = 8; quyết định của người có thẩm quyền: 9")


def test_points_set_by_hand_stand_where_facts_are_missing_or_do_not_apply():
    override = {"overrides": {"a": {"points": "4"}}}

    assert only(LATE, {}, more=override).points == D(4)
    assert only(LATE, {}, more=override | {"na": {"a": "không có"}}).points == D(4)


def test_estimate_makes_the_card_provisional():
    criteria = table(leaf(LATE))

    card = score(criteria, {"a": {"count": "1"}}, estimates={"a": "2026-11-15"})

    assert (card["a"].provisional, card.is_provisional, card.is_complete) == (
        "2026-11-15",
        True,
        True,
    )
