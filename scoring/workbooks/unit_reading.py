"""Reads the workbook of one unit back: all of it, or none of it with every wrong cell named."""

from khoithidua.text import clean_line, initial_upper
from scoring.rules import BadFact
from scoring.workbooks.lines import Asked
from scoring.workbooks.sheets import (
    KEY_TITLE,
    Identity,
    Problems,
    identity_of,
    is_empty,
    read_day,
    read_fact,
    read_text,
    table_of,
)
from scoring.workbooks.unit import AS_OF, NA, NOTE, VALUE, Filled, fact_key
from units.imports.workbook import Sheet

TITLES = (KEY_TITLE, VALUE, NA, AS_OF, NOTE)


def read(sheets: list[Sheet], here: Identity, asked: tuple[Asked, ...]) -> Filled:
    """The lines of an uploaded workbook of this very card.

    Raises Refused for another workbook or a broken one, Problems naming every cell that is wrong.
    """
    found = identity_of(sheets)
    found.refuse_unless(here)
    reading = _Reading(table_of(sheets, TITLES), asked)
    lines = reading.lines()
    stood = {key: found.stood.get(key, (-1, "")) for key in lines}
    return Filled(lines, stood, tuple(reading.passed_over))


class _Reading:
    """One sheet being read, with what is wrong in it."""

    def __init__(self, table, asked):
        self.table = table
        self.asked = asked
        self.problems = []
        self.passed_over = []
        self.wanted = {
            fact_key(one, wanted): (one, wanted)
            for one in asked
            for wanted in one.inputs or (None,)
        }

    def lines(self):
        placed = self._placed()
        lines = {one.key: self._line(one, placed) for one in self.asked}
        if self.problems:
            raise Problems(self.problems)
        return lines

    def _placed(self):
        """{row's key: where it stands}; every row once, none missing, nothing beside them."""
        placed = {}
        for row in self.table.rows:
            key = self.table.cell(row, KEY_TITLE)
            if key in self.wanted and key not in placed:
                placed[key] = row
            elif key in self.wanted:
                self._problem(
                    row, KEY_TITLE, f"dòng này lặp lại dòng {placed[key] + 1}; hãy xóa bớt."
                )
            else:
                self._refuse_stray(row)
        missing = [self._label(key) for key in self.wanted if key not in placed]
        if missing:
            self.problems.append(
                f"Thiếu {len(missing)} dòng của sổ tính: {'; '.join(missing[:5])}. "
                "Hãy tải sổ tính mới; không xóa dòng."
            )
        return placed

    def _label(self, key):
        one, wanted = self.wanted[key]
        return f"{one.node.code} {wanted.label if wanted else one.node.name}".strip()

    def _refuse_stray(self, row):
        for title in TITLES:
            if not is_empty(self.table.cell(row, title)):
                self._problem(
                    row, title, "dòng này không phải của sổ tính; hãy ghi vào dòng có sẵn."
                )
                return

    def _problem(self, row, title, message):
        self.problems.append(f"{initial_upper(self.table.name(row, title))}: {message}")

    def _line(self, one, placed):
        facts, rows = {}, []
        for wanted in one.inputs or (None,):
            row = placed.get(fact_key(one, wanted))
            if row is None:
                continue
            rows.append(row)
            if wanted in one.filled:
                facts[wanted.name] = self._read(
                    row, VALUE, lambda cell, w=wanted: read_fact(w, cell)
                )
            else:
                self._pass_over(row, one, wanted)
        na_reason = self._beside(rows, NA, lambda cell: clean_line(read_text(NA, cell)))
        if na_reason and not one.node.na:
            self._problem(rows[0], NA, "bảng tiêu chí không có trường hợp không áp dụng ở mục này.")
        as_of = self._beside(rows, AS_OF, read_day)
        note = self._beside(rows, NOTE, lambda cell: read_text(NOTE, cell))
        return one.line(facts, na_reason or "", as_of or "", note or "")

    def _pass_over(self, row, one, wanted):
        """What the owner gave since the workbook was downloaded is not taken from the unit."""
        if is_empty(self.table.cell(row, VALUE)):
            return
        if wanted is None:
            self._problem(row, VALUE, "số liệu này hệ thống tự tính, đơn vị không nhập.")
        else:
            self.passed_over.append(f"{one.node.code} {wanted.label}".strip())

    def _beside(self, rows, title, reader):
        """What is said once for a criterion, on whichever of its rows."""
        filled = [row for row in rows if not is_empty(self.table.cell(row, title))]
        if len(filled) > 1:
            first = self.table.name(filled[0], title)
            self._problem(filled[1], title, f"mỗi tiêu chí chỉ ghi một lần, đã ghi ở {first}.")
            return None
        return self._read(filled[0], title, reader) if filled else None

    def _read(self, row, title, reader):
        try:
            return reader(self.table.cell(row, title))
        except BadFact as refused:
            self._problem(row, title, str(refused))
            return None
