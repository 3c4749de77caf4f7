"""Pages of a bloc's pledge: their addresses, and what a reader sees on them."""

import re

from django.urls import reverse


def at(name, place, *args):
    """The address of `pledges:<name>` for a paper or a bloc's year."""
    year = getattr(place, "year", place)
    return reverse(f"pledges:{name}", args=[year.bloc.slug, year.number, *args])


def text_of(answer):
    """The words of an HTML page, with single spaces."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())
