"""The words of a pledge: names of its own day, official lists, the grid of signatures."""

from dataclasses import replace
from datetime import date

import pytest

from pledges.composing import grid_lines, pledge_content, signing_memberships
from pledges.models import Paper, PaperBasis, RegisteredTitle, Section
from tests.factories import (
    EmulationYearFactory,
    MembershipFactory,
    PaperFactory,
    TitleFactory,
    UnitNameFactory,
    deputy_of,
    lead_of,
    member_of,
)
from units.models import BlocName, TitleName, UnitName

pytestmark = pytest.mark.django_db


def content_of(paper, **typed):
    return pledge_content(Paper.objects.get(pk=paper.pk), **typed)


# Who signs, and under which name


def test_lead_and_deputy_come_before_the_order_of_the_decision():
    year = EmulationYearFactory(eight=True)

    slugs = [member.unit.slug for member in signing_memberships(PaperFactory(year=year))]

    assert slugs == ["stc", "vp-ubnd", "vp-dbqh-hdnd", "snv", "stp", "ttt", "sngv", "sdttg"]


def test_unit_that_left_before_the_papers_day_does_not_sign():
    paper = PaperFactory(year=EmulationYearFactory(members=4))
    gone = paper.year.memberships.get(unit=member_of(paper.year))
    gone.end_on = date(2026, 4, 7)
    gone.save(update_fields=["end_on"])

    content = content_of(paper)

    assert len(content.grid) == 3
    assert gone.unit.name_on(paper.dated_on).full not in " ".join(content.parties)


def test_unit_that_joins_on_the_papers_day_signs():
    paper = PaperFactory()
    MembershipFactory(year=paper.year, start_on=paper.dated_on)

    assert len(content_of(paper).grid) == 3


@pytest.mark.parametrize(
    ("renamed_on", "shown"),
    [(date(2026, 4, 8), "Sở Đổi tên"), (date(2026, 4, 9), "Sở Thử nghiệm 1")],
)
def test_units_bear_the_names_of_the_papers_day(renamed_on, shown):
    paper = PaperFactory()
    UnitNameFactory(unit=lead_of(paper.year), start_on=renamed_on, full="Sở Đổi tên")

    content = content_of(paper)

    assert content.parties[0] == f"{shown};"
    assert content.grid[0].unit == shown
    assert content.grid[0].name_lines == (shown.upper(),)
    assert content.targets[0].unit == shown


def test_bloc_and_titles_bear_the_names_of_the_papers_day():
    paper = PaperFactory()
    title = TitleFactory(name="Tập thể Lao động xuất sắc")
    for day, name in ((date(2026, 4, 1), "xuất sắc"), (date(2026, 4, 9), "về sau")):
        TitleName.objects.create(title=title, start_on=day, name=f"Tập thể {name}")
        BlocName.objects.create(bloc=paper.year.bloc, start_on=day, name=f"Khối {name}")
    RegisteredTitle.objects.create(paper=paper, unit=deputy_of(paper.year), title=title)

    content = content_of(paper)

    assert content.about == "Năm 2026 của Khối xuất sắc"
    assert content.issuer_lines == ("KHỐI XUẤT SẮC",)
    assert content.titles[0].titles == ("Tập thể xuất sắc",)


# The grid


def test_grid_names_every_field_with_two_digits():
    paper = PaperFactory(year=EmulationYearFactory(members=12))

    grid = content_of(paper).grid

    assert [cell.leader_field for cell in grid] == [f"KY{number:02}" for number in range(1, 13)]
    assert [cell.agency_field for cell in grid] == [f"CQ{number:02}" for number in range(1, 13)]


@pytest.mark.parametrize(
    ("grid", "lines"),
    [
        ("SỞ TÀI CHÍNH", ("SỞ TÀI CHÍNH",)),
        ("VĂN PHÒNG | ỦY BAN NHÂN DÂN TỈNH", ("VĂN PHÒNG", "ỦY BAN NHÂN DÂN TỈNH")),
        (
            "BAN QUẢN LÝ KHU KINH TẾ CỬA KHẨU TỈNH",
            ("BAN QUẢN LÝ KHU KINH TẾ", "CỬA KHẨU TỈNH"),
        ),
    ],
)
def test_name_is_broken_where_the_record_says_or_where_it_reads_well(grid, lines):
    found = grid_lines(UnitName(grid=grid))

    assert found == lines or (len(found) == len(lines) and all(len(line) <= 26 for line in found))


# Words around the text


def test_dates_place_and_numbers_are_written_as_official_papers_write_them():
    paper = PaperFactory(place="Hội trường Sở Tài chính", copies=8)

    content = content_of(paper)

    assert content.dateline == "Cao Bằng, ngày 08 tháng 4 năm 2026"
    assert content.opening == (
        "Hôm nay, ngày 08 tháng 4 năm 2026, tại Hội trường Sở Tài chính, chúng tôi gồm 02 cơ quan:"
    )
    assert content.closing.startswith("Bản giao ước được lập thành 08 bản, có giá trị như nhau; ")
    assert content.closing.endswith("lưu tại Trưởng khối 01 bản./.")


def test_paper_without_place_or_note_on_copies_leaves_no_gap():
    content = content_of(PaperFactory(copies_note=""))

    assert "2026, chúng tôi gồm 02 cơ quan:" in content.opening
    assert content.closing == "Bản giao ước được lập thành 04 bản, có giá trị như nhau./."


def test_theme_is_quoted_only_when_there_is_one():
    with_theme, without = PaperFactory(), PaperFactory(year__theme="")

    assert ", chủ đề “Tham mưu đúng, trúng, kịp thời”, với" in content_of(with_theme).continues
    assert "chủ đề" not in content_of(without).continues


def test_lists_end_with_semicolons_and_one_full_stop():
    paper = PaperFactory(recipients="Sở Nội vụ.\n\n Các đơn vị;\nLưu: VT")
    for number, text in enumerate(("Căn cứ Luật A;", "Nghị định B", "Căn cứ Thông tư C;."), 1):
        PaperBasis.objects.create(paper=paper, position=number, text=text)

    content = content_of(paper)

    assert content.bases == ("Căn cứ Luật A;", "Căn cứ Nghị định B;", "Căn cứ Thông tư C.")
    assert content.recipients == ("- Sở Nội vụ;", "- Các đơn vị;", "- Lưu: VT.")
    assert content.parties == ("Sở Thử nghiệm 1;", "Sở Thử nghiệm 2")


def test_parts_are_numbered_without_a_gap():
    whole = PaperFactory(arrangements="Trưởng khối theo dõi.")
    bare = PaperFactory(arrangements="Trưởng khối theo dõi.")
    bare.targets.all().delete()

    assert content_of(whole).targets_heading == "II. CHỈ TIÊU ĐĂNG KÝ"
    assert content_of(whole).arrangements_heading == "III. TỔ CHỨC THỰC HIỆN"
    assert content_of(bare).targets_heading == ""
    assert content_of(bare).arrangements_heading == "II. TỔ CHỨC THỰC HIỆN"


def test_sections_are_numbered_and_their_lines_are_paragraphs():
    paper = PaperFactory()

    first, second = content_of(paper).sections

    assert (first.number, second.number) == ("1", "2")
    assert first.paragraphs == (
        "100% nhiệm vụ được giao đúng hạn.",
        "Không có nhiệm vụ quá hạn.",
    )


def test_only_a_draft_bears_the_mark_of_one():
    assert content_of(PaperFactory(adopted=True)).draft_mark == "DỰ THẢO"
    assert content_of(PaperFactory(signing=True)).draft_mark == ""


def test_demonstration_bloc_marks_its_papers():
    assert content_of(PaperFactory(year__bloc__is_demo=True)).demo
    assert not content_of(PaperFactory()).demo


# The preview of what is typed and not saved


def test_what_is_typed_is_shown_in_place_of_what_is_saved():
    paper = PaperFactory()
    typed = Paper.objects.get(pk=paper.pk)
    typed.place, typed.dated_on = "Hội trường lớn", date(2026, 5, 9)

    content = content_of(
        paper,
        general=typed,
        sections=[Section(heading="Mục mới.", body="Một.\n\nHai.")],
        bases=[PaperBasis(text="Luật mới")],
    )

    assert "ngày 09 tháng 5 năm 2026, tại Hội trường lớn" in content.opening
    assert content.sections[0].heading == "Mục mới"
    assert content.sections[0].paragraphs == ("Một.", "Hai.")
    assert content.bases == ("Căn cứ Luật mới.",)


def test_same_paper_gives_the_same_content():
    paper = PaperFactory(signing=True)

    assert content_of(paper) == replace(content_of(paper))
