"""A round from opening to publication: what each step asks for, does and writes down."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from khoithidua.models import AuditEntry
from khoithidua.workflow import NotAllowed
from scoring import cards, entries, points, rankings, rounds
from scoring.models import Entry, PointsRecord, Reopening, Response, Scorecard, ScoringRound
from tests.factories import (
    CriteriaSetFactory,
    EmulationYearFactory,
    MembershipFactory,
    RoundFactory,
    ScorecardFactory,
    bring_card,
    card_of,
    chair_officer,
    lead_of,
    leader_of,
    leaf,
    member_of,
    minutes,
    officer_of,
)

pytestmark = pytest.mark.django_db

TODAY = date(2026, 4, 6)


def actions(count):
    return [entry.action for entry in AuditEntry.objects.order_by("-pk")[:count]]


def fresh(row):
    return type(row).objects.get(pk=row.pk)


# Opening


def test_opening_makes_one_card_per_member_with_one_entry_per_leaf():
    table = CriteriaSetFactory(adopted=True)
    by = leader_of(lead_of(table.year))

    round = rounds.open_round(year=table.year, by=by, criteria=table)

    assert (round.state, round.opened_on) == ("self_assessment", TODAY)
    assert set(round.cards.values_list("unit", flat=True)) == set(
        table.year.memberships.values_list("unit", flat=True)
    )
    assert Entry.objects.filter(card__round=round).count() == 4 * 6
    entry = AuditEntry.objects.order_by("-pk").first()
    assert (entry.action, entry.after["digest"]) == ("scoringround.open", table.digest)


def test_round_is_opened_once():
    round = RoundFactory()

    with pytest.raises(ValidationError, match="đã mở chấm điểm"):
        rounds.open_round(year=round.year, by="x", criteria=round.criteria)


def test_round_is_opened_only_under_the_years_own_table_in_force():
    draft = CriteriaSetFactory()
    other = CriteriaSetFactory(adopted=True)

    for table in (draft, other):
        with pytest.raises(ValidationError, match="đang có hiệu lực"):
            rounds.open_round(year=draft.year, by="x", criteria=table)


def test_closed_year_and_year_without_members_are_not_scored():
    table = CriteriaSetFactory(adopted=True)
    type(table.year).objects.filter(pk=table.year.pk).update(closed_on=TODAY)

    with pytest.raises(ValidationError, match="khép lại"):
        rounds.open_round(year=table.year, by="x", criteria=table)

    type(table.year).objects.filter(pk=table.year.pk).update(closed_on=None)
    table.year.memberships.update(end_on=date(2026, 3, 1))
    with pytest.raises(ValidationError, match="chưa có đơn vị"):
        rounds.open_round(year=table.year, by="x", criteria=table)


def test_unit_that_joins_later_gets_a_card_of_its_own():
    round = RoundFactory()
    unit = MembershipFactory(year=round.year).unit

    card = rounds.add_card(round, unit=unit, by=leader_of(lead_of(round.year)))

    assert (card.entries.count(), actions(1)) == (6, ["scorecard.open"])
    with pytest.raises(ValidationError, match="đã có bản"):
        rounds.add_card(round, unit=unit, by="x")


def test_no_card_is_added_once_the_ranking_is_drawn_up():
    round = RoundFactory(provisional=True)

    with pytest.raises(ValidationError, match="đã qua thẩm định"):
        rounds.add_card(round, unit=MembershipFactory(year=round.year).unit, by="x")


# Up to the conference


def test_provisional_ranking_waits_for_cards_that_were_sent_in():
    card = ScorecardFactory(verifying=True)

    with pytest.raises(ValidationError, match=f"{card.unit_name} chưa thẩm định xong"):
        rounds.show_provisional(fresh(card.round), by=leader_of(lead_of(card.year)))

    assert fresh(card.round).state == "verification"


def test_card_never_sent_in_holds_nobody_up():
    round = RoundFactory(verification=True)

    rounds.show_provisional(round, by=leader_of(lead_of(round.year)))

    assert fresh(round).state == "provisional"


def test_day_of_the_provisional_ranking_is_set_and_taken_back():
    round = RoundFactory(verification=True)
    by = leader_of(lead_of(round.year))

    rounds.set_provisional_day(round, by=by, on=TODAY)
    assert fresh(round).provisional_from == TODAY
    rounds.set_provisional_day(round, by=by, on=None)

    entry = AuditEntry.objects.order_by("-pk").first()
    assert fresh(round).provisional_from is None
    assert (entry.before, entry.after) == (
        {"provisional_from": "2026-04-06"},
        {"provisional_from": None},
    )


def test_day_of_the_provisional_ranking_is_not_set_after_closing():
    with pytest.raises(ValidationError, match="đã chốt"):
        rounds.set_provisional_day(RoundFactory(closed=True), by="x", on=TODAY)


def test_conference_adopts_with_its_minutes():
    round = RoundFactory(provisional=True)
    file = minutes()

    rounds.adopt(
        round, by=leader_of(lead_of(round.year)), on=TODAY, minutes=file, minutes_number="05/BB"
    )

    row = fresh(round)
    assert (row.state, row.adopted_on, row.minutes, row.minutes_number) == (
        *("adopted", TODAY),
        *(file, "05/BB"),
    )


def test_conference_does_not_adopt_without_minutes_or_before_its_day():
    round = RoundFactory(provisional=True)
    by = leader_of(lead_of(round.year))

    with pytest.raises(ValidationError, match="biên bản"):
        rounds.adopt(round, by=by, on=TODAY, minutes=None)
    with pytest.raises(ValidationError, match="chưa đến"):
        rounds.adopt(round, by=by, on=TODAY + timedelta(days=1), minutes=minutes())


def round_with_card(state):
    card = ScorecardFactory(reached=state)
    rounds.show_provisional(fresh(card.round), by=leader_of(lead_of(card.year)))
    return fresh(card.round), card


@pytest.mark.parametrize("state", ["verified", "answered"])
def test_conference_waits_for_answers(state):
    round, _card = round_with_card(state)

    with pytest.raises(ValidationError, match="chưa xong giải trình"):
        rounds.adopt(round, by="x", on=TODAY, minutes=minutes())


def test_conference_decides_every_reserved_opinion_before_it_adopts():
    round, card = round_with_card("reserved")
    by = leader_of(lead_of(round.year))

    with pytest.raises(ValidationError, match=f"ý kiến bảo lưu của {card.unit_name}"):
        rounds.adopt(round, by=by, on=TODAY, minutes=minutes())
    cards.decide(card.responses.get(), by=by, outcome="kept", reason="Biểu quyết 7/8")
    rounds.adopt(round, by=by, on=TODAY, minutes=minutes())

    assert fresh(round).state == "adopted"


# Closing, publishing, reopening


def test_closing_writes_final_points_of_what_stood_and_closes_every_card():
    round, card = round_with_card("reserved")
    by = leader_of(lead_of(round.year))
    points.record_points(
        card,
        leaf(round, "I.1"),
        stage="conference",
        by=by,
        by_unit=lead_of(round.year),
        points=2,
        reason="Hội nghị biểu quyết",
    )
    cards.decide(card.responses.get(), by=by, outcome=Response.Outcome.ACCEPTED, reason="7/8")
    rounds.adopt(round, by=by, on=TODAY, minutes=minutes())

    rounds.close(fresh(round), by=by)

    final = PointsRecord.objects.filter(stage="final")
    assert {row.criterion.key: row.points for row in final} == {
        **dict.fromkeys(["I.2", "II.1", "II.2", "T1", "P1"], 1),
        "I.1": 2,
    }
    assert set(round.cards.values_list("state", flat=True)) == {"closed"}
    assert fresh(round).closed_at == timezone.now()
    assert actions(2) == ["scoringround.close", "scorecard.close"]


def test_publishing_needs_a_ranking_made_after_closing(today):
    round = RoundFactory(closed=True)
    by = leader_of(lead_of(round.year))

    with pytest.raises(ValidationError, match="Chưa lập bảng xếp hạng"):
        rounds.publish(round, by=by)
    ranking = rankings.freeze_ranking(round, by=by, kind="final", rows=[])
    rounds.publish(round, by=by)

    entry = AuditEntry.objects.order_by("-pk").first()
    assert fresh(round).state == "published"
    assert entry.after == {"state": "published", "note": f"SHA-256 {ranking.digest}"}


def reopened(round, **changes):
    grounds = {
        "issuer": Reopening.Issuer.STANDING_BODY,
        "number": "12/SNV-TĐKT",
        "dated_on": TODAY,
        "file": minutes(),
        "reason": "Sót một sáng kiến",
    }
    rounds.reopen(round, by=leader_of(lead_of(round.year)), **{**grounds, **changes})
    return fresh(round)


@pytest.mark.parametrize("state", ["closed", "published"])
def test_reopening_takes_round_and_cards_back_before_the_conference(state):
    round = reopened(RoundFactory(reached=state))

    assert (round.state, round.adopted_on, round.closed_at) == ("provisional", None, None)
    assert set(round.cards.values_list("state", flat=True)) == {"settled"}
    assert round.reopenings.get().number == "12/SNV-TĐKT"
    assert actions(1) == ["scoringround.reopen"]


def test_reopening_gives_a_card_never_sent_in_back_as_it_was():
    round = RoundFactory(verification=True)
    by = leader_of(lead_of(round.year))
    rounds.show_provisional(round, by=by)
    rounds.adopt(round, by=by, on=TODAY, minutes=minutes())
    rounds.close(round, by=by)

    reopened(round)

    assert set(round.cards.values_list("state", flat=True)) == {"draft"}
    assert not PointsRecord.objects.exists()


@pytest.mark.parametrize("missing", [{"number": ""}, {"reason": " "}, {"file": None}])
def test_reopening_without_grounds_is_refused(missing):
    round = RoundFactory(closed=True)

    with pytest.raises(ValidationError, match="cần số, ngày, tệp"):
        reopened(round, **missing)

    assert (fresh(round).state, Reopening.objects.count()) == ("closed", 0)


def test_reopening_on_a_paper_of_tomorrow_is_refused():
    with pytest.raises(ValidationError, match="chưa đến"):
        reopened(RoundFactory(closed=True), dated_on=TODAY + timedelta(days=1))


def test_round_under_way_is_not_reopened():
    with pytest.raises(NotAllowed):
        reopened(RoundFactory(provisional=True))


def test_after_a_reopening_a_correction_is_published(today):
    round = reopened(RoundFactory(published=True))
    by = leader_of(lead_of(round.year))
    today.shift(timedelta(minutes=5))
    rounds.adopt(round, by=by, on=TODAY, minutes=minutes())
    rounds.close(round, by=by)

    with pytest.raises(ValidationError, match="Chưa lập bảng"):
        rounds.publish(round, by=by)
    correction = rankings.freeze_ranking(
        round, by=by, kind="correction", rows=[], reason="Thêm một sáng kiến"
    )
    rounds.publish(round, by=by)

    assert (correction.version, fresh(round).state) == (2, "published")


# Late cards


def test_late_card_is_taken_while_others_are_verified():
    round = RoundFactory(verification=True)
    card = card_of(round, member_of(round.year))

    bring_card(card, "submitted")

    assert fresh(card).state == "submitted"


def test_card_is_not_taken_once_the_ranking_is_drawn_up():
    round = RoundFactory(verification=True)
    card = ScorecardFactory(round=round, leader=True)
    rounds.show_provisional(round, by=leader_of(lead_of(round.year)))

    with pytest.raises(NotAllowed, match="không nhận bản tự chấm"):
        bring_card_from_leader(card)
    with pytest.raises(NotAllowed, match="không nhận bản tự chấm"):
        entries.save_entry(
            card, leaf(round, "I.1"), by=officer_of(card.unit), revision=0, facts={"done": "1"}
        )


def bring_card_from_leader(card):
    entries.submit(card, by=leader_of(card.unit), declared=True, seen=0, points={}, total=None)


def test_card_is_not_verified_before_the_step_of_verification():
    card = ScorecardFactory(submitted=True)

    with pytest.raises(NotAllowed, match="Chưa đến bước thẩm định"):
        cards.begin_verifying(card, by=chair_officer(card))


def test_opening_a_round_in_two_years_keeps_them_apart():
    first, second = RoundFactory(), RoundFactory(year=EmulationYearFactory(members=2))

    assert (first.cards.count(), second.cards.count()) == (4, 2)
    assert ScoringRound.objects.count() == 2
    assert Scorecard.objects.count() == 6
