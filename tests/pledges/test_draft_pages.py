"""Pages on which the lead unit writes: begin, edit, preview; who sees a draft."""

from datetime import date

import pytest

from tests.factories import (
    EmulationYearFactory,
    LegalBasisFactory,
    PaperFactory,
    clerk_of,
    deputy_of,
    lead_of,
    leader_of,
    officer_of,
)
from tests.pledges.pages import at, text_of

pytestmark = pytest.mark.django_db


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
