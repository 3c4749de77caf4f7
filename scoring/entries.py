"""What a unit's people type, saved without losing anyone's work, and its submission."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from khoithidua import audit
from khoithidua.workflow import Conflict, NotAllowed
from scoring.models import Entry, PointsRecord, Submission
from scoring.models.card import NOT_THE_UNITS
from scoring.models.criteria import plain
from scoring.points import lock_card
from scoring.rounds import takes_submissions
from scoring.tables import document_digest

SAVED_MEANWHILE = "Mục này vừa được người khác sửa. Hãy xem lại trước khi lưu."
NO_LONGER_TAKEN = "Đợt chấm điểm không nhận bản tự chấm nữa."
TYPED = ("facts", "na_reason", "is_estimate", "as_of", "note")


@transaction.atomic
def save_entry(
    card,
    criterion,
    *,
    by,
    revision,
    facts,
    na_reason="",
    is_estimate=False,
    as_of=None,
    note="",
):
    """Save what was typed for one criterion; return the Entry with its new revision.

    revision: the one that was read. Raises Conflict with the stored row when it is another now and
    says something else; NotAllowed once the card is not the unit's to change; ValidationError for
    an estimate without its day. What is stored already is not saved again.
    """
    if is_estimate and as_of is None:
        raise ValidationError("Số liệu ước thực hiện cần ghi chốt đến ngày nào.")
    row = lock_card(card)
    refuse_unless_fillable(row)
    entry = Entry.objects.select_for_update(of=("self",)).get(card=row, criterion=criterion)
    before = as_plain(entry)
    typed = dict(zip(TYPED, (facts, na_reason, is_estimate, as_of, note), strict=True))
    if all(getattr(entry, name) == value for name, value in typed.items()):
        return entry
    if entry.revision != revision:
        raise Conflict(SAVED_MEANWHILE, entry)
    for name, value in typed.items():
        setattr(entry, name, value)
    entry.revision += 1
    entry.changed_by, entry.changed_at = by, timezone.now()
    entry.save(update_fields=[*TYPED, "revision", "changed_by", "changed_at"])
    _record_save(row, criterion, by, before, as_plain(entry))
    return entry


def _record_save(card, criterion, by, before, after):
    changed = [name for name in after if after[name] != before[name]]
    audit.record(
        "entry.save",
        chain=card.audit_chain,
        by=by,
        target=f"{card.audit_path}/{criterion.key}",
        summary=f"Sửa mục {criterion.code or criterion.key}, {card.audit_name}.",
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
    )


def refuse_unless_fillable(card):
    """Raise NotAllowed unless the unit may still change its card; caller holds the card's lock."""
    if not card.is_with_unit:
        raise NotAllowed(NOT_THE_UNITS)
    if not takes_submissions(card.round):
        raise NotAllowed(NO_LONGER_TAKEN)


def as_plain(entry):
    """What was typed, as plain JSON values."""
    return {
        "facts": entry.facts,
        "na_reason": entry.na_reason,
        "is_estimate": entry.is_estimate,
        "as_of": entry.as_of.isoformat() if entry.as_of else None,
        "note": entry.note,
    }


@transaction.atomic
def submit(card, *, by, declared, seen, points, total):
    """The leader confirms the card: it is kept as it is, and goes to verification.

    declared: that no classified paper was uploaded. seen: `card.content_revision()` when the points
    were computed; Conflict is raised when the card says something else now. points:
    {criterion id: (facts, points, na)} of every leaf; total: their sum by the table's rules.
    """
    row = lock_card(card)
    if not takes_submissions(row.round):
        raise NotAllowed(NO_LONGER_TAKEN)
    if not declared:
        raise ValidationError("Cần cam kết không tải lên tài liệu mật.")
    if row.content_revision() != seen:
        raise Conflict("Bản tự chấm vừa được sửa. Hãy xem lại trước khi gửi.", row)
    entries = list(row.entries.select_related("criterion").order_by("criterion_id"))
    if {entry.criterion_id for entry in entries} != set(points):
        raise ValueError("points must be given for every leaf, and for nothing else")
    submission = _keep(row, entries, points, total, by)
    now = timezone.now()
    card.move(
        "submit",
        by=by,
        summary=f"Gửi {row.audit_name}, lần {submission.number}.",
        note=f"SHA-256 {submission.digest}",
        submitted_at=now,
        submitted_by=by,
        unclassified_declared_at=now,
        unclassified_declared_by=by,
    )
    return submission


def _keep(card, entries, points, total, by):
    document = {
        "card": card.audit_path,
        "table": card.round.criteria.digest,
        "entries": [_as_submitted(entry, *points[entry.criterion_id]) for entry in entries],
        "evidence": _evidence_of(card),
        "total": plain(total),
    }
    last = card.submissions.order_by("-number").values_list("number", flat=True).first() or 0
    PointsRecord.objects.bulk_create(
        PointsRecord(
            card=card,
            criterion_id=entry.criterion_id,
            stage=PointsRecord.Stage.SELF,
            facts=points[entry.criterion_id][0],
            points=points[entry.criterion_id][1],
            na=points[entry.criterion_id][2],
            reason=entry.na_reason,
            by=by,
            by_unit=card.unit,
        )
        for entry in entries
    )
    return Submission.objects.create(
        card=card,
        number=last + 1,
        document=document,
        digest=document_digest(document),
        total=total,
        by=by,
    )


def _as_submitted(entry, facts, points, na):
    return {
        "key": entry.criterion.key,
        **as_plain(entry),
        "used_facts": facts,
        "points": plain(points),
        "na": na,
    }


def _evidence_of(card):
    uses = card.evidence_uses.filter(evidence__removed_at=None)
    return [
        {
            "key": use.criterion.key,
            "pages": use.pages,
            "sha256": use.evidence.file.sha256 if use.evidence.file else "",
            "file_name": use.evidence.file_name,
            "number": use.evidence.number,
            "issuer": use.evidence.issuer,
            "issued_on": use.evidence.issued_on.isoformat() if use.evidence.issued_on else None,
            "summary": use.evidence.summary,
        }
        for use in uses.select_related("criterion", "evidence__file").order_by("pk")
    ]
