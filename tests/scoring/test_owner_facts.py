"""Facts of the agency that owns them: given, checked by a second person, confirmed, objected to."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from khoithidua.models import AuditEntry
from khoithidua.workflow import Conflict, NotAllowed
from scoring import owner_facts
from scoring.models import OwnerFact, Scorecard
from tests.factories import (
    OwnerFactFactory,
    RoundFactory,
    ScorecardFactory,
    UnitFactory,
    chair_officer,
    lead_of,
    leader_of,
    leaf,
    member_of,
    officer_of,
    verify_all,
)

pytestmark = pytest.mark.django_db


def last_entry():
    return AuditEntry.objects.order_by("-pk").first()


def fresh(fact):
    return OwnerFact.objects.get(pk=fact.pk)


def test_fact_about_another_unit_counts_at_once():
    fact = OwnerFactFactory()

    assert (fact.revision, fact.is_own, fact.is_in_force) == (1, False, True)
    assert list(OwnerFact.objects.in_force()) == [fact]
    assert last_entry().action == "ownerfact.give"
    assert last_entry().after["facts"] == {"done": "137", "total": "142"}


def test_owners_own_row_needs_a_document_and_a_second_person():
    round = RoundFactory()
    with pytest.raises(ValidationError, match="phải dẫn văn bản"):
        OwnerFactFactory(round=round, own=True, source=" ")

    fact = OwnerFactFactory(round=round, own=True)
    assert not OwnerFact.objects.in_force().exists()
    with pytest.raises(ValidationError, match="khác người cung cấp"):
        owner_facts.check_own_fact(fact, by=fact.given_by, revision=1)
    owner_facts.check_own_fact(fact, by=leader_of(fact.unit), revision=1)

    assert list(OwnerFact.objects.in_force()) == [fact]
    assert (last_entry().action, fresh(fact).checked_by) == (
        "ownerfact.check",
        leader_of(fact.unit),
    )


def test_only_an_owners_unchecked_row_waits_for_a_check():
    fact = OwnerFactFactory()

    with pytest.raises(NotAllowed, match="không chờ kiểm tra"):
        owner_facts.check_own_fact(fact, by=leader_of(fact.by_unit), revision=1)


def changed(fact, **changes):
    values = {
        "unit": fact.unit,
        "by": leader_of(fact.by_unit),
        "by_unit": fact.by_unit,
        "facts": {"done": "1"},
        "source": fact.source,
        "revision": fact.revision,
    }
    return owner_facts.give_fact(fact.criterion, **{**values, **changes})


def test_changed_fact_is_checked_and_answered_anew():
    fact = OwnerFactFactory(own=True)
    owner_facts.check_own_fact(fact, by=leader_of(fact.unit), revision=1)
    owner_facts.confirm_fact(fact, by=officer_of(fact.unit), revision=1)

    again = changed(fresh(fact))

    assert (again.pk, again.revision, again.checked_by, again.answer) == (fact.pk, 2, None, "")
    assert last_entry().before["answer"] == "confirmed"


def test_fact_over_someone_elses_is_a_conflict_that_shows_it():
    fact = OwnerFactFactory()

    with pytest.raises(Conflict) as conflict:
        changed(fact, revision=0)

    assert conflict.value.stored == fact
    assert fresh(fact).facts == {"done": "137", "total": "142"}


def test_same_fact_again_changes_and_records_nothing():
    fact = OwnerFactFactory()
    entries = AuditEntry.objects.count()

    again = changed(fact, facts=fact.facts, revision=0)

    assert (again.revision, AuditEntry.objects.count()) == (1, entries)


def test_unit_confirms_or_objects_with_a_reason():
    fact = OwnerFactFactory()
    officer = officer_of(fact.unit)

    with pytest.raises(ValidationError, match="cần ghi lý do"):
        owner_facts.object_to_fact(fact, by=officer, revision=1, note=" ")
    owner_facts.object_to_fact(fact, by=officer, revision=1, note="Thiếu 2 nhiệm vụ")

    row = fresh(fact)
    assert (row.answer, row.answer_note, row.answered_by) == (
        *("objected", "Thiếu 2 nhiệm vụ"),
        officer,
    )
    assert last_entry().action == "ownerfact.answer"
    assert owner_facts.confirm_fact(fact, by=officer, revision=1).answer == "confirmed"


def test_answer_to_a_fact_that_changed_since_is_a_conflict():
    fact = OwnerFactFactory()
    changed(fact)

    with pytest.raises(Conflict):
        owner_facts.confirm_fact(fact, by=officer_of(fact.unit), revision=1)


@pytest.mark.parametrize("state", ["provisional", "adopted", "closed", "published"])
def test_facts_stand_still_once_the_ranking_is_drawn_up(state):
    round = RoundFactory(reached=state)

    with pytest.raises(NotAllowed, match="không nhận dữ kiện"):
        OwnerFactFactory(round=round)


def test_facts_are_given_about_members_of_a_round_only():
    round = RoundFactory()
    stranger = UnitFactory(staffed=True)

    with pytest.raises(NotAllowed, match="không có bản tự chấm"):
        OwnerFactFactory(round=round, unit=stranger)


def test_fact_that_changes_after_verification_marks_the_card():
    card = ScorecardFactory(verifying=True)
    fact = OwnerFactFactory(round=card.round)
    assert not Scorecard.objects.get(pk=card.pk).is_stale
    verify_all(card, by=chair_officer(card))

    changed(fact)

    assert Scorecard.objects.get(pk=card.pk).is_stale


def test_owners_unchecked_row_marks_its_card_only_when_it_counts():
    round = RoundFactory(verification=True)
    card = ScorecardFactory(round=round, unit=lead_of(round.year), verifying=True)
    verify_all(card)
    fact = OwnerFactFactory(round=round, own=True)
    assert not Scorecard.objects.get(pk=card.pk).is_stale

    owner_facts.check_own_fact(fact, by=leader_of(fact.unit), revision=1)

    assert Scorecard.objects.get(pk=card.pk).is_stale


@pytest.mark.parametrize(
    "change",
    [
        {"source": ""},
        {"answer": "objected"},
        {"year": None},
    ],
    ids=["own-without-source", "objection-without-words", "no-year"],
)
def test_database_refuses_what_no_fact_may_be(change):
    fact = OwnerFactFactory(own=True)

    with pytest.raises(DatabaseError), transaction.atomic():
        OwnerFact.objects.filter(pk=fact.pk).update(**change)


def test_database_refuses_the_giver_as_second_person_and_a_fact_that_moves():
    fact = OwnerFactFactory(own=True)

    for change in (
        {"checked_by": fact.given_by},
        {"unit": member_of(fact.year)},
        {"criterion": leaf(fact.year.scoring_round, "I.2")},
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            OwnerFact.objects.filter(pk=fact.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        fact.delete()


def test_file_goes_with_the_fact():
    fact = OwnerFactFactory(source="Quyết định số 5/QĐ-UBND ngày 05/01/2026")

    assert fact.source.startswith("Quyết định")
    assert fact.given_at.date() == date(2026, 4, 6)


# What the owner says to an objection


def objected():
    fact = OwnerFactFactory(source="Báo cáo số 1/BC-STN")
    return owner_facts.object_to_fact(
        fact, by=officer_of(fact.unit), revision=1, note="Còn 03 nhiệm vụ chưa tính."
    )


def test_owner_keeps_what_it_gave_with_a_reason():
    fact = objected()
    with pytest.raises(ValidationError, match="cần ghi lý do"):
        owner_facts.keep_fact(fact, by=fact.given_by, revision=1, note=" ")

    owner_facts.keep_fact(fact, by=fact.given_by, revision=1, note="Đã tính đủ.")

    kept = fresh(fact)
    assert (kept.kept_note, kept.kept_by, kept.awaits_owner) == (
        "Đã tính đủ.",
        fact.given_by,
        False,
    )
    assert (last_entry().action, last_entry().after["kept_note"]) == (
        "ownerfact.keep",
        "Đã tính đủ.",
    )
    with pytest.raises(NotAllowed):
        owner_facts.keep_fact(fact, by=fact.given_by, revision=1, note="Lần nữa.")


def test_nothing_is_kept_where_nobody_objected():
    fact = OwnerFactFactory()

    with pytest.raises(NotAllowed):
        owner_facts.keep_fact(fact, by=fact.given_by, revision=1, note="Đã tính đủ.")


def test_new_answer_and_new_facts_take_back_what_was_kept():
    fact = objected()
    owner_facts.keep_fact(fact, by=fact.given_by, revision=1, note="Đã tính đủ.")

    owner_facts.confirm_fact(fact, by=officer_of(fact.unit), revision=1)
    assert fresh(fact).kept_note == ""

    owner_facts.object_to_fact(fact, by=officer_of(fact.unit), revision=1, note="Xem lại.")
    owner_facts.keep_fact(fact, by=fact.given_by, revision=1, note="Đã tính đủ.")
    again = OwnerFactFactory(
        round=fact.year.scoring_round, facts={"done": "138", "total": "142"}, revision=1
    )
    assert (again.answer, again.kept_note, again.kept_by) == ("", "", None)


def test_many_facts_are_given_all_or_none():
    round = RoundFactory()
    lead, criterion = lead_of(round.year), leaf(round, "I.1")
    rows = [
        (criterion, card.unit, {"done": "1", "total": "2"}, "Báo cáo số 1", None, 0)
        for card in round.cards.order_by("-pk")
    ]

    given = owner_facts.give_all(round, rows, by=officer_of(lead), by_unit=lead)
    assert len(given) == OwnerFact.objects.count() == 4

    rows = [(*row[:2], {"done": "2", "total": "2"}, *row[3:5], 1) for row in rows[:3]]
    rows.append((criterion, rows[0][1], {"done": "0", "total": "2"}, "Báo cáo số 1", None, 7))
    with pytest.raises(Conflict):
        owner_facts.give_all(round, rows, by=officer_of(lead), by_unit=lead)
    assert set(OwnerFact.objects.values_list("revision", flat=True)) == {1}
