"""Logging in, and what the province-wide roles may do in the admin panel."""

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.backends import BaseBackend
from django.db.models import Subquery

from units.models import User
from units.reference import ReferenceStamp

# Where the secretariat may look: not into what libraries keep, such as sessions and second factors.
SEEN_BY_SECRETARIAT = {"khoithidua", "units", "pledges", "scoring"}
# Reference data the secretariat keeps; everything else in the panel is read-only for it.
KEPT_BY_SECRETARIAT = {
    "units": {
        "appointment",
        "authority",
        "authorityperiod",
        "bloc",
        "blocname",
        "dayoff",
        "decision",
        "emulationyear",
        "legalbasis",
        "membership",
        "phase",
        "supervision",
        "title",
        "titlename",
        "unit",
        "unitname",
        "unitsuccession",
        "user",
    },
    "pledges": {"registeredcertificate", "revocationlist", "trustedcertificate"},
    "scoring": {"wordtemplate"},
}


class AccountBackend(AuthenticationBackend):
    """allauth's log-in; the request's user comes with the stamp of the reference data."""

    def get_user(self, user_id):
        users = User.objects.annotate(
            reference_stamp=Subquery(ReferenceStamp.objects.values("stamp")[:1])
        )
        user = users.filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None


class RoleBackend(BaseBackend):
    """Grants the secretariat its permissions; logs nobody in."""

    def has_perm(self, user, perm, obj=None):
        if not user.is_active or user.role != user.SystemRole.SECRETARIAT:
            return False
        app, _, codename = perm.partition(".")
        action, _, model = codename.partition("_")
        if action == "view":
            return app in SEEN_BY_SECRETARIAT
        return model in KEPT_BY_SECRETARIAT.get(app, ())

    def has_module_perms(self, user, app_label):
        is_secretariat = user.is_active and user.role == user.SystemRole.SECRETARIAT
        return is_secretariat and app_label in SEEN_BY_SECRETARIAT
