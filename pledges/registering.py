"""Certificates kept: whose tokens count for which post or agency, and what is trusted."""

from dataclasses import asdict, dataclass

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from khoithidua import audit
from pledges import certificates
from pledges.expiry import step_of
from pledges.models import RegisteredCertificate, RevocationList, TrustedCertificate
from pledges.models.token import READ_FROM_FILE


def warning_of(certificate):
    """How urgent its end is: "" while it is far, else the smallest of WARN_DAYS it is within, or 0."""
    return 0 if certificate.days_left < 0 else step_of(certificate.days_left) or ""


@dataclass(frozen=True)
class Lacking:
    """A unit that cannot sign with tokens yet: its leader's or its agency's certificate is missing."""

    name: str
    leader: bool
    agency: bool


def lacking_certificates(names, leaders, agencies, today):
    """[Lacking, …] of the units in `names` ({id: name}) by what is registered and in force.

    leaders, agencies: the sets of units whose leader's, whose agency's signature is still wanted.
    """
    ready = RegisteredCertificate.objects.owners_ready(leaders | agencies, today)
    no_leader = leaders - {leader for leader, _agency in ready}
    no_agency = agencies - {agency for _leader, agency in ready}
    return [
        Lacking(name, unit in no_leader, unit in no_agency)
        for unit, name in names.items()
        if unit in no_leader | no_agency
    ]


def register(facts, *, by, proof, appointment=None, unit=None, proof_file=None):
    """Let signatures by this certificate count for a leader's post, or for an agency.

    Raises ValidationError with the reason when it cannot serve.
    """
    if reason := why_not_register(facts):
        raise ValidationError(reason)
    row = RegisteredCertificate(
        **_read(facts),
        appointment=appointment,
        unit=unit,
        registered_by=by,
        proof=proof,
        proof_file=proof_file,
    )
    row.full_clean(exclude=["registered_by", "withdrawn_reason"])
    return _keep(row, by, "certificate.register", f"Đăng ký chứng thư {row} cho {row.owner}.")


def why_not_register(facts):
    """A sentence that says why a signer's certificate cannot be registered; empty when it can."""
    if facts.is_authority:
        return "Đây là chứng thư của nơi cấp, không phải của người ký hay cơ quan ký."
    if facts.not_after <= timezone.now():
        return f"Chứng thư đã hết hạn ngày {timezone.localdate(facts.not_after):%d/%m/%Y}."
    return facts.weakness


def trust(facts, *, by, kind, note):
    """Add a certificate to the trust list."""
    if not facts.is_authority:
        raise ValidationError(
            "Chứng thư này không phải của nơi cấp (không có quyền cấp chứng thư)."
        )
    if kind == TrustedCertificate.Kind.ANCHOR and not facts.is_self_issued:
        raise ValidationError("Chứng thư này do nơi khác cấp nên là trung gian, không phải gốc.")
    row = TrustedCertificate(**_read(facts), kind=kind, note=note, added_by=by)
    row.full_clean(exclude=["added_by", "withdrawn_reason"])
    return _keep(row, by, "certificate.trust", f"Tin cậy chứng thư {row.get_kind_display()} {row}.")


def import_list(facts, *, by):
    """Keep a revocation list that a trusted certificate issued."""
    trusted = TrustedCertificate.objects.in_use().values_list("pem", flat=True)
    if not any(certificates.is_signed_by(facts.der, pem) for pem in trusted):
        raise ValidationError(
            "Danh sách này không do chứng thư nào trong danh sách tin cậy phát hành."
        )
    if RevocationList.objects.filter(fingerprint=facts.fingerprint).exists():
        raise ValidationError("Danh sách này đã được nhập.")
    row = RevocationList(**asdict(facts), imported_by=by)
    return _keep(row, by, "revocation.import", f"Nhập danh sách thu hồi của {row}.")


def withdraw(row, *, by, reason):
    """Stop counting a registered, or trusting a trusted, certificate; what it signed stays."""
    with transaction.atomic():
        row = type(row).objects.select_for_update(of=("self",)).get(pk=row.pk)
        if not row.in_use:
            raise ValidationError("Chứng thư này đã thôi dùng.")
        row.withdrawn_at, row.withdrawn_reason = timezone.now(), reason
        row.save(update_fields=["withdrawn_at", "withdrawn_reason"])
        audit.record(
            "certificate.withdraw",
            chain=audit.system_chain(),
            by=by,
            target=row.audit_path,
            summary=f"Thôi dùng chứng thư {row}: {reason}",
        )
    return row


def trust_list():
    """(anchors, intermediates) in force, as PEM."""
    return _by_kind(TrustedCertificate.objects.in_use())


def ever_trusted():
    """The same with those withdrawn since: what was accepted by them stays as it was."""
    return _by_kind(TrustedCertificate.objects.all())


def _by_kind(certificates):
    Kind = TrustedCertificate.Kind
    rows = list(certificates.order_by("pk").values_list("kind", "pem"))
    return tuple(
        tuple(pem for found, pem in rows if found == kind)
        for kind in (Kind.ANCHOR, Kind.INTERMEDIATE)
    )


def _read(facts):
    return {name: getattr(facts, name) for name in READ_FROM_FILE if hasattr(facts, name)}


@transaction.atomic
def _keep(row, by, action, summary):
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise ValidationError("Có người vừa ghi chứng thư này. Hãy tải lại trang.") from None
    audit.record(
        action,
        chain=audit.system_chain(),
        by=by,
        target=row.audit_path,
        summary=summary,
        after={"sha256": row.fingerprint},
    )
    return row
