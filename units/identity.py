"""Proof of identity at the moment of an act, bound to that act and used once.

Password and code travel in the same request as the act, so they cannot serve another; a passkey
answers a challenge made for this act only. A log-in, however recent, proves nothing here: a
session left open, or a province's single sign-on, never signs.
"""

from allauth.core import ratelimit
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.webauthn.internal import auth as webauthn
from django import forms
from django.core.exceptions import ValidationError

from units.models import User

PASSWORD, TOTP_CODE, PASSKEY = "password", "totp", "passkey"
SESSION_KEY = "identity-challenge"
TOO_OFTEN = "Đã thử quá nhiều lần. Hãy đợi 5 phút rồi thử lại."


def ways_of(user):
    """How this user can prove who they are: the strongest first.

    Not by a password that the secretariat set: whoever set it could act for its holder.
    """
    types = set(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    ways = []
    if Authenticator.Type.WEBAUTHN in types:
        ways.append(PASSKEY)
    if Authenticator.Type.TOTP in types:
        ways.append(TOTP_CODE)
    if user.has_usable_password() and not user.password_is_temporary:
        ways.append(PASSWORD)
    return ways


def new_challenge(request, purpose):
    """Options for the browser's passkey call; the challenge counts for `purpose` only, and once."""
    options = webauthn.begin_authentication(request.user)
    request.session[SESSION_KEY] = {"purpose": purpose, "state": webauthn.get_state()}
    webauthn.clear_state()
    return {"request_options": options}


class ProofForm(forms.Form):
    """Asks for one proof; `cleaned_data["way"]` says which was given.

    purpose: what the proof is for, e.g. "sign:<paper>:<sha256>"; a passkey's challenge made for
    another purpose is refused.
    """

    password = forms.CharField(
        label="Mật khẩu",
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    code = forms.CharField(
        label="Mã 6 chữ số trong ứng dụng xác thực",
        required=False,
        max_length=8,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )
    credential = forms.JSONField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, request, purpose, **kwargs):
        self.request = request
        self.purpose = purpose
        super().__init__(*args, **kwargs)
        self.ways = ways_of(request.user)
        for field, way in (("password", PASSWORD), ("code", TOTP_CODE), ("credential", PASSKEY)):
            if way not in self.ways:
                del self.fields[field]

    def clean(self):
        data = super().clean()
        if self.errors:
            return data
        given = next((name for name in ("credential", "code", "password") if data.get(name)), None)
        if given is None:
            raise ValidationError("Cần xác nhận người ký bằng một trong các cách dưới đây.")
        self._limit_tries()
        getattr(self, f"_check_{given}")(data[given])
        if not self.errors:
            ratelimit.clear(self.request, action="prove_identity", key=str(self.request.user.pk))
        data["way"] = {"credential": PASSKEY, "code": TOTP_CODE, "password": PASSWORD}[given]
        return data

    def _limit_tries(self):
        """Few wrong tries for one account, however many machines try (settings: prove_identity)."""
        key = str(self.request.user.pk)
        if not ratelimit.consume(self.request, action="prove_identity", key=key):
            raise ValidationError(TOO_OFTEN)

    def _check_password(self, password):
        # A fresh row: the one in the session may be older than a change of password.
        if not User.objects.get(pk=self.request.user.pk).check_password(password):
            self.add_error("password", "Mật khẩu không đúng.")

    def _check_code(self, code):
        row = Authenticator.objects.get(user=self.request.user, type=Authenticator.Type.TOTP)
        if not TOTP(row).validate_code(code.strip()):
            self.add_error("code", "Mã không đúng hoặc đã dùng. Hãy nhập mã mới đang hiện.")

    def _check_credential(self, credential):
        challenge = self.request.session.pop(SESSION_KEY, None)
        if not challenge or challenge["purpose"] != self.purpose:
            raise ValidationError("Lần xác nhận bằng khóa truy cập đã hết hạn. Hãy làm lại.")
        webauthn.set_state(challenge["state"])
        try:
            webauthn.parse_authentication_response(credential)
            webauthn.complete_authentication(self.request.user, credential)
        except (ValidationError, KeyError, TypeError, ValueError):
            # What a browser never sends ends in one of the others.
            raise ValidationError("Khóa truy cập không khớp. Hãy làm lại.") from None
        finally:
            webauthn.clear_state()
