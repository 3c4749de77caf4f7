"""Pages of the lead unit: begin, edit, preview, comments, adoption, reopening, freezing."""

import re
from datetime import date

import pytest

from khoithidua.models import AuditEntry
from pledges.models import Comment, Paper
from tests.factories import (
    CommentFactory,
    EmulationYearFactory,
    LegalBasisFactory,
    PaperFactory,
    clerk_of,
    deputy_of,
    lead_of,
    leader_of,
    make_ca,
    officer_of,
    remembered_drawing,
)
from tests.pledges.addresses import at

pytestmark = pytest.mark.django_db


def text_of(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def lead_client(login, place):
    return login(officer_of(lead_of(getattr(place, "year", place))))


def typed(answer):
    """What the editing page would post if nothing were changed."""
    draft = answer.context["draft"]
    data = {}
    for form in (draft.form, *[part for formset in draft.formsets for part in all_forms(formset)]):
        for field in form:
            value = field.value()
            if value is not None and value is not False:
                data[field.html_name] = f"{value:%Y-%m-%d}" if hasattr(value, "strftime") else value
    return data


def all_forms(formset):
    return [formset.management_form, *formset.forms]


# Beginning


def test_lead_officer_begins_from_the_usual_headings(login):
    year = EmulationYearFactory()

    answer = lead_client(login, year).post(at("pledge_begin", year), follow=True)

    assert answer.redirect_chain == [(at("pledge_edit", year), 302)]
    assert "Soạn giao ước thi đua năm 2026" in text_of(answer)
    assert year.papers.get().sections.count() == 7


def test_lead_officer_begins_from_an_earlier_year(login):
    old = PaperFactory(year__number=2025, dated_on=date(2025, 4, 8))
    year = EmulationYearFactory(bloc=old.year.bloc)
    client = lead_client(login, year)

    offered = client.get(at("pledge_detail", year))
    client.post(at("pledge_begin", year), {"tu-nam": "2025"})

    assert "Giao ước năm 2025: chép nội dung" in text_of(offered)
    assert year.papers.get().sections.first().body == old.sections.first().body


@pytest.mark.parametrize("source", ["2024", "abc", "99999999999999999999", "-1"])
def test_beginning_from_a_year_that_is_not_there_is_refused(login, source):
    year = EmulationYearFactory()

    answer = lead_client(login, year).post(at("pledge_begin", year), {"tu-nam": source})

    assert answer.status_code == 404
    assert not year.papers.exists()


def test_beginning_twice_keeps_the_first(login):
    draft = PaperFactory()

    answer = lead_client(login, draft).post(at("pledge_begin", draft), follow=True)

    assert "Năm này đã có giao ước." in text_of(answer)
    assert draft.year.papers.get() == draft


@pytest.mark.parametrize("person", ["clerk", "other officer"])
def test_only_the_lead_unit_begins(login, person):
    year = EmulationYearFactory()
    user = clerk_of(lead_of(year)) if person == "clerk" else officer_of(deputy_of(year))

    assert login(user).post(at("pledge_begin", year)).status_code == 403
    assert not year.papers.exists()


def test_closed_year_gets_no_pledge(login):
    year = EmulationYearFactory(closed=True)

    assert lead_client(login, year).post(at("pledge_begin", year)).status_code == 403


# A draft is the lead unit's own


def test_draft_is_not_shown_to_other_units(login):
    draft = PaperFactory()
    other = login(officer_of(deputy_of(draft.year)))

    page = other.get(at("pledge_detail", draft))

    assert "Đơn vị trưởng khối chưa gửi dự thảo giao ước." in text_of(page)
    for name in ("pledge_edit", "draft_pdf", "comment_list", "target_list", "pledge_adopt"):
        assert other.get(at(name, draft)).status_code == 404


def test_draft_pdf_bears_its_mark_and_no_code(login):
    draft = PaperFactory()

    answer = lead_client(login, draft).get(at("draft_pdf", draft))

    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == (
        'inline; filename="khoi-1_2026_giao-uoc_du-thao-0604.pdf"'
    )
    assert answer.content.startswith(b"%PDF-")


# Editing


def test_saving_what_was_shown_changes_nothing_but_the_count(login):
    paper = PaperFactory(place="Hội trường")
    client = lead_client(login, paper)
    before = [(row.pk, row.heading, row.body) for row in paper.sections.all()]

    answer = client.post(
        at("pledge_edit", paper), typed(client.get(at("pledge_edit", paper))), follow=True
    )

    paper.refresh_from_db()
    assert "Đã lưu giao ước." in text_of(answer)
    assert [(row.pk, row.heading, row.body) for row in paper.sections.all()] == before
    assert (paper.revision, paper.place) == (1, "Hội trường")


def test_everything_typed_is_saved_at_once(login):
    LegalBasisFactory(citation="Luật Thi đua")
    paper = PaperFactory()
    client = lead_client(login, paper)
    data = typed(client.get(at("pledge_edit", paper)))
    data |= {
        "place": "Hội trường Sở Tài chính",
        "dated_on": "2026-04-09",
        "sections-0-heading": "Mục sửa",
        "sections-2-heading": "Mục thêm",
        "sections-2-body": "Một.\nHai.",
        "bases-1-text": "Căn cứ Quy chế của Khối",
        "done": "1",
    }

    answer = client.post(at("pledge_edit", paper), data)

    paper.refresh_from_db()
    assert answer["Location"] == paper.get_absolute_url()
    assert (paper.place, paper.dated_on) == ("Hội trường Sở Tài chính", date(2026, 4, 9))
    assert [row.heading for row in paper.sections.all()][::2] == ["Mục sửa", "Mục thêm"]
    assert [row.text for row in paper.bases.all()] == [
        "Căn cứ Luật Thi đua",
        "Căn cứ Quy chế của Khối",
    ]


@pytest.mark.parametrize(
    "mistake", [{"sections-0-heading": ""}, {"dated_on": "31/02/2026"}, {"copies": "không"}]
)
def test_one_mistake_saves_nothing_and_keeps_what_was_typed(login, mistake):
    paper = PaperFactory()
    client = lead_client(login, paper)
    data = typed(client.get(at("pledge_edit", paper)))

    answer = client.post(
        at("pledge_edit", paper), data | {"place": "Nơi khác", "sections-1-body": "Mới."} | mistake
    )

    paper.refresh_from_db()
    assert answer.status_code == 422
    assert "Nơi khác" in answer.content.decode()
    assert (paper.revision, paper.place) == (0, "")
    assert not paper.sections.filter(body="Mới.").exists()


def test_sections_are_added_in_their_place_and_taken_away(login):
    paper = PaperFactory()
    client = lead_client(login, paper)
    first, second = paper.sections.all()
    data = typed(client.get(at("pledge_edit", paper)))
    data |= {"sections-2-heading": "Mục mới", "sections-2-ORDER": "1", "sections-1-DELETE": "on"}

    client.post(at("pledge_edit", paper), data)

    rows = [(row.position, row.heading) for row in paper.sections.all()]
    assert rows == [(1, "Mục mới"), (2, first.heading)]
    assert not paper.sections.filter(pk=second.pk).exists()


@pytest.mark.parametrize(
    ("moved", "to", "order"), [(0, 3, "bca"), (2, 1, "cab"), (1, 1, "bac"), (1, 3, "acb")]
)
def test_section_is_moved_to_the_number_typed(login, moved, to, order):
    paper = PaperFactory()
    paper.sections.all().delete()
    for number, heading in enumerate("abc", 1):
        paper.sections.create(position=number, heading=heading, body="Một.")
    client = lead_client(login, paper)
    data = typed(client.get(at("pledge_edit", paper)))

    client.post(at("pledge_edit", paper), data | {f"sections-{moved}-ORDER": to})

    assert "".join(row.heading for row in paper.sections.all()) == order


def test_colleague_who_saves_second_is_told_and_keeps_what_was_typed(login):
    paper = PaperFactory()
    client = lead_client(login, paper)
    data = typed(client.get(at("pledge_edit", paper)))
    client.post(at("pledge_edit", paper), data | {"place": "Của người thứ nhất"})

    answer = client.post(at("pledge_edit", paper), data | {"place": "Của người thứ hai"})

    paper.refresh_from_db()
    assert answer.status_code == 422
    assert "Một người khác vừa lưu giao ước này." in text_of(answer)
    assert "Lưu đè" in text_of(answer)
    assert "Của người thứ hai" in answer.content.decode()
    assert (paper.place, paper.revision) == ("Của người thứ nhất", 1)


def test_colleague_may_save_over_the_other_after_being_told(login):
    paper = PaperFactory()
    client = lead_client(login, paper)
    data = typed(client.get(at("pledge_edit", paper)))
    client.post(at("pledge_edit", paper), data | {"place": "Của người thứ nhất"})
    told = client.post(at("pledge_edit", paper), data | {"place": "Của người thứ hai"})

    again = typed(told) | {"overwrite": "1"}
    answer = client.post(at("pledge_edit", paper), again, follow=True)

    paper.refresh_from_db()
    assert "Đã lưu giao ước." in text_of(answer)
    assert (paper.place, paper.revision) == ("Của người thứ hai", 2)


def test_saving_over_does_not_repeat_what_the_other_added(login):
    paper = PaperFactory()
    client = lead_client(login, paper)
    data = typed(client.get(at("pledge_edit", paper)))
    client.post(at("pledge_edit", paper), data | {"sections-0-DELETE": "on"})

    answer = client.post(at("pledge_edit", paper), data | {"overwrite": "1"})

    assert answer.status_code in (302, 422)
    assert paper.sections.count() <= 2


def test_bases_are_taken_anew_for_the_papers_day(login):
    paper = PaperFactory()
    LegalBasisFactory(citation="Luật mới")
    client = lead_client(login, paper)
    opened = typed(client.get(at("pledge_edit", paper)))

    client.post(at("pledge_take_bases", paper))
    late = client.post(at("pledge_edit", paper), opened)

    assert [row.text for row in paper.bases.all()] == ["Căn cứ Luật mới"]
    assert "Một người khác vừa lưu" in text_of(late)


@pytest.mark.parametrize("state", ["adopted", "signing", "complete"])
def test_adopted_text_is_not_edited(login, state):
    paper = PaperFactory(reached=state)
    client = lead_client(login, paper)

    answers = [
        client.get(at("pledge_edit", paper)),
        client.post(at("pledge_edit", paper), {"place": "Nơi khác"}),
        client.post(at("pledge_preview", paper), {}),
        client.post(at("pledge_take_bases", paper)),
    ]

    assert [answer.status_code for answer in answers] == [403] * 4
    assert "cần mở lại, ghi rõ lý do" in text_of(answers[0])


def test_other_units_do_not_edit(login):
    paper = PaperFactory(commenting=True)

    answer = login(leader_of(deputy_of(paper.year))).get(at("pledge_edit", paper))

    assert answer.status_code == 403
    assert "Chỉ đơn vị trưởng khối soạn giao ước" in text_of(answer)


# The preview


def test_preview_shows_what_is_typed_and_saves_nothing(login):
    paper = PaperFactory()
    client = lead_client(login, paper)
    data = typed(client.get(at("pledge_edit", paper)))
    data |= {"place": "Hội trường lớn", "sections-2-heading": "Mục mới", "sections-2-ORDER": "1"}

    page = text_of(client.post(at("pledge_preview", paper), data))

    paper.refresh_from_db()
    assert "tại Hội trường lớn" in page
    assert page.index("1. Mục mới") < page.index("2. Hoàn thành xuất sắc nhiệm vụ chính trị")
    assert (paper.place, paper.revision, paper.sections.count()) == ("", 0, 2)


def test_preview_names_what_cannot_be_read_yet(login):
    paper = PaperFactory()
    client = lead_client(login, paper)
    data = typed(client.get(at("pledge_edit", paper)))

    page = text_of(client.post(at("pledge_preview", paper), data | {"sections-0-heading": ""}))

    assert "Chưa xem trước được: có ô cần sửa." in page
    assert "Mục 1:" in page


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
        return client.post(at("pledge_freeze", paper), {"pressed": "", **data}, follow=True)


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
