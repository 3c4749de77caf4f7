from datetime import date

import pytest

from tests.factories import AuthorityFactory, DayOffFactory
from units.working_days import WorkCalendar, calendar_of, working_days_between

# 30 April and 1 May 2026 are a Thursday and a Friday; Saturday 9 May is worked instead.
CALENDAR = WorkCalendar({date(2026, 4, 30): False, date(2026, 5, 1): False, date(2026, 5, 9): True})


@pytest.mark.parametrize(
    ("day", "is_working"),
    [
        (date(2026, 4, 6), True),
        (date(2026, 4, 11), False),
        (date(2026, 4, 12), False),
        (date(2026, 4, 30), False),
        (date(2026, 5, 9), True),
    ],
    ids=["monday", "saturday", "sunday", "holiday", "worked-saturday"],
)
def test_day_is_worked(day, is_working):
    assert CALENDAR.is_working(day) is is_working


@pytest.mark.parametrize(
    ("due", "last_day"),
    [
        (date(2026, 2, 27), date(2026, 2, 27)),
        (date(2026, 2, 28), date(2026, 3, 2)),
        (date(2026, 4, 30), date(2026, 5, 4)),
        (date(2026, 5, 9), date(2026, 5, 9)),
        (date(2026, 5, 10), date(2026, 5, 11)),
    ],
    ids=["friday", "saturday", "long-holiday", "worked-saturday", "sunday"],
)
def test_deadline_on_a_day_off_runs_to_the_next_working_day(due, last_day):
    assert CALENDAR.next_working(due) == last_day


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        (date(2026, 4, 6), date(2026, 4, 6), 0),
        (date(2026, 4, 6), date(2026, 4, 7), 1),
        (date(2026, 4, 3), date(2026, 4, 6), 1),
        (date(2026, 4, 4), date(2026, 4, 6), 1),
        (date(2026, 4, 29), date(2026, 5, 4), 1),
        (date(2026, 5, 8), date(2026, 5, 11), 2),
        (date(2026, 4, 10), date(2026, 4, 6), 0),
    ],
    ids=[
        "same",
        "next",
        "over-weekend",
        "from-saturday",
        "holidays",
        "worked-saturday",
        "backwards",
    ],
)
def test_working_days_between(start, end, days):
    assert CALENDAR.working_days_between(start, end) == days


@pytest.mark.django_db
def test_calendar_is_the_authoritys_own(django_assert_num_queries):
    here, there = AuthorityFactory(), AuthorityFactory(slug="lang-son")
    DayOffFactory(authority=here, day=date(2026, 4, 30))
    DayOffFactory(authority=there, day=date(2026, 4, 9))
    DayOffFactory(authority=here, day=date(2026, 5, 9), worked=True)

    with django_assert_num_queries(1):
        calendar = calendar_of(here)

    assert calendar.exceptions == {date(2026, 4, 30): False, date(2026, 5, 9): True}
    assert working_days_between(date(2026, 4, 8), date(2026, 4, 9), there) == 0
    assert working_days_between(date(2026, 4, 8), date(2026, 4, 9), here) == 1
