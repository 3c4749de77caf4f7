"""The workbook of a table: there and back, and every cell that cannot be used."""

from io import BytesIO

import pytest
import xlsxwriter
from hypothesis import given, settings

from scoring.authoring.ready import EMPTY, ready_document, ready_tables
from scoring.authoring.sheet.columns import COLUMNS, LISTS, NODES, SETTINGS, title_of
from scoring.authoring.sheet.read import read_workbook
from scoring.authoring.sheet.write import list_rows, rows_of, settings_of, workbook
from scoring.rules import Malformed, load
from tests.scoring.authoring.samples import b_100, documents, leaf, table
from units.imports.workbook import Sheet, open_workbook

PLACE = {column.field: place for place, column in enumerate(COLUMNS)}


def sheets_of(document):
    """The sheets of a table as they are read, without Excel between."""
    nodes = [[row.get(column.field, "") for column in COLUMNS] for row in rows_of(document)]
    return [
        Sheet(NODES, [[column.title for column in COLUMNS], *nodes]),
        Sheet(SETTINGS, [["Quy định", "Nội dung"], *map(list, settings_of(document))]),
        *(
            Sheet(title, [[title_of(one) for one in params], *list_rows(document, name, params)])
            for title, name, params in LISTS
        ),
    ]


def read(document=None, **cells):
    """What comes of the sheets of a table with some cells written over: `F3="…"`."""
    sheets = sheets_of(document or b_100())
    for cell, value in cells.items():
        row, place = int(cell[1:]) - 1, "ABCDEFGHIJKLMNOP".index(cell[0])
        rows = sheets[0].rows
        rows += [[""] * len(COLUMNS) for _ in range(row + 1 - len(rows))]
        rows[row][place] = value
    return read_workbook(sheets)


def told(found):
    return [str(problem) for problem in found.problems]


@pytest.mark.parametrize("slug", [one.slug for one in ready_tables()])
def test_ready_made_table_comes_back_from_excel_as_it_was(slug):
    document = ready_document(slug)

    found = read_workbook(open_workbook(workbook(document)))

    assert told(found) == []
    assert found.document == document


@settings(max_examples=60, deadline=None)
@given(documents())
def test_any_table_comes_back_as_it_was_or_is_refused_by_the_engine_too(document):
    found = read_workbook(sheets_of(document))

    assert found.document == document
    try:
        load(document)
    except Malformed:
        return
    assert told(found) == []


def test_template_is_a_workbook_that_only_lacks_its_criteria():
    found = read_workbook(open_workbook(workbook(EMPTY)))

    assert told(found) == ["Trang “Tiêu chí”, ô C2: chưa có tiêu chí nào."]
    assert found.document == EMPTY


def test_keys_and_levels_left_empty_are_found():
    document = b_100()
    sheets = sheets_of(document)
    for row in sheets[0].rows[1:]:
        row[PLACE["key"]] = ""
        if row[PLACE["kind"]] and row[PLACE["level"]] == "2":
            row[PLACE["level"]] = ""

    assert read_workbook(sheets).document == document


def test_columns_are_known_by_their_titles_in_any_order():
    sheets = sheets_of(b_100())
    sheets[0].rows[:] = [list(reversed(row)) for row in sheets[0].rows]

    assert read_workbook(sheets).document == b_100()


@pytest.mark.parametrize(
    ("value", "points"),
    [
        ("3,5", "3.5"),
        ("3.5", "3.5"),
        (3.5, "3.5"),
        (15.0, "15"),
        ("３，５", "3.5"),
        (1000.0, "1000"),
    ],
)
def test_points_are_taken_as_people_write_them(value, points):
    found = read(D3=value)

    assert told(found) == []
    assert found.document["nodes"][0]["children"][0]["max"] == points


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("1.000", "hai cách"),
        ("NaN", "không phải là một số"),
        ("1e999", "không phải là một số"),
        (float("inf"), "không phải là một số"),
        ({"date": "2026-05-03 00:00:00"}, "đã đổi nội dung ô thành ngày 2026-05-03"),
        ("=HYPERLINK(1)", "không phải là một số"),
    ],
)
def test_points_that_are_none_are_refused_with_their_cell(value, said):
    found = read(D3=value)

    assert told(found)[0].startswith("Trang “Tiêu chí”, ô D3: ")
    assert said in told(found)[0]


@pytest.mark.parametrize(
    ("cell", "value", "said"),
    [
        ("A2", "3", "phải đứng dưới một mục cấp 2"),
        ("A2", "không", "không phải là một số"),
        ("F3", "Theo cảm tính", "không có cách tính nào tên “Theo cảm tính”"),
        ("F4", "› Trừ theo số trường hợp", "chỉ dùng ngay dưới"),
        ("G3", "điểm cộng: 5", "không có tham số tên “điểm cộng”"),
        ("G4", "tối đa: 5", "thiếu “điểm mỗi trường hợp”"),
        ("H3", "tùy", "không có trong các lựa chọn"),
        ("E2", "phần hay", "không có trong các lựa chọn"),
        ("P3", "I", "khóa “I” đã có ở dòng 2"),
        ("P3", "I 1", "khóa chỉ gồm"),
        ("F2", "Đạt hoặc không đạt", "mục ở trên có cách tính"),
    ],
)
def test_every_refusal_names_sheet_and_cell(cell, value, said):
    found = read(**{cell: value})

    assert any(said in line for line in told(found)), told(found)
    assert all(line.startswith("Trang “Tiêu chí”, ô ") for line in told(found))


def test_reference_to_a_criterion_that_is_not_there_names_the_row():
    document = table(leaf("I", only_if={"node": "IX", "sign": "<", "points": "1"}))

    found = read(document)

    assert told(found) and "IX" in told(found)[0]


def test_file_of_something_else_is_told_apart():
    found = read_workbook([Sheet("Sheet1", [["Đơn vị", "Ghi chú"]])])

    assert "Không có trang “Tiêu chí”" in told(found)[0]


def test_nothing_written_is_ever_a_formula_or_a_link():
    evil = '=HYPERLINK("http://x","y")'
    document = table(leaf("I", name=evil, basis=evil))

    found = read_workbook(open_workbook(workbook(document)))

    assert found.document["nodes"][0]["name"] == evil


def test_computed_cells_come_as_their_last_value():
    output = BytesIO()
    book = xlsxwriter.Workbook(output, {"in_memory": True})
    sheet = book.add_worksheet(NODES)
    for place, title in enumerate(("Mã", "Tiêu chí", "Điểm tối đa", "Cách tính")):
        sheet.write_string(0, place, title)
    sheet.write_row(1, 0, ["I", "Một tiêu chí"])
    sheet.write_formula(1, 2, "=2+1.5", value=3.5)
    sheet.write_string(1, 3, "Đạt hoặc không đạt")
    settings_sheet = book.add_worksheet(SETTINGS)
    for place, row in enumerate([("Quy định", "Nội dung"), *settings_of(EMPTY)]):
        settings_sheet.write_row(place, 0, row)
    book.close()

    found = read_workbook(open_workbook(output.getvalue()))

    assert told(found) == []
    assert found.document["nodes"][0]["max"] == "3.5"
