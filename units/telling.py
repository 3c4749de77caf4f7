"""Mails to the people of units: put into the Outbox in the transaction of the act they tell of."""

from django.conf import settings
from django.utils import timezone

from khoithidua import mail
from units.models import Appointment, User


def tell_units(units, subject, body, path):
    """Mail to today's leaders and officers of these units (ids, or a subquery), with an address here."""
    people = User.objects.filter(
        is_active=True,
        appointments__in=Appointment.objects.on(timezone.localdate()).filter(
            unit__in=units,
            kind__in=[Appointment.Kind.LEADER, Appointment.Kind.OFFICER],
        ),
    ).distinct()
    mail.enqueue(people, subject, f"{body}{settings.SITE_URL}{path}\n")
