"""Compound files ([MS-CFB]): the older .doc and .xls, and whatever hides in the same container.

Reads just enough to know which of the two it is, and whether it is locked, carries macros or a
packed file. Run by reader.py, within its bounds.
"""

import re
import struct

END, MOST = 0xFFFFFFFE, 0xFFFFFFFA
# The stream that every VBA project has; found wherever its directory entry lies.
VBA = re.compile(
    b"".join(f"[{char.upper()}{char.lower()}]\\x00".encode() for char in "_VBA_PROJECT"), re.DOTALL
)
MACRO_NAMES = {"vba", "macros", "_vba_project", "_vba_project_cur"}
PACKED_FILE = "\x01ole10native"
WORD_LOCKED, WORD_MARK = 0x0100, 0xA5EC
FILE_PASS, BOUND_SHEET, END_OF_GLOBALS, MACRO_SHEET = 0x002F, 0x0085, 0x000A, 1


class Broken(ValueError):
    """Not a compound file, or one whose chains lead nowhere."""


class Compound:
    """The streams of a compound file by their names in lower case."""

    def __init__(self, data):
        self.data = data
        try:
            self._read_header()
            self._read_directory()
        except (struct.error, IndexError) as error:
            raise Broken from error

    def _read_header(self):
        shift, mini_shift = struct.unpack_from("<HH", self.data, 30)
        if shift not in (9, 12) or mini_shift != 6:
            raise Broken
        self.size, self.mini_size = 1 << shift, 1 << mini_shift
        self.first_entry, self.cutoff = struct.unpack_from("<I4xI", self.data, 48)
        self.first_mini, _minis, next_list, lists = struct.unpack_from("<IIII", self.data, 60)
        places = list(struct.unpack_from("<109I", self.data, 76))
        while next_list < MOST and lists and len(places) * self.size <= len(self.data) + self.size:
            more = struct.unpack(f"<{self.size // 4}I", self._sector(next_list))
            places += more[:-1]
            next_list, lists = more[-1], lists - 1
        table = b"".join(self._sector(place) for place in places if place < MOST)
        self.table = struct.unpack(f"<{len(table) // 4}I", table)

    def _read_directory(self):
        directory = self._chain(self.first_entry)
        self.entries = {}
        for place in range(0, len(directory) - 127, 128):
            entry = directory[place : place + 128]
            length, kind = struct.unpack_from("<HB", entry, 64)
            if kind and 2 <= length <= 64:
                name = entry[: length - 2].decode("utf-16-le", "replace").lower()
                self.entries[name] = struct.unpack_from("<II", entry, 116)
        self.root = struct.unpack_from("<II", directory, 116)

    def _sector(self, number):
        start = (number + 1) * self.size
        sector = self.data[start : start + self.size]
        if not sector:
            raise Broken
        return sector.ljust(self.size, b"\0")

    def _chain(self, number):
        found = []
        while number != END:
            if number >= len(self.table) or len(found) > len(self.table):
                raise Broken
            found.append(self._sector(number))
            number = self.table[number]
        return b"".join(found)

    def stream(self, name):
        start, size = self.entries[name]
        if size >= self.cutoff:
            return self._chain(start)[:size]
        listing = self._chain(self.first_mini)
        table = struct.unpack(f"<{len(listing) // 4}I", listing)
        small, found = self._chain(self.root[0]), []
        while start != END:
            if start >= len(table) or len(found) > len(table):
                raise Broken
            found.append(small[start * self.mini_size : (start + 1) * self.mini_size])
            start = table[start]
        return b"".join(found)[:size]


def check(data, *, embedded=False):
    """{"kind"}: doc or xls, or {"refused"}; embedded: an object within a document, of any kind."""
    if VBA.search(data):
        return {"refused": "macros"}
    try:
        compound = Compound(data)
        names = set(compound.entries)
        refused = problem_of(names)
        if refused or embedded:
            return {"refused": refused} if refused else {"kind": "object"}
        if "worddocument" in names:
            return word(compound.stream("worddocument"))
        for name in names & {"workbook", "book"}:
            return workbook(compound.stream(name))
    except (Broken, struct.error, IndexError):
        pass
    return {"refused": "broken"}


def problem_of(names):
    if "encryptedpackage" in names:
        return "encrypted"
    if names & MACRO_NAMES:
        return "macros"
    return "embedded" if PACKED_FILE in names else ""


def word(stream):
    mark, _version, flags = struct.unpack_from("<HH6xH", stream)
    if mark != WORD_MARK:
        return {"refused": "broken"}
    return {"refused": "encrypted"} if flags & WORD_LOCKED else {"kind": "doc", "pages": 0}


def workbook(stream):
    """Walk the records at the head of a workbook: a password, and sheets of macros, stand there."""
    place, is_first = 0, True
    while place + 4 <= len(stream):
        record, length = struct.unpack_from("<HH", stream, place)
        if is_first and record & 0xFF != 0x09:
            return {"refused": "broken"}
        if record == FILE_PASS:
            return {"refused": "encrypted"}
        if record == BOUND_SHEET and stream[place + 9] == MACRO_SHEET:
            return {"refused": "macros"}
        if record == END_OF_GLOBALS:
            return {"kind": "xls", "pages": 0}
        place, is_first = place + 4 + length, False
    return {"refused": "broken"}
