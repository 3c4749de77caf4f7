"""What certificates give people to do: register one before signing with it, renew it before it ends."""

from django.urls import reverse
from django.utils.timezone import localdate

from khoithidua.work import WorkItem
from pledges import expiry
from pledges.authorities import alarms, words_of
from pledges.models import Paper, RegisteredCertificate, Signature
from pledges.permissions import signing_posts, token_post
from pledges.registering import warning_of
from units.models import Appointment, Phase


def authorities_to_renew(user, today):
    """Whoever runs the installation has its own authorities and the trust list to look after."""
    for alarm in alarms(today, user.reference_stamp):
        yield WorkItem(
            title=f"Báo người quản trị máy chủ cấp mới CA {alarm.get_level_display()}",
            context=words_of(alarm, today),
            url=reverse("pledges:root_help"),
            action="Xem chứng thư",
            due_on=localdate(alarm.certificate.ends),
        )
    for row in expiry.trusted_alarms(user.reference_stamp):
        yield WorkItem(
            title="Nhập chứng thư tin cậy mới của nơi cấp",
            context=expiry.words_of(row),
            url=reverse("pledges:trust_list"),
            action="Xem danh sách tin cậy",
            due_on=localdate(row.not_after),
        )


def to_register(user, membership, paper):
    """Before signing with a token: its certificate, a leader's own or for a clerk the agency's."""
    party = next((row for row in paper.seats if row.unit_id == membership.unit_id), None)
    if party is None or paper.form != Paper.Form.TOKEN:
        return
    for kind, made in (
        (Signature.Kind.LEADER, party.signature),
        (Signature.Kind.AGENCY, party.agency_signature or not paper.with_agency_seals),
    ):
        post = None if made or user.is_staff else token_post(user, party, kind)
        if post and not _has_certificate(user, post):
            whose = "của cơ quan " if kind == Signature.Kind.AGENCY else ""
            yield WorkItem(
                title=f"Đăng ký chứng thư {whose}để ký số giao ước thi đua năm {membership.year.number}",
                context=f"{membership.year.bloc_name} · chưa đăng ký thì chưa ký được",
                url=reverse("pledges:certificate_add"),
                action="Đăng ký chứng thư",
                due_on=membership.deadlines.get(Phase.Kind.SIGN),
                tab="pledge",
                year_id=membership.year_id,
            )


def _has_certificate(user, post):
    """Whether one is registered for the post, in force or not: one that ended is told of by itself."""
    rows = user.remembered("certificates in use", lambda: _certificates_in_use(user))
    if post.kind == Appointment.Kind.CLERK:
        return any(unit == post.unit_id for _appointment, unit in rows)
    return any(appointment == post.pk for appointment, _unit in rows)


def _certificates_in_use(user):
    rows = RegisteredCertificate.objects.of_posts(signing_posts(user)).in_use().order_by("pk")
    return list(rows.values_list("appointment", "unit"))


def _expiring(user, today):
    """Certificates of the user's posts that end within sixty days, or have ended."""
    return user.remembered("expiring certificates", lambda: _expiring_today(user, today))


def _expiring_today(user, today):
    posts = signing_posts(user)
    if not posts:
        return []
    return list(RegisteredCertificate.objects.of_posts(posts).expiring(today).order_by("not_after"))


def own_to_renew(user, today):
    """Whoever holds a certificate that ends soon registers the next."""
    yield from map(_to_renew, _expiring(user, today))


def _to_renew(certificate):
    ends = localdate(certificate.not_after)
    urgency = warning_of(certificate)
    return WorkItem(
        title="Chứng thư ký số đã hết hạn" if urgency == 0 else "Chứng thư ký số sắp hết hạn",
        context=f"{certificate.subject} · {certificate.owner}",
        url=reverse("pledges:certificate_list"),
        action="Đăng ký chứng thư mới",
        due_on=ends,
        is_primary=urgency in (0, 7),
    )
