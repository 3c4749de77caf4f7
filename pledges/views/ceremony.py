"""The signing ceremony: the board on the wall, and a device that leaders share."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from khoithidua import printing
from khoithidua.files import serve_bytes
from pledges import ceremony
from pledges.models import Paper
from pledges.permissions import can_change_course
from pledges.views.base import open_pledge
from units.models import EmulationYear


@require_GET
def signing_board(request, bloc, number):
    """Who has signed, for a projector; asked for again every few seconds while people sign."""
    page, paper = open_pledge(request, bloc, number)
    if not paper.is_frozen:
        raise Http404
    whole, seats = "pledges/signing_board.html", "pledges/signing_board.html#seats"
    return render(
        request,
        seats if request.htmx else whole,
        page.context("pledge", paper=paper, today=request.today),
    )


@require_GET
def signing_qr(request, bloc, number):
    """The address of the signing page; whoever opens it logs in and proves who they are."""
    page, paper = open_pledge(request, bloc, number)
    if not paper.is_frozen:
        raise Http404
    svg = printing.qr_svg(settings.SITE_URL + page.url("pledges:pledge_sign"))
    return serve_bytes(svg, "ky.svg", content_type="image/svg+xml", inline=True)


@require_http_methods(["GET", "POST"])
def tablet_begin(request, bloc, number):
    """Make this device the ceremony's for today, and leave the account that did so."""
    page, paper = open_pledge(request, bloc, number)
    if not can_change_course(request.user, paper, page.memberships):
        raise PermissionDenied("Chỉ đơn vị trưởng khối mở được máy dùng chung.")
    if paper.form != Paper.Form.SYSTEM or paper.state != Paper.State.SIGNING:
        raise PermissionDenied("Chỉ mở máy dùng chung khi giao ước đang được ký trên hệ thống.")
    if request.method == "POST":
        response = redirect(page.url("pledges:tablet"))
        ceremony.switch_on(response, paper)
        logout(request)
        return response
    return render(request, "pledges/tablet_begin.html", page.context("pledge", paper=paper))


def _shared(request, bloc, number):
    """The paper this device was switched on for; None on any other device."""
    papers = Paper.objects.pledges().filter(year__bloc__slug=bloc, year__number=number)
    code = ceremony.paper_of(request)
    paper = papers.filter(code=code).first() if code else None
    if paper:
        paper.year = EmulationYear.objects.with_names().get(pk=paper.year_id)
    return paper


def _pledge(bloc, number):
    return redirect(reverse("pledges:pledge_detail", args=[bloc, number]))


@login_not_required
@require_GET
def tablet(request, bloc, number):
    """Where leaders arrive one after another; on any other device, the pledge itself."""
    paper = _shared(request, bloc, number)
    if paper is None:
        return _pledge(bloc, number)
    return render(request, "pledges/tablet.html", {"paper": paper, "year": paper.year})


@login_not_required
@require_POST
def tablet_leave(request, bloc, number):
    """A leader who is done, or will not sign now: logged out, and back to where others arrive."""
    if _shared(request, bloc, number) is None:
        return _pledge(bloc, number)
    logout(request)
    return redirect(reverse("pledges:tablet", args=[bloc, number]))


@login_not_required
@require_POST
def tablet_end(request, bloc, number):
    """This device is nobody's in particular again."""
    if _shared(request, bloc, number) is not None:
        logout(request)
    response = _pledge(bloc, number)
    ceremony.switch_off(response)
    return response


def back_from(request, paper, sentence=""):
    """Where a leader goes after signing: on the ceremony's device they are logged out first."""
    is_shared = ceremony.is_shared(request, paper)
    if is_shared:
        logout(request)
    if sentence:
        messages.success(request, sentence)
    if not is_shared:
        return redirect(paper.get_absolute_url())
    return redirect(reverse("pledges:tablet", args=[paper.year.bloc.slug, paper.year.number]))
