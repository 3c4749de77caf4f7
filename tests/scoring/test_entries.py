"""Typing into a card, and sending it in: nothing lost, nothing half done, everything recorded."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from khoithidua.models import AuditEntry
from khoithidua.workflow import Conflict, NotAllowed
from scoring import cards, entries, evidence, rounds
from scoring.models import Entry, PointsRecord, Scorecard, Submission
from scoring.tables import document_digest
from tests.factories import (
    EvidenceFactory,
    RoundFactory,
    ScorecardFactory,
    StoredFileFactory,
    lead_of,
    leader_of,
    leaf,
    officer_of,
    points_for,
)

pytestmark = pytest.mark.django_db

FACTS = {"done": "137", "total": "142"}
UNIT_STATES = ["draft", "review", "leader"]
OTHER_STATES = ["submitted", "verifying", "verified", "answered", "settled", "reserved"]


def save(card, key="I.1", **changes):
    values = {"by": officer_of(card.unit), "revision": 0, "facts": FACTS}
    return entries.save_entry(card, leaf(card.round, key), **{**values, **changes})


def submit(card, **changes):
    values = {
        "by": leader_of(card.unit),
        "declared": True,
        "seen": card.content_revision(),
        "points": points_for(card),
        "total": Decimal("6"),
    }
    return entries.submit(card, **{**values, **changes})


def last_entry():
    return AuditEntry.objects.order_by("-pk").first()


def fresh(card):
    return Scorecard.objects.get(pk=card.pk)


# Saving


@pytest.mark.parametrize("state", UNIT_STATES)
def test_entry_is_saved_and_recorded_while_the_card_is_the_units(state):
    card = ScorecardFactory(reached=state)
    officer = officer_of(card.unit)

    entry = save(card, note="Theo sổ công văn")

    stored = Entry.objects.get(pk=entry.pk)
    assert (stored.facts, stored.note, stored.revision) == (FACTS, "Theo sổ công văn", 1)
    assert (stored.changed_by, stored.changed_at) == (officer, timezone.now())
    row = last_entry()
    assert (row.action, row.target) == ("entry.save", f"{card.audit_path}/I.1")
    assert row.before == {"facts": {}, "note": ""}
    assert row.after == {"facts": FACTS, "note": "Theo sổ công văn"}


@pytest.mark.parametrize("state", OTHER_STATES)
def test_entry_is_not_saved_once_the_card_is_out(state):
    card = ScorecardFactory(reached=state)

    with pytest.raises(NotAllowed, match="không sửa được nữa"):
        save(card)

    assert not card.entries.exclude(facts={}).exists()


@pytest.mark.parametrize("state", OTHER_STATES)
def test_database_keeps_entries_of_a_card_that_is_out(state):
    card = ScorecardFactory(reached=state)

    with pytest.raises(DatabaseError, match="không sửa được nữa"), transaction.atomic():
        card.entries.update(note="khác")
    with pytest.raises(DatabaseError, match="không sửa được nữa"), transaction.atomic():
        card.entries.all().delete()


def test_saving_over_someone_elses_work_is_a_conflict_that_shows_it():
    card = ScorecardFactory()
    save(card, by=leader_of(card.unit))

    with pytest.raises(Conflict) as conflict:
        save(card, facts={"done": "99"})

    assert (conflict.value.stored.facts, conflict.value.stored.revision) == (FACTS, 1)
    assert conflict.value.stored.changed_by == leader_of(card.unit)
    assert card.entries.get(criterion__key="I.1").facts == FACTS


def test_what_is_stored_already_is_not_saved_again():
    card = ScorecardFactory()
    save(card)
    before = AuditEntry.objects.count()

    entry = save(card, revision=0)

    assert (entry.revision, AuditEntry.objects.count()) == (1, before)


def test_estimate_says_of_which_day():
    card = ScorecardFactory()

    with pytest.raises(ValidationError, match="chốt đến ngày nào"):
        save(card, is_estimate=True)
    entry = save(card, is_estimate=True, as_of=date(2026, 3, 31))

    assert entry.as_of == date(2026, 3, 31)
    assert last_entry().after["as_of"] == "2026-03-31"


def test_criterion_is_not_applicable_with_a_reason():
    entry = save(ScorecardFactory(), "II.1", facts={}, na_reason="Không xếp hạng khối này")

    assert entry.is_not_applicable


def test_content_revision_grows_with_every_save():
    card = ScorecardFactory()
    seen = [card.content_revision()]

    for revision, done in enumerate(["1", "2"]):
        save(card, revision=revision, facts={"done": done})
        seen.append(card.content_revision())
    save(card, "I.2")

    assert [*seen, card.content_revision()] == [0, 1, 2, 3]


# Submitting


def test_submission_keeps_the_card_as_it_was():
    card = ScorecardFactory()
    save(card)
    evidence.use(
        EvidenceFactory(card=card, file=StoredFileFactory(), file_name="bao-cao.pdf"),
        card,
        leaf(card.round, "I.1"),
        by=officer_of(card.unit),
        pages="3-5",
    )
    save(card, "II.1", facts={}, na_reason="Không xếp hạng khối này")
    entries_before = {row.criterion.key: row.facts for row in card.entries.all()}
    card.move("pass_to_leader", by="x", summary="Thử.")

    submission = submit(card)

    document = submission.document
    assert (submission.number, submission.total) == (1, 6)
    assert submission.digest == document_digest(document)
    assert document["table"] == card.round.criteria.digest
    assert {row["key"]: row["facts"] for row in document["entries"]} == entries_before
    (kept,) = document["evidence"]
    assert (kept["key"], kept["pages"], kept["file_name"]) == ("I.1", "3-5", "bao-cao.pdf")
    assert len(kept["sha256"]) == 64


def test_submission_moves_the_card_with_its_declaration_and_writes_the_points():
    card = ScorecardFactory(leader=True)
    leader = leader_of(card.unit)

    submission = submit(card)

    row = fresh(card)
    assert (row.state, row.submitted_by, row.submitted_at) == ("submitted", leader, timezone.now())
    assert row.unclassified_declared_by == leader
    records = PointsRecord.objects.filter(card=card)
    assert records.count() == 6
    assert {(record.stage, record.points, record.by_unit) for record in records} == {
        ("self", 1, card.unit)
    }
    assert last_entry().action == "scorecard.submit"
    assert last_entry().after == {"state": "submitted", "note": f"SHA-256 {submission.digest}"}


def nothing_was_submitted(card):
    return (
        fresh(card).state == "leader"
        and not Submission.objects.exists()
        and not PointsRecord.objects.exists()
    )


def test_submission_without_the_declaration_is_refused():
    card = ScorecardFactory(leader=True)

    with pytest.raises(ValidationError, match="cam kết không tải lên tài liệu mật"):
        submit(card, declared=False)

    assert nothing_was_submitted(card)


def test_submission_of_what_changed_since_it_was_seen_is_refused():
    card = ScorecardFactory(leader=True)
    seen = card.content_revision()
    save(card)

    with pytest.raises(Conflict, match="vừa được sửa"):
        submit(card, seen=seen)

    assert nothing_was_submitted(card)


def test_submission_gives_points_for_exactly_the_leaves():
    card = ScorecardFactory(leader=True)
    without_one = dict(list(points_for(card).items())[1:])

    with pytest.raises(ValueError, match="every leaf"):
        submit(card, points=without_one)

    assert nothing_was_submitted(card)


@pytest.mark.parametrize("state", ["draft", "review", *OTHER_STATES])
def test_card_is_submitted_only_by_way_of_the_leader(state):
    card = ScorecardFactory(reached=state)
    before = Submission.objects.count()

    with pytest.raises(NotAllowed):
        submit(card)

    assert (fresh(card).state, Submission.objects.count()) == (state, before)


def test_total_of_nothing_is_a_total():
    card = ScorecardFactory(leader=True)

    assert submit(card, total=Decimal(0)).total == 0


def test_card_sent_back_is_submitted_a_second_time(today):
    card = ScorecardFactory(submitted=True)
    cards.send_back(card, by=officer_of(lead_of(card.year)), reason="Thiếu nhóm II")
    save(card)
    cards.pass_to_leader(card, by=officer_of(card.unit))
    today.shift(timedelta(hours=1))

    submission = submit(card)

    assert submission.number == 2
    assert PointsRecord.objects.filter(card=card, stage="self").count() == 12
    assert list(card.submissions.values_list("number", flat=True)) == [1, 2]


@pytest.mark.parametrize("table", ["submission", "pointsrecord"])
def test_what_was_submitted_never_changes(table):
    ScorecardFactory(submitted=True)

    for sql in (f"UPDATE scoring_{table} SET card_id = card_id", f"DELETE FROM scoring_{table}"):
        with (
            pytest.raises(DatabaseError, match="không sửa, không xóa"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(sql)


def test_nothing_is_saved_after_the_steps_of_cards():
    round = RoundFactory(verification=True)
    card = ScorecardFactory(round=round)
    rounds.show_provisional(round, by=leader_of(lead_of(round.year)))

    with pytest.raises(NotAllowed, match="không nhận bản tự chấm nữa"):
        save(card)
