"""What the home page tells each person to do, by the state the bloc's pledge is in."""

import pytest

from tests.factories import PaperFactory, sign_for
from tests.world import World

pytestmark = pytest.mark.django_db

BEGIN, FINISH = "Soạn giao ước", "Hoàn thiện dự thảo"
COMMENT, ANSWER, ADOPT = "Góp ý dự thảo", "Trả lời 1 ý kiến", "Trả lời góp ý và trình thông qua"
FREEZE, SIGN = "Chốt và mở ký", "Ký giao ước"


def todo(login, world):
    """{role: [beginnings of titles]} of everyone who has anything to do."""
    work = {
        role: [item.title for item in login(user).get("/").context["items"]]
        for role, user in world.people.items()
        if user
    }
    return {role: titles for role, titles in work.items() if titles}


def writers(*, lead=(), unit=()):
    """What the lead unit's leader and officer have to do, and what a plain unit's have."""
    expected = {"lead_leader": lead, "lead_officer": lead, "leader": unit, "officer": unit}
    return {role: list(titles) for role, titles in expected.items() if titles}


@pytest.mark.parametrize(
    ("paper", "expected"),
    [
        ("", writers(lead=[BEGIN])),
        ("draft", writers(lead=[FINISH])),
        ("commenting", writers(lead=[ANSWER], unit=[COMMENT])),
        ("adopted", writers(lead=[FREEZE])),
        ("frozen", writers(lead=[FREEZE])),
        ("signing", {"lead_leader": [SIGN], "leader": [SIGN]}),
        ("complete", {}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_everyone_is_told_what_is_theirs_to_do(login, paper, expected):
    world = World(paper)
    if paper == "" or "lead_leader" in expected:
        expected |= {"other_leader": expected["lead_leader"]}

    told = todo(login, world)

    assert {
        role: [title[: len(expected[role][0])] for title in titles]
        for role, titles in told.items()
        if role in expected
    } == expected
    assert set(told) == set(expected)


def test_unit_that_commented_is_not_asked_again(login):
    world = World("commenting")
    client = login(world.people["officer"])
    before = client.get("/").context["items"]

    client.post(
        f"{world.papers[world.year].get_absolute_url()}gop-y/",
        {"clause": "chung", "text": "Nhất trí."},
    )

    assert (len(before), len(client.get("/").context["items"])) == (1, 0)


def test_signature_given_is_no_longer_asked_for_and_the_others_are_awaited(login):
    world = World("signing")
    leader = world.people["leader"]

    sign_for(world.papers[world.year], leader.appointments.get().unit)

    context = login(leader).get("/").context
    assert context["items"] == []
    [awaited] = context["awaited"]
    assert awaited.title.startswith("2 đơn vị khác chưa ký")
    assert "Sở Thử nghiệm 1, Sở Thử nghiệm 2." in awaited.detail


def test_late_work_is_said_to_be_late(login, today):
    world = World("signing")
    today.move_to("2026-04-09T02:00:00+00:00")

    page = login(world.people["leader"]).get("/")

    assert page.context["late"] == 1
    assert "1 việc đã quá hạn" in page.content.decode()


def test_signing_says_how_many_signed(login):
    world = World("signing")
    sign_for(world.papers[world.year], world.people["lead_leader"].appointments.get().unit)

    [item] = login(world.people["leader"]).get("/").context["items"]

    assert item.is_primary and item.action == "Đọc và ký"
    assert "1/3 đơn vị đã ký" in item.context


def test_closed_year_gives_nothing_to_do(login):
    world = World("signing")
    world.year.closed_on = "2026-04-05"
    world.year.save(update_fields=["closed_on"])

    assert login(world.people["leader"]).get("/").context["items"] == []


def test_tab_counts_what_is_to_do_in_it(login):
    world = World("signing")

    tabs = login(world.people["leader"]).get(world.year.get_absolute_url()).context["tabs"]

    assert {tab.key: tab.count for tab in tabs if tab.count} == {"pledge": 1}


@pytest.mark.parametrize("traits", [{"signing": True}, {"signing": True, "signed": 1}])
def test_supervisor_waits_for_the_units_that_have_not_signed(login, traits):
    world = World(paper="")
    PaperFactory(year=world.year, **traits)

    [awaited] = login(world.people["supervisor"]).get("/").context["awaited"]

    assert awaited.title.startswith(f"{3 - traits.get('signed', 0)} đơn vị chưa ký")
