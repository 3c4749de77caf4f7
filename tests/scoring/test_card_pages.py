"""The unit's card in the browser: typed, computed, saved, passed on, sent in."""

import pytest
from django.urls import reverse

from scoring.entries import save_entry
from scoring.models import CardNote, Entry, PointsRecord, Scorecard, Submission
from tests.factories import (
    CriteriaSetFactory,
    EmulationYearFactory,
    MembershipFactory,
    RoundFactory,
    ScorecardFactory,
    lead_of,
    leader_of,
    member_of,
    officer_of,
)
from tests.scoring.judged import judged_card

pytestmark = pytest.mark.django_db


@pytest.fixture
def card(db):
    return ScorecardFactory()


def path(card, name="scorecard_detail", *args):
    place = [card.year.bloc.slug, card.year.number, card.unit.slug, *args]
    return reverse(f"scoring:{name}", args=place)


def entry(card, key):
    return Entry.objects.get(card=card, criterion__key=key)


def typed(card, key, **facts):
    """The POST of one criterion as the page sends it."""
    return {f"{key}:rev": entry(card, key).revision, **{f"{key}:{k}": v for k, v in facts.items()}}


def test_page_asks_for_the_facts_of_the_table(login, card):
    response = login(officer_of(card.unit)).get(path(card))

    html = response.content.decode()
    assert "Bản tự chấm của" in html
    assert 'name="I.1:done"' in html
    assert 'name="II.1:na_on"' in html
    assert 'name="P1:sent_1"' not in html, "the application knows when the card was sent"
    assert "Thiếu 5 dữ kiện" in html


def test_saving_without_script_keeps_all_that_was_typed(login, card):
    data = typed(card, "I.1", done="137", total="142") | typed(card, "T1", count="3")

    response = login(officer_of(card.unit)).post(path(card), data, follow=True)

    assert entry(card, "I.1").facts == {"done": "137", "total": "142"}
    assert entry(card, "T1").facts == {"count": "3"}
    html = response.content.decode()
    assert "Đã lưu 2 tiêu chí." in html
    assert "137/142 = 96,48 % × 8" in html
    assert "7,72" in html


def test_saving_keeps_the_good_and_shows_the_bad_as_typed(login, card):
    data = typed(card, "I.1", done="nhiều", total="142") | typed(card, "T1", count="3")

    response = login(officer_of(card.unit)).post(path(card), data)

    html = response.content.decode()
    assert response.status_code == 422
    assert 'value="nhiều"' in html
    assert "“nhiều” không phải là một số" in html
    assert entry(card, "I.1").facts == {}
    assert entry(card, "T1").facts == {"count": "3"}


def test_row_is_computed_as_it_is_typed_and_not_saved(login, card):
    response = login(officer_of(card.unit)).post(
        path(card, "scorecard_try", "I.1"), typed(card, "I.1", done="137", total="142")
    )

    html = response.content.decode()
    assert "7,72" in html
    assert "Chưa lưu" in html
    assert "Thêm 1 đúng hạn: +0,05 điểm." in html
    assert entry(card, "I.1").facts == {}


def test_row_is_saved_and_answers_with_its_new_revision(login, card):
    response = login(officer_of(card.unit)).post(
        path(card, "scorecard_row", "I.1"), typed(card, "I.1", done="137", total="142")
    )

    html = response.content.decode()
    assert "Đã lưu" in html
    assert 'name="I.1:rev"' in html
    assert f'value="{entry(card, "I.1").revision}"' in html
    assert entry(card, "I.1").facts == {"done": "137", "total": "142"}


def test_row_stays_saved_when_the_page_computes_it_once_more(login, card):
    """Typed quickly, a fact is saved before the pause after it is over."""
    facts = {"done": "137", "total": "142"}
    client = login(officer_of(card.unit))
    client.post(path(card, "scorecard_row", "I.1"), typed(card, "I.1", **facts))

    html = client.post(path(card, "scorecard_try", "I.1"), typed(card, "I.1", **facts))

    assert "Đã lưu" in html.content.decode()
    wrong = client.post(path(card, "scorecard_try", "I.1"), typed(card, "I.1", done="nhiều"))
    assert "Đã lưu" not in wrong.content.decode()


def test_unit_finds_its_results_from_its_card_once_they_were_sent(login):
    verifying, sent = judged_card(), judged_card(to="verified")

    for card, shown in ((verifying, False), (sent, True)):
        html = login(officer_of(card.unit)).get(path(card)).content.decode()
        assert (path(card, "answer_list") in html) == shown
    html = login(officer_of(lead_of(sent.year))).get(path(sent)).content.decode()
    assert path(sent, "answer_list") not in html


def test_row_answers_with_what_a_colleague_saved_while_it_was_being_saved(login, card, monkeypatch):
    officer = officer_of(card.unit)

    def after_a_colleague(card, criterion, **values):
        other = entry(card, "I.2")
        save_entry(card, other.criterion, by=officer, revision=other.revision, facts={"met": True})
        return save_entry(card, criterion, **values)

    monkeypatch.setattr("scoring.entries.save_entry", after_a_colleague)

    response = login(officer).post(
        path(card, "scorecard_row", "I.1"), typed(card, "I.1", done="137", total="142")
    )

    html = response.content.decode()
    assert "11,72" in html
    assert f'data-revision="{card.content_revision()}"' in html


def test_criterion_left_out_says_so_in_one_line_and_is_taken_back(login, card):
    client = login(officer_of(card.unit))
    client.post(path(card), typed(card, "II.1", na_on="on", na="Không được xếp hạng"))

    html = client.get(path(card)).content.decode()
    assert "Không áp dụng: Không được xếp hạng" in html
    assert 'class="fact-more" open' not in html
    client.post(path(card), typed(card, "II.1", value="95"))

    assert entry(card, "II.1").na_reason == ""
    assert "Không áp dụng: " not in client.get(path(card)).content.decode()


def test_what_was_not_kept_stands_open(login, card):
    """The reason is missing: the page shows where."""
    response = login(officer_of(card.unit)).post(path(card), typed(card, "II.1", na_on="on", na=""))

    assert response.status_code == 422
    assert response.content.decode().count('class="fact-more" open') == 1


def test_two_officers_on_one_row_lose_nothing(login, card):
    late = typed(card, "I.1", done="100", total="142")
    colleague = officer_of(card.unit)
    login(colleague).post(
        path(card, "scorecard_row", "I.1"), typed(card, "I.1", done="137", total="142")
    )

    response = login(leader_of(card.unit)).post(path(card), late)

    html = response.content.decode()
    assert response.status_code == 422
    assert f"{colleague.full_name} đã lưu mục này" in html
    assert 'value="100"' in html
    assert entry(card, "I.1").facts["done"] == "137"

    login(leader_of(card.unit)).post(path(card), late | {"I.1:overwrite": "on"})
    assert entry(card, "I.1").facts["done"] == "100"


def test_not_applicable_needs_its_reason(login, card):
    officer = login(officer_of(card.unit))

    refused = officer.post(path(card), typed(card, "II.1", na_on="on"))
    assert refused.status_code == 422
    assert "Ghi lý do không áp dụng." in refused.content.decode()

    kept = officer.post(
        path(card), typed(card, "II.1", na_on="on", na="không xếp hạng"), follow=True
    )
    assert entry(card, "II.1").na_reason == "không xếp hạng"
    assert "Không áp dụng: không xếp hạng." in kept.content.decode()


def test_estimate_needs_its_day_and_makes_the_total_provisional(login, card):
    officer = login(officer_of(card.unit))

    refused = officer.post(path(card), typed(card, "I.1", done="1", total="2", est="on"))
    assert "ghi chốt đến ngày nào" in refused.content.decode()

    data = typed(card, "I.1", done="1", total="2", est="on", as_of="2026-04-01")
    kept = officer.post(path(card), data, follow=True)
    assert "Ước thực hiện, chốt đến 01/4/2026" in kept.content.decode()
    assert "Tạm tính" in kept.content.decode()


def test_last_years_points_stand_beside(login):
    last = EmulationYearFactory(members=4, number=2025)
    unit = member_of(last)
    RoundFactory(year=last, published=True)
    year = EmulationYearFactory(bloc=last.bloc, number=2026, members=0)
    for member in last.memberships.order_by("pk"):
        MembershipFactory(year=year, unit=member.unit, role=member.role)
    round = RoundFactory(year=year)
    card = Scorecard.objects.select_related("unit", "year__bloc").get(round=round, unit=unit)

    html = login(officer_of(unit)).get(path(card)).content.decode()

    assert "năm trước 1" in html


def test_card_goes_to_a_reviewer_and_back_with_a_note(login, card):
    officer, leader = officer_of(card.unit), leader_of(card.unit)

    login(officer).post(path(card, "scorecard_pass"), {"reviewer": leader.pk})
    card.refresh_from_db()
    assert (card.state, card.reviewer) == ("review", leader)

    refused = login(leader).post(path(card, "scorecard_return"), {"text": " "})
    assert refused.status_code == 422
    login(leader).post(path(card, "scorecard_return"), {"text": "Bổ sung I.2"})
    card.refresh_from_db()
    assert card.state == "draft"
    assert "Bổ sung I.2" in login(officer).get(path(card)).content.decode()


def test_notes_stay_inside_the_unit(login, card):
    login(officer_of(card.unit)).post(path(card, "scorecard_note"), {"text": "Hỏi lại phòng KH"})
    assert CardNote.objects.get(card=card).text == "Hỏi lại phòng KH"

    other = officer_of(lead_of(card.year))
    assert login(other).get(path(card)).status_code == 404


def test_leader_confirms_what_is_sent(login, card):
    officer, leader = officer_of(card.unit), login(leader_of(card.unit))
    login(officer).post(path(card), typed(card, "I.1", done="137", total="142"))
    login(officer).post(path(card, "scorecard_pass"), {"reviewer": ""})

    page = leader.get(path(card, "scorecard_submit"))
    html = page.content.decode()
    assert "Tổng điểm tự chấm" in html
    assert "Thiếu dữ kiện" in html

    seen = page.context["form"]["seen"].value()
    refused = leader.post(path(card, "scorecard_submit"), {"seen": seen})
    assert "Cần đánh dấu cam kết" in refused.content.decode()
    leader.post(path(card, "scorecard_submit"), {"seen": seen, "declared": "on"})

    card.refresh_from_db()
    assert card.state == "submitted"
    assert Submission.objects.get(card=card).number == 1
    record = PointsRecord.objects.get(card=card, criterion__key="I.1", stage="self")
    assert (str(record.points), record.facts) == ("7.720000", {"done": "137", "total": "142"})


def test_leader_who_saw_an_older_card_is_asked_to_look_again(login, card):
    ScorecardFactory(round=card.round, unit=lead_of(card.year), leader=True)
    card = Scorecard.objects.select_related("unit", "year__bloc").get(
        round=card.round, unit=lead_of(card.year)
    )
    leader = login(leader_of(card.unit))
    seen = leader.get(path(card, "scorecard_submit")).context["form"]["seen"].value()
    leader.post(path(card), typed(card, "I.1", done="1", total="2"))

    response = leader.post(path(card, "scorecard_submit"), {"seen": seen, "declared": "on"})

    html = response.content.decode()
    assert response.status_code == 422
    assert "vừa được sửa trong đơn vị" in html
    assert f'name="seen" value="{seen + 1}"' in html
    assert not Submission.objects.filter(card=card).exists()


def test_sent_card_is_read_and_no_longer_filled(login):
    card = ScorecardFactory(submitted=True)
    officer = login(officer_of(card.unit))

    assert 'name="I.1:done"' not in officer.get(path(card)).content.decode()
    response = officer.post(path(card), {"I.1:rev": 0, "I.1:done": "1"})
    assert response.status_code == 403


def test_list_tells_states_and_no_points(login, card):
    lead = login(officer_of(lead_of(card.year)))

    response = lead.get(
        reverse("scoring:scorecard_list", args=[card.year.bloc.slug, card.year.number])
    )

    html = response.content.decode()
    assert html.count("Đang nhập") + html.count("đang nhập") == 4
    assert "0/4 đơn vị đã gửi" in html


def test_year_without_a_round_says_so_and_the_lead_opens_it(login):
    table = CriteriaSetFactory(adopted=True)
    year = table.year
    where = reverse("scoring:scorecard_list", args=[year.bloc.slug, year.number])
    lead = login(leader_of(lead_of(year)))

    assert "Chưa mở chấm điểm" in login(leader_of(member_of(year))).get(where).content.decode()
    assert "Mở chấm điểm" in lead.get(where).content.decode()
    lead.post(reverse("scoring:round_open", args=[year.bloc.slug, year.number]))

    assert Scorecard.objects.filter(year=year).count() == 4


@pytest.mark.parametrize("members", [2, 5])
def test_pages_cost_the_same_however_many_units(login, django_assert_num_queries, members):
    year = EmulationYearFactory(members=members)
    round = RoundFactory(year=year)
    card = Scorecard.objects.select_related("unit", "year__bloc").get(
        round=round, unit=lead_of(year)
    )
    client = login(officer_of(card.unit))
    where = reverse("scoring:scorecard_list", args=[year.bloc.slug, year.number])
    client.get(where)

    with django_assert_num_queries(7):
        client.get(where)
    client.get(path(card))
    with django_assert_num_queries(17):
        client.get(path(card))
