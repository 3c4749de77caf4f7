"""From the provisional ranking to publication, and back: the conference's pages."""

from decimal import Decimal

import pytest

from scoring import cards, rounds
from scoring.models import PointsRecord, Ranking, Reopening, TieDecision
from tests.factories import (
    UserFactory,
    card_of,
    chair_officer,
    deputy_of,
    lead_of,
    leader_of,
    member_of,
    officer_of,
)
from tests.khoithidua.upload_samples import pdf, uploaded
from tests.scoring.judged import (
    CLAIMS,
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

pytestmark = pytest.mark.django_db


@pytest.fixture
def card(db):
    """A card that reserves its opinion on II.2; the provisional ranking is drawn up."""
    card = judged_card(to="verified")
    cards.answer(
        card, leaf_of(card, "II.2"), by=officer_of(card.unit), kind="dissent", text="Chỉ hai."
    )
    cards.finish_answers(fresh(card), by=leader_of(card.unit))
    cards.conclude(fresh(card), by=chair_officer(card))
    rounds.show_provisional(fresh(card.round), by=lead(card.round))
    return fresh(card)


def minutes_form(**changes):
    return {
        "number": "05/BB-KTĐ",
        "dated_on": "2026-04-06",
        "file": uploaded(pdf(), "bien-ban.pdf"),
        "declared": "on",
    } | changes


def decide(login, card, **changes):
    response = card.responses.get()
    data = {"outcome_kind": "accepted", "fact_count": "2", "reason": "Hội nghị nhất trí"}
    return login(lead(card.round)).post(
        path(card.round, "conference_decide", response.pk), data | changes
    )


def adopted(login, card):
    decide(login, card)
    login(lead(card.round)).post(path(card.round, "round_adopt"), minutes_form())
    return fresh(card.round)


# What is shown to whom


def test_reserved_items_stand_side_by_side(login, card):
    html = login(lead(card.round)).get(path(card.round, "conference_detail")).content.decode()

    assert "Chỉ hai." in html
    assert "Sổ ghi ba hồ sơ trễ" in html
    assert path(card.round, "conference_decide", card.responses.get().pk) in html


@pytest.mark.parametrize("who", ["member", "supervisor"])
def test_page_is_not_for_members_and_the_supervisor(login, card, who):
    user = officer_of(card.unit) if who == "member" else UserFactory(watches=card.year.bloc)

    assert login(user).get(path(card.round, "conference_detail")).status_code == 403


def test_provisional_ranking_waits_for_cards_under_way(login):
    card = judged_card()

    response = login(lead(card.round)).post(path(card.round, "provisional_show"), follow=True)

    assert f"{card.unit_name} chưa thẩm định xong" in response.content.decode()
    assert fresh(card.round).state == "verification"


def test_day_of_the_provisional_ranking_is_set(login, card):
    login(officer_of(lead_of(card.year))).post(
        path(card.round, "provisional_day"), {"on": "2026-04-10"}
    )

    assert fresh(card.round).provisional_from.isoformat() == "2026-04-10"


# Decisions


def test_conference_gives_new_points(login, card):
    response = decide(login, card)

    assert response.status_code == 302
    record = card.records.get(stage="conference")
    assert (record.points, record.by_unit) == (Decimal("1.5"), lead_of(card.year))
    assert card.responses.get().outcome == "accepted"


def test_conference_keeps_points_once(login, card):
    decide(login, card, outcome_kind="kept", reason="Giữ nguyên")
    again = decide(login, card)

    assert again.status_code == 403
    assert not card.records.filter(stage="conference").exists()


def test_conference_changes_any_other_criterion(login, card):
    client = login(lead(card.round))
    address = path(card.round, "conference_change", card.unit.slug, "I.2")

    same = client.post(address, {"fact_met": "có", "reason": "Như cũ"})
    client.post(address, {"fact_met": "không", "reason": "Hội nghị quyết định"})

    assert same.status_code == 422
    assert card.records.get(stage="conference").points == 0


def test_member_decides_nothing(login, card):
    response = login(leader_of(card.unit)).post(
        path(card.round, "conference_decide", card.responses.get().pk),
        {"outcome_kind": "kept", "reason": "Không"},
    )

    assert response.status_code == 403


def test_tie_is_broken_by_a_vote(login):
    round = open_judged_round()
    unit, other = member_of(round.year), deputy_of(round.year)
    for one in (unit, other):
        send(card_of(round, one), CLAIMS)
    begin(round)
    for one in (unit, other):
        card = card_of(fresh(round), one)
        accept_all(card)
        cards.approve(fresh(card), by=lead(round))
        cards.finish_answers(fresh(card), by=leader_of(one))
        cards.conclude(fresh(card), by=chair_officer(card))
    rounds.show_provisional(fresh(round), by=lead(round))
    client = login(lead(round))
    assert "Ghi thứ tự" in client.get(path(round, "conference_detail")).content.decode()
    data = {
        "link": "conference",
        "document": "Biên bản kiểm phiếu 05/BB",
        f"place_{unit.slug}": "1",
        f"place_{other.slug}": "1",
    }

    same_place = client.post(path(round, "tie_decide", 1), data)
    client.post(path(round, "tie_decide", 1), data | {f"place_{other.slug}": "2"})

    assert same_place.status_code == 422
    assert {row.card.unit: row.place for row in TieDecision.objects.all()} == {unit: 1, other: 2}
    assert "Ghi thứ tự" not in client.get(path(round, "conference_detail")).content.decode()


# Adoption, closing, publication, reopening


def test_adoption_waits_for_reserved_opinions(login, card):
    response = login(lead(card.round)).post(path(card.round, "round_adopt"), minutes_form())

    assert response.status_code == 422
    assert "chưa quyết định ý kiến bảo lưu" in response.content.decode()


def test_adoption_keeps_the_minutes(login, card):
    round = adopted(login, card)

    assert (round.state, round.minutes_number) == ("adopted", "05/BB-KTĐ")
    assert round.minutes.content_type == "application/pdf"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"file": uploaded(b"MZ", "bien-ban.pdf")}, "Tệp"),
        ({"declared": ""}, "không có dấu mật"),
        ({"dated_on": "2026-05-01"}, "Ngày này chưa đến"),
        ({"number": ""}, "Trường này"),
    ],
)
def test_adoption_without_proper_minutes_is_refused(login, card, changes, words):
    decide(login, card)

    response = login(lead(card.round)).post(
        path(card.round, "round_adopt"), minutes_form(**changes)
    )

    assert response.status_code == 422
    assert words in response.content.decode()
    assert fresh(card.round).state == "provisional"


def test_only_the_leader_of_the_lead_concludes(login, card):
    decide(login, card)
    client = login(officer_of(lead_of(card.year)))

    assert client.post(path(card.round, "round_adopt"), minutes_form()).status_code == 403
    assert client.post(path(card.round, "round_close")).status_code == 403


def test_closing_writes_final_points_and_publication_freezes_them(login, card):
    round = adopted(login, card)
    client = login(lead(round))

    client.post(path(round, "round_close"))
    client.post(path(round, "round_publish"))

    ranking = Ranking.objects.get()
    final = PointsRecord.objects.get(card=card, stage="final", criterion__key="II.2")
    assert (fresh(round).state, ranking.kind, final.points) == (
        "published",
        "final",
        Decimal("1.5"),
    )
    assert ranking.rows["places"][0]["total"] == "20.22"


def test_published_totals_lead_to_why_and_provisional_ones_do_not(login, card):
    round = adopted(login, card)
    client, why = login(lead(round)), path(card, "why_detail", "tong")
    before = client.get(path(round, "ranking_detail")).content.decode()

    client.post(path(round, "round_close"))
    client.post(path(round, "round_publish"))

    reader = login(officer_of(deputy_of(round.year)))
    assert why not in before
    assert why in reader.get(path(round, "ranking_detail")).content.decode()
    assert reader.get(why).status_code == 200


def test_reopening_needs_its_paper_and_ends_in_a_correction(login, card):
    round = adopted(login, card)
    client = login(lead(round))
    client.post(path(round, "round_close"))
    client.post(path(round, "round_publish"))

    without = client.post(path(round, "round_reopen"), {"reason": "Sai sót"})
    client.post(
        path(round, "round_reopen"),
        minutes_form(issuer="standing_body", number="77/SNV", reason="Sai số liệu II.2"),
    )
    client.post(
        path(round, "conference_change", card.unit.slug, "II.2"),
        {"fact_count": "1", "reason": "Theo công văn 77/SNV", "seen": _seen(card)},
    )
    client.post(path(round, "round_adopt"), minutes_form(number="06/BB"))
    client.post(path(round, "round_close"))
    unexplained = client.post(path(round, "round_publish"), {"reason": ""})
    client.post(path(round, "round_publish"), {"reason": "Mục II.2 tính lại theo 77/SNV"})

    assert (without.status_code, unexplained.status_code) == (422, 422)
    assert Reopening.objects.get().number == "77/SNV"
    newest = Ranking.objects.order_by("-version").first()
    assert (newest.kind, newest.rows["places"][0]["total"]) == ("correction", "20.72")


def _seen(card):
    return card.records.filter(stage="conference", criterion__key="II.2").get().pk
