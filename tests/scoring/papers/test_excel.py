"""The workbooks: the same numbers as the paper's content, before and after being worked out anew."""

import io
import re
import zipfile
from decimal import Decimal

import pytest

from scoring.papers.excel import HEAD_ROW, LONGEST_SHEET_NAME, Book, self_table_book, summary_book
from scoring.papers.formulas import plain, ranges
from tests.env import needs_libreoffice
from tests.recalculating import cells_of, recalculated, with_wrong_values
from tests.scoring.papers import samples
from tests.scoring.papers.random_tables import random_paper

RANDOM_TABLES = range(48)


def shown(figure):
    """What a cell holds for a figure: the number, or what stands in its place."""
    return figure.text if figure.value is None else figure.value


def read(cell):
    return Decimal(repr(cell)).quantize(Decimal("1e-9")) if isinstance(cell, float) else cell


def points_on(rows):
    """The points of a sheet: of every criterion, then every total."""
    return [[read(cell) for cell in row] for row in rows[HEAD_ROW + 1 :]]


def check_points(cells, rows, totals, stages):
    lines = [row.shares for row in rows] + [line.figures for line in totals]
    for line, (figures, found) in enumerate(zip(lines, cells, strict=True)):
        wanted = [shown(getattr(one, "points", one)) for one in figures] or [""] * stages
        assert found[3 : 3 + stages] == wanted, f"line {line}: {found[:3]}"


def check_summary(cells, paper):
    for row, found in zip(paper.rows, points_on(cells), strict=False):
        figures = [*row.groups, row.scaled, row.bonus, row.penalty, row.total]
        wanted = [shown(row.place), row.unit, *map(shown, figures), row.class_name, row.note]
        assert found[: len(wanted)] == wanted


def xml_of(workbook, start="xl/worksheets/"):
    with zipfile.ZipFile(io.BytesIO(workbook)) as parts:
        return {name: parts.read(name).decode() for name in parts.namelist() if start in name}


# The same numbers


def test_workbook_of_the_bloc_shows_the_papers_numbers_without_calculating():
    paper = samples.summary_of()
    sheets = cells_of(summary_book(paper, samples.criteria()))

    check_summary(sheets["Tổng hợp"], paper)
    for row, cells in zip(paper.rows, list(sheets.values())[1:], strict=True):
        check_points(points_on(cells), row.rows, row.totals, 1)


@needs_libreoffice
def test_formulas_give_the_papers_numbers(tmp_path):
    """Every cached value is wrong; what is read back can only have been calculated."""
    paper, table = samples.summary_of(), samples.self_table_of()
    books = {
        "bloc": summary_book(paper, samples.criteria()),
        "unit": self_table_book(table, samples.criteria()),
    }
    wrong = {name: with_wrong_values(book) for name, book in books.items()}
    formulas = {
        name: sum(sheet.count("<f>") for sheet in xml_of(books[name]).values()) for name in books
    }

    found = recalculated(tmp_path, {name: book for name, (book, _count) in wrong.items()})

    assert {name: count for name, (_book, count) in wrong.items()} == formulas
    check_summary(found["bloc"]["Tổng hợp"], paper)
    for row, cells in zip(paper.rows, list(found["bloc"].values())[1:], strict=True):
        check_points(points_on(cells), row.rows, row.totals, 1)
    [cells] = found["unit"].values()
    check_points(points_on(cells), table.rows, table.totals, 2)


@needs_libreoffice
def test_units_not_shown_by_criteria_have_no_sheet_and_a_total_all_the_same(tmp_path):
    paper = samples.summary_of(shown=("snv",))
    book, count = with_wrong_values(summary_book(paper, samples.criteria()))

    found = recalculated(tmp_path, {"bloc": book})["bloc"]

    assert list(found) == ["Tổng hợp", "Sở Nội vụ"]
    assert count > 5 * 2
    check_summary(found["Tổng hợp"], paper)


@needs_libreoffice
def test_formulas_follow_the_engine_on_any_table(tmp_path):
    papers = {f"t{seed}": random_paper(seed) for seed in RANDOM_TABLES}
    books = {
        name: with_wrong_values(self_table_book(paper, criteria))[0]
        for name, (paper, criteria) in papers.items()
    }

    found = recalculated(tmp_path, books)

    for name, (paper, _criteria) in papers.items():
        [cells] = found[name].values()
        check_points(points_on(cells), paper.rows, paper.totals, 2)


# Text and numbers


def test_text_that_looks_like_a_formula_stays_text():
    book = summary_book(samples.summary_of(), samples.criteria())
    sheets = xml_of(book)
    formulas = [one for sheet in sheets.values() for one in re.findall(r"<f>(.*?)</f>", sheet)]
    texts = " ".join(xml_of(book, "sharedStrings").values())

    assert "=cmd|" in texts
    assert not any("cmd" in formula or "HYPERLINK" in formula for formula in formulas)
    assert not any(
        "externalLink" in name or "TargetMode" in part for name, part in xml_of(book, "").items()
    )


def test_numbers_are_numbers_with_a_decimal_format():
    book = self_table_book(samples.self_table_of(), samples.criteria())
    styles = "".join(xml_of(book, "styles").values())
    [cells] = cells_of(book).values()

    assert 'formatCode="0.00####"' in styles
    assert cells[HEAD_ROW + 2][2:5] == [15.0, 13.47, 13.47]


def test_sheets_are_named_as_excel_allows():
    paper = samples.summary_of()
    names = list(cells_of(summary_book(paper, samples.criteria())))

    assert names[:3] == ["Tổng hợp", "Sở Tài chính", "Văn phòng UBND tỉnh"]


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ("Sở [A]: B/C?*\\", ["Sở A B C", "Sở A B C (2)"]),
        ("'Sở'", ["Sở", "Sở (2)"]),
        ("", ["Đơn vị", "Đơn vị (2)"]),
        (
            "Văn phòng Đoàn đại biểu Quốc hội và Hội đồng nhân dân",
            ["Văn phòng Đoàn đại biểu Quốc hộ", "Văn phòng Đoàn đại biểu Quố (2)"],
        ),
    ],
)
def test_sheet_name_is_cleaned_and_told_from_its_like(wanted, names):
    book, paper = Book(), samples.summary_of()

    found = [book.add_sheet(one, paper).get_name() for one in (wanted, wanted)]

    assert found == names
    assert len(names[1]) <= LONGEST_SHEET_NAME


def test_ranges_join_neighbours():
    assert ranges("D", [6, 7, 8, 12, 14, 15]) == "D6:D8,D12,D14:D15"


@pytest.mark.parametrize(("value", "written"), [("100", "100"), ("0.50", "0.5"), ("1E+2", "100")])
def test_numbers_in_formulas_are_plain(value, written):
    assert plain(Decimal(value)) == written
