"""The way of the government's signing tool: it fetches the held file and posts it back by itself.

The tool runs on the signer's machine and has no session here, so both addresses carry a token of
their own: signed by this server, good for twenty minutes, for one turn (one file, one member) and
nothing else. It signs nothing: the file posted back must carry the signature of a registered
certificate like any other.
"""

from django.conf import settings
from django.core import signing
from django.urls import reverse

from pledges.models import Hold, Signature

VALID_FOR = 20 * 60
SALT = "pledges.signing_tool"
# What the one page with the button may connect to besides this server.
ORIGIN = "wss://127.0.0.1:8987"
ENDPOINTS = {Signature.Kind.LEADER: "SignApproved", Signature.Kind.AGENCY: "SignIssued"}


def token_for(hold):
    return signing.dumps([hold.pk, hold.base_id, hold.party_id], salt=SALT)


def hold_of(token):
    """The turn that a token is for while it lasts; None for any other text."""
    try:
        pk, base, party = signing.loads(token, salt=SALT, max_age=VALID_FOR)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    holds = Hold.objects.open().select_related("user", "party", "base__file", "paper__year__bloc")
    return holds.filter(pk=pk, base=base, party=party, user__is_active=True).first()


def parameters_for(hold):
    """What the page hands to the tool: where to fetch the file and where to post it."""
    token = token_for(hold)
    return {
        "address": f"{ORIGIN}/{ENDPOINTS[Signature.Kind(hold.kind)]}",
        "request": {
            "FileUploadHandler": _address("tool_upload", token),
            "SessionId": "",
            "JWTToken": "",
            "FileName": _address("tool_file", token),
        },
    }


def _address(name, token):
    return settings.SITE_URL + reverse(f"pledges:{name}", args=[token])
