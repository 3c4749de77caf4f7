"""Documents that cannot be a table: everything wrong is found, each with its place."""

import copy

import pytest

from scoring import rules
from scoring.rules.lint import lint
from tests.scoring.rules.tables import document, group, leaf, node_of, table

LOST = {"kind": "deduct", "case": "lỗi", "points": "1", "cap": "5"}


def errors(raw):
    return [(one.where, one.message) for one in lint(raw) if one.is_error]


def wrong_leaf(*parts, **changes):
    """What is wrong with a table of one criterion."""
    raw = {"name": "Bảng", "base_max": "10", "nodes": [leaf(*parts) | changes]}
    return [message for _where, message in errors(raw)]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"max": "x"}, "“điểm tối đa”: “x” không phải là một số."),
        ({"max": 7.5}, "“điểm tối đa”: cần một số viết đúng dạng, như “0.5”."),
        ({"max": "-1"}, "“điểm tối đa” không được âm"),
        ({"ma": "1"}, "không có mục nào tên “ma”"),
        ({"key": ""}, "thiếu “khóa” (key)"),
        ({"key": "a b"}, "khóa chỉ gồm chữ không dấu, chữ số, dấu chấm, gạch nối, gạch dưới"),
        ({"section": "extra"}, "“phần” phải là một trong: base, bonus, penalty"),
        ({"na": "skip"}, "“khi không áp dụng” phải là một trong: full, zero, exclude, average"),
        ({"name": 5}, "“tên” phải là chữ"),
        ({"allow_negative": 1}, "“được âm” phải là true hoặc false"),
        ({"applies_to": "stc"}, "“applies_to” phải là danh sách mã đơn vị"),
        ({"only_if": "I"}, "điều kiện phải là một đối tượng"),
        ({"only_if": {"node": "a", "sign": ">"}}, "điều kiện: cần đúng một trong points, percent"),
        (
            {"only_if": {"node": "a", "input": "count"}},
            "điều kiện: cần đúng một danh sách in hoặc not_in",
        ),
        (
            {"only_if": {"node": "a", "input": "count", "in": [0.5]}},
            "điều kiện: các giá trị so sánh phải là chữ, số hoặc true, false",
        ),
        (
            {"only_if": {"node": "z", "sign": ">", "points": "1"}},
            "nói đến mục “z”, không có trong bảng",
        ),
        (
            {"only_if": {"node": "a", "input": "met", "in": [True]}},
            "mục “a” không có dữ kiện “met”",
        ),
        ({"only_if": {"node": "a", "sign": ">", "points": "1"}}, "phụ thuộc vòng quanh: a → a"),
        ({"periods": {"labels": []}}, "“periods” phải có danh sách “labels”"),
        ({"periods": {"labels": ["x"] * 13}}, "“periods”: nhiều nhất 12 kỳ"),
        (
            {"periods": {"labels": ["x"], "combine": "max"}},
            "theo kỳ: “cách gộp” phải là một trong: sum, mean, last",
        ),
        ({"evidence": True}, "“evidence” phải là một đối tượng"),
        (
            {"evidence": {"without": "deduct"}},
            "tài liệu kiểm chứng: thiếu “trừ mỗi tài liệu” (each)",
        ),
        ({"bonus_cap": "3"}, "“bonus_cap” chỉ dùng cho mục có tiêu chí con"),
        ({"parts": "x"}, "“parts” phải là danh sách"),
        ({"parts": []}, "chưa có cách tính điểm"),
        ({"parts": ["x"]}, "mỗi cách tính phải là một đối tượng"),
        ({"parts": [{}]}, "thiếu “kind”"),
        ({"parts": [{"kind": "magic"}]}, "không có cách tính nào tên “magic”"),
        ({"parts": [{"kind": ["yes_no"]}]}, "không có cách tính nào tên “['yes_no']”"),
        ({"parts": [LOST] * 21}, "có hơn 20 cách tính"),
        (
            {"children": [leaf(LOST, key="b")]},
            "một mục có tiêu chí con thì không có cách tính riêng",
        ),
    ],
)
def test_criterion_that_cannot_be_read(changes, message):
    assert wrong_leaf(LOST, **changes) == [message]


ROW = {"label": "A", "points": "1"}


@pytest.mark.parametrize(
    ("part", "message"),
    [
        ({"kind": "deduct"}, "thiếu “điểm mỗi trường hợp” (points)"),
        ({"kind": "deduct", "points": "1", "each": "2"}, "không có mục nào tên “each”"),
        ({"kind": "checklist", "options": []}, "“các trường hợp” phải là một danh sách không rỗng"),
        ({"kind": "checklist", "options": [1]}, "“các trường hợp”, dòng 1: phải là một đối tượng"),
        (
            {"kind": "checklist", "options": [{"label": "A"}]},
            "các trường hợp dòng 1: thiếu “điểm” (points)",
        ),
        (
            {"kind": "checklist", "options": [ROW | {"key": "a b"}]},
            "các trường hợp dòng 1: khóa chỉ gồm chữ không dấu, chữ số, dấu chấm, gạch nối, "
            "gạch dưới đơn",
        ),
        (
            {"kind": "checklist", "options": [ROW | {"key": "x"}, ROW | {"key": "x"}]},
            "“các trường hợp”: “x” có hai lần",
        ),
        ({"kind": "checklist", "options": [ROW] * 101}, "“các trường hợp” có hơn 100 dòng"),
        (
            {"kind": "tiers", "bands": [{"at_least": "1", "more_than": "2", "points": "3"}]},
            "các mức dòng 1: chỉ dùng một trong at_least, more_than",
        ),
        (
            {"kind": "rank_bands", "bands": [{"first": "1.5", "points": "1"}]},
            "các bậc hạng dòng 1: “từ hạng” phải là số nguyên",
        ),
        (
            {"kind": "late_per_day", "points": "1", "documents": [{"label": "x", "due": "30-02"}]},
            "văn bản và hạn dòng 1: “hạn”: không có ngày 30-02",
        ),
        (
            {"kind": "deadline", "due": "@someday", "on_time": "1", "late": "0"},
            "“hạn” phải có dạng tháng-ngày như 02-28, hoặc @tên bước",
        ),
        (
            {"kind": "deadline", "due": 228, "on_time": "1", "late": "0"},
            "“hạn” phải có dạng tháng-ngày như 02-28, hoặc @tên bước",
        ),
        ({"kind": "peer", "method": "best"}, "“cách gộp” phải là một trong: mean, median, trimmed"),
        (
            {"kind": "peer", "method": ["mean"]},
            "“cách gộp” phải là một trong: mean, median, trimmed",
        ),
        ({"kind": "step", "size": "0", "points": "1"}, "mỗi bậc phải lớn hơn 0"),
        (
            {"kind": "proportion", "measure": "number"},
            "cách tính theo tỷ lệ chỉ nhận hai số hoặc tỷ lệ %",
        ),
        (
            {"kind": "relative_to_best", "compare": "exceed"},
            "so phần vượt thì phải có kế hoạch chung lớn hơn 0",
        ),
        (
            {"kind": "formula", "formula": "a", "inputs": [{"name": "A", "label": "x"}]},
            "dữ kiện dòng 1: tên dữ kiện chỉ gồm chữ thường không dấu, chữ số, gạch dưới",
        ),
        (
            {"kind": "formula", "formula": "1", "inputs": [{"name": "min", "label": "x"}]},
            "“min” là tên dành riêng của công thức",
        ),
        (
            {"kind": "sum", "parts": [LOST, {"kind": "yes_no"}]},
            "các cách tính trong một nhóm phải cùng là cộng hoặc cùng là trừ",
        ),
        (
            {"kind": "sum", "parts": [LOST | {"bonus": True}]},
            "cách tính 1: không có mục nào tên “bonus”",
        ),
        (
            {"kind": "sum", "parts": [{"kind": "magic"}]},
            "cách tính 1: không có cách tính nào tên “magic”",
        ),
    ],
)
def test_rule_that_cannot_be_read(part, message):
    assert wrong_leaf(part) == [message]


def matrix(**changes):
    bands = [{"at_least": "0", "points": "0"}]
    names = {"row_value": "R", "column_value": "C", "row_bands": bands, "column_bands": bands}
    return {"kind": "matrix", "points": [["10"]]} | names | changes


@pytest.mark.parametrize(
    ("points", "message"),
    [
        ([["10"], ["5"]], "số hàng của bảng điểm khác số mức của hàng"),
        ([["10", "5"]], "số cột của bảng điểm khác số mức của cột"),
        ([[]], "“bảng điểm, mỗi hàng một dòng” phải là một bảng số"),
        ([["-1"]], "“bảng điểm, mỗi hàng một dòng” không được âm"),
        ([["x"]], "“bảng điểm, mỗi hàng một dòng”: “x” không phải là một số."),
    ],
)
def test_matrix_of_the_wrong_shape(points, message):
    assert wrong_leaf(matrix(points=points)) == [message]


def test_sums_inside_sums_have_an_end():
    part = LOST
    for _ in range(50):
        part = {"kind": "sum", "parts": [part]}

    assert wrong_leaf(part) == [
        "cách tính 1, cách tính 1, cách tính 1: cách tính lồng nhau quá 3 lớp"
    ]


def test_rule_is_named_by_its_place_where_there_are_several():
    assert wrong_leaf(LOST, {"kind": "count"}) == [
        "cách tính 2: thiếu “điểm mỗi trường hợp” (points)"
    ]


def test_everything_that_is_wrong_is_found_at_once():
    raw = document("b_100")
    raw["nodes"][0]["children"][0]["parts"][0]["kind"] = "magic"
    node_of(raw, "I.2")["max"] = "mười"
    node_of(raw, "II.4")["parts"][0] |= {"due": "31-01", "late": None}
    node_of(raw, "IV.1")["parts"] = []
    raw["rounding"] = {"places": 9, "mode": "up"}
    raw["gates"][0]["effect"] = "banish"
    raw["classes"].append({"name": ""})
    raw["base_max"] = "99"

    found = [(where.split(" ")[0], message) for where, message in errors(raw)]

    assert found == [
        ("Bảng", "làm tròn: “cách” phải là một trong: half_up, down"),
        ("Bảng", "làm tròn: nhiều nhất đến 6 chữ số thập phân"),
        ("I.1", "cách tính 1: không có cách tính nào tên “magic”"),
        ("I.2", "“điểm tối đa”: “mười” không phải là một số."),
        ("II.4", "“hạn”: không có ngày 31-01"),
        ("II.4", "thiếu “điểm khi trễ hạn” (late)"),
        ("IV.1", "chưa có cách tính điểm"),
        (
            "Điều",
            "“hệ quả” phải là một trong: not_ranked, not_eligible, suspend, cap_class, lower_class",
        ),
        ("Xếp", "thiếu “tên” (name)"),
        ("Xếp", "mức “Trung bình” không có ngưỡng nên mức dưới nó không ai vào"),
    ]


def test_sums_over_what_could_not_be_read_are_left_alone():
    raw = document("b_100")
    node_of(raw, "I.2")["max"] = "mười"
    node_of(raw, "II.3")["max"] = "4"

    assert errors(raw) == [
        (
            "I.2 Thực hiện chương trình, kế hoạch công tác năm đã đăng ký",
            "“điểm tối đa”: “mười” không phải là một số.",
        ),
        ("II Cải cách hành chính, chuyển đổi số", "các mục cộng lại 16 điểm, nhóm ghi 15"),
    ]


def test_first_of_them_is_raised_on_loading():
    raw = document("b_100")
    node_of(raw, "I.2")["max"] = "mười"

    with pytest.raises(rules.Malformed) as caught:
        rules.load(raw)

    assert str(caught.value) == (
        "I.2 Thực hiện chương trình, kế hoạch công tác năm đã đăng ký: "
        "“điểm tối đa”: “mười” không phải là một số."
    )
    assert (caught.value.key, caught.value.where[:3]) == ("I.2", "I.2")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"nodes": []}, "thiếu danh sách “nodes”"),
        ({"nodes": {}}, "thiếu danh sách “nodes”"),
        ({"nodes": [5]}, "mục thứ 1 phải là một đối tượng"),
        ({"name": ""}, "thiếu “tên bảng” (name)"),
        ({"base_max": None}, "thiếu “thang điểm” (base_max)"),
        ({"floor": "low"}, "“điểm thấp nhất”: “low” không phải là một số."),
        ({"rounding": 2}, "“rounding” phải là một đối tượng"),
        ({"normalise": "leaf"}, "“quy đổi” phải là một trong: total, group"),
        ({"gates": {}}, "“gates” phải là danh sách đối tượng"),
        ({"classes": [1]}, "“classes”, dòng 1 phải là một đối tượng"),
        ({"extra": 1}, "không có mục nào tên “extra”"),
    ],
)
def test_table_that_cannot_be_read(changes, message):
    raw = {"name": "Bảng", "base_max": "10", "nodes": [leaf(LOST)]} | changes

    with pytest.raises(rules.Malformed) as caught:
        rules.load(raw)

    assert caught.value.message == message


@pytest.mark.parametrize("raw", [None, [], "x", 5, True])
def test_what_is_no_document(raw):
    with pytest.raises(rules.Malformed, match="phải là một đối tượng JSON"):
        rules.load(raw)


def test_group_takes_none_of_a_criterions_settings():
    raw = {
        "name": "Bảng",
        "base_max": "10",
        "nodes": [group("I", leaf(LOST), na="full", only_if={})],
    }
    raw["nodes"][0]["evidence"] = {"required": True}

    assert errors(raw) == [
        ("I Nhóm I", "“na” chỉ dùng cho tiêu chí không có mục con"),
        ("I Nhóm I", "“evidence” chỉ dùng cho tiêu chí không có mục con"),
    ]


def test_children_stay_in_the_section_of_their_group():
    raw = {"name": "Bảng", "base_max": "10", "nodes": [group("I", leaf(LOST, section="bonus"))]}

    assert errors(raw)[0] == ("a Mục a", "mục con phải cùng phần với mục cha")


def test_keys_are_used_once():
    raw = {"name": "Bảng", "base_max": "20", "nodes": [leaf(LOST), leaf(LOST, code="b")]}

    assert errors(raw) == [("b Mục a", "khóa “a” có hai lần")]


def test_tree_has_an_end():
    deep = leaf(LOST)
    for place in range(400):
        deep = group(f"g{place}", deep)
    wide = [leaf(LOST, key=f"k{place}") for place in range(600)]

    for nodes in ([deep], wide):
        with pytest.raises(rules.Malformed, match="hơn 500 mục hoặc sâu hơn 6 cấp"):
            rules.load({"name": "Bảng", "base_max": "10", "nodes": nodes})


def depends(key, on):
    return leaf(LOST, key=key, only_if={"node": on, "sign": ">", "points": "1"})


@pytest.mark.parametrize(
    ("nodes", "circle"),
    [
        ([depends("a", "b"), depends("b", "a")], "a → b → a"),
        ([depends("a", "b"), depends("b", "c"), depends("c", "b")], "b → c → b"),
        ([group("I", depends("a", "I"), leaf(LOST, key="b"))], "I → a → I"),
        ([group("I", depends("a", "b")), group("II", depends("b", "I"))], "I → a → b → I"),
    ],
)
def test_criteria_never_wait_for_themselves(nodes, circle):
    with pytest.raises(rules.Malformed) as caught:
        table(*copy.deepcopy(nodes))

    assert caught.value.message == f"phụ thuộc vòng quanh: {circle}"


def test_criteria_depend_on_a_short_chain_only():
    chain = [leaf(LOST, key="k0"), *(depends(f"k{n}", f"k{n - 1}") for n in range(1, 40))]

    with pytest.raises(rules.Malformed, match="phụ thuộc nối tiếp quá 30 mục"):
        table(*chain)


def test_gates_and_tie_breaks_name_what_is_there():
    raw = document("b_100")
    raw["gates"][3]["when"][0]["node"] = "III.9"
    raw["gates"][3]["when"][1]["input"] = "level"
    raw["gates"][4]["when"]["node"] = "X"
    raw["tie_break"][0]["node"] = "Y"
    raw["tie_break"][3]["input"] = "place"

    assert errors(raw) == [
        ("Điều kiện G4", "nói đến mục “III.9”, không có trong bảng"),
        ("Điều kiện G4", "mục “III.2” không có dữ kiện “level”"),
        ("Điều kiện G5", "nói đến mục “X”, không có trong bảng"),
        ("Xét khi bằng điểm, dòng 1", "nói đến mục “Y”, không có trong bảng"),
        ("Xét khi bằng điểm, dòng 4", "mục “II.1” không có dữ kiện “place”"),
    ]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"key": "a b", "effect": "suspend"}, "khóa “a b” có hai lần hoặc không hợp lệ"),
        ({"effect": "cap_class"}, "thiếu “mức xếp loại” (class)"),
        ({"effect": "suspend", "when": 5}, "“when” phải là một điều kiện hoặc danh sách điều kiện"),
        ({"effect": "suspend", "when": [5]}, "điều kiện phải là một đối tượng"),
        ({"effect": "suspend", "until": "x"}, "không có mục nào tên “until”"),
    ],
)
def test_gate_that_cannot_be_read(row, message):
    raw = document("b_100") | {"gates": [{"key": "G", "name": "x"} | row]}

    assert [found for _where, found in errors(raw)] == [message]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"by": "luck"}, None),
        ({"by": "node"}, "thiếu “mục” (node)"),
        ({"by": "fact", "node": "II.1"}, "thiếu “dữ kiện” (input)"),
        ({"by": "bonus", "order": "up"}, "“thứ tự” phải là một trong: higher, lower"),
    ],
)
def test_tie_break_that_cannot_be_read(row, message):
    found = errors(document("b_100") | {"tie_break": [row]})

    assert len(found) == 1
    assert message is None or found[0][1] == message


# Facts


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"value": {}}, "không có mục nào tên “value”"),
        ({"unit": 5}, "“unit” phải là chữ"),
        ({"values": []}, "“values” phải là một đối tượng"),
        ({"values": {"a": "x"}}, "“a” phải là một đối tượng"),
        ({"na": {"a": None}}, "“na” phải là chữ"),
        ({"evidence": {"a": 1.5}}, "“evidence, a”: cần một số viết đúng dạng, như “0.5”."),
        ({"evidence": {"a": "1.5"}}, "“evidence, a” phải là số nguyên"),
        ({"evidence": {"a": "-1"}}, "“evidence, a” không được âm"),
        ({"overrides": {"a": "9"}}, "“overrides” phải là một đối tượng"),
        ({"overrides": {"a": {"points": "NaN"}}}, "“overrides”: “NaN” không phải là một số."),
        ({"gates": {"G": "maybe"}}, "trạng thái điều kiện phải là một trong: hit, clear, awaited"),
        (
            {"gates": {"G": {"state": ["hit"]}}},
            "trạng thái điều kiện phải là một trong: hit, clear, awaited",
        ),
        ({"targets": {}}, "“targets” phải là một danh sách"),
        ({"targets": [{"label": "x"}]}, "“plan”: cần một số viết đúng dạng, như “0.5”."),
        ({"targets": [{"label": "x", "plan": "-1"}]}, "“plan” không được âm"),
        ({"targets": [{"label": "x", "plan": "1", "weight": "1e999"}]}, None),
        (
            {"targets": [{"key": "t", "label": "x", "plan": "1"}] * 2},
            "“targets” có hai chỉ tiêu cùng khóa",
        ),
        ({"peers": {"a": {"snv": "inf"}}}, "“peers”: “inf” không phải là một số."),
        ({"ranks": {"conference": "x"}}, "“ranks, conference”: “x” không phải là một số."),
        ({"women_percent": 70.5}, "“women_percent”: cần một số viết đúng dạng, như “0.5”."),
    ],
)
def test_facts_that_cannot_be_read(changes, message):
    with pytest.raises(rules.Malformed) as caught:
        rules.load_facts({"unit": "stc"} | changes)

    assert caught.value.where == "Dữ kiện"
    assert message is None or caught.value.message == message


def test_facts_that_the_table_does_not_ask_for_are_named():
    criteria = rules.load(document("b_100"))
    facts = rules.load_facts(
        {
            "values": {"I.1": {"done": "1", "don": "1"}, "I": {"x": "1"}, "X": {}},
            "na": {"Y": "x"},
            "evidence": {"I": 1},
            "peers": {"Z": {}},
            "gates": {"G9": "hit"},
        }
    )

    assert rules.unknown_facts(criteria, facts) == [
        "Tiêu chí I.1: không có dữ kiện “don”.",
        "Không có tiêu chí nào mang khóa “I”.",
        "Không có tiêu chí nào mang khóa “X”.",
        "Không có tiêu chí nào mang khóa “Y”.",
        "Không có tiêu chí nào mang khóa “I”.",
        "Không có tiêu chí nào mang khóa “Z”.",
        "Không có điều kiện nào mang khóa “G9”.",
    ]
