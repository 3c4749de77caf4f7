"""Eight leaders and two clerks sign one pledge with tokens, outside the application.

Each token is a PKCS#12 file that only the test holds; pyHanko's command line signs with it, as the
signer's own tool does, on a file that came from the page and goes back through it.
"""

import io
import json
import re
import subprocess
import sys
import time

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from pledges import uploads
from tests.browser.conftest import PHONE, press, visit
from tests.env import needs_poppler
from tests.factories import (
    EmulationYearFactory,
    PaperFactory,
    agency_token,
    certificate_for,
    clerk_of,
    hold_for,
    last_file,
    lead_of,
    leader_of,
    make_ca,
    officer_of,
    token_of,
    trust_provider,
)
from tests.pledges.tool import run_tool

pytestmark = needs_poppler
PIN = "12345678"
# pyHanko's command line with the clock of the tests: a signer's computer knows what time it is.
PYHANKO = """
import runpy, sys, time_machine
time_machine.travel(float(sys.argv.pop(1))).start()
runpy.run_module("pyhanko", run_name="__main__")
"""


@pytest.fixture
def paper(live_server):
    make_ca()
    trust_provider()
    return PaperFactory(year=EmulationYearFactory(eight=True), adopted=True)


def file_field(page):
    return page.get_by_label("Tệp đã ký", exact=True).and_(page.locator("input"))


def sign_by_command(path, field, token):
    """The held file signed by pyHanko's command line; the path of what it wrote."""
    key, pin, signed = (path.with_name(name) for name in ("token.p12", "pin.txt", "da-ky.pdf"))
    key.write_bytes(token.pkcs12(PIN))
    pin.write_text(PIN)
    command = [sys.executable, "-c", PYHANKO, str(time.time())]
    words = ["sign", "addsig", "--field", field, "pkcs12", "--passfile", pin, path, signed, key]
    subprocess.run([*command, *words], check=True, capture_output=True)
    return signed


def sign(page, paper, field, token, folder):
    """From the turn to the file handed in, on the page of whoever is logged in."""
    visit(page, f"{paper.get_absolute_url()}ky-so/")
    expect(page.get_by_text(field).first).to_be_visible()
    press(page, "Giữ lượt ký")
    link = page.get_by_role("link", name="Tải tệp để ký (PDF)").get_attribute("href")
    held = folder / "giao-uoc.pdf"
    held.write_bytes(page.context.request.get(link).body())
    file_field(page).set_input_files(sign_by_command(held, field, token))
    press(page, "Nộp tệp đã ký")
    expect(page.get_by_text("Đã nhận:")).to_be_visible()


def hand_in_seal(paper, party, path):
    """The agency's signature without the browser."""
    hold = hold_for(paper, party.unit, "agency")
    path.write_bytes(hold.base.file.read())
    signed = sign_by_command(path, party.agency_field, agency_token(party.unit))
    uploads.accept_upload(hold, signed.read_bytes(), by=hold.user)


def post_of(user):
    return user.appointments.get()


def freeze_for_tokens(page, paper):
    visit(page, f"{paper.get_absolute_url()}mo-ky/")
    page.get_by_label("Ký số công vụ").check()
    page.get_by_label("Có cả chữ ký của cơ quan").check()
    press(page, "Chốt và mở ký")
    expect(page.get_by_text("Đã chốt và mở ký")).to_be_visible()


def test_eight_leaders_and_their_agencies_sign_with_tokens(paper, open_page, tmp_path):
    colleague = open_page(officer_of(lead_of(paper.year)))
    freeze_for_tokens(colleague, paper)
    paper.refresh_from_db()
    parties = list(paper.parties.order_by("position"))

    for number, party in enumerate(parties, 1):
        leader = leader_of(party.unit)
        certificate_for(party.unit)
        page = open_page(
            leader, width=PHONE[0] if number % 3 == 0 else 1280, javascript=number != 2
        )
        sign(page, paper, party.leader_field, token_of(post_of(leader)), tmp_path)
        visit(colleague, paper.get_absolute_url())
        expect(colleague.get_by_text(re.compile(rf"{number}/8\s+đã ký"))).to_be_visible()
    for party in parties[:2]:
        certificate_for(party.unit, "agency")
        page = open_page(clerk_of(party.unit))
        sign(page, paper, party.agency_field, agency_token(party.unit), tmp_path)
    for party in parties[2:]:
        hand_in_seal(paper, party, tmp_path / "giao-uoc.pdf")

    paper.refresh_from_db()
    assert paper.state == "complete"
    visit(colleague, paper.get_absolute_url())
    expect(colleague.get_by_text("Chưa ký")).to_have_count(0)
    assert_intact_to_others(paper, tmp_path / "hoan-tat.pdf")


def assert_intact_to_others(paper, path):
    """poppler, who knows nothing of us, and our own command."""
    path.write_bytes(last_file(paper).file.read())
    said = subprocess.run(["pdfsig", path], capture_output=True, text=True, check=True).stdout
    assert said.count("Signature is Valid.") == 17
    assert said.count("Total document signed") == 1
    ours = io.StringIO()
    call_command("verify_pdf", str(path), stdout=ours)
    assert "TOÀN VẸN, đủ 8/8 đơn vị" in ours.getvalue()


def test_refused_file_is_explained_and_the_next_one_is_taken(paper, open_page, tmp_path):
    freeze_for_tokens(open_page(officer_of(lead_of(paper.year))), paper)
    paper.refresh_from_db()
    leader = leader_of(lead_of(paper.year))
    field = paper.parties.get(unit=lead_of(paper.year)).leader_field
    hold = hold_for(paper, lead_of(paper.year))
    page = open_page(leader)
    visit(page, f"{paper.get_absolute_url()}ky-so/")
    held = tmp_path / "giao-uoc.pdf"
    held.write_bytes(hold.base.file.read())

    file_field(page).set_input_files(held)
    press(page, "Nộp tệp đã ký")
    expect(page.get_by_role("alert")).to_contain_text("chưa có chữ ký mới")
    file_field(page).set_input_files(sign_by_command(held, field, token_of(post_of(leader))))
    press(page, "Nộp tệp đã ký")

    expect(page.get_by_text("Đã nhận:")).to_be_visible()


def test_button_hands_the_file_to_the_tool_on_the_machine(
    paper, open_page, live_server, settings, tmp_path
):
    """The tool's socket is answered by the test's program, which signs as the tool does."""
    settings.SIGNING_TOOL, settings.SITE_URL = True, live_server.url
    freeze_for_tokens(open_page(officer_of(lead_of(paper.year))), paper)
    paper.refresh_from_db()
    leader, party = leader_of(lead_of(paper.year)), paper.parties.get(unit=lead_of(paper.year))
    hold_for(paper, party.unit)
    token = token_of(post_of(leader))
    page = open_page(leader)

    def signed(data):
        held = tmp_path / "giao-uoc.pdf"
        held.write_bytes(data)
        return sign_by_command(held, party.leader_field, token).read_bytes()

    def tool(socket):
        def asked(message):
            socket.send(json.dumps(run_tool(json.loads(message), signed)))

        socket.on_message(asked)

    page.route_web_socket("wss://127.0.0.1:8987/SignApproved", tool)
    visit(page, f"{paper.get_absolute_url()}ky-so/")
    press(page, "Ký bằng phần mềm trên máy này")

    expect(page.get_by_text(re.compile(r"1/8\s+đã ký"))).to_be_visible()
    assert last_file(paper).kind == "signature"
