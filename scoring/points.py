"""Every value a criterion bore, stage by stage, and which of them stands."""

from django.core.exceptions import ValidationError
from django.db import transaction

from khoithidua import audit
from khoithidua.workflow import Conflict, NotAllowed
from scoring.models import PointsRecord, Scorecard, ScoringRound
from scoring.models.criteria import plain

Stage = PointsRecord.Stage
# Which stage outweighs which; what peers gave feeds the facts, and stands nowhere by itself.
WEIGHT = (Stage.SELF, Stage.VERIFIED, Stage.RESPONSE, Stage.CONFERENCE)
CARD_STATES = {
    Stage.PEER: (Scorecard.State.SUBMITTED, Scorecard.State.VERIFYING),
    Stage.VERIFIED: (Scorecard.State.VERIFYING,),
    Stage.RESPONSE: (Scorecard.State.ANSWERED,),
    Stage.CONFERENCE: (Scorecard.State.SETTLED, Scorecard.State.RESERVED),
}
SAID_MEANWHILE = "Mục này vừa được người khác chấm. Hãy xem lại trước khi ghi."
ANY = object()


def values_by_stage(card):
    """{criterion id: {stage: the record in force}}, in one query.

    A new submission begins anew: what was verified before it no longer counts.
    """
    return by_stage(PointsRecord.objects.filter(card=card).order_by("pk"))


def by_stage(records):
    """{criterion id: {stage: the record in force}} of one card's records, oldest first."""
    values = {}
    for record in records:
        stages = values.setdefault(record.criterion_id, {})
        if record.stage == Stage.SELF:
            stages.clear()
        stages[record.stage] = record
    return values


def standing(stages, until=Stage.CONFERENCE):
    """Of {stage: record}, the record that stands before closing; None when nothing was scored.

    until: the latest stage that counts.
    """
    weights = WEIGHT[: WEIGHT.index(until) + 1]
    return next((stages[stage] for stage in reversed(weights) if stage in stages), None)


def standing_values(card):
    """{criterion id: the record that stands}."""
    values = {criterion: standing(stages) for criterion, stages in values_by_stage(card).items()}
    return {criterion: value for criterion, value in values.items() if value}


def lock_card(card):
    """The card's row, locked; its round is read afterwards, as it is by then."""
    return (
        Scorecard.objects.select_for_update(of=("self",))
        .select_related("unit", "year__bloc")
        .get(pk=card.pk)
    )


@transaction.atomic
def record_points(
    card,
    criterion,
    *,
    stage,
    by,
    by_unit,
    facts=None,
    points=None,
    is_override=False,
    na=False,
    reason="",
    seen=ANY,
):
    """Append one value of a criterion at a stage after the submission; return the record.

    reason: compulsory where the value differs from the one that stands, and for points set by
    hand. seen: the id of the stage's record the writer looked at, or None; when it is no longer the
    last one, Conflict is raised with that one. Raises NotAllowed when the card is not at the stage,
    ValidationError for the unit's own people.
    """
    row = lock_card(card)
    _check_stage(row, stage)
    conflict = row.conflict_of(by)
    if conflict:
        raise ValidationError(conflict)
    stages = values_by_stage(row).get(criterion.pk, {})
    last, before = stages.get(stage), standing(stages)
    if seen is not ANY and seen != (last.pk if last else None):
        raise Conflict(SAID_MEANWHILE, last)
    if not reason.strip() and (is_override or before is None or _differs(before, points, na)):
        raise ValidationError("Điểm khác với điểm trước đó thì cần ghi lý do.")
    record = PointsRecord.objects.create(
        card=row,
        criterion=criterion,
        stage=stage,
        facts=facts or {},
        points=points,
        is_override=is_override,
        na=na,
        reason=reason,
        by=by,
        by_unit=by_unit,
    )
    _log(record, before)
    return record


def _log(record, before):
    card, criterion = record.card, record.criterion
    audit.record(
        f"pointsrecord.{record.stage}",
        chain=card.audit_chain,
        by=record.by,
        target=f"{card.audit_path}/{criterion.key}",
        summary=f"Ghi điểm {record.get_stage_display()} mục {criterion.code or criterion.key},"
        f" {card.audit_name}.",
        before=as_plain(before),
        after=as_plain(record),
    )


def _check_stage(card, stage):
    if stage not in CARD_STATES:
        raise ValueError(f"{stage} is not recorded by hand")
    if card.state not in CARD_STATES[stage]:
        raise NotAllowed(
            f"Không ghi được điểm {Stage(stage).label}: {card.audit_name} đang ở trạng thái"
            f" “{card.get_state_display()}”. Hãy tải lại trang."
        )
    if stage == Stage.PEER and not card.round.peer_scoring:
        raise NotAllowed("Năm này không chấm chéo.")
    if stage == Stage.CONFERENCE and card.round.state != ScoringRound.State.PROVISIONAL:
        raise NotAllowed("Hội nghị chỉ quyết định trước khi thông qua kết quả.")


def _differs(before, points, na):
    return (before.points, before.na) != (points, na)


def as_plain(record):
    """A record as plain JSON values, {} for none."""
    if record is None:
        return {}
    return {
        "stage": record.stage,
        "points": plain(record.points),
        "na": record.na,
        "is_override": record.is_override,
        "facts": record.facts,
        "reason": record.reason,
    }
