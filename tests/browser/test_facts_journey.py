"""Facts in Excel and facts of an owner, in a real browser; with JavaScript and without."""

import pytest
from playwright.sync_api import expect

from scoring.models import Entry, OwnerFact
from tests.browser.barriers import barriers_of
from tests.browser.conftest import PHONE, WIDE, press, visit
from tests.factories import (
    RoundFactory,
    ScorecardFactory,
    deputy_of,
    lead_of,
    leader_of,
    member_of,
    officer_of,
)
from tests.scoring.workbook_samples import Edited

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BOTH = pytest.mark.parametrize("javascript", [True, False])


def window(open_page, user, javascript):
    """A desk with JavaScript, a phone without."""
    return open_page(user, width=WIDE[0] if javascript else PHONE[0], javascript=javascript)


def barriers(page, javascript):
    """axe itself is JavaScript."""
    return barriers_of(page) if javascript else []


def choose(page, file):
    page.get_by_label("Sổ tính đã điền", exact=True).set_input_files(
        {"name": "so-tinh.xlsx", "mimeType": EXCEL, "buffer": file.saved()}
    )
    press(page, "Xem khác biệt")


@BOTH
def test_officer_fills_the_card_in_excel(open_page, live_server, javascript):
    card = ScorecardFactory()
    page = window(open_page, officer_of(card.unit), javascript)
    visit(page, f"{card.year.get_absolute_url()}cham-diem/{card.unit.slug}/")
    press(page, "Điền bằng sổ tính Excel")
    with page.expect_download() as started:
        page.get_by_role("link", name="Tải sổ tính (.xlsx)").click()
    file = Edited(started.value.path().read_bytes())

    where = file.put("T1/count", "nhiều")
    choose(page, file)
    assert f"Ô {where}: sáng kiến" in page.content()
    found = barriers(page, javascript)

    file.put("T1/count", "3")
    choose(page, file)
    assert "Chưa ghi gì." in page.content()
    found += barriers(page, javascript)
    press(page, "Lấy vào bản tự chấm")
    assert "Đã lấy 1 tiêu chí từ sổ tính." in page.content()
    assert Entry.objects.get(card=card, criterion__key="T1").facts == {"count": "3"}
    assert not found, "\n".join(found)


def test_answer_that_comes_late_does_not_bring_an_old_total_back(open_page, live_server):
    card = ScorecardFactory()
    page = open_page(officer_of(card.unit))
    visit(page, f"{card.year.get_absolute_url()}cham-diem/{card.unit.slug}/")
    held = []
    page.route("**/muc/I.2/", lambda route: held.append((route, route.fetch())))
    total = page.locator("#tong .total")

    page.get_by_label("Đạt", exact=True).select_option(label="Có")
    page.get_by_label("Sáng kiến", exact=True).fill("3")
    page.keyboard.press("Tab")
    expect(total).to_contain_text("5,5")
    route, old = held.pop()
    route.fulfill(response=old)

    expect(page.get_by_text("Đã lưu", exact=True)).to_have_count(2)
    expect(total).to_contain_text("5,5")


@BOTH
def test_owner_gives_and_the_unit_objects(open_page, live_server, javascript):
    year = RoundFactory().year
    lead, unit = lead_of(year), member_of(year)
    home = f"{year.get_absolute_url()}cham-diem/"
    page = window(open_page, officer_of(lead), javascript)
    visit(page, home)
    press(page, "Số liệu chung do đơn vị cung cấp")

    rows = {lead: ("1", "2"), deputy_of(year): ("nhiều", "4"), unit: ("137", "142")}
    for row, (done, total) in rows.items():
        name = row.name_on(year.reference_day).short
        page.get_by_label(f"{name}: Đúng hạn").fill(done)
        page.get_by_label(f"{name}: Tổng số").fill(total)
        page.keyboard.press("Tab")
    page.get_by_label("Theo văn bản").fill("Báo cáo số 1/BC-STN ngày 05/01/2026")
    press(page, "Lưu")
    assert "không phải là một số" in page.content()
    found = barriers(page, javascript)
    name = deputy_of(year).name_on(year.reference_day).short
    page.get_by_label(f"{name}: Đúng hạn").fill("3")
    press(page, "Lưu")
    assert "Đã lưu 3 dòng" in page.content()

    page = window(open_page, officer_of(unit), javascript)
    visit(page, f"{home}{unit.slug}/so-lieu-chung/")
    page.get_by_text("Không đồng ý", exact=False).first.click()
    page.get_by_label("Lý do").fill("Còn 03 nhiệm vụ chưa tính.")
    press(page, "Gửi ý kiến không đồng ý về I.1 Nhiệm vụ đúng hạn")
    assert "Đã ghi ý kiến của đơn vị." in page.content()
    found += barriers(page, javascript)

    page = window(open_page, leader_of(lead), javascript)
    visit(page, f"{home}so-lieu-chung/muc/I.1/{unit.slug}/")
    page.get_by_label("Lý do").fill("Đã tính đủ.")
    press(page, "Giữ nguyên số liệu")
    assert "Đã giữ nguyên số liệu" in page.content()
    visit(page, f"{home}so-lieu-chung/muc/I.1/{lead.slug}/")
    press(page, "Tôi đã đối chiếu, số liệu khớp văn bản")
    found += barriers(page, javascript)

    assert OwnerFact.objects.in_force().count() == 3
    assert OwnerFact.objects.get(unit=unit).kept_note == "Đã tính đủ."
    assert not found, "\n".join(found)


def test_button_waits_for_the_row_that_is_being_saved(open_page, live_server):
    """Sent beside a save that is under way, the whole form would meet it as a colleague's."""
    card = ScorecardFactory()
    page = open_page(officer_of(card.unit))
    visit(page, f"{card.year.get_absolute_url()}cham-diem/{card.unit.slug}/")

    def answered_late(route):
        answer = route.fetch()
        page.wait_for_timeout(600)
        route.fulfill(response=answer)

    page.route("**/muc/I.1/", answered_late)
    page.get_by_label("Đúng hạn", exact=True).fill("150")
    page.get_by_label("Tổng số", exact=True).fill("160")
    press(page, "Lưu")

    expect(page.get_by_label("Tổng số", exact=True)).to_have_value("160")
    assert "Có người vừa sửa" not in page.content()
    entry = Entry.objects.get(card=card, criterion__key="I.1")
    assert entry.facts == {"done": "150", "total": "160"}
