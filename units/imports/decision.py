"""The sheet of a whole decision: blocs, members, order and roles, one member per row.

`parse(sheets)` is pure: cells in; rows and problems out, each with its row and column. What the
rows would do to what is already entered is `plan.py`.
"""

import re
from dataclasses import dataclass, replace

from khoithidua import text
from units.imports.columns import BY_FIELD, COLUMNS, READERS, CellRefused, as_line
from units.imports.workbook import Refused
from units.models import Bloc, Role

DATA_SHEET = "Danh sách"
HELP_SHEET = "Hướng dẫn"
HEADER_WITHIN = 20  # rows from the top: a title may stand above the header


@dataclass(frozen=True)
class Row:
    """One member as the sheet has it, cleaned; empty text where the cell is empty."""

    number: int
    bloc_slug: str
    bloc_name: str
    kind: str
    position: int
    unit_slug: str
    full: str
    short: str = ""
    grid: str = ""
    header_superior: str = ""
    header_name: str = ""
    symbol: str = ""
    role: str = Role.MEMBER
    is_new: bool = False

    @property
    def bloc_key(self):
        return self.bloc_slug or text.fold(self.bloc_name)


@dataclass(frozen=True)
class Problem:
    """What is wrong, and in which cell; `row` 0 speaks of the whole sheet."""

    row: int
    message: str
    column: str = ""
    cell: str = ""

    def __str__(self):
        where = f"Dòng {self.row}" if self.row else ""
        where += f", cột “{self.column}”" if self.column else ""
        where += f" (ô {self.cell})" if self.cell else ""
        return f"{where}: {self.message}" if where else self.message


@dataclass(frozen=True)
class Parsed:
    """Rows that can be read, problems of the others, and {field: letter} of the sheet's columns."""

    rows: list[Row]
    problems: list[Problem]
    letters: dict[str, str]

    def located(self, problems):
        """The problems with the title and the cell of the field they name, in order of rows."""
        return sorted(map(self._located, problems), key=lambda problem: problem.row)

    def _located(self, problem):
        column = BY_FIELD.get(problem.column)
        if column is None:
            return problem
        in_sheet = self.letters.get(column.field)
        cell = f"{in_sheet}{problem.row}" if in_sheet and problem.row else ""
        return replace(problem, column=column.title, cell=cell)


def parse(sheets):
    """Read a workbook's sheets into Parsed; raises Refused when no sheet has the columns."""
    sheet, header, places = _find_table(sheets)
    reader = _RowReader(header, places)
    rows = [reader.read(number, cells) for number, cells in _filled(sheet, header, places)]
    rows = [row for row in rows if row]
    if not rows and not reader.problems:
        raise Refused(f"Trang “{sheet.name}” có tiêu đề nhưng chưa có dòng nào.")
    problems = [*_merged_cells(sheet, header, places), *reader.problems, *_contradictions(rows)]
    letters = {column.field: letter(place) for place, column in places.items()}
    parsed = Parsed(rows, problems, letters)
    return replace(parsed, problems=parsed.located(problems))


def letter(place):
    """The letter of a column counted from 0: 0 -> "A", 26 -> "AA"."""
    name = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


# Finding the table


def _title_key(cell):
    """Titles meet whatever their case, marks and punctuation: "Loại (khối / cụm) *"."""
    return "".join(re.findall("[a-z0-9]+", text.fold(cell))) if isinstance(cell, str) else ""


TITLES = {
    _title_key(title): column for column in COLUMNS for title in (column.title, *column.aliases)
}


def _find_table(sheets):
    """The sheet to read, the index of its header row, and {place: column}."""
    found = [
        (sheet, *table)
        for sheet in sheets
        if text.fold(sheet.name) != text.fold(HELP_SHEET) and (table := _header_of(sheet))
    ]
    named = [table for table in found if text.fold(table[0].name) == text.fold(DATA_SHEET)]
    if len(found) > 1 and not named:
        names = ", ".join(f"“{sheet.name}”" for sheet, *_ in found)
        raise Refused(
            f"Các trang {names} đều có bảng. Hãy đặt tên trang cần nhập là “{DATA_SHEET}”."
        )
    if not found:
        names = ", ".join(f"“{sheet.name}”" for sheet in sheets)
        raise Refused(
            f"Không tìm thấy bảng trong các trang {names}: cần một dòng tiêu đề như trong tệp mẫu, "
            f"trong {HEADER_WITHIN} dòng đầu."
        )
    sheet, header, places = (named or found)[0]
    _check_header(sheet, header, places)
    return sheet, header, places


def _header_of(sheet):
    """The row with the most known titles, when it has at least three; else None."""
    best = {}
    for index, cells in enumerate(sheet.rows[:HEADER_WITHIN]):
        places = {
            place: TITLES[_title_key(cell)]
            for place, cell in enumerate(cells)
            if _title_key(cell) in TITLES
        }
        if len(places) > len(best):
            best, header = places, index
    return (header, best) if len(best) >= 3 else None


def _check_header(sheet, header, places):
    merged = next(
        (
            f"{letter(left)}{top + 1}:{letter(right)}{bottom + 1}"
            for (top, left), (bottom, right) in sheet.merged
            if top <= header <= bottom
        ),
        "",
    )
    if merged:
        raise Refused(
            f"Dòng tiêu đề (dòng {header + 1}) có ô gộp {merged}. Hãy bỏ gộp: mỗi cột một tiêu đề."
        )
    present = [column.field for column in places.values()]
    missing = [
        f"“{column.title}”" for column in COLUMNS if column.required and column.field not in present
    ]
    if missing:
        raise Refused(
            f"Trang “{sheet.name}”, dòng tiêu đề {header + 1}: thiếu cột {', '.join(missing)}."
        )
    for column in places.values():
        if present.count(column.field) > 1:
            twice = [f"{letter(place)}{header + 1}" for place in places if places[place] is column]
            raise Refused(f"Cột “{column.title}” có hai lần (ô {' và '.join(twice)}).")


def _filled(sheet, header, places):
    """(number, {field: cell}) of the rows below the header that hold anything in known columns."""
    for number, cells in enumerate(sheet.rows[header + 1 :], start=header + 2):
        values = {
            column.field: cells[place] for place, column in places.items() if place < len(cells)
        }
        if any(
            text.clean_line(cell) if isinstance(cell, str) else True for cell in values.values()
        ):
            yield number, values


def _merged_cells(sheet, header, places):
    """Merged cells hide values; only the bloc's may be merged: they are read from the row above."""
    carried = ("bloc_slug", "bloc_name", "kind")
    for (top, left), (bottom, right) in sheet.merged:
        column = places.get(left)
        if top > header and column and (left != right or column.field not in carried):
            yield Problem(
                top + 1,
                f"ô {letter(left)}{top + 1}:{letter(right)}{bottom + 1} đang gộp. "
                "Hãy bỏ gộp và điền từng ô.",
                column.field,
            )


# Reading rows one after another


class _RowReader:
    """Reads rows one after another: a row without a bloc belongs to the bloc above it."""

    def __init__(self, header, places):
        self.problems = []
        self.blocs = {}  # by code and by folded name: (slug, name, kind)
        self.above = None
        self.positions = {}

    def read(self, number, cells):
        """The Row, or None when a cell of it is wrong (its problems are kept)."""
        before = len(self.problems)
        values = {column.field: self._cell(number, column, cells) for column in COLUMNS}
        if len(self.problems) > before:
            return None
        bloc = self._bloc(number, values)
        if not values["full"]:
            self.problems.append(Problem(number, "chưa có tên đơn vị.", "full"))
        if bloc is None or not values["full"]:
            return None
        values["bloc_slug"], values["bloc_name"], values["kind"] = bloc
        is_new = text.fold(str(cells.get("role", ""))) == "thanh vien moi"
        row = Row(number=number, is_new=is_new, **values | {"position": values["position"] or 0})
        last = self.positions.get(row.bloc_key, 0)
        row = replace(row, position=row.position or last + 1)
        self.positions[row.bloc_key] = row.position
        return row

    def _cell(self, number, column, cells):
        try:
            value = READERS.get(column.field, as_line)(cells.get(column.field, ""))
        except CellRefused as refused:
            self.problems.append(Problem(number, str(refused), column.field))
            return ""
        if column.limit and len(value) > column.limit:
            self.problems.append(
                Problem(number, f"dài {len(value)} chữ, nhiều nhất {column.limit}.", column.field)
            )
        return value

    def _bloc(self, number, values):
        """(slug, name, kind) of the row's bloc, completed from the rows above it."""
        slug, name, kind = values["bloc_slug"], values["bloc_name"], values["kind"]
        if not slug and not name:
            if self.above is None:
                self.problems.append(
                    Problem(number, "dòng đầu tiên phải có tên khối, cụm.", "bloc_name")
                )
            return self.above
        known = self.blocs.get(slug) or self.blocs.get(text.fold(name))
        if known:
            self._compare(number, known, slug, name, kind)
            bloc = (known[0], known[1] or name, known[2] or kind)
        else:
            bloc = (slug, name, kind)
        self.above = bloc
        self.blocs |= {key: bloc for key in (bloc[0], text.fold(bloc[1])) if key}
        return bloc

    def _compare(self, number, known, slug, name, kind):
        if slug and slug != known[0]:
            other = f"mang mã “{known[0]}”" if known[0] else "không ghi mã"
            self._say(number, "bloc_slug", f"ở trên, “{known[1]}” {other}.")
        elif name and known[1] and text.fold(name) != text.fold(known[1]):
            self._say(number, "bloc_name", f"ở trên, mã “{known[0]}” là “{known[1]}”.")
        if kind and known[2] and kind != known[2]:
            self._say(number, "kind", f"ở trên, khối này ghi là {Bloc.Kind(known[2]).label}.")

    def _say(self, number, column, message):
        self.problems.append(Problem(number, message, column))


# What rows say against each other


def _contradictions(rows):
    yield from _doubled(
        rows,
        lambda row: (row.bloc_key, row.position),
        "position",
        lambda row, first: f"thứ tự {row.position} đã dùng cho {first.full} (dòng {first.number}).",
    )
    for role, word in ((Role.LEAD, "đứng đầu"), (Role.DEPUTY, "cấp phó")):
        yield from _doubled(
            [row for row in rows if row.role == role],
            lambda row: row.bloc_key,
            "role",
            lambda row, first, word=word: (
                f"khối đã có đơn vị {word} là {first.full} (dòng {first.number})."
            ),
        )
    yield from _doubled(
        [row for row in rows if row.unit_slug],
        lambda row: row.unit_slug,
        "unit_slug",
        lambda row, first: (
            f"mã “{row.unit_slug}” đã có ở dòng {first.number} ({first.full}, {first.bloc_name}); "
            "một đơn vị chỉ thuộc một khối, một lần."
        ),
    )
    yield from _doubled(
        rows,
        lambda row: text.fold(row.full),
        "full",
        lambda row, first: (
            f"“{row.full}” đã có ở dòng {first.number} ({first.bloc_name}); "
            "một đơn vị chỉ thuộc một khối, một lần."
        ),
        unless=lambda row, first: row.unit_slug and row.unit_slug == first.unit_slug,
    )


def _doubled(rows, key, column, message, unless=lambda row, first: False):
    """A problem for each row whose key an earlier row has."""
    seen = {}
    for row in rows:
        first = seen.setdefault(key(row), row)
        if first is not row and not unless(row, first):
            yield Problem(row.number, message(row, first), column)
