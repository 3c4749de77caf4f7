"""Who may read, write, comment on, adopt and sign: every role in every state of a paper."""

from datetime import date

import pytest

from pledges import permissions
from tests.factories import (
    AppointmentFactory,
    EmulationYearFactory,
    PaperFactory,
    PhaseFactory,
    UserFactory,
    clerk_of,
    deputy_of,
    lead_of,
    leader_of,
    member_of,
    officer_of,
)

pytestmark = pytest.mark.django_db

STATES = ("draft", "commenting", "adopted", "frozen", "signing", "complete", "superseded")
LEAD = {"lead leader", "lead officer"}
MEMBERS = {"deputy leader", "deputy officer", "member leader", "member officer"}
# Clerks bring issued papers in and write none; the others belong to the province, not to a unit.
OTHERS = {
    "lead clerk",
    "member clerk",
    "supervisor",
    "secretariat",
    "inspector",
    "superuser",
    "leader who left",
    "leader to come",
    "leader of another bloc",
}
EVERYONE = LEAD | MEMBERS | OTHERS


def people_of(year):
    lead, deputy, member = lead_of(year), deputy_of(year), member_of(year)
    gone, coming = (
        AppointmentFactory(unit=member, leader=True, user__username=name, **days).user
        for name, days in (
            ("ld-cu", {"end_on": date(2026, 4, 5)}),
            ("ld-moi", {"start_on": date(2026, 4, 7)}),
        )
    )
    people = {
        "lead leader": leader_of(lead),
        "lead officer": officer_of(lead),
        "lead clerk": clerk_of(lead),
        "deputy leader": leader_of(deputy),
        "deputy officer": officer_of(deputy),
        "member leader": member.appointments.get(user__username=f"ld-{member.slug}").user,
        "member officer": officer_of(member),
        "member clerk": clerk_of(member),
        "supervisor": UserFactory(watches=year.bloc),
        "secretariat": UserFactory(secretariat=True),
        "inspector": UserFactory(inspector=True),
        "superuser": UserFactory(superuser=True),
        "leader who left": gone,
        "leader to come": coming,
        "leader of another bloc": AppointmentFactory(leader=True).user,
    }
    assert people.keys() == EVERYONE
    return people


def staged(state):
    """A paper of three units in that state, and everybody who could come near it."""
    paper = PaperFactory(year=EmulationYearFactory(members=3), reached=state)
    return paper, people_of(paper.year)


def allowed(people, question):
    return {role for role, user in people.items() if question(user)}


def members_of(paper):
    return list(paper.year.memberships.in_protocol_order())


@pytest.mark.parametrize("state", STATES)
def test_draft_is_the_lead_units_and_the_inspectors_and_later_everyones(state):
    paper, people = staged(state)

    found = allowed(people, lambda user: permissions.can_read(user, paper, members_of(paper)))

    assert found == (LEAD | {"inspector"} if state == "draft" else EVERYONE)


@pytest.mark.parametrize("closed_on", [None, date(2026, 4, 1)])
def test_lead_unit_writes_while_the_year_is_open(closed_on):
    paper, people = staged("draft")
    year = paper.year
    year.closed_on = closed_on

    found = allowed(people, lambda user: permissions.can_write(user, year, members_of(paper)))

    assert found == (set() if closed_on else LEAD)


@pytest.mark.parametrize("state", STATES)
def test_lead_unit_edits_until_the_text_is_adopted(state):
    paper, people = staged(state)

    found = allowed(people, lambda user: permissions.can_edit(user, paper, members_of(paper)))

    assert found == (LEAD if state in ("draft", "commenting") else set())


@pytest.mark.parametrize("state", STATES)
def test_leaders_and_officers_comment_while_comments_are_asked_for(state):
    paper, people = staged(state)

    found = allowed(people, lambda user: permissions.can_comment(user, paper, members_of(paper)))

    assert found == (LEAD | MEMBERS if state == "commenting" else set())


@pytest.mark.parametrize("state", STATES)
def test_targets_are_registered_by_the_unit_itself_or_by_the_lead(state):
    paper, people = staged(state)
    unit = member_of(paper.year)

    found = allowed(
        people,
        lambda user: permissions.can_register_targets(user, paper, members_of(paper), unit.pk),
    )

    own = {"member leader", "member officer"}
    assert found == {"draft": LEAD, "commenting": LEAD | own}.get(state, set())


@pytest.mark.parametrize("state", STATES)
def test_file_is_there_once_the_paper_is_frozen(state):
    paper, people = staged(state)

    found = allowed(people, lambda user: permissions.can_open_file(user, paper))

    assert found == (set() if state in ("draft", "commenting", "adopted") else EVERYONE)


@pytest.mark.parametrize("state", ["frozen", "signing", "complete", "superseded"])
def test_leader_of_the_unit_alone_signs_and_only_while_signing(state):
    paper, people = staged(state)
    party = paper.parties.get(unit=member_of(paper.year))

    found = allowed(people, lambda user: not permissions.why_not_sign(user, paper, party))

    assert found == ({"member leader"} if state == "signing" else set())


def test_reason_is_told_to_each_who_may_not_sign():
    paper, people = staged("signing")
    party = paper.parties.get(unit=member_of(paper.year))

    reasons = {role: permissions.why_not_sign(user, paper, party) for role, user in people.items()}

    staff = "Tài khoản quản trị không ký thay bất kỳ ai."
    assert {role for role, reason in reasons.items() if reason == staff} == {
        "secretariat",
        "superuser",
    }
    assert reasons["lead leader"] == f"Chỉ lãnh đạo của {party.unit_name} ký được cho đơn vị."
    assert set(reasons.values()) == {"", staff, reasons["lead leader"]}


def test_appointment_to_sign_by_is_the_leaders_own():
    paper, people = staged("signing")
    party = paper.parties.get(unit=member_of(paper.year))

    found = permissions.signing_appointment(people["member leader"], party)

    assert (found.user, found.unit, found.kind) == (
        people["member leader"],
        party.unit,
        "leader",
    )
    assert permissions.signing_appointment(people["member officer"], party) is None


@pytest.mark.parametrize(
    ("phases", "deadline"),
    [
        ([], None),
        ([(1, 8)], date(2026, 4, 8)),
        ([(1, 2), (10, 15)], date(2026, 4, 15)),
        ([(1, 2), (3, 3)], date(2026, 4, 3)),
        ([(1, 11)], date(2026, 4, 13)),
        ([(1, 4), (10, 15)], date(2026, 4, 6)),
    ],
)
def test_deadline_is_of_the_open_phase_else_of_the_last(phases, deadline):
    year = EmulationYearFactory(phases=False)
    for opens, closes in phases:
        PhaseFactory(year=year, opens_on=date(2026, 4, opens), closes_on=date(2026, 4, closes))

    assert permissions.signing_deadline(year) == deadline
