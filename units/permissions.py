"""Who is who: the roles every other permission is built from.

Each function answers for today; a user's appointments are read once per request.
"""

from django.db.models import Q, Value
from django.db.models.functions import Concat

from khoithidua.models import AuditChain
from units.models import Appointment, Authority, Bloc, Role, Supervision, User


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


# Roles of one province, where an installation serves several


def own_authority(user):
    """The one authority whose rows this user keeps; None for those who keep everyone's.

    An installation with one authority has nothing to keep apart: national rows are its own too.
    """
    if user.is_superuser or user.authority_id is None:
        return None
    if not hasattr(user, "_keeps_apart"):
        user._keeps_apart = Authority.objects.exclude(pk=user.authority_id).exists()
    return user.authority_id if user._keeps_apart else None


def own_users(authority):
    """Accounts of an authority: made for it, or posted in its units or to its blocs."""
    posted = Appointment.objects.filter(unit__authority=authority).values("user")
    watching = Supervision.objects.filter(bloc__authority=authority).values("user")
    return User.objects.filter(
        Q(authority=authority) | Q(pk__in=posted) | Q(pk__in=watching), is_superuser=False
    )


def entries_of(authority, entries):
    """Of the record: what happened in the authority's blocs, and beyond blocs (log-ins, reference
    data) what its accounts did and what was done to them."""
    slugs = Bloc.objects.filter(authority=authority).values_list("slug", flat=True)
    of_blocs = Q(pk=None)
    for slug in slugs.order_by("slug"):
        of_blocs |= Q(key__startswith=f"khoi/{slug}/")
    chains = AuditChain.objects.filter(of_blocs).values("key")
    names = own_users(authority).values("username")
    accounts = own_users(authority).values(path=Concat(Value("tai-khoan/"), "username"))
    by_or_on_accounts = Q(actor__in=names) | Q(target__in=accounts)
    return entries.filter(
        Q(chain__in=chains) | Q(chain__startswith="he-thong/") & by_or_on_accounts
    )


def entries_seen_by(user, entries):
    """What a person who inspects reads of the record: all of it, or their own province's part."""
    authority = own_authority(user)
    return entries if authority is None else entries_of(authority, entries)
