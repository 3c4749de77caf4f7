"""Writing a criteria table in a real browser: the trial as one types, the tree without reloading."""

import pytest

from scoring.authoring.ready import ready_document
from tests.browser.conftest import press, visit
from tests.factories import CriteriaSetFactory, lead_of, officer_of
from tests.scoring.pages import at


@pytest.fixture
def draft(live_server):
    return CriteriaSetFactory(document=ready_document("b_100"))


def author(draft):
    return officer_of(lead_of(draft.year))


def test_points_follow_what_is_typed(open_page, draft):
    page = open_page(author(draft))
    visit(page, at("node_edit", draft, "I.1"))

    for name, value in (("Hoàn thành đúng hạn", "137"), ("Tổng số đến hạn", "142")):
        page.locator("#thu").get_by_label(name).fill(value)
    page.locator("#thu").get_by_label("Nhiệm vụ quá hạn chưa xong").press_sequentially("2")
    page.get_by_text("Được 13,47 điểm trên 15").wait_for()
    assert page.evaluate("document.activeElement.name") == "thu-count"
    page.get_by_label("Điểm mỗi trường hợp").fill("1")
    page.get_by_text("Được 12,47 điểm trên 15").wait_for()

    draft.refresh_from_db()
    assert draft.as_document() == ready_document("b_100")


def test_trial_and_rules_work_without_javascript(open_page, draft):
    page = open_page(author(draft), javascript=False)
    visit(page, at("node_edit", draft, "I.2"))

    page.locator("#kind-p").select_option("deduct")
    press(page, "Thêm cách tính")
    page.get_by_label("Điểm mỗi trường hợp").fill("0,5")
    press(page, "Thử")
    page.get_by_label("Việc hoàn thành").fill("46")
    page.get_by_label("Việc đã đăng ký").fill("46")
    page.get_by_label("Số trường hợp").fill("3")
    press(page, "Thử")
    assert "Được 8,5 điểm trên 10" in page.content()
    press(page, "Lưu")

    assert len(page.locator("#muc-I\\.2 .rule-words").all()) == 2


def test_moving_a_row_keeps_the_page_and_the_focus(open_page, draft):
    page = open_page(author(draft))
    visit(page, at("table_detail", draft))
    page.evaluate("window.stayed = true")

    page.locator("#xuong-I\\.1").click()
    page.locator("#muc-I\\.2 + #muc-I\\.1").wait_for()

    assert page.evaluate("window.stayed")
    assert page.evaluate("document.activeElement.id") == "xuong-I.1"
