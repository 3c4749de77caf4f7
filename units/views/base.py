"""What every page of a bloc's year starts from: the year, its members, its tabs."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.http import Http404
from django.urls import reverse

from units.models import EmulationYear, deadlines
from units.permissions import acts_for_deputy, acts_for_lead, memberships_of
from units.reference import remember
from units.working_days import calendar_of


@dataclass(frozen=True)
class Tab:
    key: str
    label: str
    url: str
    count: int
    current: bool


class YearPage:
    """One bloc's year as one user sees it; `context()` is what templates/year.html needs."""

    def __init__(self, request, year, years):
        self.request = request
        self.user = request.user
        self.year = year
        self.years = years

    @cached_property
    def memberships(self):
        """Members on the year's day of reference, in order of protocol; remembered, so read only."""
        year = self.year
        key = ("members", year.pk, year.reference_day)
        return remember(self.request.frame.stamp, key, year.members)

    @cached_property
    def mine(self):
        """Memberships of the user's own units."""
        return memberships_of(self.user, self.memberships)

    @cached_property
    def is_lead(self):
        return acts_for_lead(self.user, self.memberships)

    @cached_property
    def is_deputy(self):
        return acts_for_deputy(self.user, self.memberships)

    @cached_property
    def calendar(self):
        authority = self.year.bloc.authority
        key = ("calendar", authority.pk)
        return remember(self.request.frame.stamp, key, lambda: calendar_of(authority))

    @cached_property
    def phases(self):
        key = ("phases", self.year.pk)
        return remember(self.request.frame.stamp, key, lambda: list(self.year.phases.all()))

    def deadline(self, kind):
        """Last day to act in the phase of this kind that is open or comes next; None without one."""
        return deadlines(self.phases, self.calendar, self.request.today).get(kind)

    def url(self, name, *args):
        return reverse(name, args=[self.year.bloc.slug, self.year.number, *args])

    def tabs(self, current):
        counts = Counter(
            item.tab for item in self.request.frame.work if item.year_id == self.year.pk
        )
        return [
            Tab(key, label, self.url(name), counts[key], key == current)
            for key, label, name in settings.YEAR_TABS
        ]

    def context(self, current, **extra):
        return {
            "page": self,
            "year": self.year,
            "years": [
                (year.number, year.get_absolute_url(), year.pk == self.year.pk)
                for year in self.years
            ],
            "tabs": self.tabs(current),
            "stage_notice": self.year.stage_notice,
            **extra,
        }


def open_year(request, bloc, number):
    """The YearPage of an address; 404 for a year that is not there or not the user's to see."""
    years = request.user.remembered(f"years of {bloc}", lambda: _years_of(request.user, bloc))
    year = next((year for year in years if year.number == number), None)
    if year is None:
        raise Http404
    return YearPage(request, year, years)


def _years_of(user, bloc):
    """The bloc's years this user may open, newest first, all of one Bloc with its names."""
    years = list(
        EmulationYear.objects.visible_to(user)
        .filter(bloc__slug=bloc)
        .with_names()
        .order_by("-number")
    )
    for year in years:
        year.bloc = years[0].bloc
    return years
