"""What the signing tool on the signer's own machine asks for: the held file, and to hand it in."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from khoithidua.files import serve
from pledges import uploads
from pledges.signing_tool import hold_of
from pledges.token_forms import SignedUploadForm
from pledges.views.base import paper_file_name

DONE, FAILED = 0, 1


@login_not_required
@require_GET
def tool_file(request, token):
    hold = _hold(token)
    return serve(hold.base.file, paper_file_name(hold.paper))


@csrf_exempt
@login_not_required
@require_POST
def tool_upload(request, token):
    """Take the signed file; what is wrong with it is said in the tool's own window."""
    hold = _hold(token)
    form = SignedUploadForm({}, {"file": request.FILES.get("uploadfile")})
    if not form.is_valid():
        return _answer(FAILED, form.errors["file"][0])
    try:
        uploads.accept_upload(hold, form.cleaned_data["file"].read(), by=hold.user)
    except ValidationError as refused:
        return _answer(FAILED, refused.messages[0])
    name = paper_file_name(hold.paper)
    return _answer(
        DONE, "Đã nhận tệp đã ký.", name, settings.SITE_URL + hold.paper.get_absolute_url()
    )


def _hold(token):
    hold = hold_of(token) if settings.SIGNING_TOOL else None
    if hold is None:
        raise Http404
    return hold


def _answer(status, message, name="", address=""):
    return JsonResponse(
        {"Status": status, "Message": message, "FileName": name, "FileServer": address}
    )
