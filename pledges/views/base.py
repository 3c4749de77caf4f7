"""The live pledge of a bloc's year, as every page of it needs it."""

from django.core.exceptions import PermissionDenied
from django.http import Http404

from khoithidua import printing
from khoithidua.text import initial_upper
from pledges.models import Paper
from pledges.permissions import can_read
from pledges.todo import live_pledge
from units.views.base import open_year


def paper_file_name(paper):
    """`khoi-tmth_2026_giao-uoc_v1.pdf`, or `…_trinh-dien.pdf` for demonstration data."""
    return printing.file_name(
        paper.year.bloc.file_code,
        str(paper.year.number),
        "giao-uoc",
        *([] if paper.year.is_demo and paper.version == 1 else [f"v{paper.version}"]),
        demo=paper.year.is_demo,
    )


def open_pledge(request, bloc, number, *, required=True):
    """(page, paper): the year's newest live pledge that this user may read.

    Without one, or when it is a draft that is not the user's to see: 404, or None when not required;
    whoever has a page open of one that was withdrawn meanwhile is told so.
    """
    page = open_year(request, bloc, number)
    paper = live_pledge(
        request.user, page.year, lambda paper: can_read(request.user, paper, page.memberships)
    )
    if paper is None and required:
        raise _none_live(page.year)
    if paper and not paper.is_frozen:
        # Its text is about to be read: all of it at once, not field by field.
        paper = Paper.objects.get(pk=paper.pk)
        paper.year = page.year
    return page, paper


def open_version(request, bloc, number, version):
    """(page, paper): one version of the year's pledge, live or not, which this user may read."""
    page = open_year(request, bloc, number)
    paper = page.year.papers.pledges().filter(version=version).select_related("replaces").first()
    if paper is None or not can_read(request.user, paper, page.memberships):
        raise Http404
    paper.year = page.year
    return page, paper


def open_being_signed(request, bloc, number):
    """(page, paper): the version that was frozen and is not complete; 404 without one."""
    page = open_year(request, bloc, number)
    paper = page.year.papers.pledges().being_signed().first()
    if paper is None:
        raise _none_live(page.year)
    paper.year = page.year
    return page, paper


def _none_live(year):
    newest = year.papers.pledges().filter(frozen_at__isnull=False).order_by("-version").first()
    if newest and newest.state == Paper.State.WITHDRAWN:
        return PermissionDenied(f"{initial_upper(newest.audit_name)} đã được rút.")
    return Http404()
