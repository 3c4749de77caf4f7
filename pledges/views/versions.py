"""Every version of a year's pledge: read, downloaded, compared with the one it was to replace."""

from django.http import Http404
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET

from khoithidua.files import serve
from pledges.comparing import clauses_of, compare
from pledges.composing import pledge_content
from pledges.permissions import can_open_file, can_read
from pledges.views.base import open_version, paper_file_name


def readable_versions(page):
    """The year's versions that this user may read, newest first, as they are read on a screen."""
    rows = page.year.papers.pledges().order_by("-version")
    return [
        row
        for row in rows.only("version", "state", "adopted_on", "year", "reading_html")
        if can_read(page.user, row, page.memberships)
    ]


def others(versions, paper):
    return [row for row in versions if row.pk != paper.pk]


@require_GET
def version_detail(request, bloc, number, version):
    page, paper = open_version(request, bloc, number, version)
    if paper.is_frozen:
        # Rendered from our own templates at the freeze, kept with the paper since.
        context = {"reading_html": mark_safe(paper.reading_html)}  # noqa: S308
    else:
        context = {"content": pledge_content(paper)}
    return render(
        request,
        "pledges/version_detail.html",
        page.context(
            "pledge", paper=paper, versions=others(readable_versions(page), paper), **context
        ),
    )


@require_GET
def version_file(request, bloc, number, version):
    """The last file of this version's chain: an old version's signatures stay as they were."""
    _page, paper = open_version(request, bloc, number, version)
    if not can_open_file(request.user, paper):
        raise Http404
    last = paper.signed_files.select_related("file").order_by("-sequence").first()
    return serve(last.file, paper_file_name(paper), made_here=True)


@require_GET
def version_difference(request, bloc, number, version):
    page, paper = open_version(request, bloc, number, version)
    if paper.replaces is None:
        raise Http404
    changes = compare(clauses_of(paper.replaces), clauses_of(paper))
    return render(
        request,
        "pledges/version_difference.html",
        page.context("pledge", paper=paper, before=paper.replaces, changes=changes),
    )
