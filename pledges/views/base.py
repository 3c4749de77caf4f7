"""The live pledge of a bloc's year, as every page of it needs it."""

from django.http import Http404

from pledges.models import Paper
from pledges.permissions import can_read
from pledges.todo import live_pledge
from units.views.base import open_year


def open_pledge(request, bloc, number, *, required=True):
    """(page, paper): the year's live pledge, which this user may read.

    Without one, or when it is a draft that is not the user's to see: 404, or None when not required.
    """
    page = open_year(request, bloc, number)
    paper = live_pledge(request.user, page.year)
    if paper and not can_read(request.user, paper, page.memberships):
        paper = None
    if paper is None and required:
        raise Http404
    if paper and not paper.is_frozen:
        # Its text is about to be read: all of it at once, not field by field.
        paper = Paper.objects.get(pk=paper.pk)
        paper.year = page.year
    return page, paper
