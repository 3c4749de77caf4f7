"""The unit's workbook in the browser: downloaded, filled, uploaded, compared, taken."""

import io
import zipfile
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from khoithidua.models import AuditEntry
from scoring import entries
from scoring.models import Entry, PointsRecord
from tests.factories import (
    CriteriaSetFactory,
    EmulationYearFactory,
    OwnerFactFactory,
    RoundFactory,
    ScorecardFactory,
    card_of,
    clerk_of,
    deputy_of,
    leader_of,
    leaf,
    officer_of,
)
from tests.scoring.workbook_samples import Edited, Formula

pytestmark = pytest.mark.django_db


@pytest.fixture
def card(db):
    return ScorecardFactory()


@pytest.fixture
def officer(login, card):
    return login(officer_of(card.unit))


def path(card, name="workbook_upload"):
    return reverse(f"scoring:{name}", args=[card.year.bloc.slug, card.year.number, card.unit.slug])


def downloaded(client, card):
    response = client.get(path(card, "workbook_download"))
    assert response.status_code == 200
    return Edited(response.content)


def upload(client, card, file):
    data = file.saved() if isinstance(file, Edited) else file
    return client.post(path(card), {"file": SimpleUploadedFile("so-tinh.xlsx", data)})


def confirm(client, card, preview, *ticked):
    data = {"content": preview.context["content"]} | {f"take:{key}": "on" for key in ticked}
    return client.post(path(card, "workbook_confirm"), data, follow=True)


def entry(card, key):
    return Entry.objects.get(card=card, criterion__key=key)


def save(card, key, facts, by=None):
    return entries.save_entry(
        card,
        leaf(card.round, key),
        by=by or leader_of(card.unit),
        revision=entry(card, key).revision,
        facts=facts,
    )


def test_workbook_goes_out_and_comes_back(officer, card):
    file = downloaded(officer, card)
    file.put("I.2/met", "có")
    file.put("II.1/value", "98,5")
    file.put("II.1/value", "15/11/2026", "J")
    file.put("T1/count", 3, "E")
    file.put("T1/count", "Ba sáng kiến", "K")

    preview = upload(officer, card, file)

    html = preview.content.decode()
    assert "Chưa ghi gì" in html and "98,5" in html
    assert not Entry.objects.exclude(revision=0).exists()
    response = confirm(officer, card, preview)
    assert "Đã lấy 3 tiêu chí từ sổ tính." in response.content.decode()
    assert entry(card, "I.2").facts == {"met": True}
    stored = entry(card, "II.1")
    assert (stored.facts, stored.is_estimate, stored.as_of) == (
        {"value": "98.5"},
        True,
        date(2026, 11, 15),
    )
    assert (entry(card, "T1").facts, entry(card, "T1").note) == ({"count": "3"}, "Ba sáng kiến")
    assert AuditEntry.objects.filter(action="entry.save").count() == 3


def test_untouched_workbook_has_nothing_to_take(officer, card):
    save(card, "T1", {"count": "2"})

    preview = upload(officer, card, downloaded(officer, card))

    assert "không có gì để ghi" in preview.content.decode()


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("3,5", "3.5"),
        ("3.5", "3.5"),
        ("+ 0,1", "0.1"),
        ("９８，５", "98.5"),
        (98.2, "98.2"),
        (0.1 + 0.2, "0.3"),
        (Formula("=49.1*2", 98.2), "98.2"),
    ],
)
def test_number_as_people_and_excel_write_it_is_taken(officer, card, written, kept):
    file = downloaded(officer, card)
    file.put("II.1/value", written)

    confirm(officer, card, upload(officer, card, file))

    assert entry(card, "II.1").facts == {"value": kept}


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("- 0,25", "không được là số âm"),
        ("1.000", "hai cách"),
        ("NaN", "không phải là một số"),
        ("1e999", "không phải là một số"),
        ("=cmd|' /C calc'!A0", "không phải là một số"),
        ('=HYPERLINK("http://x";"98")', "không phải là một số"),
        (date(2026, 5, 3), "Excel đã đổi số này thành ngày"),
        (Formula("=1/0", "#DIV/0!"), "công thức bị lỗi"),
    ],
)
def test_cell_that_cannot_be_taken_is_named_and_nothing_is_stored(officer, card, written, words):
    file = downloaded(officer, card)
    file.put("T1/count", "3")
    where = file.put("II.1/value", written)

    response = upload(officer, card, file)

    html = response.content.decode()
    assert response.status_code == 422
    assert f"Ô {where}: " in html and words in html
    assert not Entry.objects.exclude(revision=0).exists()


def test_formula_stored_as_words_goes_out_as_text(officer, card):
    words = '=HYPERLINK("http://x";"mở")'
    entries.save_entry(
        card, leaf(card.round, "T1"), by=leader_of(card.unit), revision=0, facts={}, note=words
    )

    data = officer.get(path(card, "workbook_download")).content

    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")
    file = Edited(data)
    assert file.data.rows[file.row_of("T1/count")][10] == words


def test_large_file_and_bomb_are_refused(officer, card):
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/workbook.xml", b"\0" * 150_000_000)

    large = upload(officer, card, b"PK" + b"0" * 50 * 1024 * 1024)
    unpacked = upload(officer, card, bomb.getvalue())
    other = upload(officer, card, b"khong phai bang tinh")

    assert (large.status_code, unpacked.status_code, other.status_code) == (422, 422, 422)
    assert "Tệp lớn hơn 5 MB" in large.content.decode()
    assert "mở ra quá lớn" in unpacked.content.decode()
    assert "không phải là bảng tính" in other.content.decode()


def test_workbook_of_another_year_or_unit_is_refused(login, card):
    earlier = EmulationYearFactory(bloc=card.year.bloc, number=2025, members=0)
    for member in card.year.members():
        earlier.memberships.create(
            unit=member.unit, position=member.position, role=member.role, start_on=earlier.starts_on
        )
    old = card_of(RoundFactory(year=earlier), card.unit)
    other = card.round.cards.exclude(unit=card.unit).select_related("unit", "year__bloc").first()
    client, stranger = login(officer_of(card.unit)), login(officer_of(other.unit))

    of_year = upload(client, card, downloaded(client, old)).content.decode()
    of_unit = upload(client, card, downloaded(stranger, other)).content.decode()

    assert "Sổ tính này của năm 2025; trang này là của năm 2026" in of_year
    assert "Sổ tính này của đơn vị khác" in of_unit


def test_conflict_is_taken_only_when_ticked(officer, card):
    save(card, "T1", {"count": "1"})
    file = downloaded(officer, card)
    file.put("T1/count", "3")
    file.put("I.2/met", "có")
    save(card, "T1", {"count": "2"})

    preview = upload(officer, card, file)
    assert "Có người sửa sau khi tải sổ tính" in preview.content.decode()
    confirm(officer, card, preview)
    assert (entry(card, "T1").facts, entry(card, "I.2").facts) == ({"count": "2"}, {"met": True})

    preview = upload(officer, card, file)
    confirm(officer, card, preview, "T1")
    assert entry(card, "T1").facts == {"count": "3"}


def test_what_a_colleague_saved_meanwhile_is_not_taken_back(officer, card):
    save(card, "T1", {"count": "1"})
    file = downloaded(officer, card)
    file.put("I.2/met", "có")
    save(card, "T1", {"count": "2"})

    confirm(officer, card, upload(officer, card, file))

    assert entry(card, "T1").facts == {"count": "2"}


def test_change_between_preview_and_confirmation_is_shown_anew(officer, card):
    file = downloaded(officer, card)
    file.put("T1/count", "3")
    file.put("I.2/met", "có")
    preview = upload(officer, card, file)
    save(card, "T1", {"count": "9"})

    again = confirm(officer, card, preview)

    html = again.content.decode()
    assert "Số liệu đã thay đổi từ lúc xem trước" in html
    assert "Có người sửa sau khi tải sổ tính" in html
    assert entry(card, "I.2").facts == {}
    confirm(officer, card, again, "T1")
    assert (entry(card, "T1").facts, entry(card, "I.2").facts) == ({"count": "3"}, {"met": True})


def test_preview_of_someone_else_or_too_old_is_refused(login, card, today):
    client = login(officer_of(card.unit))
    file = downloaded(client, card)
    file.put("T1/count", "3")
    preview = upload(client, card, file)

    other = confirm(login(leader_of(card.unit)), card, preview)
    broken = client.post(path(card, "workbook_confirm"), {"content": "x"}, follow=True)
    today.shift(timedelta(hours=3))
    late = confirm(client, card, preview)

    for response in (other, broken, late):
        assert "Bản xem trước đã quá hạn hoặc không phải của bạn" in response.content.decode()
    assert entry(card, "T1").facts == {}


def test_facts_of_an_owner_are_shown_and_passed_over(officer, card):
    file = downloaded(officer, card)
    file.put("I.1/done", "140")
    file.put("I.1/total", "142")
    OwnerFactFactory(round=card.round, unit=card.unit)

    preview = upload(officer, card, file)

    html = preview.content.decode()
    assert (
        "Không lấy từ sổ tính, vì cơ quan chủ quản đã cung cấp: I.1 Đúng hạn; I.1 Tổng số" in html
    )
    assert "không có gì để ghi" in html
    row = downloaded(officer, card)
    cells = row.data.rows[row.row_of("I.1/done")]
    assert cells[4] == "" and cells[6] == "137"


def test_last_years_facts_stand_beside(login, card):
    earlier = EmulationYearFactory(bloc=card.year.bloc, number=2025, members=0)
    for member in card.year.members():
        earlier.memberships.create(
            unit=member.unit, position=member.position, role=member.role, start_on=earlier.starts_on
        )
    old = card_of(RoundFactory(year=earlier, closed=True), card.unit)
    record = PointsRecord.objects.create(
        card=old, criterion=leaf(old.round, "T1"), stage="final", facts={"count": "4"}
    )

    file = downloaded(login(officer_of(card.unit)), card)

    assert record.facts["count"] == "4"
    assert file.data.rows[file.row_of("T1/count")][7] == "4"


def test_only_whoever_the_card_lies_with_may_use_it(login, card):
    sent = ScorecardFactory(round=card.round, unit=card.unit, submitted=True)
    other = officer_of(next(m.unit for m in card.year.members() if m.unit != card.unit))

    assert login(officer_of(card.unit)).get(path(sent)).status_code == 403
    assert login(clerk_of(card.unit)).get(path(card, "workbook_download")).status_code == 403
    assert login(other).get(path(card, "workbook_download")).status_code == 404


@pytest.mark.parametrize("leaves", [1, 3])
def test_download_and_preview_cost_the_same_for_one_criterion_and_three(
    login, leaves, django_assert_num_queries
):
    nodes = [
        {
            "key": f"A.{n}",
            "code": f"A.{n}",
            "name": f"Việc {n}",
            "max": "1",
            "parts": [{"kind": "yes_no", "points": "1"}],
        }
        for n in range(leaves)
    ]
    year = EmulationYearFactory(members=2)
    document = {"code": "A", "name": "Bảng", "base_max": str(leaves), "nodes": nodes}
    CriteriaSetFactory(year=year, adopted=True, document=document)
    card = card_of(RoundFactory(year=year), deputy_of(year))
    client = login(officer_of(card.unit))
    file = downloaded(client, card)
    for n in range(leaves):
        file.put(f"A.{n}/met", "có")
    data = file.saved()
    upload(client, card, data)

    with django_assert_num_queries(9):
        client.get(path(card, "workbook_download"))
    with django_assert_num_queries(11):
        upload(client, card, data)
