"""Points that someone gives: a judge, other units, a published result, a formula."""

from decimal import Decimal

import pytest

from scoring import rules
from tests.scoring.rules.tables import DAYS, facts, leaf, only, points, table, text

D = Decimal


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"points": "8.5", "comment": "Tốt"}, D("8.5")),
        ({"points": "0", "comment": "Kém"}, D(0)),
        ({"points": "10", "comment": "Tốt"}, D(10)),
        ({"points": "8.5"}, ("Nhận xét",)),
        ({"points": "8.5", "comment": "  "}, ("Nhận xét",)),
        ({"points": "10.01", "comment": "Tốt"}, "Điểm đánh giá: không được quá 10."),
        ({"points": "-1", "comment": "Tốt"}, "Điểm đánh giá: không được là số âm."),
    ],
)
def test_evaluator_comments_on_every_mark(values, expected):
    assert points({"kind": "evaluator"}, values) == expected


def test_external_points_name_their_paper():
    part = {"kind": "external", "cap": "6"}

    assert text(only(part, {"points": "7", "document": "QĐ 12/QĐ-UBND"})) == (
        "theo QĐ 12/QĐ-UBND: 7; vượt mức tối đa: 7 > 6, tính 6"
    )
    assert points(part, {"points": "5"}) == ("Văn bản công bố (số, ký hiệu, ngày, cơ quan)",)


@pytest.mark.parametrize(
    ("method", "expected", "words"),
    [
        ("mean", D("7.25"), "trung bình 4 phiếu: (5 + 7 + 8 + 9)/4 = 7,25"),
        ("median", D("7.5"), "trung vị của 4 phiếu: (7 + 8)/2 = 7,5"),
        (
            "trimmed",
            D("7.5"),
            "bỏ 5 và 9, số phiếu còn lại: 2; trung bình 2 phiếu: (7 + 8)/2 = 7,5",
        ),
    ],
)
def test_peers_without_ones_own_mark(method, expected, words):
    marks = {"stc": "10", "snv": "8", "stp": "5", "ttt": "9", "sngv": "7"}

    outcome = only({"kind": "peer", "method": method}, more={"peers": {"a": marks}})

    assert (outcome.points, text(outcome)) == (expected, words)


def test_median_of_an_odd_number_is_the_middle_mark():
    marks = {"snv": "8", "stp": "5", "ttt": "9"}

    outcome = only({"kind": "peer", "method": "median"}, more={"peers": {"a": marks}})

    assert text(outcome) == "trung vị của 3 phiếu: (8)/1 = 8"


def test_two_marks_are_too_few_to_drop_any():
    outcome = only(
        {"kind": "peer", "method": "trimmed"}, more={"peers": {"a": {"snv": "8", "stp": "6"}}}
    )

    assert outcome.points == D(7)


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, "chờ khóa sổ"),
        ({"peers": {}}, "chưa có đơn vị nào chấm"),
        ({"peers": {"a": {"stc": "9"}}}, "chưa có đơn vị nào chấm"),
        ({"peers": {"a": {"snv": "11"}}}, "Điểm chấm của snv phải từ 0 đến 10."),
    ],
)
def test_peers_that_are_not_there_or_cannot_be(more, expected):
    assert points({"kind": "peer"}, more=more) == expected


def formula(written, *names):
    inputs = [{"name": name, "label": name.upper()} for name in names]
    return {"kind": "formula", "formula": written, "inputs": inputs}


@pytest.mark.parametrize(
    ("written", "values", "expected", "words"),
    [
        ("a + b * 2", {"a": "1", "b": "2.5"}, D(6), "theo công thức: 1 + 2,5 × 2 = 6"),
        ("(a + b) : 4", {"a": "1", "b": "2"}, D("0.75"), "theo công thức: (1 + 2)/4 = 0,75"),
        ("a / (b / 2)", {"a": "3", "b": "2"}, D(3), "theo công thức: 3/(2/2) = 3"),
        ("a - (b - 1)", {"a": "3", "b": "-2"}, D(6), "theo công thức: 3 − ((−2) − 1) = 6"),
        ("-a * 2 + b", {"a": "-3", "b": "1"}, D(7), "theo công thức: (−(−3)) × 2 + 1 = 7"),
        ("min(a; b; 4)", {"a": "9", "b": "5"}, D(4), "theo công thức: min(9; 5; 4) = 4"),
        (
            "max(a; b) × 0,5",
            {"a": "9", "b": "5"},
            D("4.5"),
            "theo công thức: max(9; 5) × 0,5 = 4,5",
        ),
        ("diem_toi_da × a / b", {"a": "1", "b": "3"}, D("3.33"), "theo công thức: 10 × 1/3 = 3,33"),
        (
            "neu(a ≥ b; diem_toi_da; a + 1)",
            {"a": "2", "b": "3"},
            D(3),
            "trường hợp: 2 < 3, lấy 3; theo công thức: 2 + 1 = 3",
        ),
        (
            "2 * neu(a >= b; a + 1; 0)",
            {"a": "3", "b": "3"},
            D(8),
            "trường hợp: 3 ≥ 3, lấy 4; theo công thức: 2 × (3 + 1) = 8",
        ),
    ],
)
def test_formula(written, values, expected, words):
    names = [name for name in ("a", "b") if name in values]

    outcome = only(formula(written, *names), values)

    assert (outcome.points, text(outcome)) == (expected, words)


def test_formula_is_kept_within_zero_and_the_maximum():
    part = formula("a − b", "a", "b")

    assert text(only(part, {"a": "2", "b": "5"})) == (
        "theo công thức: 2 − 5 = −3; không âm: −3 < 0, tính 0"
    )
    assert points(part, {"a": "50", "b": "5"}) == D(10)
    assert points(part, {"a": "2", "b": "5"}, allow_negative=True) == D(-3)


@pytest.mark.parametrize(
    ("written", "values", "problem"),
    [
        ("a / b", {"a": "1", "b": "0"}, "Công thức không tính được: phép chia cho 0."),
        (
            "a × a × a × b",
            {"a": "999999", "b": "1"},
            "Công thức không tính được: kết quả quá lớn.",
        ),
    ],
)
def test_formula_that_cannot_be_computed_refuses_its_facts(written, values, problem):
    assert points(formula(written, "a", "b"), values) == problem


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("a +", "công thức: thiếu số hoặc tên dữ kiện trước “cuối công thức”"),
        ("a b", "công thức: thừa “b”"),
        ("(a", "công thức: thiếu “)”"),
        ("a ** 2", "công thức: thiếu số hoặc tên dữ kiện trước “×”"),
        ("__import__('os')", "công thức: không hiểu “__import__”"),
        ("a.b", "công thức: không hiểu “.b”"),
        ("1.2.3", "công thức: không hiểu “1.2.3”"),
        ("neu(a; 1; 2)", "công thức: neu(…) cần một phép so sánh"),
        ("neu(a > 1; 2)", "công thức: neu(…) cần điều kiện và hai giá trị"),
        ("(" * 40 + "a" + ")" * 40, "công thức: lồng nhau quá sâu"),
        ("+".join(["a"] * 100), "công thức: quá nhiều phép tính"),
        ("a" * 501, "công thức: dài quá 500 ký tự"),
        ("a + c", "công thức dùng “c”, chưa khai báo"),
        ("a + 9999999999999999", "công thức: không hiểu “9999999999”"),
    ],
)
def test_formula_that_cannot_be_read_is_no_table(written, problem):
    with pytest.raises(rules.Malformed) as caught:
        table(leaf(formula(written, "a")))

    assert caught.value.message == problem


RELATIVE = {"kind": "relative_to_best", "value": "Chỉ số"}
UNITS = ("stc", "snv", "stp")


def cards(part, values, *, closed=True, na=(), **more):
    bloc = {
        unit: facts({"a": {"value": value}}, unit=unit, na={"a": "không có"} if unit in na else {})
        for unit, value in zip(UNITS, values, strict=True)
    }
    return rules.evaluate_bloc(table(leaf(part, max="60", **more)), bloc, DAYS, closed=closed)


def test_relative_to_the_best_of_the_bloc():
    found = cards(RELATIVE, ("90", "80", "45"))

    assert [found[unit]["a"].points for unit in UNITS] == [D(60), D("53.33"), D(30)]
    assert text(found["snv"]["a"]) == "Chỉ số: 60 × 80/90 = 53,33"


def test_relative_rule_waits_until_the_phase_is_closed():
    found = cards(RELATIVE, ("90", "80", "45"), closed=False)

    assert {(card["a"].points, card["a"].pending) for card in found.values()} == {
        (None, "chờ khóa sổ")
    }
    assert found["stc"].is_provisional and found["stc"].total == 0


def test_best_is_looked_for_among_units_it_applies_to_and_that_have_a_value():
    found = cards(RELATIVE, ("90", "80", None), na=("stc",), not_for=["x"])

    assert found["stc"]["a"].is_excluded
    assert found["snv"]["a"].points == D(60)
    assert found["stp"]["a"].missing == ("Chỉ số",)


def test_best_of_nothing_gives_nothing():
    found = cards(RELATIVE, ("0", "0", "-5"))

    assert {card["a"].points for card in found.values()} == {D(0)}
    assert text(found["stp"]["a"]) == "Chỉ số: 0 ≤ 0, được 0"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (("50", "100", "80"), [D(15), D(30), D(24)]),
        # Beyond the plan of 100 the best exceeds it by 40.
        (("110", "140", "100"), [D("37.5"), D(60), D(30)]),
    ],
)
def test_half_for_the_plan_and_half_for_exceeding_it(values, expected):
    found = cards(RELATIVE | {"compare": "exceed", "plan": "100"}, values)

    assert [found[unit]["a"].points for unit in UNITS] == expected


def test_relative_rule_beside_another_looks_at_its_own_fact():
    step = {"kind": "step", "size": "1", "points": "1", "cap": "1"}
    criteria = table(leaf(step, RELATIVE, max="60"))
    bloc = {
        unit: facts({"a": {"value": own, "value_2": index}}, unit=unit)
        for unit, own, index in (("stc", "500", "40"), ("snv", "0", "80"))
    }

    found = rules.evaluate_bloc(criteria, bloc, DAYS)

    assert text(found["stc"]["a"]).endswith("Chỉ số: 60 × 40/80 = 30; cộng: 1 + 30 = 31")


TARGETS = [
    {"key": "t1", "label": "Giải ngân", "measure": "%", "plan": "95", "weight": "60"},
    {"key": "t2", "label": "Quyết toán", "measure": "%", "plan": "100", "weight": "40"},
]


def targets(actuals, registered=TARGETS, **part):
    values = {f"actual_{key}": value for key, value in actuals.items()}
    more = {"targets": registered}
    return only({"kind": "weighted_targets"} | part, values, max="120", more=more)


def test_weighted_targets():
    outcome = targets({"t1": "90.25", "t2": "104"})

    assert text(outcome) == (
        "Giải ngân (%): 90,25/95 × 100 = 95; Quyết toán (%): 104/100 × 100 = 104; "
        "vượt mức tối đa: 104 > 100, tính 100; "
        "bình quân các chỉ tiêu (%): (95 × 60 + 100 × 40)/100 = 97; điểm: 97 % × 120 = 116,4"
    )
    assert outcome.points == D("116.4")


def test_targets_that_are_all_met_give_everything():
    registered = [
        {"key": f"t{n}", "label": f"Chỉ tiêu {n}", "plan": "7", "weight": "1"} for n in range(3)
    ]

    outcome = targets({f"t{n}": "7" for n in range(3)}, registered)

    assert outcome.points == D(120)


def test_targets_without_weights_weigh_the_same_and_a_zero_weight_nothing():
    plain = [{"key": "t1", "label": "A", "plan": "10"}, {"key": "t2", "label": "B", "plan": "10"}]
    zero = [plain[0] | {"weight": "0"}, plain[1] | {"weight": "5"}]

    assert targets({"t1": "5", "t2": "10"}, plain).points == D(90)
    assert targets({"t1": "5", "t2": "10"}, zero).points == D(120)


@pytest.mark.parametrize(
    ("registered", "expected"),
    [
        ([], "đơn vị chưa có chỉ tiêu đăng ký trong giao ước"),
        (
            [{"key": "t1", "label": "Lớp", "plan": "0"}],
            "chỉ tiêu “Lớp” chưa có số kế hoạch",
        ),
    ],
)
def test_targets_that_are_not_registered_are_waited_for(registered, expected):
    assert targets({"t1": "5"}, registered).pending == expected


def test_each_target_is_asked_for():
    outcome = targets({"t1": "5"})

    assert outcome.missing == ("Quyết toán (%, kế hoạch 100)",)
