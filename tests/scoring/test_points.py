"""Every value of a criterion: appended with its reason, and which of them stands."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from khoithidua.models import AuditEntry
from khoithidua.workflow import Conflict, NotAllowed
from scoring import cards, points, rounds
from scoring.models import PointsRecord, Scorecard
from tests.factories import (
    RoundFactory,
    ScorecardFactory,
    bring_card,
    card_of,
    chair_leader,
    chair_officer,
    lead_of,
    leader_of,
    leaf,
    member_of,
    officer_of,
    verify_all,
)

pytestmark = pytest.mark.django_db

STATES = {
    "peer": ["submitted", "verifying"],
    "verified": ["verifying"],
    "response": ["answered"],
    "conference": ["settled", "reserved"],
}


def record(card, key="I.1", **changes):
    by = chair_officer(card)
    values = {
        "stage": "verified",
        "by": by,
        "by_unit": by.current_appointments[0].unit,
        "points": Decimal("0.5"),
        "reason": "Ba văn bản bị trả lại",
    }
    return points.record_points(card, leaf(card.round, key), **{**values, **changes})


def last_entry():
    return AuditEntry.objects.order_by("-pk").first()


def value(card, key="I.1"):
    return points.standing_values(card)[leaf(card.round, key).pk]


def test_record_is_appended_with_what_stood_before():
    card = ScorecardFactory(verifying=True)

    made = record(card, facts={"late": "3"})

    entry = last_entry()
    assert (made.stage, made.points, made.facts) == ("verified", Decimal("0.5"), {"late": "3"})
    assert (entry.action, entry.target) == ("pointsrecord.verified", f"{card.audit_path}/I.1")
    assert (entry.before["stage"], entry.before["points"]) == ("self", "1")
    assert (entry.after["points"], entry.after["reason"]) == ("0.5", "Ba văn bản bị trả lại")


@pytest.mark.parametrize("state", [one for one in Scorecard.State.values if one != "closed"])
@pytest.mark.parametrize("stage", STATES)
def test_stage_is_recorded_in_its_states_alone(stage, state):
    round = RoundFactory(peer_scoring=True)
    card = ScorecardFactory(round=round, reached=state)
    # While a card is under way there is no provisional ranking, and no conference.
    if stage == "conference" and state not in ("submitted", "verifying"):
        move_to_provisional(round)

    if state in STATES[stage]:
        assert record(card, stage=stage).stage == stage
    else:
        before = PointsRecord.objects.count()
        with pytest.raises(NotAllowed):
            record(card, stage=stage)
        assert PointsRecord.objects.count() == before


def move_to_provisional(round):
    row = type(round).objects.get(pk=round.pk)
    by = leader_of(lead_of(row.year))
    if row.state == "self_assessment":
        rounds.begin_verification(row, by=by)
    rounds.show_provisional(row, by=by)


@pytest.mark.parametrize("stage", ["self", "final"])
def test_stages_of_the_submission_and_the_closing_are_not_recorded_by_hand(stage):
    with pytest.raises(ValueError, match="not recorded by hand"):
        record(ScorecardFactory(verifying=True), stage=stage)


def test_conference_decides_only_before_the_results_are_adopted():
    card = ScorecardFactory(settled=True)

    with pytest.raises(NotAllowed, match="trước khi thông qua"):
        record(card, stage="conference")


def test_peers_score_only_where_the_round_says_so():
    card = ScorecardFactory(submitted=True)

    with pytest.raises(NotAllowed, match="không chấm chéo"):
        record(card, stage="peer")


@pytest.mark.parametrize(
    "difference",
    [{"points": Decimal(2)}, {"points": None}, {"na": True, "points": Decimal(1)}],
)
def test_value_that_differs_needs_a_reason(difference):
    card = ScorecardFactory(verifying=True)

    with pytest.raises(ValidationError, match="cần ghi lý do"):
        record(card, reason=" ", **difference)

    assert not card.records.filter(stage="verified").exists()


def test_value_that_stands_is_confirmed_without_a_reason():
    assert record(ScorecardFactory(verifying=True), points=Decimal(1), reason="").points == 1


def test_points_set_by_hand_always_need_a_reason():
    card = ScorecardFactory(verifying=True)

    with pytest.raises(ValidationError, match="cần ghi lý do"):
        record(card, points=Decimal(1), is_override=True, reason="")
    assert record(card, points=Decimal(1), is_override=True).is_override


def test_second_verifier_who_changes_the_firsts_value_says_why():
    card = ScorecardFactory(verifying=True)
    record(card, by=leader_of(lead_of(card.year)))

    with pytest.raises(ValidationError, match="cần ghi lý do"):
        record(card, points=Decimal(1), reason="")


def test_value_over_one_not_seen_is_a_conflict_that_shows_it():
    card = ScorecardFactory(verifying=True)
    first = record(card, seen=None)

    with pytest.raises(Conflict) as conflict:
        record(card, seen=None, points=Decimal(3))
    again = record(card, seen=first.pk, points=Decimal(3))

    assert conflict.value.stored == first
    assert list(card.records.filter(stage="verified").order_by("pk")) == [first, again]


# What stands


def test_later_stage_outweighs_the_earlier_and_the_last_of_a_stage_holds():
    card = ScorecardFactory(verifying=True)
    assert value(card).stage == "self"

    record(card)
    last = record(card, points=Decimal("0.75"))

    assert value(card) == last
    assert value(card, "I.2").stage == "self"


def test_points_of_peers_do_not_stand_by_themselves():
    card = ScorecardFactory(round=RoundFactory(peer_scoring=True), submitted=True)

    record(card, stage="peer")

    assert value(card).stage == "self"


def test_accepted_explanation_and_conference_outweigh_the_verification():
    card = ScorecardFactory(answered=True)
    record(card, stage="response", points=Decimal(3))
    assert value(card).points == 3
    cards.conclude(card, by=chair_officer(card))
    rounds.show_provisional(type(card.round).objects.get(pk=card.round_id), by=chair_leader(card))

    record(card, stage="conference", points=Decimal(4))

    assert value(card).points == 4


def test_new_submission_begins_anew():
    card = ScorecardFactory(verifying=True)
    verify_all(card)
    cards.send_back(card, by=chair_officer(card), reason="Sai số liệu")

    bring_card(card, "submitted")

    assert {record.stage for record in points.standing_values(card).values()} == {"self"}


def test_values_of_a_card_take_one_query(django_assert_num_queries):
    round = RoundFactory(verification=True)
    card = ScorecardFactory(round=round, verified=True)

    with django_assert_num_queries(1):
        points.values_by_stage(card)
    assert points.values_by_stage(card_of(round, lead_of(round.year))) == {}


# Nobody's own card


def test_database_refuses_points_of_the_cards_own_unit():
    card = ScorecardFactory(verifying=True)
    unit = member_of(card.year)

    with pytest.raises(DatabaseError, match="của chính mình"), transaction.atomic():
        PointsRecord.objects.create(
            card=card,
            criterion=leaf(card.round, "I.1"),
            stage="verified",
            points=9,
            by=officer_of(unit),
            by_unit=unit,
        )


def test_database_refuses_points_by_hand_without_a_reason():
    card = ScorecardFactory(verifying=True)

    with pytest.raises(DatabaseError), transaction.atomic():
        PointsRecord.objects.create(
            card=card, criterion=leaf(card.round, "I.1"), stage="verified", is_override=True
        )
