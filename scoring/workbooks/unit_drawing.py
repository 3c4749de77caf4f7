"""Draws the workbook of one unit: a row for each fact, locked but for the cells to fill."""

from khoithidua.text import initial_upper
from scoring import typed
from scoring.rules import Input
from scoring.workbooks.drawing import Book, hint_of
from scoring.workbooks.lines import NUMBERS
from scoring.workbooks.sheets import KEY_TITLE
from scoring.workbooks.unit import AS_OF, DATA_SHEET, NA, NOTE, VALUE, UnitWorkbook, fact_key

WIDTHS = (12, 7, 34, 34, 14, 20, 14, 12, 24, 14, 26)
STEPS = (
    "Chỉ điền các ô màu vàng nhạt; các ô khác đã khóa. Mỗi dòng một số liệu; để trống là chưa có.",
    "Tiêu chí không áp dụng với đơn vị: ghi lý do. Số ước thực hiện: ghi ngày chốt số liệu.",
    "Điền xong, tải lên ở trang Sổ tính: hệ thống cho xem khác biệt trước, chưa ghi gì. "
    "Không ghi nội dung mật.",
)
DAY_SHOWN = Input("as_of", AS_OF, "date")


def draw(workbook: UnitWorkbook) -> bytes:
    """The .xlsx to download."""
    book = Book()
    sheet = book.sheet(DATA_SHEET)
    names = f"{workbook.unit_name} · {workbook.bloc_name}"
    title = f"Sổ tính dữ kiện chấm điểm năm {workbook.year}"
    header = book.heading(sheet, title, (names, *STEPS))
    _header(book, sheet, header, workbook)
    row = header + 1
    for node, one in _in_order(workbook):
        if one is None:
            _group(book, sheet, row, node)
            row += 1
            continue
        for place, wanted in enumerate(one.inputs or (None,)):
            _fact(book, sheet, row, workbook, one, wanted, is_first=place == 0)
            row += 1
    book.finish(sheet, row - 1, 10)
    return book.done(workbook.identity)


def _in_order(workbook):
    """The table's groups and this unit's criteria; groups of which nothing is asked are left out."""
    asked = {one.key: one for one in workbook.asked}
    for root in workbook.criteria.nodes:
        for node in root.walk():
            if node.key in asked:
                yield node, asked[node.key]
            elif any(below.key in asked for below in node.walk()):
                yield node, None


def _header(book, sheet, row, workbook):
    titles = (
        *(KEY_TITLE, "Mã", "Tiêu chí", "Dữ kiện", VALUE, "Cách ghi", "Đang lưu"),
        *(f"Năm {workbook.year - 1}", NA, AS_OF, NOTE),
    )
    book.header(sheet, row, titles, WIDTHS)
    sheet.freeze_panes(row + 1, 4)


def _group(book, sheet, row, node):
    sheet.write_string(row, 1, node.code, book.styles["group"])
    sheet.write_string(row, 2, node.name, book.styles["group"])
    for column in range(3, 11):
        sheet.write_blank(row, column, None, book.styles["group"])


def _fact(book, sheet, row, workbook, one, wanted, *, is_first):
    is_filled = wanted in one.filled
    words = (*_names(one, wanted, is_first), *_values(workbook, one, wanted))
    words += _beside(workbook.lines[one.key], one) if is_first else ("", "", "")
    styles = (*("key", "cell", "cell", "cell"), _style(wanted, is_filled), *("muted",) * 3)
    styles += _styles_beside(one) if is_first else ("muted",) * 3
    for column, (word, style) in enumerate(zip(words, styles, strict=True)):
        sheet.write_string(row, column, word, book.styles[style])
    book.fit(sheet, row, WIDTHS, ("", *words[1:]))
    if is_filled:
        book.offer(sheet, row, 4, wanted)
        label = f"{one.node.label}: {wanted.label}"
        book.explain(sheet, row, 4, label, wanted.help, one.node.basis, one.node.note)


def _names(one, wanted, is_first):
    """Which fact of which criterion the row is for."""
    node = one.node
    named = (node.code, node.name) if is_first else ("", "")
    return (fact_key(one, wanted), *named, initial_upper(wanted.label) if wanted else "")


def _values(workbook, one, wanted):
    """What fills the cell, how it is written, what is stored, and what last year said."""
    if wanted is None:
        return "", "hệ thống tự tính", "", ""
    before = typed.shown(wanted, workbook.last_year.get(one.key, {}).get(wanted.name))
    if wanted.name in one.given:
        return "", f"{one.owner} đã cung cấp", typed.shown(wanted, one.given[wanted.name]), before
    stored = typed.shown(wanted, workbook.lines[one.key].facts.get(wanted.name))
    hint = f"{hint_of(wanted)} ({one.owner} sẽ cung cấp)" if one.owner else hint_of(wanted)
    return stored, hint, stored, before


def _beside(line, one):
    """What is said once for a criterion."""
    return line.na_reason, typed.shown(DAY_SHOWN, line.as_of), line.note


def _styles_beside(one):
    return (
        "input" if one.node.na else "muted",
        "input" if one.filled else "muted",
        "input",
    )


def _style(wanted, is_filled):
    if not is_filled:
        return "muted"
    return "figure" if wanted.type in (*NUMBERS, "date") else "input"
