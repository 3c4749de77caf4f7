"""The verifiers' pages: their cards, the bloc at a glance, one card side by side, one criterion."""

from decimal import Decimal

import pytest

from khoithidua.models import AuditEntry
from scoring import duties
from scoring.models import Duty, GateFinding, PointsRecord, SupplementRequest
from tests.conftest import TODAY
from tests.factories import (
    UserFactory,
    card_of,
    chair_leader,
    chair_officer,
    deputy_of,
    lead_of,
    leader_of,
    member_of,
    officer_of,
)
from tests.scoring.judged import (
    accept_all,
    begin,
    fresh,
    judged_card,
    leaf_of,
    open_judged_round,
    path,
    send,
    verify,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def card(db):
    """A member's card, sent in; duties are given and verification has begun."""
    return judged_card(corrected=False)


def get(login, user, address):
    response = login(user).get(address)
    return response.status_code, response.content.decode()


def facts(**values):
    return {f"fact_{name}": value for name, value in values.items()}


# The list


def test_verifier_sees_how_far_the_cards_are(login, card):
    verify(card, "II.2", facts={"count": "3"})

    status, html = get(login, chair_officer(card), path(card.round, "verification_list"))

    assert status == 200
    assert path(card, "verification_detail") in html
    assert "1/6" in html


def test_list_shows_no_points_of_anyone(login, card):
    _status, html = get(
        login, officer_of(lead_of(card.year)), path(card.round, "verification_list")
    )

    assert "7,72" not in html
    assert "20,72" not in html


def test_member_without_duties_sees_the_step_and_nothing_else(login, card):
    other = send(card_of(card.round, deputy_of(card.year)))

    status, html = get(login, officer_of(card.unit), path(other.round, "verification_list"))

    assert status == 200
    assert "Tiến độ toàn khối" not in html
    assert path(other, "verification_detail") not in html


def test_late_card_is_shown_with_what_the_table_says_of_it(login, today):
    round = open_judged_round()
    card = card_of(round, member_of(round.year))
    today.move_to("2026-04-08 09:00+07:00")
    send(card)

    _status, html = get(login, officer_of(lead_of(round.year)), path(round, "verification_list"))

    assert "Gửi trễ, chưa gửi" in html
    assert "gửi ngày 08/4/2026" in html
    assert "2 × 0,5" in html
    assert "chưa gửi đến 08/4/2026" in html


def test_verification_begins_by_the_lead_only(login):
    round = open_judged_round()
    address = path(round, "verification_begin")

    refused = login(officer_of(deputy_of(round.year))).post(address)
    begun = login(officer_of(lead_of(round.year))).post(address)

    assert (refused.status_code, begun.status_code) == (403, 302)
    assert fresh(round).state == "verification"


# Duties


def test_duties_are_given_and_drawn_once(login):
    round = open_judged_round()
    client = login(officer_of(lead_of(round.year)))

    client.post(path(round, "duty_assign_all"))
    again = client.post(path(round, "duty_assign_all"), follow=True)

    drawn = Duty.objects.get(is_drawn=True)
    assert (drawn.card.unit, drawn.verifier) == (lead_of(round.year), member_of(round.year))
    assert "Đã phân công thẩm định." in again.content.decode()
    assert AuditEntry.objects.filter(action="duty.assign").count() == 1


def test_group_of_criteria_is_given_to_one_more_unit(login, card):
    data = {
        "card": card.unit.slug,
        "verifier": deputy_of(card.year).slug,
        "criterion": "II",
        "kind": "verification",
    }

    response = login(officer_of(lead_of(card.year))).post(path(card.round, "duty_list"), data)

    assert response.status_code == 302
    assert Duty.objects.filter(card=card, criterion__key="II").count() == 1


def test_no_unit_is_given_its_own_card(login, card):
    slug = card.unit.slug
    data = {"card": slug, "verifier": slug, "criterion": "", "kind": "verification"}

    response = login(officer_of(lead_of(card.year))).post(path(card.round, "duty_list"), data)

    assert response.status_code == 422
    assert "chính mình" in response.content.decode()


def test_duty_is_withdrawn_with_a_reason(login, card):
    duty = card.duties.order_by("pk").first()
    client = login(officer_of(lead_of(card.year)))

    empty = client.post(path(card.round, "duty_withdraw", duty.pk), {"reason": " "})
    client.post(path(card.round, "duty_withdraw", duty.pk), {"reason": "Đổi phân công"})

    assert empty.status_code == 422
    assert not Duty.objects.filter(pk=duty.pk).exists()
    assert AuditEntry.objects.filter(action="duty.withdraw").exists()


def test_who_stands_aside_sees_the_card_no_more(login, card):
    officer = officer_of(deputy_of(card.year))
    client = login(officer)

    client.post(path(card, "card_recuse"), {"reason": "Người thân làm ở đơn vị này"})

    assert card.recusals.get().user == officer
    assert client.get(path(card, "verification_detail")).status_code == 404


# One card


def test_card_is_shown_side_by_side(login, card):
    verify(card, "II.2", facts={"count": "3"}, reason="Sổ ghi ba hồ sơ trễ")

    status, html = get(login, chair_officer(card), path(card, "verification_detail"))

    assert status == 200
    assert "Lệch −1" in html
    assert "Sổ ghi ba hồ sơ trễ" in html
    assert "row-differs" in html
    assert "Đã thẩm định 1/6" in html
    assert "20,72" in html
    assert "19,72" in html


@pytest.mark.parametrize(
    ("which", "shown", "hidden"),
    [("lech", "II.2", "I.1"), ("chua", "I.1", "II.2"), ("cua-toi", "I.1", None)],
)
def test_card_is_filtered(login, card, which, shown, hidden):
    verify(card, "II.2", facts={"count": "3"})

    address = f"{path(card, 'verification_detail')}?loc={which}"
    _status, html = get(login, chair_officer(card), address)

    assert path(card, "criterion_verify", shown) in html
    assert hidden is None or f'"{path(card, "criterion_verify", hidden)}"' not in html


def test_unit_does_not_see_its_verification_before_it_is_sent(login, card):
    verify(card, "II.2", facts={"count": "3"}, reason="Sổ ghi ba hồ sơ trễ")
    client = login(officer_of(card.unit))

    assert client.get(path(card, "verification_detail")).status_code == 403
    assert "Sổ ghi ba" not in client.get(path(card, "answer_list")).content.decode()
    assert "Sổ ghi ba" not in client.get(path(card, "why_detail", "II.2")).content.decode()


def test_supervisor_sees_the_criteria_of_the_standing_body_and_no_total(login, card):
    user = UserFactory(watches=card.year.bloc)

    status, html = get(login, user, path(card, "verification_detail"))

    assert status == 200
    assert "II.2" in html
    assert "Báo cáo năm" not in html
    assert "7,72" not in html
    assert "20,72" not in html
    assert "Tổng điểm" not in html


def test_supervisor_may_not_open_other_criteria_or_totals(login, card):
    client = login(UserFactory(watches=card.year.bloc))

    assert client.get(path(card, "criterion_verify", "II.2")).status_code == 200
    assert client.get(path(card, "criterion_verify", "I.1")).status_code == 404
    assert client.get(path(card, "why_detail", "II.2")).status_code == 200
    for key in ("I.1", "II", "tong"):
        assert client.get(path(card, "why_detail", key)).status_code == 404


def test_bulk_acceptance_takes_what_was_shown(login, card):
    officer = chair_officer(card)
    verify(card, "II.2", facts={"count": "3"})
    client = login(officer)
    html = client.get(path(card, "verification_detail")).content.decode()
    assert "Chấp nhận 5 mục như tự chấm" in html
    records = list(card.records.filter(stage="self").values_list("pk", flat=True).order_by("pk"))

    client.post(path(card, "verification_accept"), {"record": records})

    assert card.records.filter(stage="verified").count() == 6


def test_bulk_acceptance_leaves_what_more_was_asked_for(login, card):
    officer = chair_officer(card)
    duties.ask_for_more(
        fresh_verifying(card), leaf_of(card, "I.1"), by=officer, text="Gửi sổ", due_on=TODAY
    )

    _status, html = get(login, officer, path(card, "verification_detail"))

    assert "Chấp nhận 4 mục như tự chấm" in html


def fresh_verifying(card):
    verify(card, "II.2")
    return fresh(card)


# One criterion


def test_facts_are_corrected_and_points_follow_from_the_rules(login, card):
    officer = chair_officer(card)
    data = facts(count="3") | {"reason": "Sổ ghi ba hồ sơ trễ", "seen": ""}

    response = login(officer).post(path(card, "criterion_verify", "II.2"), data)

    assert response.status_code == 302
    record = card.records.get(stage="verified")
    assert (record.points, record.facts, record.is_override) == (Decimal(1), {"count": "3"}, False)
    assert (record.by, record.by_unit) == (officer, lead_of(card.year))


def test_change_without_a_reason_is_refused_and_nothing_typed_is_lost(login, card):
    response = login(chair_officer(card)).post(
        path(card, "criterion_verify", "II.2"), facts(count="3") | {"reason": ""}
    )

    html = response.content.decode()
    assert response.status_code == 422
    assert "cần ghi lý do" in html
    assert 'value="3"' in html
    assert not card.records.filter(stage="verified").exists()


def test_same_value_needs_no_reason(login, card):
    login(chair_officer(card)).post(path(card, "criterion_verify", "II.2"), facts(count="1"))

    assert card.records.get(stage="verified").points == Decimal(2)


def test_trying_computes_and_saves_nothing(login, card):
    response = login(chair_officer(card)).post(
        path(card, "criterion_verify", "II.2"),
        facts(count="3") | {"try": "1"},
    )

    assert response.status_code == 200
    assert "Tính thử, chưa ghi" in response.content.decode()
    assert not card.records.filter(stage="verified").exists()


def test_points_are_set_by_hand_with_a_reason(login, card):
    data = facts(count="1") | {"by_hand": "on", "points": "1,25", "reason": "Theo kết luận"}

    login(chair_officer(card)).post(path(card, "criterion_verify", "II.2"), data)

    record = card.records.get(stage="verified")
    assert (record.points, record.is_override) == (Decimal("1.25"), True)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (facts(count="ba"), "không phải là một số"),
        (facts(count="1,5"), "Phải là số nguyên"),
        (facts(count=""), "Còn thiếu"),
        (facts(count="1") | {"by_hand": "on"}, "Ghi số điểm ấn định"),
        (facts(count="1") | {"by_hand": "on", "points": "9"}, "Không được lớn hơn 2,5"),
        (facts(count="1") | {"by_hand": "on", "points": "NaN"}, "không phải là một số"),
        (facts(count="1") | {"by_hand": "on", "points": "1e999"}, "không phải là một số"),
        (facts(count="1") | {"by_hand": "on", "points": "-1"}, "Không được nhỏ hơn 0"),
    ],
)
def test_bad_input_is_refused_in_words(login, card, data, words):
    response = login(chair_officer(card)).post(
        path(card, "criterion_verify", "II.2"), data | {"reason": "Đối chiếu"}
    )

    assert response.status_code == 422
    assert words in response.content.decode()
    assert not card.records.filter(stage="verified").exists()


def test_criterion_is_found_not_to_apply(login, card):
    data = facts(value="95") | {"na": "on", "reason": "Đơn vị không có chỉ số này"}

    login(chair_officer(card)).post(path(card, "criterion_verify", "II.1"), data)

    record = card.records.get(stage="verified")
    assert (record.na, record.points) == (True, None)


def test_verdict_over_anothers_shows_it_beside_what_was_typed(login, card):
    verify(card, "II.2", by=officer_of(deputy_of(card.year)), facts={"count": "2"}, reason="Hai")

    response = login(chair_officer(card)).post(
        path(card, "criterion_verify", "II.2"), facts(count="3") | {"reason": "Ba", "seen": ""}
    )

    html = response.content.decode()
    assert response.status_code == 422
    assert "vừa được người khác chấm" in html
    assert "Hai" in html
    assert card.records.filter(stage="verified").count() == 1


def test_unit_is_asked_for_more_by_a_day(login, card):
    data = {"text": "Gửi sổ theo dõi", "due_on": "2026-04-08"}

    login(chair_officer(card)).post(path(card, "criterion_ask", "II.2"), data)

    asked = SupplementRequest.objects.get()
    assert (asked.criterion.key, asked.due_on.isoformat()) == ("II.2", "2026-04-08")


def test_day_that_has_passed_is_refused(login, card):
    response = login(chair_officer(card)).post(
        path(card, "criterion_ask", "II.2"), {"text": "Gửi sổ", "due_on": "2026-04-01"}
    )

    assert response.status_code == 422
    assert "Hạn bổ sung đã qua" in response.content.decode()
    assert not SupplementRequest.objects.exists()


# Gates, changes, approval, sending back


def test_gate_is_declared_on_a_paper_named_by_number(login, card):
    client = login(chair_officer(card))

    empty = client.post(path(card, "gate_declare", "G1"), {"state": "hit", "document": ""})
    client.post(path(card, "gate_declare", "G1"), {"state": "hit", "document": "15/QĐ-UBND"})

    assert empty.status_code == 422
    assert GateFinding.objects.get().document == "15/QĐ-UBND"
    html = client.get(path(card, "verification_detail")).content.decode()
    assert "Vướng" in html
    assert "15/QĐ-UBND" in html


def test_word_beside_a_gate_that_the_table_works_out_needs_a_paper(login, card):
    client = login(chair_officer(card))
    accept_all(card)

    bare = client.post(path(card, "gate_declare", "G2"), {"state": "clear", "document": " "})
    refused = GateFinding.objects.exists()
    client.post(path(card, "gate_declare", "G2"), {"state": "clear", "document": "9/BC-SNV"})

    assert (bare.status_code, refused) == (422, False)
    assert "hệ thống tính theo bảng tiêu chí" in bare.content.decode()
    assert GateFinding.objects.get().document == "9/BC-SNV"


def test_change_after_verification_is_shown_until_it_was_looked_at(login, card):
    officer = chair_officer(card)
    asked = duties.ask_for_more(
        fresh_verifying(card), leaf_of(card, "II.2"), by=officer, text="Gửi sổ", due_on=TODAY
    )
    duties.answer_request(asked, by=officer_of(card.unit), text="Sổ kèm theo")
    client = login(officer)
    assert (
        "Có thay đổi sau thẩm định"
        in client.get(path(card, "verification_detail")).content.decode()
    )

    client.post(path(card, "card_reviewed"), {"xem-lai-reason": "Không đổi"})

    assert not fresh(card).is_stale


def test_results_are_approved_by_whoever_did_not_verify(login, card):
    accept_all(card)
    leader = chair_leader(card)

    response = login(leader).post(path(card, "card_approve"))

    assert response.status_code == 302
    assert (fresh(card).state, fresh(card).approved_by) == ("verified", leader)


def test_verifier_does_not_approve_their_own_verdicts(login, card):
    accept_all(card, by=chair_leader(card))

    response = login(chair_leader(card)).post(path(card, "card_approve"))

    assert response.status_code == 403
    assert fresh(card).state == "verifying"


def test_approval_waits_for_every_criterion(login, card):
    verify(card, "II.2", facts={"count": "3"})

    response = login(chair_leader(card)).post(path(card, "card_approve"), follow=True)

    assert "Còn 5 tiêu chí chưa thẩm định" in response.content.decode()


def test_whole_card_goes_back_with_a_reason(login, card):
    client = login(chair_officer(card))

    empty = client.post(path(card, "card_send_back"), {"reason": ""})
    client.post(path(card, "card_send_back"), {"reason": "Thiếu phụ lục"})

    assert empty.status_code == 422
    assert fresh(card).state == "draft"


# Cross-scoring


def test_units_score_across_what_the_table_gives_to_peers(login):
    table = {
        "code": "CC",
        "name": "Bảng chấm chéo",
        "base_max": "10",
        "nodes": [
            {"key": "X", "code": "X", "name": "Phối hợp", "max": "10", "parts": [{"kind": "peer"}]},
        ],
    }
    round = open_judged_round(document=table, peer_scoring=True)
    unit, other = member_of(round.year), deputy_of(round.year)
    card = send(card_of(round, unit), {})
    by = leader_of(lead_of(round.year))
    begin(round)
    duties.assign(fresh(card), by=by, verifier=other, kind="peer")
    client = login(officer_of(other))

    too_much = client.post(path(card, "mark_give", "X"), {"points": "11", "reason": "Tốt"})
    client.post(path(card, "mark_give", "X"), {"points": "8,5", "reason": "Phối hợp tốt"})

    assert too_much.status_code == 422
    mark = PointsRecord.objects.get(stage="peer")
    assert (mark.points, mark.by_unit) == (Decimal("8.5"), other)
    assert "8,5" in client.get(path(card, "mark_list")).content.decode()
    assert login(officer_of(unit)).get(path(card, "mark_list")).status_code == 403


# Costs


@pytest.mark.parametrize("name", ["verification_list", "duty_list", "conference_detail"])
def test_list_costs_the_same_with_more_units(login, name, django_assert_num_queries):
    counts = [_queries(login, name, members) for members in (3, 6)]

    assert counts[0] == counts[1]


def _queries(login, name, members):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    round = open_judged_round(members=members)
    for member in round.year.members():
        send(card_of(round, member.unit))
    begin(round)
    client = login(officer_of(lead_of(round.year)))
    client.get(path(round, name))
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path(round, name)).status_code == 200
    return len(asked)
