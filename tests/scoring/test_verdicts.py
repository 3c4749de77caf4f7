"""Verdicts: the first begins a card's verification, bulk acceptance, marks, decisions."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from khoithidua.models import AuditEntry
from khoithidua.workflow import Conflict, NotAllowed
from scoring import cards, rounds, verdicts
from scoring.evaluation import Desk
from scoring.models import PointsRecord
from tests.factories import (
    card_of,
    chair_officer,
    deputy_of,
    lead_of,
    leader_of,
    member_of,
    minutes,
    officer_of,
)
from tests.scoring.judged import (
    accept_all,
    begin,
    fresh,
    judged_card,
    lead,
    leaf_of,
    open_judged_round,
    send,
    verify,
)

pytestmark = pytest.mark.django_db

Stage = PointsRecord.Stage


def sent_card(round=None):
    round = round or open_judged_round()
    card = send(card_of(round, member_of(round.year)))
    begin(round)
    return fresh(card)


def test_first_verdict_begins_the_verification_of_a_card():
    card = sent_card()
    assert card.state == "submitted"

    made = verify(card, "II.2", facts={"count": "3"})

    assert (fresh(card).state, made.points) == ("verifying", Decimal(1))


def test_no_verdict_before_verification_begins():
    round = open_judged_round()
    card = send(card_of(round, member_of(round.year)))

    with pytest.raises(NotAllowed):
        verify(card, "II.2", by=officer_of(lead_of(round.year)))

    assert not card.records.filter(stage="verified").exists()


def test_acceptance_takes_over_what_nobody_has_verified():
    card = sent_card()
    verify(card, "II.2", facts={"count": "3"})

    taken = accept_all(card)

    verified = card.records.filter(stage="verified")
    own = {row.criterion.key: row for row in card.records.filter(stage="self")}
    assert (taken, verified.count()) == (5, 6)
    assert all(
        (row.points, row.facts) == (own[row.criterion.key].points, own[row.criterion.key].facts)
        for row in verified.exclude(criterion__key="II.2")
    )
    entry = AuditEntry.objects.order_by("-pk").first()
    assert (entry.action, len(entry.after["criteria"])) == ("pointsrecord.accept", 5)


def test_acceptance_leaves_what_was_not_looked_at():
    card = sent_card()
    by = chair_officer(card)
    seen = card.records.get(stage="self", criterion__key="I.1")

    taken = verdicts.accept(card, {seen.pk}, by=by, by_unit=lead_of(card.year))

    assert taken == 1
    assert verdicts.accept(card, {seen.pk}, by=by, by_unit=lead_of(card.year)) == 0


def test_acceptance_of_a_replaced_submission_takes_nothing():
    card = sent_card()
    old = set(card.records.filter(stage="self").values_list("pk", flat=True).order_by("pk"))
    cards.send_back(fresh(card), by=chair_officer(card), reason="Thiếu báo cáo")
    card = send(fresh(card), {})

    taken = verdicts.accept(card, old, by=chair_officer(card), by_unit=lead_of(card.year))

    assert taken == 0


def test_nobody_accepts_their_own_units_card():
    round = open_judged_round()
    card = send(card_of(round, lead_of(round.year)))
    begin(round)

    with pytest.raises(ValidationError, match="chính đơn vị"):
        accept_all(card, by=officer_of(lead_of(round.year)))


def test_closing_writes_points_that_depend_on_the_other_units():
    table = _comparing_table()
    round = open_judged_round(document=table)
    units = [member.unit for member in round.year.members()]
    for place, unit in enumerate(units):
        send(card_of(round, unit), {"X": {"value": str(10 * (place + 1))}})
    begin(round)
    for unit in units:
        card = card_of(fresh(round), unit)
        accept_all(card)
        cards.approve(fresh(card), by=_approver(card))
        cards.finish_answers(fresh(card), by=leader_of(unit))
        cards.conclude(fresh(card), by=chair_officer(card))
    assert set(PointsRecord.objects.filter(stage="verified").values_list("points", flat=True)) == {
        None
    }
    rounds.show_provisional(fresh(round), by=lead(round))
    rounds.adopt(
        fresh(round), by=lead(round), on=round.opened_on, minutes=minutes(), minutes_number="1/BB"
    )

    rounds.close(fresh(round), by=lead(round))

    final = PointsRecord.objects.filter(stage="final", criterion__key="X").order_by("card__pk")
    closed = {row.card.unit.slug: row.points for row in final}
    expected = (Decimal("3.33"), Decimal("6.67"), Decimal(10))
    assert [closed[unit.slug] for unit in units] == list(expected)


def _approver(card):
    return leader_of(
        deputy_of(card.year) if card.unit == lead_of(card.year) else lead_of(card.year)
    )


def _comparing_table():
    return {
        "code": "SS",
        "name": "Bảng so sánh",
        "base_max": "10",
        "nodes": [
            {
                "key": "X",
                "code": "X",
                "name": "So với đơn vị cao nhất",
                "max": "10",
                "parts": [{"kind": "relative_to_best", "value": "Số mô hình"}],
            }
        ],
    }


def test_final_points_are_those_that_the_rules_give_at_closing():
    card = judged_card(to="concluded")
    round = fresh(card.round)
    rounds.show_provisional(round, by=lead(round))
    rounds.adopt(
        round, by=lead(round), on=round.opened_on, minutes=minutes(), minutes_number="1/BB"
    )

    rounds.close(round, by=lead(round))

    card = fresh(card)
    final = {row.criterion.key: row.points for row in card.records.filter(stage="final")}
    scored = Desk(card.round, [card]).card(card, Stage.FINAL)
    assert final["I.1"] == Decimal("7.72")
    assert final["II.2"] == Decimal(1)
    assert all(final[key] == scored[key].points for key in ("I.1", "I.2", "II.1", "II.2", "T1"))


def test_accepted_explanation_gives_new_points_and_is_decided_in_one_go():
    card = judged_card(to="verified")
    response = cards.answer(
        card, leaf_of(card, "II.2"), by=officer_of(card.unit), kind="explain", text="Chỉ hai."
    )
    cards.finish_answers(fresh(card), by=leader_of(card.unit))
    response.card = fresh(card)

    verdicts.decide(
        response,
        stage=Stage.RESPONSE,
        by=chair_officer(card),
        by_unit=lead_of(card.year),
        outcome="accepted",
        reason="Sổ văn bản xác nhận hai",
        facts={"count": "2"},
        points=Decimal("1.5"),
        seen=None,
    )

    response.refresh_from_db()
    last = card.records.filter(stage="response").get()
    assert (last.points, response.outcome) == (Decimal("1.5"), "accepted")


def test_decision_that_fails_leaves_nothing_behind():
    card = judged_card(to="verified")
    response = cards.answer(
        card, leaf_of(card, "II.2"), by=officer_of(card.unit), kind="explain", text="Chỉ hai."
    )
    response.card = fresh(card)

    with pytest.raises(NotAllowed):
        verdicts.decide(
            response,
            stage=Stage.RESPONSE,
            by=chair_officer(card),
            by_unit=lead_of(card.year),
            outcome="accepted",
            reason="Đúng",
            points=Decimal("1.5"),
        )

    response.refresh_from_db()
    assert response.outcome == ""
    assert not card.records.filter(stage="response").exists()


def test_verdict_over_somebody_elses_is_a_conflict_that_carries_it():
    card = judged_card()

    with pytest.raises(Conflict) as raised:
        verify(card, "II.2", by=officer_of(deputy_of(card.year)), facts={"count": "2"}, seen=None)

    assert raised.value.stored.points == Decimal(1)


def test_time_for_answers_ends_with_what_was_said(today):
    card = judged_card(to="verified")
    cards.answer(
        card, leaf_of(card, "II.2"), by=officer_of(card.unit), kind="explain", text="Chỉ hai."
    )

    with pytest.raises(ValidationError, match="còn thời hạn"):
        cards.end_answers(fresh(card), by=chair_officer(card))
    today.move_to("2026-04-14 09:00+07:00")
    cards.end_answers(fresh(card), by=chair_officer(card))

    assert fresh(card).state == "answered"


def test_unit_that_said_nothing_is_settled_when_time_is_over(today):
    card = judged_card(to="verified")
    today.move_to("2026-04-14 09:00+07:00")

    cards.end_answers(fresh(card), by=chair_officer(card))

    assert fresh(card).state == "settled"
