"""Pages of what changes a pledge: asked, answered, replaced, withdrawn; who reads what, and when."""

import pytest

from pledges import changes, withdrawals
from pledges.models import ChangeRequest, Paper, Withdrawal
from tests.factories import (
    EmulationYearFactory,
    PaperFactory,
    ask_for_change,
    deputy_of,
    lead_of,
    leader_of,
    make_ca,
    member_of,
    officer_of,
)
from tests.pledges.pages import at, text_of

pytestmark = pytest.mark.django_db
REASON = "Đề nghị hạ chỉ tiêu mục 1 xuống 95%."


@pytest.fixture
def paper():
    return PaperFactory(year=EmulationYearFactory(members=3), signing=True)


def lead(paper):
    return officer_of(lead_of(paper.year))


def test_leader_asks_from_the_signing_page_and_everyone_sees_that_signing_waits(login, paper):
    client = login(leader_of(deputy_of(paper.year)))
    assert at("change_ask", paper) in client.get(at("pledge_sign", paper)).content.decode()

    answer = client.post(at("change_ask", paper), {"reason": REASON}, follow=True)

    assert answer.redirect_chain[-1][0] == at("change_list", paper)
    assert REASON in text_of(answer)
    other = login(leader_of(member_of(paper.year)))
    assert "đang tạm dừng ký" in text_of(other.get(at("pledge_detail", paper)))
    assert other.get(at("pledge_sign", paper)).status_code == 403


def test_empty_request_is_sent_back_with_its_error(login, paper):
    answer = login(leader_of(deputy_of(paper.year))).post(at("change_ask", paper), {"reason": " "})

    assert answer.status_code == 422
    assert not ChangeRequest.objects.exists()


def test_waiting_request_is_read_by_the_lead_and_the_unit_that_asked_alone(login, paper):
    deputy = deputy_of(paper.year)
    request = ask_for_change(paper, deputy, REASON)
    readers = {
        lead(paper): True,
        officer_of(deputy): True,
        leader_of(member_of(paper.year)): False,
    }

    for user, reads in readers.items():
        shown = text_of(login(user).get(at("change_list", paper)))
        assert (REASON in shown) is reads, user
        assert reads or deputy.name_on(paper.dated_on).full not in shown.split("Chân trang")[0]

    changes.keep_text(request, by=lead(paper), answer="Chỉ tiêu do tỉnh giao.")
    shown = text_of(login(leader_of(member_of(paper.year))).get(at("change_list", paper)))
    assert REASON in shown
    assert "Chỉ tiêu do tỉnh giao." in shown


def test_lead_finds_the_request_among_what_to_do_and_answers_it(login, paper):
    request = ask_for_change(paper, deputy_of(paper.year), REASON)
    client = login(lead(paper))
    assert "Trả lời đề nghị chỉnh sửa giao ước thi đua năm 2026" in text_of(client.get("/"))

    form = {"outcome": "kept", "answer": "Chỉ tiêu do tỉnh giao."}
    answer = client.post(at("change_answer", paper, request.pk), form)

    assert answer["Location"] == at("change_list", paper)
    assert Paper.objects.get(pk=paper.pk).state == "signing"
    assert "Trả lời đề nghị" not in text_of(client.get("/"))


def test_answer_without_words_keeps_what_was_chosen(login, paper):
    request = ask_for_change(paper, deputy_of(paper.year), REASON)

    answer = login(lead(paper)).post(
        at("change_answer", paper, request.pk), {"outcome": "new_version", "answer": ""}
    )

    assert answer.status_code == 422
    assert 'value="new_version" class="form-check-input" ' in answer.content.decode() or (
        "checked" in answer.content.decode()
    )
    assert Paper.objects.count() == 1


def test_answer_by_a_new_version_leads_to_its_text(login, paper):
    request = ask_for_change(paper, deputy_of(paper.year), REASON)
    client = login(lead(paper))

    answer = client.post(
        at("change_answer", paper, request.pk),
        {"outcome": "new_version", "answer": "Hạ còn 95%."},
    )

    assert answer["Location"] == at("pledge_edit", paper)
    assert "Phiên bản 2" in text_of(client.get(at("pledge_edit", paper)))
    # The others still read version 1, until they are asked what they think of the new one.
    other = login(leader_of(member_of(paper.year)))
    assert "Phiên bản 1, đang tạm dừng ký" in text_of(other.get(at("pledge_detail", paper)))
    assert other.get(at("version_detail", paper, 2)).status_code == 404


def test_new_version_goes_all_the_way_to_signing_with_its_difference_shown(login, paper):
    make_ca()
    client = login(lead(paper))
    client.post(at("version_begin", paper), {"reason": "Sửa chỉ tiêu."})
    draft = Paper.objects.get(version=2)
    draft.sections.filter(position=1).update(body="100% nhiệm vụ được giao trước hạn.")

    client.post(at("pledge_adopt", paper), {"on": "2026-04-06"})
    client.post(at("pledge_freeze", paper), {"form": "system"})

    signer = login(leader_of(deputy_of(paper.year)))
    assert (
        at("version_difference", paper, 2) in signer.get(at("pledge_sign", paper)).content.decode()
    )
    page = signer.get(at("version_difference", paper, 2))
    assert "Phiên bản 2 khác phiên bản 1 ở đâu" in text_of(page)
    assert "<ins>" in page.content.decode()
    assert "<del>" in page.content.decode()
    old = signer.get(at("version_detail", paper, 1))
    assert "đã có phiên bản thay thế" in text_of(old)
    file = signer.get(at("version_file", paper, 1))
    assert file.content.startswith(b"%PDF-")
    assert "có phiên bản khác thay thế" in text_of(signer.get(f"/xac-minh/{paper.code}/"))


def test_draft_of_a_new_version_is_set_aside(login, paper):
    client = login(lead(paper))
    client.post(at("version_begin", paper), {"reason": "Sửa chỉ tiêu."})

    answer = client.post(at("version_discard", paper), {"reason": "Không cần."}, follow=True)

    assert "Phiên bản 1, đang ký" in text_of(answer)
    assert (
        login(leader_of(member_of(paper.year))).get(at("version_detail", paper, 2)).status_code
        == 404
    )


def test_deputy_finds_the_proposal_and_confirms_it(login, paper):
    login(lead(paper)).post(at("withdrawal_propose", paper), {"reason": "Khối giải thể."})
    client = login(leader_of(deputy_of(paper.year)))
    assert "Xác nhận rút giao ước thi đua năm 2026" in text_of(client.get("/"))
    assert "Khối giải thể." in text_of(client.get(at("withdrawal_decide", paper)))

    answer = client.post(at("withdrawal_decide", paper), {"decision": "confirm"}, follow=True)

    assert Withdrawal.objects.get().outcome == "confirmed"
    assert "chưa gửi dự thảo" in text_of(answer)


def test_only_a_leader_of_the_deputy_confirms(login, paper):
    withdrawals.propose_withdrawal(paper, by=lead(paper), reason="Khối giải thể.")

    for user in (officer_of(deputy_of(paper.year)), leader_of(lead_of(paper.year))):
        answer = login(user).post(at("withdrawal_decide", paper), {"decision": "confirm"})
        assert answer.status_code == 403
    assert Paper.objects.get(pk=paper.pk).state == "signing"


def test_keeping_the_paper_asks_for_a_reason(login, paper):
    withdrawals.propose_withdrawal(paper, by=lead(paper), reason="Khối giải thể.")
    client = login(leader_of(deputy_of(paper.year)))

    assert client.post(at("withdrawal_decide", paper), {"decision": "keep"}).status_code == 422
    client.post(at("withdrawal_decide", paper), {"decision": "keep", "note": "Chưa có quyết định."})

    assert Withdrawal.objects.get().outcome == "kept"


def test_extension_is_told_on_the_pledge_itself(login, paper):
    phase = paper.year.phases.get(kind="sign")
    phase.extend(phase.closes_on.replace(day=20), reason="Lễ ký lùi ngày.", by=lead(paper))

    shown = text_of(login(leader_of(member_of(paper.year))).get(at("pledge_detail", paper)))

    assert "Đã gia hạn ký từ" in shown
    assert "Lễ ký lùi ngày." in shown


def test_lead_is_told_to_extend_when_the_day_is_past(login, paper, today):
    from datetime import timedelta

    today.shift(timedelta(days=10))

    assert "Gia hạn ký giao ước thi đua năm 2026" in text_of(login(lead(paper)).get("/"))


@pytest.mark.parametrize("asked", [1, 3])
def test_list_of_requests_asks_the_database_a_fixed_number_of_times(
    login, django_assert_num_queries, asked
):
    paper = PaperFactory(year=EmulationYearFactory(members=4), signing=True)
    for party in paper.parties.order_by("position")[:asked]:
        ask_for_change(paper, party.unit)
    client = login(lead(paper))
    client.get(at("change_list", paper))

    with django_assert_num_queries(7):
        client.get(at("change_list", paper))
