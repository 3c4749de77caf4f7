"""The papers in the browser: who gets which, in which form, and what is not in them yet."""

import io
import json
import zipfile
from decimal import Decimal

import pytest
from lxml import html
from python_calamine import CalamineWorkbook

from scoring import cards, points
from scoring.models import Response
from scoring.papers.word import DOCX
from tests.factories import (
    EmulationYearFactory,
    EvidenceFactory,
    RoundFactory,
    ScorecardFactory,
    UserFactory,
    WordTemplateFactory,
    chair_officer,
    lead_of,
    leader_of,
    member_of,
    officer_of,
)
from tests.scoring.pages import at
from tests.scoring.papers.word_samples import text_of

pytestmark = pytest.mark.django_db

KINDS = {
    "pdf": "application/pdf",
    "docx": DOCX,
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}


def get(login, user, name, card):
    return login(user).get(at(name, card.year, card.unit.slug))


def text_in(response):
    """Everything an answer says, unpacked."""
    body = response.content
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as parts:
            body = b"".join(parts.read(name) for name in parts.namelist())
    return body.decode("utf-8", "replace")


@pytest.mark.parametrize("form", KINDS)
def test_self_table_comes_in_every_form(login, form):
    card = ScorecardFactory()

    response = get(login, officer_of(card.unit), f"self_table_{form}", card)

    assert response.status_code == 200
    assert response["Content-Type"] == KINDS[form]
    name = response["Content-Disposition"]
    assert f"{card.unit.slug}_bang-tu-cham" in name
    assert name.endswith(f'.{form}"')


def test_unsent_card_prints_as_a_draft(login):
    card = ScorecardFactory()

    data = get(login, officer_of(card.unit), "self_table_json", card).json()

    assert data["draft_mark"] == "DỰ THẢO"
    assert data["notes"][0].startswith("Còn ")


@pytest.fixture
def verifying(db):
    """A card on which the verifier has written down less than the unit gave itself, and why."""
    card = ScorecardFactory(verifying=True)
    criterion = card.round.criteria.leaves().get(key="I.1")
    points.record_points(
        card,
        criterion,
        stage="verified",
        by=chair_officer(card),
        by_unit=lead_of(card.year),
        points=Decimal("0.37"),
        is_override=True,
        reason="Thiếu báo cáo quý IV.",
    )
    return card


@pytest.mark.parametrize(
    "name", ["self_table_json", "self_table_xlsx", "self_table_docx", "report_docx"]
)
def test_unit_reads_nothing_of_results_before_they_are_approved(login, verifying, name):
    response = get(login, officer_of(verifying.unit), name, verifying)

    assert response.status_code == 200
    assert "quý IV" not in text_in(response)
    assert "0.37" not in text_in(response)
    assert "0,37" not in text_in(response)


def test_minutes_wait_for_approval_and_say_so(login, verifying):
    response = get(login, officer_of(verifying.unit), "minutes_pdf", verifying)

    assert response.status_code == 403
    assert "khi kết quả thẩm định đã duyệt" in response.content.decode()


def test_minutes_carry_the_units_answers_but_not_a_decision_under_way(login):
    card = ScorecardFactory(verified=True)
    criterion = card.round.criteria.leaves().get(key="I.1")
    said = {"by": officer_of(card.unit), "kind": Response.Kind.EXPLAIN, "text": "Đã nộp bổ sung."}
    response = cards.answer(card, criterion, **said)
    cards.finish_answers(card, by=leader_of(card.unit))
    cards.decide(response, by=chair_officer(card), outcome="kept", reason="Nộp quá hạn.")

    before = text_of(get(login, officer_of(card.unit), "minutes_docx", card).content)
    cards.conclude(card, by=chair_officer(card))
    after = text_of(get(login, officer_of(card.unit), "minutes_docx", card).content)

    assert "Mục I.1: đơn vị giải trình: Đã nộp bổ sung." in before
    assert "quá hạn" not in before
    assert "Giữ nguyên điểm: Nộp quá hạn." in after


# The bloc's table


def sheets_of(response):
    return CalamineWorkbook.from_filelike(io.BytesIO(response.content)).sheet_names


def test_members_get_other_units_as_the_page_shows_them(login):
    round = RoundFactory(published=True)
    unit = member_of(round.year)
    short = unit.name_on(round.year.reference_day).short

    member = login(officer_of(unit)).get(at("summary_xlsx", round.year))
    province = login(UserFactory(secretariat=True)).get(at("summary_xlsx", round.year))

    assert sheets_of(member) == ["Tổng hợp", short]
    assert len(sheets_of(province)) == 1 + round.cards.count()


def test_provisional_table_says_so_and_waits_for_its_day(login):
    round = RoundFactory(provisional=True)
    lead, member = (officer_of(one(round.year)) for one in (lead_of, member_of))

    assert login(member).get(at("summary_pdf", round.year)).status_code == 404
    assert login(lead).get(at("summary_json", round.year)).json()["draft_mark"] == "DỰ KIẾN"


def test_page_and_paper_of_the_ranking_bear_the_same_numbers(login):
    round = RoundFactory(published=True)
    client = login(officer_of(member_of(round.year)))

    page = html.fromstring(client.get(at("ranking_detail", round.year)).content)
    data = json.loads(client.get(at("summary_json", round.year)).content)

    table = next(one for one in page.iter("table") if "Xếp loại" in one.text_content())
    for row, line in zip(data["rows"], table.iterfind("tbody/tr"), strict=True):
        for hidden in line.xpath(".//span[@class='visually-hidden']"):
            hidden.drop_tree()
        cells = [" ".join(cell.text_content().split()) for cell in line.iterfind("td")]
        figures = [*row["groups"], row["scaled"], row["bonus"], row["penalty"], row["total"]]
        place = row["place"]["text"].replace("–", "-")
        assert cells[: len(figures) + 1] == [place, *(one["text"] for one in figures)]
    notes = [
        " ".join(one.text_content().split())
        for one in page.iterfind(".//ol[@class='table-notes']/li")
    ]
    assert notes == data["notes"]


# Cost


@pytest.mark.parametrize("count", [1, 3])
def test_cost_of_the_self_table_does_not_grow_with_evidence(
    login, django_assert_num_queries, count
):
    card = ScorecardFactory()
    for _ in range(count):
        EvidenceFactory(card=card, cited="I.1")
    client = login(officer_of(card.unit))
    client.get(at("self_table_json", card.year, card.unit.slug))  # the table is compiled once

    with django_assert_num_queries(15):
        client.get(at("self_table_json", card.year, card.unit.slug))


@pytest.mark.parametrize("members", [4, 6])
def test_cost_of_the_blocs_table_does_not_grow_with_units(
    login, django_assert_num_queries, members
):
    round = RoundFactory(year=EmulationYearFactory(members=members), published=True)
    client = login(UserFactory(secretariat=True))
    client.get(at("summary_json", round.year))

    with django_assert_num_queries(16):
        client.get(at("summary_json", round.year))


# The province's own templates


def own_template(card, paragraph):
    authority = card.year.bloc.authority
    return WordTemplateFactory(authority=authority, kind="report", paragraphs=(paragraph,))


def test_word_follows_the_provinces_own_template(login):
    card = ScorecardFactory()
    own_template(card, "Mẫu riêng của {{ paper.unit }}")

    response = get(login, officer_of(card.unit), "report_docx", card)

    name = card.unit.name_on(card.year.reference_day).full
    assert text_of(response.content) == f"Mẫu riêng của {name}"


def test_template_that_fails_leaves_the_reader_with_a_sentence_and_the_pdf(login):
    card = ScorecardFactory()
    own_template(card, "{{ paper.khong_co }}")

    client = login(officer_of(card.unit))
    response = client.get(at("report_docx", card.year, card.unit.slug), follow=True)

    assert "Mẫu Word của tỉnh không lập được văn bản này" in response.content.decode()
    assert client.get(at("report_pdf", card.year, card.unit.slug)).status_code == 200
