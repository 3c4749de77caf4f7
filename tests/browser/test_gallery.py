"""Every page, as everyone who may open it sees it, at 1280 and 390 pixels: axe finds nothing.

The pages come from the access matrix, which has every path of the URL configuration; what answers
nobody with a page (files, POST only, redirects) is listed in NOT_PAGES. Pages that differ in their
words only are looked at once.
"""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client

from tests.access_matrix import ROLES, ROWS, rows_of_panel
from tests.browser.barriers import barriers_of
from tests.browser.conftest import PHONE, become, log_in, press, visit
from tests.factories import PASSWORD, UserFactory
from tests.passkey import Passkey
from tests.test_access import ours, panels
from tests.world import World

# Answers nobody with a page of its own: files, POST only, redirects on.
NOT_PAGES = {
    "healthz",
    "mfa_login_webauthn",
    "mfa_download_recovery_codes",
    "pledges:draft_pdf",
    "pledges:file_in_force",
    "pledges:pledge_begin",
    "pledges:pledge_preview",
    "pledges:pledge_take_bases",
    "pledges:comments_open",
    "pledges:version_file",
    "pledges:scan_file",
    "pledges:signing_qr",
    "pledges:tablet_end",
    "pledges:tablet_leave",
    "pledges:root_certificate",
    "pledges:trust_list_file",
    "pledges:certificate_proof",
    "pledges:held_file",
    *(f"pledges:hold_{act}" for act in ("take", "extend", "cancel", "release")),
    "pledges:signatures_revalidate",
    "pledges:tool_file",
    "pledges:tool_upload",
    "scoring:node_arrange",
    "scoring:table_comments_open",
    "scoring:table_excel",
    "scoring:table_json",
    "scoring:table_template",
    "scoring:evidence_file",
    "scoring:evidence_page",
    "scoring:evidence_stop",
    "scoring:round_open",
    "scoring:scorecard_note",
    "scoring:scorecard_pass",
    "scoring:scorecard_row",
    "scoring:scorecard_try",
    "scoring:fact_answer",
    "scoring:fact_file",
    "scoring:owner_fact_check",
    "scoring:owner_fact_keep",
    "scoring:owner_workbook_confirm",
    "scoring:owner_workbook_download",
    "scoring:workbook_confirm",
    "scoring:answer_finish",
    "scoring:card_conclude",
    "scoring:card_end_answers",
    "scoring:card_reviewed",
    "scoring:criterion_ask",
    "scoring:duty_assign_all",
    "scoring:provisional_day",
    "scoring:provisional_show",
    "scoring:round_close",
    "scoring:verification_accept",
    "scoring:verification_begin",
    "scoring:workbook_download",
    *(f"scoring:self_table_{form}" for form in ("pdf", "docx", "xlsx", "json")),
    *(f"scoring:report_{form}" for form in ("pdf", "docx")),
    *(f"scoring:minutes_{form}" for form in ("pdf", "docx")),
    *(f"scoring:summary_{form}" for form in ("pdf", "docx", "xlsx", "json")),
    "admin:scoring_wordtemplate_file",
    "admin:scoring_wordtemplate_original",
    "admin:login",
    "admin:logout",
    "admin:password_change",
    "admin:password_change_done",
    "admin:autocomplete",
    "admin:jsi18n",
    "admin:view_on_site",
    "admin:app_list",
    "admin:units_decision_file",
    "admin:units_decision_template",
}
# Pages of one's own second factors, by what the account has; the matrix meets them closed.
WITHOUT_FACTORS = {"mfa_activate_totp", "mfa_add_webauthn"}
WITH_FACTORS = {
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_edit_webauthn",
    "mfa_remove_webauthn",
    "mfa_reauthenticate",
    "mfa_authenticate",
}
STATES = sorted({row.paper for row in ROWS} | {"frozen", "complete"})


def rows():
    """Every row of the matrix with its address, the panel's included."""
    addresses = ours()
    yield from ((addresses[row.name], row) for row in ROWS)
    yield from rows_of_panel(panels())


def shows_a_page(row):
    return any(row.get.answer(role) in (200, 403) for role in ROLES)


def test_a_barrier_would_be_found(open_page):
    page = open_page()
    visit(page, "/tro-giup/")

    page.evaluate("document.querySelector('main').innerHTML = '<input>'")
    page.evaluate("document.querySelector('main').style.minWidth = '3000px'")

    found = " ".join(barriers_of(page))
    assert "label: Form elements must have labels" in found
    assert "390px: wider than the window" in found


def test_every_path_is_in_the_gallery_or_no_page():
    shown = {row.name for _address, row in rows() if shows_a_page(row)}
    everything = {address.name for address, _row in rows()}

    assert everything - shown - WITH_FACTORS - WITHOUT_FACTORS <= NOT_PAGES
    assert everything >= NOT_PAGES | WITH_FACTORS | WITHOUT_FACTORS


@pytest.mark.parametrize("state", STATES, ids=lambda state: state or "no-pledge")
def test_pages_have_no_barrier(open_page, live_server, state):
    """Each page as each role sees it, in the state of the pledge that its row names."""
    gallery = Gallery(open_page(), live_server.url, World(state))

    for address, row in rows():
        # The pages of the pledge itself, and of its year, look different in every state.
        if not address.name.startswith("admin:") and (
            row.paper == state
            or is_of_every_state(row)
            or is_of_every_step(row, state)
            or (state == "tablet" and row.name == "pledges:pledge_sign")
        ):
            gallery.show(address, row)

    assert not gallery.barriers, "\n".join(gallery.barriers)


@pytest.mark.parametrize("role", ["secretariat", "superuser"])
def test_pages_of_the_panel_have_no_barrier(open_page, live_server, role):
    gallery = Gallery(open_page(), live_server.url, World().with_everything())

    for address, row in rows_of_panel(panels()):
        gallery.show(address, row, roles=[role])

    assert not gallery.barriers, "\n".join(gallery.barriers)


def is_of_every_state(row):
    return row.name in {
        "units:home",
        "units:year_detail",
        "pledges:pledge_detail",
        "pledges:comment_list",
        "pledges:target_list",
        "pledges:verify_code",
    }


def is_of_every_step(row, state):
    """Pages of verification that look different at every step of it."""
    names = ("verification_list", "verification_detail", "answer_list", "conference_detail")
    return state.startswith("judged-") and row.name in {f"scoring:{name}" for name in names}


class Gallery:
    """Walks through pages and gathers what axe finds on them."""

    # What this run looked at already: tags and classes of a page's own part, and of what is around
    # it, whatever their words.
    seen = set()

    def __init__(self, page, site, world):
        self.page, self.site, self.world = page, site, world
        self.barriers = []

    def show(self, address, row, roles=ROLES):
        if row.name in NOT_PAGES:
            return
        for role in roles:
            if row.get.answer(role) in (200, 403):
                user = self.world.people[role]
                path = self.world.path(address, user=user, pk=row.pk)
                if self.is_new(user, path):
                    become(self.page, user, self.site)
                    self.page.context.add_cookies(
                        [
                            {"name": name, "value": value, "url": self.site}
                            for name, value in self.world.cookies.items()
                        ]
                    )
                    self.page.goto(path)
                    self.barriers += barriers_of(self.page, role)

    def is_new(self, user, path):
        """Whether it is a page with a part that was built like none looked at before."""
        client = Client()
        if user:
            client.force_login(user)
        client.cookies.load(self.world.cookies)
        response = client.get(path)
        if not response.get("Content-Type", "").startswith("text/html"):
            return False
        html = response.content.decode()
        own = "".join(MAIN.findall(html))
        built = {structure(own), structure(html.replace(own, ""))}
        is_new = not built <= self.seen
        self.seen.update(built)
        return is_new


MAIN = re.compile(r"<main\b.*?</main>", re.DOTALL)
WORDS = re.compile(r">[^<]*[^<\s][^<]*<")
VALUES = re.compile(
    r'\b(href|action|value|datetime|content|id|for|title|aria-label|data-[\w-]+)="[^"]+"'
)
READER = re.compile(r"""hx-headers='[^']*'|<span class="account-capacity">[^<]*</span>""")


def structure(html):
    """The page without its words, addresses and numbers, and without who reads it."""
    html = WORDS.sub(">words<", READER.sub("", html))
    return re.sub(r"\s+", " ", VALUES.sub(r"\1", html))


# One's own account


def factors_of(user):
    """An application, a passkey and recovery codes; the authenticator of the passkey."""
    TOTP.activate(user, generate_totp_secret())
    RecoveryCodes.activate(user)
    return Passkey(user, party="localhost").register()


def test_pages_of_second_factors_have_no_barrier(open_page):
    without, having = UserFactory(), UserFactory()
    page = open_page()
    log_in(page, without)
    found = []
    for name in sorted(WITHOUT_FACTORS):
        visit(page, path_of(name))
        found += barriers_of(page)

    key = factors_of(having)
    page = open_page()
    log_in(page, having)
    assert page.url.endswith(path_of("mfa_authenticate"))
    found += barriers_of(page)
    prove_with_a_recovery_code(page, having)
    for name in sorted(WITH_FACTORS - {"mfa_authenticate"}):
        visit(page, path_of(name, key))
        found += barriers_of(page)

    assert not found, "\n".join(found)


def prove_with_a_recovery_code(page, user):
    codes = RecoveryCodes(
        Authenticator.objects.get(user=user, type=Authenticator.Type.RECOVERY_CODES)
    ).get_unused_codes()
    page.get_by_role("textbox").first.fill(codes[0])
    page.get_by_role("textbox").first.press("Enter")
    page.wait_for_url("**/")


def path_of(name, key=None):
    from django.urls import reverse

    parameters = ours()[name].parameters
    return reverse(name, kwargs={"pk": key.pk} if parameters else {})


# Pages that say what is wrong


def test_pages_with_errors_have_no_barrier(open_page):
    world = World("signing")
    phase = world.year.phases.get(kind="sign").pk
    calendar = f"{world.year.get_absolute_url()}lich/{phase}/gia-han/"
    found = []
    for role, path, button in (
        ("anonymous", "/dang-nhap/", "Đăng nhập"),
        ("anonymous", "/xac-minh/", "Kiểm tra"),
        ("lead_officer", calendar, "Gia hạn"),
        ("leader", f"{world.papers[world.year].get_absolute_url()}ky/", None),
    ):
        page = open_page(world.people[role])
        visit(page, path)
        page.evaluate("document.querySelectorAll('form').forEach(form => form.noValidate = true)")
        press(page, button or "Xác nhận ký cho Sở Thử nghiệm 3")
        assert page.locator("[role=alert], .error-summary, .invalid-feedback").count(), path
        found += barriers_of(page, role)

    assert not found, "\n".join(found)


@pytest.mark.parametrize(("path", "status"), [("/khong-co/", 404), ("/nhat-ky/", 403)])
def test_refusals_have_no_barrier(open_page, path, status):
    page = open_page(UserFactory())

    visit(page, path, status)

    assert not barriers_of(page)


# Without JavaScript


def test_everything_works_without_javascript(open_page):
    """Log in, comment, adopt, open signing, sign, verify: plain forms all the way."""
    world = World("commenting")
    paper = world.papers[world.year].get_absolute_url()
    leader = world.people["leader"]
    Authenticator.objects.all().delete()  # a passkey is JavaScript

    page = open_page(javascript=False)
    log_in(page, leader)
    visit(page, f"{paper}gop-y/")
    page.get_by_role("textbox", name="Ý kiến").fill("Nhất trí với dự thảo.")
    page.locator("main form button[type=submit]").first.click()
    assert "Nhất trí với dự thảo." in page.content()

    page = open_page(world.people["lead_officer"], javascript=False)
    visit(page, f"{paper}thong-qua/")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/mo-ky/")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(f"**{paper}")

    page = open_page(leader, width=PHONE[0], javascript=False)
    visit(page, f"{paper}ky/")
    page.get_by_role("checkbox").check()
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    press(page, "Xác nhận ký cho Sở Thử nghiệm 3")
    assert "Đã ghi nhận" in page.content()

    world.papers[world.year].refresh_from_db()
    page = open_page(javascript=False)
    visit(page, "/xac-minh/")
    page.get_by_label("Mã trên văn bản").fill(world.papers[world.year].code)
    page.get_by_label("Mã trên văn bản").press("Enter")
    page.wait_for_url("**/xac-minh/GU*/")
    assert "đang trong quá trình ký kết" in page.content().lower()
