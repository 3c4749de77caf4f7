"""What verification and the conference give people to do, each by its last day."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from scoring import cards, duties, rounds, todo_verification
from tests.conftest import TODAY
from tests.factories import (
    UserFactory,
    card_of,
    chair_leader,
    chair_officer,
    clerk_of,
    deputy_of,
    lead_of,
    leader_of,
    minutes,
    officer_of,
)
from tests.scoring.judged import (
    accept_all,
    begin,
    fresh,
    judged_card,
    lead,
    leaf_of,
    open_judged_round,
    path,
    send,
)
from units.models import User

pytestmark = pytest.mark.django_db


def items(user):
    return list(todo_verification.items_for(User.objects.get(pk=user.pk), TODAY))


def titles(user):
    return [item.title for item in items(user)]


def test_verifiers_find_the_cards_that_wait_for_them():
    card = judged_card(corrected=False)
    expected = f"Thẩm định bản tự chấm của {card.unit_name}"

    (item,) = items(chair_officer(card))

    assert (item.title, item.due_on, item.tab) == (expected, date(2026, 4, 8), "verification")
    assert item.url == path(card, "verification_detail")
    assert titles(UserFactory(watches=card.year.bloc)) == [expected]
    assert expected not in titles(officer_of(card.unit))
    assert titles(clerk_of(lead_of(card.year))) == []


def test_verified_card_waits_for_a_leader_who_verified_nothing():
    card = judged_card()
    accept_all(card)

    assert titles(chair_leader(card)) == [f"Duyệt kết quả thẩm định của {card.unit_name}"]
    assert titles(chair_officer(card)) == []


def test_request_and_results_wait_for_the_unit():
    card = judged_card()
    asked = duties.ask_for_more(
        card, leaf_of(card, "I.1"), by=chair_officer(card), text="Gửi sổ", due_on=TODAY
    )
    (item,) = [item for item in items(officer_of(card.unit)) if "Bổ sung" in item.title]
    assert (item.due_on, item.url) == (TODAY, path(card, "request_answer", asked.pk))

    sent = judged_card(to="verified")

    (item,) = items(leader_of(sent.unit))
    assert (item.title, item.due_on) == (
        "Cho ý kiến về kết quả thẩm định năm 2026",
        date(2026, 4, 10),
    )


def test_explanations_wait_for_verifiers_and_then_for_the_chair():
    card = judged_card(to="verified")
    response = cards.answer(
        card, leaf_of(card, "II.2"), by=officer_of(card.unit), kind="explain", text="Chỉ hai."
    )
    cards.finish_answers(fresh(card), by=leader_of(card.unit))
    weigh = f"Xem xét giải trình của {card.unit_name}"
    assert titles(chair_officer(card)) == [weigh]
    assert titles(officer_of(deputy_of(card.year))) == [weigh]

    cards.decide(response, by=chair_officer(card), outcome="kept", reason="Sổ ghi ba")

    assert titles(chair_officer(card)) == [f"Kết thúc xem xét giải trình của {card.unit_name}"]
    assert titles(officer_of(deputy_of(card.year))) == []


def test_conference_waits_for_the_lead_step_by_step():
    card = judged_card(to="verified")
    cards.answer(
        card, leaf_of(card, "II.2"), by=officer_of(card.unit), kind="dissent", text="Chỉ hai."
    )
    cards.finish_answers(fresh(card), by=leader_of(card.unit))
    cards.conclude(fresh(card), by=chair_officer(card))
    round, by = fresh(card.round), lead(card.round)
    assert titles(by) == ["Lập dự kiến xếp hạng năm 2026"]

    rounds.show_provisional(round, by=by)
    assert titles(by) == ["Ghi quyết định của hội nghị về 1 ý kiến bảo lưu"]

    cards.decide(fresh(card).responses.get(), by=by, outcome="kept", reason="Giữ nguyên")
    assert titles(by) == ["Ghi nhận hội nghị thông qua kết quả năm 2026"]

    rounds.adopt(round, by=by, on=TODAY, minutes=minutes(), minutes_number="1/BB")
    assert titles(by) == ["Chốt kết quả chấm điểm năm 2026"]

    rounds.close(fresh(round), by=by)
    assert titles(by) == ["Công bố xếp hạng năm 2026"]
    assert titles(leader_of(card.unit)) == []


def test_list_of_things_to_do_costs_the_same_with_more_units():
    counts = []
    for members in (3, 6):
        round = open_judged_round(members=members)
        for member in round.year.members():
            send(card_of(round, member.unit))
        begin(round)
        user = officer_of(lead_of(round.year))
        items(user)
        with CaptureQueriesContext(connection) as asked:
            assert items(user)
        counts.append(len(asked))

    assert counts[0] == counts[1]
