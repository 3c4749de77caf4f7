"""The panel's forms where they are not as they open: rows added by script, errors, a list previewed.

As they open, the gallery looks at them.
"""

import pytest

from tests.browser.barriers import barriers_of
from tests.browser.conftest import visit
from tests.factories import UserFactory
from tests.units.panel import IMPORT, url
from units.imports.sample import decision_workbook, demonstration_rows
from units.models import DayOff, EmulationYear, Unit, User


@pytest.fixture
def page(open_page):
    return open_page(UserFactory(secretariat=True))


@pytest.mark.parametrize("model", [EmulationYear, Unit, User])
def test_rows_added_by_script_and_errors(page, model):
    visit(page, url(model, "add"))
    for link in page.query_selector_all(".add-row a"):
        link.click()
    found = barriers_of(page)

    page.click("[name=_save]")
    page.wait_for_selector("[data-error-summary]")

    assert found + barriers_of(page) == []


def test_list_from_a_file_previewed_and_refused(page, tmp_path):
    files = tmp_path / "ngay-nghi.csv", tmp_path / "hong.csv"
    files[0].write_text("Ngày,Tên\n02/9/2026,Quốc khánh\n", encoding="utf-8-sig")
    files[1].write_text("Ngày,Tên\nhôm qua,Quốc khánh\n", encoding="utf-8-sig")
    found = []

    for file in files:
        visit(page, url(DayOff, "import"))
        page.set_input_files("[name=file]", file)
        found += previewed(page)

    assert found == []


def test_sheet_previewed_and_refused(page, tmp_path):
    sheets = tmp_path / "danh-sach.xlsx", tmp_path / "hong.xlsx"
    sheets[0].write_bytes(decision_workbook(demonstration_rows()[:20]))
    sheets[1].write_bytes(b"not a sheet")
    found = []

    for sheet in sheets:
        visit(page, IMPORT)
        page.fill("[name=summary]", "về việc kiện toàn khối, cụm thi đua")
        page.set_input_files("[name=file]", sheet)
        found += previewed(page)

    assert found == []


def previewed(page):
    page.get_by_role("button", name="Xem trước").click()
    page.wait_for_load_state()
    return barriers_of(page)
