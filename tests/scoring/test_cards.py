"""A card's way: inside the unit, through verification, answered, settled; each step recorded."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.utils import timezone

from khoithidua.models import AuditEntry
from khoithidua.workflow import NotAllowed
from scoring import cards, points, rounds
from scoring.models import Response, Scorecard
from tests.factories import (
    AppointmentFactory,
    PhaseFactory,
    ScorecardFactory,
    bring_card,
    chair_leader,
    chair_officer,
    clerk_of,
    deputy_of,
    lead_of,
    leader_of,
    leaf,
    member_of,
    officer_of,
    verify_all,
)

pytestmark = pytest.mark.django_db

STATES = [state for state in Scorecard.State.values if state != "closed"]
OWN = "của chính đơn vị"


def last_entry():
    return AuditEntry.objects.order_by("-pk").first()


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def act(name, card):
    """One act on a card, by someone who may."""
    officer, leader, chair = officer_of(card.unit), leader_of(card.unit), chair_officer(card)
    acts = {
        "pass_to_reviewer": lambda: cards.pass_to_reviewer(card, by=officer, reviewer=leader),
        "pass_to_leader": lambda: cards.pass_to_leader(card, by=officer),
        "return": lambda: cards.return_to_officer(card, by=leader, note="Thiếu II.1"),
        "send_back": lambda: cards.send_back(card, by=chair, reason="Thiếu nhóm II"),
        "verify": lambda: cards.begin_verifying(card, by=chair),
        "answer": lambda: cards.finish_answers(card, by=leader),
        "settle": lambda: cards.conclude(card, by=chair),
    }
    acts[name]()


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize(
    "name",
    ["pass_to_reviewer", "pass_to_leader", "return", "send_back", "verify", "answer", "settle"],
)
def test_act_on_a_card_is_allowed_from_its_states_alone(name, state):
    card = ScorecardFactory(reached=state)
    if card.round.state == "self_assessment":
        rounds.begin_verification(card.round, by=leader_of(lead_of(card.year)))
    entries = AuditEntry.objects.count()
    allowed, target = Scorecard.TRANSITIONS[name]
    # Without an answer, a card is settled by the end of its time only.
    allowed = [one for one in allowed if (name, one) != ("settle", "verified")]

    if state in allowed:
        act(name, card)
        assert (fresh(card).state, last_entry().action) == (target, f"scorecard.{name}")
    else:
        with pytest.raises((NotAllowed, ValidationError)):
            act(name, card)
        assert (fresh(card).state, AuditEntry.objects.count()) == (state, entries)


# Inside the unit


def test_reviewer_is_another_person_of_the_unit():
    card = ScorecardFactory()
    officer = officer_of(card.unit)

    with pytest.raises(ValidationError, match="người của đơn vị"):
        cards.pass_to_reviewer(card, by=officer, reviewer=leader_of(lead_of(card.year)))
    with pytest.raises(ValidationError, match="khác người trình"):
        cards.pass_to_reviewer(card, by=officer, reviewer=officer)
    cards.pass_to_reviewer(card, by=officer, reviewer=clerk_of(card.unit))

    assert fresh(card).reviewer == clerk_of(card.unit)


def test_returning_needs_a_note_which_the_record_does_not_quote():
    card = ScorecardFactory(leader=True)

    with pytest.raises(ValidationError, match="lý do trả lại"):
        cards.return_to_officer(card, by=leader_of(card.unit), note=" ")
    cards.return_to_officer(card, by=leader_of(card.unit), note="Số liệu của phòng A sai")

    note = card.notes.get()
    assert (note.kind, note.text) == ("return", "Số liệu của phòng A sai")
    assert "phòng A" not in f"{last_entry().summary}{last_entry().after}"


def test_note_inside_the_unit_is_kept_and_recorded_without_its_words():
    card = ScorecardFactory()

    note = cards.add_note(card, by=officer_of(card.unit), text="Chờ số của phòng B")

    assert (note.kind, last_entry().action) == ("comment", "scorecard.note")
    assert "phòng B" not in f"{last_entry().summary}{last_entry().after}"
    with pytest.raises(DatabaseError, match="không sửa"), transaction.atomic():
        card.notes.update(text="khác")


# Sending back and verifying


def test_card_sent_back_is_the_units_again():
    card = ScorecardFactory(verifying=True)

    cards.send_back(card, by=officer_of(lead_of(card.year)), reason="Thiếu nhóm II")

    row = fresh(card)
    assert (row.state, row.submitted_at, row.unclassified_declared_by) == ("draft", None, None)
    assert last_entry().after == {"state": "draft", "note": "Thiếu nhóm II"}


def test_card_is_not_sent_back_without_a_reason_or_after_its_time():
    card = ScorecardFactory(submitted=True)

    with pytest.raises(ValidationError, match="lý do trả lại"):
        cards.send_back(card, by=officer_of(lead_of(card.year)), reason="")


@pytest.mark.parametrize("people", [leader_of, officer_of, clerk_of])
def test_own_people_have_no_part_in_the_verification_of_their_card(people):
    card = ScorecardFactory(submitted=True)
    rounds.begin_verification(card.round, by=leader_of(lead_of(card.year)))
    own = people(card.unit)

    for refused in (
        lambda: cards.send_back(card, by=own, reason="Thử"),
        lambda: cards.begin_verifying(card, by=own),
        lambda: cards.approve(card, by=own),
        lambda: cards.conclude(card, by=own),
        lambda: cards.settle_unanswered(card, by=own),
        lambda: cards.acknowledge_change(card, by=own, note="Thử"),
    ):
        with pytest.raises(ValidationError, match=OWN):
            refused()

    assert fresh(card).state == "submitted"


def test_second_post_in_the_unit_bars_a_verifier():
    card = ScorecardFactory(verifying=True)
    leader = leader_of(lead_of(card.year))
    verify_all(card)
    AppointmentFactory(user=leader, unit=card.unit, officer=True)

    with pytest.raises(ValidationError, match=OWN):
        cards.approve(card, by=leader_of(lead_of(card.year)))


def test_whoever_verified_does_not_approve():
    card = ScorecardFactory(verifying=True)
    leader = leader_of(lead_of(card.year))
    verify_all(card, by=leader)

    with pytest.raises(ValidationError, match="Người đã thẩm định"):
        cards.approve(card, by=leader)

    assert fresh(card).state == "verifying"


def test_every_criterion_is_verified_before_approval():
    card = ScorecardFactory(verifying=True)

    with pytest.raises(ValidationError, match="Còn 6 tiêu chí chưa thẩm định"):
        cards.approve(card, by=chair_leader(card))


def test_approval_sends_the_results_to_the_unit():
    card = ScorecardFactory(verifying=True)
    verify_all(card)

    cards.approve(card, by=chair_leader(card))

    row = fresh(card)
    assert (row.state, row.approved_by, row.verified_at) == (
        *("verified", chair_leader(card)),
        timezone.now(),
    )
    assert last_entry().action == "scorecard.approve"


def test_what_was_verified_before_a_new_submission_no_longer_counts():
    card = ScorecardFactory(verifying=True)
    verify_all(card)
    cards.send_back(card, by=chair_officer(card), reason="Sai số liệu")
    bring_card(card, "verifying")

    assert len(cards.unverified(card)) == 6
    with pytest.raises(ValidationError, match="Còn 6 tiêu chí"):
        cards.approve(card, by=chair_leader(card))


def test_change_after_verification_stops_the_approval_until_it_is_looked_at():
    card = ScorecardFactory(verifying=True)
    verify_all(card)
    Scorecard.objects.filter(pk=card.pk).update(is_stale=True)

    with pytest.raises(ValidationError, match="thay đổi sau khi thẩm định"):
        cards.approve(card, by=chair_leader(card))
    with pytest.raises(ValidationError, match="kết quả xem lại"):
        cards.acknowledge_change(card, by=chair_officer(card), note="")
    cards.acknowledge_change(card, by=chair_officer(card), note="Không ảnh hưởng điểm")
    entry = last_entry()
    cards.approve(card, by=chair_leader(card))

    assert (entry.action, entry.after["note"]) == (
        "scorecard.acknowledge_change",
        "Không ảnh hưởng điểm",
    )
    assert not fresh(card).is_stale
    with pytest.raises(NotAllowed, match="Không có thay đổi"):
        cards.acknowledge_change(card, by=chair_leader(card), note="Lần nữa")


# Answers


def answer(card, kind="explain", key="I.1", text="Có công văn gia hạn"):
    return cards.answer(card, leaf(card.round, key), by=officer_of(card.unit), kind=kind, text=text)


def test_unit_answers_a_criterion_once():
    card = ScorecardFactory(verified=True)

    response = answer(card)

    assert (response.kind, response.outcome) == ("explain", "")
    assert (last_entry().action, last_entry().target) == (
        "response.give",
        f"{card.audit_path}/I.1",
    )
    with pytest.raises(ValidationError, match="đã trả lời"):
        answer(card, kind="agree")


@pytest.mark.parametrize("state", [state for state in STATES if state != "verified"])
def test_unit_answers_only_when_the_results_are_there(state):
    card = ScorecardFactory(reached=state)

    with pytest.raises(NotAllowed, match="không nhận giải trình"):
        answer(card, key="I.2")


@pytest.mark.parametrize("kind", ["explain", "dissent"])
def test_explanation_and_reserved_opinion_say_something(kind):
    with pytest.raises(ValidationError, match="cần ghi nội dung"):
        answer(ScorecardFactory(verified=True), kind=kind, text=" ")


def decided(response, outcome="accepted", reason="Đúng là có gia hạn", by=None):
    by = by or chair_officer(response.card)
    return cards.decide(response, by=by, outcome=outcome, reason=reason)


def test_explanation_is_decided_once_after_the_answers_are_sent():
    card = ScorecardFactory(verified=True)
    response = answer(card)
    with pytest.raises(NotAllowed, match="sau khi đơn vị gửi xong"):
        decided(response)
    cards.finish_answers(card, by=leader_of(card.unit))

    with pytest.raises(ValidationError, match="lý do của quyết định"):
        decided(response, reason="")
    decided(response)

    stored = Response.objects.get(pk=response.pk)
    assert (stored.outcome, stored.decided_by) == ("accepted", chair_officer(card))
    assert (last_entry().action, last_entry().after["outcome"]) == ("response.decide", "accepted")
    with pytest.raises(NotAllowed, match="đã được quyết định"):
        decided(response, outcome="kept")


def test_own_people_do_not_decide_on_their_explanation():
    card = ScorecardFactory(verified=True)
    response = answer(card)
    cards.finish_answers(card, by=leader_of(card.unit))

    with pytest.raises(ValidationError, match=OWN):
        decided(response, by=leader_of(card.unit))


def test_agreement_leaves_nothing_to_decide():
    card = ScorecardFactory(verified=True)
    response = answer(card, kind="agree", text="")
    cards.finish_answers(card, by=leader_of(card.unit))

    with pytest.raises(NotAllowed, match="không có gì phải quyết định"):
        decided(response)


def test_card_with_open_explanations_is_not_concluded():
    card = ScorecardFactory(verified=True)
    response = answer(card)
    cards.finish_answers(card, by=leader_of(card.unit))

    with pytest.raises(ValidationError, match="Còn giải trình"):
        cards.conclude(card, by=chair_officer(card))
    decided(response, outcome="kept", reason="Gia hạn sau ngày đến hạn")
    cards.conclude(card, by=chair_officer(card))

    assert (fresh(card).state, last_entry().action) == ("settled", "scorecard.settle")


def test_reserved_opinion_goes_to_the_conference_which_alone_decides_it():
    card = ScorecardFactory(verified=True)
    response = answer(card, kind="dissent")
    cards.finish_answers(card, by=leader_of(card.unit))
    cards.conclude(card, by=chair_officer(card))

    assert (fresh(card).state, last_entry().action) == ("reserved", "scorecard.reserve")
    with pytest.raises(NotAllowed, match="hội nghị quyết định"):
        decided(response)
    rounds.show_provisional(fresh(card.round), by=chair_leader(card))
    assert decided(response, outcome="kept", reason="7/8 phiếu").outcome == "kept"


def test_unit_that_says_nothing_in_its_time_keeps_its_results():
    card = ScorecardFactory(verified=True)
    phase = PhaseFactory(
        year=card.year, kind="response", opens_on=date(2026, 4, 1), closes_on=date(2026, 4, 6)
    )
    with pytest.raises(ValidationError, match="còn thời hạn giải trình"):
        cards.settle_unanswered(card, by=chair_officer(card))

    type(phase).objects.filter(pk=phase.pk).update(closes_on=date(2026, 4, 3))
    cards.settle_unanswered(card, by=chair_officer(card))

    assert (fresh(card).state, last_entry().action) == ("settled", "scorecard.settle")


def test_deadline_on_a_day_off_runs_to_the_next_working_day(today):
    card = ScorecardFactory(verified=True)
    PhaseFactory(
        year=card.year, kind="response", opens_on=date(2026, 4, 1), closes_on=date(2026, 4, 11)
    )
    today.shift(timedelta(days=6))

    assert cards.response_deadline(card.year) == date(2026, 4, 13)
    with pytest.raises(ValidationError, match="còn thời hạn"):
        cards.settle_unanswered(card, by=chair_officer(card))


def test_unit_with_an_open_explanation_is_not_settled_over():
    card = ScorecardFactory(verified=True)
    answer(card)

    with pytest.raises(NotAllowed, match="Đơn vị đã có ý kiến"):
        cards.settle_unanswered(card, by=chair_officer(card))


@pytest.mark.parametrize(
    "sql_change", [{"text": "khác"}, {"kind": "agree"}, {"outcome": "accepted"}]
)
def test_answer_never_changes_in_the_database(sql_change):
    card = ScorecardFactory(verified=True)
    response = answer(card)
    cards.finish_answers(card, by=leader_of(card.unit))
    decided(response, outcome="kept")

    with pytest.raises(DatabaseError), transaction.atomic():
        Response.objects.filter(pk=response.pk).update(**sql_change)
    with pytest.raises(DatabaseError), transaction.atomic():
        response.delete()


# The lead's own card


def test_leads_own_card_is_approved_by_the_deputys_leader():
    card = lead_card("verifying")
    verify_all(card)

    with pytest.raises(ValidationError, match=OWN):
        cards.approve(card, by=leader_of(lead_of(card.year)))
    cards.approve(card, by=leader_of(deputy_of(card.year)))

    assert fresh(card).state == "verified"


def lead_card(reached):
    other = ScorecardFactory()
    assert other.unit == member_of(other.year)
    return ScorecardFactory(round=other.round, unit=lead_of(other.year), reached=reached)


def test_points_are_recorded_by_others_only():
    card = lead_card("verifying")

    with pytest.raises(ValidationError, match=OWN):
        points.record_points(
            card,
            leaf(card.round, "I.1"),
            stage="verified",
            by=officer_of(lead_of(card.year)),
            by_unit=lead_of(card.year),
            points=1,
        )
