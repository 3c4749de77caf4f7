"""What the database itself refuses in the tables of scoring, by raw SQL."""

from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from scoring import rounds
from scoring.models import ScoringRound
from tests.factories import (
    CriteriaSetFactory,
    RoundFactory,
    ScorecardFactory,
    assign_duties,
    lead_of,
    leader_of,
    leaf,
    member_of,
    minutes,
)

pytestmark = pytest.mark.django_db


def refused(sql, *values):
    """The sentence with which the database refuses; fails when it does not."""
    with (
        pytest.raises(DatabaseError) as refusal,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql, values)
    return str(refusal.value).splitlines()[0]


@pytest.mark.parametrize("column", ["criteria_id", "year_id"])
def test_round_keeps_its_year_and_its_table(column):
    round, other = RoundFactory(), CriteriaSetFactory()
    value = other.pk if column == "criteria_id" else other.year.pk

    assert "không đổi bảng tiêu chí" in refused(
        f"UPDATE scoring_scoringround SET {column} = %s WHERE id = %s", value, round.pk
    )
    assert "không xóa" in refused("DELETE FROM scoring_scoringround")


def test_card_is_never_removed_or_given_to_another_unit():
    round = RoundFactory()
    other = lead_of(RoundFactory().year)

    for sql, values in (
        ("UPDATE scoring_scorecard SET unit_id = %s WHERE round_id = %s", (other.pk, round.pk)),
        ("DELETE FROM scoring_scorecard WHERE round_id = %s", (round.pk,)),
    ):
        assert refused(sql, *values) == "Bản tự chấm không xóa, không chuyển sang đơn vị khác."


def test_entry_is_not_moved_to_a_card_that_is_out():
    open_card = ScorecardFactory()
    out = ScorecardFactory(round=open_card.round, unit=lead_of(open_card.year), submitted=True)

    assert "không sửa được nữa" in refused(
        "UPDATE scoring_entry SET card_id = %s WHERE card_id = %s", out.pk, open_card.pk
    )


def test_evidence_is_added_in_an_answer_but_never_to_a_settled_card():
    card = ScorecardFactory(settled=True)

    sentence = refused(
        "INSERT INTO scoring_evidenceuse (evidence_id, card_id, criterion_id, pages)"
        " VALUES (1, %s, %s, '')",
        card.pk,
        leaf(card.round, "I.1").pk,
    )

    assert "không sửa, không bỏ" in sentence


def test_duty_of_a_unit_is_not_turned_to_its_own_card():
    round = RoundFactory()
    assign_duties(round)
    own = round.cards.get(unit=lead_of(round.year))

    assert "của chính mình" in refused(
        "UPDATE scoring_duty SET card_id = %s WHERE card_id <> %s AND verifier_id = %s",
        own.pk,
        own.pk,
        own.unit_id,
    )


def test_reopening_never_changes():
    round = RoundFactory(closed=True)
    rounds.reopen(
        round,
        by=leader_of(lead_of(round.year)),
        issuer="conference",
        number="07/BB",
        dated_on=date(2026, 4, 6),
        file=minutes(),
        reason="Sót một sáng kiến",
    )

    assert "không sửa" in refused("UPDATE scoring_reopening SET reason = 'khác'")
    assert "không xóa" in refused("DELETE FROM scoring_reopening")


def test_state_outside_the_table_of_moves_is_still_bound_to_its_dates():
    RoundFactory()

    with pytest.raises(DatabaseError), transaction.atomic():
        ScoringRound.objects.update(state="published")


def test_member_of_a_round_has_one_card():
    card = ScorecardFactory()

    with pytest.raises(DatabaseError), transaction.atomic():
        type(card).objects.create(round=card.round, year=card.year, unit=member_of(card.year))
