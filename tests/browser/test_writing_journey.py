"""The lead's officer writes this year's pledge from last year's, with the members, to its signing."""

import re

import pytest
from playwright.sync_api import expect

from pledges.models import Paper
from tests.browser.conftest import log_in, press, visit
from tests.factories import (
    EmulationYearFactory,
    LegalBasisFactory,
    MembershipFactory,
    PaperFactory,
    deputy_of,
    lead_of,
    leader_of,
    make_ca,
    officer_of,
)

MOST_CLICKS = 6  # from the decision of the meeting to the open signing


@pytest.fixture
def year(live_server):
    """2026 of a bloc whose pledge of 2025 stands: three units, the same as before."""
    make_ca()
    LegalBasisFactory(citation="Luật Thi đua, khen thưởng số 06/2022/QH15")
    LegalBasisFactory(citation="Nghị định chưa đối chiếu", is_verified=False)
    old = PaperFactory(
        year=EmulationYearFactory(number=2025, members=3), adopted=True, dated_on="2025-04-08"
    )
    year = EmulationYearFactory(bloc=old.year.bloc, members=0)
    for member in old.year.memberships.in_protocol_order():
        MembershipFactory(year=year, unit=member.unit, role=member.role)
    return year


@pytest.fixture
def seat(year, open_page):
    """`seat(user)`: a browser in which this person has logged in by the form."""

    def taken(user):
        page = open_page()
        log_in(page, user)
        return page

    return taken


def begin_from_last_year(page):
    press(page, re.compile("^Bắt đầu soạn"))
    expect(page.get_by_label(re.compile("^Giao ước năm 2025"))).to_be_checked()
    press(page, "Bắt đầu soạn")


def write_with_preview(page):
    preview = page.locator("#xem-truoc")
    expect(preview).to_contain_text("100% nhiệm vụ được giao đúng hạn.")
    expect(page.get_by_text("cần xem lại trước khi thông qua")).to_be_visible()
    page.get_by_label("Địa điểm ký").fill("Hội trường lớn")
    page.locator("[name=sections-0-body]").fill("Từ 99% nhiệm vụ đúng hạn.")
    expect(preview).to_contain_text("tại Hội trường lớn")
    expect(preview).to_contain_text("Từ 99% nhiệm vụ đúng hạn.")
    press(page, "Lưu và xem giao ước")
    press(page, "Gửi các đơn vị góp ý")


def comment(page):
    press(page, re.compile("^Đọc và góp ý"))
    press(page, "Góp ý")
    page.get_by_label("Về phần").select_option("muc-1")
    page.get_by_role("textbox", name="Ý kiến").fill("Đề nghị nâng lên 99,5%.")
    press(page, "Gửi góp ý")
    expect(page.get_by_text("Đã gửi góp ý.")).to_be_visible()


def register_target(page, year):
    visit(page, f"{year.get_absolute_url()}giao-uoc/")
    press(page, "Chỉ tiêu và danh hiệu đăng ký")
    press(page, re.compile("^Sửa chỉ tiêu"))
    page.locator("[name=targets-0-name]").fill("Hồ sơ giải quyết trước hạn")
    page.locator("[name=targets-0-plan]").fill("98,5")
    press(page, "Lưu")
    expect(page.get_by_text("Hồ sơ giải quyết trước hạn: 98,5 %")).to_be_visible()


def answer(page, year):
    visit(page, "/")
    press(page, re.compile("^Xem dự thảo.*Trả lời 1 ý kiến góp ý"))
    press(page, "Góp ý của các đơn vị (1)")
    press(page, re.compile("^Trả lời ý kiến"))
    page.get_by_label("Tiếp thu", exact=True).check()
    press(page, "Gửi trả lời")
    expect(page.locator(".comments")).to_contain_text("Tiếp thu")


def adopt_and_open(page, year):
    """From the meeting's decision to the open signing; the clicks it took."""
    visit(page, f"{year.get_absolute_url()}giao-uoc/")
    steps = ("Ghi nhận thông qua", "Ghi nhận thông qua", "Chốt và mở ký")
    for name in steps:
        press(page, name)
    expect(page.get_by_text("Đã chốt và mở ký")).to_be_visible()
    return len(steps)


def test_pledge_is_written_from_last_years_commented_on_adopted_and_opened(year, seat):
    lead, member = seat(officer_of(lead_of(year))), seat(officer_of(deputy_of(year)))

    begin_from_last_year(lead)
    write_with_preview(lead)
    visit(member, "/")
    comment(member)
    register_target(member, year)
    answer(lead, year)
    clicks = adopt_and_open(lead, year)

    paper = Paper.objects.get(year=year)
    assert clicks <= MOST_CLICKS
    assert (paper.state, paper.place) == ("signing", "Hội trường lớn")
    assert paper.sections.first().body == "Từ 99% nhiệm vụ đúng hạn."
    assert paper.targets.get(unit=deputy_of(year)).name == "Hồ sơ giải quyết trước hạn"
    leader = seat(leader_of(deputy_of(year)))
    expect(leader.get_by_role("link", name=re.compile("^Đọc và ký"))).to_be_visible()


def test_second_editor_keeps_what_was_typed_and_may_save_over(year, seat):
    paper = PaperFactory(year=year)
    first, second = seat(officer_of(lead_of(year))), seat(leader_of(lead_of(year)))
    for page, place in ((first, "Hội trường A"), (second, "Hội trường B")):
        visit(page, f"{paper.get_absolute_url()}soan/")
        page.get_by_label("Địa điểm ký").fill(place)

    press(first, "Lưu")
    press(second, "Lưu")
    expect(second.get_by_role("alert")).to_contain_text("Một người khác vừa lưu giao ước này.")
    expect(second.get_by_label("Địa điểm ký")).to_have_value("Hội trường B")
    press(second, "Lưu đè")

    paper.refresh_from_db()
    assert (paper.place, paper.revision) == ("Hội trường B", 2)


def test_pledge_is_edited_without_scripts(year, open_page):
    paper = PaperFactory(year=year)
    page = open_page(officer_of(lead_of(year)), javascript=False)
    visit(page, f"{paper.get_absolute_url()}soan/")
    page.locator("[name=sections-2-heading]").fill("Mục thêm")
    page.locator("[name=sections-2-body]").fill("Một.")

    press(page, "Lưu và xem giao ước")

    expect(page.get_by_text("Đã lưu giao ước.")).to_be_visible()
    expect(page.get_by_text("3. Mục thêm")).to_be_visible()
