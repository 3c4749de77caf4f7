"""Who may read, write, comment on, adopt and sign a paper."""

from django.utils import timezone

from khoithidua.text import date_long, initial_upper
from pledges.models import Paper
from units.models import Appointment, Phase, deadlines
from units.permissions import (
    acts_for_lead,
    appointment_in,
    is_inspector,
    memberships_of,
)
from units.working_days import calendar_of

ASK = object()
WRITERS = (Appointment.Kind.LEADER, Appointment.Kind.OFFICER)


def can_read(user, paper, memberships):
    """A draft is the lead unit's alone; from the asking for comments on everyone of the year reads."""
    if paper.state != Paper.State.DRAFT:
        return True
    return acts_for_lead(user, memberships) or is_inspector(user)


def can_write(user, year, memberships):
    """The lead unit's people write the bloc's papers while the year is open."""
    return year.closed_on is None and acts_for_lead(user, memberships)


def can_edit(user, paper, memberships):
    return paper.is_open and can_write(user, paper.year, memberships)


def can_comment(user, paper, memberships):
    """Officers and leaders of member units, while comments are asked for."""
    return paper.state == Paper.State.COMMENTING and bool(commenting_units(user, memberships))


def commenting_units(user, memberships):
    """Units in whose name the user may comment or register targets."""
    return [
        member.unit
        for member in memberships_of(user, memberships)
        if appointment_in(user, member.unit_id, *WRITERS)
    ]


def can_register_targets(user, paper, memberships, unit_id):
    """A unit registers its own targets; the lead unit, who writes the paper, anyone's."""
    if not paper.is_open:
        return False
    if can_write(user, paper.year, memberships):
        return True
    return any(unit.pk == unit_id for unit in commenting_units(user, memberships)) and (
        paper.state == Paper.State.COMMENTING
    )


def can_open_file(user, paper):
    """The file in force is for everyone who may open the year, once it is frozen."""
    return paper.is_frozen


def signing_appointment(user, party):
    """The appointment by which the user signs for this unit today; None when there is none."""
    return appointment_in(user, party.unit_id, Appointment.Kind.LEADER)


def signing_deadline(year):
    """Last day to sign, in the signing phase that is open or comes next; None without one.

    Asked of the database; pages that only show it ask their YearPage, which remembers.
    """
    phases = list(year.phases.filter(kind=Phase.Kind.SIGN))
    if not phases:
        return None
    calendar = calendar_of(year.bloc.authority)
    return deadlines(phases, calendar, timezone.localdate())[Phase.Kind.SIGN]


def why_not_sign(user, paper, party, deadline=ASK):
    """A sentence that says why this user cannot sign for this unit now; empty when they can.

    Nobody signs for another: no superuser, no secretariat, no officer; only a leader appointed in
    that unit today, whoever was expected to sign at the freeze. deadline: the last day to sign, or
    None, where the caller knows it; asked of the database otherwise.
    """
    if user.is_staff:
        return "Tài khoản quản trị không ký thay bất kỳ ai."
    if signing_appointment(user, party) is None:
        return f"Chỉ lãnh đạo của {party.unit_name} ký được cho đơn vị."
    if paper.form != Paper.Form.SYSTEM:
        return f"Văn bản này ký theo hình thức {paper.get_form_display()}."
    if paper.state != Paper.State.SIGNING:
        return f"{initial_upper(paper.audit_name)} hiện {paper.get_state_display()}."
    if party.signature:
        return f"{party.unit_name} đã ký."
    if deadline is ASK:
        deadline = signing_deadline(paper.year)
    if deadline and timezone.localdate() > deadline:
        return f"Đã hết hạn ký ({date_long(deadline)}). Đơn vị trưởng khối có thể gia hạn."
    if paper.in_order:
        return _waiting_for_turn(paper, party)
    return ""


def _waiting_for_turn(paper, party):
    first = next(
        (
            other
            for other in paper.seats
            if other.position < party.position and other.signature is None
        ),
        None,
    )
    return f"Khối ký theo thứ tự; đang chờ {first.unit_name} ký trước." if first else ""
