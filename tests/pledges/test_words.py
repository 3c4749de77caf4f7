"""What a signature made here is called: "xác nhận ký trên hệ thống", never more than it is.

"Chữ ký số" and "hợp lệ" are for signatures by a government or public certificate; no page, file or
mail says them, or "có giá trị pháp lý", of a signature made in the application.
"""

import io
import re
import subprocess

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command

from khoithidua.models import AuditEntry, Outbox
from pledges import signing
from pledges.models.authority import root_certificates
from tests.env import needs_poppler
from tests.factories import (
    PASSWORD,
    EmulationYearFactory,
    PaperFactory,
    deputy_of,
    last_file,
    lead_of,
    leader_of,
    officer_of,
)
from tests.pledges.pages import at, text_of

pytestmark = pytest.mark.django_db

FORBIDDEN = re.compile(r"chữ ký số|(?<!không )có giá trị pháp lý|hợp lệ", re.IGNORECASE)
STATES = ["draft", "commenting", "adopted", "frozen", "signing", "complete"]


def demonstration(**state):
    return PaperFactory(year=EmulationYearFactory(bloc__is_demo=True), **state)


@pytest.mark.parametrize("state", STATES)
def test_pages_of_the_pledge_claim_no_more_than_was_done(login, state):
    paper = demonstration(reached=state)
    lead, leader = officer_of(lead_of(paper.year)), leader_of(deputy_of(paper.year))
    names = ["pledge_detail", "pledge_edit", "pledge_adopt", "pledge_freeze", "pledge_sign"]
    addresses = ["/", paper.year.get_absolute_url(), *(at(name, paper) for name in names)]

    pages = [login(user).get(address) for user in (lead, leader) for address in addresses]

    assert len(pages) == 14
    for page in pages:
        assert not FORBIDDEN.search(text_of(page)), page.request["PATH_INFO"]


def test_answers_to_the_form_claim_no_more_than_was_done(login):
    paper = demonstration(signing=True)
    client = login(leader_of(lead_of(paper.year)))
    right = {"declaration": "on", "password": PASSWORD, "shown": paper.code}

    answers = [
        client.post(at("pledge_sign", paper), right | {"password": "sai"}),
        client.post(at("pledge_sign", paper), right, follow=True),
    ]

    assert not any(FORBIDDEN.search(text_of(answer)) for answer in answers)


@pytest.mark.parametrize("state", ["signing", "complete", "superseded"])
def test_public_answers_claim_no_more_than_was_done(client, state):
    paper = demonstration(reached=state)
    data = last_file(paper).file.read()

    answers = [client.get("/xac-minh/"), client.get(f"/xac-minh/{paper.code}/")]
    for content in (data, data + b" ", paper.signed_files.get(sequence=0).file.read(), b"khac"):
        file = SimpleUploadedFile("giao-uoc.pdf", content)
        answers.append(client.post("/xac-minh/", {"file": file}))

    assert not any(FORBIDDEN.search(text_of(answer)) for answer in answers)
    assert "không có giá trị pháp lý" in text_of(answers[1])


@needs_poppler
@pytest.mark.parametrize("state", ["adopted", "frozen", "complete"])
def test_papers_claim_no_more_than_was_done(login, state):
    paper = demonstration(reached=state)
    name = "draft_pdf" if state == "adopted" else "file_in_force"

    data = login(officer_of(lead_of(paper.year))).get(at(name, paper)).content

    said = subprocess.run(["pdftotext", "-", "-"], input=data, capture_output=True, check=True)
    words = " ".join(said.stdout.decode().split())
    assert "Khối thi đua" in words
    assert not FORBIDDEN.search(words)
    assert ("Đã xác nhận ký trên hệ thống" in words) is (state == "complete")


def test_signatures_in_the_file_claim_no_more_than_was_done():
    found = signing.verify.inspect(
        last_file(demonstration(complete=True)).file.read(), root_certificates()
    )

    reasons = [one.reason for one in found.signatures]
    assert reasons[0].startswith("Niêm phong kỹ thuật.")
    assert all(reason.startswith("Xác nhận ký trên hệ thống.") for reason in reasons[1:])
    assert not any(FORBIDDEN.search(reason) for reason in reasons)


def test_mail_record_and_command_claim_no_more_than_was_done(tmp_path):
    paper = demonstration(complete=True)
    (tmp_path / "giao-uoc.pdf").write_bytes(last_file(paper).file.read())
    said = io.StringIO()
    call_command("verify_pdf", str(tmp_path / "giao-uoc.pdf"), stdout=said)

    mails = [f"{row.subject} {row.body}" for row in Outbox.objects.all()]
    record = [entry.summary for entry in AuditEntry.objects.all()]

    assert len(mails) == 4
    for text in [said.getvalue(), *mails, *record]:
        assert not FORBIDDEN.search(text)


def test_seal_of_the_system_is_never_called_an_agencys(client):
    paper = demonstration(complete=True)

    page = text_of(client.get(f"/xac-minh/{paper.code}/"))

    assert "con dấu" not in page
    assert "đóng dấu" not in page
