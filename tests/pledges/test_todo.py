"""What the pledge gives people to do, to wait for and to see."""

from datetime import date, timedelta

import pytest

from khoithidua.text import date_long
from pledges import todo
from tests.factories import (
    AppointmentFactory,
    CommentFactory,
    EmulationYearFactory,
    PaperFactory,
    PhaseFactory,
    RegisteredCertificateFactory,
    UserFactory,
    clerk_of,
    deputy_of,
    lead_of,
    leader_of,
    member_of,
    officer_of,
    sign_for,
    sign_with_token,
)
from tests.pledges.pages import text_of
from units.models import User

pytestmark = pytest.mark.django_db

TODAY = date(2026, 4, 6)


def fresh(user):
    """The user as the next request would load them."""
    return User.objects.get(pk=user.pk)


def items(user):
    return [item.title for item in todo.items_for(fresh(user), TODAY)]


def awaited(user):
    return [(item.title, item.detail) for item in todo.awaited_for(fresh(user), TODAY)]


# To do, state by state

WRITE = {
    None: "Soạn giao ước thi đua năm 2026",
    "draft": "Hoàn thiện dự thảo giao ước thi đua năm 2026",
    "commenting": "Trả lời góp ý và trình thông qua giao ước thi đua năm 2026",
    "adopted": "Chốt và mở ký giao ước thi đua năm 2026",
    "frozen": "Chốt và mở ký giao ước thi đua năm 2026",
}
COMMENT = "Góp ý dự thảo giao ước thi đua năm 2026"
SIGN = "Ký giao ước thi đua năm 2026"


@pytest.mark.parametrize(
    "state", [None, "draft", "commenting", "adopted", "frozen", "signing", "complete"]
)
def test_each_person_is_given_what_is_theirs_to_do(state):
    year = EmulationYearFactory()
    if state:
        PaperFactory(year=year, reached=state)
    lead, deputy = lead_of(year), deputy_of(year)

    found = {
        "lead officer": items(officer_of(lead)),
        "deputy officer": items(officer_of(deputy)),
        "deputy leader": items(leader_of(deputy)),
        "clerk": items(clerk_of(lead)),
        "supervisor": items(UserFactory(watches=year.bloc)),
    }

    members = {"commenting": [COMMENT], "signing": []}.get(state, [])
    assert found == {
        "lead officer": [WRITE[state]] if state in WRITE else [],
        "deputy officer": members,
        "deputy leader": [SIGN] if state == "signing" else members,
        "clerk": [],
        "supervisor": [],
    }


def test_lead_is_told_how_many_remarks_wait_for_an_answer():
    paper = PaperFactory(commenting=True)
    CommentFactory(paper=paper, answered=True)
    for _ in range(2):
        CommentFactory(paper=paper)

    found = items(officer_of(lead_of(paper.year)))

    assert found == ["Trả lời 2 ý kiến góp ý giao ước thi đua năm 2026"]


def test_unit_that_commented_is_not_asked_again():
    remark = CommentFactory()

    assert items(remark.by) == []


def test_pledge_is_not_asked_for_before_its_time():
    year = EmulationYearFactory()

    found = list(todo.items_for(officer_of(lead_of(year)), date(2026, 2, 1)))

    assert found == []


def test_leader_who_signed_has_nothing_left_to_do():
    paper = PaperFactory(signing=True)
    leader = leader_of(lead_of(paper.year))
    before = items(leader)

    sign_for(paper, lead_of(paper.year))

    assert (before, items(leader)) == ([SIGN], [])


def test_signing_is_the_primary_thing_with_its_day_and_count():
    paper = PaperFactory(year=EmulationYearFactory(members=3), signing=True, signed=1)

    [item] = todo.items_for(leader_of(deputy_of(paper.year)), TODAY)

    assert (item.is_primary, item.due_on, item.action) == (True, date(2026, 4, 8), "Đọc và ký")
    assert item.context == "Khối thi đua số 1 · 1/3 đơn vị đã ký"
    assert item.url == paper.get_absolute_url()


@pytest.mark.parametrize(
    ("phases", "due"),
    [
        ([(1, 3), (10, 15)], date(2026, 4, 15)),
        ([(1, 11)], date(2026, 4, 13)),
        ([(1, 4), (10, 15)], TODAY),
    ],
)
def test_signing_is_due_when_the_pledge_s_own_page_says(login, phases, due):
    paper = PaperFactory(signing=True)
    paper.year.phases.all().delete()
    for opens, closes in phases:
        PhaseFactory(
            year=paper.year, opens_on=date(2026, 4, opens), closes_on=date(2026, 4, closes)
        )
    leader = leader_of(lead_of(paper.year))

    [item] = todo.items_for(fresh(leader), TODAY)
    [(_title, detail)] = awaited(leader)

    assert item.due_on == due
    assert f"Hạn {date_long(due)}." in detail
    assert f"Hạn ký {date_long(due)}" in text_of(login(leader).get(paper.get_absolute_url()))


def test_leader_is_not_asked_to_sign_here_what_is_signed_on_paper():
    paper = PaperFactory(form="paper", signing=True)

    assert items(leader_of(deputy_of(paper.year))) == []
    assert items(leader_of(lead_of(paper.year))) == [
        "Ghi nhận ký giấy, lưu bản quét giao ước thi đua năm 2026"
    ]


def test_clerk_is_asked_for_the_agencys_signature_once_the_leader_has_signed():
    paper = PaperFactory(token=True, signing=True, with_agency_seals=True)
    clerk = clerk_of(lead_of(paper.year))
    RegisteredCertificateFactory(unit=lead_of(paper.year))
    before = items(clerk)

    sign_with_token(paper, lead_of(paper.year))
    between = items(clerk)
    sign_with_token(paper, lead_of(paper.year), "agency")

    assert before == []
    assert between == ["Ký số của cơ quan trên giao ước thi đua năm 2026"]
    assert items(clerk) == []


def test_holder_is_told_of_a_certificate_that_ends_soon(today):
    row = RegisteredCertificateFactory()
    today.move_to(row.not_after - timedelta(days=62))
    before = items(row.registered_by)

    today.shift(timedelta(days=3))
    soon = items(row.registered_by)
    today.shift(timedelta(days=70))

    assert before == []
    assert soon == ["Chứng thư ký số sắp hết hạn"]
    assert items(row.registered_by) == ["Chứng thư ký số đã hết hạn"]


def test_whoever_signs_with_a_token_is_asked_to_register_its_certificate_first():
    paper = PaperFactory(token=True, signing=True, with_agency_seals=True)
    unit = deputy_of(paper.year)
    people = [leader_of(unit), clerk_of(unit), officer_of(unit)]

    before = [items(user) for user in people]
    RegisteredCertificateFactory(appointment=people[0].appointments.get())
    RegisteredCertificateFactory(unit=unit)

    own = "Đăng ký chứng thư để ký số giao ước thi đua năm 2026"
    agencys = "Đăng ký chứng thư của cơ quan để ký số giao ước thi đua năm 2026"
    assert before == [[SIGN, own], [agencys], []]
    assert [items(user) for user in people] == [[SIGN], [], []]


@pytest.mark.parametrize("traits", [{"signing": True}, {"token": True, "adopted": True}])
def test_nobody_is_asked_for_a_certificate_that_nothing_needs(traits):
    paper = PaperFactory(**traits)

    assert not [words for words in items(leader_of(lead_of(paper.year))) if "chứng thư" in words]


def test_clerk_is_not_asked_where_agencies_do_not_sign():
    paper = PaperFactory(token=True, signing=True)

    assert items(clerk_of(lead_of(paper.year))) == []


def test_administrator_is_not_asked_to_sign():
    paper = PaperFactory(signing=True)
    user = UserFactory(superuser=True)
    AppointmentFactory(unit=lead_of(paper.year), leader=True, user=user)

    assert items(user) == []


def test_closed_year_asks_for_nothing():
    year = EmulationYearFactory()
    PaperFactory(year=year, signing=True)
    year.closed_on = TODAY
    year.save(update_fields=["closed_on"])

    assert items(leader_of(lead_of(year))) == []
    assert awaited(leader_of(lead_of(year))) == []


def test_leader_who_left_is_asked_for_nothing():
    paper = PaperFactory(signing=True)
    leader = leader_of(lead_of(paper.year))
    leader.appointments.update(end_on=TODAY - timedelta(days=1))

    assert items(leader) == []


def test_leader_of_units_in_two_blocs_has_both_to_sign():
    papers = [PaperFactory(signing=True) for _ in range(2)]
    leader = leader_of(lead_of(papers[0].year))
    AppointmentFactory(unit=lead_of(papers[1].year), leader=True, user=leader)

    found = list(todo.items_for(fresh(leader), TODAY))

    assert {item.url for item in found} == {paper.get_absolute_url() for paper in papers}


# Waiting for others


def test_units_that_have_not_signed_are_named_but_not_ones_own():
    paper = PaperFactory(year=EmulationYearFactory(members=4), signing=True, signed=1)
    names = [party.short_name for party in paper.parties.order_by("position")]

    [(title, detail)] = awaited(officer_of(deputy_of(paper.year)))

    assert title == "2 đơn vị khác chưa ký giao ước thi đua năm 2026"
    assert detail == f"{names[2]}, {names[3]}. Hạn thứ Tư, 08/4/2026."


def test_supervisor_waits_for_every_unit():
    paper = PaperFactory(signing=True)

    [(title, _detail)] = awaited(UserFactory(watches=paper.year.bloc))

    assert title == "2 đơn vị chưa ký giao ước thi đua năm 2026"


def test_nothing_is_awaited_when_only_ones_own_unit_is_missing():
    paper = PaperFactory(signing=True, signed=1)

    assert awaited(leader_of(deputy_of(paper.year))) == []


# On the pages


def test_home_page_leads_straight_to_the_pledge(login):
    paper = PaperFactory(signing=True)

    page = login(leader_of(lead_of(paper.year))).get("/")

    assert f'href="{paper.get_absolute_url()}"' in page.content.decode()
    assert "có 1 việc cần làm" in text_of(page)
    assert SIGN in text_of(page)


def test_home_page_of_someone_outside_shows_nothing_of_the_bloc(login):
    PaperFactory(signing=True)
    stranger = officer_of(lead_of(EmulationYearFactory(phases=False)))

    page = text_of(login(stranger).get("/"))

    assert "Khối thi đua số 1" not in page
    assert "chưa ký" not in page


@pytest.mark.parametrize(
    ("state", "headline"),
    [
        ("draft", "Đơn vị trưởng khối đang soạn dự thảo giao ước."),
        ("commenting", "Giao ước thi đua đang lấy ý kiến."),
        ("signing", "Khối đang ký giao ước: 1/3 đơn vị đã ký, hạn thứ Tư, 08/4/2026."),
        ("complete", "Giao ước đã hoàn tất: 3/3 đơn vị đã ký."),
    ],
)
def test_overview_of_the_year_says_where_the_pledge_stands(login, state, headline):
    year = EmulationYearFactory(members=3)
    PaperFactory(year=year, reached=state, signed=1 if state == "signing" else 0)

    page = text_of(login(officer_of(member_of(year))).get(year.get_absolute_url()))

    assert headline in page


def test_overview_shows_which_seats_have_signed_and_who_still_has_to(login):
    paper = PaperFactory(year=EmulationYearFactory(members=3), signing=True, signed=1)

    page = text_of(login(leader_of(deputy_of(paper.year))).get(paper.year.get_absolute_url()))

    assert page.count("Đã ký 06/4") == 1
    assert "Sở Thử nghiệm 2 chưa ký." in page
    assert "Đọc và ký giao ước" in page
