"""Addresses of a bloc's pledge, as tests type them."""

from django.urls import reverse


def at(name, place, *args):
    """The address of `pledges:<name>` for a paper or a bloc's year."""
    year = getattr(place, "year", place)
    return reverse(f"pledges:{name}", args=[year.bloc.slug, year.number, *args])
