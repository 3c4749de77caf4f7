"""How a pledge comes to be: begun, copied forward, its legal bases, remarks, adoption."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from khoithidua.models import AuditEntry
from pledges import writing
from pledges.models import Comment, RegisteredTitle
from scoring.demo.loading import _legal_bases
from tests.factories import (
    CommentFactory,
    EmulationYearFactory,
    LegalBasisFactory,
    MembershipFactory,
    PaperFactory,
    TitleFactory,
    UnitFactory,
    UnitSuccessionFactory,
    deputy_of,
    lead_of,
    officer_of,
)

pytestmark = pytest.mark.django_db


def begin(year, **changes):
    return writing.begin_pledge(year=year, by=officer_of(lead_of(year)), **changes)


def last_entry():
    return AuditEntry.objects.order_by("-pk").first()


# Beginning


def test_pledge_begun_empty_has_the_usual_headings_and_nothing_else():
    year = EmulationYearFactory(members=3)

    paper = begin(year)

    assert (paper.state, paper.version, paper.revision) == ("draft", 1, 0)
    assert [row.heading for row in paper.sections.all()] == list(writing.STANDARD_SECTIONS)
    assert not paper.sections.exclude(body="").exists()
    assert not paper.targets.exists()
    assert paper.created_by == officer_of(lead_of(year))


def test_pledge_begun_is_dated_by_the_calendar_and_counts_its_copies():
    year = EmulationYearFactory(members=3)

    paper = begin(year)

    assert paper.dated_on == date(2026, 4, 1)
    assert paper.copies == 5
    assert "lưu tại Trưởng khối 01 bản" in paper.copies_note
    assert paper.recipients.startswith("Ban Thi đua, khen thưởng;")


@pytest.mark.parametrize(("number", "day"), [(2026, date(2026, 4, 6)), (2027, date(2027, 1, 1))])
def test_pledge_of_a_year_without_calendar_is_dated_today_or_when_the_year_begins(number, day):
    year = EmulationYearFactory(number=number, phases=False)

    assert begin(year).dated_on == day


def test_pledge_begun_is_in_the_record():
    year = EmulationYearFactory()

    paper = begin(year)

    entry = last_entry()
    assert (entry.action, entry.chain, entry.target) == (
        "paper.begin",
        year.audit_chain,
        f"{year.audit_chain}/pledge/1",
    )
    assert entry.actor == paper.created_by.username
    assert entry.after == {"copied_from": ""}


def test_pledge_begun_after_one_was_withdrawn_is_the_next_version():
    old = PaperFactory(withdrawn=True)

    paper = begin(old.year)

    assert paper.version == 2


def test_second_live_pledge_of_a_year_is_refused():
    draft = PaperFactory()

    with pytest.raises(ValidationError, match="đã có"):
        begin(draft.year)

    assert draft.year.papers.count() == 1


# Copying forward


@pytest.fixture
def old():
    """Last year's pledge of three units, each with a target and a title."""
    year = EmulationYearFactory(number=2025, members=3)
    paper = PaperFactory(year=year, dated_on=date(2025, 4, 8))
    title = TitleFactory()
    for member in paper.year.memberships.all():
        RegisteredTitle.objects.create(paper=paper, unit=member.unit, title=title)
    return paper


def year_after(paper, *units):
    """2026 of the same bloc, with these members: the first leads."""
    year = EmulationYearFactory(bloc=paper.year.bloc, number=2026, members=0)
    for number, unit in enumerate(units):
        MembershipFactory(year=year, unit=unit, role="member" if number else "lead")
    return year


def units_of(paper):
    return [row.unit for row in paper.year.memberships.in_protocol_order()]


def test_copied_forward_keeps_text_and_leaves_state_behind(old):
    paper = begin(year_after(old, *units_of(old)), copied_from=old)

    assert [(row.heading, row.body) for row in paper.sections.all()] == [
        (row.heading, row.body) for row in old.sections.all()
    ]
    assert paper.arrangements == old.arrangements
    assert (paper.state, paper.version, paper.dated_on) == ("draft", 1, date(2026, 4, 1))
    assert last_entry().after == {"copied_from": old.audit_path}


def test_copied_forward_takes_targets_and_titles_of_members_that_stay(old):
    paper = begin(year_after(old, *units_of(old)), copied_from=old)

    assert set(paper.targets.values_list("unit", "name", "measure", "plan", "weight")) == set(
        old.targets.values_list("unit", "name", "measure", "plan", "weight")
    )
    assert set(paper.registered_titles.values_list("unit", "title")) == set(
        old.registered_titles.values_list("unit", "title")
    )


def test_copied_forward_moves_targets_to_the_successor_through_two_changes(old):
    first, gone, other = units_of(old)
    between, heir = UnitFactory(), UnitFactory(staffed=True)
    UnitSuccessionFactory(predecessor=gone, successor=between, effective_on=date(2025, 3, 1))
    UnitSuccessionFactory(predecessor=between, successor=heir, effective_on=date(2025, 7, 1))

    paper = begin(year_after(old, first, heir, other), copied_from=old)

    assert set(paper.targets.values_list("unit__slug", flat=True)) == {
        first.slug,
        heir.slug,
        other.slug,
    }


def test_copied_forward_gives_merged_units_both_targets_and_one_title(old):
    first, gone, other = units_of(old)
    UnitSuccessionFactory(predecessor=gone, successor=other)

    paper = begin(year_after(old, first, other), copied_from=old)

    assert paper.targets.filter(unit=other).count() == 2
    assert paper.registered_titles.filter(unit=other).count() == 1


def test_copied_forward_leaves_out_units_that_nobody_succeeded(old):
    first, gone, other = units_of(old)
    UnitSuccessionFactory(predecessor=gone, successor=None, kind="dissolve")

    paper = begin(year_after(old, first, other), copied_from=old)

    assert not paper.targets.filter(unit=gone).exists()
    assert not paper.registered_titles.filter(unit=gone).exists()
    assert paper.targets.count() == 2


def test_copied_forward_ignores_a_succession_that_is_still_to_come(old):
    first, gone, other = units_of(old)
    UnitSuccessionFactory(predecessor=gone, successor=other, effective_on=date(2026, 7, 1))

    paper = begin(year_after(old, first, other), copied_from=old)

    assert paper.targets.filter(unit=other).count() == 1


def test_copied_forward_takes_legal_bases_anew(old):
    LegalBasisFactory(citation="Luật cũ", in_force_to=date(2025, 12, 31))
    LegalBasisFactory(citation="Luật mới", in_force_from=date(2026, 1, 1))
    writing.take_bases(old)

    paper = begin(year_after(old, *units_of(old)), copied_from=old)

    assert [row.text for row in old.bases.all()] == ["Căn cứ Luật cũ"]
    assert [row.text for row in paper.bases.all()] == ["Căn cứ Luật mới"]


# Legal bases of the demonstration data

LAW_2003, LAW_2022, LAW_2026 = "ngày 26 tháng 11 năm 2003", "06/2022/QH15", "06/2026/QH16"
RULES_2026 = ("kiện toàn các cụm, khối thi đua (trình diễn", "Quy chế tổ chức và hoạt động")

# Texts of the field that a paper of 2018 must not cite: (kind, citation, from, to).
TRAPS = (
    ("decree", "Nghị định số 42/2010/NĐ-CP", date(2010, 6, 1), date(2017, 9, 30)),
    ("decree", "Nghị định số 65/2014/NĐ-CP", date(2014, 8, 15), date(2017, 9, 30)),
    ("circular", "Thông tư số 07/2014/TT-BNV", date(2014, 10, 15), date(2017, 10, 26)),
    ("circular", "Thông tư số 12/2019/TT-BNV", date(2020, 1, 1), date(2023, 12, 31)),
    ("decree", "Nghị định số 30/2020/NĐ-CP", date(2020, 3, 5), None),
)


@pytest.fixture
def law():
    """A year of the demonstration bloc with all the legal bases that were loaded for it."""
    year = EmulationYearFactory(eight=True, members=1)
    _legal_bases(year.bloc.authority, year.bloc)
    return year


@pytest.mark.parametrize(
    ("day", "cited"),
    [
        (date(2018, 4, 19), (LAW_2003, "91/2017/NĐ-CP", "08/2017/TT-BNV", "348/QĐ-UBND")),
        (date(2026, 4, 8), (LAW_2022, "152/2025/NĐ-CP", "15/2025/TT-BNV", *RULES_2026)),
        (
            date(2026, 12, 8),
            (LAW_2022, LAW_2026, "152/2025/NĐ-CP", "15/2025/TT-BNV", *RULES_2026),
        ),
        (date(2026, 9, 30), (LAW_2022, "152/2025/NĐ-CP", "15/2025/TT-BNV", *RULES_2026)),
        (date(2025, 7, 1), (LAW_2022, "152/2025/NĐ-CP", "01/2024/TT-BNV", "598/QĐ-UBND")),
    ],
)
def test_bases_are_those_in_force_on_the_papers_day_in_printing_order(law, day, cited):
    found = [row.citation for row in writing.bases_for(law, day)]

    assert len(found) == len(cited)
    assert all(mark in citation for citation, mark in zip(found, cited, strict=True))


def test_bases_of_2018_leave_out_what_came_later_or_was_replaced(law):
    for kind, citation, start, end in TRAPS:
        LegalBasisFactory(kind=kind, citation=citation, in_force_from=start, in_force_to=end)

    found = " ".join(row.citation for row in writing.bases_for(law, date(2018, 4, 19)))

    assert not [citation for _kind, citation, *_days in TRAPS if citation in found]
    assert not [number for number in ("598/QĐ", "463/QĐ", LAW_2022, LAW_2026) if number in found]


@pytest.mark.parametrize("mark", [LAW_2026, "98/2023/NĐ-CP", "01/2024/TT-BNV", "348/QĐ", "41-CT"])
def test_bases_of_april_2026_leave_out_what_does_not_hold(law, mark):
    found = " ".join(row.citation for row in writing.bases_for(law, date(2026, 4, 8)))

    assert mark not in found


def test_directive_of_the_party_is_never_a_basis(law):
    for day in (date(2025, 3, 1), date(2026, 4, 8), date(2026, 12, 8)):
        assert "Chỉ thị" not in " ".join(row.citation for row in writing.bases_for(law, day))


def test_bases_of_another_province_or_bloc_are_left_out(law):
    other = EmulationYearFactory(number=2026)
    LegalBasisFactory(citation="Quy chế của khối khác", bloc=other.bloc)

    found = " ".join(row.citation for row in writing.bases_for(law, date(2026, 4, 8)))

    assert "khối khác" not in found


def test_bases_nobody_compared_with_the_original_are_told_to_the_drafter(law, login):
    paper = begin(law)
    client = login(paper.created_by)

    page = client.get(f"/khoi/{law.bloc.slug}/2026/giao-uoc/soan/").content.decode()

    unverified = [row.text for row in paper.unverified_bases()]
    assert len(unverified) == 2
    assert "152/2025/NĐ-CP" in unverified[0]
    assert "cần xem lại trước khi thông qua" in page
    assert "Chữ “quy định về” cần đối chiếu với bản chính." in page


def test_unverified_title_of_the_amended_law_is_told_in_december(law):
    paper = begin(law)
    paper.dated_on = date(2026, 12, 8)

    writing.take_bases(paper)

    [amended] = [row for row in paper.unverified_bases() if LAW_2026 in row.text]
    assert amended.source.note == "Tên chính xác của luật chưa xác minh."


# Remarks


def test_remark_is_kept_with_who_and_for_whom():
    paper = PaperFactory(commenting=True)
    unit = deputy_of(paper.year)

    remark = CommentFactory(paper=paper, text="Đề nghị nâng lên 99%.")

    assert (remark.unit, remark.by) == (unit, officer_of(unit))
    assert remark.answered_at is None
    assert last_entry().action == "paper.comment"
    assert last_entry().after == {"text": "Đề nghị nâng lên 99%."}


@pytest.mark.parametrize("state", ["draft", "adopted", "frozen", "complete"])
def test_remark_outside_the_asking_for_comments_is_refused(state):
    paper = PaperFactory(reached=state)

    with pytest.raises(ValidationError, match="không lấy ý kiến"):
        CommentFactory(paper=paper)

    assert not Comment.objects.exists()


def test_answer_is_given_once():
    remark = CommentFactory(answered=True)
    lead = officer_of(lead_of(remark.paper.year))

    with pytest.raises(ValidationError, match="đã được trả lời"):
        writing.answer(remark, by=lead, answer="explained", text="Đổi ý.")

    remark.refresh_from_db()
    assert (remark.answer, remark.answered_by) == ("accepted", lead)


def test_answer_that_does_not_accept_needs_its_reason():
    remark = CommentFactory()

    with pytest.raises(ValidationError, match="ghi lý do"):
        writing.answer(remark, by=remark.by, answer="explained", text="  ")

    remark.refresh_from_db()
    assert remark.answered_at is None


# Adoption, and back


def test_adoption_keeps_the_day_and_is_in_the_record():
    paper = PaperFactory(commenting=True)

    writing.adopt(paper, by=paper.created_by, on=date(2026, 4, 3))

    paper.refresh_from_db()
    assert (paper.state, paper.adopted_on) == ("adopted", date(2026, 4, 3))
    assert last_entry().action == "paper.adopt"
    assert last_entry().before == {"state": "commenting"}


def test_adoption_of_headings_alone_is_refused():
    paper = begin(EmulationYearFactory())

    with pytest.raises(ValidationError, match="chưa có nội dung"):
        writing.adopt(paper, by=paper.created_by, on=date(2026, 4, 3))

    paper.refresh_from_db()
    assert paper.state == "draft"


def test_adoption_on_a_day_to_come_is_refused():
    paper = PaperFactory(commenting=True)

    with pytest.raises(ValidationError, match="chưa đến"):
        writing.adopt(paper, by=paper.created_by, on=date(2026, 4, 7))


def test_reopening_takes_back_the_adoption_and_keeps_its_reason():
    paper = PaperFactory(adopted=True)

    writing.reopen(paper, by=paper.created_by, reason="Sai chỉ tiêu của Thanh tra tỉnh")

    paper.refresh_from_db()
    assert (paper.state, paper.adopted_on) == ("draft", None)
    assert last_entry().after == {"state": "draft", "note": "Sai chỉ tiêu của Thanh tra tỉnh"}


@pytest.mark.parametrize("reason", ["", "   "])
def test_reopening_without_a_reason_is_refused(reason):
    paper = PaperFactory(adopted=True)

    with pytest.raises(ValidationError, match="lý do"):
        writing.reopen(paper, by=paper.created_by, reason=reason)

    paper.refresh_from_db()
    assert paper.state == "adopted"
