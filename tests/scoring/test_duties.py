"""Who verifies which card: assigned, drawn, taken back, stood aside from; asking for more."""

from datetime import date
from random import Random

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from khoithidua.models import AuditEntry
from khoithidua.workflow import NotAllowed
from scoring import duties, points
from scoring.models import Duty, Scorecard, SupplementRequest
from tests.factories import (
    EmulationYearFactory,
    RoundFactory,
    ScorecardFactory,
    assign_duties,
    card_of,
    chair_officer,
    deputy_of,
    lead_of,
    leader_of,
    leaf,
    member_of,
    officer_of,
)

pytestmark = pytest.mark.django_db

TODAY = date(2026, 4, 6)


def last_entry():
    return AuditEntry.objects.order_by("-pk").first()


def verifiers(card):
    return {
        (duty.verifier, duty.criterion and duty.criterion.key, duty.is_drawn)
        for duty in card.duties.all()
    }


def test_lead_and_deputy_verify_every_card_but_their_own():
    round = RoundFactory()
    lead, deputy = lead_of(round.year), deputy_of(round.year)

    assign_duties(round)

    supervisor = (None, "II.2", False)
    assert verifiers(card_of(round, member_of(round.year))) == {
        (lead, None, False),
        (deputy, None, False),
        supervisor,
    }
    assert verifiers(card_of(round, deputy)) == {(lead, None, False), supervisor}


def test_leads_card_is_verified_by_the_deputy_and_a_drawn_member():
    round = RoundFactory(year=EmulationYearFactory(members=6))
    plain = list(
        round.year.memberships.filter(role="member")
        .order_by("position")
        .values_list("unit__slug", flat=True)
    )
    expected = Random(7).choice(plain)

    assign_duties(round, seed=7)

    of_card = card_of(round, lead_of(round.year)).duties.exclude(verifier=None)
    assert {(duty.verifier.slug, duty.is_drawn) for duty in of_card} == {
        (deputy_of(round.year).slug, False),
        (expected, True),
    }
    entry = last_entry()
    assert entry.action == "duty.assign"
    assert (entry.after["drawn"], entry.after["drawn_from"]) == (expected, plain)
    assert len(entry.after["duties"]) == Duty.objects.count()


def test_supervisor_verifies_the_standing_bodys_criteria_except_on_its_own_card():
    round = RoundFactory(year=EmulationYearFactory(eight=True))

    assign_duties(round)

    supervised = round.duties.filter(verifier=None)
    assert {duty.criterion.key for duty in supervised} == {"II.2"}
    assert "snv" not in set(supervised.values_list("card__unit__slug", flat=True))
    assert supervised.count() == 7


def test_duties_are_assigned_once_and_in_time():
    round = RoundFactory()
    assign_duties(round)
    with pytest.raises(ValidationError, match="Đã phân công"):
        assign_duties(round)

    with pytest.raises(NotAllowed, match="Đã qua bước thẩm định"):
        assign_duties(RoundFactory(provisional=True))


def test_group_of_criteria_goes_to_one_unit_and_is_taken_back_with_a_reason():
    round = RoundFactory()
    card = card_of(round, member_of(round.year))
    by = leader_of(lead_of(round.year))
    group = leaf(round, "I")

    duty = duties.assign(card, by=by, verifier=deputy_of(round.year), criterion=group)
    assert (duty.criterion, last_entry().action) == (group, "duty.add")
    with pytest.raises(ValidationError, match="đã được phân công"):
        duties.assign(card, by=by, verifier=deputy_of(round.year), criterion=group)
    with pytest.raises(ValidationError, match="lý do"):
        duties.withdraw(duty, by=by, reason="")
    duties.withdraw(duty, by=by, reason="Cân đối khối lượng")

    assert not Duty.objects.exists()
    assert (last_entry().action, last_entry().after["note"]) == (
        "duty.withdraw",
        "Cân đối khối lượng",
    )


def test_nobody_verifies_their_own_card_not_even_by_hand_in_the_database():
    round = RoundFactory()
    card = card_of(round, member_of(round.year))
    by = leader_of(lead_of(round.year))

    with pytest.raises(ValidationError, match="của chính mình"):
        duties.assign(card, by=by, verifier=card.unit)
    with pytest.raises(DatabaseError, match="của chính mình"), transaction.atomic():
        Duty.objects.create(round=round, card=card, verifier=card.unit, assigned_by=by)
    duty = duties.assign(card, by=by, verifier=lead_of(round.year))
    with pytest.raises(DatabaseError, match="của chính mình"), transaction.atomic():
        Duty.objects.filter(pk=duty.pk).update(verifier=card.unit)


def test_peers_are_assigned_where_the_round_says_so():
    card = ScorecardFactory()
    by = leader_of(lead_of(card.year))

    with pytest.raises(NotAllowed, match="không chấm chéo"):
        duties.assign(card, by=by, verifier=lead_of(card.year), kind="peer")


def test_criteria_below_a_group_are_found():
    table = RoundFactory().criteria

    found = duties.below(table, {table.criteria.get(key="II").pk})

    assert {table.criteria.get(pk=pk).key for pk in found} == {"II", "II.1", "II.2"}


# Standing aside


def test_who_stood_aside_has_no_part_in_the_card_any_more():
    card = ScorecardFactory(verifying=True)
    officer = chair_officer(card)

    with pytest.raises(ValidationError, match="lý do"):
        duties.recuse(card, user=officer, reason=" ")
    duties.recuse(card, user=officer, reason="Người thân công tác tại đơn vị")

    assert last_entry().action == "recusal.declare"
    with pytest.raises(ValidationError, match="đã rút"):
        points.record_points(
            card,
            leaf(card.round, "I.1"),
            stage="verified",
            by=officer,
            by_unit=lead_of(card.year),
            points=1,
        )
    with pytest.raises(ValidationError, match="đã rút"):
        duties.recuse(card, user=officer, reason="Lần nữa")
    with pytest.raises(DatabaseError, match="không xóa"), transaction.atomic():
        card.recusals.all().delete()


# Asking for more


def ask(card, **changes):
    values = {"by": chair_officer(card), "text": "Gửi sổ công văn", "due_on": TODAY}
    return duties.ask_for_more(card, leaf(card.round, "I.1"), **{**values, **changes})


def test_request_is_answered_once():
    card = ScorecardFactory(verifying=True)

    request = ask(card)
    assert (last_entry().action, last_entry().after["due_on"]) == (
        "supplementrequest.ask",
        "2026-04-06",
    )
    with pytest.raises(ValidationError, match="nội dung trả lời"):
        duties.answer_request(request, by=officer_of(card.unit), text="")
    duties.answer_request(request, by=officer_of(card.unit), text="Đã gửi")

    row = SupplementRequest.objects.get()
    assert (row.answer_text, row.answered_by) == ("Đã gửi", officer_of(card.unit))
    assert last_entry().action == "supplementrequest.answer"
    with pytest.raises(NotAllowed, match="đã được trả lời"):
        duties.answer_request(request, by=officer_of(card.unit), text="Lần nữa")
    with pytest.raises(DatabaseError, match="không sửa"), transaction.atomic():
        SupplementRequest.objects.update(answer_text="khác")


@pytest.mark.parametrize(
    ("changes", "problem"),
    [({"text": " "}, "nội dung"), ({"due_on": date(2026, 4, 5)}, "đã qua")],
)
def test_request_says_what_is_wanted_and_by_when(changes, problem):
    with pytest.raises(ValidationError, match=problem):
        ask(ScorecardFactory(verifying=True), **changes)


@pytest.mark.parametrize(
    "state", ["draft", "review", "leader", "submitted", "verified", "answered", "settled"]
)
def test_more_is_asked_for_only_while_the_card_is_verified(state):
    with pytest.raises(NotAllowed, match="khi đang thẩm định"):
        ask(ScorecardFactory(reached=state))


def test_own_people_do_not_ask_their_own_unit():
    card = ScorecardFactory(verifying=True)

    with pytest.raises(ValidationError, match="của chính đơn vị"):
        ask(card, by=officer_of(card.unit))


def test_more_that_comes_after_the_points_marks_the_card():
    card = ScorecardFactory(verifying=True)
    request = ask(card)
    points.record_points(
        card,
        leaf(card.round, "I.1"),
        stage="verified",
        by=chair_officer(card),
        by_unit=lead_of(card.year),
        points=1,
    )

    duties.answer_request(request, by=officer_of(card.unit), text="Đã gửi")

    assert Scorecard.objects.get(pk=card.pk).is_stale
