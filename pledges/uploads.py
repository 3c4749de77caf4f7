"""Signing with a token: hold the file, sign it on one's own machine, hand it in.

A hold keeps others from signing the same file meanwhile. What is handed in is examined before any
lock: the held bytes never change, so what was found of them stands; under the paper's lock it is
enough that the held file is still the one in force.
"""

import hashlib

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from khoithidua import audit, text
from khoithidua.models import StoredFile
from pledges import signing
from pledges.models import (
    Hold,
    RegisteredCertificate,
    Signature,
    SignedFile,
)
from pledges.models.token import HOLD_TIME
from pledges.permissions import token_post, why_not_hold
from pledges.revocation import trust_for
from pledges.signatures import complete_if_all_signed, locked
from pledges.validations import keep_validation, outcome_of

NO_HOLD = "Lượt ký không còn. Hãy giữ lượt, tải lại tệp và ký lại."


class HeldByAnother(ValidationError):
    """Someone else's turn is running; the message says whose and until when."""


class NotAccepted(ValidationError):
    """The file handed in is not taken; the file in force is untouched."""


def party_field(party, kind):
    return party.leader_field if kind == Signature.Kind.LEADER else party.agency_field


# Holds


def take_hold(paper, party, kind, *, by):
    """Give `by` the turn to sign for `party`; their own running turn is given again.

    Raises HeldByAnother, or ValidationError with the reason.
    """
    now = timezone.now()
    with transaction.atomic():
        paper = locked(paper)
        party = paper.parties.get(pk=party.pk)
        if reason := why_not_hold(by, paper, party, kind):
            raise ValidationError(reason)
        current = open_hold(paper)
        if current and current.is_running:
            if (current.user_id, current.party_id, current.kind) == (by.pk, party.pk, kind):
                return current
            raise HeldByAnother(held_by(current))
        if current:
            _end(current, Hold.End.EXPIRED, by="he-thong", summary="Hết giờ giữ lượt ký")
        hold = Hold.objects.create(
            paper=paper,
            party=party,
            kind=kind,
            user=by,
            base=_in_force(paper),
            taken_at=now,
            until=now + HOLD_TIME,
        )
        _record(hold, "hold.take", by, f"Giữ lượt ký {paper.audit_name} đến {_clock(hold)}")
    return hold


def extend_hold(hold, *, by):
    """Another five minutes from now, once."""
    with transaction.atomic():
        hold = _own(hold, by)
        if not hold.may_extend:
            raise ValidationError("Lượt ký chỉ gia hạn được một lần.")
        hold.extended_at = timezone.now()
        hold.until = hold.extended_at + HOLD_TIME
        hold.save(update_fields=["extended_at", "until"])
        _record(hold, "hold.extend", by, f"Gia hạn lượt ký đến {_clock(hold)}")
    return hold


def cancel_hold(hold, *, by):
    """Give the turn back."""
    with transaction.atomic():
        _end(_own(hold, by), Hold.End.CANCELLED, by=by, summary="Thôi giữ lượt ký")


def release_hold(hold, *, by):
    """Take the turn back for the bloc: the lead's, when whoever holds it is gone."""
    with transaction.atomic():
        _paper, hold = _still_open(hold)
        _end(hold, Hold.End.RELEASED, by=by, summary=f"Thu lại lượt ký của {hold.user.full_name}")


def open_hold(paper):
    """The paper's turn that has not ended, running or not; None without one."""
    return paper.holds.open().select_related("user", "party", "base__file").first()


def held_by(hold):
    """Who holds the file and until when, as others read it."""
    return f"{hold.user.full_name} ({hold.party.short_name}) đang giữ lượt ký đến {_clock(hold)}."


def _own(hold, by):
    _paper, hold = _still_open(hold)
    if hold.user_id != by.pk:
        raise ValidationError(NO_HOLD)
    return hold


def _still_open(hold):
    """(paper, hold) under the paper's lock; raises ValidationError when the turn has ended."""
    paper = locked(hold.paper)
    found = open_hold(paper)
    if found is None or found.pk != hold.pk:
        raise ValidationError(NO_HOLD)
    return paper, found


def _end(hold, how, *, by, summary):
    hold.ended_at, hold.end = timezone.now(), how
    hold.save(update_fields=["ended_at", "end"])
    _record(hold, f"hold.{how}", by, summary)


def _record(hold, action, by, words):
    audit.record(
        action,
        chain=hold.paper.audit_chain,
        by=by,
        target=hold.paper.audit_path,
        summary=f"{words} ({hold.party.short_name}, ô {party_field(hold.party, hold.kind)}).",
        after={"file": hold.base.sequence},
    )


def _clock(hold):
    return text.time_short(hold.until)


def _in_force(paper):
    return paper.signed_files.select_related("file").order_by("-sequence").first()


# The signed file


def accept_upload(hold, data, *, by):
    """Take the held file, signed outside, as the new file in force; return its Signature.

    Raises NotAccepted with the precise reason, and records the attempt; nothing else is changed.
    """
    try:
        accepted = _examined(hold, data)
        return _keep(hold, data, accepted, by)
    except signing.refusal.UploadRefused as refused:
        problem = _stale(hold, refused) or str(refused)
        _record_refusal(hold, data, by, refused.code, problem)
        raise NotAccepted(problem) from refused


def registered_for(party, kind, user):
    """The certificates by which this signature may be made: of the signer's own post, or the agency."""
    rows = RegisteredCertificate.objects
    if kind == Signature.Kind.AGENCY:
        return rows.of_agency(party.unit_id)
    return rows.of_leader(token_post(user, party, kind))


def _examined(hold, data):
    """What the new signature is; raises UploadRefused. No lock is held, no row is written."""
    field = party_field(hold.party, hold.kind)
    registered = registered_for(hold.party, hold.kind, hold.user).values_list("pem", flat=True)
    pems = tuple(registered.order_by("pk"))
    (accepted,) = signing.limited.accept(
        hold.base.file.read(),
        data,
        expected=signing.accept.Expected({field: pems}, boxes=_boxes(hold.party, field)),
        trust=trust_for(pems),
        at=timezone.now(),
    )
    return accepted


def _boxes(party, field):
    """Where a new field counts as this one; None on a paper that is certified."""
    return {field: signing.layout.Box(*party.boxes[field])} if party.boxes else None


@transaction.atomic
def _keep(hold, data, accepted, by):
    """File, signature, its validation, the end of the turn and the record, all or nothing."""
    now = timezone.now()
    paper, hold = _still_open(hold)
    party = paper.parties.get(pk=hold.party_id)
    if hold.user_id != by.pk or _in_force(paper).pk != hold.base_id:
        raise ValidationError(NO_HOLD)
    if reason := why_not_hold(by, paper, party, hold.kind):
        raise ValidationError(reason)
    certificate = _certificate_used(party, hold.kind, by, accepted)
    stored = StoredFile.objects.keep(data, content_type="application/pdf", by=by)
    file = _next_file(paper, hold, stored, certificate, by, now)
    signature = _signature(party, hold.kind, file, accepted, certificate, by, now)
    keep_validation(
        signature,
        (accepted.certificate_pem, *accepted.chain_pems),
        outcome_of(accepted.revocation),
        evidence=accepted.revocation_checked_with,
        algorithm=accepted.algorithm,
        by=by,
        at=now,
    )
    _end(hold, Hold.End.UPLOADED, by=by, summary="Nộp tệp đã ký, hết lượt")
    complete_if_all_signed(paper, by, now)
    return signature


def _certificate_used(party, kind, by, accepted):
    """The registration of the signer's certificate, unless it was withdrawn this very moment."""
    for row in registered_for(party, kind, by):
        if row.pem.strip() == accepted.certificate_pem.strip():
            return row
    raise ValidationError("Chứng thư đã ký vừa được thôi dùng. Hãy đăng ký lại rồi ký.")


def _next_file(paper, hold, stored, certificate, by, now):
    is_seal = hold.kind == Signature.Kind.AGENCY
    what = "có chữ ký của cơ quan" if is_seal else "ký số"
    head = audit.head_of(paper.audit_chain)
    entry = audit.record(
        "paper.upload",
        chain=paper.audit_chain,
        by=by,
        target=paper.audit_path,
        summary=f"{hold.party.unit_name} {what} {paper.audit_name}.",
        after={
            "sha256": stored.sha256,
            "unit": hold.party.unit_name,
            "form": paper.form,
            "certificate": certificate.fingerprint,
        },
        at=now,
    )
    return SignedFile.objects.create(
        paper=paper,
        sequence=hold.base.sequence + 1,
        kind=SignedFile.Kind.AGENCY_SEAL if is_seal else SignedFile.Kind.SIGNATURE,
        file=stored,
        parent=hold.base,
        at=now,
        head_in_file=head,
        audit_digest=entry.digest,
    )


def _signature(party, kind, file, accepted, certificate, by, now):
    """The person is who the certificate names; the title is that of their post today."""
    post = token_post(by, party, kind)
    is_leader = kind == Signature.Kind.LEADER
    claimed = accepted.report.claimed_at
    return Signature.objects.create(
        party=party,
        kind=kind,
        form=file.paper.form,
        signed_file=file,
        user=by,
        person=(accepted.report.signer_name or certificate.subject)[:120],
        position=post.position if is_leader else "",
        signing_title=post.signing_title if is_leader else "",
        unit_name=party.unit_name,
        signed_at=now,
        signed_on=timezone.localdate(now),
        certificate_serial=certificate.serial,
        note=f"Giờ ghi trong chữ ký: {text.moment_exact(claimed)}" if claimed else "",
    )


def _stale(hold, refused):
    """Who signed since this file was downloaded, when that is why it is refused; else ""."""
    if not refused.missed:
        return ""
    last = max(
        Signature.objects.filter(party__paper=hold.paper_id).select_related("party"),
        key=lambda row: party_field(row.party, row.kind) in refused.missed and row.pk,
    )
    return f"{last.unit_name} đã ký lúc {text.moment(last.signed_at)}, hãy tải lại tệp rồi ký."


def _record_refusal(hold, data, by, code, problem):
    with transaction.atomic():
        audit.record(
            "paper.upload_refused",
            chain=hold.paper.audit_chain,
            by=by,
            target=hold.paper.audit_path,
            summary=f"Không nhận tệp của {hold.party.unit_name}: {problem}",
            after={
                "code": str(code),
                "sha256": hashlib.sha256(data).hexdigest(),
                "size": len(data),
            },
        )
