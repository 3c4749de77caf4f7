"""What verifiers decide on a criterion, what the conference does, and the marks other units give."""

from django.core.exceptions import ValidationError
from django.db import transaction

from khoithidua import audit
from khoithidua.workflow import NotAllowed
from scoring import cards, duties
from scoring.models import PointsRecord, Response, Scorecard
from scoring.points import lock_card, record_points, values_by_stage

Stage = PointsRecord.Stage


@transaction.atomic
def verify(card, criterion, *, by, by_unit, **value):
    """Write down verified points; the first verdict on a card begins its verification.

    value: in the words of points.record_points, `seen` among them.
    """
    _begin(card, by)
    return record_points(card, criterion, stage=Stage.VERIFIED, by=by, by_unit=by_unit, **value)


@transaction.atomic
def accept(card, records, *, by, by_unit):
    """Take the unit's own values over where nobody has verified yet; return how many.

    records: ids of the unit's records that were looked at. Those replaced by a new submission, or
    verified by somebody in the meantime, are left alone.
    """
    row = _begin(card, by)
    if row.state != Scorecard.State.VERIFYING:
        raise NotAllowed(f"Không thẩm định được: {row.audit_name} {row.get_state_display()}.")
    if conflict := row.conflict_of(by):
        raise ValidationError(conflict)
    taken = [
        stages[Stage.SELF]
        for _criterion, stages in sorted(values_by_stage(row).items())
        if Stage.SELF in stages
        and Stage.VERIFIED not in stages
        and stages[Stage.SELF].pk in records
    ]
    if not taken:
        return 0
    PointsRecord.objects.bulk_create(_verified_copy(own, by, by_unit) for own in taken)
    keys = dict(row.round.criteria.criteria.values_list("pk", "key").order_by("pk"))
    audit.record(
        "pointsrecord.accept",
        chain=row.audit_chain,
        by=by,
        target=row.audit_path,
        summary=f"Chấp nhận {len(taken)} mục như tự chấm, {row.audit_name}.",
        after={"criteria": [keys[own.criterion_id] for own in taken]},
    )
    return len(taken)


def _verified_copy(own, by, by_unit):
    return PointsRecord(
        card_id=own.card_id,
        criterion_id=own.criterion_id,
        stage=Stage.VERIFIED,
        facts=own.facts,
        points=own.points,
        na=own.na,
        reason=own.reason if own.na else "",
        by=by,
        by_unit=by_unit,
    )


def _begin(card, by):
    row = lock_card(card)
    if row.state == Scorecard.State.SUBMITTED:
        cards.begin_verifying(row, by=by)
    card.state = row.state
    return row


@transaction.atomic
def ask(card, criterion, *, by, text, due_on):
    """Ask the unit for more; this too begins the verification of a card."""
    _begin(card, by)
    return duties.ask_for_more(card, criterion, by=by, text=text, due_on=due_on)


@transaction.atomic
def mark(card, criterion, *, by, by_unit, points, reason):
    """The points another unit gives in cross-scoring; its last mark counts."""
    return record_points(
        card,
        criterion,
        stage=Stage.PEER,
        by=by,
        by_unit=by_unit,
        points=points,
        reason=reason,
    )


@transaction.atomic
def decide(response, *, stage, by, by_unit, outcome, reason, **value):
    """Decide on what the unit said: keep the points, or accept and give new ones.

    stage: Stage.RESPONSE for an explanation, Stage.CONFERENCE for a reserved opinion; value: the new
    points, in the words of points.record_points.
    """
    if outcome == Response.Outcome.ACCEPTED:
        record_points(
            response.card,
            response.criterion,
            stage=stage,
            by=by,
            by_unit=by_unit,
            reason=reason,
            **value,
        )
    return cards.decide(response, by=by, outcome=outcome, reason=reason)
