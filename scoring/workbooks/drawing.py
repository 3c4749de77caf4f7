"""How our workbooks look: one hand for all, locked but for the cells to be filled."""

from collections.abc import Iterable
from io import BytesIO

import xlsxwriter

from scoring import typed
from scoring.rules import Input
from scoring.workbooks.sheets import IDENTITY_SHEET, Identity

LISTS_SHEET = "Danh mục"
FLAG_WORDS = ("có", "không")
HINTS = {
    "count": "số nguyên, như 137",
    "number": "số, như 3,5",
    "percent": "phần trăm, như 98,2",
    "points": "điểm, như 3,5",
    "flag": "có hoặc không",
    "choice": "chọn trong danh sách",
    "date": "ngày/tháng/năm, hoặc “không có”",
    "text": "chữ",
}
# What can be done to a sheet that is otherwise locked; there is no password.
ALLOWED = {
    "format_columns": True,
    "format_rows": True,
    "select_locked_cells": True,
    "select_unlocked_cells": True,
}
HEAD, EDGE, GROUP, INPUT = "#EEF4FA", "#DEDAD2", "#F7F5F1", "#FFFBEB"
TEXT = 49  # Excel's own number of the format "@"
LONGEST_NOTE = 1500
NOTE_SIZE = {"x_scale": 2.2, "y_scale": 1.4, "font_size": 10}


class Book:
    """A workbook being drawn; `done()` gives its bytes."""

    def __init__(self):
        self.output = BytesIO()
        # Text is text: neither "=cmd|…" nor an address becomes anything else.
        self.book = xlsxwriter.Workbook(
            self.output, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        )
        self.styles = _styles(self.book)
        self.lists = {}

    def sheet(self, name):
        sheet = self.book.add_worksheet(name)
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&L&A&RTrang &P/&N")
        return sheet

    def heading(self, sheet, title, lines):
        """The title and the lines under it, from column B on; returns the next free row."""
        sheet.write_string(0, 1, title, self.styles["title"])
        sheet.set_row(0, 24)
        for row, line in enumerate(lines, 1):
            sheet.write_string(row, 1, line, self.styles["plain"])
        return len(lines) + 2

    def header(self, sheet, row, titles, widths):
        """The row of column titles, which stays in sight; the column of keys is hidden."""
        for column, (title, width) in enumerate(zip(titles, widths, strict=True)):
            sheet.write_string(row, column, title, self.styles["head"])
            sheet.set_column(column, column, width, None, {"hidden": column == 0})
        # Bold letters are wider.
        self.fit(sheet, row, [width - 3 for width in widths], titles)
        sheet.repeat_rows(row)

    def fit(self, sheet, row, widths, words):
        """Give the row the height of its longest cell: not every program does so by itself."""
        lines = max(
            sum(-(-max(len(line), 1) * 11 // (width * 10)) for line in word.split("\n"))
            for width, word in zip(widths, words, strict=True)
        )
        sheet.set_row(row, 4 + 16 * lines)

    def offer(self, sheet, row, column, wanted: Input):
        """What Excel itself helps with at an input cell: drop-downs and a word on how to write."""
        hint = {
            "validate": "any",
            "input_title": "Cách ghi",
            "input_message": hint_of(wanted)[:255],
        }
        words = offered(wanted)
        if words:
            hint |= {
                "validate": "list",
                "source": self._list(words),
                "error_title": "Không có trong danh sách",
                "error_message": "Hãy chọn một giá trị trong danh sách, hoặc để trống ô.",
            }
        sheet.data_validation(row, column, row, column, hint)

    def _list(self, words):
        """Where these words stand on the hidden sheet: a list in the cell itself holds 255 letters."""
        if words not in self.lists:
            self.lists[words] = len(self.lists)
        column = xlsxwriter.utility.xl_col_to_name(self.lists[words], True)
        return f"='{LISTS_SHEET}'!{column}$1:{column}${len(words)}"

    def explain(self, sheet, row, column, *parts):
        """A note at the cell: what there is to say, one thing a line."""
        note = "\n".join(part for part in parts if part)[:LONGEST_NOTE]
        sheet.write_comment(row, column, note, NOTE_SIZE)

    def finish(self, sheet, rows, columns):
        """Lock what is not to be filled, and say that numbers are kept as text on purpose."""
        last = xlsxwriter.utility.xl_rowcol_to_cell(rows, columns)
        sheet.ignore_errors({"number_stored_as_text": f"A1:{last}"})
        sheet.print_area(0, 1, rows, columns)
        sheet.protect("", ALLOWED)

    def done(self, identity: Identity) -> bytes:
        self._hidden(LISTS_SHEET, zip_columns(self.lists))
        self._hidden(IDENTITY_SHEET, identity.rows())
        self.book.close()
        return self.output.getvalue()

    def _hidden(self, name, rows):
        sheet = self.book.add_worksheet(name)
        for number, row in enumerate(rows):
            for place, value in enumerate(row):
                sheet.write_string(number, place, value, self.styles["input"])
        sheet.protect("")
        sheet.hide()


def zip_columns(lists: Iterable[tuple[str, ...]]) -> list[list[str]]:
    """Columns of words as rows of cells."""
    columns = list(lists)
    longest = max(map(len, columns), default=0)
    return [
        [words[place] if place < len(words) else "" for words in columns]
        for place in range(longest)
    ]


def offered(wanted: Input) -> tuple[str, ...]:
    """The words of the drop-down; none where anything may be typed."""
    if wanted.type == "flag":
        return FLAG_WORDS
    return tuple(label for _key, label in wanted.options) if wanted.type == "choice" else ()


def hint_of(wanted: Input) -> str:
    """How the fact is written, and what it must not exceed."""
    hint = HINTS[wanted.type]
    if wanted.most is not None:
        hint += f", nhiều nhất {typed.shown(wanted, wanted.most)}"
    if not wanted.required:
        hint += " (không bắt buộc)"
    return hint


def _styles(book):
    base = {"font_name": "Times New Roman", "font_size": 12, "valign": "top"}
    cell = {**base, "border": 1, "border_color": EDGE, "text_wrap": True}
    # As text, Excel makes no date of 3.5 and no formula of what is typed.
    styles = {
        "title": {**base, "bold": True, "font_size": 15},
        "plain": base,
        "head": {**cell, "bold": True, "bg_color": HEAD, "valign": "vcenter"},
        "group": {**cell, "bold": True, "bg_color": GROUP, "text_wrap": False},
        "cell": {**cell, "num_format": TEXT},
        "muted": {**cell, "num_format": TEXT, "font_color": "#5B6168"},
        "input": {**cell, "num_format": TEXT, "bg_color": INPUT, "locked": False},
        "figure": {
            **cell,
            "num_format": TEXT,
            "bg_color": INPUT,
            "locked": False,
            "align": "right",
        },
        "key": {**base, "font_color": "#5B6168"},
    }
    return {name: book.add_format(style) for name, style in styles.items()}
