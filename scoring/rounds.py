"""The steps of a year's scoring: opened, verified, shown, adopted, closed, published, reopened."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from khoithidua import audit
from scoring import telling
from scoring.evaluation import Desk
from scoring.models import Entry, PointsRecord, Reopening, Scorecard, ScoringRound
from scoring.points import standing_values
from units.models import EmulationYear

ON_THE_WAY = (Scorecard.State.SUBMITTED, Scorecard.State.VERIFYING)
UNANSWERED = (Scorecard.State.VERIFIED, Scorecard.State.ANSWERED)


@transaction.atomic
def open_round(*, year, by, criteria, peer_scoring=False):
    """Open the year's scoring under an adopted table: one card per member, one entry per leaf.

    Raises ValidationError when the table is not in force in this year, or the round is open.
    """
    year = EmulationYear.objects.select_for_update(of=("self",)).get(pk=year.pk)
    if hasattr(year, "scoring_round"):
        raise ValidationError("Năm này đã mở chấm điểm.")
    if year.closed_on is not None:
        raise ValidationError("Năm thi đua đã khép lại.")
    if criteria.year.pk != year.pk or criteria.paper.state != criteria.paper.State.ADOPTED:
        raise ValidationError("Chỉ chấm điểm theo bảng tiêu chí đang có hiệu lực của năm.")
    members = year.members()
    if not members:
        raise ValidationError("Năm này chưa có đơn vị thành viên.")
    round = ScoringRound.objects.create(
        year=year, criteria=criteria, opened_on=timezone.localdate(), peer_scoring=peer_scoring
    )
    _add_cards(round, [member.unit for member in members])
    audit.record(
        "scoringround.open",
        chain=round.audit_chain,
        by=by,
        target=round.audit_path,
        summary=f"Mở {round.audit_name} cho {len(members)} đơn vị.",
        after={"criteria": criteria.paper.audit_path, "digest": criteria.digest},
    )
    telling.tell_opened(round)
    return round


@transaction.atomic
def add_card(round, *, unit, by):
    """A card for a unit that joined the bloc after the round was opened."""
    row = ScoringRound.objects.select_for_update(of=("self",)).get(pk=round.pk)
    if row.state not in (row.State.SELF_ASSESSMENT, row.State.VERIFICATION):
        raise ValidationError("Đợt chấm điểm đã qua thẩm định.")
    if row.cards.filter(unit=unit).exists():
        raise ValidationError("Đơn vị đã có bản tự chấm của năm này.")
    (card,) = _add_cards(row, [unit])
    audit.record(
        "scorecard.open",
        chain=card.audit_chain,
        by=by,
        target=card.audit_path,
        summary=f"Mở {card.audit_name}.",
    )
    return card


def _add_cards(round, units):
    cards = Scorecard.objects.bulk_create(
        Scorecard(round=round, year=round.year, unit=unit) for unit in units
    )
    leaves = list(round.criteria.leaves().values_list("pk", flat=True).order_by("pk"))
    Entry.objects.bulk_create(
        Entry(card=card, criterion_id=leaf) for card in cards for leaf in leaves
    )
    return cards


def lock_round(round):
    """Lock the round, then all its cards, in the one order that everything here keeps.

    Returns the row and its cards. The record's chain is locked last, by whatever is recorded: a
    card locked after it would wait for someone who waits for the chain.
    """
    row = ScoringRound.objects.select_for_update(of=("self",)).get(pk=round.pk)
    cards = (
        Scorecard.objects.select_for_update(of=("self",))
        .filter(round=row)
        .select_related("unit", "year__bloc")
        .order_by("pk")
    )
    return row, list(cards)


def begin_verification(round, *, by):
    """From now on the cards that were sent in are verified; late ones may still come."""
    round.move("begin_verification", by=by, summary=f"Bắt đầu thẩm định {round.audit_name}.")


@transaction.atomic
def set_provisional_day(round, *, by, on):
    """Members see the provisional ranking from that day on; None: not at all."""
    row = ScoringRound.objects.select_for_update(of=("self",)).get(pk=round.pk)
    if row.state in (row.State.CLOSED, row.State.PUBLISHED):
        raise ValidationError("Đợt chấm điểm đã chốt.")
    before, row.provisional_from = row.provisional_from, on
    row.save(update_fields=["provisional_from"])
    audit.record(
        "scoringround.set_provisional_day",
        chain=row.audit_chain,
        by=by,
        target=row.audit_path,
        summary=f"Cho các đơn vị xem dự kiến xếp hạng từ {on:%d/%m/%Y}."
        if on
        else "Thôi cho các đơn vị xem dự kiến xếp hạng.",
        before={"provisional_from": before.isoformat() if before else None},
        after={"provisional_from": on.isoformat() if on else None},
    )
    round.provisional_from = on


@transaction.atomic
def show_provisional(round, *, by):
    """All that was sent in is verified: the provisional ranking can be drawn up."""
    _row, cards = lock_round(round)
    _refuse_while(cards, ON_THE_WAY, "chưa thẩm định xong")
    round.move("show_provisional", by=by, summary=f"Lập dự kiến xếp hạng của {round.audit_name}.")
    telling.tell_shown(round)


@transaction.atomic
def adopt(round, *, by, on, minutes, minutes_number=""):
    """The conference adopted the results; its minutes are kept with them.

    Raises ValidationError while a card waits for an answer or for a decision.
    """
    _row, cards = lock_round(round)
    if on > timezone.localdate():
        raise ValidationError("Ngày hội nghị chưa đến.")
    if minutes is None:
        raise ValidationError("Cần có biên bản hội nghị.")
    _refuse_while(cards, (*ON_THE_WAY, *UNANSWERED), "chưa xong giải trình")
    open_cards = [card for card in cards if card.responses.undecided().exists()]
    if open_cards:
        names = ", ".join(card.unit_name for card in open_cards)
        raise ValidationError(f"Hội nghị chưa quyết định ý kiến bảo lưu của {names}.")
    round.move(
        "adopt",
        by=by,
        summary=f"Hội nghị thông qua kết quả {round.audit_name}.",
        adopted_on=on,
        minutes=minutes,
        minutes_number=minutes_number,
    )


def _refuse_while(cards, states, why):
    waiting = [card.unit_name for card in cards if card.state in states]
    if waiting:
        raise ValidationError(f"Bản tự chấm của {', '.join(waiting)} {why}.")


@transaction.atomic
def close(round, *, by):
    """Write the final points of every card that was sent in, and close round and cards.

    They are computed here, under the locks: points that depend on the other units' are known only
    now, and nobody decides anything between the computing and the writing.
    """
    row, cards = lock_round(round)
    desk = Desk(row, cards)
    now = timezone.now()
    for card in cards:
        if card.submitted_at:
            _write_final(desk, card, by)
        card.move("close", by=by, summary=f"Chốt {card.audit_name}.", closed_at=now)
    round.move("close", by=by, summary=f"Chốt {round.audit_name}.", closed_at=now)


def _write_final(desk, card, by):
    scored = desk.card(card, PointsRecord.Stage.CONFERENCE)
    computed = {pk: scored[key].points for key, pk in desk.criterion_ids.items()}
    PointsRecord.objects.bulk_create(
        PointsRecord(
            card=card,
            criterion_id=criterion,
            stage=PointsRecord.Stage.FINAL,
            facts=value.facts,
            points=value.points if computed[criterion] is None else computed[criterion],
            is_override=value.is_override,
            na=value.na,
            reason=value.reason,
            by=by,
        )
        for criterion, value in sorted(standing_values(card).items())
    )


@transaction.atomic
def publish(round, *, by):
    """Everyone of the bloc sees the ranking, which has been frozen before (ranking.py)."""
    row, _cards = lock_round(round)
    newest = row.rankings.exclude(kind="provisional").order_by("-version").first()
    if newest is None or newest.made_at < row.closed_at:
        raise ValidationError("Chưa lập bảng xếp hạng để công bố.")
    round.move(
        "publish",
        by=by,
        summary=f"Công bố kết quả {round.audit_name}.",
        note=f"SHA-256 {newest.digest}",
        published_at=timezone.now(),
    )
    telling.tell_published(round)


@transaction.atomic
def reopen(round, *, by, issuer, number, dated_on, file, reason):
    """Open a closed round again, on the conference's minutes or the standing body's letter."""
    _row, cards = lock_round(round)
    if not number.strip() or not reason.strip() or file is None:
        raise ValidationError("Mở lại cần số, ngày, tệp của văn bản và lý do.")
    if dated_on > timezone.localdate():
        raise ValidationError("Ngày của văn bản chưa đến.")
    Reopening.objects.create(
        round=round,
        issuer=issuer,
        number=number,
        dated_on=dated_on,
        file=file,
        reason=reason,
        by=by,
    )
    for card in cards:
        name = "reopen" if card.submitted_at else "reopen_empty"
        card.move(name, by=by, summary=f"Mở lại {card.audit_name}.", closed_at=None)
    round.move(
        "reopen",
        by=by,
        summary=f"Mở lại {round.audit_name} theo văn bản số {number}: {reason}",
        note=reason,
        adopted_on=None,
        minutes=None,
        minutes_number="",
        closed_at=None,
        published_at=None,
    )


def takes_submissions(round):
    """Whether units may still fill and send in their cards."""
    return round.state in (round.State.SELF_ASSESSMENT, round.State.VERIFICATION)
