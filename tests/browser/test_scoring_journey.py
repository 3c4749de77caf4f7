"""Four units score themselves, are verified, answer, and are ranked, each in browsers of their own.

The table: I.1 timely tasks, 8 × done/total; I.2 yes 4, no 0; II.1 from 90 % 5,5, from 50 % 3; II.2
2,5 less 0,5 for each late file; T1 0,5 for each initiative. By hand, out of 20 and the bonus:

            I.1             I.2   II.1   II.2      T1         in all
    first   142/142  8      4     5,5    0  2,5    1  0,5     20,5
    second   96/100  7,68   4     5,5    1  2      2  1       20,18
    third   137/142  7,72   4     3      1  2      3  1,5     18,22
    fourth  150/150  8      0     none   0  2,5    0  0       10,5 of 14,5, so × 20/14,5: 14,48

Verification finds II.1 of the second at 89 %: 3, so 17,68; and three late files of the third: 1, so
17,22. The third explains, one of the three was in time: 1,5, so 17,72. The second reserves its
opinion, and the conference gives it 4: 18,68. So the second place changes hands at the conference.
"""

import re
import subprocess
from copy import deepcopy
from datetime import date

import pytest
from playwright.sync_api import expect

from scoring.models import ScoringRound
from tests.browser.barriers import barriers_of
from tests.browser.conftest import log_in, press, visit
from tests.browser.scoring_hands import (
    accept_rest,
    answer,
    approve,
    begin,
    choose_file,
    correct,
    fill_by_keyboard,
    fill_by_mouse,
    fill_in_excel,
    leave_out,
    open_card,
    open_tab,
    places_on,
    prove_timely_tasks,
    said,
    send,
)
from tests.env import needs_poppler
from tests.factories import (
    AppointmentFactory,
    CriteriaSetFactory,
    EmulationYearFactory,
    PhaseFactory,
    UserFactory,
    lead_of,
)
from tests.khoithidua.upload_samples import pdf
from tests.scoring.judged import TABLE
from units.models import User

pytestmark = needs_poppler

FIRST, SECOND, THIRD, FOURTH = (f"Sở Thử nghiệm {number}" for number in (1, 2, 3, 4))
PROVISIONAL = [(FIRST, "20,5"), (THIRD, "17,72"), (SECOND, "17,68"), (FOURTH, "14,48")]
PUBLISHED = [(FIRST, "20,5"), (SECOND, "18,68"), (THIRD, "17,72"), (FOURTH, "14,48")]
PATIENCE = 60_000  # ms
LABELS = ("Đúng hạn", "Tổng số", "Đạt", "Tỷ lệ (%)", "Hồ sơ trễ", "Sáng kiến")
KEYS = ("I.1/done", "I.1/total", "I.2/met", "II.1/value", "II.2/count", "T1/count")
FOUND = "Sổ theo dõi ghi ba hồ sơ trễ."
EXPLAINED = "Hồ sơ thứ ba gửi đúng hạn, có phiếu gửi kèm theo."
WEIGHED = "Phiếu gửi cho thấy một hồ sơ đúng hạn."


def table():
    """The judged table; every fact is the unit's own, and I.1 wants a file."""
    document = deepcopy(TABLE)
    timely, files = document["nodes"][0]["children"][0], document["nodes"][1]["children"][1]
    del timely["owner"], files["evaluator"]
    timely["evidence"] = {"required": True, "file": True}
    return document


@pytest.fixture
def year(live_server):
    """2026 of a bloc of four whose table is adopted; the lead has a second leader."""
    year = EmulationYearFactory(members=4)
    for kind, opens, closes in (
        ("self_assessment", date(2026, 4, 1), date(2026, 4, 6)),
        ("verification", date(2026, 4, 6), date(2026, 4, 8)),
        ("response", date(2026, 4, 6), date(2026, 4, 10)),
    ):
        PhaseFactory(year=year, kind=kind, opens_on=opens, closes_on=closes)
    CriteriaSetFactory(year=year, adopted=True, document=table())
    second = UserFactory(username="pgd-so-thu-1")
    AppointmentFactory(unit=lead_of(year), leader=True, position="Phó Giám đốc", user=second)
    return year


@pytest.fixture
def seat(year, open_page):
    """`seat("cv", 3)`: the window of the third unit's officer, who logs in by the form once."""
    windows = {}

    def taken(post, number):
        name = f"{post}-so-thu-{number}"
        if name not in windows:
            windows[name] = open_page()
            # Some two hundred pages one after another: one of them may meet a busy moment.
            windows[name].context.set_default_timeout(PATIENCE)
            log_in(windows[name], User.objects.get(username=name))
        return windows[name]

    return taken


class Barriers(list):
    """What axe finds on the main pages, each looked at once."""

    def look(self, page):
        self += barriers_of(page)


# Self-assessment


def under(names, *values):
    return dict(zip(names, values, strict=True))


def score_themselves(seat, barriers):
    first, second, third, fourth = (seat("cv", number) for number in (1, 2, 3, 4))
    fill_by_keyboard(third, under(LABELS, "137", "142", "Có", "88,5", "1", "3"))
    expect(third.locator("#tong .total")).to_contain_text("18,22")
    barriers.look(third)
    fill_by_mouse(first, under(LABELS, "142", "142", "Có", "95", "0", "1"))
    fill_in_excel(second, under(KEYS, "96", "100", "Có", "92", "1", "2"))
    fill_by_mouse(fourth, under(LABELS, "150", "150", "Không", "", "0", "0"))
    leave_out(fourth, "Không được xếp hạng")
    for number, total in enumerate(("20,5", "20,18", "18,22", "14,48"), 1):
        officer = seat("cv", number)
        prove_timely_tasks(officer, number)
        send(officer, seat("ld", number), total)


# Verification


def begin_verification(page, year):
    open_tab(page, year, "Thẩm định")
    press(page, "Phân công thẩm định")
    press(page, "Phân công và bốc thăm")
    said(page, "Đã phân công thẩm định. Bốc thăm được")
    press(page, "‹ Quay lại thẩm định")
    press(page, "Bắt đầu thẩm định")
    said(page, "Đã bắt đầu thẩm định.")


def verify(seat, year, barriers):
    director, officer, deputy = seat("ld", 1), seat("cv", 1), seat("cv", 2)
    begin_verification(officer, year)
    own = f"{year.get_absolute_url()}tham-dinh/so-thu-1/"
    visit(officer, own, status=403)
    visit(officer, f"{own}muc/I.1/", status=403)

    open_card(director, year, THIRD)
    correct(director, "Hồ sơ khen thưởng", "Hồ sơ trễ", "3", FOUND)
    accept_rest(officer, year, THIRD, 5)
    barriers.look(officer)
    open_card(officer, year, SECOND)
    correct(officer, "Chỉ số cải cách hành chính", "Tỷ lệ (%)", "89", "Công bố chính thức là 89%.")
    accept_rest(officer, year, SECOND, 5)
    accept_rest(deputy, year, FIRST, 6)
    accept_rest(deputy, year, FOURTH, 6)


def approve_all(seat, year):
    """Not by whoever verified: the third's card falls to the lead's other leader."""
    director = seat("ld", 1)
    open_card(director, year, THIRD)
    expect(director.get_by_role("link", name="Gửi kết quả cho đơn vị")).to_have_count(0)
    visit(director, f"{director.url}duyet/", status=403)
    said(director, "Người đã thẩm định bản này không duyệt kết quả của chính mình.")
    approve(director, SECOND)
    approve(director, FOURTH)
    approve(seat("pgd", 1), THIRD)
    approve(seat("ld", 2), FIRST)


# Answers


def answer_results(seat, barriers):
    second, third, fourth = (seat("cv", number) for number in (2, 3, 4))
    begin(third, "Xem kết quả")
    said(third, FOUND)
    barriers.look(third)
    answer(third, "II.2", "Giải trình", EXPLAINED)
    choose_file(third, "phieu-gui.pdf")
    press(third, "Ghi ý kiến")
    begin(second, "Xem kết quả")
    answer(second, "II.1", "Bảo lưu ý kiến", "Chỉ số của đơn vị chưa tính sáu tháng cuối năm.")
    press(second, "Ghi ý kiến")
    begin(fourth, "Xem kết quả")
    answer(fourth, "I.2", "Nhất trí")
    press(fourth, "Ghi ý kiến")
    for number in (1, 2, 3, 4):
        leader = seat("ld", number)
        begin(leader, "Xem kết quả")
        press(leader, "Gửi ý kiến của đơn vị")
        said(leader, "Đã gửi ý kiến của đơn vị.")


def weigh(seat, year):
    lead, deputy = seat("cv", 1), seat("cv", 2)
    open_card(lead, year, THIRD)
    said(lead, EXPLAINED)
    press(lead, re.compile("^Xem xét giải trình"))
    lead.get_by_label("Chấp nhận, ghi điểm mới").check()
    lead.get_by_label("Hồ sơ trễ").fill("2")
    lead.get_by_label("Lý do").fill(WEIGHED)
    press(lead, "Ghi quyết định")
    for page, name in ((lead, THIRD), (lead, SECOND), (lead, FOURTH), (deputy, FIRST)):
        open_card(page, year, name)
        press(page, "Kết thúc xem xét giải trình")
        said(page, "Đã kết thúc xem xét giải trình.")


# The conference


def show_provisional(seat, year, barriers):
    lead, fourth = seat("cv", 1), seat("cv", 4)
    begin(lead, "Lập dự kiến")
    press(lead, "Lập dự kiến xếp hạng")
    open_tab(fourth, year, "Xếp hạng")
    expect(fourth.locator(".rank-table")).to_have_count(0)
    barriers.look(lead)
    lead.get_by_label("Cho các đơn vị xem dự kiến xếp hạng từ ngày").fill("2026-04-06")
    press(lead, "Ghi ngày")
    open_tab(fourth, year, "Xếp hạng")
    assert places_on(fourth) == PROVISIONAL


def hold_conference(seat):
    officer, director = seat("cv", 1), seat("ld", 1)
    begin(officer, "Ghi quyết định")
    press(officer, re.compile("^Ghi quyết định về II.1"))
    officer.get_by_label("Chấp nhận, ghi điểm mới").check()
    officer.get_by_text("Ấn định điểm, không tính từ dữ kiện").first.click()
    officer.get_by_label("Ấn định điểm, không tính từ dữ kiện").check()
    officer.get_by_label("Điểm ấn định").fill("4")
    officer.get_by_label("Lý do").fill("Hội nghị thống nhất cho 4 điểm.")
    press(officer, "Ghi quyết định của hội nghị")

    begin(director, "Thông qua")
    press(director, "Ghi nhận thông qua")
    director.get_by_label("Số biên bản hội nghị").fill("01/BB-KTĐ")
    director.get_by_label("Ngày hội nghị thông qua").fill("2026-04-06")
    director.get_by_label("Tệp PDF của biên bản").set_input_files(
        {"name": "bien-ban.pdf", "mimeType": "application/pdf", "buffer": pdf()}
    )
    director.get_by_label("Tệp này không có dấu mật.").check()
    press(director, "Ghi nhận thông qua")
    press(director, "Chốt kết quả")
    press(director, "Công bố")
    press(director, "Công bố")
    said(director, "Đã công bố kết quả xếp hạng.")


# What everyone sees


def assert_why(page, year, barriers):
    """The third's own II.2: every value it ever had, by whom and why."""
    open_tab(page, year, "Chấm điểm")
    press(page, "Mở bản tự chấm")
    press(page, "Kết quả thẩm định và giải trình")
    press(page, re.compile("^Vì sao có điểm này.*II.2$"))
    director, officer = (
        User.objects.get(username=f"{post}-so-thu-1").full_name for post in ("ld", "cv")
    )
    expected = (
        ("Chốt: 1,5", director, WEIGHED),
        ("Sau giải trình: 1,5", f"{officer}, {FIRST}", WEIGHED),
        ("Thẩm định: 1", f"{director}, {FIRST}", FOUND),
        ("Tự chấm: 2", THIRD, ""),
    )
    changes = page.locator(".history > li").all()
    for change, (points, by, reason) in zip(changes, expected, strict=True):
        expect(change.locator("b")).to_have_text(points)
        expect(change).to_contain_text(by)
        expect(change).to_contain_text(reason)
    barriers.look(page)


def assert_same_on_paper(page):
    link = page.get_by_role("link", name="bản in (PDF)")
    answer = page.context.request.get(link.get_attribute("href"))
    text = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=answer.body(), capture_output=True, check=True
    ).stdout.decode()
    for name, total in PUBLISHED:
        line = next(line for line in text.splitlines() if name in line)
        assert total in line.split(), line


def test_four_units_from_an_adopted_table_to_a_published_ranking(year, seat):
    barriers = Barriers()
    lead = seat("cv", 1)
    open_tab(lead, year, "Chấm điểm")
    press(lead, "Mở chấm điểm")

    score_themselves(seat, barriers)
    verify(seat, year, barriers)
    approve_all(seat, year)
    answer_results(seat, barriers)
    weigh(seat, year)
    show_provisional(seat, year, barriers)
    hold_conference(seat)

    for number in (1, 2, 3, 4):
        page = seat("cv", number)
        open_tab(page, year, "Xếp hạng")
        assert places_on(page) == PUBLISHED
        assert_same_on_paper(page)
    barriers.look(page)
    assert_why(seat("cv", 3), year, barriers)
    assert ScoringRound.objects.get().state == "published"
    assert not barriers, "\n".join(barriers)
