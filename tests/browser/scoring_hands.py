"""What a person does with the pages of scoring, from the home page on; `page` is their window."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import press, visit
from tests.khoithidua.upload_samples import pdf
from tests.scoring.workbook_samples import Edited

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
UNIT = re.compile(r"Sở Thử nghiệm \d")


def begin(page, action):
    """From the home page, by what waits there to be done."""
    visit(page, "/")
    press(page, re.compile(f"^{action}"))


def open_tab(page, year, name):
    visit(page, year.get_absolute_url())
    press(page, re.compile(f"^{name}"))


def said(page, words):
    expect(page.get_by_text(words).first).to_be_visible()


# Self-assessment


def type_facts(page, facts):
    """By the keyboard alone, from top to bottom: Tab to the next fact and type it."""
    waiting = list(facts.items())
    for _ in range(100):
        page.keyboard.press("Tab")
        label = page.evaluate("document.activeElement.labels?.[0]?.innerText")
        if waiting and label == waiting[0][0]:
            _label, typed = waiting.pop(0)
            page.keyboard.press("ArrowDown") if typed == "Có" else page.keyboard.type(typed)
        elif not waiting:
            return
    raise AssertionError(f"never came to {waiting[0]}")


def fill_by_keyboard(page, facts):
    begin(page, "Nhập dữ kiện")
    type_facts(page, facts)
    expect(page.get_by_text("Đã lưu", exact=True)).to_have_count(5)


def fill_by_mouse(page, facts):
    begin(page, "Nhập dữ kiện")
    for label, typed in facts.items():
        field = page.get_by_label(label, exact=True)
        if label == "Đạt":
            field.select_option(label=typed)
        else:
            field.fill(typed)
    press(page, "Lưu")


def leave_out(page, reason):
    """II.1 does not apply to the unit."""
    row = page.get_by_role("row", name=re.compile("^II.1 Chỉ số"))
    row.get_by_text(re.compile("^Ước tính, ghi chú, không áp dụng")).click()
    row.get_by_label("Không áp dụng", exact=True).check()
    row.get_by_label("Lý do không áp dụng").fill(reason)
    press(page, "Lưu")


def fill_in_excel(page, facts):
    begin(page, "Nhập dữ kiện")
    press(page, "Điền bằng sổ tính Excel")
    with page.expect_download() as started:
        page.get_by_role("link", name="Tải sổ tính (.xlsx)").click()
    file = Edited(started.value.path().read_bytes())
    for key, typed in facts.items():
        file.put(key, typed)
    page.get_by_label("Sổ tính đã điền", exact=True).set_input_files(
        {"name": "so-tinh.xlsx", "mimeType": EXCEL, "buffer": file.saved()}
    )
    press(page, "Xem khác biệt")
    press(page, "Lấy vào bản tự chấm")
    said(page, "Đã lấy 5 tiêu chí từ sổ tính.")


def choose_file(page, name, pages=1):
    page.get_by_label("Tệp tài liệu").set_input_files(
        {"name": name, "mimeType": "application/pdf", "buffer": pdf(pages)}
    )
    page.get_by_label("Tôi xác nhận").check()


def prove_timely_tasks(page, number):
    press(page, re.compile("^Thêm tài liệu của I.1"))
    choose_file(page, f"{number}_BC-STN_ngay_05-01-2026.pdf", pages=number)
    press(page, "Tải lên")
    press(page, "Lưu")
    press(page, "‹ Bản tự chấm")


def send(officer, leader, total):
    """The officer passes the card on; the leader sees the total, declares, and sends it."""
    press(officer, "Trình")
    begin(leader, "Xem và gửi")
    expect(leader.locator(".summary-list")).to_contain_text(f"Tổng điểm tự chấm {total}")
    expect(leader.get_by_text("Thiếu dữ kiện")).to_have_count(0)
    leader.get_by_label("Tôi cam kết").check()
    press(leader, "Gửi bản tự chấm")
    said(leader, "Đã gửi bản tự chấm.")


# Verification, answers


def open_card(page, year, name):
    open_tab(page, year, "Thẩm định")
    press(page, name)


def correct(page, criterion, fact, value, reason):
    """First without the reason: what was typed stays, and the page says what is wanting."""
    press(page, criterion)
    page.get_by_label(fact).fill(value)
    press(page, "Ghi điểm thẩm định")
    expect(page.get_by_role("alert")).to_contain_text("thì cần ghi lý do")
    expect(page.get_by_label(fact)).to_have_value(value)
    page.get_by_label("Lý do").fill(reason)
    press(page, "Ghi điểm thẩm định")


def accept_rest(page, year, name, count):
    open_card(page, year, name)
    press(page, f"Chấp nhận {count} mục như tự chấm")
    said(page, f"Đã chấp nhận {count} mục như tự chấm.")
    press(page, re.compile("^Ghi điều kiện"))
    page.get_by_label("Không vướng").check()
    press(page, "Ghi điều kiện")


def approve(page, name):
    begin(page, "Xem và duyệt")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Thẩm định: {name}")
    press(page, "Gửi kết quả cho đơn vị")
    press(page, "Duyệt và gửi đơn vị")
    said(page, f"Đã duyệt và gửi kết quả cho {name}.")


def answer(page, code, kind, text=""):
    press(page, re.compile(f"^Cho ý kiến về {code}"))
    page.get_by_label(kind).check()
    page.get_by_label("Nội dung").fill(text)


# The ranking


def places_on(page):
    """[(unit, total)] of the table of the ranking, in its order."""
    return [
        (UNIT.match(row.get_by_role("rowheader").inner_text())[0], total.inner_text().split()[0])
        for row in page.locator(".rank-table tbody tr").all()
        for total in row.locator(".total-cell").all()
    ]
