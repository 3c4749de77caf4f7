"""The tables of points as Excel workbooks that go on calculating.

Criteria are values, everything above them formulas, each with its value from the paper's content,
so that a reader that does not calculate shows the same. Text is written as text, whatever it
begins with.
"""

from io import BytesIO
from itertools import count

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from scoring.papers.content import (
    DEMONSTRATION,
    WORKING_COPY,
    Figure,
    OfficialPaper,
    Row,
    SelfTable,
    Stage,
    Summary,
    TotalLine,
)
from scoring.papers.formulas import Columns, Formulas, Lines, total_from
from scoring.rules import CriteriaSet

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_TEXT = 32_767  # of one cell
LONGEST_SHEET_NAME = 31
FORBIDDEN_IN_SHEET_NAMES = str.maketrans("[]:*?/\\'", "        ")
HEAD_ROW = 5  # counted from 0; above it the title
WORKING_LABELS = ("Áp dụng (1/0)", "Điểm chuẩn áp dụng", "Trong đó thưởng", "Trong đó trừ")
BORDERED = {"border": 1, "valign": "vcenter"}
FORMATS = {
    "title": {"bold": True, "font_size": 14},
    "plain": {},
    "note": {"italic": True},
    "head": BORDERED | {"bold": True, "text_wrap": True, "align": "center"},
    "text": BORDERED | {"text_wrap": True},
    "centred": BORDERED | {"align": "center"},
    "bold": BORDERED | {"text_wrap": True, "bold": True},
    # Two places at least, so that decimal commas stand below each other.
    "number": BORDERED | {"num_format": "0.00####", "align": "right"},
    "sum": BORDERED | {"num_format": "0.00####", "align": "right", "bold": True},
    "place": BORDERED | {"num_format": "0", "align": "center"},
    "working": {"num_format": "0.00####", "font_color": "#5b6168"},
    "working_head": {"font_color": "#5b6168", "text_wrap": True, "italic": True},
}


def self_table_book(paper: SelfTable, criteria: CriteriaSet) -> bytes:
    """Bảng tự chấm điểm as a workbook of one sheet."""
    book = Book()
    sheet = book.add_sheet(paper.unit, paper)
    book.write_points(sheet, paper.stages, paper.rows, paper.totals, criteria)
    return book.bytes()


def summary_book(paper: Summary, criteria: CriteriaSet) -> bytes:
    """Bảng tổng hợp điểm as a workbook: the table first, then a sheet for each unit that is
    shown by criteria."""
    book = Book()
    table = book.add_sheet("Tổng hợp", paper, landscape=True)
    units = [(row, _unit_sheet(book, paper, row, criteria)) for row in paper.rows]
    _write_summary(book, table, paper, units, criteria)
    return book.bytes()


def _unit_sheet(book, paper, row, criteria):
    """(name of the unit's sheet, where its lines stand); None where its criteria are not shown."""
    if not row.rows:
        return None
    sheet = book.add_sheet(row.short, paper, title=row.unit)
    return sheet.get_name(), book.write_points(sheet, paper.stages, row.rows, row.totals, criteria)


class Book:
    """A workbook in memory, with its formats."""

    def __init__(self):
        self.output = BytesIO()
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self.book = xlsxwriter.Workbook(self.output, options)
        font = {"font_name": "Times New Roman", "font_size": 12}
        self.formats = {name: self.book.add_format(font | one) for name, one in FORMATS.items()}
        self.names: set[str] = set()

    def bytes(self) -> bytes:
        self.book.close()
        return self.output.getvalue()

    def add_sheet(self, name: str, paper: OfficialPaper, *, title: str = "", landscape=False):
        sheet = self.book.add_worksheet(self._free_name(name))
        sheet.set_paper(9)
        sheet.set_margins(left=1.18, right=0.6, top=0.8, bottom=0.8)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(HEAD_ROW)
        sheet.freeze_panes(HEAD_ROW + 1, 2)
        if landscape:
            sheet.set_landscape()
        heads = [paper.kind, title or paper.about, paper.draft_mark, WORKING_COPY]
        for line, text in enumerate(heads):
            self.text(sheet, line, 0, text, "note" if text == WORKING_COPY else "title")
        if paper.demo:
            self.text(sheet, len(heads), 0, DEMONSTRATION, "note")
            sheet.set_header(f"&C{DEMONSTRATION}")
        return sheet

    def _free_name(self, wanted):
        """A sheet's name: short, without signs that Excel refuses, unlike the others."""
        clean = " ".join(wanted.translate(FORBIDDEN_IN_SHEET_NAMES).split()) or "Đơn vị"
        endings = ("" if number == 1 else f" ({number})" for number in count(1))
        names = (clean[: LONGEST_SHEET_NAME - len(one)].rstrip() + one for one in endings)
        name = next(name for name in names if name.casefold() not in self.names)
        self.names.add(name.casefold())
        return name

    # Cells

    def text(self, sheet, line, column, text, look):
        sheet.write_string(line, column, text[:LONGEST_TEXT], self.formats[look])

    def figure(self, sheet, line, column, figure: Figure, look="number"):
        if figure.value is None:
            self.text(sheet, line, column, figure.text, look)
        else:
            sheet.write_number(line, column, float(figure.value), self.formats[look])

    def formula(self, sheet, line, column, formula, figure: Figure, look="sum"):
        value = figure.text if figure.value is None else float(figure.value)
        sheet.write_formula(line, column, formula, self.formats[look], value)

    # The table of points

    def write_points(
        self,
        sheet,
        stages: tuple[Stage, ...],
        rows: tuple[Row, ...],
        totals: tuple[TotalLine, ...],
        criteria: CriteriaSet,
    ) -> Lines:
        """Write every line of the criteria and the totals; return where they stand."""
        note = 3 + len(stages)
        self._write_heads(sheet, stages, note)
        first = HEAD_ROW + 1
        lines = Lines(
            {row.key: first + place for place, row in enumerate(rows, 1) if row.kind != "section"},
            {line.key: first + len(rows) + place for place, line in enumerate(totals, 1)},
        )
        stage_columns = [_columns(place, note + 2 + 4 * place) for place in range(len(stages))]
        formulas = [Formulas(criteria, lines, columns) for columns in stage_columns]
        for line, row in enumerate(rows, first):
            self._write_row(sheet, line, row, note, formulas, criteria)
        for line, total in enumerate(totals, first + len(rows)):
            self._write_total(sheet, line, total, note, formulas)
        sheet.print_area(0, 0, first + len(rows) + len(totals) - 1, note)
        return lines

    def _write_heads(self, sheet, stages, note):
        heads = ["TT", "Tiêu chí", "Điểm chuẩn", *(stage.label for stage in stages)]
        for column, label in enumerate([*heads, "Ghi chú, tài liệu kiểm chứng"]):
            self.text(sheet, HEAD_ROW, column, label, "head")
        for place, stage in enumerate(stages):
            for step, label in enumerate(WORKING_LABELS):
                column = note + 2 + 4 * place + step
                self.text(sheet, HEAD_ROW, column, f"{stage.label}: {label}", "working_head")
        for first, last, width in ((0, 0, 7), (1, 1, 58), (2, note - 1, 11), (note, note, 44)):
            sheet.set_column(first, last, width)
        sheet.set_column(note + 2, note + 1 + 4 * len(stages), 11)

    def _write_row(self, sheet, line, row, note, formulas, criteria):
        is_leaf = row.kind == "leaf"
        self.text(sheet, line, 0, row.code, "centred")
        self.text(sheet, line, 1, row.name, "text" if is_leaf else "bold")
        self.figure(sheet, line, 2, row.max, "number" if is_leaf else "sum")
        self.text(sheet, line, note, row.note, "text")
        if row.kind == "section":
            for place in range(len(formulas)):
                self.text(sheet, line, 3 + place, "", "text")
            return
        write = self._write_leaf if is_leaf else self._write_group
        for place, (share, one) in enumerate(zip(row.shares, formulas, strict=True)):
            working = note + 2 + 4 * place
            write(sheet, line, 3 + place, working, share, one, criteria.by_key[row.key])

    def _write_leaf(self, sheet, line, column, working, share, formulas, node):
        look = self.formats["working"]
        self.figure(sheet, line, column, share.points)
        sheet.write_number(line, working, int(share.applies), look)
        if node.max is not None:
            most = float(node.max) if share.applies else 0
            sheet.write_formula(line, working + 1, formulas.most_of_leaf(node), look, most)
        if share.bonus:
            sheet.write_number(line, working + 2, float(share.bonus), look)
        if share.deducted:
            sheet.write_number(line, working + 3, float(share.deducted), look)

    def _write_group(self, sheet, line, column, working, share, formulas, node):
        self.formula(sheet, line, column, formulas.points(node), share.points)
        cells = (
            (formulas.applies(node), int(share.applies)),
            (formulas.most(node), float(share.most or 0)),
            (formulas.bonus(node), float(share.bonus)),
            (formulas.deducted(node), float(share.deducted)),
        )
        for step, (formula, value) in enumerate(cells):
            sheet.write_formula(line, working + step, formula, self.formats["working"], value)

    def _write_total(self, sheet, line, total, note, formulas):
        self.text(sheet, line, 0, "", "centred")
        self.text(sheet, line, 1, total.label, "bold")
        self.text(sheet, line, 2, "", "text")
        self.text(sheet, line, note, "", "text")
        for place, (figure, one) in enumerate(zip(total.figures, formulas, strict=True)):
            self.formula(sheet, line, 3 + place, one.total(total.key), figure)


def _columns(place, working):
    names = (xl_col_to_name(working + step) for step in range(4))
    return Columns("C", xl_col_to_name(3 + place), *names)


# The bloc's table


def _write_summary(book, sheet, paper, units, criteria):
    groups = [f"{column.label} ({column.max.text})" for column in paper.columns]
    tail = [paper.scaled_label, "Điểm thưởng", "Điểm trừ", "Tổng điểm", "Xếp loại", "Ghi chú"]
    heads = ["Xếp hạng", "Đơn vị", *groups, *tail]
    for column, label in enumerate(heads):
        book.text(sheet, HEAD_ROW, column, label, "head")
    helper = len(heads) + 1
    book.text(sheet, HEAD_ROW, helper, "Thứ tự khi bằng điểm", "working_head")
    sheet.set_column(0, 0, 8)
    sheet.set_column(1, 1, 44)
    sheet.set_column(2, len(heads) - 2, 11)
    sheet.set_column(len(heads) - 1, len(heads) - 1, 40)
    for line, (row, found) in enumerate(units, HEAD_ROW + 1):
        _write_points_of(book, sheet, line, row, found, paper, criteria)
        _write_place(book, sheet, line, row, paper, helper)
    last = HEAD_ROW + len(units)
    for line, note in enumerate([paper.legend, *paper.notes], last + 2):
        book.text(sheet, line, 0, note, "note")
    sheet.print_area(0, 0, last + 2 + len(paper.notes), len(heads) - 1)


def _write_points_of(book, sheet, line, row, found, paper, criteria):
    """A unit's points: from its own sheet; where it has none the terms as values, and their total."""
    figures = [*row.groups, row.scaled, row.bonus, row.penalty]
    if found:
        name, lines = found
        places = [lines.nodes[column.key] for column in paper.columns]
        places += [lines.totals[key] for key in ("scaled", "bonus", "penalty", "total")]
        cells = [f"'{name}'!D{place}" for place in places]
        # A group without any points yet counts as none in the ranking.
        formulas = [f'=IF({cell}="",0,{cell})' for cell in cells]
        for column, (formula, figure) in enumerate(zip(formulas, figures, strict=False), 2):
            book.formula(sheet, line, column, formula, figure, "number")
        total = formulas[-1]
    else:
        for column, figure in enumerate(figures, 2):
            book.figure(sheet, line, column, figure)
        terms = [f"{xl_col_to_name(len(figures) + step)}{line + 1}" for step in (-1, 0, 1)]
        total = f"={total_from(criteria, *terms)}"
    book.formula(sheet, line, 2 + len(figures), total, row.total)


def _write_place(book, sheet, line, row, paper, helper):
    after = 6 + len(paper.columns)
    book.text(sheet, line, 1, row.unit, "text")
    book.text(sheet, line, after, row.class_name, "centred")
    book.text(sheet, line, after + 1, row.note, "text")
    if row.place.value is None:
        book.text(sheet, line, 0, row.place.text, "centred")
        return
    sheet.write_number(line, helper, row.order, book.formats["working"])
    ranked = sum(1 for one in paper.rows if one.place.value is not None)
    formula = _place(line, after - 1, helper, ranked)
    book.formula(sheet, line, 0, formula, row.place, "place")


def _place(line, total, helper, ranked):
    """One more than the units with more points, or with as many and before it by the tie-break."""
    first, last = HEAD_ROW + 2, HEAD_ROW + 1 + ranked
    totals = f"${xl_col_to_name(total)}${first}:${xl_col_to_name(total)}${last}"
    orders = f"${xl_col_to_name(helper)}${first}:${xl_col_to_name(helper)}${last}"
    own, order = f"{xl_col_to_name(total)}{line + 1}", f"{xl_col_to_name(helper)}{line + 1}"
    more = f"SUMPRODUCT(--({totals}>{own}))"
    return f"=1+{more}+SUMPRODUCT(({totals}={own})*({orders}<{order}))"
