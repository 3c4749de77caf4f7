"""One signature in the application: proof of identity, a one-use key, one increment, one transaction."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from khoithidua import audit, printing, text
from khoithidua.models import StoredFile
from pledges import signing
from pledges.changes import locked, supersede_complete
from pledges.models import Paper, Signature, SignedFile
from pledges.models.authority import current_issuer, root_certificates
from pledges.permissions import why_not_sign
from pledges.telling import tell_members


class AlreadySigned(ValidationError):
    """The unit's signature is there: a second click, or a colleague who was quicker."""


@dataclass(frozen=True)
class Consent:
    """What the signer declared and how they proved who they are, in this same request."""

    declaration: str
    proof: str  # a Signature.Proof


def declaration_text(paper, party):
    """The sentence the signer ticks; stored verbatim with the signature."""
    return (
        f"Tôi đã đọc toàn văn {paper.audit_name}, phiên bản {paper.version}, đồng ý với toàn bộ "
        f"nội dung và ký thay mặt {party.unit_name}."
    )


def signed_stamp(appointment, person, moment, width, height):
    """The look of a box once signed: title, the form and moment of the signature, name."""
    return printing.stamp(
        "print/stamp.html",
        {
            "titles": appointment.signing_title_lines,
            "person": person,
            "signed_at": text.moment_exact(moment),
        },
        width,
        height,
    )


def warm_up():
    """Load now what the first signature would wait for: the press with its fonts, and pyHanko."""
    words = {"titles": ("GIÁM ĐỐC",), "person": "Nguyễn Thị Ngẫm", "signed_at": ""}
    printing.stamp("print/stamp.html", words, width=200, height=100)
    _ = signing.sign, signing.verify


def sign(paper, party, *, by, appointment, consent):
    """Append `by`'s signature for `party`'s unit and return it.

    What is slow (stamp, key, certificate) is made before the lock; inside it the file in force is
    read, extended, the extension checked against it, and file, signature, state and record are
    stored together. Any failure leaves the file in force as it was.

    Raises AlreadySigned, or ValidationError with the reason.
    """
    now = timezone.now()
    stamp = signed_stamp(appointment, by.full_name, now, party.box_width, party.box_height)
    signer = current_issuer().certify(
        signing.ca.Subject(
            person=by.full_name,
            unit=party.unit_name,
            position=appointment.position,
            serial_number=by.username,
        ),
        now,
    )
    roots = root_certificates()
    with transaction.atomic():
        paper = locked(paper)
        party = paper.parties.get(pk=party.pk)
        _refuse_unless_open(paper, party, by)
        parent = paper.signed_files.select_related("file").order_by("-sequence").first()
        before = parent.file.read()
        head = audit.head_of(paper.audit_chain)
        after = signing.sign.append_signature(
            before,
            party.leader_field,
            signer,
            stamp,
            f"Xác nhận ký trên hệ thống. Nhật ký: {head}",
            now,
        )
        signing.verify.check_increment(before, after, party.leader_field, roots, now)
        signature = _keep(paper, party, parent, after, head, now, by, appointment, consent)
        complete_if_all_signed(paper, by, now)
    return signature


def _refuse_unless_open(paper, party, by):
    """Ask again under the lock everything that may have changed since the page was shown."""
    if party.signature:
        raise AlreadySigned(f"{party.unit_name} đã ký {paper.audit_name}.")
    reason = why_not_sign(by, paper, party)
    if reason:
        raise ValidationError(reason)


def _keep(paper, party, parent, data, head, now, by, appointment, consent):
    stored = StoredFile.objects.keep(data, content_type="application/pdf", by=by)
    count = paper.parties.filter(signatures__kind=Signature.Kind.LEADER).count() + 1
    entry = audit.record(
        "paper.sign",
        chain=paper.audit_chain,
        by=by,
        target=paper.audit_path,
        summary=(
            f"{party.unit_name} xác nhận ký {paper.audit_name}: {count}/{paper.parties.count()}."
        ),
        after={
            "sha256": stored.sha256,
            "unit": party.unit_name,
            "form": paper.form,
            "proof": consent.proof,
            "declaration": consent.declaration,
        },
        at=now,
    )
    file = SignedFile.objects.create(
        paper=paper,
        sequence=parent.sequence + 1,
        kind=SignedFile.Kind.SIGNATURE,
        file=stored,
        parent=parent,
        at=now,
        head_in_file=head,
        audit_digest=entry.digest,
    )
    return Signature.objects.create(
        party=party,
        form=paper.form,
        signed_file=file,
        user=by,
        person=by.full_name,
        position=appointment.position,
        signing_title=appointment.signing_title,
        unit_name=party.unit_name,
        signed_at=now,
        signed_on=timezone.localdate(now),
        declaration=consent.declaration,
        proof=consent.proof,
    )


def complete_if_all_signed(paper, by, now):
    """Complete the paper once every leader, and every agency where it asks for them, has signed."""
    wanted = [Signature.Kind.LEADER]
    wanted += [Signature.Kind.AGENCY] if paper.with_agency_seals else []
    for kind in wanted:
        signed = Signature.objects.filter(kind=kind).values("party")
        if paper.parties.exclude(pk__in=signed).exists():
            return
    total = paper.parties.count()
    supersede_complete(paper, by=by)
    seals = ", có chữ ký của cơ quan" if paper.with_agency_seals else ""
    paper.move(
        "complete",
        by=by,
        summary=(
            f"{text.initial_upper(paper.audit_name)} hoàn tất: {total}/{total} đơn vị đã ký{seals}."
        ),
        completed_at=now,
    )
    act = "xác nhận ký" if paper.uses_system_form else "ký số"
    tell_members(
        paper,
        f"Giao ước thi đua năm {paper.year.number} đã hoàn tất",
        f"{total}/{total} đơn vị đã {act}{seals}. Bản điện tử: ",
    )


def record_signed_on_paper(paper, *, by, on, note=""):
    """Record that every unit signed by hand on that day; the paper, frozen in that form, is complete.

    The signers are those named at the freeze; no account and no moment stand for them.
    """
    if paper.form != Paper.Form.PAPER:
        raise ValidationError("Chỉ ghi nhận chữ ký giấy cho văn bản ký giấy.")
    with transaction.atomic():
        paper = locked(paper)
        parties = list(paper.parties.order_by("position"))
        Signature.objects.bulk_create(
            Signature(
                party=party,
                form=Paper.Form.PAPER,
                person=party.signer_name,
                signing_title=party.signer_title,
                unit_name=party.unit_name,
                signed_on=on,
                note=note,
            )
            for party in parties
        )
        supersede_complete(paper, by=by)
        paper.move(
            "complete",
            by=by,
            summary=(
                f"{text.initial_upper(paper.audit_name)} đã ký giấy ngày {text.date_short(on)}: "
                f"{len(parties)}/{len(parties)} đơn vị."
            ),
            completed_at=timezone.now(),
        )
