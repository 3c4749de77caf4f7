from datetime import date

import pytest
from django.urls import reverse

from khoithidua.models import AuditEntry
from tests.factories import (
    AppointmentFactory,
    AuthorityFactory,
    BlocFactory,
    EmulationYearFactory,
    MembershipFactory,
    PaperFactory,
    UserFactory,
    clerk_of,
    lead_of,
    leader_of,
    member_of,
    officer_of,
)
from units.models import Membership, Phase

pytestmark = pytest.mark.django_db


@pytest.fixture
def year():
    return EmulationYearFactory(members=3)


@pytest.fixture
def lead(year):
    return officer_of(lead_of(year))


@pytest.fixture
def member(year):
    return leader_of(member_of(year))


@pytest.fixture
def outsider():
    return AppointmentFactory(leader=True).user


def pages(year):
    address = [year.bloc.slug, year.number]
    phase = year.phases.get(kind=Phase.Kind.SIGN)
    return [
        reverse("units:year_detail", args=address),
        reverse("units:calendar", args=address),
        reverse("units:phase_extend", args=[*address, phase.pk]),
    ]


# Who gets in


def test_pages_of_a_year_send_a_stranger_to_log_in(client, year):
    answers = [client.get(path) for path in ["/", "/khoi/", *pages(year)]]

    assert {answer.status_code for answer in answers} == {302}
    assert all(answer["Location"].startswith("/dang-nhap/?next=") for answer in answers)


def test_pages_of_a_year_are_not_there_for_another_bloc(login, year, outsider):
    client = login(outsider)

    assert {client.get(path).status_code for path in pages(year)} == {404}


def test_year_that_does_not_exist_is_not_found(login, year, member):
    path = reverse("units:year_detail", args=[year.bloc.slug, 2031])

    assert login(member).get(path).status_code == 404


def test_years_of_a_unit_that_left_stay_open_to_it(login, year, member):
    """What one's unit took part in is still one's own to read."""
    Membership.objects.filter(unit=member_of(year)).update(end_on=date(2026, 3, 31))

    assert login(member).get(pages(year)[0]).status_code == 200


def test_role_taken_away_counts_on_the_next_request(login, year):
    inspector = UserFactory(inspector=True)
    client = login(inspector)
    before = client.get(pages(year)[0]).status_code

    type(inspector).objects.filter(pk=inspector.pk).update(role="")

    assert (before, client.get(pages(year)[0]).status_code) == (200, 404)


def test_closed_account_is_out_on_the_next_request(login, year, member):
    client = login(member)
    client.get("/")

    type(member).objects.filter(pk=member.pk).update(is_active=False)

    assert client.get("/")["Location"].startswith("/dang-nhap/")


# Home


def test_home_greets_and_lists_the_years(login, year, member):
    page = login(member).get("/").content.decode()

    assert f"Chào đồng chí {member.full_name}" in page
    assert "Thứ Hai, ngày 06 tháng 4 năm 2026" in page or "06/4/2026" in page
    assert year.get_absolute_url() in page


def test_home_of_somebody_without_a_unit_is_empty_but_works(login):
    page = login(UserFactory()).get("/").content.decode()

    assert "không có việc nào đang chờ" in page
    assert "Không chờ ai." in page
    assert "Chưa có việc gì được ghi lại." in page


def test_home_tells_what_happened_in_ones_own_blocs_only(login, member, year):
    PaperFactory(year=year, adopted=True)
    PaperFactory(year=EmulationYearFactory(), adopted=True)

    events = login(member).get("/").context["events"]

    assert {event.chain for event in events} == {year.audit_chain}
    assert [event.action for event in events] == ["paper.adopt", "paper.open_comments"]


# The year


def test_year_shows_members_in_order_with_names_and_roles(login):
    year = EmulationYearFactory(eight=True)

    page = login(leader_of(lead_of(year))).get(pages(year)[0]).content.decode()

    names = ["Văn phòng Đoàn ĐBQH và HĐND tỉnh", "Văn phòng UBND tỉnh", "Sở Nội vụ", "Sở Tư pháp"]
    places = [page.index(f"<h3>{name}</h3>") for name in names]
    assert places == sorted(places)
    assert page.count('<p class="role">Trưởng khối</p>') == 1
    assert page.count('<p class="role">Phó Trưởng khối</p>') == 1
    assert page.count("Thành viên mới") == 2
    assert "Tám đơn vị" in page


def test_year_shows_theme_anniversaries_and_where_it_stands(login, year, member):
    PaperFactory(year=year, signing=True, signed=1)

    page = login(member).get(pages(year)[0]).content.decode()

    assert year.theme in page and year.province_theme in page
    assert year.anniversaries in page
    assert "1/3 đơn vị đã ký" in page
    assert "Đã ký 06/4" in page


def test_year_shows_the_notice_of_its_stage(login, year, member):
    year.stage_notice = "Dữ liệu trình diễn, bước ký kết."
    year.save(update_fields=["stage_notice"])

    assert year.stage_notice in login(member).get(pages(year)[0]).content.decode()


def test_phase_line_says_what_is_past_and_what_is_now(login, year, member):
    line = login(member).get(pages(year)[0]).context["phases"]

    states = {phase.kind: (status, words) for phase, _deadline, status, words in line}
    assert states["sign"] == ("now", "Còn 2 ngày") or states["sign"][0] == "now"
    assert all(status == "done" for kind, (status, _) in states.items() if kind != "sign")


# The calendar


def test_calendar_shows_the_last_day_to_act(login, year, member):
    rows = login(member).get(pages(year)[1]).context["rows"]

    deadlines = {phase.kind: deadline for phase, deadline in rows}
    assert deadlines["register"] == date(2026, 3, 2)
    assert deadlines["sign"] == date(2026, 4, 8)


@pytest.mark.parametrize(("person", "may"), [("lead", True), ("member", False)])
def test_calendar_offers_extension_to_the_lead_only(login, request, year, person, may):
    user = request.getfixturevalue(person)

    page = login(user).get(pages(year)[1])

    assert page.context["may_extend"] is may
    assert ("gia-han/" in page.content.decode()) is may


def extend(client, year, **data):
    return client.post(pages(year)[2], {"to": "2026-04-15", "reason": "Chờ đủ chữ ký"} | data)


def test_lead_extends_and_everyone_sees_why(login, year, lead, member):
    response = extend(login(lead), year)

    assert response["Location"] == pages(year)[1]
    page = login(member).get(pages(year)[1]).content.decode()
    assert "Từ 08/4/2026 sang 15/4/2026: Chờ đủ chữ ký" in page
    assert AuditEntry.objects.filter(action="phase.extend", actor=lead.username).count() == 1


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ({"to": "2026-04-08"}, "Hạn mới phải sau hạn hiện nay (08/04/2026)"),
        ({"to": ""}, "Trường này là bắt buộc"),
        ({"reason": " "}, "Trường này là bắt buộc"),
        ({"to": "0026-04-15"}, "Năm phải từ 1900 đến 2100"),
    ],
)
def test_extension_that_makes_no_sense_is_refused_in_words(login, year, lead, data, problem):
    page = extend(login(lead), year, **data)

    assert any(
        problem in error for errors in page.context["form"].errors.values() for error in errors
    )
    assert year.phases.get(kind="sign").closes_on == date(2026, 4, 8)


def test_extension_over_the_next_phase_is_refused_in_words(login, year, lead):
    path = pages(year)[2]
    Phase.objects.create(
        year=year, kind="sign", opens_on=date(2026, 4, 14), closes_on=date(2026, 4, 20)
    )

    page = login(lead).post(path, {"to": "2026-04-15", "reason": "Chờ"})

    assert "không được chồng nhau" in page.content.decode()


@pytest.mark.parametrize("who", [leader_of, officer_of, clerk_of])
def test_nobody_but_the_lead_extends(login, year, who):
    response = extend(login(who(member_of(year))), year)

    assert response.status_code == 403
    assert "Chỉ đơn vị trưởng khối gia hạn được" in response.content.decode()
    assert year.phases.get(kind="sign").closes_on == date(2026, 4, 8)


def test_closed_year_is_not_extended(login, year, lead):
    year.closed_on = date(2026, 4, 1)
    year.save(update_fields=["closed_on"])

    assert extend(login(lead), year).status_code == 403


def test_phase_of_another_year_is_not_extended_here(login, year, lead):
    phase = EmulationYearFactory(members=0).phases.first()
    path = reverse("units:phase_extend", args=[year.bloc.slug, year.number, phase.pk])

    assert login(lead).post(path, {"to": "2026-12-01", "reason": "x"}).status_code == 404


# The list of years


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["Khối A", "Cụm B"]),
        ({"nam": "2025"}, ["Cụm B"]),
        ({"q": "Khối"}, ["Khối A"]),
        ({"q": "Không có"}, []),
        ({"nam": "năm ngoái"}, ["Khối A", "Cụm B"]),
    ],
)
def test_years_are_found_by_name_and_number(login, query, found):
    EmulationYearFactory(bloc=BlocFactory(name="Khối A"), members=0)
    EmulationYearFactory(bloc=BlocFactory(name="Cụm B"), members=0, number=2025)

    page = login(UserFactory(inspector=True)).get("/khoi/", query).context["page"]

    assert [year.bloc_name for year in page] == found


@pytest.mark.parametrize("typed", ["cao bang", "CAO BẰNG", "cao  bằng", "dong", "Đông"])
def test_years_are_found_without_marks_and_under_any_name(login, typed):
    year = EmulationYearFactory(bloc=BlocFactory(name="Khối thi đua Đông Cao Bằng"), members=0)
    year.bloc.names.create(start_on=date(2026, 3, 1), name="Khối thi đua số 7")
    EmulationYearFactory(members=0)

    page = login(UserFactory(inspector=True)).get("/khoi/", {"q": typed}).context["page"]

    assert list(page) == [year]


def test_bloc_is_found_under_its_new_name_at_once(login, year):
    client = login(UserFactory(inspector=True))
    before = client.get("/khoi/", {"q": "noi chinh"}).context["page"]

    year.bloc.names.update(name="Khối thi đua các cơ quan nội chính")

    assert list(before) == []
    assert list(client.get("/khoi/", {"q": "noi chinh"}).context["page"]) == [year]


def test_years_are_ones_own(login, year, outsider, member):
    assert len(login(outsider).get("/khoi/").context["page"]) == 0
    assert len(login(member).get("/khoi/").context["page"]) == 1


# The account


def test_account_shows_the_posts_held_today(login, year, member):
    page = login(member).get("/tai-khoan/").content.decode()

    assert member.username in page
    assert f"Giám đốc {member_of(year).name_on(date(2026, 4, 6)).short}" in page


# Cost


def costs(client, path, assert_num_queries, number):
    """The page's queries once what is remembered between requests is remembered."""
    client.get(path)
    with assert_num_queries(number):
        assert client.get(path).status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_home_costs_the_same_however_many_blocs(login, rows, django_assert_num_queries):
    post = AppointmentFactory(leader=True)
    for _ in range(rows):
        year = EmulationYearFactory()
        MembershipFactory(year=year, unit=post.unit)
        PaperFactory(year=year, signing=True, signed=1)

    costs(login(post.user), "/", django_assert_num_queries, 5)


@pytest.mark.parametrize("path", ["/khoi/", "/khoi/?q=so"])
@pytest.mark.parametrize("rows", [1, 3])
def test_year_list_costs_the_same_however_long(login, rows, path, django_assert_num_queries):
    for _ in range(rows):
        EmulationYearFactory(members=0)

    client = login(UserFactory(inspector=True))

    costs(client, path, django_assert_num_queries, 6)


@pytest.mark.parametrize("members", [2, 4])
def test_year_costs_the_same_however_many_members(login, members, django_assert_num_queries):
    year = EmulationYearFactory(members=members)
    PaperFactory(year=year, signing=True, signed=1)

    costs(login(leader_of(lead_of(year))), pages(year)[0], django_assert_num_queries, 4)


@pytest.mark.parametrize("rows", [1, 3])
def test_calendar_costs_the_same_however_many_phases(login, rows, django_assert_num_queries):
    year = EmulationYearFactory(phases=False)
    user = officer_of(lead_of(year))
    for number in range(rows):
        phase = Phase.objects.create(
            year=year,
            kind=Phase.Kind.values[number],
            opens_on=date(2026, 4, 1),
            closes_on=date(2026, 4, 8),
        )
        phase.extend(date(2026, 4, 15), reason="Chờ", by=user)

    costs(login(user), pages_calendar(year), django_assert_num_queries, 6)


def pages_calendar(year):
    return reverse("units:calendar", args=[year.bloc.slug, year.number])


def test_pages_ask_nothing_more_with_many_other_blocs(
    login, year, member, django_assert_num_queries
):
    AuthorityFactory(slug="lang-son")
    for _ in range(3):
        EmulationYearFactory()

    costs(login(member), pages(year)[0], django_assert_num_queries, 4)
