"""The page on which a leader signs: who may, what proves who they are, what never signs."""

from datetime import date, timedelta

import pytest
from django.test import Client

from pledges.models import Signature
from tests.factories import (
    PASSWORD,
    AppointmentFactory,
    PaperFactory,
    UserFactory,
    clerk_of,
    deputy_of,
    lead_of,
    leader_of,
    officer_of,
)
from tests.pledges.pages import at, text_of

pytestmark = pytest.mark.django_db

SIGNED = {"declaration": "on", "password": PASSWORD}


def leader_client(login, paper):
    return login(leader_of(lead_of(paper.year)))


def post(client, paper, data, **origin):
    """Send the form of the page, which also says which version was shown."""
    return client.post(
        at("pledge_sign", paper), {"shown": paper.code or "", **data}, follow=True, **origin
    )


# Signing


def test_leader_reads_what_is_signed_and_in_whose_name(login):
    paper = PaperFactory(signing=True)

    page = text_of(leader_client(login, paper).get(at("pledge_sign", paper)))

    party = paper.parties.get(position=1)
    assert "Giao ước thi đua năm 2026 của Khối thi đua số 1" in page
    assert f"đồng ý với toàn bộ nội dung và ký thay mặt {party.unit_name}." in page
    assert "Xác nhận ký cho Sở Thử nghiệm 1" in page
    assert f"{leader_of(party.unit).full_name}, Giám đốc Sở Thử nghiệm 1" in page


def test_leader_signs_with_declaration_and_password(login):
    paper = PaperFactory(signing=True)

    answer = post(leader_client(login, paper), paper, SIGNED)

    made = Signature.objects.get()
    assert answer.redirect_chain == [(paper.get_absolute_url(), 302)]
    assert "Đã ghi nhận: Sở Thử nghiệm 1 đã ký giao ước thi đua năm 2026." in text_of(answer)
    assert (made.user, made.proof) == (leader_of(lead_of(paper.year)), "password")
    assert "1/2" in text_of(answer)


def test_second_click_signs_nothing_more(login):
    paper = PaperFactory(signing=True)
    client = leader_client(login, paper)

    post(client, paper, SIGNED)
    again = post(client, paper, SIGNED)

    assert again.redirect_chain == [(paper.get_absolute_url(), 302)]
    assert Signature.objects.count() == 1
    assert paper.signed_files.count() == 2


def test_colleague_who_comes_second_learns_that_the_unit_has_signed(login):
    paper = PaperFactory(signing=True, signed=1)
    colleague = AppointmentFactory(
        unit=lead_of(paper.year), leader=True, user__username="pld-moi"
    ).user

    answer = post(login(colleague), paper, SIGNED)

    assert answer.status_code == 403
    assert "Sở Thử nghiệm 1 đã ký." in text_of(answer)


def test_leader_of_two_units_signs_for_each(login):
    paper = PaperFactory(signing=True)
    leader = leader_of(lead_of(paper.year))
    second = deputy_of(paper.year)
    AppointmentFactory(unit=second, leader=True, user=leader)
    client = login(leader)

    shown = {"shown": paper.code}
    client.post(f"{at('pledge_sign', paper)}?don-vi={second.slug}", SIGNED | shown)
    client.post(at("pledge_sign", paper), SIGNED | shown)

    made = Signature.objects.order_by("pk")
    assert [row.party.unit for row in made] == [second, lead_of(paper.year)]
    assert {row.user for row in made} == {leader}


# Who may


@pytest.mark.parametrize("person", ["officer", "clerk", "secretariat", "inspector", "supervisor"])
def test_nobody_but_a_leader_signs(login, person):
    paper = PaperFactory(signing=True)
    unit = lead_of(paper.year)
    user = {
        "officer": lambda: officer_of(unit),
        "clerk": lambda: clerk_of(unit),
        "secretariat": lambda: UserFactory(secretariat=True),
        "inspector": lambda: UserFactory(inspector=True),
        "supervisor": lambda: UserFactory(watches=paper.year.bloc),
    }[person]()
    client = login(user)

    answers = [client.get(at("pledge_sign", paper)), post(client, paper, SIGNED)]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert not Signature.objects.exists()


@pytest.mark.parametrize("role", [{"superuser": True}, {"secretariat": True}])
def test_administrator_who_is_also_a_leader_does_not_sign(login, role):
    paper = PaperFactory(signing=True)
    user = UserFactory(**role)
    AppointmentFactory(unit=lead_of(paper.year), leader=True, user=user)

    answer = post(login(user), paper, SIGNED)

    assert answer.status_code == 403
    assert "Tài khoản quản trị không ký thay bất kỳ ai." in text_of(answer)
    assert not Signature.objects.exists()


def test_leader_does_not_sign_for_another_unit(login):
    paper = PaperFactory(signing=True)
    other = deputy_of(paper.year)
    client = leader_client(login, paper)

    address = f"{at('pledge_sign', paper)}?don-vi={other.slug}"
    answer = client.post(address, SIGNED | {"shown": paper.code})

    assert answer.status_code == 403
    assert not Signature.objects.exists()


def test_leader_of_a_unit_outside_the_bloc_finds_nothing(login):
    paper = PaperFactory(signing=True)
    stranger = AppointmentFactory(leader=True).user

    assert post(login(stranger), paper, SIGNED).status_code == 404


def test_leader_whose_appointment_ended_yesterday_does_not_sign(login):
    paper = PaperFactory(signing=True)
    leader = leader_of(lead_of(paper.year))
    leader.appointments.update(end_on=date(2026, 4, 5))

    answer = post(login(leader), paper, SIGNED)

    assert answer.status_code == 404
    assert not Signature.objects.exists()


@pytest.mark.parametrize(("day", "may"), [(6, True), (7, False)])
def test_leader_signs_from_the_first_day_of_the_appointment(login, day, may):
    paper = PaperFactory(signing=True)
    new = AppointmentFactory(
        unit=lead_of(paper.year),
        leader=True,
        user__username="pld-moi",
        start_on=date(2026, 4, day),
    ).user

    post(login(new), paper, SIGNED)

    assert Signature.objects.filter(user=new).exists() is may


def test_locked_account_does_not_sign(login):
    paper = PaperFactory(signing=True)
    leader = leader_of(lead_of(paper.year))
    client = login(leader)
    leader.is_active = False
    leader.save(update_fields=["is_active"])

    answer = post(client, paper, SIGNED)

    assert answer.redirect_chain[0][0].startswith("/dang-nhap/")
    assert not Signature.objects.exists()


# When


def test_deadline_that_passed_is_told_and_an_extension_lets_them_sign(login, today):
    paper = PaperFactory(signing=True)
    today.shift(timedelta(days=3))
    client = leader_client(login, paper)

    refused = post(client, paper, SIGNED)
    phase = paper.year.phases.get(kind="sign")
    phase.extend(date(2026, 4, 10), reason="Lãnh đạo đi công tác", by=paper.created_by)
    post(client, paper, SIGNED)

    assert refused.status_code == 403
    assert "Đã hết hạn ký (thứ Tư, 08/4/2026). Đơn vị trưởng khối có thể gia hạn." in text_of(
        refused
    )
    assert Signature.objects.count() == 1


def test_order_of_the_grid_is_kept_by_the_server(login):
    paper = PaperFactory(signing=True, in_order=True)
    second = login(leader_of(deputy_of(paper.year)))

    early = post(second, paper, SIGNED)
    post(leader_client(login, paper), paper, SIGNED)
    post(second, paper, SIGNED)

    assert early.status_code == 403
    assert "đang chờ Sở Thử nghiệm 1 ký trước" in text_of(early)
    assert [row.party.position for row in Signature.objects.order_by("pk")] == [1, 2]


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ("adopted", "Chỉ lãnh đạo của đơn vị ký được giao ước."),
        ("frozen", "Giao ước thi đua năm 2026 hiện đã chốt."),
        ("complete", None),
    ],
)
def test_paper_that_is_not_being_signed_is_not_signed(login, state, sentence):
    paper = PaperFactory(reached=state)
    before = Signature.objects.count()

    answer = post(leader_client(login, paper), paper, SIGNED)

    assert Signature.objects.count() == before
    assert sentence is None or sentence in text_of(answer)


@pytest.mark.parametrize(("form", "words"), [("token", "ký số công vụ"), ("paper", "ký giấy")])
def test_paper_signed_in_another_form_is_not_signed_here(login, form, words):
    paper = PaperFactory(form=form, signing=True)

    answer = post(leader_client(login, paper), paper, SIGNED)

    assert answer.status_code == 403
    assert f"Văn bản này ký theo hình thức {words}." in text_of(answer)


# What never signs


def test_opening_the_page_never_signs(login):
    paper = PaperFactory(signing=True)
    client = leader_client(login, paper)
    address = at("pledge_sign", paper)

    for ask in (client.get, client.head):
        ask(address)
        ask(address, SIGNED)

    assert not Signature.objects.exists()


def test_declaration_that_was_not_ticked_never_signs(login):
    paper = PaperFactory(signing=True)

    answer = post(leader_client(login, paper), paper, {"password": PASSWORD})

    assert answer.status_code == 422
    assert "Cần đánh dấu vào lời xác nhận trước khi ký." in text_of(answer)
    assert not Signature.objects.exists()


def test_page_that_showed_another_version_never_signs(login):
    paper = PaperFactory(signing=True)

    answer = post(leader_client(login, paper), paper, SIGNED | {"shown": "GU26-AAAA-BBBB"})

    assert answer.status_code == 422
    assert "Giao ước đã có phiên bản khác kể từ khi trang này được mở." in text_of(answer)
    assert not Signature.objects.exists()


def test_log_in_of_this_minute_alone_never_signs(client):
    paper = PaperFactory(signing=True)
    leader = leader_of(lead_of(paper.year))
    client.post("/dang-nhap/", {"login": leader.username, "password": PASSWORD})

    answer = post(client, paper, {"declaration": "on"})

    assert answer.status_code == 422
    assert "Cần xác nhận người ký" in text_of(answer)
    assert not Signature.objects.exists()


def test_form_of_another_site_never_signs():
    paper = PaperFactory(signing=True)
    client = Client(enforce_csrf_checks=True)
    client.force_login(leader_of(lead_of(paper.year)))

    assert client.post(at("pledge_sign", paper), SIGNED).status_code == 403
    assert not Signature.objects.exists()


def test_stranger_is_asked_to_log_in(client):
    paper = PaperFactory(signing=True)

    answer = client.post(at("pledge_sign", paper), SIGNED)

    assert answer.status_code == 302
    assert answer["Location"].startswith("/dang-nhap/")
