"""Draws the workbook of an agency's own facts: a row for each fact, a column for each unit."""

from khoithidua.text import initial_upper
from scoring import typed
from scoring.workbooks.drawing import Book, hint_of
from scoring.workbooks.lines import NUMBERS, concerns
from scoring.workbooks.owner import DATA_SHEET, SOURCE, UNITS_ROW, OwnerTable
from scoring.workbooks.sheets import KEY_TITLE

FIRST_UNIT = 5
WIDTHS = (12, 7, 30, 30, 18)
UNIT_WIDTH, SOURCE_WIDTH = 14, 40
STEPS = (
    "Chỉ điền các ô màu vàng nhạt; các ô khác đã khóa. Mỗi cột một đơn vị; để trống là chưa có.",
    f"Cột “{SOURCE}”: số, ký hiệu, ngày, trích yếu của văn bản làm căn cứ, ghi ở dòng đầu của tiêu chí.",
    "Điền xong, tải lên ở trang Số liệu chung: hệ thống cho xem khác biệt trước, chưa ghi gì. "
    "Không ghi nội dung mật.",
)


def draw(table: OwnerTable) -> bytes:
    """The .xlsx to download."""
    book = Book()
    sheet = book.sheet(DATA_SHEET)
    title = f"Số liệu chung năm {table.year}"
    steps = (f"{table.owner_name} cung cấp cho {table.bloc_name}", *STEPS)
    header = _header(book, sheet, book.heading(sheet, title, steps), table)
    row = header + 1
    for one in table.asked:
        for place, wanted in enumerate(one.inputs):
            _fact(book, sheet, row, table, one, wanted, is_first=place == 0)
            row += 1
    book.finish(sheet, row - 1, FIRST_UNIT + len(table.units))
    return book.done(table.identity)


def _header(book, sheet, row, table):
    """The hidden row that says whose column it is, then the titles."""
    sheet.write_string(row, 0, UNITS_ROW, book.styles["key"])
    for column, unit in enumerate(table.units, FIRST_UNIT):
        sheet.write_string(row, column, unit.slug, book.styles["key"])
    sheet.set_row(row, None, None, {"hidden": True})
    titles = (KEY_TITLE, "Mã", "Tiêu chí", "Dữ kiện", "Cách ghi")
    titles += (*(unit.name for unit in table.units), SOURCE)
    book.header(sheet, row + 1, titles, _widths(table))
    sheet.freeze_panes(row + 2, FIRST_UNIT)
    return row + 1


def _widths(table):
    return (*WIDTHS, *(UNIT_WIDTH,) * len(table.units), SOURCE_WIDTH)


def _fact(book, sheet, row, table, one, wanted, *, is_first):
    node = one.node
    named = (node.code, node.name) if is_first else ("", "")
    words = [f"{one.key}/{wanted.name}", *named, initial_upper(wanted.label), hint_of(wanted)]
    styles = ["key", "cell", "cell", "cell", "muted"]
    for unit in table.units:
        is_asked = concerns(one.node, unit.slug)
        figure = "figure" if wanted.type in (*NUMBERS, "date") else "input"
        facts = table.at(one.key, unit.slug).facts
        words.append(typed.shown(wanted, facts.get(wanted.name)) if is_asked else "")
        styles.append(figure if is_asked else "muted")
    words.append(table.source_of(one.key) if is_first else "")
    styles.append("input" if is_first else "muted")
    for column, (word, style) in enumerate(zip(words, styles, strict=True)):
        sheet.write_string(row, column, word, book.styles[style])
    book.fit(sheet, row, _widths(table), ("", *words[1:]))
    for column, unit in enumerate(table.units, FIRST_UNIT):
        if concerns(one.node, unit.slug):
            book.offer(sheet, row, column, wanted)
    book.explain(sheet, row, 3, f"{node.label}: {wanted.label}", wanted.help, node.basis, node.note)
