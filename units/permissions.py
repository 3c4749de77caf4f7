"""Who is who: the roles every other permission is built from.

Each function answers for today; a user's appointments are read once per request.
"""

from units.models import Appointment, Role


def appointment_in(user, unit_id, *kinds):
    """The user's appointment in that unit today, of one of these kinds; else None."""
    for appointment in getattr(user, "current_appointments", ()):
        if appointment.unit_id == unit_id and (not kinds or appointment.kind in kinds):
            return appointment
    return None


def is_leader(user, unit_id):
    return appointment_in(user, unit_id, Appointment.Kind.LEADER) is not None


def is_officer(user, unit_id):
    return appointment_in(user, unit_id, Appointment.Kind.OFFICER) is not None


def is_clerk(user, unit_id):
    return appointment_in(user, unit_id, Appointment.Kind.CLERK) is not None


def memberships_of(user, memberships):
    """Of these memberships, those of units the user is appointed in."""
    units = {appointment.unit_id for appointment in getattr(user, "current_appointments", ())}
    return [membership for membership in memberships if membership.unit_id in units]


def acts_for(user, memberships, role):
    """Whether the user is a leader or officer of the unit that has `role` among these members."""
    return any(
        membership.role == role
        and appointment_in(
            user, membership.unit_id, Appointment.Kind.LEADER, Appointment.Kind.OFFICER
        )
        for membership in memberships
    )


def acts_for_lead(user, memberships):
    return acts_for(user, memberships, Role.LEAD)


def acts_for_deputy(user, memberships):
    return acts_for(user, memberships, Role.DEPUTY)


def is_secretariat(user):
    return user.is_active and getattr(user, "role", "") == "secretariat"


def is_inspector(user):
    return user.is_active and getattr(user, "role", "") == "inspector"


def is_supervisor(user, bloc):
    return bloc.pk in user.watched_bloc_ids
