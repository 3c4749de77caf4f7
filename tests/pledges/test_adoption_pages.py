"""From the asking for comments to the open signing: remarks, adoption, reopening, freezing."""

from datetime import date

import pytest

from khoithidua.models import AuditEntry
from pledges.models import Comment, Paper
from tests.factories import (
    CommentFactory,
    EmulationYearFactory,
    PaperFactory,
    certificate_for,
    clerk_of,
    deputy_of,
    lead_of,
    leader_of,
    make_ca,
    officer_of,
    remembered_drawing,
)
from tests.pledges.pages import at, text_of

pytestmark = pytest.mark.django_db


def lead_client(login, place):
    return login(officer_of(lead_of(getattr(place, "year", place))))


# Comments


def test_lead_asks_for_comments_and_members_give_them(login):
    paper = PaperFactory()
    member = officer_of(deputy_of(paper.year))
    lead_client(login, paper).post(at("comments_open", paper))

    answer = login(member).post(
        at("comment_list", paper), {"clause": "muc-1", "text": "Đề nghị 99%."}, follow=True
    )

    remark = Comment.objects.get()
    assert "Đã gửi góp ý." in text_of(answer)
    assert (remark.unit, remark.by, remark.clause) == (deputy_of(paper.year), member, "muc-1")
    assert remark.clause_label == f"Mục 1. {paper.sections.first().heading}"


def test_asking_for_comments_twice_says_so(login):
    paper = PaperFactory(commenting=True)

    answer = lead_client(login, paper).post(at("comments_open", paper), follow=True)

    assert "Không thực hiện được" in text_of(answer)


@pytest.mark.parametrize("data", [{"clause": "muc-99", "text": "Ý kiến"}, {"clause": "muc-1"}])
def test_remark_needs_a_clause_that_exists_and_words(login, data):
    paper = PaperFactory(commenting=True)

    answer = login(officer_of(deputy_of(paper.year))).post(at("comment_list", paper), data)

    assert "Có lỗi cần sửa" in text_of(answer)
    assert not Comment.objects.exists()


@pytest.mark.parametrize("state", ["adopted", "complete"])
def test_remark_after_the_asking_is_refused(login, state):
    paper = PaperFactory(reached=state)

    answer = login(officer_of(deputy_of(paper.year))).post(
        at("comment_list", paper), {"clause": "chung", "text": "Ý kiến"}
    )

    assert answer.status_code == 403
    assert not Comment.objects.exists()


def test_remark_that_comes_as_the_asking_ends_is_told_to_be_late(login, monkeypatch):
    paper = PaperFactory(adopted=True)
    monkeypatch.setattr("pledges.views.drafts.can_comment", lambda *args: True)

    answer = login(officer_of(deputy_of(paper.year))).post(
        at("comment_list", paper), {"clause": "chung", "text": "Ý kiến"}, follow=True
    )

    assert "Văn bản hiện không lấy ý kiến." in text_of(answer)
    assert not Comment.objects.exists()


def test_clerk_reads_remarks_and_gives_none(login):
    remark = CommentFactory(text="Đề nghị 99%.")
    client = login(clerk_of(deputy_of(remark.paper.year)))

    page = client.get(at("comment_list", remark.paper))
    answer = client.post(at("comment_list", remark.paper), {"clause": "chung", "text": "Ý"})

    assert "Đề nghị 99%." in text_of(page)
    assert "Thêm ý kiến" not in text_of(page)
    assert answer.status_code == 403


def test_lead_answers_a_remark_once(login):
    remark = CommentFactory()
    client = lead_client(login, remark.paper)
    address = at("comment_answer", remark.paper, remark.pk)

    client.post(address, {"answer": "accepted", "text": "Đã sửa."})
    again = client.post(address, {"answer": "explained", "text": "Đổi ý."}, follow=True)

    remark.refresh_from_db()
    assert (remark.answer, remark.answer_text) == ("accepted", "Đã sửa.")
    assert "Ý kiến này đã được trả lời." in text_of(again)


def test_answer_that_does_not_accept_asks_for_the_reason(login):
    remark = CommentFactory()

    answer = lead_client(login, remark.paper).post(
        at("comment_answer", remark.paper, remark.pk), {"answer": "explained"}
    )

    assert "Không tiếp thu thì cần ghi lý do." in text_of(answer)


def test_members_do_not_answer(login):
    remark = CommentFactory()

    answer = login(remark.by).post(
        at("comment_answer", remark.paper, remark.pk), {"answer": "accepted"}
    )

    assert answer.status_code == 403


def test_remark_of_another_paper_is_not_found(login):
    remark, other = CommentFactory(), PaperFactory(commenting=True)

    answer = lead_client(login, other).get(at("comment_answer", other, remark.pk))

    assert answer.status_code == 404


# Adoption, reopening


def test_lead_records_the_adoption_and_goes_on_to_freezing(login):
    paper = PaperFactory(commenting=True)

    answer = lead_client(login, paper).post(at("pledge_adopt", paper), {"on": "2026-04-03"})

    paper.refresh_from_db()
    assert answer["Location"] == at("pledge_freeze", paper)
    assert (paper.state, paper.adopted_on) == ("adopted", date(2026, 4, 3))


def test_remarks_without_an_answer_are_told_before_the_adoption(login):
    remark = CommentFactory()

    page = text_of(lead_client(login, remark.paper).get(at("pledge_adopt", remark.paper)))

    assert "Còn 1 ý kiến chưa trả lời." in page


@pytest.mark.parametrize("day", ["2026-04-07", "", "hôm qua"])
def test_adoption_on_an_impossible_day_is_refused(login, day):
    paper = PaperFactory(commenting=True)

    answer = lead_client(login, paper).post(at("pledge_adopt", paper), {"on": day})

    paper.refresh_from_db()
    assert "Có lỗi cần sửa" in text_of(answer)
    assert paper.state == "commenting"


def test_reopening_asks_for_its_reason_and_leads_back_to_the_text(login):
    paper = PaperFactory(adopted=True)
    client = lead_client(login, paper)

    silent = client.post(at("pledge_reopen", paper), {"reason": "  "})
    told = client.post(at("pledge_reopen", paper), {"reason": "Sai chỉ tiêu"})

    assert "Có lỗi cần sửa" in text_of(silent)
    assert told["Location"] == at("pledge_edit", paper)
    assert Paper.objects.get(pk=paper.pk).state == "draft"
    assert AuditEntry.objects.get(action="paper.reopen").after["note"] == "Sai chỉ tiêu"


@pytest.mark.parametrize(
    ("name", "states"),
    [
        ("pledge_adopt", ["adopted", "signing", "complete"]),
        ("pledge_reopen", ["commenting", "signing", "complete"]),
        ("pledge_freeze", ["commenting", "signing", "complete"]),
    ],
)
def test_step_at_the_wrong_time_is_refused(login, name, states):
    for state in states:
        paper = PaperFactory(reached=state)
        client = lead_client(login, paper)

        assert client.get(at(name, paper)).status_code == 403
        assert client.post(at(name, paper), {"on": "2026-04-03", "reason": "x"}).status_code == 403
        assert Paper.objects.get(pk=paper.pk).state == state


@pytest.mark.parametrize("name", ["pledge_adopt", "pledge_reopen", "pledge_freeze"])
def test_steps_of_the_pledge_are_the_lead_units(login, name):
    paper = PaperFactory(reached="commenting" if name == "pledge_adopt" else "adopted")

    assert login(leader_of(deputy_of(paper.year))).get(at(name, paper)).status_code == 403


# Freezing and opening


def freeze_by(client, paper, **data):
    """Press the button; like a browser's, the form is never wholly empty."""
    make_ca()
    with remembered_drawing():
        return client.post(at("pledge_freeze", paper), {"form": "system", **data}, follow=True)


def test_one_button_freezes_and_opens_the_signing(login):
    paper = PaperFactory(adopted=True)

    answer = freeze_by(lead_client(login, paper), paper, in_order="on")

    paper = Paper.objects.get(pk=paper.pk)
    assert (paper.state, paper.form, paper.in_order) == ("signing", "system", True)
    assert "Đã chốt và mở ký, lúc 09:00, 06/4/2026." in text_of(answer)
    assert "0/2 đã ký" in text_of(answer)


def test_page_says_who_will_sign_until_when(login):
    paper = PaperFactory(adopted=True)

    page = text_of(lead_client(login, paper).get(at("pledge_freeze", paper)))

    assert "thứ Tư, 08/4/2026" in page
    assert leader_of(lead_of(paper.year)).full_name in page
    assert "Chưa chốt được" not in page


def test_page_says_whose_certificates_are_missing_for_signing_with_tokens(login):
    paper = PaperFactory(adopted=True)
    client, lead = lead_client(login, paper), lead_of(paper.year)
    certificate_for(lead)

    first = text_of(client.get(at("pledge_freeze", paper)))
    for unit in (lead, deputy_of(paper.year)):
        certificate_for(unit)
        certificate_for(unit, "agency")

    assert "Thử nghiệm 1: thiếu của cơ quan" in first
    assert "Thử nghiệm 2: thiếu của lãnh đạo, cơ quan" in first
    assert "mục “Chứng thư ký số”" in first
    assert "mọi đơn vị đã đăng ký chứng thư" in text_of(client.get(at("pledge_freeze", paper)))


@pytest.mark.parametrize("members", [2, 4])
def test_page_costs_the_same_for_two_units_and_for_four(login, django_assert_num_queries, members):
    paper = PaperFactory(year=EmulationYearFactory(members=members), adopted=True)
    client = lead_client(login, paper)
    client.get(at("pledge_freeze", paper))

    with django_assert_num_queries(12):
        client.get(at("pledge_freeze", paper))


def test_what_is_missing_is_said_before_and_after_the_button(login):
    paper = PaperFactory(adopted=True)
    leader_of(deputy_of(paper.year)).appointments.update(kind="officer")
    client = lead_client(login, paper)

    page = text_of(client.get(at("pledge_freeze", paper)))
    answer = text_of(freeze_by(client, paper))

    sentence = "Sở Thử nghiệm 2 chưa có tài khoản lãnh đạo để ký."
    assert sentence in page
    assert sentence in answer
    assert Paper.objects.get(pk=paper.pk).state == "adopted"


def test_frozen_paper_whose_signing_was_not_opened_is_opened(login):
    paper = PaperFactory(frozen=True)

    freeze_by(lead_client(login, paper), paper)

    assert Paper.objects.get(pk=paper.pk).state == "signing"
    assert paper.signed_files.count() == 1
