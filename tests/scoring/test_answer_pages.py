"""The unit's answers to its results, requests for more, and what the verifiers make of them."""

from decimal import Decimal

import pytest

from scoring import cards, duties
from scoring.models import Evidence, EvidenceUse, Response
from tests.conftest import TODAY
from tests.factories import chair_officer, clerk_of, deputy_of, lead_of, leader_of, officer_of
from tests.khoithidua.upload_samples import pdf, uploaded
from tests.scoring.judged import fresh, judged_card, leaf_of, path

pytestmark = pytest.mark.django_db


@pytest.fixture
def card(db):
    """Its results were sent to the unit: three late files where it claimed one."""
    return judged_card(to="verified")


def answer(card, kind="explain", text="Chỉ hai hồ sơ trễ."):
    return cards.answer(
        fresh(card), leaf_of(card, "II.2"), by=officer_of(card.unit), kind=kind, text=text
    )


def answered(card, kind="explain"):
    response = answer(card, kind)
    cards.finish_answers(fresh(card), by=leader_of(card.unit))
    return response


# What the unit sees and says


def test_unit_sees_what_was_changed_and_why(login, card):
    html = login(officer_of(card.unit)).get(path(card, "answer_list")).content.decode()

    assert "Lệch −1" in html
    assert "Sổ ghi ba hồ sơ trễ" in html
    assert "19,72" in html
    assert path(card, "answer_give", "II.2") in html


def test_nobody_elses_answers_are_seen_by_other_members(login, card):
    response = login(officer_of(deputy_of(card.year))).get(path(card, "answer_list"))

    assert response.status_code == 403


def test_points_taken_off_may_be_answered_and_full_points_not(login, card):
    client = login(officer_of(card.unit))

    assert client.get(path(card, "answer_give", "I.1")).status_code == 200
    assert client.get(path(card, "answer_give", "I.2")).status_code == 404


@pytest.mark.parametrize("kind", ["agree", "explain", "dissent"])
def test_unit_answers_a_criterion(login, card, kind):
    officer = officer_of(card.unit)

    response = login(officer).post(
        path(card, "answer_give", "II.2"), {"kind": kind, "text": "Chỉ hai hồ sơ trễ."}
    )

    assert response.status_code == 302
    given = Response.objects.get()
    assert (given.kind, given.by) == (kind, officer)


def test_explanation_without_words_is_refused(login, card):
    response = login(officer_of(card.unit)).post(
        path(card, "answer_give", "II.2"), {"kind": "dissent", "text": " "}
    )

    assert response.status_code == 422
    assert "cần ghi nội dung" in response.content.decode()
    assert not Response.objects.exists()


def test_second_answer_changes_nothing(login, card):
    answer(card)

    response = login(officer_of(card.unit)).post(
        path(card, "answer_give", "II.2"), {"kind": "agree", "text": ""}, follow=True
    )

    assert "đã trả lời mục này" in response.content.decode()
    assert Response.objects.get().kind == "explain"


def test_file_goes_with_an_explanation(login, card):
    data = {
        "kind": "explain",
        "text": "Sổ theo dõi kèm theo.",
        "evidence-files": [uploaded(pdf(), "so-theo-doi.pdf")],
        "evidence-declared": "on",
        "evidence-pages": "1",
    }

    response = login(officer_of(card.unit)).post(path(card, "answer_give", "II.2"), data)

    assert response.status_code == 302
    cited = EvidenceUse.objects.get()
    assert (cited.response, cited.criterion.key, cited.pages) == (
        Response.objects.get(),
        "II.2",
        "1",
    )


def test_refused_file_loses_nothing_and_keeps_no_answer(login, card):
    data = {
        "kind": "explain",
        "text": "Sổ theo dõi kèm theo.",
        "evidence-files": [uploaded(b"MZ", "so.pdf")],
        "evidence-declared": "on",
    }

    response = login(officer_of(card.unit)).post(path(card, "answer_give", "II.2"), data)

    assert response.status_code == 422
    assert "Sổ theo dõi kèm theo." in response.content.decode()
    assert not Response.objects.exists()


def test_only_the_leader_sends_the_answers(login, card):
    refused = login(officer_of(card.unit)).post(path(card, "answer_finish"))
    sent = login(leader_of(card.unit)).post(path(card, "answer_finish"), follow=True)

    assert (refused.status_code, sent.status_code) == (403, 200)
    assert "Ý kiến của đơn vị đã gửi, đang được xem xét." in sent.content.decode()
    assert fresh(card).state == "answered"


def test_clerk_answers_nothing(login, card):
    response = login(clerk_of(card.unit)).post(
        path(card, "answer_give", "II.2"), {"kind": "agree", "text": ""}
    )

    assert response.status_code == 403


def test_time_for_answers_ends(login, card, today):
    today.move_to("2026-04-14 09:00+07:00")

    response = login(officer_of(card.unit)).get(path(card, "answer_give", "II.2"))

    assert response.status_code == 403
    assert "Đã hết hạn giải trình" in response.content.decode()


# Requests for more


def asked_for_more():
    card = judged_card()
    asked = duties.ask_for_more(
        card, leaf_of(card, "II.2"), by=chair_officer(card), text="Gửi sổ", due_on=TODAY
    )
    return card, asked


def test_request_is_answered_once_with_a_document(login):
    card, asked = asked_for_more()
    client = login(officer_of(card.unit))
    data = {"text": "Sổ kèm theo", "evidence-number": "12/BC", "evidence-issuer": "Sở Thử nghiệm"}

    first = client.post(path(card, "request_answer", asked.pk), data)
    second = client.post(path(card, "request_answer", asked.pk), data)

    asked.refresh_from_db()
    assert (first.status_code, second.status_code) == (302, 403)
    assert asked.answer_text == "Sổ kèm theo"
    assert EvidenceUse.objects.get().request == asked
    assert "Sổ kèm theo" in client.get(path(card, "request_answer", asked.pk)).content.decode()


def test_answer_without_words_adds_no_document(login):
    card, asked = asked_for_more()

    response = login(officer_of(card.unit)).post(
        path(card, "request_answer", asked.pk),
        {"text": "", "evidence-number": "12/BC", "evidence-issuer": "Sở Thử nghiệm"},
    )

    assert response.status_code == 422
    assert not Evidence.objects.exists()


def test_document_sent_later_does_not_change_what_the_unit_claimed(login):
    card, asked = asked_for_more()
    before = login(chair_officer(card)).get(path(card, "why_detail", "tong")).content.decode()
    login(officer_of(card.unit)).post(
        path(card, "request_answer", asked.pk),
        {"text": "Sổ", "evidence-number": "12/BC", "evidence-issuer": "Sở Thử nghiệm"},
    )

    after = login(chair_officer(card)).get(path(card, "why_detail", "tong")).content.decode()

    assert "Đơn vị tự chấm: 20,72" in before
    assert "Đơn vị tự chấm: 20,72" in after


# Weighing


def test_explanation_is_accepted_with_new_points(login, card):
    response = answered(card)
    data = {
        "outcome_kind": "accepted",
        "fact_count": "2",
        "reason": "Sổ văn bản xác nhận hai",
        "seen": "",
    }

    login(chair_officer(card)).post(path(card, "response_weigh", response.pk), data)

    response.refresh_from_db()
    record = card.records.get(stage="response")
    assert (response.outcome, record.points, record.by_unit) == (
        "accepted",
        Decimal("1.5"),
        lead_of(card.year),
    )


def test_trying_a_decision_wants_no_reason_and_decides_nothing(login, card):
    response = answered(card)
    data = {"outcome_kind": "accepted", "fact_count": "2", "try": "1"}

    page = login(chair_officer(card)).post(path(card, "response_weigh", response.pk), data)

    html = page.content.decode()
    response.refresh_from_db()
    assert page.status_code == 200
    assert "Tính thử, chưa ghi" in html
    assert 'name="try"' in html
    assert response.outcome == ""


def test_points_are_kept_with_a_reason(login, card):
    response = answered(card)
    client = login(chair_officer(card))
    address = path(card, "response_weigh", response.pk)

    empty = client.post(address, {"outcome_kind": "kept", "reason": ""})
    client.post(address, {"outcome_kind": "kept", "reason": "Sổ ghi rõ ba hồ sơ"})

    response.refresh_from_db()
    assert empty.status_code == 422
    assert (response.outcome, card.records.filter(stage="response").count()) == ("kept", 0)


def test_acceptance_that_changes_nothing_is_refused(login, card):
    response = answered(card)

    refused = login(chair_officer(card)).post(
        path(card, "response_weigh", response.pk),
        {"outcome_kind": "accepted", "fact_count": "3", "reason": "Đúng"},
    )

    assert refused.status_code == 422
    assert "vẫn như cũ" in refused.content.decode()


def test_unit_learns_of_the_decision_when_all_are_made(login, card):
    response = answered(card)
    cards.decide(response, by=chair_officer(card), outcome="kept", reason="Sổ ghi rõ ba hồ sơ")
    client = login(officer_of(card.unit))
    assert "Sổ ghi rõ" not in client.get(path(card, "answer_list")).content.decode()

    login(chair_officer(card)).post(path(card, "card_conclude"))

    assert fresh(card).state == "settled"
    assert "Sổ ghi rõ" in client.get(path(card, "answer_list")).content.decode()


def test_conclusion_waits_for_every_explanation(login, card):
    answered(card)

    response = login(chair_officer(card)).post(path(card, "card_conclude"), follow=True)

    assert "Còn giải trình chưa được xem xét" in response.content.decode()


def test_unit_does_not_weigh_its_own_explanation(login, card):
    response = answered(card)

    refused = login(officer_of(card.unit)).get(path(card, "response_weigh", response.pk))

    assert refused.status_code == 403


def test_reserved_opinion_goes_to_the_conference(login, card):
    answered(card, kind="dissent")

    login(chair_officer(card)).post(path(card, "card_conclude"))

    assert fresh(card).state == "reserved"
