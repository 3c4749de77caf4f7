"""Working days: the plain week, corrected by the authority's list of days off and days worked."""

from dataclasses import dataclass, field
from datetime import date, timedelta

SATURDAY = 5
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class WorkCalendar:
    """`exceptions` maps a day to whether it is worked, where that differs from the plain week."""

    exceptions: dict[date, bool] = field(default_factory=dict)

    def is_working(self, day: date) -> bool:
        return self.exceptions.get(day, day.weekday() < SATURDAY)

    def next_working(self, day: date) -> date:
        """`day` itself when it is worked, else the first worked day after it.

        A deadline that falls on a day off runs to the end of the next working day.
        """
        while not self.is_working(day):
            day += ONE_DAY
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`; 0 when `end` is not after it.

        So what is due on Friday and comes on Monday is one working day late.
        """
        count = 0
        while start < end:
            start += ONE_DAY
            count += self.is_working(start)
        return count


def calendar_of(authority) -> WorkCalendar:
    """The calendar of an authority, in one query, or none where its days off were prefetched."""
    return WorkCalendar({row.day: row.is_working for row in authority.days_off.all()})


def working_days_between(start: date, end: date, authority) -> int:
    """Working days of `authority` after `start` up to and including `end`."""
    return calendar_of(authority).working_days_between(start, end)
