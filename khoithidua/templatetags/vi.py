"""Filters that print dates, numbers and digests in Vietnamese, each a function of khoithidua.text.

An empty value prints nothing. Numbers carry the true minus sign: these filters are for screens.
"""

from collections.abc import Callable
from functools import wraps

from django import template

from khoithidua import text

register = template.Library()


def _printing(function: Callable[..., str]) -> Callable[..., str]:
    """Register `function` under its own name, printing nothing for None and the empty string."""

    @wraps(function)
    def filter_(value, *args):
        return "" if value is None or value == "" else function(value, *args)

    return register.filter(function.__name__, filter_)


for function in (
    *(text.date_words, text.date_short, text.date_long, text.day_month, text.weekday),
    *(text.moment, text.moment_exact, text.time_short, text.recent, text.days_left),
    *(text.counted, text.roman, text.letters, text.initial_upper),
    *(text.file_size, text.hash_short, text.hash_groups),
):
    _printing(function)

# An open end is news, not nothing: "đến 28/02".
register.filter("date_range", text.date_range)


@_printing
def number(value, places=None):
    """`{{ points|number }}` "97,5", "1.000", "−0,5"; `{{ total|number:2 }}` "97,50"."""
    return text.decimal(value, places, thousands=True, minus="−")
