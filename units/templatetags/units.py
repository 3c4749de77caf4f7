"""Names of units by date."""

from django import template

register = template.Library()


@register.filter
def short_name(unit, day):
    """The unit's short name in force on `day`."""
    name = unit.name_on(day)
    return name.short if name else unit.slug


@register.filter
def full_name(unit, day):
    """The unit's full name in force on `day`."""
    name = unit.name_on(day)
    return name.full if name else unit.slug
