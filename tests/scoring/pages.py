"""Pages of scoring: their addresses, and what a reader sees on them."""

from django.urls import reverse

from tests.pledges.pages import text_of

__all__ = ["at", "text_of"]


def at(name, place, *args):
    """The address of `scoring:<name>` for a criteria set or a bloc's year."""
    paper = getattr(place, "paper", None)
    if paper is None:
        return reverse(f"scoring:{name}", args=[place.bloc.slug, place.number, *args])
    year = paper.year
    return reverse(f"scoring:{name}", args=[year.bloc.slug, year.number, paper.version, *args])
