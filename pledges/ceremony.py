"""A shared device at the signing ceremony: one leader after another, each proving who they are.

The lead's people switch it on for the day, on the device itself: a signed cookie names the paper and
the day. The cookie only changes where a leader arrives and that they are logged out after signing; it
opens no account and signs nothing.
"""

from django.conf import settings
from django.core import signing
from django.utils import timezone

COOKIE, SALT = "le-ky", "ceremony device"
LONGEST = 24 * 3600
# A leader who walks away without signing does not stay logged in on a device that others use.
IDLE_SECONDS = 300


def switch_on(response, paper):
    """Make the device that gets this answer a shared one for this paper, until the day ends."""
    value = signing.dumps({"paper": paper.code, "day": _today()}, salt=SALT)
    response.set_cookie(
        COOKIE,
        value,
        max_age=LONGEST,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def switch_off(response):
    response.delete_cookie(COOKIE, samesite="Lax")


def paper_of(request):
    """The code of the paper that this device was switched on for today; "" on any other device."""
    try:
        held = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=LONGEST)
    except signing.BadSignature:
        return ""
    return held["paper"] if held["day"] == _today() else ""


def is_shared(request, paper):
    """Whether this device is the ceremony's, for this paper."""
    return bool(paper.code) and paper_of(request) == paper.code


def _today():
    return timezone.localdate().isoformat()
