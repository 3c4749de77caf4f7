import time

import pytest

from khoithidua import uploads
from khoithidua.uploads import child, names
from tests.khoithidua.upload_samples import (
    FILE_PASS,
    MACRO_MAIN,
    MACRO_SHEET,
    ODS,
    SHEET,
    XLSX_MAIN,
    compound,
    flagged_encrypted,
    locked_pdf,
    looping_pdf,
    office,
    office_with,
    old_excel,
    old_word,
    open_document,
    pdf,
    pdf_of_many_objects,
    pdf_with,
    picture,
    uploaded,
    zipped,
)

HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
PROGRAM = b"MZ\x90\x00\x03" + b"\0" * 400


def why_not(data, name):
    """The sentence with which the file is refused."""
    with pytest.raises(uploads.Refused) as refused:
        uploads.accept(uploaded(data, name))
    return str(refused.value)


# What is taken


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (pdf(), "a.pdf", "pdf"),
        (pdf(), "A.PDF", "pdf"),
        (picture("JPEG"), "a.jpg", "jpeg"),
        (picture("JPEG"), "a.jpeg", "jpeg"),
        (picture("PNG", mode="RGBA"), "a.png", "png"),
        (office(), "a.docx", "docx"),
        (office(XLSX_MAIN), "a.xlsx", "xlsx"),
        (open_document(), "a.odt", "odt"),
        (open_document(ODS), "a.ods", "ods"),
        (old_word(), "a.doc", "doc"),
        (old_excel(SHEET), "a.xls", "xls"),
    ],
)
def test_file_is_taken_as_what_its_content_is(data, name, kind):
    upload = uploads.accept(uploaded(data, name))

    assert (upload.kind, upload.data, upload.name) == (kind, data, name)
    assert upload.content_type == uploads.kinds.KINDS[kind].content_type


def test_document_with_an_embedded_sheet_and_object_is_taken():
    sheet = office_with("word/embeddings/Sheet.xlsx", office(XLSX_MAIN))
    formula = office_with("word/embeddings/oleObject1.bin", compound({"Equation Native": b"x"}))

    assert uploads.accept(uploaded(sheet, "a.docx")).kind == "docx"
    assert uploads.accept(uploaded(formula, "a.docx")).kind == "docx"


# What is not: what the content is


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (PROGRAM, "bao-cao.pdf", "mang đuôi .pdf nhưng nội dung là .exe"),
        (HTML, "bao-cao.pdf", "mang đuôi .pdf nhưng nội dung là .html"),
        (b"%PDF-1.7\n" + HTML, "bao-cao.pdf", "đã hỏng"),
        (b"GIF89a" + pdf(), "bao-cao.pdf", "mang đuôi .pdf nhưng nội dung là .gif"),
        (b"chi co chu", "bao-cao.pdf", "Nội dung của tệp không phải là .pdf"),
        (pdf(), "bao-cao.docx", "mang đuôi .docx nhưng nội dung là .pdf"),
        (office(), "bao-cao.xlsx", "mang đuôi .xlsx nhưng nội dung là .docx"),
        (picture("PNG"), "anh.jpg", "mang đuôi .jpg nhưng nội dung là .png"),
        (old_excel(SHEET), "bao-cao.doc", "mang đuôi .doc nhưng nội dung là .xls"),
        (b"", "bao-cao.pdf", "Tệp rỗng"),
        (PROGRAM, "bao-cao.exe", "Không nhận tệp .exe"),
        (b"x", "bao-cao", "Tên tệp không có đuôi"),
        (zipped({"a.pdf": pdf()}), "bao-cao.zip", "Hãy giải nén"),
        (zipped({"a.pdf": pdf()}), "bao-cao.docx", "đã hỏng"),
        (b"x", "anh.HEIC", "lưu lại thành .jpg"),
        (pdf()[:200], "bao-cao.pdf", "đã hỏng"),
        (picture("JPEG")[:300], "anh.jpg", "đã hỏng"),
        (office()[:-30], "bao-cao.docx", "đã hỏng"),
        (old_word()[:600], "bao-cao.doc", "đã hỏng"),
        (compound({"Presentation": b"x"}), "bao-cao.doc", "đã hỏng"),
    ],
)
def test_wrong_content_is_refused_with_its_sentence(data, name, said):
    assert said in why_not(data, name)


# … code


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (office(MACRO_MAIN), "a.docm"),
        (office(MACRO_MAIN), "a.docx"),
        (office(XLSX_MAIN), "a.xlsm"),
        (office_with("word/vbaProject.bin", b"x"), "a.docx"),
        (office_with("word/VBAPROJECT.BIN", b"x"), "a.docx"),
        (office_with("xl/macrosheets/sheet1.xml", b"x", XLSX_MAIN), "a.xlsx"),
        (office_with("word/activeX/activeX1.xml", b"x"), "a.docx"),
        (
            office(
                types='<Override PartName="/x.bin" ContentType="a/vnd.ms-office.vba&#80;roject"/>'
            ),
            "a.docx",
        ),
        (office_with("word/hinh.bin", compound({"x": b"x"}, ["_VBA_PROJECT"])), "a.docx"),
        (office_with("word/embeddings/a.docx", office(MACRO_MAIN)), "a.docx"),
        (open_document(Basic__Standard__Module1_xml="Sub Main"), "a.odt"),
        (open_document(Scripts__python__a_py="x"), "a.odt"),
        (old_word(storages=["Macros"]), "a.doc"),
        (old_excel(SHEET, storages=["_VBA_PROJECT_CUR"]), "a.xls"),
        (old_excel(SHEET) + "_vba_project".encode("utf-16-le"), "a.xls"),
        (old_excel(SHEET, MACRO_SHEET), "a.xls"),
    ],
)
def test_macros_are_refused_wherever_they_hide(data, name):
    assert "có macro" in why_not(data, name)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (pdf_with("cap-nhat.exe"), "a.pdf"),
        (pdf_with("cap-nhat.JS "), "a.pdf"),
        (office_with("word/embeddings/o.bin", compound({"\x01Ole10Native": b"MZ"})), "a.docx"),
        (old_word(streams={"\x01Ole10Native": b"MZ"}), "a.doc"),
    ],
)
def test_packed_program_is_refused(data, name):
    assert "gắn kèm một chương trình" in why_not(data, name)


def test_pdf_with_an_attached_sheet_is_taken():
    assert uploads.accept(uploaded(pdf_with("so-lieu.xlsx"), "a.pdf")).kind == "pdf"


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (pdf() + zipped({"a.exe": PROGRAM}), "a.pdf"),
        (picture("JPEG") + zipped({"a.exe": PROGRAM}), "a.jpg"),
    ],
)
def test_document_that_is_an_archive_too_is_refused(data, name):
    assert "vừa là tài liệu vừa là tệp nén" in why_not(data, name)


# … locks


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (locked_pdf(), "a.pdf"),
        (locked_pdf(user=""), "a.pdf"),
        (compound({"EncryptedPackage": b"x", "EncryptionInfo": b"x"}), "a.docx"),
        (flagged_encrypted(office()), "a.docx"),
        (open_document(manifest="<manifest:encryption-data/>"), "a.odt"),
        (old_word(flags=0x0100), "a.doc"),
        (old_excel(FILE_PASS, SHEET), "a.xls"),
    ],
)
def test_locked_file_is_refused(data, name):
    assert "có mật khẩu" in why_not(data, name)


# … size, declared or not


def test_file_above_the_limit_is_refused_unread():
    file = uploaded(b"%PDF-", "a.pdf")
    file.size = 60 * 1024 * 1024
    file.file = None

    with pytest.raises(uploads.Refused, match="Tệp lớn hơn 50 MB"):
        uploads.accept(file)


def test_limit_is_a_setting(settings):
    settings.UPLOAD_LIMIT = 1024 * 1024

    assert "Tệp lớn hơn 1 MB" in why_not(b"%PDF-" + b"0" * 1024 * 1024, "a.pdf")
    assert "mỗi tệp nhiều nhất 1 MB" in uploads.hint()


@pytest.mark.parametrize(
    "parts",
    [
        {"word/media/a.xml": b"\0" * (40 << 20)},
        {f"word/{n}.xml": b"" for n in range(5_001)},
    ],
)
def test_zip_bomb_is_refused(parts):
    bomb = office(**{name.replace("/", "__"): content for name, content in parts.items()})

    assert "mở ra quá lớn" in why_not(bomb, "a.docx")


def test_part_that_unpacks_to_more_than_it_says_is_refused():
    honest = office_with("word/a.xml", b"\0" * 5_000)
    liar = honest.replace((5_000).to_bytes(4, "little"), (50).to_bytes(4, "little"))

    assert "đã hỏng" in why_not(liar, "a.docx")


def test_entities_that_grow_are_refused():
    lol = '<!DOCTYPE l [<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {after} "{f"&{before};" * 10}">'
        for before, after in zip("abcdefgh", "bcdefghi", strict=True)
    )
    listing = f'{lol}]><Types><Override PartName="&i;" ContentType="x"/></Types>'

    assert "đã hỏng" in why_not(zipped({"[Content_Types].xml": listing}), "a.docx")


def test_pdf_of_too_many_pages_is_refused(monkeypatch):
    assert f"hơn {child.MOST_PAGES} trang" in why_not(pdf(child.MOST_PAGES + 1), "a.pdf")


def test_picture_of_too_many_points_is_refused():
    assert "triệu điểm ảnh" in why_not(picture("PNG", size=(20_000, 6_000), mode="1"), "a.png")


@pytest.mark.parametrize("make", [looping_pdf, pdf_of_many_objects])
def test_pdf_made_to_hang_its_reader_is_refused_in_time(make):
    started = time.perf_counter()

    why_not(make(), "a.pdf")

    assert time.perf_counter() - started < child.SECONDS + 10


def test_reader_that_never_ends_or_dies_refuses_the_file(monkeypatch, tmp_path):
    stuck, dies = tmp_path / "stuck.py", tmp_path / "dies.py"
    stuck.write_text("while True: pass")
    dies.write_text("import os; os.abort()")
    monkeypatch.setattr(child, "SECONDS", -9.5)

    for reader in (stuck, dies):
        monkeypatch.setattr(child, "READER", reader)
        assert "đọc quá lâu" in why_not(pdf(), "a.pdf")


def test_reader_has_no_more_memory_than_it_may(tmp_path, monkeypatch):
    greedy = tmp_path / "greedy.py"
    greedy.write_text(
        f"import sys; sys.path.insert(0, {str(child.READER.parent)!r})\n"
        "import reader; reader.limit_resources(); bytearray(2 << 30)"
    )
    monkeypatch.setattr(child, "READER", greedy)

    assert "đọc quá lâu hoặc cần quá nhiều bộ nhớ" in why_not(pdf(), "a.pdf")


# Names


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("Báo cáo.pdf", "Báo cáo.pdf"),
        ("Ba\u0301o ca\u0301o.pdf", "Báo cáo.pdf"),
        ("bao\u202ecao\u200b.pdf", "baocao.pdf"),
        ("bao\0cao.pdf", "baocao.pdf"),
        ("../../etc/passwd.pdf", "_.._etc_passwd.pdf"),
        ('a:b*c?"d<e>f|g\\h.pdf', "a_b_c__d_e_f_g_h.pdf"),
        ("  ..an.pdf. ", "an.pdf"),
        ("", "tep"),
        ("a" * 300 + ".pdf", "a" * 196 + ".pdf"),
    ],
)
def test_name_is_cleaned(raw, cleaned):
    assert names.clean(raw) == cleaned


@pytest.mark.parametrize(
    "name", ["cap-nhat.exe.pdf", "hoa-don.HTML .pdf", "a.docm.docx", "a.\u202eexe\0.pdf"]
)
def test_name_that_hides_a_program_is_refused(name):
    file = uploaded(pdf(), "a.pdf")
    file._name = name

    with pytest.raises(uploads.Refused, match="giấu đuôi của một chương trình"):
        uploads.accept(file)


@pytest.mark.parametrize("name", ["QĐ 12.QĐ.pdf", "ke-hoach.docx.pdf", "BC.STC.2026.pdf"])
def test_points_in_a_name_are_no_second_ending(name):
    assert uploads.accept(uploaded(pdf(), name)).name == name


@pytest.mark.parametrize(
    ("name", "number", "day"),
    [
        ("123_BC-STC_ngay_05-02-2026.pdf", "123/BC-STC", "2026-02-05"),
        ("Số 45-QĐ-UBND ngày 3.4.2026.pdf", "45/QĐ-UBND", "2026-04-03"),
        ("12-2026-TT-BNV 20260131.docx", "12/2026/TT-BNV", "2026-01-31"),
        ("05_KH-SNgV_01022026.pdf", "05/KH-SNgV", "2026-02-01"),
        ("Báo cáo tổng kết.pdf", "", "None"),
        ("31-02-2026.pdf", "", "None"),
        ("IMG_20260231_0001.jpg", "", "None"),
        ("1234567-BC-STC.pdf", "", "None"),
        ("BC-STC.pdf", "", "None"),
    ],
)
def test_number_and_date_are_read_from_a_name(name, number, day):
    assert (names.proposed_number(name), str(names.proposed_date(name))) == (number, day)
