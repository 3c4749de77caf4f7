"""The kinds of files that are taken, and how their first bytes tell them."""

from dataclasses import dataclass

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK\x03\x04"
SIGNATURES = (
    (b"%PDF-", "pdf"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (ZIP, "archive"),
    (OLE, "compound"),
)
OFFICE = "application/vnd.openxmlformats-officedocument"


@dataclass(frozen=True)
class Kind:
    name: str
    content_type: str
    extensions: tuple[str, ...]


@dataclass(frozen=True)
class Upload:
    """A file that may be kept: its cleaned name, what it is, its bytes."""

    name: str
    kind: str
    content_type: str
    data: bytes


KINDS = {
    kind.name: kind
    for kind in (
        Kind("pdf", "application/pdf", (".pdf",)),
        Kind("jpeg", "image/jpeg", (".jpg", ".jpeg")),
        Kind("png", "image/png", (".png",)),
        Kind("docx", f"{OFFICE}.wordprocessingml.document", (".docx",)),
        Kind("xlsx", f"{OFFICE}.spreadsheetml.sheet", (".xlsx",)),
        Kind("odt", "application/vnd.oasis.opendocument.text", (".odt",)),
        Kind("ods", "application/vnd.oasis.opendocument.spreadsheet", (".ods",)),
        Kind("doc", "application/msword", (".doc",)),
        Kind("xls", "application/vnd.ms-excel", (".xls",)),
    )
}
BY_EXTENSION = {ending: kind for kind in KINDS.values() for ending in kind.extensions}
ALLOWED = "PDF, ảnh (.jpg, .png), Word (.docx, .doc, .odt), Excel (.xlsx, .xls, .ods)"


def sniff(data: bytes) -> str:
    """pdf, jpeg, png, archive (zip), compound (the older Word and Excel); "" for anything else.

    Only a file that begins with its signature counts: junk before it is how one file is made to be
    two things.
    """
    return next((kind for start, kind in SIGNATURES if data.startswith(start)), "")
