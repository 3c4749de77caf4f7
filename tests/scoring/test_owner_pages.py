"""Facts that one agency gives: its grid, one row, its document, its workbook; what units answer."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from khoithidua.printing import render_html
from scoring import owner_facts
from scoring.models import OwnerFact
from tests.factories import (
    EmulationYearFactory,
    OwnerFactFactory,
    RoundFactory,
    ScorecardFactory,
    StoredFileFactory,
    UserFactory,
    assign_duties,
    card_of,
    clerk_of,
    deputy_of,
    lead_of,
    leader_of,
    leaf,
    member_of,
    officer_of,
)
from tests.scoring.workbook_samples import Edited

pytestmark = pytest.mark.django_db

REPORT = "Báo cáo số 45/BC-STN ngày 05/01/2026 về kết quả thực hiện nhiệm vụ"


@pytest.fixture
def round(db):
    """The lead owns I.1 of the factory's table."""
    return RoundFactory()


@pytest.fixture
def owner(login, round):
    return login(officer_of(lead_of(round.year)))


def path(round, name="owner_grid", *args):
    return reverse(f"scoring:{name}", args=[round.year.bloc.slug, round.year.number, *args])


def fact_of(round, unit):
    return OwnerFact.objects.filter(unit=unit).first()


def typed(client, round, rows, source=REPORT, url=None):
    """The POST of the page as it is now, with rows {unit: (done, total)} typed into it."""
    response = client.get(url or path(round))
    section = response.context["grid"].sections[0]
    data = {section.source_name: section.source, section.source_stood_name: section.source_stood}
    for row in section.rows:
        data[row.name] = row.stood
        data |= {one.name: one.value for one in row.fields}
    for unit, (done, total) in rows.items():
        data |= {f"I.1/{unit.slug}/done": done, f"I.1/{unit.slug}/total": total}
    return data | {section.source_name: source}


def save(client, round, rows, **options):
    return client.post(path(round), typed(client, round, rows, **options), follow=True)


# The grid


def test_grid_asks_for_every_unit_and_only_what_is_owned(owner, round):
    html = owner.get(path(round)).content.decode()

    for member in round.year.members():
        assert f'name="I.1/{member.unit.slug}/done"' in html
    assert "I.2" not in html
    assert html.count("Chưa cung cấp") == 4


def test_officer_gives_facts_for_many_units_at_once(owner, round):
    first, second = deputy_of(round.year), member_of(round.year)

    response = save(owner, round, {first: ("137", "142"), second: ("1.000", "1000")})

    assert "Đã lưu 2 dòng" in response.content.decode()
    given = fact_of(round, second)
    assert (given.facts, given.source) == ({"done": "1000", "total": "1000"}, REPORT)
    assert given.given_by == officer_of(lead_of(round.year))
    assert OwnerFact.objects.count() == 2
    assert response.content.decode().count("Chờ ý kiến") == 2


@pytest.mark.parametrize(
    ("done", "total", "source", "words"),
    [
        ("nhiều", "142", REPORT, "không phải là một số"),
        ("137", "", REPORT, "Còn thiếu: Tổng số"),
        ("150", "142", REPORT, "lớn hơn tổng số"),
        ("2,5", "142", REPORT, "Phải là số nguyên"),
        ("137", "142", " ", "Cần ghi văn bản làm căn cứ"),
        ("137", "142", "x" * 2001, "Dài quá 2000 chữ"),
    ],
)
def test_what_cannot_be_kept_is_shown_and_nothing_is_stored(
    owner, round, done, total, source, words
):
    rows = {deputy_of(round.year): ("1", "2"), member_of(round.year): (done, total)}

    response = owner.post(path(round), typed(owner, round, rows, source=source))

    html = response.content.decode()
    assert response.status_code == 422
    assert words in html
    assert f'value="{done}"' in html
    assert not OwnerFact.objects.exists()


def test_corrected_row_is_asked_about_again_and_the_others_are_not(owner, round):
    first, second = deputy_of(round.year), member_of(round.year)
    save(owner, round, {first: ("1", "2"), second: ("3", "4")})
    for unit in (first, second):
        owner_facts.confirm_fact(fact_of(round, unit), by=officer_of(unit), revision=1)

    save(owner, round, {second: ("4", "4")})

    assert (fact_of(round, first).answer, fact_of(round, first).revision) == ("confirmed", 1)
    assert (fact_of(round, second).answer, fact_of(round, second).revision) == ("", 2)


def test_source_put_right_goes_to_the_rows_that_cite_it(owner, round):
    first, second = deputy_of(round.year), member_of(round.year)
    save(owner, round, {first: ("1", "2"), second: ("3", "4")})

    response = save(owner, round, {}, source="Báo cáo số 46/BC-STN")

    assert "Đã lưu 2 dòng" in response.content.decode()
    assert set(OwnerFact.objects.values_list("source", flat=True)) == {"Báo cáo số 46/BC-STN"}


def test_two_officers_lose_nothing(owner, round):
    first, second = deputy_of(round.year), member_of(round.year)
    save(owner, round, {first: ("1", "2"), second: ("3", "4")})
    mine = typed(owner, round, {second: ("4", "4")})
    save(owner, round, {first: ("2", "2")})

    owner.post(path(round), mine)

    assert fact_of(round, first).facts["done"] == "2", "a row left alone is not taken back"
    assert fact_of(round, second).facts["done"] == "4"


def test_row_changed_by_another_is_saved_only_when_pressed_again(owner, round):
    unit = member_of(round.year)
    save(owner, round, {unit: ("3", "4")})
    mine = typed(owner, round, {unit: ("4", "4")})
    save(owner, round, {unit: ("2", "4")})

    response = owner.post(path(round), mine)

    html = response.content.decode()
    assert response.status_code == 422
    assert "Có người vừa sửa dòng này" in html and "Đúng hạn 2; Tổng số 4" in html
    assert "Lưu đè" in html
    assert fact_of(round, unit).facts["done"] == "2"
    row = next(
        row for row in response.context["grid"].sections[0].rows if row.unit.slug == unit.slug
    )
    owner.post(path(round), mine | {row.name: row.stood})
    assert fact_of(round, unit).facts["done"] == "4"


def test_grid_is_only_read_once_facts_stand_still(login, round):
    round.state = "provisional"
    round.save()
    client = login(officer_of(lead_of(round.year)))

    html = client.get(path(round)).content.decode()

    assert "Đợt chấm điểm không nhận dữ kiện nữa." in html and "<textarea" not in html
    assert client.post(path(round), {}).status_code == 403


def test_only_the_owners_officers_and_leaders_give(login, round):
    lead, other = lead_of(round.year), deputy_of(round.year)

    assert login(leader_of(lead)).get(path(round)).status_code == 200
    for user in (clerk_of(lead), officer_of(other), leader_of(other)):
        client = login(user)
        assert client.get(path(round)).status_code == 403
        assert client.post(path(round), {}).status_code == 403
        assert client.get(path(round, "owner_workbook_download")).status_code == 403


@pytest.mark.parametrize("members", [2, 4])
def test_grid_costs_the_same_for_two_units_and_four(login, members, django_assert_num_queries):
    round = RoundFactory(year=EmulationYearFactory(members=members))
    for card in round.cards.select_related("unit").order_by("pk"):
        OwnerFactFactory(round=round, unit=card.unit, source=REPORT)
    client = login(officer_of(lead_of(round.year)))
    client.get(path(round))

    with django_assert_num_queries(8):
        client.get(path(round))


# The owner's own row


def test_own_row_counts_after_a_second_person_looked(login, owner, round):
    lead = lead_of(round.year)
    save(owner, round, {lead: ("1", "2")})
    place = ("I.1", lead.slug)
    assert "Chờ người thứ hai đối chiếu" in owner.get(path(round)).content.decode()
    assert not OwnerFact.objects.in_force().exists()
    check = path(round, "owner_fact_check", *place)

    own = owner.post(check, {"revision": 1})
    second = login(leader_of(lead))
    assert "Tôi đã đối chiếu" in second.get(path(round, "owner_fact", *place)).content.decode()
    stale = second.post(check, {"revision": 7}, follow=True)
    done = second.post(check, {"revision": 1}, follow=True)

    assert own.status_code == 403
    assert owner_facts.GIVEN_MEANWHILE in stale.content.decode()
    assert "số liệu khớp với văn bản" in done.content.decode()
    assert OwnerFact.objects.in_force().get().checked_by == leader_of(lead)


def test_own_row_changed_must_be_looked_at_again(login, owner, round):
    lead = lead_of(round.year)
    fact = OwnerFactFactory(round=round, own=True)
    owner_facts.check_own_fact(fact, by=leader_of(lead), revision=1)

    save(owner, round, {lead: ("1", "2")})

    assert not OwnerFact.objects.in_force().exists()


# What the unit reads and answers


def test_unit_reads_the_source_and_who_gave_it(login, round):
    fact = OwnerFactFactory(round=round, source=REPORT)
    client = login(officer_of(fact.unit))

    html = client.get(path(round, "fact_list", fact.unit.slug)).content.decode()

    assert "137" in html and "142" in html and REPORT in html
    assert fact.given_by.full_name in html
    card = client.get(path(round, "scorecard_detail", fact.unit.slug)).content.decode()
    assert "Số liệu cơ quan khác cung cấp" in card


def test_unit_confirms_or_objects_with_a_reason(login, round):
    fact = OwnerFactFactory(round=round, source=REPORT)
    client = login(officer_of(fact.unit))
    answer = path(round, "fact_answer", fact.unit.slug, "I.1")

    without = client.post(answer, {"revision": 1, "object": "", "note": " "})
    client.post(answer, {"revision": 1, "object": "", "note": "Còn 03 nhiệm vụ chưa tính."})
    objected = fact_of(round, fact.unit)
    client.post(answer, {"revision": 1, "confirm": ""})

    assert without.status_code == 422
    assert "Lý do: Trường này là bắt buộc." in without.content.decode()
    assert (objected.answer, objected.answer_note) == ("objected", "Còn 03 nhiệm vụ chưa tính.")
    assert fact_of(round, fact.unit).answer == "confirmed"


def test_answer_to_what_changed_meanwhile_is_not_kept(login, round):
    fact = OwnerFactFactory(round=round, source=REPORT)
    OwnerFactFactory(round=round, source=REPORT, facts={"done": "1", "total": "142"}, revision=1)

    response = login(officer_of(fact.unit)).post(
        path(round, "fact_answer", fact.unit.slug, "I.1"), {"revision": 1, "confirm": ""}
    )

    assert response.status_code == 422
    assert owner_facts.GIVEN_MEANWHILE in response.content.decode()
    assert fact_of(round, fact.unit).answer == ""


def test_owner_corrects_or_keeps_what_the_unit_objected_to(login, owner, round):
    fact = OwnerFactFactory(round=round, source=REPORT)
    owner_facts.object_to_fact(fact, by=officer_of(fact.unit), revision=1, note="Còn thiếu.")
    place = ("I.1", fact.unit.slug)
    assert "Không đồng ý, chờ trả lời" in owner.get(path(round)).content.decode()
    assert "Còn thiếu." in owner.get(path(round, "owner_fact", *place)).content.decode()

    keep = path(round, "owner_fact_keep", *place)
    assert owner.post(keep, {"revision": 1, "note": ""}).status_code == 422
    owner.post(keep, {"revision": 1, "note": "Đã tính đủ."})
    kept = login(officer_of(fact.unit)).get(path(round, "fact_list", fact.unit.slug))
    assert "Đã tính đủ." in kept.content.decode()

    url = path(round, "owner_fact", *place)
    owner.post(url, typed(owner, round, {fact.unit: ("140", "142")}, url=url))
    corrected = fact_of(round, fact.unit)
    assert (corrected.facts["done"], corrected.answer, corrected.revision) == ("140", "", 2)


# No leak


def test_unit_sees_its_own_row_only(login, round):
    mine, other = OwnerFactFactory(round=round, source=REPORT), deputy_of(round.year)
    OwnerFactFactory(
        round=round, unit=other, source=REPORT, facts={"done": "70707", "total": "80808"}
    )
    client = login(officer_of(mine.unit))

    html = client.get(path(round, "fact_list", mine.unit.slug)).content.decode()

    assert "137" in html and "70707" not in html and "70.707" not in html
    for name in ("fact_list", "scorecard_detail"):
        assert client.get(path(round, name, other.slug)).status_code == 404
    assert client.get(path(round, "fact_file", other.slug, "I.1")).status_code == 404
    assert client.post(path(round, "fact_answer", other.slug, "I.1"), {}).status_code == 404


def test_owner_sees_the_rows_it_gives_and_not_the_cards(owner, round):
    fact = OwnerFactFactory(round=round, source=REPORT)

    assert owner.get(path(round)).status_code == 200
    assert owner.get(path(round, "owner_fact", "I.2", fact.unit.slug)).status_code == 404
    assert owner.get(path(round, "scorecard_detail", fact.unit.slug)).status_code == 404
    assert owner.get(path(round, "fact_list", fact.unit.slug)).status_code == 404


def test_own_row_that_was_not_checked_is_nobodys_fact(login, round):
    fact = OwnerFactFactory(round=round, own=True)

    html = login(leader_of(fact.unit)).get(path(round, "fact_list", fact.unit.slug))

    assert "Chưa cơ quan nào cung cấp số liệu" in html.content.decode()


# The document


def test_document_and_its_file_go_to_every_row(login, owner, round):
    first, second = deputy_of(round.year), member_of(round.year)
    save(owner, round, {first: ("1", "2"), second: ("3", "4")})
    file = StoredFileFactory().read()
    url = path(round, "owner_source", "I.1")
    pdf = _pdf()

    undeclared = owner.post(url, {"source": REPORT, "file": _upload(pdf)})
    wrong = owner.post(url, {"source": REPORT, "declared": "on", "file": _upload(file)})
    done = owner.post(url, {"source": REPORT, "declared": "on", "file": _upload(pdf)}, follow=True)

    assert (undeclared.status_code, wrong.status_code, done.status_code) == (422, 422, 200)
    assert [row.file.read() for row in OwnerFact.objects.order_by("pk")] == [pdf, pdf]
    client = login(officer_of(second))
    response = client.get(path(round, "fact_file", second.slug, "I.1"))
    assert response.content == pdf
    assert f"{second.slug}_I.1.pdf" in response["Content-Disposition"]
    assert client.get(path(round, "fact_file", first.slug, "I.1")).status_code == 404
    # A row corrected after the same document keeps its file.
    save(owner, round, {second: ("4", "4")})
    assert fact_of(round, second).file is not None


def test_verifier_of_the_card_opens_the_document_and_others_do_not(login):
    round = RoundFactory(verification=True)
    card = ScorecardFactory(round=round, submitted=True)
    fact = OwnerFactFactory(round=round, source=REPORT, file=StoredFileFactory())
    assign_duties(round)
    url = path(round, "fact_file", fact.unit.slug, "I.1")
    verifiers = {duty.verifier_id for duty in card.duties.all() if duty.verifier_id}

    for member in round.year.members():
        mine = member.unit_id in (fact.unit_id, fact.by_unit_id) or member.unit_id in verifiers
        assert login(officer_of(member.unit)).get(url).status_code == (200 if mine else 404)
    assert login(UserFactory(inspector=True)).get(url).status_code == 200


def _pdf():
    return render_html("<p>Báo cáo</p>").pdf


def _upload(data):
    return SimpleUploadedFile("bao-cao.pdf", data)


# The workbook


def test_workbook_of_the_owner_goes_out_and_comes_back(owner, round):
    unit = member_of(round.year)
    file = Edited(owner.get(path(round, "owner_workbook_download")).content)
    column = "FGHI"[[m.unit_id for m in round.year.members()].index(unit.pk)]
    file.put("I.1/done", "137", column)
    file.put("I.1/total", 142, column)
    file.put("I.1/done", REPORT, "J")
    url = path(round, "owner_workbook_upload")

    preview = owner.post(url, {"file": SimpleUploadedFile("a.xlsx", file.saved())})

    assert "Chưa ghi gì" in preview.content.decode()
    assert not OwnerFact.objects.exists()
    data = {"content": preview.context["content"]}
    response = owner.post(path(round, "owner_workbook_confirm"), data, follow=True)
    assert "Đã lưu 1 dòng từ sổ tính." in response.content.decode()
    assert fact_of(round, unit).facts == {"done": "137", "total": "142"}


def test_workbook_that_cannot_be_taken_stores_nothing(owner, round):
    file = Edited(owner.get(path(round, "owner_workbook_download")).content)
    where = file.put("I.1/done", "nhiều", "F")

    response = owner.post(
        path(round, "owner_workbook_upload"),
        {"file": SimpleUploadedFile("a.xlsx", file.saved())},
    )

    assert response.status_code == 422
    assert f"Ô {where}: Đúng hạn: “nhiều” không phải là một số" in response.content.decode()
    assert not OwnerFact.objects.exists()


def test_row_given_since_the_preview_is_shown_anew(owner, round):
    unit = member_of(round.year)
    OwnerFactFactory(round=round, source=REPORT)
    file = Edited(owner.get(path(round, "owner_workbook_download")).content)
    column = "FGHI"[[m.unit_id for m in round.year.members()].index(unit.pk)]
    file.put("I.1/done", "138", column)
    url = path(round, "owner_workbook_upload")
    preview = owner.post(url, {"file": SimpleUploadedFile("a.xlsx", file.saved())})
    save(owner, round, {unit: ("139", "142")})
    confirm = path(round, "owner_workbook_confirm")

    again = owner.post(confirm, {"content": preview.context["content"]})

    html = again.content.decode()
    assert "Số liệu đã thay đổi từ lúc xem trước" in html
    assert "Có người sửa sau khi tải sổ tính" in html
    data = {"content": again.context["content"], f"take:I.1/{unit.slug}": "on"}
    owner.post(confirm, data)
    assert fact_of(round, unit).facts["done"] == "138"


def test_card_shows_what_the_owner_gave(login, round):
    fact = OwnerFactFactory(round=round, source=REPORT)
    card = card_of(round, fact.unit)

    html = login(officer_of(fact.unit)).get(path(round, "scorecard_detail", card.unit.slug))

    assert REPORT in html.content.decode()
    assert leaf(round, "I.1").rule["owner"] == lead_of(round.year).slug
