"""Mails about a paper, each with its address."""

from django.utils import timezone

from units.models import Membership, Role
from units.telling import tell_units


def tell_members(paper, subject, body):
    """Mail to leaders and officers of the signing units."""
    tell_units(paper.parties.values("unit"), subject, body, paper.get_absolute_url())


def tell_role(paper, role, subject, body):
    """The same to the people of the unit that has this role in the paper's year today."""
    holders = Membership.objects.on(timezone.localdate()).filter(year=paper.year, role=role)
    tell_units(holders.values("unit"), subject, body, paper.get_absolute_url())


def tell_lead(paper, subject, body):
    tell_role(paper, Role.LEAD, subject, body)
