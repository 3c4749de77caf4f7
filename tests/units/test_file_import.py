"""Lists that come in from a file, and go out to one."""

import csv
import io
from datetime import date

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from python_calamine import CalamineWorkbook

from khoithidua.audit import verify_chain
from khoithidua.models import AuditChain, AuditEntry
from tests.factories import (
    AuthorityFactory,
    BlocFactory,
    DayOffFactory,
    LegalBasisFactory,
    TitleFactory,
    UnitFactory,
    UserFactory,
)
from tests.pledges.pages import text_of
from tests.units.panel import url
from units.models import DayOff, LegalBasis, Title, Unit, User

pytestmark = pytest.mark.django_db

BASES = reverse("admin:units_legalbasis_import")
DAYS = reverse("admin:units_dayoff_import")
LAW = "Luật Thi đua, khen thưởng ngày 15 tháng 6 năm 2022"
BASIS_TITLES = ["Trích dẫn", "Loại", "Hiệu lực từ", "Thứ tự", "Đã xác minh"]
DAY_TITLES = ["Ngày", "Tên", "Là ngày làm việc"]


def workbook(*rows):
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "dd/mm/yyyy"})
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    return SimpleUploadedFile("danh-sach.xlsx", out.getvalue())


def csv_file(text):
    return SimpleUploadedFile("danh-sach.csv", text.encode("utf-8-sig"))


def preview(client, address, file):
    return client.post(address, {"file": file})


def confirm(client, address, page):
    return client.post(address, {"rows": page.context["token"]}, follow=True)


def entries():
    return list(AuditEntry.objects.exclude(action__startswith="account.").order_by("pk"))


# Coming in


def test_preview_writes_nothing(panel):
    page = preview(panel, BASES, workbook(BASIS_TITLES, [LAW, "luật", "01/01/2024", 1, "có"]))

    assert [line.words for line in page.context["lines"]] == ["Thêm mới"]
    assert LAW in text_of(page)
    assert not LegalBasis.objects.exists()
    assert entries() == []


def test_confirmed_file_is_entered_and_recorded(panel, officer):
    page = preview(panel, BASES, workbook(BASIS_TITLES, [LAW, "Luật", "01/01/2024", 1, "có"]))

    answer = confirm(panel, BASES, page)

    basis = LegalBasis.objects.get()
    assert (basis.kind, basis.in_force_from) == ("law", date(2024, 1, 1))
    assert (basis.position, basis.is_verified, basis.authority) == (1, True, None)
    [entry] = entries()
    assert (entry.action, entry.actor) == ("legalbasis.add", officer.username)
    assert entry.after["citation"] == LAW
    assert verify_chain(entry.chain) is None
    assert "Đã thêm 1 dòng, sửa 0 dòng." in text_of(answer)


def test_row_that_is_there_is_changed_and_the_change_recorded(panel):
    basis = LegalBasisFactory(citation=LAW, in_force_from=date(2024, 1, 1), position=1)
    same = LegalBasisFactory(citation="Nghị định", in_force_from=date(2024, 1, 1), position=2)
    rows = [["Trích dẫn", "Hiệu lực từ", "Thứ tự"], [LAW, "01/01/2024", 9]]
    rows += [[same.citation, "01/01/2024", 2]]

    page = preview(panel, BASES, workbook(*rows))
    confirm(panel, BASES, page)

    basis.refresh_from_db()
    assert [line.words for line in page.context["lines"]] == ["Sửa", "Không đổi"]
    assert "trước là: 1" in text_of(page)
    assert basis.position == 9
    [entry] = entries()
    assert (entry.action, entry.before, entry.after) == (
        "legalbasis.change",
        {"position": 1},
        {"position": 9},
    )


def test_days_off_come_with_the_officer_s_province(panel, authority):
    rows = [DAY_TITLES, [date(2026, 9, 2), "Quốc khánh", "không"]]
    rows += [["05/9/2026", "Làm bù", "có"]]

    confirm(panel, DAYS, preview(panel, DAYS, workbook(*rows)))

    found = DayOff.objects.order_by("day").values_list("day", "is_working", "authority")
    assert list(found) == [
        (date(2026, 9, 2), False, authority.pk),
        (date(2026, 9, 5), True, authority.pk),
    ]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_csv_of_a_spreadsheet_is_read(panel, separator):
    lines = [DAY_TITLES, ["02/9/2026", "Quốc khánh", "không"]]
    text = "\r\n".join(separator.join(line) for line in lines)

    confirm(panel, DAYS, preview(panel, DAYS, csv_file(text)))

    assert DayOff.objects.get().name == "Quốc khánh"


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ([LAW, "sắc lệnh", "01/01/2024", 1, "có"], "Loại: Ghi một trong"),
        ([LAW, "luật", "năm ngoái", 1, "có"], "Hiệu lực từ: "),
        ([LAW, "luật", "01/01/2024", "một", "có"], "Thứ tự: Ghi một số nguyên"),
        ([LAW, "luật", "01/01/2024", 1, "chắc thế"], "Đã xác minh: Ghi “có” hoặc “không”"),
        (["", "luật", "01/01/2024", 1, "có"], "Trích dẫn: "),
    ],
)
def test_one_bad_row_keeps_the_whole_file_out_and_is_named(panel, row, problem):
    good = ["Nghị định", "nghị định", "01/01/2024", 2, "không"]

    page = preview(panel, BASES, workbook(BASIS_TITLES, good, row))

    [said] = page.context["problems"]
    assert said.startswith(f"Dòng 3: {problem}")
    assert "token" not in page.context
    assert not LegalBasis.objects.exists()


@pytest.mark.parametrize(
    ("file", "refusal"),
    [
        (SimpleUploadedFile("a.xlsx", b"not a workbook"), "Tệp không phải là bảng tính"),
        (SimpleUploadedFile("a.csv", b"\xff\xfe\x00"), "Tệp CSV phải ở dạng UTF-8"),
        (csv_file("Ngày;Tên\r\n"), "Tệp không có dòng nào"),
        (csv_file("Tên\r\nQuốc khánh\r\n"), "Tệp thiếu cột “Ngày”"),
        (csv_file("Ngày,Ngày\r\n02/9/2026,03/9/2026\r\n"), "Tệp có hai cột cùng tên"),
        (csv_file("Ngày,Tên\r\n" + "02/9/2026,a\r\n" * 1001), "Tệp có hơn 1000 dòng"),
    ],
)
def test_file_that_cannot_be_read_is_refused_in_words(panel, file, refusal):
    file.seek(0)

    assert refusal in text_of(preview(panel, DAYS, file))


def test_hostile_workbook_ends_its_own_process_only(panel, monkeypatch):
    monkeypatch.setattr("units.imports.workbook.READER", "/nowhere/reader.py")

    page = preview(panel, DAYS, workbook(DAY_TITLES))

    assert "mở ra quá lớn, nên không được đọc" in text_of(page)


def test_preview_of_another_person_is_not_confirmed(panel, login, officer):
    page = preview(panel, DAYS, csv_file("Ngày,Tên\r\n02/9/2026,Quốc khánh"))
    other = login(UserFactory(secretariat=True, authority=officer.authority))

    answer = other.post(DAYS, {"rows": page.context["token"]}, follow=True)

    assert "đã quá hạn hoặc không phải của bạn" in text_of(answer)
    assert not DayOff.objects.exists()


def test_data_that_changed_since_the_preview_is_shown_anew(panel, authority):
    page = preview(panel, DAYS, csv_file("Ngày,Tên\r\n02/9/2026,Quốc khánh"))
    DayOffFactory(authority=authority, day=date(2026, 9, 2), name="Lễ")

    answer = confirm(panel, DAYS, page)

    assert "Dữ liệu đã thay đổi từ lúc xem trước" in text_of(answer)
    assert [line.words for line in answer.context["lines"]] == ["Sửa"]
    assert DayOff.objects.get().name == "Lễ"
    assert entries() == []


def test_province_enters_and_changes_its_own_rows_only(panel, authority, other):
    national = LegalBasisFactory(citation=LAW, in_force_from=date(2024, 1, 1), position=1)
    row = [LAW, "luật", "01/01/2024", 7, "có"]

    confirm(panel, BASES, preview(panel, BASES, workbook(BASIS_TITLES, row)))
    foreign = preview(panel, BASES, workbook([*BASIS_TITLES, "Tỉnh"], [*row, other.slug]))

    national.refresh_from_db()
    assert national.position == 1
    assert LegalBasis.objects.get(position=7).authority == authority
    assert "Tỉnh: Không có tỉnh mang mã “lang-son”." in foreign.context["problems"][0]


def test_basis_of_a_bloc_is_not_touched(panel):
    basis = LegalBasisFactory(citation=LAW, in_force_from=date(2024, 1, 1), bloc=BlocFactory())

    page = preview(panel, BASES, workbook(BASIS_TITLES, [LAW, "luật", "01/01/2024", 7, "có"]))
    confirm(panel, BASES, page)

    basis.refresh_from_db()
    assert basis.position != 7
    assert LegalBasis.objects.count() == 2


def test_nothing_is_kept_when_its_entry_cannot_be_written(panel, monkeypatch):
    page = preview(panel, DAYS, csv_file("Ngày,Tên\r\n02/9/2026,Quốc khánh"))

    def fail(*args, **kwargs):
        raise RuntimeError("disk full")

    monkeypatch.setattr("khoithidua.audit.record", fail)
    confirm(panel, DAYS, page)

    assert not DayOff.objects.exists()


@pytest.mark.parametrize("address", [BASES, DAYS])
def test_files_are_for_those_who_keep_the_list(login, authority, address):
    for who in ({"inspector": True}, {}):
        user = UserFactory(authority=authority, **who)
        assert login(user).get(address).status_code in (302, 403)


# Going out


def exported(client, model, action="export_xlsx"):
    chosen = [str(pk) for pk in model.objects.values_list("pk", flat=True)]
    return client.post(url(model), {"action": action, "_selected_action": chosen})


def cells_of(response):
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(response.content)).get_sheet_by_index(0)
    return sheet.to_python()


@pytest.mark.parametrize(
    ("model", "titles"),
    [
        (LegalBasis, ["Trích dẫn", "Loại", "Hiệu lực từ"]),
        (DayOff, ["Ngày", "Tên", "Là ngày làm việc", "Tỉnh"]),
        (Title, ["Mã", "Tên gọi hiện nay", "Loại", "Thứ tự"]),
        (Unit, ["Mã", "Tên hiện nay", "Tên ngắn"]),
        (User, ["Họ và tên", "Tên đăng nhập", "Vai trò toàn tỉnh", "Của tỉnh", "Đang dùng"]),
    ],
)
def test_list_goes_out_with_its_columns(panel, authority, model, titles):
    LegalBasisFactory(), DayOffFactory(authority=authority), TitleFactory()
    UnitFactory(authority=authority)

    rows = cells_of(exported(panel, model))

    assert rows[0][: len(titles)] == titles
    assert len(rows) == model.objects.count() + 1
    assert not any("pbkdf2" in str(cell) or "md5$" in str(cell) for row in rows for cell in row)


def test_list_that_went_out_comes_in_unchanged(panel, authority):
    LegalBasisFactory(citation=f"={LAW}", in_force_to=date(2030, 1, 1), is_verified=True)
    DayOffFactory(authority=authority)

    for model, address in ((LegalBasis, BASES), (DayOff, DAYS)):
        for action, name in (("export_xlsx", "a.xlsx"), ("export_csv", "a.csv")):
            data = exported(panel, model, action).content
            page = preview(panel, address, SimpleUploadedFile(name, data))
            assert [line.words for line in page.context["lines"]] == ["Không đổi"]


def test_formulas_go_out_as_text(panel):
    LegalBasisFactory(citation='=HYPERLINK("http://x","Luật")')

    as_csv = exported(panel, LegalBasis, "export_csv").content.decode("utf-8-sig")
    cells = cells_of(exported(panel, LegalBasis))

    assert list(csv.reader(io.StringIO(as_csv)))[1][0].startswith("'=HYPERLINK")
    assert cells[1][0].startswith("=HYPERLINK")


def test_two_provinces_have_their_own_days(login):
    here, there = AuthorityFactory(), AuthorityFactory(slug="lang-son")
    national = login(UserFactory(secretariat=True))
    text = f"Ngày,Tên,Tỉnh\r\n02/9/2026,Lễ,{here.slug}\r\n02/9/2026,Lễ,{there.slug}\r\n"

    confirm(national, DAYS, preview(national, DAYS, csv_file(text)))

    assert set(DayOff.objects.values_list("authority", flat=True)) == {here.pk, there.pk}
    assert AuditChain.objects.count() == 1
