"""Reading the pledge: the page, the file in force, the draft as it will print."""

from django.conf import settings
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET

from khoithidua import printing
from khoithidua.files import serve, serve_bytes
from pledges.composing import pledge_content
from pledges.models import Paper, Signature
from pledges.models.time_stamp import time_stamp_of
from pledges.permissions import (
    can_comment,
    can_edit,
    can_open_file,
    can_release_hold,
    can_revalidate,
    can_write,
    commenting_units,
    knows_proposal,
    signing_appointment,
    token_post,
    why_not_hold,
    why_not_sign,
)
from pledges.registering import lacking_certificates
from pledges.uploads import open_hold
from pledges.validations import latest_for
from pledges.views.base import open_pledge, paper_file_name
from pledges.views.changes import last_extension, steps_of
from pledges.views.versions import others, readable_versions
from units.models import Phase
from units.permissions import acts_for_lead


@require_GET
def pledge_detail(request, bloc, number):
    page, paper = open_pledge(request, bloc, number, required=False)
    if paper is None:
        return _nothing_yet(request, page)
    deadline = page.deadline(Phase.Kind.SIGN) if paper.is_frozen else None
    is_token = paper.is_frozen and paper.form == Paper.Form.TOKEN
    to_sign, why_not = ([], []) if is_token else _signing_of(request.user, paper, deadline)
    versions = readable_versions(page)
    context = {
        "paper": paper,
        "deadline": deadline,
        "today": request.today,
        "to_sign": to_sign,
        "why_not": why_not,
        "may_edit": can_edit(request.user, paper, page.memberships),
        "may_write": can_write(request.user, page.year, page.memberships),
        "may_comment": can_comment(request.user, paper, page.memberships),
        "may_register": paper.state == Paper.State.COMMENTING
        and bool(commenting_units(request.user, page.memberships)),
        "token": token_state(request.user, page, paper, deadline) if is_token else None,
        "steps": steps_of(page, paper),
        "versions": others(versions, paper),
        "withdrawal_proposed": knows_proposal(request.user, paper, page.memberships)
        and paper.is_proposed,
        "scan": paper.form == Paper.Form.PAPER and paper.scans.first(),
    }
    if paper.state in (Paper.State.SIGNING, Paper.State.CHANGE_REQUESTED):
        context["extension"] = last_extension(page)
    if paper.is_frozen:
        # Rendered from our own templates at the freeze, kept with the paper since.
        shown = next((row for row in versions if row.pk == paper.pk), paper)
        context["reading_html"] = mark_safe(shown.reading_html)  # noqa: S308
    else:
        context["content"] = pledge_content(paper)
    if paper.state == Paper.State.COMPLETE:
        context["time_stamp"] = time_stamp = time_stamp_of(paper)
        context["time_stamp_awaited"] = bool(settings.TSA_URL) and not time_stamp
    if paper.state == Paper.State.COMMENTING:
        context["comment_count"] = paper.comments.count()
    return render(request, "pledges/pledge_detail.html", page.context("pledge", **context))


def _signing_of(user, paper, deadline):
    """The units this leader may sign for now, and why not for the others of theirs."""
    to_sign, why_not = [], []
    for party in paper.seats:
        if signing_appointment(user, party) and not party.signature:
            reason = why_not_sign(user, paper, party, deadline)
            (why_not if reason else to_sign).append(reason or party)
    return to_sign, why_not


def token_state(user, page, paper, deadline):
    """What the page of a pledge signed with tokens shows besides: turns, who holds the file, checks."""
    turns, why_not = [], []
    for party in paper.seats:
        for kind in (Signature.Kind.LEADER, Signature.Kind.AGENCY):
            if token_post(user, party, kind) and not user.is_staff:
                reason = why_not_hold(user, paper, party, kind, deadline)
                (why_not if reason else turns).append(reason or (party, kind))
    signatures = [
        signature
        for party in paper.seats
        for signature in (party.signature, party.agency_signature)
        if signature
    ]
    hold = open_hold(paper) if paper.state == Paper.State.SIGNING else None
    return {
        "turns": turns,
        "why_not": why_not,
        "hold": hold if hold and hold.is_running else None,
        "lacking": _lacking(user, page, paper),
        "may_release": can_release_hold(user, page.memberships),
        "may_revalidate": can_revalidate(user, paper, page.memberships),
        "signatures": latest_for(signatures),
    }


def _lacking(user, page, paper):
    """For the lead while it is being signed: whose certificates are missing for what is left."""
    if paper.state != Paper.State.SIGNING or not acts_for_lead(user, page.memberships):
        return []
    names = {party.unit_id: party.short_name for party in paper.seats}
    leaders = {party.unit_id for party in paper.seats if not party.signature}
    agencies = {party.unit_id for party in paper.seats if not party.agency_signature}
    wanted = agencies if paper.with_agency_seals else set()
    return lacking_certificates(names, leaders, wanted, timezone.localdate())


def _nothing_yet(request, page):
    """No pledge, or a draft that is still the lead unit's own."""
    may_begin = (
        can_write(request.user, page.year, page.memberships)
        and not page.year.papers.live().pledges().exists()
    )
    earlier = (
        Paper.objects.live()
        .pledges()
        .filter(year__bloc=page.year.bloc, year__number__lt=page.year.number)
        .select_related("year")
        .order_by("-year__number", "version")
    )
    earlier = {paper.year_id: paper for paper in earlier}.values() if may_begin else ()
    return render(
        request,
        "pledges/pledge_none.html",
        page.context("pledge", may_begin=may_begin, earlier=earlier),
    )


@require_GET
def file_in_force(request, bloc, number):
    """The last file of the chain: frozen, or signed by so many."""
    _page, paper = open_pledge(request, bloc, number)
    if not can_open_file(request.user, paper):
        raise Http404
    last = paper.signed_files.select_related("file").order_by("-sequence").first()
    return serve(last.file, paper_file_name(paper), made_here=True)


@require_GET
def draft_pdf(request, bloc, number):
    """The text as it would print today, marked as a draft."""
    _page, paper = open_pledge(request, bloc, number)
    if paper.is_frozen:
        raise Http404
    printed = printing.render("print/pledge.html", {"paper": pledge_content(paper)})
    name = printing.file_name(
        paper.year.bloc.file_code,
        str(number),
        "giao-uoc",
        f"du-thao-{timezone.localdate():%d%m}",
        demo=paper.year.is_demo,
    )
    return serve_bytes(printed.pdf, name, content_type="application/pdf", inline=True)
