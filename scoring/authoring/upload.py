"""A table from a file: the Excel sheet or JSON; its document, or everything that is wrong with it."""

import json

from scoring.authoring.sheet.read import Problem, Reading, read_workbook
from scoring.rules import Malformed, load
from units.imports.workbook import LARGEST_FILE, Refused, open_workbook

NOT_JSON = "Tệp không phải là JSON viết đúng dạng."
TOO_LARGE = f"Tệp lớn hơn {LARGEST_FILE // 1024 // 1024} MB; một bảng tiêu chí chỉ vài trăm KB."


def read_upload(name: str, data: bytes) -> Reading:
    """What came of a file, by its name's ending; the document is whole only without problems."""
    if len(data) > LARGEST_FILE:
        return _refused(TOO_LARGE)
    if name.lower().endswith(".json"):
        return _json(data)
    try:
        return read_workbook(open_workbook(data))
    except Refused as refused:
        return _refused(str(refused))


def _json(data):
    try:
        # A float would not be the number that is written.
        document = json.loads(data.decode("utf-8-sig"), parse_float=str, parse_constant=_constant)
    except (ValueError, RecursionError):
        return _refused(NOT_JSON)
    try:
        load(document)
    except Malformed as refused:
        return _refused(str(refused))
    return Reading(document)


def _constant(name):
    raise ValueError(name)


def _refused(message):
    return Reading(problems=[Problem("", "", message)])
