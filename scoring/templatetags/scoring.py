"""How points are written in templates."""

from datetime import date
from decimal import Decimal

from django import template

from khoithidua import text
from scoring import rules

register = template.Library()


@register.filter
def figure(value):
    """Points with a decimal comma and no trailing zeros; nothing for None."""
    return "" if value is None else rules.figure(value)


@register.filter
def signed(value):
    """A change with its sign: "+0,5", "−1"."""
    return text.decimal(value, plus="+", minus="−")


@register.filter
def less(value, other):
    """The difference of two numbers of points."""
    return value - other


@register.filter
def places(value):
    """The class that lines the decimal comma up: how many places the number shows, up to two."""
    if value is None:
        return ""
    _whole, _comma, fraction = rules.figure(value).partition(",")
    return f"places-{len(fraction)}" if len(fraction) < 2 else ""


@register.filter
def decimal_text(value):
    """A plain decimal string ("95.48") as people write it."""
    return figure(None if value is None else Decimal(value))


@register.filter
def decimal_places(value):
    """`places` of a plain decimal string."""
    return places(None if value is None else Decimal(value))


@register.filter
def lower_first(value):
    """For a label inside a sentence; abbreviations stay as they are."""
    return value[:1].lower() + value[1:] if value[1:2].islower() or value[1:2] == " " else value


@register.filter
def iso_day(value):
    """The day of an ISO date as people write it: "15/11/2026"."""
    return text.date_short(date.fromisoformat(value)) if value else ""
