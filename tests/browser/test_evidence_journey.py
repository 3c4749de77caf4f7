"""An officer proves a criterion: files, a citation, a mistake on the way; with JavaScript and without."""

import pytest

from scoring.models import Evidence
from tests.browser.barriers import barriers_of
from tests.browser.conftest import PHONE, WIDE, press, visit
from tests.factories import (
    EvidenceFactory,
    ScorecardFactory,
    assign_duties,
    chair_officer,
    officer_of,
)
from tests.khoithidua.upload_samples import MACRO_MAIN, office, pdf

MACROS = {"name": "ke-hoach.docx", "mimeType": "application/msword", "buffer": office(MACRO_MAIN)}
REPORT = {
    "name": "123_BC-STC_ngay_05-02-2026.pdf",
    "mimeType": "application/pdf",
    "buffer": pdf(2),
}


@pytest.fixture
def card(live_server):
    return ScorecardFactory()


def home_of(card):
    return f"{card.year.get_absolute_url()}cham-diem/{card.unit.slug}/minh-chung/"


@pytest.mark.parametrize("javascript", [True, False])
def test_file_is_refused_then_another_is_added_and_looked_at(open_page, card, javascript):
    width = WIDE[0] if javascript else PHONE[0]
    page = open_page(officer_of(card.unit), width=width, javascript=javascript)
    visit(page, f"{home_of(card)}I.1/")

    page.get_by_label("Tệp tài liệu").set_input_files([MACROS])
    page.get_by_label("Tôi xác nhận").check()
    press(page, "Tải lên")
    assert "ke-hoach.docx: Tệp có macro" in page.content()

    page.get_by_label("Tệp tài liệu").set_input_files([REPORT, MACROS])
    page.get_by_label("Tôi xác nhận").check()
    press(page, "Tải lên")
    assert page.get_by_label("Số, ký hiệu").input_value() == "123/BC-STC"
    assert page.get_by_label("Ngày ban hành").input_value() == "2026-02-05"
    page.get_by_label("Trang dẫn").fill("2")
    press(page, "Lưu")
    assert "Đã thêm 1 tài liệu." in page.content()

    press(page, "123/BC-STC")
    press(page, "Trang sau ›")
    picture = page.get_by_role("img", name="Ảnh trang 2")
    assert picture.evaluate("image => image.complete && image.naturalWidth") == 1240
    with page.expect_download() as started:
        page.get_by_role("link", name="Tải tệp về").click()
    assert started.value.suggested_filename == REPORT["name"]


def test_pages_of_mistakes_and_of_others_have_no_barrier(open_page, card):
    document = EvidenceFactory(card=card, pdf=True, cited="I.1")
    page = open_page(officer_of(card.unit))
    found = []
    for path, button in (
        ("../tai-minh-chung/", "Tải lên"),
        ("../them-minh-chung/?muc=I.1", "Lưu"),
        (f"{document.pk}/dan/", "Dẫn"),
    ):
        visit(page, f"{home_of(card)}{path}")
        press(page, button)
        assert page.locator(".error-summary").count(), path
        found += barriers_of(page)

    assign_duties(card.round)
    sent = ScorecardFactory(round=card.round, verifying=True)
    page = open_page(chair_officer(sent))
    for path in ("", "I.1/", f"{document.pk}/xem/"):
        visit(page, f"{home_of(card)}{path}")
        found += barriers_of(page)

    assert not found, "\n".join(found)
    assert Evidence.objects.count() == 1
