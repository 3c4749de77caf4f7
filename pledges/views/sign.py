"""Signing: one page, one declaration, one proof of identity, one button."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from pledges import ceremony
from pledges.forms import DeclarationForm
from pledges.permissions import signing_appointment, why_not_sign
from pledges.signatures import AlreadySigned, Consent, declaration_text, sign
from pledges.views.base import open_pledge
from pledges.views.ceremony import back_from
from units.identity import PASSKEY, ProofForm, new_challenge
from units.models import Phase


@require_http_methods(["GET", "POST"])
def pledge_sign(request, bloc, number):
    page, paper = open_pledge(request, bloc, number)
    on_tablet = ceremony.is_shared(request, paper)
    if on_tablet:
        request.session.set_expiry(ceremony.IDLE_SECONDS)
    party = _party_of(request, paper)
    deadline = page.deadline(Phase.Kind.SIGN)
    reason = why_not_sign(request.user, paper, party, deadline)
    if reason and party.signature and party.signature.user_id == request.user.pk:
        return back_from(request, paper)
    if reason:
        raise PermissionDenied(reason)
    last = paper.signed_files.select_related("file").order_by("-sequence").first()
    statement = declaration_text(paper, party)
    purpose = f"sign:{paper.pk}:{paper.version}:{request.user.pk}"
    data = request.POST or None
    declaration = DeclarationForm(data, paper=paper, statement=statement)
    proof = ProofForm(data, request=request, purpose=purpose)
    if request.method == "POST" and declaration.is_valid() and proof.is_valid():
        try:
            sign(
                paper,
                party,
                by=request.user,
                appointment=signing_appointment(request.user, party),
                consent=Consent(declaration=statement, proof=proof.cleaned_data["way"]),
            )
        except AlreadySigned as done:
            messages.info(request, done.messages[0])
            return redirect(paper.get_absolute_url())
        except ValidationError as refused:
            proof.add_error(None, refused)
        else:
            signed = f"Đã ghi nhận: {party.unit_name} đã ký {paper.audit_name}."
            return back_from(request, paper, signed)
    return render(
        request,
        "pledges/pledge_sign.html",
        page.context(
            "pledge",
            paper=paper,
            party=party,
            appointment=signing_appointment(request.user, party),
            file=last.file,
            deadline=deadline,
            on_tablet=on_tablet,
            declaration=declaration,
            proof=proof,
            passkey_options=new_challenge(request, purpose) if PASSKEY in proof.ways else "",
        ),
        status=422 if request.method == "POST" else 200,
    )


def _party_of(request, paper):
    """The signing unit of this leader; with several units, the one asked for, else the unsigned."""
    mine = [party for party in paper.seats if signing_appointment(request.user, party)]
    asked = request.GET.get("don-vi")
    if asked:
        mine = [party for party in mine if party.unit.slug == asked]
    if not mine:
        if request.user.is_staff:
            raise PermissionDenied("Tài khoản quản trị không ký thay bất kỳ ai.")
        raise PermissionDenied("Chỉ lãnh đạo của đơn vị ký được giao ước.")
    return next((party for party in mine if party.signature is None), mine[0])
