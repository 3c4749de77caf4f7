"""The ceremony: the board on the wall, and a device that one leader after another signs on."""

from datetime import timedelta

import pytest
from django.test import Client

from pledges import ceremony
from pledges.models import Paper, Signature
from tests.factories import (
    PASSWORD,
    EmulationYearFactory,
    PaperFactory,
    deputy_of,
    lead_of,
    leader_of,
    officer_of,
    remembered_drawing,
    sign_for,
)
from tests.pledges.pages import at, text_of

pytestmark = pytest.mark.django_db
AFTER_LOG_IN = "/dang-nhap/?next={}"


@pytest.fixture
def paper():
    return PaperFactory(signing=True)


@pytest.fixture
def tablet(login, paper):
    """The device, after the lead switched it on."""
    device = login(officer_of(lead_of(paper.year)))
    device.post(at("tablet_begin", paper))
    return device


def log_in(device, paper, user):
    return device.post(
        AFTER_LOG_IN.format(at("pledge_sign", paper)),
        {"login": user.username, "password": PASSWORD, "next": at("pledge_sign", paper)},
    )


def sign_on(device, paper, password=PASSWORD):
    form = {"declaration": "on", "password": password, "shown": paper.code}
    with remembered_drawing():
        return device.post(at("pledge_sign", paper), form)


def is_logged_in(device):
    return device.get("/").status_code == 200


def test_whoever_switches_it_on_is_logged_out_of_it(tablet, paper):
    assert not is_logged_in(tablet)
    assert "Đăng nhập để đọc và ký" in text_of(tablet.get(at("tablet", paper)))


def test_each_leader_proves_who_they_are_and_is_logged_out_after_signing(tablet, paper):
    for number, unit in enumerate((lead_of(paper.year), deputy_of(paper.year)), 1):
        log_in(tablet, paper, leader_of(unit))
        assert "Chưa ký, đăng xuất" in text_of(tablet.get(at("pledge_sign", paper)))
        assert sign_on(tablet, paper, password="sai").status_code == 422

        answer = sign_on(tablet, paper)

        assert answer["Location"] == at("tablet", paper)
        assert not is_logged_in(tablet)
        assert Signature.objects.count() == number
        assert "đã ký giao ước" in text_of(tablet.get(at("tablet", paper)))

    assert {row.user for row in Signature.objects.all()} == {
        leader_of(lead_of(paper.year)),
        leader_of(deputy_of(paper.year)),
    }
    assert Paper.objects.get(pk=paper.pk).state == "complete"


def test_leader_who_does_not_sign_is_logged_out_on_leaving(tablet, paper):
    log_in(tablet, paper, leader_of(lead_of(paper.year)))
    assert "Máy này đang đăng nhập tài khoản" in text_of(tablet.get(at("tablet", paper)))

    tablet.post(at("tablet_leave", paper))

    assert not is_logged_in(tablet)
    assert not Signature.objects.exists()


def test_leader_who_walks_away_does_not_stay_logged_in(tablet, paper, today):
    log_in(tablet, paper, leader_of(lead_of(paper.year)))
    tablet.get(at("pledge_sign", paper))

    today.shift(timedelta(seconds=ceremony.IDLE_SECONDS + 1))

    assert not is_logged_in(tablet)


def test_leader_who_signed_already_is_logged_out_too(tablet, paper):
    sign_for(paper, lead_of(paper.year))
    log_in(tablet, paper, leader_of(lead_of(paper.year)))

    answer = tablet.get(at("pledge_sign", paper))

    assert answer["Location"] == at("tablet", paper)
    assert not is_logged_in(tablet)


def test_device_is_shared_for_its_day_only(tablet, paper, today):
    today.shift(timedelta(days=1))

    assert tablet.get(at("tablet", paper))["Location"] == at("pledge_detail", paper)


def test_device_is_shared_for_its_paper_only(tablet):
    other = PaperFactory(signing=True)

    assert tablet.get(at("tablet", other))["Location"] == at("pledge_detail", other)


def test_device_is_switched_off_where_it_stands(tablet, paper):
    tablet.post(at("tablet_end", paper))

    assert tablet.get(at("tablet", paper))["Location"] == at("pledge_detail", paper)


@pytest.mark.parametrize("cookie", ["", "khong-phai", "eyJwYXBlciI6IkdVIn0:1:x"])
def test_cookie_that_nobody_signed_opens_nothing(paper, cookie):
    device = Client()
    device.cookies[ceremony.COOKIE] = cookie

    assert device.get(at("tablet", paper))["Location"] == at("pledge_detail", paper)


def test_device_signs_nothing_without_a_leader(tablet, paper):
    assert sign_on(tablet, paper).status_code == 302

    assert not Signature.objects.exists()


def test_leader_on_their_own_device_stays_logged_in(login, paper):
    device = login(leader_of(lead_of(paper.year)))

    assert sign_on(device, paper)["Location"] == at("pledge_detail", paper)
    assert is_logged_in(device)


@pytest.mark.parametrize(("state", "form"), [("complete", "system"), ("signing", "paper")])
def test_device_is_switched_on_only_while_people_sign_in_the_application(login, state, form):
    paper = PaperFactory(form=form, **{state: True})

    client = login(officer_of(lead_of(paper.year)))

    assert client.post(at("tablet_begin", paper)).status_code == 403


# The board


def test_board_shows_every_seat_and_renews_its_own_part(login, paper):
    sign_for(paper, lead_of(paper.year))
    client = login(officer_of(deputy_of(paper.year)))

    page = text_of(client.get(at("signing_board", paper)))
    part = client.get(at("signing_board", paper), HTTP_HX_REQUEST="true")

    assert "1/2 đơn vị đã ký" in page
    assert "Chưa ký" in page
    assert "1/2 đơn vị đã ký" in " ".join(text_of(part).split())
    assert "<html" not in part.content.decode()


def test_qr_opens_the_signing_page_which_asks_who_it_is(login, paper, settings):
    answer = login(officer_of(deputy_of(paper.year))).get(at("signing_qr", paper))

    assert answer["Content-Type"] == "image/svg+xml"
    assert answer.content.startswith(b"<svg")
    assert Client().get(at("pledge_sign", paper))["Location"].startswith("/dang-nhap/")


@pytest.mark.parametrize("members", [2, 4])
def test_board_costs_the_same_for_two_units_and_for_four(login, django_assert_num_queries, members):
    paper = PaperFactory(year=EmulationYearFactory(members=members), signing=True, signed=1)
    client = login(leader_of(lead_of(paper.year)))
    client.get(at("signing_board", paper))

    with django_assert_num_queries(4):
        client.get(at("signing_board", paper))
