"""The worked example of the field's description: a unit without PAR INDEX and without procedures."""

from decimal import Decimal

import pytest

from scoring import rules
from tests.scoring.rules.tables import DAYS, document, node_of, worked_example

D = Decimal


@pytest.fixture(scope="module")
def card():
    return rules.evaluate(rules.load(document("b_100")), rules.load_facts(worked_example()), DAYS)


@pytest.mark.parametrize(
    ("key", "points", "words"),
    [
        (
            "I.1",
            "13.47",
            "Hoàn thành đúng hạn: 137/142 = 96,48 % × 15 = 14,47; "
            "trừ nhiệm vụ quá hạn chưa xong: 2 × 0,5 = 1; còn: 14,47 − 1 = 13,47",
        ),
        ("I.2", "9.79", "Việc hoàn thành: 46/47 = 97,87 % × 10 = 9,79"),
        (
            "I.3",
            "6.5",
            "trừ văn bản bị trả lại do sai thể thức, thẩm quyền hoặc nội dung: 3 × 0,5 = 1,5; "
            "trừ văn bản bị cơ quan có thẩm quyền bãi bỏ, đình chỉ: 0 × 1 = 0; "
            "còn: 8 − 1,5 − 0 = 6,5",
        ),
        ("I.4", "6", "mức: 95 % ≤ 96 % < 98 %, được 6"),
        ("I.5", "5", "mức: 98 % ≤ 98,2 %, được 5"),
        ("I.6", "5", "không áp dụng, tính đủ điểm tối đa: 5"),
        ("I", "45.76", "cộng: 13,47 + 9,79 + 6,5 + 6 + 5 + 5 = 45,76"),
        ("II.1", None, ""),
        ("II.2", None, ""),
        ("II.3", "2.89", "Văn bản ký số, hồ sơ điện tử (%): 96,4 % × 3 = 2,89"),
        ("II.4", "1", "ngày 03/02/2026, hạn 02/02/2026, trễ hạn: 1"),
        ("II", "3.89", "cộng: 2,89 + 1 = 3,89"),
        ("III.1", "5", "Hoàn thành xuất sắc nhiệm vụ: 5"),
        ("III.2", "1.5", "Hoàn thành tốt nhiệm vụ: 1,5"),
        ("III.3", "3", "đạt 3 trong 3 mục: 1 + 1 + 1 = 3"),
        ("III.4", "3", "không có trường hợp nào: 0; còn: 3 − 0 = 3"),
        ("III.5", "2", "Thực hiện đủ, đúng quy định, có: 2"),
        ("III", "14.5", "cộng: 5 + 1,5 + 3 + 3 + 2 = 14,5"),
        (
            "IV.1",
            "2",
            "trừ đăng ký thi đua, gửi 04/03/2026, hạn 02/03/2026, trễ 2 ngày làm việc: "
            "2 × 0,5 = 1; còn: 3 − 1 = 2",
        ),
        (
            "IV.2",
            "3.5",
            "trừ cử người không đúng thành phần: 1 × 0,5 = 0,5; còn: 4 − 0,5 = 3,5",
        ),
        ("IV.3", "3.5", "trừ báo cáo trễ hạn: 1 × 0,5 = 0,5; còn: 4 − 0,5 = 3,5"),
        ("IV.4", "3", "Từ 2 chuyên đề: 3"),
        (
            "IV.5",
            "3",
            "bài viết được đăng: 5 × 0,5 = 2,5; vượt mức tối đa: 2,5 > 2, tính 2; "
            "Có mô hình, điển hình mới được công nhận, có: 1; cộng: 2 + 1 = 3",
        ),
        ("IV.6", "3", "trừ hồ sơ bị trả lại hoặc trễ hạn: 0 × 0,5 = 0; còn: 3 − 0 = 3"),
        ("IV", "18", "cộng: 2 + 3,5 + 3,5 + 3 + 3 + 3 = 18"),
        ("T1", "1", "Bằng khen của bộ, tỉnh về công trạng: 1"),
        ("T2", "1.5", "sáng kiến, đề tài được công nhận: 3 × 0,5 = 1,5"),
        ("T3", "0.5", "Phó Trưởng khối: 0,5"),
        ("T4", "0", "Đứng đầu PAR INDEX hoặc DTI, không: 0"),
        (
            "T5",
            "0.7",
            "Tỷ lệ vượt chỉ tiêu (%): 7 ≥ 7 × 1, số bậc đủ 7; bậc: 7 × 0,1 = 0,7",
        ),
        ("T6", "1", "Thực hiện an sinh xã hội do tỉnh phát động, có: 1"),
        (
            "P1",
            "0.5",
            "trừ bản tự chấm, gửi 30/11/2026, hạn 27/11/2026, trễ 1 ngày làm việc: 1 × 0,5 = 0,5",
        ),
        (
            "P2",
            "0",
            "Chênh quá 5 điểm so với thẩm định mà không có minh chứng, không: 0",
        ),
    ],
)
def test_each_criterion_and_group_of_the_worked_example(card, key, points, words):
    outcome = card[key]

    assert outcome.points == (points and D(points))
    assert rules.sentence(outcome.steps) == words


def test_total_of_the_worked_example(card):
    assert rules.sentence(card.steps) == (
        "cộng các nhóm: 45,76 + 3,89 + 14,5 + 18 = 82,15; quy đổi: 82,15/90 × 100 = 91,28; "
        "điểm thưởng: 1 + 1,5 + 0,5 + 0 + 0,7 + 1 = 4,7; điểm trừ: 0,5 + 0 = 0,5; "
        "tổng điểm: 91,28 + 4,7 − 0,5 = 95,48"
    )
    assert (card.earned, card.applicable, card.scaled) == (D("82.15"), D(90), D("91.28"))
    assert (card.bonus, card.penalty, card.total) == (D("4.7"), D("0.5"), D("95.48"))
    assert (card.class_name, card.class_note) == ("Xuất sắc", "")
    assert card.is_complete and not card.is_provisional


def test_gates_of_the_worked_example(card):
    assert [(one.gate.key, one.state, one.reason) for one in card.gates] == [
        ("G1", "clear", ""),
        ("G2", "clear", ""),
        ("G3", "clear", ""),
        ("G4", "hit", "III.2: Hoàn thành tốt nhiệm vụ"),
        ("G5", "clear", ""),
    ]


def test_full_marks_for_what_does_not_apply_give_another_total():
    raw = document("b_100")
    for key in ("II.1", "II.2"):
        node_of(raw, key)["na"] = "full"

    card = rules.evaluate(rules.load(raw), rules.load_facts(worked_example()), DAYS)

    assert card["II"].points == D("13.89")
    assert (card.earned, card.applicable, card.scaled) == (D("92.15"), D(100), D("92.15"))
    assert card.total == D("96.35")


def test_group_is_brought_up_to_its_own_maximum_where_the_table_says_so():
    raw = document("b_100") | {"normalise": "group"}

    card = rules.evaluate(rules.load(raw), rules.load_facts(worked_example()), DAYS)

    # 3,89 of 5 applicable points of group II are 11,67 of its 15.
    assert "quy đổi II: 3,89/5 × 15 = 11,67" in rules.sentence(card.steps)
    assert card.total == D("45.76") + D("11.67") + D("14.5") + D(18) + D("4.7") - D("0.5")
