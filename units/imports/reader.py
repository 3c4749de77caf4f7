"""Reads a workbook in a process of its own: `python reader.py < file`, JSON on standard output.

A file of five kilobytes whose last cell is XFD1048576 makes calamine ask for 512 GB and abort its
process, and a zip bomb asks for as much as it likes. Here that ends this process only, never a
web worker. Nothing of Django is imported, so that starting it costs some 30 ms.
"""

import contextlib
import datetime
import io
import json
import re
import sys
import zipfile
from xml.etree import ElementTree

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

BOOK, RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
FAILED_CELL = re.compile(rb"""<c\b[^>]*\bt=["']e["'][^>]*>""")
CELL_NAME = re.compile(rb"""\br=["']([A-Z]+[0-9]+)["']""")
MEMORY = 1 << 30
SECONDS = 20
MOST_SHEETS, MOST_ROWS, MOST_COLUMNS = 20, 5_000, 100
SPARE_ROWS = 100  # titles and notes above and below the rows that count


def limit_resources():
    """Bound memory and time where the system can; a laptop that cannot has one user."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def read(data):
    """{"sheets": [{"name", "rows", "merged", "failed"}]} or {"refused": why}; cells as JSON has them.

    Dates and times come as {"date": text}: here they are always numbers that Excel rewrote.
    """
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        names = workbook.sheet_names
        if len(names) > MOST_SHEETS:
            return {"refused": "sheets"}
        sheets = [workbook.get_sheet_by_name(name) for name in names]
    except PasswordError:
        return {"refused": "password"}
    except CalamineError:
        return {"refused": "format"}
    for sheet in sheets:
        if sheet.height > MOST_ROWS + SPARE_ROWS or (sheet.end and sheet.end[0] >= 2 * MOST_ROWS):
            return {"refused": "rows", "sheet": sheet.name}
        if sheet.end and sheet.end[1] >= MOST_COLUMNS:
            return {"refused": "columns", "sheet": sheet.name}
    failed = failed_cells(data)
    return {
        "sheets": [
            {
                "name": sheet.name,
                "failed": failed.get(sheet.name, []),
                "rows": [
                    [_plain(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)
                ],
                "merged": sheet.merged_cell_ranges or [],
            }
            for sheet in sheets
        ]
    }


def failed_cells(data):
    """{sheet's name: names of its cells whose formula failed}, of an .xlsx.

    Calamine reads such a cell as an empty one.
    """
    if not data.startswith(b"PK"):
        return {}
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        names = set(parts.namelist())
        if not {BOOK, RELATIONS} <= names:
            return {}
        targets = {
            row.get("Id"): row.get("Target", "")
            for row in _elements(parts, RELATIONS, "Relationship")
        }
        found = {}
        for sheet in _elements(parts, BOOK, "sheet"):
            target = targets.get(sheet.get(RELATION), "")
            path = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
            if path in names:
                cells = FAILED_CELL.findall(parts.read(path))
                found[sheet.get("name")] = [_attribute(cell) for cell in cells]
        return found


def _elements(parts, path, name):
    # Nothing of an entity is expanded in less than this process' own limits.
    tree = ElementTree.fromstring(parts.read(path))  # noqa: S314
    return [element for element in tree.iter() if element.tag.rpartition("}")[2] == name]


def _attribute(cell):
    found = CELL_NAME.search(cell)
    return found[1].decode() if found else ""


def _plain(cell):
    if isinstance(cell, (datetime.date, datetime.time, datetime.timedelta)):
        return {"date": str(cell)}
    return cell


if __name__ == "__main__":
    limit_resources()
    json.dump(read(sys.stdin.buffer.read()), sys.stdout)
