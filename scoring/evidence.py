"""Evidence attached once, cited for criteria, taken back."""

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from khoithidua import audit
from khoithidua.models import StoredFile
from khoithidua.workflow import NotAllowed
from scoring.entries import refuse_unless_fillable
from scoring.models import Evidence, EvidenceUse, Scorecard
from scoring.points import lock_card
from units.models import Unit

ALREADY_CITED = "Tài liệu này đã được dẫn cho tiêu chí này."
FILE_REQUIRED = (
    "Bảng tiêu chí yêu cầu có tệp ở mục này, nên chỉ dẫn số, ký hiệu thì chưa đủ. Hãy tải tệp lên."
)


@dataclass(frozen=True)
class Document:
    """A document as it is added: a kept file with its name, or a citation; pages: for a criterion."""

    file: StoredFile | None = None
    file_name: str = ""
    number: str = ""
    issued_on: date | None = None
    issuer: str = ""
    summary: str = ""
    pages: str = ""

    @property
    def fields(self):
        """Those of Evidence."""
        return {name: value for name, value in vars(self).items() if name != "pages"}


@transaction.atomic
def add_documents(card, documents, *, by, criterion=None, response=None, request=None):
    """Attach documents and, with a criterion, cite each for it: all or nothing.

    response, request: as for `use`. What is cited there already with the same pages stays as it
    is. Returns the Evidence rows; raises what `attach` and `use` raise.
    """
    row = lock_card(card)
    if criterion is None:
        refuse_unless_fillable(row)
    added = [
        attach(year=row.year, unit=row.unit, by=by, **document.fields) for document in documents
    ]
    for evidence, document in zip(added, documents, strict=True) if criterion else ():
        known = row.evidence_uses.filter(evidence=evidence, criterion=criterion)
        if not known.filter(pages=document.pages).exists():
            use(
                evidence,
                row,
                criterion,
                by=by,
                pages=document.pages,
                response=response,
                request=request,
            )
    return added


@transaction.atomic
def attach(
    *,
    year,
    unit,
    by,
    file=None,
    file_name="",
    number="",
    issued_on=None,
    issuer="",
    summary="",
):
    """Add a document of the unit: a kept file, or a citation without one. Returns the Evidence.

    The same file under the same citation, or the same citation without a file, is the document
    that is there already.
    """
    if file is None and not (number.strip() and issuer.strip()):
        raise ValidationError("Cần tệp, hoặc số, ký hiệu và cơ quan ban hành văn bản.")
    # Two officers who add the same file at once: the second finds what the first added.
    Unit.objects.select_for_update(of=("self",), no_key=True).get(pk=unit.pk)
    citation = {"number": number, "issued_on": issued_on, "issuer": issuer, "summary": summary}
    known = Evidence.objects.present().filter(year=year, unit=unit, file=file, **citation)
    if found := known.order_by("pk").first():
        return found
    evidence = Evidence.objects.create(
        year=year, unit=unit, file=file, file_name=file_name, added_by=by, **citation
    )
    audit.record(
        "evidence.attach",
        chain=year.audit_chain,
        by=by,
        target=path_of(evidence),
        summary=f"Thêm tài liệu kiểm chứng {evidence}.",
        after={
            "sha256": file.sha256 if file else "",
            "file_name": file_name,
            "number": number,
            "issuer": issuer,
        },
    )
    return evidence


def path_of(evidence):
    return f"{evidence.year.audit_chain}/cham-diem/{evidence.unit.slug}/tai-lieu/{evidence.pk}"


@transaction.atomic
def use(evidence, card, criterion, *, by, pages="", response=None, request=None):
    """Cite a document for one criterion; after the submission only in an answer.

    response: the explanation or reserved opinion it goes with, while the unit answers; request: the
    request for more that it answers, while the card is verified. Raises NotAllowed otherwise.
    """
    row = lock_card(card)
    held = Evidence.objects.select_for_update(of=("self",)).get(pk=evidence.pk)
    if held.unit_id != row.unit_id or held.year_id != row.year_id or held.removed_at:
        raise ValidationError("Tài liệu này không dùng được cho bản tự chấm.")
    _check_time_to_use(row, criterion, response, request)
    if held.file_id is None and criterion.requires_file:
        raise ValidationError(FILE_REQUIRED)
    if row.evidence_uses.filter(evidence=held, criterion=criterion).exists():
        raise ValidationError(ALREADY_CITED)
    cited = EvidenceUse.objects.create(
        evidence=held,
        card=row,
        criterion=criterion,
        pages=pages,
        response=response,
        request=request,
    )
    audit.record(
        "evidence.use",
        chain=row.audit_chain,
        by=by,
        target=f"{row.audit_path}/{criterion.key}",
        summary=f"Dẫn {held} cho mục {criterion.code or criterion.key}.",
        after={"evidence": held.pk, "pages": pages},
    )
    return cited


def _check_time_to_use(card, criterion, response, request):
    if response is not None:
        fits = response.card_id == card.pk and response.criterion_id == criterion.pk
        if not fits or card.state != Scorecard.State.VERIFIED:
            raise NotAllowed("Hiện không nhận tài liệu kèm giải trình.")
    elif request is not None:
        fits = request.card_id == card.pk and request.criterion_id == criterion.pk
        if not fits or request.answered_at or card.state != Scorecard.State.VERIFYING:
            raise NotAllowed("Đề nghị bổ sung này không nhận tài liệu nữa.")
    else:
        refuse_unless_fillable(card)


@transaction.atomic
def stop_using(cited, *, by):
    """Take a citation off again, while the card is the unit's."""
    row = lock_card(cited.card)
    refuse_unless_fillable(row)
    criterion = cited.criterion
    audit.record(
        "evidence.stop_using",
        chain=row.audit_chain,
        by=by,
        target=f"{row.audit_path}/{criterion.key}",
        summary=f"Bỏ dẫn {cited.evidence} ở mục {criterion.code or criterion.key}.",
        before={"evidence": cited.evidence_id, "pages": cited.pages},
    )
    cited.delete()


@transaction.atomic
def remove(evidence, *, by):
    """Take a document back: it stays, and counts no more. Not after a card cited it and went out."""
    cards = Scorecard.objects.filter(unit=evidence.unit, year=evidence.year).order_by("pk")
    rows = [lock_card(card) for card in cards]
    held = Evidence.objects.select_for_update(of=("self",)).get(pk=evidence.pk)
    if held.removed_at:
        return
    cited = set(held.uses.values_list("card_id", flat=True))
    for row in rows:
        if row.pk in cited:
            refuse_unless_fillable(row)
    EvidenceUse.objects.filter(evidence=held).delete()
    held.removed_by, held.removed_at = by, timezone.now()
    held.save(update_fields=["removed_by", "removed_at"])
    audit.record(
        "evidence.remove",
        chain=held.year.audit_chain,
        by=by,
        target=path_of(held),
        summary=f"Rút tài liệu kiểm chứng {held}.",
        before={"uses": len(cited)},
    )
    evidence.removed_by, evidence.removed_at = held.removed_by, held.removed_at
