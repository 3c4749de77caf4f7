"""States of a round and of a card: every move from every state, and what the tables leave out."""

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from khoithidua.models import AuditEntry
from khoithidua.workflow import NotAllowed
from scoring.models import Scorecard, ScoringRound
from tests.factories import (
    RoundFactory,
    ScorecardFactory,
    card_of,
    lead_of,
    leader_of,
    member_of,
    minutes,
)

pytestmark = pytest.mark.django_db

UNSUBMITTED = {
    "reviewer": None,
    "submitted_at": None,
    "submitted_by": None,
    "unclassified_declared_at": None,
    "unclassified_declared_by": None,
}


def edges(model):
    return [
        (name, state) for name, (allowed, _to) in model.TRANSITIONS.items() for state in allowed
    ]


def fields_of_card_move(name, by):
    now = timezone.now()
    return {
        "pass_to_reviewer": {"reviewer": by},
        "submit": {
            "submitted_at": now,
            "submitted_by": by,
            "unclassified_declared_at": now,
            "unclassified_declared_by": by,
        },
        "send_back": UNSUBMITTED,
        "approve": {"verified_at": now, "approved_by": by},
        "answer": {"answered_at": now},
        "close": {"closed_at": now},
        "reopen": {"closed_at": None},
        "reopen_empty": {"closed_at": None, **UNSUBMITTED, "verified_at": None}
        | {"approved_by": None, "answered_at": None},
    }.get(name, {})


def fields_of_round_move(name):
    now = timezone.now()
    return {
        "adopt": {"adopted_on": timezone.localdate(), "minutes": minutes()},
        "close": {"closed_at": now},
        "publish": {"published_at": now},
        "reopen": {
            **{"adopted_on": None, "minutes": None, "minutes_number": ""},
            **{"closed_at": None, "published_at": None},
        },
    }.get(name, {})


def card_in(state):
    if state == "closed":
        round = RoundFactory(closed=True)
        return card_of(round, member_of(round.year))
    return ScorecardFactory(reached=state)


def leader(row):
    return leader_of(lead_of(row.year))


def last_entry():
    return AuditEntry.objects.order_by("-pk").first()


@pytest.mark.parametrize(("name", "state"), edges(Scorecard))
def test_move_of_a_card_happens_and_is_recorded(name, state):
    card, (_from, target) = card_in(state), Scorecard.TRANSITIONS[name]
    by = leader(card)

    card.move(name, by=by, summary="Thử.", **fields_of_card_move(name, by))

    entry = last_entry()
    assert Scorecard.objects.get(pk=card.pk).state == card.state == target
    assert (entry.action, entry.target) == (f"scorecard.{name}", card.audit_path)
    assert (entry.before, entry.after) == ({"state": state}, {"state": target})


@pytest.mark.parametrize("state", Scorecard.State.values)
def test_other_moves_of_a_card_change_and_record_nothing(state):
    card, entries = card_in(state), AuditEntry.objects.count
    before = entries()
    others = [name for name, (allowed, _) in Scorecard.TRANSITIONS.items() if state not in allowed]

    for name in others:
        with pytest.raises(NotAllowed, match="Không thực hiện được"):
            card.move(name, by="x", summary="Thử.", **fields_of_card_move(name, None))

    assert others
    assert (Scorecard.objects.get(pk=card.pk).state, entries()) == (state, before)


@pytest.mark.parametrize(("name", "state"), edges(ScoringRound))
def test_move_of_a_round_happens_and_is_recorded(name, state):
    round, (_from, target) = RoundFactory(reached=state), ScoringRound.TRANSITIONS[name]

    round.move(name, by=leader(round), summary="Thử.", **fields_of_round_move(name))

    entry = last_entry()
    assert ScoringRound.objects.get(pk=round.pk).state == round.state == target
    assert (entry.action, entry.target) == (f"scoringround.{name}", round.audit_path)
    assert (entry.before, entry.after) == ({"state": state}, {"state": target})


@pytest.mark.parametrize("state", ScoringRound.State.values)
def test_other_moves_of_a_round_change_and_record_nothing(state):
    round, entries = RoundFactory(reached=state), AuditEntry.objects.count
    before = entries()
    others = [
        name for name, (allowed, _) in ScoringRound.TRANSITIONS.items() if state not in allowed
    ]

    for name in others:
        with pytest.raises(NotAllowed, match="Không thực hiện được"):
            round.move(name, by="x", summary="Thử.", **fields_of_round_move(name))

    assert others
    assert (ScoringRound.objects.get(pk=round.pk).state, entries()) == (state, before)


# A state without its dates, or dates without their state


@pytest.mark.parametrize("state", [*Scorecard.State.values])
@pytest.mark.parametrize(
    "change",
    [
        {"submitted_at": None},
        {"unclassified_declared_by": None},
        {"verified_at": None},
        {"approved_by": None},
        {"answered_at": None},
        {"closed_at": None},
    ],
    ids=lambda change: next(iter(change)),
)
def test_card_without_a_date_of_its_state_is_refused(state, change):
    card = card_in(state)
    needed = {
        "submitted_at": {"submitted", "verifying", "verified", "answered", "settled", "reserved"},
        "verified_at": {"verified", "answered", "settled", "reserved"},
        "answered_at": {"answered", "reserved"},
        "closed_at": {"closed"},
    }
    name = next(iter(change))
    column = {"unclassified_declared_by": "submitted_at", "approved_by": "verified_at"}
    is_needed = state in needed[column.get(name, name)]

    try:
        with transaction.atomic():
            Scorecard.objects.filter(pk=card.pk).update(**change)
    except DatabaseError:
        assert is_needed
    else:
        assert not is_needed


@pytest.mark.parametrize("name", ["submitted_at", "verified_at", "answered_at", "closed_at"])
def test_draft_with_a_date_of_a_later_state_is_refused(name):
    card = ScorecardFactory()

    with pytest.raises(DatabaseError), transaction.atomic():
        Scorecard.objects.filter(pk=card.pk).update(**{name: timezone.now()})


@pytest.mark.parametrize("name", ["adopted_on", "minutes", "closed_at", "published_at"])
def test_published_round_keeps_every_date(name):
    round = RoundFactory(published=True)

    with pytest.raises(DatabaseError), transaction.atomic():
        ScoringRound.objects.filter(pk=round.pk).update(**{name: None})


@pytest.mark.parametrize("name", ["closed_at", "published_at"])
def test_round_under_way_has_no_later_date(name):
    round = RoundFactory(provisional=True)

    with pytest.raises(DatabaseError), transaction.atomic():
        ScoringRound.objects.filter(pk=round.pk).update(**{name: timezone.now()})
