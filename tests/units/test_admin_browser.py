"""The panel in a real browser: no violation of the content policy, none that axe finds."""

from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from tests import env
from tests.factories import (
    CommentFactory,
    DecisionFactory,
    EmulationYearFactory,
    LegalBasisFactory,
    OutboxFactory,
    PaperFactory,
    SupervisionFactory,
    TitleFactory,
    UserFactory,
    leader_of,
)
from tests.units.panel import IMPORT, KEPT, SEEN, url
from units.imports.sample import decision_workbook, demonstration_rows
from units.models import DayOff, EmulationYear, LegalBasis, Unit, User

WIDTHS = (1280, 390)
LOUD = {"error", "warning"}
# Off by default in axe: it asks more than WCAG 2.1, and as much as 2.2.
RULES = {"rules": {"target-size": {"enabled": True}}}


@pytest.fixture
def rows(transactional_db):
    """One row at least of everything."""
    year = EmulationYearFactory(members=3)
    SupervisionFactory(bloc=year.bloc)
    DecisionFactory()
    DayOff.objects.create(authority=year.bloc.authority, day="2026-09-02", name="Quốc khánh")
    LegalBasisFactory()
    TitleFactory()
    OutboxFactory()
    CommentFactory(paper=PaperFactory(year=year, commenting=True))
    PaperFactory(signing=True, signed=1)
    return year


@pytest.fixture
def browsing(rows, live_server, login):
    """`with browsing() as visit: page = visit(path)`, logged in as an officer of the Ban Thi đua.

    The database is asked before: inside, the browser's event loop is running.
    """
    client = login(UserFactory(secretariat=True))

    @contextmanager
    def opened():
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=env.CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"]
            )
            context = browser.new_context()
            session = {"name": "sessionid", "value": client.cookies["sessionid"].value}
            context.add_cookies([session | {"url": live_server.url}])
            page = context.new_page()
            page.complaints = []
            page.on("console", lambda said: said.type in LOUD and page.complaints.append(said.text))
            page.on("pageerror", lambda error: page.complaints.append(str(error)))
            yield lambda path: page.goto(f"{live_server.url}{path}") and page
            browser.close()

    return opened


def assert_sound(page):
    """As wide as the window, nothing for axe, nothing said on the console."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        found = Axe().run(page, options=RULES).response["violations"]
        assert [(each["id"], each["nodes"][0]["html"]) for each in found] == [], page.url
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url
    assert page.complaints == [], page.url


pytestmark = [pytest.mark.browser, env.needs_chromium]


def test_lists_and_forms(browsing):
    paths = ["/quan-tri/", IMPORT, "/quan-tri/units/dayoff/lap-lich-nghi/"]
    paths += [url(LegalBasis, "import"), url(DayOff, "import")]
    paths += [url(model) for model in (*KEPT, *SEEN)]
    paths += [url(model, "add") for model in KEPT]

    with browsing() as visit:
        for path in paths:
            assert_sound(visit(path))


def test_pages_of_rows(browsing, rows):
    unit = rows.memberships.first().unit
    person = leader_of(unit)
    paths = [f"/quan-tri/units/user/{person.pk}/mat-khau/"]
    for row in (rows, rows.bloc, unit, person):
        paths += [url(type(row), page, row.pk) for page in ("change", "history", "delete")]
    paths += [url(model, "change", model.objects.order_by("pk").first().pk) for model in SEEN]

    with browsing() as visit:
        for path in paths:
            assert_sound(visit(path))


@pytest.mark.parametrize("model", [EmulationYear, Unit, User])
def test_rows_added_by_script_and_errors(browsing, model):
    with browsing() as visit:
        page = visit(url(model, "add"))
        for link in page.query_selector_all(".add-row a"):
            link.click()
        assert_sound(page)

        page.click("[name=_save]")

        page.wait_for_selector("[data-error-summary]")
        assert_sound(page)


def test_list_from_a_file_previewed_and_refused(browsing, tmp_path):
    files = tmp_path / "ngay-nghi.csv", tmp_path / "hong.csv"
    files[0].write_text("Ngày,Tên\n02/9/2026,Quốc khánh\n", encoding="utf-8-sig")
    files[1].write_text("Ngày,Tên\nhôm qua,Quốc khánh\n", encoding="utf-8-sig")

    with browsing() as visit:
        for file in files:
            page = visit(url(DayOff, "import"))
            page.set_input_files("[name=file]", file)
            page.get_by_role("button", name="Xem trước").click()
            page.wait_for_load_state()
            assert_sound(page)


def test_sheet_previewed_and_refused(browsing, tmp_path):
    sheets = tmp_path / "danh-sach.xlsx", tmp_path / "hong.xlsx"
    sheets[0].write_bytes(decision_workbook(demonstration_rows()[:20]))
    sheets[1].write_bytes(b"not a sheet")

    with browsing() as visit:
        for sheet in sheets:
            page = visit(IMPORT)
            page.fill("[name=summary]", "về việc kiện toàn khối, cụm thi đua")
            page.set_input_files("[name=file]", sheet)
            page.get_by_role("button", name="Xem trước").click()
            page.wait_for_load_state()
            assert_sound(page)
