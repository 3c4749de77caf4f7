"""What all our workbooks share: how they say whose they are, and how their cells are read."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from khoithidua import text
from scoring import typed
from scoring.rules import NEVER, BadFact, Input
from scoring.workbooks.lines import NUMBERS
from units.imports.columns import CellRefused, as_line
from units.imports.decision import letter
from units.imports.workbook import Refused, Sheet

IDENTITY_SHEET = "Nhận dạng"
FORMAT = "khoi-thi-dua:1"
HEADER_WITHIN = 30  # rows from the top
LONGEST_TEXT = 2000
KEY_TITLE = "Khóa"
DAMAGED = (
    f"Trang “{IDENTITY_SHEET}” của sổ tính đã bị xóa hoặc sửa. Hãy tải sổ tính mới và chép số liệu "
    "sang."
)
NOT_OURS = (
    "Tệp này không phải là sổ tính tải từ hệ thống. Hãy tải sổ tính về, điền vào đó rồi tải lên."
)


# What stands for a cell whose formula came to nothing.
FAILED = object()
NO_VALUE = "công thức bị lỗi, không có giá trị. Hãy nhập thẳng số liệu."


class Problems(ValueError):
    """Cells that cannot be taken; each message names its cell."""

    def __init__(self, messages: Iterable[str]):
        self.messages = list(messages)
        super().__init__(self.messages[0])


@dataclass(frozen=True)
class Identity:
    """Whose workbook it is, for which table, and what stood in it when it was downloaded.

    stood: by row of the hidden sheet's list, (revision, digest) of what was stored then.
    """

    kind: str
    bloc: str
    year: int
    unit: str
    digest: str
    stood: dict[str, tuple[int, str]] = field(default_factory=dict)

    def rows(self):
        """The hidden sheet's rows."""
        yield FORMAT, self.kind
        yield "khối", self.bloc
        yield "năm", str(self.year)
        yield "đơn vị", self.unit
        yield "bảng tiêu chí", self.digest
        for key, (revision, digest) in self.stood.items():
            yield key, f"{revision} {digest}"

    def refuse_unless(self, here: "Identity"):
        """Raise Refused, saying what the workbook is of, unless it belongs to this page."""
        if self.kind != here.kind:
            raise Refused("Đây là sổ tính của trang khác. Hãy tải sổ tính ở trang này.")
        if self.year != here.year:
            raise Refused(
                f"Sổ tính này của năm {self.year}; trang này là của năm {here.year}. "
                "Hãy chọn đúng tệp hoặc tải sổ tính mới."
            )
        if self.bloc != here.bloc:
            raise Refused("Sổ tính này của khối thi đua khác.")
        if self.unit != here.unit:
            raise Refused("Sổ tính này của đơn vị khác. Hãy chọn đúng tệp của đơn vị mình.")
        if self.digest != here.digest:
            raise Refused(
                "Bảng tiêu chí đã khác với khi tải sổ tính. Hãy tải sổ tính mới và chép số liệu sang."
            )


def identity_of(sheets: list[Sheet]) -> Identity:
    """What the hidden sheet says, whatever it is called by now; raises Refused."""
    found = [sheet for sheet in sheets if sheet.rows and sheet.rows[0][:1] == [FORMAT]]
    if not found:
        raise Refused(NOT_OURS)
    try:
        (_format, kind), *rows = [[as_line(cell) for cell in row[:2]] for row in found[0].rows]
        values = [value for _name, value in rows[:4]]
        stood = {key: _stood(value) for key, value in rows[4:] if key}
        return Identity(kind, values[0], int(values[1]), values[2], values[3], stood)
    except (ValueError, IndexError):
        raise Refused(DAMAGED) from None


def _stood(value):
    revision, digest = value.split()
    if not re.fullmatch("[0-9]{1,9}", revision) or not re.fullmatch("[0-9a-f]{16}", digest):
        raise ValueError(value)
    return int(revision), digest


@dataclass(frozen=True)
class Table:
    """The data of a sheet: its columns by title, and the rows below the header."""

    sheet: Sheet
    header: int
    columns: dict[str, int]

    def cell(self, row: int, title: str) -> object:
        return self.at(row, self.columns[title])

    def at(self, row: int, column: int) -> object:
        """The cell's value; FAILED where its formula has none."""
        if self.sheet.failed and f"{letter(column)}{row + 1}" in self.sheet.failed:
            return FAILED
        cells = self.sheet.rows[row]
        return cells[column] if column < len(cells) else ""

    def name(self, row: int, title: str) -> str:
        """ "ô E12"."""
        return cell_name(row, self.columns[title])

    @property
    def rows(self) -> range:
        return range(self.header + 1, len(self.sheet.rows))


def cell_name(row: int, column: int) -> str:
    return f"ô {letter(column)}{row + 1}"


def table_of(sheets: list[Sheet], titles: tuple[str, ...]) -> Table:
    """The one sheet with these columns, wherever they stand and whatever it is called.

    Raises Refused: no such sheet, two of them, a column twice or gone, cells merged.
    """
    found = [
        (sheet, number)
        for sheet in sheets
        for number, row in enumerate(sheet.rows[:HEADER_WITHIN])
        if KEY_TITLE in map(_title, row)
    ]
    if not found:
        raise Refused(
            "Không thấy dòng tiêu đề của sổ tính. Hãy tải sổ tính mới và chép số liệu sang."
        )
    if len(found) > 1:
        names = ", ".join(f"“{sheet.name}”" for sheet, _row in found)
        raise Refused(f"Sổ tính có hai trang cùng mẫu ({names}). Hãy xóa trang thừa.")
    (sheet, number) = found[0]
    present = [_title(cell) for cell in sheet.rows[number]]
    for title in titles:
        if present.count(title) != 1:
            how = "có hai cột" if title in present else "thiếu cột"
            raise Refused(f"Trang “{sheet.name}” {how} “{title}”. Hãy tải sổ tính mới.")
    for (top, left), (bottom, right) in sheet.merged:
        if bottom >= number:
            merged = f"{cell_name(top, left)}:{cell_name(bottom, right).removeprefix('ô ')}"
            raise Refused(f"Trang “{sheet.name}”, {merged} bị gộp. Hãy bỏ gộp ô rồi tải lại.")
    return Table(sheet, number, {title: present.index(title) for title in titles})


def _title(cell):
    return text.clean_line(cell) if isinstance(cell, str) else ""


def is_empty(cell: object) -> bool:
    return cell is None or (isinstance(cell, str) and not text.clean_line(cell))


def read_fact(wanted: Input, cell: object) -> object:
    """The plain value of one cell; raises BadFact."""
    if cell is FAILED:
        raise BadFact(f"{wanted.label}: {NO_VALUE}")
    takes_as_is = (
        wanted.type in NUMBERS
        or (wanted.type == "flag" and isinstance(cell, bool))
        or (wanted.type == "date" and isinstance(cell, dict))
    )
    return typed.read(wanted, cell if takes_as_is else read_text(wanted.label, cell))


def read_text(label: str, cell: object) -> str:
    """Words of several lines; raises BadFact."""
    if cell is FAILED:
        raise BadFact(f"{label}: {NO_VALUE}")
    try:
        words = text.clean(cell) if isinstance(cell, str) else as_line(cell)
    except CellRefused as refused:
        raise BadFact(f"{label}: {refused}") from None
    if len(words) > LONGEST_TEXT:
        raise BadFact(f"{label}: dài quá {LONGEST_TEXT} chữ.")
    return words


DAY = Input("as_of", "Ước thực hiện, chốt đến ngày", "date")


def read_day(cell: object) -> str:
    """The ISO day of a cell, "" for none; raises BadFact."""
    day = None if is_empty(cell) else read_fact(DAY, cell)
    if day == NEVER:
        raise BadFact(f"{DAY.label}: cần một ngày như 15/11/2026.")
    return day or ""
