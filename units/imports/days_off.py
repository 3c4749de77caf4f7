"""Public holidays as a first draft of an authority's calendar: entered once, then edited."""

import holidays
from django.db import transaction

from khoithidua import audit
from units.models import DayOff


def public_holidays(year):
    """[(day, is_working, name)] of Vietnam's days off in `year`, and of the days worked for them."""
    calendar = holidays.country_holidays("VN", years=year, language="vi")
    rows = [(day, False, name[:120]) for day, name in calendar.items() if day.year == year]
    worked = calendar.weekend_workdays
    rows += [(day, True, "Ngày làm bù") for day in worked if day.year == year]
    return sorted(rows)


@transaction.atomic
def seed_days_off(*, authority, year, by):
    """Add the public holidays that the authority's calendar lacks; return the new rows.

    A day that is entered already, whatever it says, stays as it is. Days worked for others are
    decided each year: the library knows those of years already decided.
    """
    known = set(authority.days_off.filter(day__year=year).values_list("day", flat=True))
    rows = DayOff.objects.bulk_create(
        DayOff(authority=authority, day=day, is_working=is_working, name=name)
        for day, is_working, name in public_holidays(year)
        if day not in known
    )
    if rows:
        audit.record(
            "day_off.seed",
            chain=audit.system_chain(),
            by=by,
            target=f"lich-nghi/{authority.slug}/{year}",
            summary=f"Lập lịch nghỉ năm {year} của {authority}: thêm {len(rows)} ngày.",
            after={row.day.isoformat(): row.name for row in rows},
        )
    return rows
