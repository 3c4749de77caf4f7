"""One's own certificates, and what this installation trusts."""

from mimetypes import guess_extension

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from khoithidua.files import serve, serve_bytes
from pledges.models import RegisteredCertificate, RevocationList, TrustedCertificate
from pledges.permissions import certificates_seen, signing_posts
from pledges.registering import register, withdraw
from pledges.registering import trust_list as trust_list_now
from pledges.token_forms import OwnCertificateForm, WithdrawForm
from units.identity import PASSKEY, ProofForm, new_challenge

PROVED = {
    "password": "Người đăng ký xác nhận bằng mật khẩu.",
    "totp": "Người đăng ký xác nhận bằng mã ứng dụng xác thực.",
    "passkey": "Người đăng ký xác nhận bằng khóa truy cập.",
}


@require_GET
def certificate_list(request):
    """Certificates that count for the user's own posts and, for a clerk, for their agency."""
    posts = signing_posts(request.user)
    return render(
        request,
        "pledges/certificate_list.html",
        {"posts": posts, "certificates": RegisteredCertificate.objects.of_posts(posts)},
    )


@require_http_methods(["GET", "POST"])
def certificate_add(request):
    posts = signing_posts(request.user)
    if not posts:
        raise PermissionDenied("Chỉ lãnh đạo và văn thư của đơn vị đăng ký chứng thư ký số.")
    purpose = f"certificate:{request.user.pk}"
    form = OwnCertificateForm(request.POST or None, request.FILES or None, posts=posts)
    proof = ProofForm(request.POST or None, request=request, purpose=purpose)
    if request.method == "POST" and form.is_valid() and proof.is_valid():
        try:
            row = register(
                form.cleaned_data["certificate"],
                by=request.user,
                proof=PROVED[proof.cleaned_data["way"]],
                **form.owner,
            )
        except ValidationError as refused:
            form.add_error("certificate", refused.messages)
        else:
            messages.success(request, f"Đã đăng ký chứng thư của {row.subject}.")
            return redirect("pledges:certificate_list")
    context = {
        "form": form,
        "proof": proof,
        "passkey_options": new_challenge(request, purpose) if PASSKEY in proof.ways else "",
    }
    return render(
        request,
        "pledges/certificate_add.html",
        context,
        status=422 if request.method == "POST" else 200,
    )


@require_http_methods(["GET", "POST"])
def certificate_withdraw(request, pk):
    mine = RegisteredCertificate.objects.of_posts(signing_posts(request.user))
    row = get_object_or_404(mine.in_use(), pk=pk)
    form = WithdrawForm(request.POST or None)
    if form.is_valid():
        try:
            withdraw(row, by=request.user, reason=form.cleaned_data["reason"])
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            return redirect("pledges:certificate_list")
    return render(
        request,
        "pledges/certificate_withdraw.html",
        {"form": form, "certificate": row},
        status=422 if request.method == "POST" else 200,
    )


@require_GET
def certificate_proof(request, pk):
    """The file that a registration was proved by: for its holder and the Ban Thi đua."""
    seen = certificates_seen(request.user).exclude(proof_file=None)
    row = get_object_or_404(seen.select_related("proof_file"), pk=pk)
    ending = guess_extension(row.proof_file.content_type) or ""
    return serve(row.proof_file, f"can-cu-chung-thu-{row.serial.lower()}{ending}")


@login_not_required
@require_GET
def trust_list(request):
    """What token signatures are checked against, for anyone to compare."""
    return render(
        request,
        "pledges/trust_list.html",
        {
            "trusted": TrustedCertificate.objects.in_use(),
            "lists": RevocationList.objects.defer("der")[:20],
        },
    )


@login_not_required
@require_GET
def trust_list_file(request):
    """The trust list as PEM."""
    anchors, between = trust_list_now()
    if not anchors:
        raise Http404
    data = "".join((*anchors, *between)).encode()
    return serve_bytes(data, "chung-thu-tin-cay.pem", content_type="application/x-pem-file")
