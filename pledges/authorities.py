"""The installation's certificate authorities over the years: made, renewed, told of before they end.

Nothing is ever replaced: a new authority stands beside the old ones, signs from then on, and files
signed before it still verify by the root that they were signed under.
"""

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from khoithidua import audit, text
from pledges import signing
from pledges.expiry import WARN_DAYS, keepers, step_of, tell_once
from pledges.models import SigningAuthority
from pledges.models.authority import issuing_in_use, root_authorities
from pledges.signing.errors import CertificateOutOfDate
from units.models import Authority
from units.reference import remember

ROOT_NAME = "Khối thi đua - Gốc"
ISSUING_NAME = "Khối thi đua - Cấp phát"


def make_pair(secret, *, keep_root_key, by):
    """Make a root and an issuing authority under it, and sign with it from now on.

    Returns the root's encrypted key. `keep_root_key`: in the database, else only in the caller's
    hands, who must have put it away before the transaction ends.
    """
    now, organisation = timezone.now(), _organisation()
    root = signing.ca.new_root(ROOT_NAME, organisation, secret, now)
    issuing = signing.ca.new_issuing(root, secret, ISSUING_NAME, organisation, secret, now)
    with transaction.atomic():
        is_first = not SigningAuthority.objects.exists()
        parent = SigningAuthority.objects.create(
            level=SigningAuthority.Level.ROOT,
            certificate_pem=root.certificate_pem,
            key_pem=root.key_pem if keep_root_key else "",
        )
        made = _keep_issuing(parent, issuing)
        _record(
            "ca.create" if is_first else "ca.rotate_root",
            f"Tạo CA gốc{'' if is_first else ' mới'} và CA cấp phát của hệ thống.",
            by,
            root=parent,
            issuing=made,
            root_key="đã mã hóa, trong hệ thống" if keep_root_key else "ngoài hệ thống",
        )
    return root.key_pem


def make_issuing(secret, *, root_key="", root_secret="", by):
    """Certify a new issuing authority by the newest root, and sign with it from now on.

    `root_key`: the root's encrypted key where it is not in the database; `root_secret`: its
    passphrase where that is another than the present one. Raises WrongKey, WrongPassphrase, or
    CertificateOutOfDate when the root itself is about to end.
    """
    parent, now = root_authorities().first(), timezone.now()
    if parent.days_left(timezone.localdate()) <= max(WARN_DAYS):
        raise CertificateOutOfDate(
            f"CA gốc hết hạn ngày {text.date_short(parent.certificate.ends)}: cần tạo CA gốc mới."
        )
    root = signing.ca.Authority(parent.certificate_pem, root_key or parent.key_pem)
    issuing = signing.ca.new_issuing(
        root, root_secret or secret, ISSUING_NAME, _organisation(), secret, now
    )
    with transaction.atomic():
        made = _keep_issuing(parent, issuing)
        _record("ca.rotate_issuing", "Tạo CA cấp phát mới của hệ thống.", by, issuing=made)
    return made


def alarms(today, stamp=""):
    """The authorities in use that end within WARN_DAYS, or have ended: those people must renew."""
    issuing = remember(stamp, "issuing authority", issuing_in_use)
    in_use = [issuing, issuing.parent] if issuing else []
    return [row for row in in_use if row.days_left(today) <= max(WARN_DAYS)]


def words_of(alarm, today):
    """One sentence on an authority that is about to end."""
    name, ends = f"CA {alarm.get_level_display()}", text.date_short(alarm.certificate.ends)
    days = alarm.days_left(today)
    if days < 0:
        return f"{name} của hệ thống đã hết hạn ngày {ends}: không ai ký được nữa."
    return f"{name} của hệ thống còn {days} ngày (đến {ends}); sau đó không ai ký được."


def panel_notices(today):
    """What the first page of the panel says on top: (sentence, address)."""
    return [(words_of(alarm, today), reverse("pledges:root_help")) for alarm in alarms(today)]


def tick():
    """Mail each alarm to the Ban Thi đua once at 60, 30 and 7 days; say how many were written."""
    today = timezone.localdate()
    told = sum(_tell(alarm, today) for alarm in alarms(today))
    return f"Báo CA sắp hết hạn: {told}." if told else ""


def _tell(alarm, today):
    return tell_once(
        keepers(),
        f"CA {alarm.get_level_display()} sắp hết hạn",
        _letter(alarm, today),
        step=step_of(alarm.days_left(today)),
        authority=alarm,
    )


def _letter(alarm, today):
    return (
        f"{words_of(alarm, today)}\n\n"
        "Văn bản đã ký vẫn xác minh được. Người quản trị máy chủ cần cấp CA mới trước ngày ấy: "
        f"manage.py init_ca --rotate {alarm.level} (xem docs/operations.md).\n\n"
        f"{settings.SITE_URL}{reverse('pledges:root_help')}\n"
    )


def _keep_issuing(parent, issuing):
    return SigningAuthority.objects.create(
        level=SigningAuthority.Level.ISSUING,
        parent=parent,
        certificate_pem=issuing.certificate_pem,
        key_pem=issuing.key_pem,
    )


def _record(action, summary, by, **facts):
    """Enter the act with the fingerprint of every certificate made."""
    audit.record(
        action,
        chain=audit.system_chain(),
        by=by,
        target="ca",
        summary=summary,
        after={
            key: value.certificate.sha256 if isinstance(value, SigningAuthority) else value
            for key, value in facts.items()
        },
    )


def _organisation():
    authority = Authority.objects.order_by("pk").first()
    words = authority.on(timezone.localdate()) if authority else None
    return words.long_name if words else "Khối thi đua"
