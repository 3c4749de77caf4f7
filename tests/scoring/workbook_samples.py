"""A small table met as a workbook, and a workbook as people send it back."""

import io
from dataclasses import replace
from datetime import date

import xlsxwriter

from scoring.rules import load
from scoring.workbooks import owner, unit
from scoring.workbooks.lines import Asked, Line
from units.imports.workbook import open_workbook

TABLE = {
    "code": "THU",
    "name": "Bảng tiêu chí thử",
    "base_max": "20",
    "nodes": [
        {
            "key": "I",
            "code": "I",
            "name": "Nhiệm vụ",
            "max": "10",
            "children": [
                {
                    "key": "I.1",
                    "code": "I.1",
                    "name": "Nhiệm vụ đúng hạn",
                    "max": "5",
                    "parts": [{"kind": "proportion"}],
                },
                {
                    "key": "I.2",
                    "code": "I.2",
                    "name": "Chất lượng",
                    "max": "5",
                    "na": "full",
                    "parts": [{"kind": "deduct", "case": "văn bản bị trả lại", "points": "0.5"}],
                },
            ],
        },
        {
            "key": "II",
            "code": "II",
            "name": "Xếp loại",
            "max": "10",
            "children": [
                {
                    "key": "II.1",
                    "code": "II.1",
                    "name": "Tổ chức đảng",
                    "max": "4",
                    "parts": [
                        {
                            "kind": "class_map",
                            "options": [
                                {"key": "HTT", "label": "Hoàn thành tốt", "points": "4"},
                                {"key": "HT", "label": "Hoàn thành", "points": "2"},
                            ],
                        }
                    ],
                },
                {
                    "key": "II.2",
                    "code": "II.2",
                    "name": "Kế hoạch",
                    "max": "2",
                    "parts": [{"kind": "deadline", "due": "01-31", "on_time": "2", "late": "1"}],
                },
                {
                    "key": "II.3",
                    "code": "II.3",
                    "name": "Dân chủ ở cơ sở",
                    "max": "2",
                    "parts": [{"kind": "yes_no", "points": "2"}],
                },
                {
                    "key": "II.4",
                    "code": "II.4",
                    "name": "Chỉ số công bố",
                    "max": "2",
                    "parts": [{"kind": "external"}],
                },
            ],
        },
    ],
}
CRITERIA = load(TABLE)
DIGEST = "a1" * 32


def asked_of(given=None):
    """The table's criteria as one unit meets them; given: facts by criterion from an owner."""
    given = given or {}
    return tuple(
        Asked(
            node,
            node.inputs(),
            "Văn phòng UBND tỉnh" if node.key in given else "",
            given.get(node.key, {}),
        )
        for node in CRITERIA.leaves
    )


def unit_workbook(given=None, lines=None, revisions=None, **changes):
    asked = asked_of(given)
    kept = {one.key: Line() for one in asked} | (lines or {})
    workbook = unit.UnitWorkbook(
        bloc="khoi-thu",
        bloc_name="Khối thi đua số 1",
        year=2026,
        unit="so-thu-1",
        unit_name="Sở Thử nghiệm 1",
        criteria=CRITERIA,
        digest=DIGEST,
        asked=asked,
        lines=kept,
        revisions=dict.fromkeys(kept, 1) | (revisions or {}),
    )
    return replace(workbook, **changes)


def owner_table(given=None, **changes):
    """The first group's criteria, owned by the first of three units."""
    table = owner.OwnerTable(
        bloc="khoi-thu",
        bloc_name="Khối thi đua số 1",
        year=2026,
        owner="so-thu-1",
        owner_name="Sở Thử nghiệm 1",
        criteria=CRITERIA,
        digest=DIGEST,
        asked=tuple(one for one in asked_of() if one.key.startswith("I.")),
        units=tuple(
            owner.Subject(f"so-thu-{place}", f"Sở Thử nghiệm {place}") for place in (1, 2, 3)
        ),
        given=given or {},
    )
    return replace(table, **changes)


class Edited:
    """A workbook in a person's hands: cells by name, and how Excel saves it."""

    def __init__(self, data):
        self.sheets = open_workbook(data)
        self.merged = {}

    @property
    def data(self):
        return self.sheets[0]

    def row_of(self, key):
        return next(place for place, row in enumerate(self.data.rows) if row[0] == key)

    def put(self, key, value, column="E"):
        """Fill the cell of a row, by the key of its fact; returns the cell's name."""
        return self.put_at(self.row_of(key), ord(column) - ord("A"), value)

    def put_at(self, row, column, value):
        cells = self.data.rows[row]
        cells.extend("" for _ in range(column + 1 - len(cells)))
        cells[column] = value
        return f"{chr(ord('A') + column)}{row + 1}"

    def saved(self):
        """Bytes of the file as it is now."""
        output = io.BytesIO()
        book = xlsxwriter.Workbook(
            output, {"in_memory": True, "nan_inf_to_errors": True, "strings_to_formulas": False}
        )
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for sheet in self.sheets:
            page = book.add_worksheet(sheet.name)
            for number, row in enumerate(sheet.rows):
                for column, value in enumerate(row):
                    _write(page, number, column, value, day)
            for first_row, first, last_row, last in self.merged.get(sheet.name, ()):
                page.merge_range(first_row, first, last_row, last, "gộp")
        book.close()
        return output.getvalue()


def _write(page, row, column, value, day):
    if isinstance(value, date):
        page.write_datetime(row, column, value, day)
    elif isinstance(value, Formula):
        page.write_formula(row, column, value.text, None, value.result)
    elif isinstance(value, str):
        page.write_string(row, column, value)
    else:
        page.write(row, column, value)


class Formula:
    """A formula with the value Excel last computed."""

    def __init__(self, text, result):
        self.text, self.result = text, result
