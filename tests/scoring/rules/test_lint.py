"""Every defect planted in a sound table yields its own message, and no other."""

import pytest

from scoring.rules.lint import lint
from tests.scoring.rules.tables import document, node_of

CAVEAT = (
    "warning",
    "Điều kiện G1",
    "từ năm 2024 pháp luật không còn buộc đăng ký thi đua mới được xét; "
    "điều kiện này chỉ theo Quy chế của Khối",
)


def found(raw):
    return [(one.level, one.where, one.message) for one in lint(raw)]


def planted(key=None, *, part=None, drop=(), top=None, **changes):
    """The problems of B100 once a node, one of its rules, or the table is changed; the caveat apart."""
    raw = document("b_100") | (top or {})
    if key:
        node = node_of(raw, key)
        node.update(changes)
        for name in drop:
            node.pop(name)
        if part is not None:
            node["parts"][0].update(part)
    return [
        (level, where.split(" ")[0], text) for level, where, text in found(raw) if text != CAVEAT[2]
    ]


def replaced(key, *parts, **changes):
    return planted(key, parts=list(parts), **changes)


def error(where, message):
    return [("error", where, message)]


def warning(where, message):
    return [("warning", where, message)]


def test_table_as_it_ships_has_only_its_caveat():
    assert found(document("b_100")) == [CAVEAT]


def test_problem_names_its_criterion_and_key():
    raw = document("b_100")
    node_of(raw, "I.3")["max"] = "7"

    problems = lint(raw)

    assert [(one.level, one.key, str(one)) for one in problems if one.is_error] == [
        (
            "error",
            "I",
            "I Thực hiện nhiệm vụ chính trị, chuyên môn: các mục cộng lại 49 điểm, nhóm ghi 50",
        ),
    ]


# Sums


def test_groups_that_do_not_make_the_scale():
    assert planted(top={"base_max": "101"}) == error(
        "Bảng", "các mục cộng lại 100 điểm, thang điểm ghi 101"
    )


@pytest.mark.parametrize(
    ("cap", "expected"),
    [
        (
            "12",
            error(
                "Bảng",
                "các mục thưởng cộng lại 10 điểm, không bao giờ đạt mức thưởng tối đa 12",
            ),
        ),
        (
            "8",
            warning("Bảng", "các mục thưởng cộng lại 10 điểm, phần hơn 8 không được tính"),
        ),
        (None, warning("Bảng", "tổng điểm thưởng không có mức tối đa")),
    ],
)
def test_bonuses_against_their_cap(cap, expected):
    assert planted(top={"bonus_cap": cap}) == expected


def test_total_cap_below_the_scale():
    assert planted(top={"total_cap": "99.5"}) == warning(
        "Bảng", "tổng tối đa 99,5 thấp hơn thang điểm"
    )


def test_table_without_base():
    raw = document("b_100")
    raw["nodes"] = [node for node in raw["nodes"] if node["section"] == "bonus"]
    raw["gates"], raw["tie_break"] = [], raw["tie_break"][1:3]

    assert found(raw) == [("error", "Bảng tiêu chí", "không có mục nào trong phần điểm chuẩn")]


# Rules against the criterion


BANDS = [
    {"at_least": "98", "points": "7"},
    {"at_least": "90", "below": "98", "points": "4"},
    {"at_least": "0", "below": "90", "points": "0"},
]


def bands(**changes):
    """The tiers of I.4 with one of their settings changed."""
    rows = [dict(row) for row in BANDS]
    for place, row in changes.items():
        rows[int(place[1:])] = row
    return {"kind": "tiers", "measure": "percent", "bands": rows}


@pytest.mark.parametrize(
    ("part", "message"),
    [
        (
            bands(_1={"at_least": "91", "below": "98", "points": "4"}),
            "hở khoảng từ 90 đến 91",
        ),
        (
            bands(_1={"at_least": "85", "below": "98", "points": "4"}),
            "khoảng từ 85 chồng lên khoảng trước nó",
        ),
        (
            bands(_1={"at_least": "90", "at_most": "98", "points": "4"}),
            "giá trị 98 thuộc hai khoảng",
        ),
        (
            bands(_2={"more_than": "0", "below": "90", "points": "0"}),
            "hở đúng giá trị 0",
        ),
        (
            bands(_0={"at_least": "98", "below": "100", "points": "7"}),
            "không nói gì về giá trị từ 100",
        ),
        (
            bands(_0={"at_least": "98", "points": "8"}),
            "cách tính “theo mức” cho tới 8 điểm, hơn điểm tối đa 7",
        ),
        (
            bands(_0={"at_least": "98", "points": "6"}),
            "không bao giờ đạt điểm tối đa 7, nhiều nhất 6",
        ),
    ],
)
def test_tiers(part, message):
    assert replaced("I.4", part) == error("I.4", message)


def test_rank_bands_with_a_gap():
    part = {
        "kind": "rank_bands",
        "value": "Thứ hạng PAR INDEX",
        "bands": [{"first": 1, "last": 3, "points": "6"}, {"first": 5, "points": "3"}],
    }

    assert replaced("II.1", part) == error("II.1", "hở khoảng từ 4 đến 4")


def test_matrix_with_an_overlap_and_points_in_the_wrong_place():
    part = {
        "kind": "matrix",
        "row_value": "Tỷ lệ",
        "row_bands": [
            {"at_least": "50", "points": "0"},
            {"at_least": "0", "below": "60", "points": "0"},
        ],
        "column_value": "Hồ sơ",
        "column_bands": [{"at_least": "0", "points": "4"}],
        "points": [["4"], ["0"]],
    }

    assert replaced("II.2", part) == [
        *error("II.2", "mức của hàng: khoảng từ 50 chồng lên khoảng trước nó"),
        *error("II.2", "mức của cột: điểm ghi ở mức không được tính, điểm ở bảng điểm mới tính"),
    ]


def test_rules_that_together_give_more_or_less_than_the_criterion():
    count = {"kind": "count", "case": "bài", "points": "0.5", "cap": "2"}
    more, less = ({"kind": "yes_no", "points": points} for points in ("1.5", "0.5"))

    assert replaced("IV.5", count, more) == warning(
        "IV.5", "các cách tính cộng lại 3,5 điểm, phần hơn điểm tối đa 3 không được tính"
    )
    assert replaced("IV.5", count, less) == error(
        "IV.5", "không bao giờ đạt điểm tối đa 3, nhiều nhất 2,5"
    )


def test_bonus_that_its_rule_never_reaches():
    assert planted("T3", part={"options": [{"label": "Trưởng khối", "points": "0.5"}]}) == error(
        "T3", "không bao giờ đạt điểm tối đa 1, nhiều nhất 0,5"
    )


def test_proportion_beyond_the_maximum():
    assert planted("I.2", part={"most_percent": "120"}) == error(
        "I.2", "cách tính “theo tỷ lệ hoàn thành” cho tới 12 điểm, hơn điểm tối đa 10"
    )


def test_floor_of_a_proportion_that_nobody_passes():
    assert planted("I.2", part={"zero_below": "101"}) == error(
        "I.2", "mức “dưới tỷ lệ này thì 0 điểm” lớn hơn 100 %"
    )


def test_late_paper_that_costs_more_than_none():
    assert planted("IV.1", part={"each_cap": "3", "missing": "1"}) == error(
        "IV.1", "không gửi bị trừ ít hơn mức trừ tối đa khi gửi trễ"
    )


def test_formula_that_forgets_a_fact():
    part = {
        "kind": "formula",
        "formula": "a",
        "inputs": [{"name": "a", "label": "A"}, {"name": "b", "label": "B"}],
    }

    assert replaced("I.2", part) == error("I.2", "công thức không dùng dữ kiện “b”")


def test_problem_of_a_rule_inside_a_sum_says_which():
    part = {
        "kind": "sum",
        "parts": [{"kind": "yes_no", "points": "3"}, bands(_0={"at_least": "99", "points": "4"})],
    }

    assert replaced("I.4", part) == error("I.4", "cách tính 2: hở khoảng từ 98 đến 99")


# Caps


LOST = {"kind": "deduct", "case": "lỗi", "points": "1"}
MORE = {"kind": "count", "case": "bài", "points": "1", "bonus": True}


def test_several_deductions_one_without_a_cap():
    first = LOST | {"cap": "4"}

    assert replaced("I.3", first, LOST) == warning(
        "I.3", "có cách tính trừ không ghi mức tối đa: một mình nó có thể trừ hết 8 điểm"
    )
    assert replaced("I.3", first, LOST, deduct_cap="6") == []


def test_deduction_below_zero_without_a_cap():
    assert replaced("I.3", LOST, allow_negative=True) == error(
        "I.3", "được âm nhưng không có mức trừ tối đa"
    )


def test_deduction_that_may_take_more_than_there_is():
    assert replaced("I.3", LOST | {"cap": "9"}) == warning(
        "I.3", "mức trừ tối đa 9 hơn điểm tối đa 8"
    )
    assert replaced("I.3", LOST | {"cap": "9"}, allow_negative=True) == []


def test_penalty_without_a_cap():
    assert planted("P1", drop=["max"]) == error("P1", "điểm trừ không có mức tối đa")
    assert planted("P1", deduct_cap="3") == error(
        "P1", "ở phần điểm trừ, mức trừ tối đa ghi ở “max”, không ghi ở “deduct_cap”"
    )


def test_bonus_without_a_cap():
    assert planted("T2", drop=["max"]) == error("T2", "điểm thưởng không có mức tối đa")
    assert replaced("I.3", LOST, MORE) == error(
        "I.3", "điểm thưởng của tiêu chí không có mức tối đa"
    )
    assert replaced("I.3", LOST, MORE, bonus_max="2") == []
    assert replaced("I.3", LOST, MORE | {"cap": "2"}) == []


def test_bonus_with_a_number_and_no_rule():
    assert planted("T2", parts=[]) == error("T2", "ghi 2 điểm thưởng nhưng không có cách tính")
    assert planted("I.3", parts=[]) == error("I.3", "chưa có cách tính điểm")


@pytest.mark.parametrize(
    ("changes", "level", "message"),
    [
        ({"bonus_max": "2"}, "warning", "có mức thưởng tối đa nhưng không có cách tính thưởng"),
        (
            {"parts": [LOST, MORE | {"cap": "1"}], "bonus_max": "2"},
            "error",
            "không bao giờ đạt mức thưởng tối đa 2, nhiều nhất 1",
        ),
        (
            {"parts": [{"kind": "yes_no"}], "deduct_cap": "2"},
            "warning",
            "có mức trừ tối đa nhưng không có cách tính trừ",
        ),
        (
            {"parts": [MORE | {"cap": "1"}]},
            "error",
            "chỉ có điểm thưởng: đơn vị nào cũng được đủ điểm tối đa",
        ),
        (
            {"parts": [LOST | {"requires_full": True}]},
            "error",
            "“requires_full” chỉ có nghĩa với điểm thưởng",
        ),
        (
            {"parts": [{"kind": "yes_no"}, LOST | {"cap": "1", "bonus": True}]},
            "error",
            "cách tính 2: cách tính trừ điểm không thể là điểm thưởng",
        ),
    ],
)
def test_bonuses_and_deductions_that_make_no_sense(changes, level, message):
    assert planted("I.3", **changes) == [(level, "I.3", message)]


def test_sections_hold_only_what_belongs_there():
    assert replaced("T2", LOST) == error("T2", "phần điểm thưởng chỉ có cách tính trừ")
    assert replaced("P2", {"kind": "yes_no"}, MORE | {"cap": "1"}) == error(
        "P2", "phần điểm trừ không có điểm thưởng"
    )


# What else a criterion must say


@pytest.mark.parametrize(
    ("key", "changes", "level", "message"),
    [
        ("I.2", {"evaluator": ""}, "warning", "chưa nói ai đánh giá hoặc ai nắm số liệu"),
        (
            "P1",
            {"source": "mind"},
            "error",
            "“ai ghi thay đơn vị” phải là một trong: submitted_on, role, verifier",
        ),
        ("I.2", {"name": "  "}, "error", "chưa có tên"),
        (
            "I.2",
            {"not_for": ["stc"]},
            "error",
            "có đơn vị không áp dụng nhưng chưa nói khi đó tính thế nào (na)",
        ),
        ("I.2", {"not_for": ["stc"], "na": "zero"}, None, None),
        (
            "I.2",
            {"not_for": ["stc"], "applies_to": ["stc", "snv"], "na": "zero"},
            "error",
            "đơn vị “stc” vừa áp dụng vừa không áp dụng",
        ),
        ("P2", {"na": "full"}, "error", "khi không áp dụng thì không thể trừ điểm"),
        (
            "P2",
            {"evidence": {"without": "zero"}},
            "warning",
            "thiếu tài liệu kiểm chứng không làm giảm điểm trừ",
        ),
        ("T6", {"max": "0"}, "warning", "điểm tối đa bằng 0"),
        (
            "II.3",
            {"periods": {"labels": ["Quý I", "Quý II"]}},
            "error",
            "dữ kiện của cách tính “theo tỷ lệ hoàn thành” không cộng được qua các kỳ",
        ),
        ("II.3", {"periods": {"labels": ["Quý I"], "combine": "mean"}}, None, None),
        ("II.3", {"periods": {"labels": ["Quý I"], "combine": "last"}}, None, None),
        ("I.2", {"periods": {"labels": ["Quý I", "Quý II"]}}, None, None),
        (
            "II.4",
            {"periods": {"labels": ["Quý I"], "combine": "mean"}},
            "error",
            "“Ngày ban hành kế hoạch” không lấy bình quân các kỳ được",
        ),
    ],
)
def test_what_a_criterion_must_say(key, changes, level, message):
    expected = (
        [] if level is None else [(level, key if changes.get("name") is None else "I.2", message)]
    )
    problems = planted(key, **changes)

    if key == "T6":
        problems = [one for one in problems if one[1] != "Bảng"]
    assert problems == expected


def test_codes_that_are_missing_or_used_twice():
    assert planted("I.2", code="") == warning("Thực", "chưa có mã")
    assert planted("I.2", code="I.1") == error(
        "I.1",
        "mã “I.1” trùng với I.1 Hoàn thành nhiệm vụ Tỉnh ủy, HĐND, UBND, Chủ tịch UBND tỉnh giao",
    )


def test_criterion_without_a_maximum():
    problems = planted("I.2", drop=["max"])

    assert error("I.2", "chưa có điểm tối đa")[0] in problems
    assert error("I", "các mục cộng lại 40 điểm, nhóm ghi 50")[0] in problems


def test_two_rules_on_targets_in_one_criterion():
    targets = {"kind": "weighted_targets", "points": "5"}

    assert replaced("I.2", targets, targets) == error(
        "I.2", "chỉ một cách tính theo chỉ tiêu đăng ký trong một tiêu chí"
    )


def test_points_finer_than_the_table_rounds():
    assert planted("I.3", part={"points": "0.125"}) == warning(
        "I.3", "điểm 0,125 có nhiều chữ số thập phân hơn mức làm tròn (2 chữ số)"
    )
    problems = planted(top={"rounding": {"places": 0}})
    assert (
        warning("I.1", "điểm 0,5 có nhiều chữ số thập phân hơn mức làm tròn (0 chữ số)")[0]
        in problems
    )


@pytest.mark.parametrize(
    ("key", "changes", "text"),
    [
        (
            "T1",
            {"part": {"options": [{"label": "Bằng khen chuyên đề của tỉnh", "points": "3"}]}},
            "Bằng khen chuyên đề của tỉnh",
        ),
        (
            "T1",
            {"part": {"options": [{"label": "Đột xuất", "points": "3"}]}},
            "Đột xuất",
        ),
        ("T2", {"part": {"case": "giấy khen đột xuất"}}, "giấy khen đột xuất"),
        ("T6", {"name": "Được khen thưởng theo chuyên đề"}, "Được khen thưởng theo chuyên đề"),
    ],
)
def test_awards_for_a_campaign_or_one_deed_do_not_count_for_merit(key, changes, text):
    problems = planted(key, drop=["legal_basis"] if key == "T1" else (), **changes)

    assert problems == [
        (
            "warning",
            key,
            f"“{text}”: khen theo chuyên đề hoặc đột xuất không được làm căn cứ xét khen thưởng "
            "công trạng (Nghị định số 152/2025/NĐ-CP, Điều 4)",
        )
    ]


def test_awards_that_are_said_not_to_count_are_no_problem():
    """Nor are campaigns themselves and reports on sudden events: IV.3 and IV.4 of the table."""
    options = [{"label": "Bằng khen; chuyên đề, đột xuất không tính", "points": "3"}]

    assert planted("T1", part={"options": options}, drop=["legal_basis"]) == []


# Gates, classes, tie-breaks


@pytest.mark.parametrize(
    ("gate", "level", "message"),
    [
        (
            {"effect": "cap_class", "class": "Giỏi"},
            "error",
            "khống chế ở mức “Giỏi”, không có trong các mức xếp loại",
        ),
        (
            {"effect": "cap_class", "class": "Xuất sắc"},
            "warning",
            "khống chế ở mức cao nhất thì không có tác dụng",
        ),
        (
            {"effect": "not_eligible", "when": {"node": "I", "sign": "<", "percent": "800"}},
            "warning",
            "so với 800 % điểm tối đa",
        ),
        ({"effect": "not_eligible", "name": "Không đăng ký thi đua"}, "warning", CAVEAT[2]),
    ],
)
def test_gates(gate, level, message):
    raw = document("b_100") | {"gates": [{"key": "X", "name": "Bị kỷ luật"} | gate]}

    assert found(raw) == [(level, "Điều kiện X", message)]


def test_class_lowered_where_there_are_none():
    raw = document("b_100") | {"classes": []}
    raw["gates"] = [{"key": "X", "name": "Bị kỷ luật", "effect": "lower_class"}]

    assert found(raw) == [
        ("error", "Điều kiện X", "hạ bậc xếp loại nhưng bảng không có mức xếp loại nào")
    ]


def levels(*rows):
    raw = document("b_100") | {"gates": []}
    raw["classes"] = [dict(zip(("name", "at_least", "quota"), row, strict=False)) for row in rows]
    return [(level, text) for level, _where, text in found(raw)]


@pytest.mark.parametrize(
    ("rows", "level", "message"),
    [
        (
            [("A", "85"), ("B", "90"), ("C",)],
            "error",
            "ngưỡng của “B” (90) không thấp hơn ngưỡng của “A” (85)",
        ),
        (
            [("A", "85"), ("B", "85"), ("C",)],
            "error",
            "ngưỡng của “B” (85) không thấp hơn ngưỡng của “A” (85)",
        ),
        (
            [("A", "85"), ("B", "70")],
            "error",
            "mức cuối “B” phải không có ngưỡng, nếu không thì dưới 70 điểm không thuộc mức nào",
        ),
        (
            [("A", "85"), ("B",), ("C",)],
            "error",
            "mức “B” không có ngưỡng nên mức dưới nó không ai vào",
        ),
        ([("A", "85"), ("A", "70"), ("C",)], "error", "mức “A” có 2 lần"),
        ([("A", "120"), ("C",)], "error", "mức “A” không ai đạt: tổng nhiều nhất 110 điểm"),
        ([("A", "85", "120"), ("C",)], "error", "tỷ lệ tối đa của “A” hơn 100 %"),
        ([("A", "85"), ("C", None, "20")], "error", "mức cuối “C” không thể có tỷ lệ tối đa"),
        (
            [("A", "85.005"), ("C",)],
            "warning",
            "ngưỡng “A” 85,005 có nhiều chữ số thập phân hơn mức làm tròn (2 chữ số)",
        ),
    ],
)
def test_classes(rows, level, message):
    assert levels(*rows) == [(level, message)]


def test_classes_with_a_quota_are_no_problem():
    assert levels(("A", "85", "20"), ("B", "70"), ("C",)) == []


@pytest.mark.parametrize(
    ("links", "expected"),
    [
        ([], [("warning", "Xét", "chưa nói xét thế nào khi bằng điểm")]),
        (
            [{"by": "bonus"}, {"by": "bonus"}],
            [("warning", "Xét", "dòng 2 lặp lại một dòng trước")],
        ),
        (
            [{"by": "fact", "node": "III.1", "input": "case"}],
            [("error", "Xét", "dòng 1: “Xếp loại tổ chức đảng” không phải là số, không so được")],
        ),
    ],
)
def test_tie_breaks(links, expected):
    assert planted(top={"tie_break": links}) == expected
