"""What papers say: the sentences of the minutes, notes, totals, blanks that hands fill in."""

from dataclasses import replace
from decimal import Decimal

import pytest

from scoring import rules
from scoring.papers.content import plain
from scoring.papers.given import Document
from scoring.papers.unit_papers import finding
from tests.scoring.papers import samples


def sentences(paper):
    return {one.key: one.sentence for group in paper.groups for one in group.findings}


def external(maximum, section="base"):
    node = {"key": "a4", "code": "a4", "name": "Mục", "section": section, "max": maximum}
    document = {
        "name": "Bảng",
        "base_max": "100",
        "nodes": [node | {"parts": [{"kind": "external"}]}],
    }
    return rules.load(document).by_key["a4"]


# Minutes


@pytest.mark.parametrize(
    ("points", "bonus", "sentence"),
    [
        ("5.5", "2", "điểm chuẩn 3,5 điểm, cộng 2 điểm, thống nhất đạt 5,5 điểm"),
        ("3.5", "0", "điểm chuẩn 3,5 điểm, thống nhất đạt 3,5 điểm"),
        ("2", "0", "điểm chuẩn 3,5 điểm, trừ 1,5 điểm, thống nhất đạt 2 điểm"),
        ("3", "1", "điểm chuẩn 3,5 điểm, trừ 1,5 điểm, cộng 1 điểm, thống nhất đạt 3 điểm"),
        ("4", "0", "điểm chuẩn 3,5 điểm, cộng 0,5 điểm, thống nhất đạt 4 điểm"),
        ("0", "0", "điểm chuẩn 3,5 điểm, trừ 3,5 điểm, thống nhất đạt 0 điểm"),
    ],
)
def test_finding_says_maximum_less_lost_plus_added(points, bonus, sentence):
    outcome = rules.Outcome(external("3.5"), Decimal(points), Decimal("3.5"), bonus=Decimal(bonus))

    assert finding(outcome) == sentence


@pytest.mark.parametrize(
    ("section", "points", "sentence"),
    [
        ("bonus", "1.5", "tối đa 3 điểm, thống nhất cộng 1,5 điểm"),
        ("bonus", "0", "tối đa 3 điểm, thống nhất không cộng"),
        ("penalty", "0.5", "tối đa 3 điểm, thống nhất trừ 0,5 điểm"),
        ("penalty", "0", "tối đa 3 điểm, thống nhất không trừ"),
    ],
)
def test_finding_of_bonus_and_penalty(section, points, sentence):
    outcome = rules.Outcome(external("3", section), Decimal(points), Decimal(3))

    assert finding(outcome) == sentence


def test_minutes_say_what_differs_and_why_and_what_is_not_agreed():
    said = sentences(samples.minutes_of())

    assert said["I.3"] == (
        "Mục I.3: điểm chuẩn 8 điểm, trừ 1,5 điểm, thống nhất đạt 6,5 điểm; đơn vị tự chấm 8 điểm;"
        " lý do: ba văn bản bị trả lại."
    )
    assert said["I.4"] == "Mục I.4: điểm chuẩn 7 điểm, trừ 1 điểm, thẩm định đạt 6 điểm."
    assert said["II.2"].startswith("Mục II.2: không áp dụng (đơn vị không có thủ tục hành chính)")


def test_minutes_close_with_total_in_words_and_signatures():
    paper = samples.minutes_of()

    assert paper.total_line == (
        "Tổng điểm thẩm định: 95,48 điểm (bằng chữ: chín mươi lăm phẩy bốn mươi tám điểm)."
        " Xếp loại: Xuất sắc."
    )
    assert paper.closing.endswith(
        "03 bản, có giá trị như nhau, được các bên thống nhất thông qua./."
    )
    assert [one.titles[-1] for one in paper.signatures] == [
        *("CHỦ TRÌ", "GHI BIÊN BẢN", "ĐƠN VỊ ĐƯỢC KIỂM TRA"),
    ]


def test_minutes_leave_lines_for_an_opinion_until_the_unit_answered():
    before, after = samples.minutes_of(answered=False), samples.minutes_of()

    assert (len(before.blank_lines), before.opinions) == (4, ())
    assert after.blank_lines == ()
    assert after.opinions[0] == (
        "Mục I.3: đơn vị giải trình: Một văn bản bị trả lại do cơ quan phối hợp gửi muộn."
        " Giữ nguyên điểm: đơn vị chủ trì chịu trách nhiệm."
    )


# Tables


def test_self_table_has_every_node_and_both_stages():
    paper = samples.self_table_of()
    rows = {row.key: row for row in paper.rows}

    assert [row.key for row in paper.rows if row.kind != "section"] == list(
        samples.criteria().by_key
    )
    assert [share.points.text for share in rows["I.3"].shares] == ["8", "6,5"]
    assert [share.points.text for share in rows["II.1"].shares] == ["–", "–"]
    assert rows["II.1"].note == "Không áp dụng: đơn vị không thuộc diện xếp hạng chỉ số CCHC"
    assert [figure.text for figure in paper.totals[-1].figures] == ["97,14", "95,48"]


def test_self_table_leaves_the_verified_column_empty_before_its_time():
    paper = samples.self_table_of(verified=False)

    assert paper.empty_stage == "Thẩm định"
    assert {len(row.shares) for row in paper.rows} == {0, 1}
    assert "Xếp loại theo điểm thẩm định" not in paper.class_line


def test_scale_is_printed_only_where_something_does_not_apply():
    scaled = samples.self_table_of("vp-dbqh-hdnd").totals
    whole = samples.self_table_of("stc").totals

    assert [line.key for line in whole if line.printed] == ["earned", "bonus", "penalty", "total"]
    assert all(line.printed for line in scaled)


def test_unfinished_card_says_what_is_missing():
    paper = samples.self_table_of("tt", verified=False)

    assert any(note.startswith("Còn 19 tiêu chí chưa đủ dữ kiện: III.1") for note in paper.notes)
    assert any(note.startswith("Điều kiện G3") for note in paper.notes)


def test_summary_orders_units_and_says_why():
    paper = samples.summary_of()

    assert [(row.place.text, row.short, row.total.text) for row in paper.rows] == [
        ("1", "Sở Tài chính", "103,37"),
        ("1", "Văn phòng UBND tỉnh", "103,37"),
        ("3", "Sở Nội vụ", "101,63"),
        ("4", "VP Đoàn ĐBQH và HĐND tỉnh", "95,48"),
        ("5", "Sở Tư pháp", "65,13"),
        ("–", "Thanh tra tỉnh", "65"),
    ]
    assert paper.notes[0] == (
        "Sở Tài chính và Văn phòng UBND tỉnh cùng 103,37 điểm và bằng nhau ở mọi bước xét, nên cùng"
        " hạng."
    )
    assert paper.rows[2].note == "G4: không xét Cờ thi đua. Tạm tính"


# Heads and blanks


def test_number_and_day_wait_for_the_clerk():
    paper = samples.report_of("stc", dated_on=None)

    assert " ".join(paper.number.split()) == "Số: /BC-STC"
    assert " ".join(paper.dateline.split()) == "Cao Bằng, ngày tháng năm 2026"


def test_report_carries_proof_and_the_units_answers():
    paper = samples.report_of()
    [first, *_rest] = paper.groups[0].items

    assert first.evidence[0] == (
        "Số 1234/BC-STC ngày 20/11/2026 của Sở Tài chính, kết quả thực hiện nhiệm vụ được giao năm"
        " 2026, trang 3-5"
    )
    assert "137/142 = 96,48 % × 15 = 14,47" in first.paragraphs[0]
    assert paper.answers[1].endswith("Đơn vị bảo lưu ý kiến.")
    assert paper.closing.endswith("./.")


@pytest.mark.parametrize(
    ("document", "citation", "brief"),
    [
        (Document(number="5/KH", pages="2"), "Số 5/KH, trang 2", "5/KH"),
        (Document(file_name="bao cao.pdf"), "bao cao.pdf", "bao cao.pdf"),
        (Document(file_name="a.pdf", summary="Kế hoạch"), "Kế hoạch", "Kế hoạch"),
    ],
)
def test_document_is_cited_by_number_summary_or_file(document, citation, brief):
    assert (document.citation, document.brief) == (citation, brief)


def test_plain_content_keeps_numbers_exact():
    [first, *_rest] = plain(samples.summary_of())["rows"]

    assert first["total"] == {"value": "103.37", "text": "103,37"}
    assert first["groups"][1] == {"value": "14.87", "text": "14,87"}


def test_draft_mark_is_the_settings_own():
    drafted = replace(samples.SETTING, draft_mark="DỰ THẢO")

    assert samples.summary_of(draft_mark=drafted.draft_mark).draft_mark == "DỰ THẢO"
