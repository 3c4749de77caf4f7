"""A card's way: filled, passed on inside the unit, submitted, verified, answered, settled."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from khoithidua import audit
from khoithidua.text import date_long
from khoithidua.workflow import NotAllowed
from scoring import telling
from scoring.models import CardNote, PointsRecord, Response, ScoringRound
from scoring.points import lock_card, values_by_stage
from units.models import Phase
from units.permissions import appointment_in
from units.working_days import calendar_of

NO_LONGER_TAKEN = "Đợt chấm điểm không nhận bản tự chấm nữa."

# Inside the unit


def pass_to_reviewer(card, *, by, reviewer):
    """The officer hands the card to a colleague who looks it through first."""
    if appointment_in(reviewer, card.unit_id) is None:
        raise ValidationError("Người soát xét phải là người của đơn vị.")
    if reviewer == by:
        raise ValidationError("Người soát xét phải khác người trình.")
    card.move(
        "pass_to_reviewer",
        by=by,
        summary=f"Chuyển {card.audit_name} cho {reviewer.full_name} soát xét.",
        reviewer=reviewer,
    )


def pass_to_leader(card, *, by):
    card.move("pass_to_leader", by=by, summary=f"Trình lãnh đạo {card.audit_name}.")


@transaction.atomic
def return_to_officer(card, *, by, note):
    """Back to the officer with a note, which stays inside the unit: the record does not quote it."""
    if not note.strip():
        raise ValidationError("Cần ghi lý do trả lại.")
    card.move("return", by=by, summary=f"Trả lại {card.audit_name} trong đơn vị.", reviewer=None)
    CardNote.objects.create(card=card, kind=CardNote.Kind.RETURN, text=note, by=by)


@transaction.atomic
def add_note(card, *, by, text):
    """A word to one's colleagues about the card."""
    note = CardNote.objects.create(card=card, text=text, by=by)
    audit.record(
        "scorecard.note",
        chain=card.audit_chain,
        by=by,
        target=card.audit_path,
        summary=f"Ghi chú trong đơn vị về {card.audit_name}.",
    )
    return note


# Verification


@transaction.atomic
def send_back(card, *, by, reason):
    """The lead returns the whole card to the unit, which submits it anew."""
    if not reason.strip():
        raise ValidationError("Cần ghi lý do trả lại.")
    row = lock_card(card)
    _refuse_own(row, by)
    if row.round.state not in (
        ScoringRound.State.SELF_ASSESSMENT,
        ScoringRound.State.VERIFICATION,
    ):
        raise NotAllowed(NO_LONGER_TAKEN)
    card.move(
        "send_back",
        by=by,
        summary=f"Trả lại {row.audit_name} để làm lại: {reason}",
        note=reason,
        reviewer=None,
        submitted_at=None,
        submitted_by=None,
        unclassified_declared_at=None,
        unclassified_declared_by=None,
        is_stale=False,
    )
    telling.tell_sent_back(row, reason)


@transaction.atomic
def begin_verifying(card, *, by):
    row = lock_card(card)
    _refuse_own(row, by)
    if row.round.state != ScoringRound.State.VERIFICATION:
        raise NotAllowed("Chưa đến bước thẩm định.")
    card.move("verify", by=by, summary=f"Bắt đầu thẩm định {row.audit_name}.")


def unverified(card):
    """Criteria of the card that nobody has verified since it was submitted, in the table's order."""
    values = values_by_stage(card)
    return [
        criterion
        for criterion in card.round.criteria.in_tree_order()
        if criterion.is_leaf and PointsRecord.Stage.VERIFIED not in values.get(criterion.pk, {})
    ]


@transaction.atomic
def approve(card, *, by):
    """The results are approved and go to the unit. Whoever verified does not approve."""
    row = lock_card(card)
    _refuse_own(row, by)
    scored = (PointsRecord.Stage.VERIFIED, PointsRecord.Stage.PEER)
    if row.records.filter(stage__in=scored, by=by).exists():
        raise ValidationError("Người đã thẩm định bản này không duyệt kết quả của chính mình.")
    missing = unverified(row)
    if missing:
        codes = ", ".join(criterion.code or criterion.key for criterion in missing[:5])
        raise ValidationError(f"Còn {len(missing)} tiêu chí chưa thẩm định: {codes}.")
    if row.is_stale:
        raise ValidationError("Có dữ kiện thay đổi sau khi thẩm định; cần xem lại trước khi duyệt.")
    card.move(
        "approve",
        by=by,
        summary=f"Duyệt kết quả thẩm định {row.audit_name} và gửi đơn vị.",
        verified_at=timezone.now(),
        approved_by=by,
    )
    telling.tell_verified(row)


@transaction.atomic
def acknowledge_change(card, *, by, note):
    """What changed after the verification was looked at again: the mark is taken off."""
    row = lock_card(card)
    _refuse_own(row, by)
    if not row.is_stale:
        raise NotAllowed("Không có thay đổi nào chờ xem lại.")
    if not note.strip():
        raise ValidationError("Cần ghi kết quả xem lại.")
    row.is_stale = card.is_stale = False
    row.save(update_fields=["is_stale"])
    audit.record(
        "scorecard.acknowledge_change",
        chain=row.audit_chain,
        by=by,
        target=row.audit_path,
        summary=f"Đã xem lại thay đổi sau thẩm định của {row.audit_name}: {note}",
        before={"is_stale": True},
        after={"is_stale": False, "note": note},
    )


def mark_stale(card, criterion):
    """Something the points of this criterion rest on changed; caller holds the card's lock."""
    if card.is_stale:
        return
    if PointsRecord.Stage.VERIFIED in values_by_stage(card).get(criterion.pk, {}):
        card.is_stale = True
        card.save(update_fields=["is_stale"])


# Answers


@transaction.atomic
def answer(card, criterion, *, by, kind, text=""):
    """The unit's one answer to a criterion's verified points. Raises ValidationError the second time."""
    row = lock_card(card)
    if row.state != row.State.VERIFIED:
        raise NotAllowed("Hiện không nhận giải trình cho bản tự chấm này.")
    if kind != Response.Kind.AGREE and not text.strip():
        raise ValidationError("Giải trình hoặc bảo lưu thì cần ghi nội dung.")
    if row.responses.filter(criterion=criterion).exists():
        raise ValidationError("Đơn vị đã trả lời tiêu chí này.")
    response = Response.objects.create(card=row, criterion=criterion, kind=kind, text=text, by=by)
    audit.record(
        "response.give",
        chain=row.audit_chain,
        by=by,
        target=f"{row.audit_path}/{criterion.key}",
        summary=f"Trả lời mục {criterion.code or criterion.key}: {response.get_kind_display()}.",
        after={"kind": kind, "text": text},
    )
    return response


def finish_answers(card, *, by):
    """The unit has said what it had to say; criteria it left out are agreed to."""
    card.move(
        "answer",
        by=by,
        summary=f"Gửi giải trình của {card.unit_name}.",
        answered_at=timezone.now(),
    )


@transaction.atomic
def decide(response, *, by, outcome, reason):
    """Decide once on an explanation (verifiers) or on a reserved opinion (the conference)."""
    row = lock_card(response.card)
    _refuse_own(row, by)
    held = Response.objects.select_for_update(of=("self",)).get(pk=response.pk)
    if held.decided_at:
        raise NotAllowed("Ý kiến này đã được quyết định.")
    if not reason.strip():
        raise ValidationError("Cần ghi lý do của quyết định.")
    _check_time_to_decide(row, held)
    held.outcome, held.outcome_reason = outcome, reason
    held.decided_by, held.decided_at = by, timezone.now()
    held.save(update_fields=["outcome", "outcome_reason", "decided_by", "decided_at"])
    audit.record(
        "response.decide",
        chain=row.audit_chain,
        by=by,
        target=f"{row.audit_path}/{held.criterion.key}",
        summary=f"{held.get_kind_display().capitalize()} mục"
        f" {held.criterion.code or held.criterion.key}: {held.get_outcome_display()}.",
        after={"outcome": outcome, "note": reason},
    )
    return held


def _check_time_to_decide(card, response):
    if response.kind == Response.Kind.AGREE:
        raise NotAllowed("Đơn vị đã nhất trí, không có gì phải quyết định.")
    if response.kind == Response.Kind.EXPLAIN and card.state != card.State.ANSWERED:
        raise NotAllowed("Giải trình được xem xét sau khi đơn vị gửi xong.")
    if response.kind == Response.Kind.DISSENT and (
        card.state != card.State.RESERVED or card.round.state != ScoringRound.State.PROVISIONAL
    ):
        raise NotAllowed("Ý kiến bảo lưu do hội nghị quyết định.")


@transaction.atomic
def conclude(card, *, by):
    """All explanations are decided: the card is settled, or goes to the conference."""
    row = lock_card(card)
    _refuse_own(row, by)
    responses = row.responses.undecided()
    if responses.filter(kind=Response.Kind.EXPLAIN).exists():
        raise ValidationError("Còn giải trình chưa được xem xét.")
    if responses.filter(kind=Response.Kind.DISSENT).exists():
        card.move(
            "reserve", by=by, summary=f"Chuyển ý kiến bảo lưu của {row.unit_name} ra hội nghị."
        )
    else:
        if row.state != row.State.ANSWERED:
            raise NotAllowed("Đơn vị chưa gửi giải trình.")
        card.move("settle", by=by, summary=f"Thống nhất kết quả {row.audit_name}.")


@transaction.atomic
def settle_unanswered(card, *, by):
    """The unit let the time for answers pass without a word: its results stand."""
    row = lock_card(card)
    _refuse_own(row, by)
    deadline = response_deadline(row.year)
    if deadline and timezone.localdate() <= deadline:
        raise ValidationError(f"Đơn vị còn thời hạn giải trình đến {date_long(deadline)}.")
    if row.state != row.State.VERIFIED or row.responses.undecided().exists():
        raise NotAllowed("Đơn vị đã có ý kiến; cần xem xét giải trình.")
    card.move("settle", by=by, summary=f"Hết hạn giải trình: giữ kết quả {row.audit_name}.")


@transaction.atomic
def end_answers(card, *, by):
    """The time for answers is over: what was said is weighed, a unit that said nothing is settled."""
    row = lock_card(card)
    if row.state != row.State.VERIFIED or not row.responses.undecided().exists():
        settle_unanswered(card, by=by)
        return
    _refuse_own(row, by)
    deadline = response_deadline(row.year)
    if deadline and timezone.localdate() <= deadline:
        raise ValidationError(f"Đơn vị còn thời hạn giải trình đến {date_long(deadline)}.")
    card.move(
        "answer",
        by=by,
        summary=f"Hết hạn giải trình: nhận giải trình đã ghi của {row.unit_name}.",
        answered_at=timezone.now(),
    )


def response_deadline(year):
    """Last day to answer, None where the year plans no such phase."""
    phase = year.phases.filter(kind=Phase.Kind.RESPONSE).order_by("-closes_on").first()
    return phase.deadline(calendar_of(year.bloc.authority)) if phase else None


def _refuse_own(card, user):
    conflict = card.conflict_of(user)
    if conflict:
        raise ValidationError(conflict)
