"""Fixtures that tests of the panel share."""

import pytest

from tests.factories import (
    AuthorityFactory,
    DayOffFactory,
    DecisionFactory,
    EmulationYearFactory,
    MembershipFactory,
    UserFactory,
)


@pytest.fixture
def authority(db):
    return AuthorityFactory()


@pytest.fixture
def officer(authority):
    """Of the Ban Thi đua of the one province there is."""
    return UserFactory(secretariat=True, username="ban-thidua", authority=authority)


@pytest.fixture
def panel(officer, login):
    """A client logged in as that officer."""
    return login(officer)


@pytest.fixture
def other(authority):
    """A second province, with a bloc, a year, units and people of its own."""
    other = AuthorityFactory(slug="lang-son", name="tỉnh Lạng Sơn")
    year = EmulationYearFactory(bloc__authority=other, members=0)
    MembershipFactory(year=year, unit__authority=other)
    DecisionFactory(authority=other)
    DayOffFactory(authority=other)
    return other
