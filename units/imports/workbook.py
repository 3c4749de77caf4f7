"""Opens an uploaded workbook (.xlsx, .xls, .ods) safely, or says in Vietnamese why not."""

import json
import subprocess
import sys
import zipfile
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from units.imports.reader import MOST_COLUMNS, MOST_ROWS, MOST_SHEETS, SECONDS

LARGEST_FILE = 5 * 1024 * 1024
LARGEST_UNPACKED = 100 * 1024 * 1024
MOST_PARTS = 2_000
READER = Path(__file__).with_name("reader.py")
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

NOT_A_WORKBOOK = "Tệp không phải là bảng tính Excel (.xlsx, .xls) hoặc .ods, hoặc đã hỏng."
LOCKED = "Tệp có mật khẩu. Hãy bỏ mật khẩu trong Excel (Tệp › Thông tin › Bảo vệ) rồi tải lại."
TOO_MUCH = "Tệp nhỏ nhưng mở ra quá lớn, nên không được đọc. Hãy chép dữ liệu sang tệp mẫu."
REFUSALS = {
    "password": LOCKED,
    "format": NOT_A_WORKBOOK,
    "sheets": f"Tệp có hơn {MOST_SHEETS} trang tính. Hãy chép dữ liệu sang tệp mẫu.",
    "rows": f"Trang “{{sheet}}” có hơn {MOST_ROWS} dòng. Hãy xóa các dòng thừa bên dưới.",
    "columns": f"Trang “{{sheet}}” có hơn {MOST_COLUMNS} cột. Hãy xóa các cột thừa bên phải.",
}


class Refused(ValueError):
    """The file cannot be read; the message is for the person who chose it."""


@dataclass(frozen=True)
class Sheet:
    """One sheet: rows of plain cells from A1 on, and merged ranges as ((row, col), (row, col)).

    failed: names of cells ("E12") whose formula failed; in the rows they are empty.
    """

    name: str
    rows: list = field(default_factory=list)
    merged: list = field(default_factory=list)
    failed: list = field(default_factory=list)


def open_workbook(data: bytes) -> list[Sheet]:
    """The sheets of a workbook; raises Refused. Formulas come as the values last computed."""
    _check_before_opening(data)
    try:
        child = subprocess.run(  # noqa: S603
            [sys.executable, "-I", str(READER)],
            input=data,
            capture_output=True,
            timeout=SECONDS + 10,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Refused(TOO_MUCH) from None
    if child.returncode:
        raise Refused(TOO_MUCH)
    answer = json.loads(child.stdout)
    if "refused" in answer:
        raise Refused(REFUSALS[answer["refused"]].format(sheet=answer.get("sheet")))
    return [Sheet(**sheet) for sheet in answer["sheets"]]


def _check_before_opening(data):
    if len(data) > LARGEST_FILE:
        raise Refused(
            f"Tệp lớn hơn {LARGEST_FILE // 1024 // 1024} MB; một bảng như thế chỉ vài trăm KB."
        )
    if data.startswith(OLE) and ENCRYPTED in data:
        raise Refused(LOCKED)
    if data.startswith(b"PK"):
        try:
            parts = zipfile.ZipFile(BytesIO(data)).infolist()
        except zipfile.BadZipFile:
            raise Refused(NOT_A_WORKBOOK) from None
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
            raise Refused(TOO_MUCH)
