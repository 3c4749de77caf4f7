"""Mails about a paper: put into the Outbox in the transaction of the act they tell of."""

from django.conf import settings
from django.utils import timezone

from khoithidua import mail
from units.models import Appointment, Membership, Role, User


def tell_members(paper, subject, body):
    """Mail to leaders and officers of the signing units, with the paper's address."""
    tell_units(paper, paper.parties.values("unit"), subject, body)


def tell_role(paper, role, subject, body):
    """The same to the people of the unit that has this role in the paper's year today."""
    holders = Membership.objects.on(timezone.localdate()).filter(year=paper.year, role=role)
    tell_units(paper, holders.values("unit"), subject, body)


def tell_lead(paper, subject, body):
    tell_role(paper, Role.LEAD, subject, body)


def tell_units(paper, units, subject, body):
    """Mail to leaders and officers of these units (ids, or a subquery), with the paper's address."""
    people = User.objects.filter(
        is_active=True,
        appointments__in=Appointment.objects.on(timezone.localdate()).filter(
            unit__in=units,
            kind__in=[Appointment.Kind.LEADER, Appointment.Kind.OFFICER],
        ),
    ).distinct()
    mail.enqueue(people, subject, f"{body}{settings.SITE_URL}{paper.get_absolute_url()}\n")
