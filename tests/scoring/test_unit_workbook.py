"""The unit's workbook: what is drawn, read back whole or not at all, and compared."""

import io
import zipfile
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from khoithidua.text import clean
from scoring.workbooks import unit_drawing, unit_reading
from scoring.workbooks.lines import Line
from scoring.workbooks.sheets import NOT_OURS, Problems
from scoring.workbooks.unit import changes
from tests.scoring.workbook_samples import Edited, Formula, unit_workbook
from units.imports.sample import decision_workbook
from units.imports.workbook import LARGEST_FILE, Refused, open_workbook

FULL = {
    "I.1": Line({"done": "137", "total": "142"}, as_of="2026-11-15", note="Số liệu của 11 tháng"),
    "I.2": Line(na_reason="Không ban hành văn bản"),
    "II.1": Line({"case": "HTT"}),
    "II.2": Line({"done": "never"}),
    "II.3": Line({"met": True}),
    "II.4": Line({"points": "1.25", "document": "QĐ 12/QĐ-UBND\nngày 05/01/2026"}),
}

GIVEN = {"I.1": {"done": "137", "total": "142"}}


def edited(**changes):
    return Edited(unit_drawing.draw(unit_workbook(**changes)))


def read(file, **changes):
    workbook = unit_workbook(**changes)
    data = file.saved() if isinstance(file, Edited) else file
    return unit_reading.read(open_workbook(data), workbook.identity, workbook.asked)


def line_of(file, key):
    return read(file).lines[key]


def problems_of(file, **changes):
    with pytest.raises(Problems) as refused:
        read(file, **changes)
    return refused.value.messages


def refusal_of(file, **changes):
    with pytest.raises(Refused) as refused:
        read(file, **changes)
    return str(refused.value)


def compared(file, **stored):
    """The changes against what is stored by now."""
    workbook = unit_workbook(**stored)
    return list(changes(read(file), workbook.asked, workbook.lines, workbook.revisions))


# What is drawn


def test_workbook_read_back_untouched_changes_nothing():
    data = unit_drawing.draw(unit_workbook(lines=FULL))

    filled = read(data, lines=FULL)

    assert dict(filled.lines) == FULL
    assert list(changes(filled, unit_workbook().asked, FULL, dict.fromkeys(FULL, 1))) == []


def test_workbook_is_locked_but_for_the_cells_to_fill():
    with zipfile.ZipFile(io.BytesIO(unit_drawing.draw(unit_workbook(given=GIVEN)))) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
        styles = parts.read("xl/styles.xml").decode()
        notes = parts.read("xl/comments1.xml").decode()

    assert "<sheetProtection" in sheet
    assert styles.count('<protection locked="0"/>') == 2
    assert 'numFmtId="49"' in styles
    assert 'orientation="landscape"' in sheet and 'state="frozen"' in sheet
    assert '<col min="1" max="1"' in sheet and 'hidden="1"' in sheet
    assert "I.2 Chất lượng: văn bản bị trả lại" in notes
    assert "I.1 Nhiệm vụ đúng hạn" not in notes


def test_workbook_offers_what_may_be_chosen():
    with zipfile.ZipFile(io.BytesIO(unit_drawing.draw(unit_workbook()))) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
        strings = parts.read("xl/sharedStrings.xml").decode()

    assert sheet.count('type="list"') == 2
    assert "Hoàn thành tốt" in strings
    assert "Danh mục" in sheet


def test_hidden_sheets_are_hidden():
    book = CalamineWorkbook.from_filelike(io.BytesIO(unit_drawing.draw(unit_workbook())))

    shown = {sheet.name: str(sheet.visible) for sheet in book.sheets_metadata}

    assert shown == {
        "Dữ kiện": "SheetVisibleEnum.Visible",
        "Danh mục": "SheetVisibleEnum.Hidden",
        "Nhận dạng": "SheetVisibleEnum.Hidden",
    }


@pytest.mark.parametrize("words", ["=cmd|' /C calc'!A0", '=HYPERLINK("http://x")', "@SUM(1)", "+1"])
def test_words_that_look_like_formulas_are_written_as_text(words):
    lines = {"I.2": Line(note=words), "II.4": Line({"document": words})}
    data = unit_drawing.draw(unit_workbook(lines=lines))

    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        sheets = [parts.read(name).decode() for name in parts.namelist() if "/sheet" in name]

    assert not any("<f>" in sheet or "<hyperlink" in sheet for sheet in sheets)
    assert read(data).lines["I.2"].note == words
    assert read(data).lines["II.4"].facts["document"] == words


def test_given_facts_are_shown_and_not_asked_for():
    file = edited(given=GIVEN)

    row = file.data.rows[file.row_of("I.1/done")]

    assert row[4:7] == ["", "Văn phòng UBND tỉnh đã cung cấp", "137"]


def test_facts_given_since_the_download_are_passed_over():
    file = edited(lines=FULL)

    filled = read(file, given=GIVEN)

    assert filled.passed_over == ("I.1 Số hoàn thành", "I.1 Tổng số")
    assert filled.lines["I.1"] == Line(note=FULL["I.1"].note)


def test_fact_to_come_from_an_owner_says_so():
    file = edited(given={"I.1": {}})

    assert file.data.rows[file.row_of("I.1/done")][5].endswith("(Văn phòng UBND tỉnh sẽ cung cấp)")


def test_reason_for_what_always_applies_is_refused():
    file = edited()
    where = file.put("I.1/done", "Không có việc", "I")

    (problem,) = problems_of(file)

    assert problem.startswith(f"Ô {where}: bảng tiêu chí không có trường hợp không áp dụng")


def test_last_year_is_shown_beside():
    file = edited(last_year={"I.1": {"done": "120"}})

    assert file.data.rows[file.row_of("I.1/done")][7] == "120"


# What people write


@pytest.mark.parametrize(
    ("key", "written", "kept"),
    [
        ("II.4/points", "3,5", "3.5"),
        ("II.4/points", "3.5", "3.5"),
        ("II.4/points", "+ 0,1", "0.1"),
        ("II.4/points", "３，５", "3.5"),
        ("II.4/points", 3.5, "3.5"),
        ("II.4/points", Formula("=1+2.5", 3.5), "3.5"),
        ("I.1/done", "1.000", "1000"),
        ("I.1/done", 137, "137"),
        ("II.1/case", "hoàn thành tốt", "HTT"),
        ("II.2/done", "04/3/2026", "2026-03-04"),
        ("II.2/done", date(2026, 3, 4), "2026-03-04"),
        ("II.2/done", "không có", "never"),
        ("II.3/met", "Có", True),
        ("II.3/met", False, False),
        ("II.4/document", "=HYPERLINK(1)", "=HYPERLINK(1)"),
        ("II.4/document", 12, "12"),
        ("II.4/document", "Quye\u0302\u0301t đi\u0323nh\u200b 12", "Quyết định 12"),
    ],
)
def test_what_people_write_is_understood(key, written, kept):
    file = edited()
    file.put(key, written)
    criterion, _, name = key.partition("/")

    assert line_of(file, criterion).facts == {name: kept}


@pytest.mark.parametrize(
    ("key", "written", "words"),
    [
        ("II.4/points", "- 0,25", "không được là số âm"),
        ("II.4/points", "1.000", "hai cách"),
        ("II.4/points", "NaN", "không phải là một số"),
        ("II.4/points", "1e999", "không phải là một số"),
        ("II.4/points", "=cmd|' /C calc'!A0", "không phải là một số"),
        ("II.4/points", date(2026, 5, 3), "Excel đã đổi số này thành ngày 2026-05-03"),
        ("I.1/done", 2.5, "phải là số nguyên"),
        ("II.1/case", "Xuất sắc", "không có trong các lựa chọn"),
        ("II.2/done", "31/02/2026", "không phải là ngày"),
        ("II.3/met", "có lẽ", "ghi “có” hoặc “không”"),
        ("II.4/document", date(2026, 5, 3), "Excel đã đổi nội dung ô thành ngày"),
        ("II.4/document", "x" * 2001, "dài quá 2000 chữ"),
    ],
)
def test_what_cannot_be_taken_is_refused_naming_the_cell(key, written, words):
    file = edited()
    where = file.put(key, written)

    (problem,) = problems_of(file)

    assert problem.startswith(f"Ô {where}: ")
    assert words in problem


def test_every_wrong_cell_is_named_at_once():
    file = edited()
    cells = [file.put("I.1/done", "nhiều"), file.put("II.3/met", "?"), file.put("II.2/done", "?")]

    problems = problems_of(file)

    assert [problem.split(":")[0] for problem in problems] == [
        f"Ô {where}" for where in (cells[0], cells[2], cells[1])
    ]


def test_what_is_said_beside_the_facts():
    file = edited()
    file.put("I.1/done", "137")
    file.put("I.1/done", "15/11/2026", "J")
    file.put("I.2/count", "Không phát sinh", "I")
    file.put("I.2/count", "Ghi chú", "K")

    lines = read(file).lines

    assert lines["I.1"] == Line({"done": "137"}, as_of="2026-11-15")
    assert lines["I.2"] == Line(na_reason="Không phát sinh", note="Ghi chú")


@pytest.mark.parametrize("written", ["không có", "tháng 11", "3,5"])
def test_day_of_an_estimate_must_be_a_day(written):
    file = edited()
    where = file.put("I.1/done", written, "J")

    (problem,) = problems_of(file)

    assert problem.startswith(f"Ô {where}: Ước thực hiện, chốt đến ngày")


def test_note_written_on_two_rows_of_a_criterion_is_refused():
    file = edited()
    first = file.put("I.1/done", "Ghi chú một", "K")
    second = file.put("I.1/total", "Ghi chú hai", "K")

    assert problems_of(file) == [f"Ô {second}: mỗi tiêu chí chỉ ghi một lần, đã ghi ở ô {first}."]


# What becomes of the sheet


def test_rows_in_another_order_are_found_by_their_key():
    file = edited(lines=FULL)
    first = file.row_of("I.1/done")
    file.data.rows[first:] = reversed(file.data.rows[first:])

    assert dict(read(file).lines) == FULL


def test_column_inserted_moves_the_names_of_cells():
    file = edited()
    for row in file.data.rows:
        row.insert(2, "")
    file.put("I.1/done", "nhiều", "F")

    (problem,) = problems_of(file)

    assert problem.startswith("Ô F")


def test_sheets_renamed_and_moved_are_known_by_what_they_hold():
    file = edited(lines=FULL)
    for number, sheet in enumerate(file.sheets):
        object.__setattr__(sheet, "name", f"Trang tính {number}")
    file.sheets.reverse()

    assert dict(read(file).lines) == FULL


def test_row_deleted_is_refused():
    file = edited(lines=FULL)
    del file.data.rows[file.row_of("I.1/total")]

    (problem,) = problems_of(file)

    assert problem.startswith("Thiếu 1 dòng của sổ tính: I.1")


def test_row_copied_is_refused():
    file = edited(lines=FULL)
    row = file.row_of("I.1/total")
    file.data.rows.append(list(file.data.rows[row]))

    (problem,) = problems_of(file)

    assert f"dòng này lặp lại dòng {row + 1}" in problem


def test_writing_below_the_table_is_refused():
    file = edited()
    file.data.rows.append(["", "", "", "", "7"])

    (problem,) = problems_of(file)

    assert problem.startswith(f"Ô E{len(file.data.rows)}: dòng này không phải của sổ tính")


def test_column_deleted_or_doubled_is_refused():
    gone, doubled = edited(), edited()
    for row in gone.data.rows:
        del row[4:5]
    for row in doubled.data.rows:
        row.append(row[4] if len(row) > 4 else "")

    assert "thiếu cột “Số liệu”" in refusal_of(gone)
    assert "có hai cột “Số liệu”" in refusal_of(doubled)


def test_merged_cells_are_refused_naming_them():
    file = edited()
    row = file.row_of("I.1/done")
    file.merged["Dữ kiện"] = [(row, 4, row + 1, 4)]

    assert f"ô E{row + 1}:E{row + 2} bị gộp" in refusal_of(file)


def test_sheet_copied_is_refused():
    file = edited()
    copied = Edited(file.saved()).data
    object.__setattr__(copied, "name", "Dữ kiện (2)")
    file.sheets.append(copied)

    assert "hai trang cùng mẫu (“Dữ kiện”, “Dữ kiện (2)”)" in refusal_of(file)


def test_hidden_sheet_gone_or_broken_is_refused():
    gone, broken = edited(), edited()
    gone.sheets.pop()
    broken.sheets[-1].rows[6][1] = "một"

    assert refusal_of(gone) == NOT_OURS
    assert "“Nhận dạng”" in refusal_of(broken)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"year": 2025}, "của năm 2025; trang này là của năm 2026"),
        ({"unit": "so-thu-2"}, "của đơn vị khác"),
        ({"bloc": "khoi-khac"}, "của khối thi đua khác"),
        ({"digest": "b2" * 32}, "Bảng tiêu chí đã khác"),
    ],
)
def test_workbook_of_something_else_is_refused(changes, words):
    assert words in refusal_of(edited(**changes))


def test_any_other_workbook_is_refused():
    assert refusal_of(decision_workbook()) == NOT_OURS


def test_large_file_and_bomb_are_refused_unread():
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/workbook.xml", b"\0" * 200_000_000)

    assert "Tệp lớn hơn 5 MB" in refusal_of(b"PK" + b"0" * 10 * LARGEST_FILE)
    assert "mở ra quá lớn" in refusal_of(bomb.getvalue())


# What taking it would change


def test_change_is_shown_as_people_read_it():
    file = edited(lines=FULL)
    file.put("I.1/done", "140")
    file.put("II.3/met", "")

    first, second = compared(file, lines=FULL)

    assert (first.key, second.key) == ("I.1", "II.3")
    assert not first.is_conflict
    assert [(one.label, one.before, one.after) for one in first.differences] == [
        ("Số hoàn thành", "137", "140")
    ]
    assert second.differences[0].before == "có" and second.differences[0].after == ""


def test_criterion_changed_by_another_meanwhile_is_a_conflict():
    file = edited(lines=FULL)
    file.put("I.1/done", "140")
    now = FULL | {"I.1": Line({"done": "139", "total": "142"})}

    (change,) = compared(file, lines=now, revisions={"I.1": 2})

    assert change.is_conflict
    assert (change.before.facts["done"], change.after.facts["done"]) == ("139", "140")
    assert change.revision == 2


def test_criterion_left_alone_keeps_what_another_saved_meanwhile():
    file = edited(lines=FULL)
    file.put("II.3/met", "không")
    now = FULL | {"I.1": Line({"done": "139", "total": "142"})}

    (change,) = compared(file, lines=now, revisions={"I.1": 2})

    assert change.key == "II.3"


def test_what_another_saved_the_same_is_no_change():
    file = edited(lines=FULL)
    file.put("I.1/done", "140")
    now = FULL | {
        "I.1": Line({"done": "140", "total": "142"}, as_of="2026-11-15", note=FULL["I.1"].note)
    }

    assert compared(file, lines=now, revisions={"I.1": 2}) == []


NUMBERS = st.decimals(min_value=0, max_value=10**6, places=4).map(lambda one: format(one, "f"))
WORDS = st.text(max_size=200)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(points=NUMBERS, words=WORDS, note=WORDS, flag=st.booleans())
def test_whatever_is_kept_comes_back_the_same(points, words, note, flag):
    asked = {one.key: one for one in unit_workbook().asked}
    lines = {
        "II.4": asked["II.4"].line({"points": points, "document": clean(words) or None}),
        "II.3": asked["II.3"].line({"met": flag}, note=clean(note)),
    }

    filled = read(unit_drawing.draw(unit_workbook(lines=lines)), lines=lines)

    assert {key: filled.lines[key] for key in lines} == lines
