"""A pledge signed by hand: printed, signed at the ceremony, recorded by the lead, scanned.

Who signed is recorded in as many goes as it takes, and taken back when it was a mistake; the whole is
scanned once. It is complete when every unit is recorded and the scan is kept, whichever comes last.

Signatures in the scan are an agency's own, made with its token: they are judged by the trust list,
and what was found as the scan came is kept with it.
"""

import hashlib
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from khoithidua import audit, text
from khoithidua.models import StoredFile
from pledges import signing
from pledges.changes import locked, supersede_complete
from pledges.models import Paper, Party, RegisteredCertificate, Scan, Signature
from pledges.registering import trust_list
from pledges.revocation import trust_for
from pledges.telling import tell_members

NOT_A_PDF = "Bản quét phải là một tệp PDF gồm mọi trang. Hãy quét lại thành một tệp PDF."
OTHER_BYTES = (
    "Giao ước đã hoàn tất với bản quét đang lưu; chỉ nhận chính tệp ấy, có thêm chữ ký số của cơ "
    "quan trưởng khối. Hãy tải bản quét về, ký lên tệp đó rồi tải lại."
)
SAME_FILE = "Tệp này chính là bản quét đang lưu."


@dataclass(frozen=True)
class HandSigned:
    """Who signed by hand for a unit, and under what title: the signer named, or their deputy."""

    party: Party
    person: str
    title: str


def record_signed(paper, signed, *, by, on):
    """Record these units' signatures by hand, all made on that day; return how many are recorded."""
    if not signed:
        raise ValidationError("Chưa chọn đơn vị nào đã ký.")
    if on > timezone.localdate():
        raise ValidationError("Ngày ký chưa đến.")
    with transaction.atomic():
        paper = _open_for_hands(paper)
        taken = set(paper.parties.filter(signatures__isnull=False).values_list("pk", flat=True))
        for row in signed:
            if row.party.pk in taken:
                raise ValidationError(
                    f"{row.party.unit_name} đã được ghi nhận ký; hãy bỏ chọn đơn vị này."
                )
        Signature.objects.bulk_create(_signature(row, on) for row in signed)
        count, total = len(taken) + len(signed), paper.parties.count()
        names = ", ".join(row.party.short_name for row in signed)
        audit.record(
            "paper.record_signed",
            chain=paper.audit_chain,
            by=by,
            target=paper.audit_path,
            summary=f"Ghi nhận ký giấy {paper.audit_name}: {names}; {count}/{total} đơn vị.",
            after={
                "on": on.isoformat(),
                "signed": [[row.party.unit_name, row.person, row.title] for row in signed],
            },
        )
        _complete_if_done(paper, by)
    return count


def take_back_signed(signature, *, by, reason):
    """Remove a signature recorded by mistake, while people still sign; the record keeps what it said."""
    if not reason.strip():
        raise ValidationError("Cần ghi lý do bỏ ghi nhận.")
    party = signature.party
    with transaction.atomic():
        paper = _open_for_hands(party.paper)
        row = Signature.objects.filter(pk=signature.pk).first()
        if row is None:
            raise ValidationError(f"Ghi nhận ký của {party.unit_name} đã được bỏ.")
        row.delete()
        audit.record(
            "paper.take_back_signed",
            chain=paper.audit_chain,
            by=by,
            target=paper.audit_path,
            summary=f"Bỏ ghi nhận ký giấy {paper.audit_name}: {party.short_name}. Lý do: {reason}",
            before={
                "on": row.signed_on.isoformat(),
                "signed": [[row.unit_name, row.person, row.signing_title]],
            },
            after={"reason": reason},
        )


def _open_for_hands(paper):
    paper = locked(paper)
    if paper.form != Paper.Form.PAPER:
        raise ValidationError("Chỉ ghi nhận chữ ký giấy cho văn bản ký giấy.")
    if paper.state != Paper.State.SIGNING:
        raise ValidationError(
            f"{text.initial_upper(paper.audit_name)} hiện {paper.get_state_display()}."
        )
    return paper


def _signature(row, on):
    return Signature(
        party=row.party,
        form=Paper.Form.PAPER,
        person=row.person,
        signing_title=row.title,
        unit_name=row.party.unit_name,
        signed_on=on,
    )


def keep_scan(paper, upload, *, by):
    """Keep an accepted upload as the record copy; return its Scan.

    Until the paper is complete a better scan may take its place. After that, only the same file with
    a signature added, as an agency's signature leaves it.
    """
    if upload.kind != "pdf":
        raise ValidationError(NOT_A_PDF)
    # Reading the signatures, and asking about their certificates, is slow and needs no lock.
    found, problem = _signatures_in(upload.data, timezone.now())
    with transaction.atomic():
        paper = locked(paper)
        last = paper.scans.select_related("file").first()
        countersigns = _countersigned(last, upload.data)
        if paper.state == Paper.State.COMPLETE and paper.form == Paper.Form.PAPER:
            if countersigns is None:
                raise ValidationError(
                    OTHER_BYTES if last else "Giao ước hoàn tất, không có bản quét."
                )
        else:
            paper = _open_for_hands(paper)
        stored = StoredFile.objects.keep(upload.data, content_type=upload.content_type, by=by)
        if paper.scans.filter(file=stored).exists():
            raise ValidationError(SAME_FILE)
        scan = Scan.objects.create(
            paper=paper,
            file=stored,
            countersigns=countersigns,
            by=by,
            signatures=[_told(row, _agency_of(paper, row)) for row in found],
            problem=problem,
        )
        audit.record(
            "paper.scan",
            chain=paper.audit_chain,
            by=by,
            target=paper.audit_path,
            summary=f"Lưu bản quét {paper.audit_name}"
            + (", thêm chữ ký vào bản đang lưu." if countersigns else "."),
            after={"sha256": stored.sha256, "signatures": [str(row.finding) for row in found]},
        )
        _complete_if_done(paper, by)
    return scan


def _countersigned(last, data):
    """The scan that these bytes begin with and add to, if it is the one on record."""
    if last is None or len(data) <= last.file.size:
        return None
    return last if data.startswith(last.file.read()) else None


def _signatures_in(data, now):
    """([Found, …], why nothing could be said): the signatures of a file, judged by the trust list."""
    anchors, between = trust_list()
    inspection = signing.scanned.read(data, signing.trust.Trust(anchors, between))
    reports = inspection.signatures
    trust = trust_for(dict.fromkeys(row.certificate_pem for row in reports if row.intact))
    found = [signing.scanned.judge(row, inspection, trust, now) for row in reports]
    return found, "" if found else inspection.problem


def _agency_of(paper, found):
    """The unit of the bloc whose agency registered the signer's certificate; "" without."""
    units = paper.parties.order_by().values("unit")
    rows = RegisteredCertificate.objects.in_use().filter(unit__in=units).order_by("pk")
    for unit, pem in rows.values_list("unit", "pem"):
        if pem.strip() == found.report.certificate_pem.strip():
            return paper.parties.get(unit=unit).unit_name
    return ""


def _told(found, agency):
    report = found.report
    return {
        "signer": report.signer_name,
        "unit": report.signer_unit,
        "claimed_at": text.moment(report.claimed_at) if report.claimed_at else "",
        "finding": str(found.finding),
        "sentence": found.sentence,
        "registered": agency,
        "chain": list(found.chain_pems),
        "checked_with": [hashlib.sha256(der).hexdigest() for der in found.evidence],
    }


def _complete_if_done(paper, by):
    unsigned = paper.parties.exclude(signatures__kind=Signature.Kind.LEADER)
    if paper.state != Paper.State.SIGNING or unsigned.exists() or not paper.scans.exists():
        return
    total = paper.parties.count()
    supersede_complete(paper, by=by)
    paper.move(
        "complete",
        by=by,
        summary=(
            f"{text.initial_upper(paper.audit_name)} đã ký giấy và lưu bản quét: "
            f"{total}/{total} đơn vị."
        ),
        completed_at=timezone.now(),
    )
    tell_members(
        paper,
        f"Giao ước thi đua năm {paper.year.number} đã hoàn tất",
        f"{total}/{total} đơn vị đã ký giấy; bản quét đã lưu: ",
    )
