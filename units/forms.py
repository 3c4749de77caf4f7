"""Forms of the browser pages; the admin panel has its own."""

from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import AuthenticateWebAuthnForm
from django import forms
from django.utils.functional import cached_property

from khoithidua.fields import DateField, LineField


class YearFilterForm(forms.Form):
    """Finds a bloc's year by name and year."""

    q = LineField(label="Tên khối, cụm", required=False, max_length=100)
    nam = forms.IntegerField(label="Năm", required=False, min_value=1948, max_value=2100)

    def apply(self, years, stamp):
        self.is_valid()
        if self.cleaned_data.get("nam"):
            years = years.filter(number=self.cleaned_data["nam"])
        if self.cleaned_data.get("q"):
            years = years.called(self.cleaned_data["q"], stamp)
        return years


class SecondStepForm(AuthenticateForm):
    """allauth's second step of the log-in; it also knows what the account can answer with."""

    @cached_property
    def factors(self):
        """Of "totp", "webauthn", "recovery_codes", those on the account."""
        return set(Authenticator.objects.filter(user=self.user).values_list("type", flat=True))


class PasskeyStepForm(AuthenticateWebAuthnForm):
    """allauth's second step by passkey, which says in words what is wrong with any answer."""

    def clean_credential(self):
        try:
            return super().clean_credential()
        except (KeyError, TypeError, ValueError):
            pass  # what no browser sends
        except forms.ValidationError as error:
            if error.code != "incorrect_code":
                raise
        raise forms.ValidationError("Khóa truy cập không khớp. Hãy làm lại.")


class PhaseExtendForm(forms.Form):
    """A later closing day, and why."""

    to = DateField(label="Hạn mới")
    reason = LineField(label="Lý do gia hạn", max_length=300)

    def __init__(self, *args, phase, **kwargs):
        self.phase = phase
        super().__init__(*args, **kwargs)

    def clean_to(self):
        to = self.cleaned_data["to"]
        if to <= self.phase.closes_on:
            raise forms.ValidationError(
                f"Hạn mới phải sau hạn hiện nay ({self.phase.closes_on:%d/%m/%Y})."
            )
        return to
