"""Two people at the same moment, in real threads: nothing is lost and nothing happens twice."""

from hashlib import sha256
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from khoithidua import audit
from khoithidua.models import AuditEntry, StoredFile
from khoithidua.workflow import Conflict, NotAllowed
from scoring import cards, entries, owner_facts, points, round_trip, rounds, tables
from scoring.evaluation import compiled
from scoring.models import (
    CriteriaSet,
    Entry,
    Evidence,
    OwnerFact,
    PointsRecord,
    Scorecard,
    Submission,
)
from scoring.models.criteria import plain
from scoring.workbooks.lines import Asked
from scoring.workbooks.unit import Change
from tests.factories import (
    CriteriaSetFactory,
    EmulationYearFactory,
    RoundFactory,
    ScorecardFactory,
    card_of,
    deputy_of,
    lead_of,
    leader_of,
    leaf,
    member_of,
    officer_of,
    points_for,
)
from tests.khoithidua.upload_samples import pdf, uploaded
from tests.racing import race

pytestmark = pytest.mark.django_db(transaction=True)


def kinds(results):
    return sorted(type(result).__name__ for result in results)


def assert_record_is_whole(row):
    assert audit.verify_chain(row.audit_chain) is None


def test_two_officers_saving_the_same_entry_one_is_shown_the_others_work():
    card = ScorecardFactory()
    criterion = leaf(card.round, "I.1")

    def save(by, done):
        return lambda: entries.save_entry(card, criterion, by=by, revision=0, facts={"done": done})

    results = race(save(officer_of(card.unit), "1"), save(leader_of(card.unit), "2"))

    assert kinds(results) == ["Conflict", "Entry"]
    conflict = next(result for result in results if isinstance(result, Conflict))
    saved = next(result for result in results if isinstance(result, Entry))
    stored = Entry.objects.get(pk=saved.pk)
    assert conflict.stored.facts == stored.facts == saved.facts
    assert (stored.revision, AuditEntry.objects.filter(action="entry.save").count()) == (1, 1)
    assert_record_is_whole(card)


def test_officers_saving_different_entries_both_get_through():
    card = ScorecardFactory()
    officer = officer_of(card.unit)

    def save(key):
        criterion = leaf(card.round, key)
        return lambda: entries.save_entry(
            card, criterion, by=officer, revision=0, facts={"done": key}
        )

    results = race(save("I.1"), save("I.2"), save("II.1"))

    assert kinds(results) == ["Entry"] * 3
    assert card.content_revision() == 3
    assert_record_is_whole(card)


def submission_of(card):
    leader, values, seen = leader_of(card.unit), points_for(card), card.content_revision()
    return lambda: entries.submit(card, by=leader, declared=True, seen=seen, points=values, total=6)


def test_officer_saving_while_the_leader_submits_is_in_it_or_refused():
    card = ScorecardFactory(leader=True)
    criterion, officer = leaf(card.round, "I.1"), officer_of(card.unit)

    saved, submitted = race(
        lambda: entries.save_entry(card, criterion, by=officer, revision=0, facts={"done": "9"}),
        submission_of(card_of(card.round, card.unit)),
    )

    row = Scorecard.objects.get(pk=card.pk)
    entry = Entry.objects.get(card=card, criterion=criterion)
    if isinstance(submitted, Submission):
        assert isinstance(saved, NotAllowed)
        assert (row.state, entry.facts) == ("submitted", {})
        kept = {part["key"]: part["facts"] for part in submitted.document["entries"]}
        assert kept["I.1"] == {}
    else:
        assert isinstance(submitted, Conflict)
        assert (row.state, entry.facts) == ("leader", {"done": "9"})
        assert not PointsRecord.objects.exists()
    assert_record_is_whole(card)


def test_card_submitted_twice_at_once_goes_out_once():
    card = ScorecardFactory(leader=True)
    again = card_of(card.round, card.unit)

    results = race(submission_of(card), submission_of(again))

    assert kinds(results) == ["NotAllowed", "Submission"]
    assert card.submissions.count() == 1
    assert PointsRecord.objects.filter(card=card).count() == 6
    assert AuditEntry.objects.filter(action="scorecard.submit").count() == 1


def verdict(card, unit, value, **seen):
    criterion, by = leaf(card.round, "I.1"), officer_of(unit)
    return lambda: points.record_points(
        card,
        criterion,
        stage="verified",
        by=by,
        by_unit=unit,
        points=value,
        reason="Theo sổ công văn",
        **seen,
    )


def test_two_verifiers_on_the_same_criterion_both_are_kept():
    card = ScorecardFactory(verifying=True)

    results = race(
        verdict(card, lead_of(card.year), 2),
        verdict(card, deputy_of(card.year), 3),
    )

    assert kinds(results) == ["PointsRecord", "PointsRecord"]
    kept = list(card.records.filter(stage="verified").order_by("pk"))
    assert sorted(record.points for record in kept) == [2, 3]
    assert points.standing_values(card)[kept[0].criterion_id] == kept[1]
    entry = AuditEntry.objects.filter(action="pointsrecord.verified").order_by("-pk").first()
    assert entry.before["points"] == plain(kept[0].points)
    assert_record_is_whole(card)


def test_two_verifiers_who_say_what_they_saw_one_is_shown_the_others_points():
    card = ScorecardFactory(verifying=True)

    results = race(
        verdict(card, lead_of(card.year), 2, seen=None),
        verdict(card, deputy_of(card.year), 3, seen=None),
    )

    assert kinds(results) == ["Conflict", "PointsRecord"]
    conflict, record = sorted(results, key=lambda result: type(result).__name__)
    assert conflict.stored == record
    assert card.records.filter(stage="verified").count() == 1


def test_two_verifiers_and_an_officer_at_once_lose_nothing():
    """The officer of another card of the bloc types while two verify: all in one record."""
    card = ScorecardFactory(verifying=True)
    other = card_of(card.round, lead_of(card.year))
    criterion, officer = leaf(card.round, "I.2"), officer_of(other.unit)

    results = race(
        verdict(card, lead_of(card.year), 2),
        verdict(card, deputy_of(card.year), 3),
        lambda: entries.save_entry(other, criterion, by=officer, revision=0, facts={"a": "1"}),
    )

    assert kinds(results) == ["Entry", "PointsRecord", "PointsRecord"]
    assert_record_is_whole(card)


def test_round_opened_twice_at_once_is_one_round():
    table = CriteriaSetFactory(adopted=True)
    by = leader_of(lead_of(table.year))

    def begin():
        return rounds.open_round(year=table.year, by=by, criteria=table)

    results = race(begin, begin)

    assert kinds(results) == ["ScoringRound", "ValidationError"]
    assert Scorecard.objects.count() == 4


def test_closing_while_an_officer_types_ends_well_for_both():
    """Closing locks every card before it records: the officer waits, and no two wait in a ring."""
    round = RoundFactory(verification=True)
    by = leader_of(lead_of(round.year))
    card = card_of(round, member_of(round.year))
    criterion, officer = leaf(round, "I.1"), officer_of(card.unit)

    results = race(
        lambda: rounds.show_provisional(round, by=by),
        lambda: entries.save_entry(card, criterion, by=officer, revision=0, facts={"done": "9"}),
    )

    assert results[0] is None
    assert isinstance(results[1], Entry | NotAllowed)
    assert_record_is_whole(card)


def test_two_drafts_begun_at_once_are_one():
    year = EmulationYearFactory()
    by = leader_of(lead_of(year))

    def begin():
        return tables.begin_version(year=year, by=by)

    results = race(begin, begin)

    assert kinds(results) == ["CriteriaSet", "ValidationError"]
    assert CriteriaSet.objects.count() == 1


def test_owner_fact_given_twice_at_once_one_is_shown_the_others():
    round = RoundFactory()
    owner, unit, criterion = lead_of(round.year), member_of(round.year), leaf(round, "I.1")

    def give(by, done):
        return lambda: owner_facts.give_fact(
            criterion, unit=unit, by=by, by_unit=owner, facts={"done": done}
        )

    results = race(give(officer_of(owner), "1"), give(leader_of(owner), "2"))

    assert kinds(results) == ["Conflict", "OwnerFact"]
    assert OwnerFact.objects.get().revision == 1


def test_one_answer_is_decided_once_by_two_at_once():
    card = ScorecardFactory(verified=True)
    response = cards.answer(
        card, leaf(card.round, "I.1"), by=officer_of(card.unit), kind="explain", text="Gia hạn"
    )
    cards.finish_answers(card, by=leader_of(card.unit))

    def decide(by, outcome):
        return lambda: cards.decide(response, by=by, outcome=outcome, reason="Theo công văn")

    results = race(
        decide(officer_of(lead_of(card.year)), "accepted"),
        decide(officer_of(deputy_of(card.year)), "kept"),
    )

    assert kinds(results) == ["NotAllowed", "Response"]
    assert AuditEntry.objects.filter(action="response.decide").count() == 1


def test_two_officers_uploading_the_same_file_get_one_document(login):
    card = ScorecardFactory()
    clients = [login(officer_of(card.unit)), login(leader_of(card.unit))]
    place = [card.year.bloc.slug, card.year.number, card.unit.slug]
    upload, add = (reverse(f"scoring:evidence_{name}", args=place) for name in ("upload", "add"))

    def send(client):
        def act():
            asked = client.post(upload, {"files": [uploaded(pdf())], "declared": "on"})
            token = parse_qs(urlsplit(asked["Location"]).query)["tep"][0]
            fields = {"tai-lieu-0-token": token, "tai-lieu-0-number": "12/BC-STN"}
            counts = {"tai-lieu-TOTAL_FORMS": 1, "tai-lieu-INITIAL_FORMS": 1}
            return client.post(f"{add}?muc=I.1", fields | counts).status_code

        return act

    assert race(*map(send, clients)) == [302, 302]
    assert StoredFile.objects.filter(sha256=sha256(pdf()).hexdigest()).count() == 1
    document = Evidence.objects.get()
    assert document.uses.count() == 1
    assert AuditEntry.objects.filter(action="evidence.attach").count() == 1
    assert_record_is_whole(card)


def test_owner_gives_for_all_while_every_unit_saves_and_nobody_waits_forever():
    round = RoundFactory(year=EmulationYearFactory(members=3))
    lead, criterion, other = lead_of(round.year), leaf(round, "I.1"), leaf(round, "I.2")
    units = [card.unit for card in round.cards.select_related("unit").order_by("-pk")]
    rows = [(criterion, unit, {"done": "1", "total": "2"}, "Báo cáo", None, 0) for unit in units]

    def save(unit):
        card = card_of(round, unit)
        return lambda: entries.save_entry(
            card, other, by=officer_of(unit), revision=0, facts={"met": True}
        )

    def give():
        return owner_facts.give_all(round, rows, by=officer_of(lead), by_unit=lead)

    results = race(give, *map(save, units))

    assert kinds(results) == ["Entry", "Entry", "Entry", "list"]
    assert OwnerFact.objects.count() == 3
    assert_record_is_whole(card_of(round, units[0]))


def test_two_uploads_of_one_card_are_taken_whole_or_not_at_all():
    card = ScorecardFactory()
    asked = [Asked(node, node.inputs()) for node in compiled(card.round.criteria).leaves]
    by_key = {one.key: one for one in asked}

    def change(key, **facts):
        one = by_key[key]
        return Change(one, one.line({}), one.line(facts), revision=0, is_conflict=False)

    def upload(by, met, count):
        changes = [change("I.2", met=met), change("T1", count=count)]
        return lambda: round_trip.take(card, changes, by=by)

    results = race(
        upload(officer_of(card.unit), True, "1"), upload(leader_of(card.unit), False, "2")
    )

    assert kinds(results) == ["Conflict", "NoneType"]
    stored = {
        entry.criterion.key: entry.facts
        for entry in card.entries.exclude(revision=0).select_related("criterion").order_by("pk")
    }
    assert stored in (
        {"I.2": {"met": True}, "T1": {"count": "1"}},
        {"I.2": {"met": False}, "T1": {"count": "2"}},
    )
