"""Names of uploaded files: cleaned, their endings, and the number and date they often carry."""

import re
from datetime import date
from pathlib import PurePath

from khoithidua import text

LONGEST = 200
# What Windows, Linux and macOS refuse or read as a path.
FORBIDDEN = re.compile(r'[/\\:*?"<>|]')
MACRO_EXTENSIONS = {".docm", ".dotm", ".xlsm", ".xltm", ".xlam", ".xlsb", ".pptm", ".odb"}
ARCHIVE_EXTENSIONS = {".zip", ".rar", ".7z", ".gz", ".tar", ".tgz", ".xz", ".bz2"}
PHONE_EXTENSIONS = {".heic", ".heif", ".webp", ".avif"}
RUNNABLE = {
    *(".exe", ".com", ".bat", ".cmd", ".scr", ".pif", ".msi", ".dll", ".cpl", ".jar", ".apk"),
    *(".js", ".jse", ".vbs", ".vbe", ".wsf", ".wsh", ".hta", ".ps1", ".lnk", ".reg", ".sh"),
    *(".html", ".htm", ".xhtml", ".mht", ".svg", ".php", ".asp", ".aspx", ".jsp", ".py"),
    *MACRO_EXTENSIONS,
}
# Endings that say something to the person who reads them.
KNOWN = {
    *(".exe", ".html", ".gif", ".bmp", ".tif", ".mp3", ".mp4", ".rtf", ".svg", ".xml"),
    *ARCHIVE_EXTENSIONS,
    *PHONE_EXTENSIONS,
}


def clean(raw: str) -> str:
    """NFC, on one line, nothing invisible, no path, no leading dots; at most LONGEST signs."""
    name = FORBIDDEN.sub("_", text.clean_line(raw)).strip(". ")
    ending = PurePath(name).suffix
    if len(name) > LONGEST and len(ending) < LONGEST:
        name = name[: LONGEST - len(ending)].rstrip(". ") + ending
    return name[:LONGEST] or "tep"


def extension(name: str) -> str:
    return PurePath(name).suffix.lower()


def hidden_ending(name: str) -> str:
    """The ending of a program before the last one ("ke-hoach.exe.pdf": ".exe"), else ""."""
    inner = PurePath(name).suffixes[:-1]
    return next((ending.lower() for ending in inner if ending.strip().lower() in RUNNABLE), "")


# "123_BC-STC_ngay_05-02-2026.pdf", "Số 45-QĐ-UBND ngày 3.4.2026", "12-2026-TT-BNV 20260131"
NUMBER = re.compile(
    r"(?<![0-9])(?:số|so)?[ ._-]*(?P<number>[0-9]{1,5})[ ._/-]+"
    r"(?:(?P<year>20[0-9]{2})[ ._/-]+)?"
    r"(?P<symbol>[A-ZĐ]{2,6}(?:-[A-ZĐ][A-ZĐa-z]{1,9}){1,4})(?![^\W_])"
)
DATES = (
    re.compile(
        r"(?<![0-9])(?P<d>[0-9]{1,2})[._/ -](?P<m>[0-9]{1,2})[._/ -](?P<y>20[0-9]{2})(?![0-9])"
    ),
    re.compile(r"(?<![0-9])(?P<y>20[0-9]{2})[._ -]?(?P<m>[0-9]{2})[._ -]?(?P<d>[0-9]{2})(?![0-9])"),
    re.compile(r"(?<![0-9])(?P<d>[0-9]{2})(?P<m>[0-9]{2})(?P<y>20[0-9]{2})(?![0-9])"),
)


def proposed_number(name: str) -> str:
    """The number and symbol in a file's name as papers write them, "123/BC-STC"; "" without."""
    found = NUMBER.search(text.clean_line(PurePath(name).stem))
    if not found:
        return ""
    return "/".join(filter(None, (found["number"], found["year"], found["symbol"])))


def proposed_date(name: str) -> date | None:
    """The day in a file's name, day before month; None without one."""
    for pattern in DATES:
        for found in pattern.finditer(text.clean_line(PurePath(name).stem)):
            try:
                return date(int(found["y"]), int(found["m"]), int(found["d"]))
            except ValueError:
                continue
    return None
