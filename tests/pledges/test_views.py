"""Reading the pledge, its file, and the targets that units register; who sees what, and its cost."""

from datetime import date

import pytest

from pledges.models import Paper
from tests.factories import (
    CommentFactory,
    EmulationYearFactory,
    PaperFactory,
    TitleFactory,
    UserFactory,
    clerk_of,
    deputy_of,
    last_file,
    lead_of,
    leader_of,
    member_of,
    officer_of,
)
from tests.pledges.pages import at, text_of

pytestmark = pytest.mark.django_db


# Reading


def test_year_without_a_pledge_says_so_and_offers_it_to_the_lead_only(login):
    year = EmulationYearFactory()

    lead = login(officer_of(lead_of(year))).get(at("pledge_detail", year))
    other = login(officer_of(deputy_of(year))).get(at("pledge_detail", year))

    assert "Bắt đầu soạn" in text_of(lead)
    assert "Bắt đầu soạn" not in text_of(other)
    assert "chưa gửi dự thảo giao ước" in text_of(other)


def test_everyone_of_the_bloc_sees_who_signed_and_when(login):
    paper = PaperFactory(year=EmulationYearFactory(members=3), signing=True, signed=2)
    people = [officer_of(member_of(paper.year)), UserFactory(watches=paper.year.bloc)]

    pages = [text_of(login(person).get(at("pledge_detail", paper))) for person in people]

    for page in pages:
        assert "2/3 đã ký" in page
        assert page.count("Ký 06/4") == 2
        assert "Chưa ký" in page
        assert leader_of(lead_of(paper.year)).full_name in page


def test_page_shows_the_frozen_text_word_for_word(login):
    paper = PaperFactory(signing=True)

    page = login(officer_of(lead_of(paper.year))).get(at("pledge_detail", paper))

    assert paper.reading_html in page.content.decode()
    assert "Hạn ký thứ Tư, 08/4/2026, còn 2 ngày." in text_of(page)


def test_button_to_sign_is_the_unsigned_leaders_alone(login):
    paper = PaperFactory(signing=True, signed=1)
    signed, waiting = leader_of(lead_of(paper.year)), leader_of(deputy_of(paper.year))
    address, link = at("pledge_detail", paper), f'href="{at("pledge_sign", paper)}"'

    shown = [
        link in login(user).get(address).content.decode()
        for user in (waiting, signed, officer_of(deputy_of(paper.year)))
    ]

    assert shown == [True, False, False]


def test_leader_who_cannot_sign_now_is_told_why(login):
    paper = PaperFactory(signing=True, in_order=True)

    page = login(leader_of(deputy_of(paper.year))).get(at("pledge_detail", paper))

    assert "đang chờ Sở Thử nghiệm 1 ký trước" in text_of(page)


def test_complete_pledge_says_when_it_was_completed(login):
    paper = PaperFactory(complete=True)

    page = text_of(login(officer_of(lead_of(paper.year))).get(at("pledge_detail", paper)))

    assert "Hoàn tất lúc 09:00, 06/4/2026." in page
    assert "2/2 đã ký" in page
    assert f"Mã {paper.code}" in page


@pytest.mark.parametrize("name", ["pledge_detail", "file_in_force", "comment_list", "target_list"])
def test_people_of_other_blocs_find_nothing(login, name):
    paper = PaperFactory(signing=True)
    stranger = officer_of(lead_of(EmulationYearFactory()))

    assert login(stranger).get(at(name, paper)).status_code == 404


def test_inspector_reads_the_draft_and_writes_nothing(login):
    draft = PaperFactory()
    client = login(UserFactory(inspector=True))

    page = client.get(at("pledge_detail", draft))

    assert "100% nhiệm vụ được giao đúng hạn." in text_of(page)
    assert "Sửa nội dung" not in text_of(page)
    assert client.get(at("pledge_edit", draft)).status_code == 403


# The file


def test_file_in_force_is_the_last_of_the_chain(login):
    paper = PaperFactory(signing=True, signed=1)

    answer = login(clerk_of(lead_of(paper.year))).get(at("file_in_force", paper))

    assert answer.content == last_file(paper).file.read()
    assert answer["ETag"] == f'"{last_file(paper).file.sha256}"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize(
    ("is_demo", "version", "name"),
    [
        (False, 1, "khoi-1_2026_giao-uoc_v1.pdf"),
        (True, 1, "khoi-1_2026_giao-uoc_trinh-dien.pdf"),
        (True, 2, "khoi-1_2026_giao-uoc_v2_trinh-dien.pdf"),
    ],
)
def test_file_is_named_by_bloc_year_and_version(login, is_demo, version, name):
    paper = PaperFactory(year__bloc__is_demo=is_demo, version=version, frozen=True)

    answer = login(officer_of(lead_of(paper.year))).get(at("file_in_force", paper))

    assert answer["Content-Disposition"] == f'inline; filename="{name}"'


def test_there_is_no_file_before_the_freeze_and_no_draft_after(login):
    adopted, frozen = PaperFactory(adopted=True), PaperFactory(frozen=True)

    before = login(officer_of(lead_of(adopted.year))).get(at("file_in_force", adopted))
    after = login(officer_of(lead_of(frozen.year))).get(at("draft_pdf", frozen))

    assert [before.status_code, after.status_code] == [404, 404]


# Targets


def row(number, name="Nhiệm vụ đúng hạn", plan="98,5", weight="100", **more):
    values = {"name": name, "measure": "%", "plan": plan, "weight": weight, **more}
    return {f"targets-{number}-{key}": value for key, value in values.items()}


def rows(*given, initial=0):
    data = {"targets-TOTAL_FORMS": len(given), "targets-INITIAL_FORMS": initial}
    for one in given:
        data |= one
    return data


def test_unit_registers_its_targets_and_titles(login):
    paper = PaperFactory(commenting=True)
    unit, title = deputy_of(paper.year), TitleFactory()
    kept = paper.targets.get(unit=unit)
    data = rows(row(0, id=kept.pk, weight="60"), row(1, name="Hồ sơ", weight="40"), initial=1)

    login(officer_of(unit)).post(at("target_edit", paper, unit.slug), data | {"titles": [title.pk]})

    found = paper.targets.filter(unit=unit).values_list("name", "plan", "weight")
    assert [(name, str(plan.normalize()), int(weight)) for name, plan, weight in found] == [
        ("Nhiệm vụ đúng hạn", "98.5", 60),
        ("Hồ sơ", "98.5", 40),
    ]
    assert paper.registered_titles.get().title == title
    assert paper.targets.filter(unit=lead_of(paper.year)).count() == 1


@pytest.mark.parametrize(
    ("weights", "right"),
    [(("60", "40"), True), (("60", "30"), False), (("60", ""), False), (("", ""), True)],
)
def test_weights_of_a_unit_add_up_to_a_hundred_or_are_left_out(login, weights, right):
    paper = PaperFactory(commenting=True)
    unit = deputy_of(paper.year)
    paper.targets.filter(unit=unit).delete()

    answer = login(officer_of(unit)).post(
        at("target_edit", paper, unit.slug),
        rows(*(row(number, weight=weight) for number, weight in enumerate(weights))),
    )

    assert answer.status_code == (302 if right else 422)
    assert paper.targets.filter(unit=unit).count() == (2 if right else 0)


def test_target_is_taken_away(login):
    paper = PaperFactory(commenting=True)
    unit = deputy_of(paper.year)
    gone = paper.targets.get(unit=unit)

    login(officer_of(unit)).post(
        at("target_edit", paper, unit.slug),
        rows(row(0, id=gone.pk, DELETE="on"), row(1, name="Khác"), initial=1),
    )

    assert [row.name for row in paper.targets.filter(unit=unit)] == ["Khác"]


def test_unit_does_not_touch_the_targets_of_another(login):
    paper = PaperFactory(year=EmulationYearFactory(members=3), commenting=True)
    foreign = paper.targets.get(unit=member_of(paper.year))
    own = deputy_of(paper.year)
    client = login(officer_of(own))

    refused = client.get(at("target_edit", paper, member_of(paper.year).slug))
    client.post(
        at("target_edit", paper, own.slug), rows(row(0, id=foreign.pk, name="Lấn"), initial=1)
    )

    foreign.refresh_from_db()
    assert refused.status_code == 403
    assert (foreign.name, foreign.unit) == ("Nhiệm vụ hoàn thành đúng hạn", member_of(paper.year))


@pytest.mark.parametrize(
    ("state", "lead", "member"),
    [("draft", 200, 404), ("commenting", 200, 200), ("adopted", 403, 403), ("signing", 403, 403)],
)
def test_targets_are_registered_while_the_text_is_open(login, state, lead, member):
    paper = PaperFactory(reached=state)
    unit = deputy_of(paper.year)
    address = at("target_edit", paper, unit.slug)

    found = [
        login(user).get(address).status_code
        for user in (officer_of(lead_of(paper.year)), officer_of(unit))
    ]

    assert found == [lead, member]


def test_unit_that_does_not_sign_registers_nothing(login):
    paper = PaperFactory(commenting=True)
    left = paper.year.memberships.get(unit=deputy_of(paper.year))
    left.end_on = date(2026, 4, 7)
    left.save(update_fields=["end_on"])

    answer = login(officer_of(lead_of(paper.year))).get(at("target_edit", paper, left.unit.slug))

    assert answer.status_code == 404


def test_list_of_targets_shows_every_unit_with_what_it_registered(login):
    paper = PaperFactory(commenting=True)
    paper.targets.filter(unit=deputy_of(paper.year)).delete()

    page = text_of(login(officer_of(deputy_of(paper.year))).get(at("target_list", paper)))

    assert "Nhiệm vụ hoàn thành đúng hạn: 98 %, trọng số 100" in page
    assert "Chưa đăng ký chỉ tiêu." in page
    assert page.count("Sửa chỉ tiêu của") == 1


# What a page costs, whatever it shows


@pytest.mark.parametrize("count", [1, 3])
def test_comments_cost_the_same_for_one_and_for_three(login, django_assert_num_queries, count):
    paper = PaperFactory(commenting=True)
    for _ in range(count):
        CommentFactory(paper=paper, answered=True)
    client = login(officer_of(lead_of(paper.year)))
    client.get(at("comment_list", paper))

    with django_assert_num_queries(9):
        page = client.get(at("comment_list", paper))

    assert page.content.decode().count("Đã sửa theo ý kiến.") == count


@pytest.mark.parametrize("members", [2, 4])
@pytest.mark.parametrize(
    ("name", "state", "queries"),
    [("target_list", "commenting", 9), ("pledge_detail", "signing", 6)],
)
def test_page_costs_the_same_for_two_units_and_for_four(
    login, django_assert_num_queries, members, name, state, queries
):
    paper = PaperFactory(year=EmulationYearFactory(members=members), reached=state)
    client = login(leader_of(lead_of(paper.year)))
    client.get(at(name, paper))

    with django_assert_num_queries(queries):
        page = client.get(at(name, paper))

    assert page.status_code == 200


def test_superseded_pledge_gives_way_to_the_next(login):
    old = PaperFactory(superseded=True)

    page = text_of(login(officer_of(deputy_of(old.year))).get(at("pledge_detail", old)))

    assert Paper.objects.live().get().replaces == old
    assert "Phiên bản 2, đã chốt." in page
