"""Facts that one agency owns, given once for all units; their own row needs a second person."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from khoithidua import audit
from khoithidua.workflow import Conflict, NotAllowed
from scoring.cards import mark_stale
from scoring.models import OwnerFact, ScoringRound
from scoring.points import lock_card
from scoring.rounds import takes_submissions

GIVEN_MEANWHILE = "Dữ kiện này vừa được người khác sửa. Hãy xem lại trước khi lưu."
Answer = OwnerFact.Answer
ANSWERED = ("answer", "answer_note", "answered_by", "answered_at")
KEPT = ("kept_note", "kept_by", "kept_at")


@transaction.atomic
def give_fact(criterion, *, unit, by, by_unit, facts, source="", file=None, revision=0):
    """Give or change what the owner says of one unit; return the OwnerFact.

    revision: of the row that was read, 0 for none. Raises Conflict when it is another now;
    ValidationError for an owner's own row without a document, and once the round is adopted.
    What changed must be checked and answered anew.
    """
    round, card = _held(criterion, unit)
    if not takes_submissions(round):
        raise NotAllowed("Đợt chấm điểm không nhận dữ kiện nữa.")
    if unit == by_unit and not source.strip():
        raise ValidationError("Dữ kiện về chính đơn vị mình phải dẫn văn bản.")
    row = (
        OwnerFact.objects.select_for_update(of=("self",))
        .filter(criterion=criterion, unit=unit)
        .order_by("pk")
        .first()
    )
    if row and (row.facts, row.source, row.file, row.by_unit) == (facts, source, file, by_unit):
        return row
    if (row.revision if row else 0) != revision:
        raise Conflict(GIVEN_MEANWHILE, row)
    before = as_plain(row)
    row = row or OwnerFact(year=round.year, criterion=criterion, unit=unit, revision=0)
    row.facts, row.source, row.file = facts, source, file
    row.given_by, row.by_unit, row.given_at = by, by_unit, timezone.now()
    row.checked_by, row.answer, row.answer_note = None, Answer.NONE, ""
    row.answered_by, row.answered_at = None, None
    _forget_kept(row)
    row.revision += 1
    row.save()
    if row.is_in_force:
        mark_stale(card, criterion)
    _record("give", row, by, f"Cung cấp dữ kiện mục {_code(row)}", before)
    return row


@transaction.atomic
def give_all(round, changes, *, by, by_unit):
    """Give many facts, all or none.

    changes: (criterion, unit, facts, source, file, revision) of each row. The cards are locked
    first, in the one order: the record, which every row given writes to, is locked after all cards.
    """
    units = {unit.pk for _criterion, unit, *_rest in changes}
    for card in round.cards.filter(unit__in=units).order_by("pk"):
        lock_card(card)
    return [
        give_fact(
            criterion,
            unit=unit,
            by=by,
            by_unit=by_unit,
            facts=facts,
            source=source,
            file=file,
            revision=revision,
        )
        for criterion, unit, facts, source, file, revision in changes
    ]


def _held(criterion, unit):
    """The round of the criterion's table and the unit's card in it, the card locked."""
    round = ScoringRound.objects.filter(criteria=criterion.criteria_id).order_by("pk").first()
    if round is None:
        raise NotAllowed("Năm này chưa mở chấm điểm.")
    card = round.cards.filter(unit=unit).order_by("pk").first()
    if card is None:
        raise NotAllowed("Đơn vị không có bản tự chấm trong đợt này.")
    return round, lock_card(card)


@transaction.atomic
def check_own_fact(fact, *, by, revision):
    """A second person compared an owner's own row with the document: from now on it counts."""
    round, card = _held(fact.criterion, fact.unit)
    row = _locked(fact, revision)
    if not row.is_own or row.checked_by_id:
        raise NotAllowed("Dữ kiện này không chờ kiểm tra lại.")
    if not takes_submissions(round):
        raise NotAllowed("Đợt chấm điểm không nhận dữ kiện nữa.")
    if row.given_by_id == by.pk:
        raise ValidationError("Người kiểm tra lại phải khác người cung cấp.")
    row.checked_by = by
    row.save(update_fields=["checked_by"])
    mark_stale(card, row.criterion)
    _record("check", row, by, f"Kiểm tra lại dữ kiện mục {_code(row)}")
    return row


def confirm_fact(fact, *, by, revision):
    """The unit finds the owner's fact about it right."""
    return _answer(fact, Answer.CONFIRMED, "", by, revision)


def object_to_fact(fact, *, by, revision, note):
    """The unit does not, and says why; the owner corrects it, or keeps it and says why."""
    if not note.strip():
        raise ValidationError("Không đồng ý thì cần ghi lý do.")
    return _answer(fact, Answer.OBJECTED, note, by, revision)


@transaction.atomic
def _answer(fact, answer, note, by, revision):
    round, _card = _held(fact.criterion, fact.unit)
    row = _locked(fact, revision)
    if not takes_submissions(round):
        raise NotAllowed("Đợt chấm điểm không nhận ý kiến về dữ kiện nữa.")
    row.answer, row.answer_note = answer, note
    row.answered_by, row.answered_at = by, timezone.now()
    _forget_kept(row)
    row.save(update_fields=[*ANSWERED, *KEPT])
    _record(
        "answer", row, by, f"Trả lời dữ kiện mục {_code(row)}: {row.get_answer_display().lower()}"
    )
    return row


@transaction.atomic
def keep_fact(fact, *, by, revision, note):
    """The owner stays with what it gave, against an objection, and says why."""
    round, _card = _held(fact.criterion, fact.unit)
    row = _locked(fact, revision)
    if not takes_submissions(round):
        raise NotAllowed("Đợt chấm điểm không nhận dữ kiện nữa.")
    if not row.awaits_owner:
        raise NotAllowed("Dữ kiện này không có ý kiến nào chờ trả lời.")
    if not note.strip():
        raise ValidationError("Giữ nguyên thì cần ghi lý do.")
    row.kept_note, row.kept_by, row.kept_at = note, by, timezone.now()
    row.save(update_fields=KEPT)
    _record("keep", row, by, f"Giữ nguyên dữ kiện mục {_code(row)}")
    return row


def _forget_kept(row):
    row.kept_note, row.kept_by, row.kept_at = "", None, None


def _locked(fact, revision):
    row = OwnerFact.objects.select_for_update(of=("self",)).get(pk=fact.pk)
    if row.revision != revision:
        raise Conflict(GIVEN_MEANWHILE, row)
    return row


def _code(row):
    return row.criterion.code or row.criterion.key


def as_plain(row):
    """A fact as plain JSON values, {} for none."""
    if row is None:
        return {}
    return {
        "facts": row.facts,
        "source": row.source,
        "sha256": row.file.sha256 if row.file else "",
        "given_by": row.given_by.username,
        "checked_by": row.checked_by.username if row.checked_by else "",
        "answer": row.answer,
        "answer_note": row.answer_note,
        "kept_note": row.kept_note,
    }


def _record(act, row, by, summary, before=None):
    audit.record(
        f"ownerfact.{act}",
        chain=row.year.audit_chain,
        by=by,
        target=f"{row.year.audit_chain}/cham-diem/{row.unit.slug}/{row.criterion.key}/du-kien",
        summary=f"{summary} về {row.unit.slug}.",
        before=before,
        after=as_plain(row),
    )
