"""Reads an agency's workbook back: all of it, or none of it with every wrong cell named."""

from khoithidua.text import clean_line, initial_upper
from scoring.rules import BadFact
from scoring.workbooks.lines import concerns
from scoring.workbooks.owner import (
    NO_SOURCE,
    SOURCE,
    UNITS_ROW,
    OwnerTable,
    Said,
    changes,
    why_not,
)
from scoring.workbooks.sheets import (
    HEADER_WITHIN,
    KEY_TITLE,
    Problems,
    cell_name,
    identity_of,
    is_empty,
    read_fact,
    read_text,
    table_of,
)
from units.imports.workbook import Refused, Sheet


def read(sheets: list[Sheet], table: OwnerTable) -> Said:
    """What an uploaded workbook of this very agency and year says.

    Raises Refused for another workbook or a broken one, Problems naming every cell that is wrong.
    """
    found = identity_of(sheets)
    found.refuse_unless(table.identity)
    reading = _Reading(table_of(sheets, (KEY_TITLE, SOURCE)), table)
    said = reading.said(found.stood)
    reading.check(said)
    if reading.problems:
        raise Problems(reading.problems)
    return said


class _Reading:
    """One sheet being read, with what is wrong in it."""

    def __init__(self, cells, table):
        self.cells = cells
        self.table = table
        self.problems = []
        self.wanted = {
            f"{one.key}/{wanted.name}": (one, wanted)
            for one in table.asked
            for wanted in one.inputs
        }
        self.columns = self._unit_columns()
        self.rows = self._placed()

    def _unit_columns(self):
        """{slug: column}, from the hidden row; every unit once."""
        key_column = self.cells.columns[KEY_TITLE]
        for row in range(min(HEADER_WITHIN, self.cells.header)):
            if self.cells.at(row, key_column) == UNITS_ROW:
                break
        else:
            raise Refused("Dòng ẩn chứa mã đơn vị đã bị xóa. Hãy tải sổ tính mới.")
        words = [clean_line(str(cell)) for cell in self.cells.sheet.rows[row]]
        for unit in self.table.units:
            if words.count(unit.slug) != 1:
                how = "có hai cột" if unit.slug in words else "thiếu cột"
                raise Refused(f"Sổ tính {how} {unit.name}. Hãy tải sổ tính mới.")
        return {unit.slug: words.index(unit.slug) for unit in self.table.units}

    def _placed(self):
        """{row's key: where it stands}; every row once, none missing, nothing beside them."""
        placed = {}
        for row in self.cells.rows:
            key = self.cells.cell(row, KEY_TITLE)
            if key in self.wanted and key not in placed:
                placed[key] = row
                continue
            filled = [
                column
                for column in (*self.columns.values(), self.cells.columns[SOURCE])
                if not is_empty(self.cells.at(row, column))
            ]
            if filled or key in self.wanted:
                column = filled[0] if filled else self.cells.columns[KEY_TITLE]
                self._problem(row, column, "dòng thừa, không phải của sổ tính.")
        missing = [self.wanted[key] for key in self.wanted if key not in placed]
        if missing:
            names = "; ".join(f"{one.node.code} {wanted.label}" for one, wanted in missing[:5])
            self.problems.append(f"Thiếu {len(missing)} dòng của sổ tính: {names}. Không xóa dòng.")
        return placed

    def _problem(self, row, column, message):
        self.problems.append(f"{initial_upper(cell_name(row, column))}: {message}")

    def said(self, stood):
        facts = {
            (one.key, unit.slug): self._facts(one, unit.slug) for one, unit in self.table.cells
        }
        self._refuse_not_asked()
        return Said(
            facts,
            {one.key: self._source(one) for one in self.table.asked},
            {place: stood.get("/".join(place), (-1, "")) for place in facts},
            {one.key: stood.get(f"{one.key}/", (0, ""))[1] for one in self.table.asked},
        )

    def _facts(self, one, unit):
        read = {
            wanted.name: self._read(self.rows.get(f"{one.key}/{wanted.name}"), unit, wanted)
            for wanted in one.inputs
        }
        return {name: value for name, value in read.items() if value is not None}

    def _read(self, row, unit, wanted):
        if row is None:
            return None
        column = self.columns[unit]
        try:
            return read_fact(wanted, self.cells.at(row, column))
        except BadFact as refused:
            self._problem(row, column, str(refused))
            return None

    def _refuse_not_asked(self):
        for key, row in self.rows.items():
            for unit, column in self.columns.items():
                asked = concerns(self.wanted[key][0].node, unit)
                if not asked and not is_empty(self.cells.at(row, column)):
                    self._problem(row, column, "tiêu chí này không áp dụng với đơn vị.")

    def _source(self, one):
        """What is cited, on whichever of the criterion's rows."""
        rows = [self.rows.get(f"{one.key}/{wanted.name}") for wanted in one.inputs]
        column = self.cells.columns[SOURCE]
        filled = [
            row for row in rows if row is not None and not is_empty(self.cells.at(row, column))
        ]
        if len(filled) > 1:
            self._problem(
                filled[1], column, "mỗi tiêu chí chỉ dẫn một văn bản, đã ghi ở dòng trên."
            )
        try:
            return read_text(SOURCE, self.cells.at(filled[0], column)) if filled else ""
        except BadFact as refused:
            self._problem(filled[0], column, str(refused))
            return ""

    def check(self, said):
        """Facts that do not go together, or rest on nothing."""
        if self.problems:
            return
        for change in changes(said, self.table):
            first = self.rows[f"{change.asked.key}/{change.asked.inputs[0].name}"]
            why = why_not(change.asked, change.facts)
            if why:
                self._problem(first, self.columns[change.unit.slug], why)
            elif change.facts and not change.source:
                self._problem(first, self.cells.columns[SOURCE], NO_SOURCE)
