"""What one revision changed, and whether that is exactly one signature in one empty field.

pyHanko's difference analysis answers the same question for any PDF, by listing every path to every
object of the old revision: a quarter of a second for one signature in a tagged pledge. Here only
one change is ever allowed, so it is enough to look at the objects of the new revision.
"""

from io import SEEK_END, BytesIO

from pyhanko.pdf_utils.generic import DictionaryObject, IndirectObject, Reference
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader, process_data_at_eof

from .objects import is_same

# The only entries of a field that signing changes: its value and what it shows.
FILLED_ENTRIES = frozenset({"/V", "/AP"})
# The only entries of a trailer (or of the cross-reference stream in its place) that a revision does
# not repeat unchanged.
TRAILER_ENTRIES = frozenset(
    {"/Size", "/Prev", "/ID", "/Type", "/W", "/Index", "/Filter", "/DecodeParms", "/Length"}
)


class UnexpectedChange(Exception):
    """A revision did something else than fill one signature field; says what, in Vietnamese."""


def filled_field(old: HistoricalResolver, new: HistoricalResolver) -> tuple[str, DictionaryObject]:
    """Return the name and dictionary of the one signature field that `new` filled.

    Raise UnexpectedChange unless that is all it did: of the objects that existed, only that field's
    was written again, with a value and a new look; every new object belongs to one of these two.
    """
    if new.refs_freed_in_revision():
        raise UnexpectedChange("Phần thêm vào đã xóa nội dung của tệp.")
    if lasting(old.trailer_view) != lasting(new.trailer_view):
        raise UnexpectedChange("Phần thêm vào đã thay cấu trúc của tệp.")
    written = set(new.explicit_refs_in_revision())
    added = {reference for reference in written if old.is_ref_unassignable(reference)}
    changed = written - added
    if len(changed) != 1:
        raise UnexpectedChange("Phần thêm vào không chỉ có đúng một chữ ký.")
    name, field = _newly_signed(old, new, changed.pop())
    if added - _belonging(old, new, field):
        raise UnexpectedChange("Phần thêm vào có nội dung không thuộc chữ ký.")
    if "/Reference" in field["/V"]:
        # A lock (DocMDP, FieldMDP), which some signing tools offer: readers would then call the
        # signatures of everyone after this one a forbidden change.
        raise UnexpectedChange("Chữ ký khóa văn bản, người sau không ký tiếp được.")
    return name, field


def refuse_other_base(reader: PdfFileReader, before: bytes) -> None:
    """Raise UnexpectedChange unless the newest revision is one more than `before` ends with.

    Each revision names its predecessor by the place of its cross-references (/Prev): skipping one
    would silently drop the signature made in it.
    """
    xrefs = reader.xrefs
    if xrefs.total_revisions < 2 or xrefs.get_startxref_for_revision(
        xrefs.total_revisions - 2
    ) != last_startxref(before):
        raise UnexpectedChange("Phần thêm vào không nối tiếp đúng tệp đang có hiệu lực.")


def last_startxref(pdf: bytes) -> int:
    """Return where the file's last revision says its cross-references are; raise PdfReadError."""
    stream = BytesIO(pdf[-2048:])
    stream.seek(-1, SEEK_END)  # at the last byte, as pyHanko reads backwards
    return process_data_at_eof(stream)


def lasting(trailer: DictionaryObject) -> dict:
    """Return what every revision's trailer must repeat, with the permanent half of /ID."""
    kept = {key: trailer.raw_get(key) for key in trailer if key not in TRAILER_ENTRIES}
    return kept | {"/ID": trailer["/ID"][0] if "/ID" in trailer else None}


def _newly_signed(
    old: HistoricalResolver, new: HistoricalResolver, reference: Reference
) -> tuple[str, DictionaryObject]:
    fields = old.root["/AcroForm"]["/Fields"]
    if not any(field.reference == reference for field in _raw(fields)):
        raise UnexpectedChange("Phần thêm vào đã thay nội dung của văn bản.")
    before, after = old(reference), new(reference)
    if (
        not isinstance(after, DictionaryObject)
        or before.get("/FT") != "/Sig"
        or "/V" in before
        or not isinstance(after.raw_get("/V"), IndirectObject)
        or not is_same(_without(before, FILLED_ENTRIES), _without(after, FILLED_ENTRIES))
    ):
        raise UnexpectedChange("Phần thêm vào không chỉ ký vào một ô còn trống.")
    return str(before["/T"]), after


def _belonging(
    old: HistoricalResolver, new: HistoricalResolver, field: DictionaryObject
) -> set[Reference]:
    """Return the new objects that a signed field accounts for, and those holding the revision."""
    since = old.revision + 1
    belonging = set(new.object_streams_used())
    for entry in FILLED_ENTRIES & field.keys():
        belonging |= new.collect_dependencies(field.raw_get(entry), since_revision=since)
    container = new.reader.xrefs.get_xref_container_info(new.revision).stream_ref
    return belonging | {container}


def _without(dictionary: DictionaryObject, keys: frozenset[str]) -> DictionaryObject:
    return DictionaryObject({key: dictionary.raw_get(key) for key in dictionary if key not in keys})


def _raw(array) -> list[IndirectObject]:
    return [array.raw_get(index) for index in range(len(array))]
