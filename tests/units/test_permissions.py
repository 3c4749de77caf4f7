"""Each predicate × each role, for today; what a user was or will be does not count."""

from datetime import date

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser

from tests.factories import AppointmentFactory, BlocFactory, SupervisionFactory, UserFactory
from tests.world import World
from units import permissions
from units.models import EmulationYear

pytestmark = pytest.mark.django_db

PROVINCE = {"secretariat", "inspector", "superuser"}


@pytest.fixture
def world():
    return World(paper="")


def allowed(world, predicate):
    return {
        role
        for role, user in world.people.items()
        if predicate(user or AnonymousUser(), world.year.members())
    }


def unit_predicate(function):
    """Of the ordinary member unit, third in the order of protocol."""
    return lambda user, members: function(user, members[2].unit_id)


@pytest.mark.parametrize(
    ("predicate", "roles"),
    [
        (unit_predicate(permissions.is_leader), {"leader"}),
        (unit_predicate(permissions.is_officer), {"officer"}),
        (unit_predicate(permissions.is_clerk), {"clerk"}),
        (permissions.acts_for_lead, {"lead_leader", "lead_officer"}),
        (permissions.acts_for_deputy, set()),
    ],
    ids=["leader", "officer", "clerk", "lead", "deputy"],
)
def test_predicate_holds_for(world, predicate, roles):
    assert allowed(world, predicate) == roles


def test_deputy_acts_for_the_deputy_unit(world):
    deputy = world.year.members()[1].unit
    post = AppointmentFactory(unit=deputy, officer=True, user=UserFactory())

    assert permissions.acts_for_deputy(post.user, world.year.members())
    assert not permissions.acts_for_lead(post.user, world.year.members())


def test_province_wide_roles_are_told_apart(world):
    of_secretariat = {
        role for role, user in world.people.items() if user and permissions.is_secretariat(user)
    }
    of_inspector = {
        role for role, user in world.people.items() if user and permissions.is_inspector(user)
    }

    assert (of_secretariat, of_inspector) == ({"secretariat"}, {"inspector"})


@pytest.mark.parametrize("trait", ["secretariat", "inspector"])
def test_closed_account_has_no_role(trait):
    user = UserFactory(is_active=False, **{trait: True})

    assert not permissions.is_secretariat(user)
    assert not permissions.is_inspector(user)


@pytest.mark.parametrize(
    ("start", "end", "holds"),
    [
        (date(2026, 4, 6), None, True),
        (date(2026, 4, 7), None, False),
        (date(2020, 1, 1), date(2026, 4, 6), True),
        (date(2020, 1, 1), date(2026, 4, 5), False),
    ],
    ids=["from-today", "from-tomorrow", "until-today", "until-yesterday"],
)
def test_appointment_counts_on_its_days_only(start, end, holds):
    post = AppointmentFactory(leader=True, start_on=start, end_on=end)

    assert permissions.is_leader(post.user, post.unit_id) is holds


@pytest.mark.parametrize(
    ("start", "end", "holds"),
    [(date(2026, 1, 1), None, True), (date(2020, 1, 1), date(2025, 12, 31), False)],
)
def test_supervisor_watches_today(start, end, holds):
    bloc, other = BlocFactory(), BlocFactory()
    row = SupervisionFactory(bloc=bloc, start_on=start, end_on=end)

    assert permissions.is_supervisor(row.user, bloc) is holds
    assert not permissions.is_supervisor(row.user, other)


def test_person_with_posts_in_two_units_has_both():
    first = AppointmentFactory(leader=True)
    second = AppointmentFactory(user=first.user, officer=True)

    assert permissions.is_leader(first.user, first.unit_id)
    assert permissions.is_officer(first.user, second.unit_id)
    assert not permissions.is_leader(first.user, second.unit_id)
    assert permissions.appointment_in(first.user, second.unit_id) == second


def test_memberships_of_a_person_are_those_of_their_units(world):
    members = world.year.members()

    mine = permissions.memberships_of(world.people["officer"], members)

    assert mine == [members[2]]
    assert permissions.memberships_of(AnonymousUser(), members) == []


@pytest.mark.parametrize("other", [False, True], ids=["own-bloc", "other-bloc"])
def test_years_visible_to(world, other):
    year = world.other_year if other else world.year
    members = {"lead_leader", "lead_officer", "lead_clerk", "leader", "officer", "clerk"}

    seeing = {
        role
        for role, user in world.people.items()
        if user and EmulationYear.objects.visible_to(user).filter(pk=year.pk).exists()
    }

    assert seeing == PROVINCE | ({"other_leader"} if other else members | {"supervisor"})


def test_secretariat_of_one_province_sees_that_province_only(world):
    elsewhere = BlocFactory(authority__slug="lang-son").authority
    here = UserFactory(secretariat=True, authority=world.year.bloc.authority)
    there = UserFactory(inspector=True, authority=elsewhere)

    assert EmulationYear.objects.visible_to(here).count() == 2
    assert EmulationYear.objects.visible_to(there).count() == 0


@pytest.mark.parametrize(
    ("role", "may"),
    [("secretariat", True), ("superuser", True), ("inspector", False), ("lead_leader", False)],
)
def test_panel_is_opened_by(world, role, may):
    user = world.people[role]

    assert user.is_staff is may
    assert user.has_perm("units.change_unit") is may
    assert user.has_module_perms("units") is may


@pytest.mark.parametrize(
    ("permission", "may"),
    [
        ("units.add_bloc", True),
        ("units.change_phase", True),
        ("units.view_user", True),
        ("pledges.view_paper", True),
        ("pledges.change_paper", False),
        ("pledges.delete_signature", False),
        ("khoithidua.view_auditentry", True),
        ("khoithidua.change_auditentry", False),
        ("mfa.delete_authenticator", False),
        ("mfa.view_authenticator", False),
        ("sessions.view_session", False),
        ("auth.view_permission", False),
        ("account.view_emailaddress", False),
        ("admin.view_logentry", False),
    ],
)
def test_secretariat_keeps_reference_data_and_only_looks_at_the_rest(permission, may):
    assert UserFactory(secretariat=True).has_perm(permission) is may


def test_secretariat_looks_into_our_own_apps_only():
    user = UserFactory(secretariat=True)

    seen = {app.label for app in apps.get_app_configs() if user.has_module_perms(app.label)}

    assert seen == {"khoithidua", "units", "pledges", "scoring"}


def test_closed_secretariat_account_keeps_nothing():
    user = UserFactory(secretariat=True, is_active=False)

    assert not user.has_perm("units.add_bloc")
    assert not user.has_module_perms("units")
