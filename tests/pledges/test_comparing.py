"""The difference of two versions, clause by clause and word by word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pledges import changes, writing
from pledges.comparing import Change, Clause, Span, clauses_of, compare, words_changed
from tests.factories import PaperFactory, lead_of, officer_of

SECTIONS = "Các mục nội dung"


def section(name, said):
    return Clause(SECTIONS, name, name, f"{name}\n{said}")


def test_changed_number_is_shown_among_the_words_that_stay():
    old, new = section("Nhiệm vụ", "Từ 95% đúng hạn."), section("Nhiệm vụ", "Từ 90% đúng hạn.")

    (change,) = compare([old], [new])

    assert (change.kind, change.label) == ("changed", "Nhiệm vụ")
    assert [(span.kind, span.text) for span in change.spans] == [
        ("kept", "Nhiệm vụ\nTừ "),
        ("removed", "95% "),
        ("added", "90% "),
        ("kept", "đúng hạn."),
    ]


def test_text_with_little_in_common_is_shown_whole():
    spans = words_changed("Một hai ba bốn năm.", "Hoàn toàn khác hẳn bản trước.")

    assert spans == (
        Span("removed", "Một hai ba bốn năm."),
        Span("added", "Hoàn toàn khác hẳn bản trước."),
    )


def test_added_and_removed_clauses_are_told_apart():
    old = [section("Nhiệm vụ", "Đúng hạn."), section("Tiết kiệm", "Công khai tài chính.")]
    new = [section("Nhiệm vụ", "Đúng hạn."), section("Chuyển đổi số", "Trực tuyến toàn trình.")]

    changed = compare(old, new)

    assert [(change.kind, change.label) for change in changed] == [
        ("added", "Chuyển đổi số"),
        ("removed", "Tiết kiệm"),
    ]


def test_clause_under_another_heading_is_the_same_clause():
    said = "100% nhiệm vụ được giao đúng hạn, không có nhiệm vụ quá hạn."

    (change,) = compare([section("Nhiệm vụ", said)], [section("Nhiệm vụ chính trị", said)])

    assert change.kind == "changed"


def test_clauses_that_only_change_places_say_so():
    first, second = section("Một", "Nội dung một."), section("Hai", "Việc khác hẳn.")

    assert compare([first, second], [second, first]) == [
        Change("moved", "Các mục nội dung: thứ tự thay đổi")
    ]


WORDS = st.text("abc \n", max_size=40)


@given(WORDS, WORDS)
def test_spans_give_both_texts_back(before, after):
    spans = words_changed(before, after)

    assert "".join(span.text for span in spans if span.kind != "added") == before
    assert "".join(span.text for span in spans if span.kind != "removed") == after


@given(st.lists(st.tuples(st.sampled_from("abcdef"), WORDS), max_size=6, unique_by=lambda c: c[0]))
def test_text_does_not_differ_from_itself(rows):
    clauses = [Clause("Mục", name, name, said) for name, said in rows]

    assert compare(clauses, clauses) == []


@pytest.mark.django_db
def test_new_version_says_what_the_old_one_said_until_it_is_rewritten():
    paper = PaperFactory(signing=True, place="Hội trường A")
    by = officer_of(lead_of(paper.year))
    draft = changes.new_version(paper, by=by, reason="Sửa chỉ tiêu.")

    assert compare(clauses_of(paper), clauses_of(draft)) == []

    with writing.editing(draft, by=by, summary="Sửa."):
        target = draft.targets.first()
        target.plan = 95
        target.save()
        draft.place = ""
        draft.save(update_fields=["place"])

    assert [
        (change.kind, change.label) for change in compare(clauses_of(paper), clauses_of(draft))
    ] == [
        ("changed", "Chỉ tiêu của Sở Thử nghiệm 1"),
        ("removed", "Địa điểm ký"),
    ]
