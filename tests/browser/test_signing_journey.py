"""Eight leaders sign one pledge, each in a browser of their own; a stranger checks the file.

On the demonstration data: its accounts, its password, its real log-in form.
"""

import io
import re
import subprocess

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from pledges.models import Paper
from scoring.demo.loading import PASSWORD
from tests.browser.conftest import PHONE, log_in, press, visit
from tests.env import needs_poppler
from units.models import User

pytestmark = needs_poppler

# Who signs, in which order and how: the lead last, one on a phone, one without scripts, and for the
# external affairs office its deputy, the director being away.
LEADERS = (
    ("ld-vp-dbqh-hdnd", {}),
    ("ld-vp-ubnd", {"width": PHONE[0]}),
    ("ld-snv", {"javascript": False}),
    ("ld-stp", {}),
    ("ld-ttt", {"width": PHONE[0], "javascript": False}),
    ("pld-sngv", {}),
    ("ld-sdttg", {}),
    ("ld-stc", {}),
)
MOST_CLICKS = 4
PLEDGE = "/khoi/tham-muu-tong-hop/2026/giao-uoc/"
TO_DO = re.compile("^Đọc và ký")


@pytest.fixture
def demo(live_server, settings):
    settings.DEBUG = True
    call_command("load_demo", stdout=io.StringIO())
    settings.DEBUG = False
    return Paper.objects.get(year__number=2026)


class Hand:
    """Does with a page what a person does, and counts the clicks."""

    def __init__(self, page):
        self.page = page
        self.clicks = 0

    def press(self, name):
        self.clicks += 1
        press(self.page, name)

    def tick(self, box):
        self.clicks += 1
        box.check()


def person(username):
    return User.objects.get(username=username)


def declaration_on(page):
    return page.get_by_role("checkbox", name=re.compile("Tôi đã đọc toàn văn giao ước"))


def sign(page, username):
    """From the home page to the finished signature; the clicks it took."""
    log_in(page, person(username), PASSWORD)
    hand = Hand(page)
    hand.press(TO_DO)
    hand.press("Ký giao ước")
    hand.tick(declaration_on(page))
    proofs = page.locator("input[type=password]")
    expect(proofs).to_have_count(1)
    proofs.fill(PASSWORD)
    hand.press(re.compile("^Xác nhận ký cho"))
    expect(page.get_by_text("Đã ghi nhận:")).to_be_visible()
    return hand.clicks


def downloaded(page, folder):
    """The file behind the link on the pledge's page."""
    link = page.get_by_role("link", name=re.compile(r"^Bản điện tử \(PDF"))
    answer = page.context.request.get(link.get_attribute("href"))
    path = folder / "giao-uoc.pdf"
    path.write_bytes(answer.body())
    return path


def verdict_on(page, path):
    page.get_by_label("Tệp PDF").set_input_files(path)
    press(page, "Kiểm tra")
    return page.get_by_role("status").inner_text()


def test_eight_leaders_sign_one_pledge_and_a_stranger_checks_it(demo, open_page, tmp_path):
    colleague = open_page(person("cv-snv"))

    for number, (username, browser) in enumerate(LEADERS, 1):
        assert sign(open_page(**browser), username) <= MOST_CLICKS
        visit(colleague, PLEDGE)
        expect(colleague.get_by_text(re.compile(rf"{number}/8\s+đã ký"))).to_be_visible()

    assert_complete(colleague)
    path = downloaded(colleague, tmp_path)
    assert_intact_to_others(path)
    address = colleague.get_by_role("link", name=f"Mã {demo.code}").get_attribute("href")
    assert_stranger_is_answered(open_page(), address, path)


def assert_complete(page):
    expect(page.get_by_text(re.compile("hoàn tất"))).not_to_have_count(0)
    expect(page.get_by_text("Chưa ký")).to_have_count(0)
    grid = page.locator(".paper-signatures")
    expect(grid).to_contain_text("Vi Văn Thử Chín")
    expect(grid).to_contain_text("KT. GIÁM ĐỐC")
    expect(grid).not_to_contain_text("Lý Thị Thử Bảy")
    assert Paper.objects.get(year__number=2026).state == "complete"


def assert_intact_to_others(path):
    """poppler, who knows nothing of us, and our own command."""
    said = subprocess.run(["pdfsig", path], capture_output=True, text=True, check=True).stdout
    assert said.count("Signature is Valid.") == 9
    assert said.count("Total document signed") == 1
    ours = io.StringIO()
    call_command("verify_pdf", str(path), stdout=ours)
    assert "TOÀN VẸN, đủ 8/8 đơn vị" in ours.getvalue()


def assert_stranger_is_answered(page, address, path):
    visit(page, address)
    expect(page.get_by_role("status")).to_contain_text("Giao ước đã hoàn tất, đủ 8/8 đơn vị")

    said = verdict_on(page, path)
    assert "Đây là văn bản trình diễn, không có giá trị pháp lý." in said
    assert "Tệp toàn vẹn, đủ 8/8 đơn vị xác nhận ký." in said
    expect(page.get_by_role("table").get_by_text("Vi Văn Thử Chín")).to_be_visible()

    altered = path.with_name("bi-sua.pdf")
    data = bytearray(path.read_bytes())
    data[len(data) // 3] ^= 1
    altered.write_bytes(data)
    assert "Tệp đã bị thay đổi." in verdict_on(page, altered)


def test_wrong_password_keeps_the_tick_on_the_page(demo, open_page):
    page = open_page()
    log_in(page, person("ld-stc"), PASSWORD)
    press(page, TO_DO)
    press(page, "Ký giao ước")
    declaration = declaration_on(page)
    declaration.check()
    page.get_by_label("Mật khẩu").fill("sai-mat-khau")

    press(page, "Xác nhận ký cho Sở Tài chính")

    expect(page.get_by_role("alert")).to_contain_text("Mật khẩu không đúng.")
    expect(declaration).to_be_checked()
    expect(page.get_by_label("Mật khẩu")).to_have_value("")


def test_second_press_of_the_button_signs_once(demo, open_page):
    page = open_page()
    log_in(page, person("ld-stc"), PASSWORD)
    visit(page, f"{PLEDGE}ky/")
    declaration_on(page).check()
    page.get_by_label("Mật khẩu").fill(PASSWORD)

    with page.expect_navigation(wait_until="load"):
        page.get_by_role("button", name="Xác nhận ký cho Sở Tài chính").dblclick()

    expect(page.get_by_text(re.compile(r"1/8\s+đã ký"))).to_be_visible()
    assert demo.signed_files.count() == 2
