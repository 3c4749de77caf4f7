"""Telling people in time that a certificate ends: at 60, 30 and 7 days, one mail for each.

Holders of registered certificates are told of theirs, the Ban Thi đua and the superusers of what the
trust list holds; of the installation's own authorities, see authorities.py.
"""

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from khoithidua import mail, text
from pledges.models import ExpiryNotice, RegisteredCertificate, TrustedCertificate
from units.models import Appointment, User
from units.reference import remember

WARN_DAYS = (60, 30, 7)


def step_of(days_left):
    """The nearest of WARN_DAYS that a certificate is within, or has passed; None while it is far."""
    return min((days for days in WARN_DAYS if days_left <= days), default=None)


def tell_once(people, subject, letter, *, step, **about):
    """Write the mail unless it was written at this step; return whether it was.

    about: the certificate, by its field of ExpiryNotice. Where `tick` stood still past a step, only
    the nearest one is told of.
    """
    with transaction.atomic():
        _notice, is_new = ExpiryNotice.objects.get_or_create(days=step, **about)
        if is_new:
            mail.enqueue(people, subject, letter)
    return is_new


def keepers():
    """Those who look after the installation: the Ban Thi đua and the superusers."""
    return User.objects.filter(
        Q(role=User.SystemRole.SECRETARIAT) | Q(is_superuser=True), is_active=True
    ).order_by("pk")


def tick():
    """Mail what is due about registered and trusted certificates; say how many were told of."""
    today = timezone.localdate()
    registered = RegisteredCertificate.objects.expiring(today).with_owners().order_by("pk")
    told = sum(_tell_holders(row, today) for row in registered if step_of(row.days_left))
    trusted = TrustedCertificate.objects.expiring().order_by("pk")
    told += sum(_tell_keepers(row) for row in trusted if step_of(row.days_left))
    return f"Báo chứng thư sắp hết hạn: {told}." if told else ""


def trusted_alarms(stamp=""):
    """Certificates of the trust list that end within WARN_DAYS, or have ended."""
    found = remember(
        stamp,
        ("trusted certificates that end", timezone.localdate()),
        lambda: list(TrustedCertificate.objects.expiring().order_by("not_after", "pk")),
    )
    return [row for row in found if step_of(row.days_left)]


def words_of(row):
    """One sentence on a certificate of the trust list that is about to end."""
    name, ends = f"Chứng thư {row.get_kind_display()} {row.subject}", _day(row)
    if row.days_left < 0:
        return f"{name} đã hết hạn ngày {ends}: hệ thống không nhận chữ ký dựa vào chứng thư ấy."
    return f"{name} còn {row.days_left} ngày (đến {ends}); sau đó không nhận chữ ký dựa vào nó."


def panel_notices(today):
    """What the first page of the panel says on top: (sentence, address)."""
    return [(words_of(row), reverse("pledges:trust_list")) for row in trusted_alarms()]


def _tell_holders(row, today):
    """The leader whose certificate it is; of an agency's, its clerks."""
    if row.appointment_id:
        people = [row.appointment.user]
    else:
        clerks = Appointment.objects.on(today).filter(
            kind=Appointment.Kind.CLERK, unit=row.unit_id, user__is_active=True
        )
        people = [post.user for post in clerks.select_related("user").order_by("pk")]
    people = [user for user in people if user.is_active]
    letter = (
        f"{_ends_in_words(row)}\n\n"
        f"Chứng thư: {row.subject}, số {row.serial}\nDùng để ký cho: {row.owner}\n\n"
        "Sau ngày ấy hệ thống không nhận chữ ký của chứng thư này; chữ ký đã có không đổi. Gia hạn ở "
        "nơi cấp, rồi đăng ký chứng thư mới:\n"
        f"{settings.SITE_URL}{reverse('pledges:certificate_list')}\n"
    )
    return bool(people) and tell_once(
        people, "Chứng thư ký số sắp hết hạn", letter, step=step_of(row.days_left), registered=row
    )


def _tell_keepers(row):
    letter = (
        f"{words_of(row)}\n\n"
        "Chữ ký đã nhận không đổi. Cần nhập chứng thư mới của nơi cấp vào danh sách tin cậy trước "
        "ngày ấy, và thôi dùng chứng thư cũ khi không còn ai ký dựa vào nó.\n\n"
        f"{settings.SITE_URL}{reverse('pledges:trust_list')}\n"
    )
    return tell_once(
        keepers(), "Chứng thư tin cậy sắp hết hạn", letter, step=step_of(row.days_left), trusted=row
    )


def _ends_in_words(row):
    if row.days_left < 0:
        return f"Chứng thư ký số đã hết hạn ngày {_day(row)}."
    return f"Chứng thư ký số còn {row.days_left} ngày, hết hạn ngày {_day(row)}."


def _day(row):
    return text.date_short(row.not_after)
