"""What became of a file that no longer begins with the file in force: the most useful reason."""

from bisect import bisect_right
from io import BytesIO
from itertools import islice

from pyhanko.pdf_utils.generic import DictionaryObject
from pyhanko.pdf_utils.misc import PdfDecodeLimitError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from .limits import LIMITS
from .objects import items_of, value_of
from .outside import moment, name_parts_of
from .proof import claimed_time
from .refusal import UploadRefused, Why

HEADER_WITHIN = 1024  # bytes, as readers look for %PDF-
MOST_PAGES = 1000
FEW = 64


def refuse_other_beginning(before: bytes, after: bytes) -> None:
    """Raise UploadRefused with the reason unless `after` begins with `before`."""
    if after.startswith(before):
        return
    if b"%PDF-" not in after[:HEADER_WITHIN]:
        raise UploadRefused(Why.NOT_A_PDF)
    ours = PdfFileReader(BytesIO(before), decode_limits=LIMITS)
    _refuse_stale(ours, before, after)
    if before.startswith(after):
        raise UploadRefused(Why.BROKEN)
    try:
        theirs = PdfFileReader(BytesIO(after), decode_limits=LIMITS)
        code = Why.ENCRYPTED if theirs.encrypted else _difference(ours, theirs)
    except (PdfDecodeLimitError, RecursionError, MemoryError):
        code = Why.TOO_COSTLY
    except Exception:
        # The parsers raise some thirty kinds of exceptions on what is no good PDF.
        code = Why.BROKEN
    raise UploadRefused(code)


def _refuse_stale(ours: PdfFileReader, before: bytes, after: bytes) -> None:
    """Tell a file downloaded before the last signature: it shares an earlier file's bytes.

    A copy of the file in force that was changed late shares them too, but carries the last
    signature, or all of it but a few bytes.
    """
    signatures = sorted(
        (
            EmbeddedPdfSignature(ours, field.get_object(), name)
            for name, value, field in enumerate_sig_fields(ours)
            if value is not None
        ),
        key=lambda one: one.signed_revision,
    )
    ends = [int(one.byte_range[2]) + int(one.byte_range[3]) for one in signatures]
    missed = signatures[bisect_right(ends, _shared(before, after)) :]
    if not missed or len(missed) == len(signatures) or _is_nearly(before, after):
        return
    last = missed[-1]
    if last.pkcs7_content.rstrip(b"\0").hex().encode() in after.lower():
        return
    raise UploadRefused(
        Why.STALE,
        missed=tuple(one.field_name for one in missed),
        signer=name_parts_of(last.signer_cert),
        time=moment(claimed_time(last)),
    )


def _is_nearly(before: bytes, after: bytes) -> bool:
    """Tell whether files of one length differ in a few bytes only."""
    if len(before) != len(after):
        return False
    differing = (1 for one, other in zip(before, after, strict=True) if one != other)
    return sum(islice(differing, FEW + 1)) <= FEW


def _shared(before: bytes, after: bytes) -> int:
    """Return how many first bytes two files have in common."""
    low, high = 0, min(len(before), len(after))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if before[:middle] == after[:middle] else (low, middle - 1)
    return low


def _difference(ours: PdfFileReader, theirs: PdfFileReader) -> Why:
    """Return what happened to our file on its way, as far as it can be told."""
    if not _is_made_from(ours, theirs):
        return Why.ANOTHER_PAPER
    before, after = _pages(ours), _pages(theirs)
    if len(before) != len(after):
        return Why.PAGES_CHANGED
    if not any(True for _ in enumerate_sig_fields(theirs)):
        return Why.FLATTENED
    names = value_of(theirs.root, "/Names", DictionaryObject())
    if "/EmbeddedFiles" in names:
        return Why.ATTACHMENT_ADDED
    if _notes(after) > _notes(before):
        return Why.ANNOTATION_ADDED
    return Why.SAVED_ANEW


def _is_made_from(ours: PdfFileReader, theirs: PdfFileReader) -> bool:
    """Tell by the permanent half of /ID, which tools keep, or by the seal."""
    return _identity(ours) == _identity(theirs) or _seals(ours) & _seals(theirs) != set()


def _identity(reader: PdfFileReader) -> bytes | None:
    trailer = reader.trailer.flatten()
    return trailer["/ID"][0].original_bytes if "/ID" in trailer else None


def _seals(reader: PdfFileReader) -> set[bytes]:
    return {
        value["/Contents"].original_bytes.rstrip(b"\0")
        for _name, value, _field in enumerate_sig_fields(reader)
        if isinstance(value, DictionaryObject) and "/Contents" in value
    }


def _pages(reader: PdfFileReader) -> list[DictionaryObject]:
    found, waiting = [], [reader.root["/Pages"]]
    while waiting and len(found) <= MOST_PAGES:
        node = waiting.pop()
        if value_of(node, "/Type") == "/Pages":
            waiting += items_of(node["/Kids"])[:MOST_PAGES]
        else:
            found.append(node)
    return found


def _notes(pages: list[DictionaryObject]) -> int:
    return sum(len(value_of(page, "/Annots", ())) for page in pages)
