"""Signing with a token: take the turn, download the held file, hand it in signed."""

from csp.decorators import csp_update
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from khoithidua.files import serve
from pledges import uploads
from pledges.models import Paper, Signature
from pledges.permissions import can_release_hold, can_revalidate, token_post, why_not_hold
from pledges.signing_tool import ORIGIN, parameters_for
from pledges.token_forms import SignedUploadForm
from pledges.validations import revalidate
from pledges.views.base import open_pledge, paper_file_name
from units.models import Phase

KINDS = (Signature.Kind.LEADER, Signature.Kind.AGENCY)


@require_http_methods(["GET", "POST"])
def token_sign(request, bloc, number):
    """Everything about one's own turn; a POST hands the signed file in."""
    page, paper, party, kind = _turn(request, bloc, number)
    deadline = page.deadline(Phase.Kind.SIGN)
    hold = uploads.open_hold(paper)
    mine = hold if _is_own(hold, request.user, party, kind) else None
    form = SignedUploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        if mine is None:
            form.add_error(None, uploads.NO_HOLD)
        elif form.is_valid() and _hand_in(request, mine, form):
            return redirect(paper.get_absolute_url())
    tool = parameters_for(mine) if mine and settings.SIGNING_TOOL else None
    show = csp_update({"connect-src": [ORIGIN]})(render) if tool else render
    return show(
        request,
        "pledges/token_sign.html",
        page.context(
            "pledge",
            paper=paper,
            party=party,
            kind=kind,
            field=uploads.party_field(party, kind),
            hold=mine,
            other=hold if hold and not mine and hold.is_running else None,
            why_not=why_not_hold(request.user, paper, party, kind, deadline),
            certificates=uploads.registered_for(party, kind, request.user),
            form=form,
            deadline=deadline,
            tool=tool,
        ),
        status=422 if request.method == "POST" else 200,
    )


def _hand_in(request, hold, form):
    """Whether the file was taken; else the form says why not."""
    try:
        signature = uploads.accept_upload(hold, form.cleaned_data["file"].read(), by=request.user)
    except ValidationError as refused:
        form.add_error("file", refused.messages)
        return False
    paper, name = signature.signed_file.paper, signature.unit_name
    messages.success(request, f"Đã nhận: {name} đã ký số {paper.audit_name}.")
    return True


@require_POST
def hold_take(request, bloc, number):
    _page, paper, party, kind = _turn(request, bloc, number)
    return _acted(request, paper, lambda: uploads.take_hold(paper, party, kind, by=request.user))


@require_POST
def hold_extend(request, bloc, number):
    _page, paper, hold = _open_hold(request, bloc, number)
    return _acted(request, paper, lambda: uploads.extend_hold(hold, by=request.user))


@require_POST
def hold_cancel(request, bloc, number):
    _page, paper, hold = _open_hold(request, bloc, number)
    return _acted(request, paper, lambda: uploads.cancel_hold(hold, by=request.user))


@require_POST
def hold_release(request, bloc, number):
    """The lead takes the turn back, when whoever holds it went away."""
    page, paper = open_pledge(request, bloc, number)
    if not can_release_hold(request.user, page.memberships):
        raise PermissionDenied("Chỉ đơn vị trưởng khối thu lại được lượt ký của đơn vị khác.")
    hold = uploads.open_hold(paper)
    if hold:
        try:
            uploads.release_hold(hold, by=request.user)
        except ValidationError as refused:
            messages.info(request, refused.messages[0])
    return redirect(paper.get_absolute_url())


@require_POST
def signatures_revalidate(request, bloc, number):
    """Check the token signatures anew, by what is known of their certificates today."""
    page, paper = open_pledge(request, bloc, number)
    if not can_revalidate(request.user, paper, page.memberships):
        raise PermissionDenied(
            "Chỉ đơn vị trưởng khối, chuyên viên theo dõi và Ban Thi đua kiểm tra lại chữ ký số."
        )
    count = revalidate(paper, by=request.user)
    messages.success(request, f"Đã kiểm tra lại {count} chữ ký số.")
    return redirect(paper.get_absolute_url())


@require_GET
def held_file(request, bloc, number):
    """Exactly the bytes that are held: what comes back must begin with them."""
    _page, paper, hold = _open_hold(request, bloc, number)
    return serve(hold.base.file, paper_file_name(paper))


def _turn(request, bloc, number):
    """(page, paper, party, kind): the signature this user hands in; with several, the first unmade."""
    page, paper = open_pledge(request, bloc, number)
    if paper.form != Paper.Form.TOKEN:
        raise Http404
    if request.user.is_staff:
        raise PermissionDenied("Tài khoản quản trị không ký thay bất kỳ ai.")
    asked = request.GET.get("don-vi")
    turns = [
        (party, kind)
        for party in paper.seats
        for kind in KINDS
        if token_post(request.user, party, kind) and asked in (None, party.unit.slug)
    ]
    if not turns:
        raise PermissionDenied("Chỉ lãnh đạo và văn thư của đơn vị ký được giao ước.")
    unmade = (turn for turn in turns if not _made(*turn))
    return page, paper, *next(unmade, turns[0])


def _made(party, kind):
    return party.signature if kind == Signature.Kind.LEADER else party.agency_signature


def _is_own(hold, user, party, kind):
    return hold and (hold.user_id, hold.party_id, hold.kind) == (user.pk, party.pk, kind)


def _open_hold(request, bloc, number):
    """(page, paper, hold): this user's own turn that has not ended."""
    page, paper = open_pledge(request, bloc, number)
    hold = uploads.open_hold(paper)
    if hold is None or hold.user_id != request.user.pk:
        raise PermissionDenied(uploads.NO_HOLD)
    return page, paper, hold


def _acted(request, paper, act):
    """Do it and show the page again, which says what came of it."""
    try:
        act()
    except ValidationError as refused:
        messages.error(request, refused.messages[0])
    year = [paper.year.bloc.slug, paper.year.number]
    query = {"don-vi": request.GET["don-vi"]} if request.GET.get("don-vi") else None
    return redirect(reverse("pledges:token_sign", args=year, query=query))
