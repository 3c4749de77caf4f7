"""PDF, Word, Excel and JSON of a paper bear the same numbers, read back from each file.

The workbooks are worked out by LibreOffice from cached values that were made wrong (test_excel.py
compares them with the content cell by cell; here they meet the JSON).
"""

import json
from decimal import Decimal

import pytest

from scoring.papers.content import plain
from scoring.papers.excel import HEAD_ROW, self_table_book, summary_book
from scoring.papers.pdf import printed
from scoring.papers.word import document_of
from tests.env import needs_libreoffice, needs_poppler
from tests.recalculating import recalculated, with_wrong_values
from tests.scoring.papers import samples
from tests.scoring.papers.reading import columns_of, flowing_text, table_of
from tests.scoring.papers.word_samples import text_of


def as_json(paper):
    """The paper as a program reads it from the file."""
    return json.loads(json.dumps(plain(paper)))


def bare(figures):
    """The texts of figures that print something."""
    return [figure["text"] for figure in figures if figure["text"]]


@needs_poppler
@pytest.mark.parametrize("unit", samples.PARTIES)
def test_self_table_in_print_and_word(unit):
    paper = samples.self_table_of(unit)
    data = as_json(paper)
    lines = [line for line in data["totals"] if line["printed"]]
    columns = [
        bare(row["max"] for row in data["rows"]),
        *(
            bare(row["shares"][stage]["points"] for row in data["rows"] if row["shares"])
            + bare(line["figures"][stage] for line in lines)
            for stage in (0, 1)
        ),
    ]

    assert columns_of(printed(paper).pdf, 3) == columns
    cells = table_of(document_of(paper), 1)[1:]
    assert [[row[column] for row in cells if row[column]] for column in (2, 3, 4)] == columns


@needs_poppler
def test_summary_in_print_and_word():
    paper = samples.summary_of()
    rows = as_json(paper)["rows"]
    figures = [
        [*row["groups"], row["scaled"], row["bonus"], row["penalty"], row["total"]] for row in rows
    ]
    places = [row["place"] for row in rows]

    printed_columns = [places, *zip(*figures, strict=True)]
    assert columns_of(printed(paper).pdf, 9) == [bare(column) for column in printed_columns]
    wanted = [
        [
            row["place"]["text"],
            row["unit"],
            *(one["text"] for one in line),
            row["class_name"],
            row["note"],
        ]
        for row, line in zip(rows, figures, strict=True)
    ]
    assert table_of(document_of(paper), 1)[1:] == wanted


@needs_poppler
@pytest.mark.parametrize("make", [samples.minutes_of, samples.report_of])
def test_sentences_in_print_and_word(make):
    paper = make()
    data = as_json(paper)
    sentences = [one["sentence"] for group in data["groups"] for one in group.get("findings", ())]
    for group in data["groups"]:
        for item in group.get("items", ()):
            sentences += [item["heading"], *item["paragraphs"]]
    sentences += [*data["total_steps"], data["total_line"], *data["notes"], data["closing"]]
    text, written = flowing_text(printed(paper).pdf), text_of(document_of(paper))

    place = 0
    for sentence in sentences:
        place = text.index(" ".join(sentence.split()), place)
    assert [one for one in sentences if one not in written] == []
    assert data["total"]["text"] in data["total_line"]


@needs_libreoffice
def test_workbooks_when_worked_out_anew(tmp_path):
    table, bloc = samples.self_table_of(), samples.summary_of()
    books = {
        "unit": with_wrong_values(self_table_book(table, samples.criteria()))[0],
        "bloc": with_wrong_values(summary_book(bloc, samples.criteria()))[0],
    }

    found = recalculated(tmp_path, books)

    [sheet] = found["unit"].values()
    for row, cells in zip(as_json(table)["rows"], sheet[HEAD_ROW + 1 :], strict=False):
        same(cells[2:5], [row["max"], *(share["points"] for share in row["shares"])])
    for row, cells in zip(
        as_json(bloc)["rows"], found["bloc"]["Tổng hợp"][HEAD_ROW + 1 :], strict=False
    ):
        figures = [*row["groups"], row["scaled"], row["bonus"], row["penalty"], row["total"]]
        same([cells[0], *cells[2:10]], [row["place"], *figures])


def same(cells, figures):
    for cell, figure in zip(cells, figures, strict=False):
        if figure["value"] is None:
            assert cell == figure["text"]
        else:
            assert Decimal(repr(cell)).quantize(Decimal("1e-9")) == Decimal(figure["value"])
