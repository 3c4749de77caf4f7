"""A real browser on the live server, and pages that fail on what a person would not see.

    page = open_page()                    a window nobody is logged in to, 1280 pixels wide
    page = open_page(user)                logged in, by the session's cookie
    page = open_page(user, width=390)     a phone; `javascript=False` for a browser without it
    log_in(page, user)                    by the form, as people do
    visit(page, "/khoi/")                 go there; refuses any answer but 200 (or `status=403`)
    press(page, "Đăng nhập")              press the button or link of this name and wait for the answer

What a page was caught at (a violation of the content security policy, an error in a script, a
resource that did not come, a request to another server) fails the test when it ends.
"""

import os
from pathlib import Path
from unittest.mock import patch

import pytest
from django.test import Client

from tests import env
from tests.factories import PASSWORD

WIDE, PHONE = (1280, 800), (390, 844)
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost",
]
REPORT_VIOLATIONS = """
addEventListener("securitypolicyviolation", function (event) {
  console.error("CSP violation: " + event.violatedDirective + " " + event.blockedURI);
});
"""


def pytest_collection_modifyitems(items):
    here = str(Path(__file__).parent)
    for item in items:
        if str(item.path).startswith(here):
            item.add_marker(pytest.mark.browser)
            item.add_marker(env.needs_chromium)


@pytest.fixture(scope="package")
def browser():
    """Chromium, for the browser tests only: its event loop runs in this thread meanwhile."""
    from playwright.sync_api import sync_playwright

    # The tests use the ORM beside that loop, in the same thread and never within a coroutine.
    with patch.dict(os.environ, {"DJANGO_ALLOW_ASYNC_UNSAFE": "1"}), sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=env.CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser, live_server):
    caught, contexts = [], []

    def opened(user=None, *, width=WIDE[0], javascript=True):
        context = browser.new_context(
            base_url=live_server.url,
            viewport=dict(
                zip(("width", "height"), PHONE if width == PHONE[0] else WIDE, strict=True)
            ),
            locale="vi-VN",
            timezone_id="Asia/Ho_Chi_Minh",
            java_script_enabled=javascript,
        )
        contexts.append(context)
        context.set_default_timeout(15_000)
        context.add_init_script(REPORT_VIOLATIONS)
        page = context.new_page()
        _watch(page, caught, live_server.url)
        become(page, user, live_server.url)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not caught, "\n".join(caught)


def _watch(page, caught, own):
    def tell(problem):
        caught.append(f"{page.url}: {problem}")

    def on_response(response):
        is_document = response.request.resource_type == "document"
        if response.status >= (500 if is_document else 400):
            tell(f"{response.status} {response.url}")

    def on_console(message):
        # That a page itself is a 403 or 404 is told by whoever visits it.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            tell(f"console: {message.text}")

    def on_request(request):
        if not request.url.startswith((own, "data:", "blob:")):
            tell(f"asked another server: {request.url}")

    def on_failure(request):
        # A page left while something was still loading.
        if request.failure != "net::ERR_ABORTED":
            tell(f"{request.failure}: {request.url}")

    page.on("pageerror", lambda error: tell(f"script error: {error}"))
    page.on("console", on_console)
    page.on("response", on_response)
    page.on("request", on_request)
    page.on("requestfailed", on_failure)


def become(page, user, address):
    """From now on the page's requests are this user's, or nobody's."""
    page.context.clear_cookies()
    if user:
        session = Client()
        session.force_login(user)
        cookie = {"name": "sessionid", "value": session.cookies["sessionid"].value}
        page.context.add_cookies([cookie | {"url": address}])


def visit(page, path, status=200):
    response = page.goto(path)
    assert response.status == status, f"{path}: {response.status}"
    return response


def press(page, name):
    """The button or link with this accessible name; the answer has come when this returns."""
    found = page.get_by_role("button", name=name, exact=True)
    if not found.count():
        found = page.get_by_role("link", name=name, exact=True)
    with page.expect_navigation(wait_until="load"):
        found.first.click()


def log_in(page, user, password=PASSWORD):
    visit(page, "/dang-nhap/")
    page.get_by_label("Tên đăng nhập").fill(user.username)
    page.get_by_label("Mật khẩu").fill(password)
    press(page, "Đăng nhập")
