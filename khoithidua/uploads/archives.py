"""Zip files that are documents: .docx, .xlsx, .odt, .ods.

Run by reader.py, within its bounds and with this folder on the path.
"""

import io
import zipfile
from xml.etree import ElementTree

import compound
from kinds import OLE, ZIP

MOST_PARTS = 5_000
LARGEST_UNPACKED = 300 * 1024 * 1024
# Text packs to a tenth, sheets of equal rows to a hundredth; more is made to hurt.
SMALL, LARGEST_RATIO = 20 * 1024 * 1024, 150
LARGEST_LIST = 1024 * 1024
CHUNK = 1024 * 1024

MAIN_TYPES = {
    "wordprocessingml.document.main+xml": "docx",
    "spreadsheetml.sheet.main+xml": "xlsx",
}
OPEN_DOCUMENTS = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
}
# Parts that hold code, by name (lower case) and by declared type.
CODE_FOLDERS = ("basic/", "scripts/")
CODE_PARTS = ("vbaproject", "vbadata", "/macrosheets/", "/activex/")
CODE_TYPES = ("macroenabled", "vbaproject", "activex", "macrosheet")


class Found(Exception):
    """A reason to refuse: a key of uploads.REFUSALS."""


def check(data):
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            look_at_list(parts)
            kind = kind_of(archive)
            for part in parts:
                look_into(archive, part)
    except Found as found:
        return {"refused": str(found)}
    except (
        *(zipfile.BadZipFile, ElementTree.ParseError, NotImplementedError),
        *(EOFError, KeyError, ValueError, OSError, RuntimeError, zipfile.zlib.error),
    ):
        return {"refused": "broken"}
    return {"kind": kind, "pages": 0}


def look_at_list(parts):
    """What the list of parts tells by itself."""
    if any(part.flag_bits & 0x41 for part in parts):
        raise Found("encrypted")
    unpacked = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts)
    if len(parts) > MOST_PARTS or unpacked > LARGEST_UNPACKED:
        raise Found("bomb")
    if unpacked > SMALL and unpacked > LARGEST_RATIO * packed:
        raise Found("bomb")
    if len({part.filename.lower() for part in parts}) < len(parts):
        raise Found("broken")
    if any(has_code(part.filename) for part in parts):
        raise Found("macros")


def has_code(name):
    name = f"/{name.lower()}".replace("\\", "/")
    return name[1:].startswith(CODE_FOLDERS) or any(mark in name for mark in CODE_PARTS)


def kind_of(archive):
    names = archive.namelist()
    if "[Content_Types].xml" in names:
        return kind_by_types(read(archive, "[Content_Types].xml"))
    if names[:1] == ["mimetype"]:
        kind = OPEN_DOCUMENTS.get(read(archive, "mimetype").strip())
        manifest = read(archive, "META-INF/manifest.xml")
        if b"encryption-data" in manifest or "encrypted-package" in names:
            raise Found("encrypted")
        if kind:
            return kind
    raise Found("broken")


def kind_by_types(listing):
    """docx or xlsx, from the types that the document declares for its parts."""
    # Expat bounds how far entities grow; the list itself is bounded too.
    root = ElementTree.fromstring(listing)  # noqa: S314
    types = [part.get("ContentType", "").lower() for part in root]
    if any(mark in declared for declared in types for mark in CODE_TYPES):
        raise Found("macros")
    for declared in types:
        for ending, kind in MAIN_TYPES.items():
            if declared.endswith(ending):
                return kind
    raise Found("broken")


def read(archive, name):
    with archive.open(name) as part:
        content = part.read(LARGEST_LIST + 1)
    if len(content) > LARGEST_LIST:
        raise Found("bomb")
    return content


def look_into(archive, part):
    """Unpack a part, which checks it, and look at documents and objects embedded in it."""
    with archive.open(part) as opened:
        start = opened.read(CHUNK)
        if start.startswith((OLE, ZIP)):
            look_at_embedded(start + opened.read())
        while opened.read(CHUNK):
            pass


def look_at_embedded(data):
    if data.startswith(OLE):
        answer = compound.check(data, embedded=True)
        if "refused" in answer:
            raise Found(answer["refused"])
        return
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        look_at_list(archive.infolist())
        if "[Content_Types].xml" in archive.namelist():
            kind_by_types(read(archive, "[Content_Types].xml"))
