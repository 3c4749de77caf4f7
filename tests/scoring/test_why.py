"""“Vì sao có điểm này”: every number's terms, facts, evidence, rule and history, to those who see it."""

import pytest

from scoring import publication, rounds
from scoring.models import PointsRecord
from tests.factories import (
    UserFactory,
    chair_officer,
    deputy_of,
    leader_of,
    minutes,
    officer_of,
)
from tests.scoring.judged import fresh, judged_card, lead, path, verify

pytestmark = pytest.mark.django_db


@pytest.fixture
def card(db):
    return judged_card()


def html_of(login, user, card, key):
    response = login(user).get(path(card, "why_detail", key))
    assert response.status_code == 200
    return response.content.decode()


def test_criterion_shows_both_numbers_their_facts_the_rule_and_who_wrote_them(login, card):
    html = html_of(login, chair_officer(card), card, "II.2")

    assert "3 × 0,5" in html
    assert "1 × 0,5" in html
    assert "Thẩm định: 1" in html
    assert "Đơn vị tự chấm: 2" in html
    assert "Trừ theo số trường hợp" in html
    assert "Số chữ số thập phân: 2" in html
    assert "Sổ ghi ba hồ sơ trễ" in html
    assert chair_officer(card).full_name in html


def test_group_and_total_lead_on_to_their_terms(login, card):
    group = html_of(login, chair_officer(card), card, "II")
    total = html_of(login, chair_officer(card), card, "tong")

    assert path(card, "why_detail", "II.2") in group
    assert path(card, "why_detail", "II") in total
    assert "Đơn vị tự chấm: 20,72" in total
    assert "19,72" in total


def test_unit_sees_its_own_number_only_until_the_results_are_sent(login, card):
    officer = officer_of(card.unit)
    assert "Sổ ghi ba" not in html_of(login, officer, card, "II.2")

    sent = judged_card(to="verified")

    assert "Sổ ghi ba" in html_of(login, officer_of(sent.unit), sent, "II.2")


def test_fragment_is_the_same_words_without_the_page(login, card):
    response = login(chair_officer(card)).get(
        path(card, "why_detail", "II.2"), headers={"hx-request": "true"}
    )

    html = response.content.decode()
    assert "3 × 0,5" in html
    assert "<html" not in html


@pytest.mark.parametrize("key", ["II.2", "II", "tong"])
def test_other_members_find_nothing_before_publication(login, card, key):
    other = UserFactory()
    deputy_less = officer_of(deputy_of(card.year))
    card.duties.filter(verifier=deputy_of(card.year)).delete()

    for user in (other, deputy_less):
        assert login(user).get(path(card, "why_detail", key)).status_code == 404


def test_unknown_key_is_not_there(login, card):
    assert login(chair_officer(card)).get(path(card, "why_detail", "IX")).status_code == 404


def test_published_number_can_be_redone_by_everyone_of_the_bloc(login):
    card = judged_card(to="concluded")
    round, by = fresh(card.round), lead(card.round)
    rounds.show_provisional(round, by=by)
    rounds.adopt(round, by=by, on=round.opened_on, minutes=minutes(), minutes_number="1/BB")
    rounds.close(round, by=by)
    publication.freeze(fresh(round), by=by)
    rounds.publish(round, by=by)
    card.duties.filter(verifier=deputy_of(card.year)).delete()

    html = html_of(login, officer_of(deputy_of(card.year)), card, "II.2")

    assert "3 × 0,5" in html
    assert "Sổ ghi ba hồ sơ trễ" not in html
    assert "1 × 0,5" not in html


def test_history_tells_every_change(login, card):
    record = PointsRecord.objects.get(card=card, stage="verified", criterion__key="II.2")
    verify(card, "II.2", facts={"count": "2"}, reason="Xem lại sổ", seen=record.pk)

    html = html_of(login, chair_officer(card), card, "II.2")

    assert html.index("Xem lại sổ") < html.index("Sổ ghi ba hồ sơ trễ")


def test_leader_of_the_unit_sees_it_too(login, card):
    assert "Đơn vị tự chấm: 2" in html_of(login, leader_of(card.unit), card, "II.2")


@pytest.mark.parametrize("key", ["II.2", "tong"])
def test_page_costs_the_same_after_more_changes(login, card, key, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client, counts = login(chair_officer(card)), []
    for place in range(2):
        client.get(path(card, "why_detail", key))
        with CaptureQueriesContext(connection) as asked:
            client.get(path(card, "why_detail", key))
        counts.append(len(asked))
        if not place:
            for count in "212":
                last = card.records.filter(stage="verified", criterion__key="II.2").order_by("pk")
                verify(card, "II.2", facts={"count": count}, reason="Xem lại", seen=last.last().pk)

    assert counts[0] == counts[1]
