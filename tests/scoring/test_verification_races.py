"""Verifiers, officers and the lead at the same moment, in real threads: nothing is lost or half done."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from khoithidua import audit
from khoithidua.workflow import Conflict, NotAllowed
from scoring import cards, duties, evidence, rounds, verdicts
from scoring.models import EvidenceUse, PointsRecord, Response
from tests.conftest import TODAY
from tests.factories import (
    card_of,
    chair_leader,
    chair_officer,
    deputy_of,
    lead_of,
    leader_of,
    member_of,
    minutes,
    officer_of,
)
from tests.racing import race
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

pytestmark = pytest.mark.django_db(transaction=True)


def check_record(card):
    """The record's chain holds after what was raced."""
    assert audit.verify_chain(card.audit_chain) is None


def refusals(results):
    return [one for one in results if isinstance(one, Exception)]


def test_two_verifiers_and_an_officer_on_one_card_lose_nothing():
    round = open_judged_round()
    card = send(card_of(round, member_of(round.year)))
    begin(round)
    card = fresh(card)
    verify(card, "T1")
    asked = duties.ask_for_more(
        fresh(card), leaf_of(card, "I.1"), by=chair_officer(card), text="Gửi sổ", due_on=TODAY
    )
    document = evidence.attach(
        year=card.year, unit=card.unit, by=officer_of(card.unit), number="1/BC", issuer="Sở"
    )
    deputy = officer_of(deputy_of(card.year))

    def answer():
        evidence.use(document, card, leaf_of(card, "I.1"), by=officer_of(card.unit), request=asked)
        return duties.answer_request(asked, by=officer_of(card.unit), text="Sổ kèm theo")

    results = race(
        lambda: verify(card, "II.2", facts={"count": "3"}, reason="Ba hồ sơ trễ"),
        lambda: verify(card, "II.1", by=deputy, facts={"value": "60"}, reason="Theo công bố"),
        lambda: accept_all(card, by=deputy),
        answer,
    )

    assert refusals(results) == []
    latest = {
        row.criterion.key: row.points
        for row in card.records.filter(stage="verified").order_by("pk")
    }
    assert set(latest) == {"I.1", "I.2", "II.1", "II.2", "T1", "P1"}
    assert (latest["II.1"], latest["II.2"]) == (Decimal(3), Decimal(1))
    assert EvidenceUse.objects.filter(request=asked).count() == 1
    check_record(card)


def test_two_first_verdicts_begin_the_verification_once():
    round = open_judged_round()
    card = send(card_of(round, member_of(round.year)))
    begin(round)
    deputy = officer_of(deputy_of(round.year))

    results = race(
        lambda: verify(card, "II.2", facts={"count": "3"}),
        lambda: verify(card, "II.1", by=deputy),
    )

    assert refusals(results) == []
    assert fresh(card).state == "verifying"
    check_record(card)


def test_two_verdicts_on_one_criterion_leave_one_and_a_conflict():
    card = judged_card(corrected=False)
    verify(card, "T1")
    deputy = officer_of(deputy_of(card.year))

    results = race(
        lambda: verify(card, "II.2", facts={"count": "3"}, seen=None),
        lambda: verify(card, "II.2", by=deputy, facts={"count": "2"}, seen=None),
    )

    (refused,) = refusals(results)
    assert isinstance(refused, Conflict)
    assert card.records.filter(stage="verified", criterion__key="II.2").count() == 1


def test_approval_while_another_verifies_takes_all_or_comes_first():
    card = judged_card()
    accept_all(card)
    deputy = officer_of(deputy_of(card.year))

    approved, corrected = race(
        lambda: cards.approve(fresh(card), by=chair_leader(card)),
        lambda: verify(card, "II.2", by=deputy, facts={"count": "2"}, reason="Xem lại sổ"),
    )

    assert approved is None
    points = card.records.filter(stage="verified", criterion__key="II.2").order_by("-pk")[0].points
    if isinstance(corrected, NotAllowed):
        assert points == Decimal(1)
    else:
        assert points == Decimal("1.5")
    assert fresh(card).state == "verified"
    check_record(card)


def test_unit_answers_once_from_two_windows():
    card = judged_card(to="verified")
    criterion = leaf_of(card, "II.2")

    results = race(
        *(
            lambda kind=kind: cards.answer(
                card, criterion, by=officer_of(card.unit), kind=kind, text="Chỉ hai."
            )
            for kind in ("explain", "dissent")
        )
    )

    assert Response.objects.count() == 1
    assert isinstance(refusals(results)[0], ValidationError)


def test_answer_while_the_leader_sends_is_in_or_refused():
    card = judged_card(to="verified")
    criterion = leaf_of(card, "II.2")

    given, sent = race(
        lambda: cards.answer(
            card, criterion, by=officer_of(card.unit), kind="explain", text="Chỉ hai."
        ),
        lambda: cards.finish_answers(fresh(card), by=leader_of(card.unit)),
    )

    assert sent is None
    assert Response.objects.count() == (0 if isinstance(given, NotAllowed) else 1)
    assert fresh(card).state == "answered"


def reserved_card():
    card = judged_card(to="verified")
    cards.answer(
        card, leaf_of(card, "II.2"), by=officer_of(card.unit), kind="dissent", text="Chỉ hai."
    )
    cards.finish_answers(fresh(card), by=leader_of(card.unit))
    cards.conclude(fresh(card), by=chair_officer(card))
    rounds.show_provisional(fresh(card.round), by=lead(card.round))
    return fresh(card)


def conference_gives(card, points):
    response = Response.objects.select_related("criterion").get()
    response.card = fresh(card)
    return verdicts.decide(
        response,
        stage=PointsRecord.Stage.CONFERENCE,
        by=lead(card.round),
        by_unit=lead_of(card.year),
        outcome="accepted",
        reason="Hội nghị nhất trí",
        facts={"count": "2"},
        points=points,
    )


def test_adoption_while_the_conference_decides_waits_or_is_refused():
    card = reserved_card()
    kept = minutes()

    decided, adopted = race(
        lambda: conference_gives(card, Decimal("1.5")),
        lambda: rounds.adopt(
            fresh(card.round), by=lead(card.round), on=TODAY, minutes=kept, minutes_number="1/BB"
        ),
    )

    assert not isinstance(decided, Exception)
    assert fresh(card.round).state == (
        "provisional" if isinstance(adopted, ValidationError) else "adopted"
    )
    check_record(card)


def test_closing_while_someone_decides_writes_what_stood():
    card = judged_card(to="concluded")
    round, by = fresh(card.round), lead(card.round)
    rounds.show_provisional(round, by=by)
    rounds.adopt(round, by=by, on=TODAY, minutes=minutes(), minutes_number="1/BB")

    changed, closed = race(
        lambda: verdicts.record_points(
            card,
            leaf_of(card, "II.2"),
            stage=PointsRecord.Stage.CONFERENCE,
            by=by,
            by_unit=lead_of(card.year),
            facts={"count": "1"},
            points=Decimal(2),
            reason="Muộn",
        ),
        lambda: rounds.close(fresh(round), by=by),
    )

    assert (isinstance(changed, NotAllowed), closed) == (True, None)
    assert card.records.get(stage="final", criterion__key="II.2").points == Decimal(1)
    check_record(card)


def test_two_closings_close_once():
    card = judged_card(to="concluded")
    round, by = fresh(card.round), lead(card.round)
    rounds.show_provisional(round, by=by)
    rounds.adopt(round, by=by, on=TODAY, minutes=minutes(), minutes_number="1/BB")

    results = race(*(lambda: rounds.close(fresh(round), by=by) for _ in range(2)))

    assert len(refusals(results)) == 1
    assert card.records.filter(stage="final").count() == 6
