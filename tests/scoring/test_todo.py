"""What scoring gives people to do, as the home page and the tabs show it."""

from datetime import date

import pytest

from scoring import todo
from tests.conftest import TODAY
from tests.factories import (
    PhaseFactory,
    ScorecardFactory,
    clerk_of,
    lead_of,
    leader_of,
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
