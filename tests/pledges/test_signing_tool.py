"""The signing tool's own way: the tokens in its addresses, and a program that speaks its protocol."""

import json
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from pledges import uploads
from pledges.models import Signature
from pledges.signing_tool import hold_of, parameters_for, token_for
from tests.factories import (
    PaperFactory,
    deputy_of,
    hold_for,
    last_file,
    lead_of,
    leader_of,
    signed_outside,
    token_of,
)
from tests.pledges.pages import at
from tests.pledges.signing.tools import by_pyhanko
from tests.pledges.tool import post, run_tool

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def switched_on(settings):
    settings.SIGNING_TOOL = True


@pytest.fixture
def hold(db):
    paper = PaperFactory(token=True, signing=True)
    return hold_for(paper, lead_of(paper.year))


def sent(client, token, data):
    file = SimpleUploadedFile("giao-uoc.pdf", data)
    return client.post(reverse("pledges:tool_upload", args=[token]), {"uploadfile": file})


def test_page_hands_the_tool_both_addresses(hold, login, settings):
    page = login(hold.user).get(at("token_sign", hold.paper)).content.decode()

    found = json.loads(re.search(r'id="signing-tool"[^>]*>(.*?)</script>', page)[1])
    assert found["address"] == "wss://127.0.0.1:8987/SignApproved"
    assert hold_of(found["request"]["FileName"].split("/")[-2]) == hold
    assert found["request"]["FileUploadHandler"].startswith(settings.SITE_URL)


def test_switched_off_nothing_is_there(hold, login, client, settings):
    settings.SIGNING_TOOL = False

    page = login(hold.user).get(at("token_sign", hold.paper)).content.decode()

    assert "signing-tool" not in page
    assert client.get(reverse("pledges:tool_file", args=[token_for(hold)])).status_code == 404
    assert sent(client, token_for(hold), b"%PDF").status_code == 404


def policy_of(answer):
    """{directive: sources} of a page's Content-Security-Policy."""
    directives = answer["Content-Security-Policy"].split(";")
    return {name: set(sources) for name, *sources in map(str.split, directives)}


def test_policy_lets_the_page_with_the_button_connect_to_the_tool_and_no_other(hold, login):
    client = login(hold.user)
    other = login(leader_of(deputy_of(hold.paper.year)))

    with_button = policy_of(client.get(at("token_sign", hold.paper)))
    refused = policy_of(client.post(at("token_sign", hold.paper), {}))
    without = [
        policy_of(client.get("/")),
        policy_of(client.get(at("pledge_detail", hold.paper))),
        policy_of(other.get(at("token_sign", hold.paper))),
    ]

    assert with_button["connect-src"] == {"'self'", "wss://127.0.0.1:8987"}
    assert refused == with_button
    assert all(policy == with_button | {"connect-src": {"'self'"}} for policy in without)


def test_policy_allows_nothing_more_where_the_tool_is_switched_off(hold, login, settings):
    settings.SIGNING_TOOL = False

    policy = policy_of(login(hold.user).get(at("token_sign", hold.paper)))

    assert policy["connect-src"] == {"'self'"}


def test_token_serves_one_turn_for_twenty_minutes(hold, client, today):
    token = token_for(hold)
    address = reverse("pledges:tool_file", args=[token])

    assert client.get(address).content == hold.base.file.read()
    today.shift(timedelta(minutes=19))
    assert client.get(address).status_code == 200
    today.shift(timedelta(minutes=2))
    assert client.get(address).status_code == 404


def test_token_ends_with_its_turn_and_serves_no_other(hold, client):
    token = token_for(hold)
    uploads.cancel_hold(hold, by=hold.user)
    hold_for(hold.paper, deputy_of(hold.paper.year))

    assert client.get(reverse("pledges:tool_file", args=[token])).status_code == 404
    assert sent(client, token, signed_outside(hold)).status_code == 404
    assert not Signature.objects.exists()


@pytest.mark.parametrize("change", [lambda text: text[:-1], lambda text: text.upper()])
def test_made_up_token_opens_nothing(hold, client, change):
    address = reverse("pledges:tool_file", args=[change(token_for(hold))])

    assert client.get(address).status_code == 404


def test_holder_whose_account_was_closed_hands_nothing_in(hold, client):
    hold.user.is_active = False
    hold.user.save(update_fields=["is_active"])

    assert sent(client, token_for(hold), signed_outside(hold)).status_code == 404


def test_answer_is_what_the_tool_expects(hold, client):
    refused = sent(client, token_for(hold), b"khong phai PDF").json()
    empty = client.post(reverse("pledges:tool_upload", args=[token_for(hold)])).json()
    taken = sent(client, token_for(hold), signed_outside(hold)).json()

    assert refused["Status"] == 1
    assert refused["Message"].startswith("Tệp này không phải là tệp PDF.")
    assert empty == {
        "Status": 1,
        "Message": "Hãy chọn tệp PDF vừa ký.",
        "FileName": "",
        "FileServer": "",
    }
    assert (taken["Status"], taken["FileName"][-4:]) == (0, ".pdf")
    assert Signature.objects.get().form == "token"


@pytest.mark.django_db(transaction=True)
def test_program_that_speaks_the_tools_protocol_signs(live_server, settings):
    settings.SITE_URL = live_server.url
    paper = PaperFactory(token=True, signing=True)
    hold = hold_for(paper, lead_of(paper.year))
    request = parameters_for(hold)["request"]
    token = token_of(hold.user.appointments.get())

    answer = run_tool(request, lambda data: by_pyhanko(data, "KY01", token))

    assert answer["Status"] == 0
    assert answer["FileServer"] == live_server.url + paper.get_absolute_url()
    assert last_file(paper).kind == "signature"
    assert (
        post(
            parameters_for(hold_for(paper, deputy_of(paper.year)))["request"]["FileUploadHandler"],
            b"x",
        )["Status"]
        == 1
    )
