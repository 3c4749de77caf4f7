"""Workbooks as another program works them out: every cached value made wrong, all formulas anew."""

import io
import re
import subprocess
import zipfile
from pathlib import Path

from python_calamine import CalamineWorkbook

from tests.env import LIBREOFFICE

# "Always recalculate": LibreOffice otherwise believes the values that the file brings.
SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""
# A formula with its value, and whatever says of which type the value is.
CACHED = re.compile(r'<c (r="[A-Z]+\d+"(?: s="\d+")?)(?: t="\w+")?><f>(.*?)</f><v>.*?</v></c>')


def with_wrong_values(workbook: bytes) -> tuple[bytes, int]:
    """The workbook with -7777 as the value of every formula, and how many there are."""
    out, changed = io.BytesIO(), 0
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name.startswith("xl/worksheets/sheet"):
                text, count = CACHED.subn(r"<c \1><f>\2</f><v>-7777</v></c>", data.decode())
                data, changed = text.encode(), changed + count
            new.writestr(name, data)
    return out.getvalue(), changed


def recalculated(folder: Path, workbooks: dict[str, bytes]) -> dict[str, dict[str, list[list]]]:
    """By workbook and sheet the rows of cells, as LibreOffice works them out."""
    profile, out = folder / "profile", folder / "out"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(SETTINGS, encoding="utf-8")
    for name, data in workbooks.items():
        (folder / f"{name}.xlsx").write_bytes(data)
    command = [
        LIBREOFFICE,
        f"-env:UserInstallation={profile.as_uri()}",
        "--headless",
        "--norestore",
    ]
    command += ["--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(out)]
    files = [str(folder / f"{name}.xlsx") for name in workbooks]
    subprocess.run([*command, *files], check=True, capture_output=True, timeout=180)
    return {name: cells_of((out / f"{name}.xlsx").read_bytes()) for name in workbooks}


def cells_of(workbook: bytes) -> dict[str, list[list]]:
    """By sheet the rows of cells, from the values in the file."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(workbook))
    return {
        name: book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        for name in book.sheet_names
    }
