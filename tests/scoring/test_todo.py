"""What scoring gives people to do, as the home page and the tabs show it."""

from datetime import date

import pytest

from scoring import owner_facts, todo
from tests.conftest import TODAY
from tests.factories import (
    EmulationYearFactory,
    OwnerFactFactory,
    PhaseFactory,
    RoundFactory,
    ScorecardFactory,
    clerk_of,
    deputy_of,
    lead_of,
    leader_of,
    member_of,
    officer_of,
)
from units.models import User

pytestmark = pytest.mark.django_db


def titles(user):
    """What a person finds on the home page: a user as a request loads it."""
    fresh = User.objects.get(pk=user.pk)
    return [item.title for item in todo.items_for(fresh, TODAY)]


def awaited(user):
    fresh = User.objects.get(pk=user.pk)
    return [item.title for item in todo.awaited_for(fresh, TODAY)]


def test_officer_fills_a_draft_by_the_last_day_of_the_phase():
    card = ScorecardFactory()
    PhaseFactory(
        year=card.year,
        kind="self_assessment",
        opens_on=date(2026, 4, 1),
        closes_on=date(2026, 4, 11),
    )

    fresh = User.objects.get(pk=officer_of(card.unit).pk)
    (item,) = todo.items_for(fresh, TODAY)

    assert item.title == "Tự chấm điểm năm 2026"
    assert item.due_on == date(2026, 4, 13), "a Saturday runs to the next working day"
    assert item.tab == "scoring"


def test_each_person_finds_what_lies_with_them():
    card = ScorecardFactory(leader=True)

    assert titles(leader_of(card.unit)) == ["Xác nhận bản tự chấm năm 2026"]
    assert titles(officer_of(card.unit)) == []
    assert awaited(officer_of(card.unit)) == ["Bản tự chấm năm 2026 chờ lãnh đạo xác nhận"]
    assert titles(clerk_of(card.unit)) == []


def test_reviewer_finds_the_card():
    card = ScorecardFactory(review=True)

    assert titles(card.reviewer) == ["Soát xét bản tự chấm năm 2026"]


def test_card_that_was_sent_asks_nothing_more():
    card = ScorecardFactory(submitted=True)

    assert titles(officer_of(card.unit)) == []
    assert titles(leader_of(card.unit)) == []


def test_overview_tells_who_has_sent_and_no_points(login):
    card = ScorecardFactory(submitted=True)
    year = card.year

    html = login(officer_of(lead_of(year))).get(year.get_absolute_url()).content.decode()

    assert html.count("Đã gửi") == 1
    assert html.count("Chưa gửi") == 3


# Facts that one agency gives


def test_owner_gives_facts_then_answers_then_has_nothing_to_do():
    round = RoundFactory()
    lead, unit = lead_of(round.year), member_of(round.year)
    filling = "Tự chấm điểm năm 2026"
    assert titles(officer_of(lead)) == [filling, "Cung cấp số liệu chung năm 2026: còn 4 dòng"]

    facts = [
        OwnerFactFactory(round=round, unit=member.unit, source="Báo cáo số 1/BC-STN")
        for member in round.year.members()
    ]
    assert titles(officer_of(lead)) == [filling]
    assert titles(leader_of(lead)) == ["Đối chiếu số liệu về chính đơn vị với văn bản: 1 mục"]

    own = next(fact for fact in facts if fact.is_own)
    owner_facts.check_own_fact(own, by=leader_of(lead), revision=1)
    assert titles(leader_of(lead)) == []

    about = next(fact for fact in facts if fact.unit == unit)
    owner_facts.object_to_fact(about, by=officer_of(unit), revision=1, note="Còn thiếu.")
    assert titles(officer_of(lead)) == [filling, "Trả lời ý kiến về số liệu chung: 1 mục"]
    owner_facts.keep_fact(about, by=officer_of(lead), revision=1, note="Đã tính đủ.")
    assert titles(officer_of(lead)) == [filling]


def test_unit_answers_what_was_given_about_it_and_hears_of_no_other():
    fact = OwnerFactFactory()
    year = fact.year
    asked = "Xác nhận số liệu cơ quan khác cung cấp: 1 mục"

    assert asked in titles(officer_of(fact.unit))
    assert asked not in titles(officer_of(deputy_of(year)))
    assert asked not in titles(clerk_of(fact.unit))
    assert asked not in titles(leader_of(fact.unit))
    owner_facts.confirm_fact(fact, by=officer_of(fact.unit), revision=1)
    assert asked not in titles(officer_of(fact.unit))


def test_facts_ask_for_nothing_once_they_stand_still():
    round = RoundFactory(provisional=True)

    assert titles(officer_of(lead_of(round.year))) == []


@pytest.mark.parametrize("members", [2, 4])
def test_work_costs_the_same_for_two_units_and_four(members, django_assert_num_queries):
    round = RoundFactory(year=EmulationYearFactory(members=members))
    for member in round.year.members():
        OwnerFactFactory(round=round, unit=member.unit, source="Báo cáo số 1/BC-STN")
    officer = officer_of(lead_of(round.year))
    titles(officer)
    fresh = User.objects.get(pk=officer.pk)
    fresh.current_appointments

    with django_assert_num_queries(26):  # nothing is remembered outside a request
        list(todo.items_for(fresh, TODAY))
