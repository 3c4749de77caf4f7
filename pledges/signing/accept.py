"""Accepting the file that someone signed outside the application, with a token.

    accepted = accept(before, after, expected=Expected({"KY03": (pem,)}), trust=Trust(anchors), at=now)

Accepted only if the file in force is an exact beginning of it and all that was added is new, intact
signatures in this member's own fields, by certificates registered for them that chain to the trust
list. What signing tools write besides is tolerated entry by entry (additions.py). Anything else
raises UploadRefused, whose message says why in Vietnamese.

Parsing a hostile file has a price: where anyone may send one, call it through limited.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from itertools import chain

from pyhanko.pdf_utils.generic import DictionaryObject
from pyhanko.pdf_utils.misc import PdfDecodeLimitError, PdfStrictReadError
from pyhanko.pdf_utils.reader import PdfFileReader

from .additions import NotAllowed, review
from .boxes import boxes_of
from .increment import last_startxref
from .layout import Box, Kind, kind_of
from .limits import LIMITS, MAX_BYTES, MAX_REVISIONS
from .outside import Accepted, examine_outside, open_signature, refuse_other_range
from .refusal import UploadRefused, Why
from .rewritten import refuse_other_beginning
from .second_reader import refuse_other_pages
from .trust import Trust, load_certificate

__all__ = ["Accepted", "Expected", "Trust", "UploadRefused", "Why", "accept"]

LARGEST_UPLOAD = 50 * 2**20
# A signature with its certificates, lists and image takes 15 to 300 KB.
MOST_ADDED = 2 * 2**20
LIMIT_WORDS = "2 MB"


@dataclass(frozen=True)
class Expected:
    """What may be signed: the member's own fields, each with its registered certificates (PEM).

    An agency's field beside its leader's is to be signed after that one. `boxes` is given only
    where the installation certifies no files: a new field inside one of them counts as that field.
    """

    fields: Mapping[str, tuple[str, ...]]
    boxes: Mapping[str, Box] | None = None

    @property
    def names(self) -> str:
        return " hoặc ".join(self.fields)


def accept(
    before: bytes, after: bytes, *, expected: Expected, trust: Trust, at: datetime
) -> tuple[Accepted, ...]:
    """Return the new signatures of `after`, in order; raise UploadRefused unless all is well.

    `before` is the file in force, `at` the server's clock. A broken certificate in `expected` or
    `trust` is the caller's mistake and raises ValueError.
    """
    for text in chain(trust.anchors, trust.others, *expected.fields.values()):
        load_certificate(text)
    _refuse_other_size(before, after)
    try:
        refuse_other_beginning(before, after)
        return _accept_addition(before, after, expected, trust, at)
    except UploadRefused:
        raise
    except NotAllowed as error:
        raise UploadRefused(error.code, field=error.field_name, own=expected.names) from error
    except (RecursionError, MemoryError) as error:
        raise UploadRefused(Why.TOO_COSTLY) from error
    except Exception as error:
        # The parsers raise some thirty kinds of exceptions on bytes that are not what they should
        # be. Whatever it is, the file is not accepted.
        raise UploadRefused(_why_unreadable(error)) from error


def _refuse_other_size(before: bytes, after: bytes) -> None:
    if len(after) > LARGEST_UPLOAD:
        raise UploadRefused(Why.TOO_LARGE)
    if after == before:
        raise UploadRefused(Why.NOTHING_NEW)
    if len(after) - len(before) > MOST_ADDED or len(after) > MAX_BYTES:
        raise UploadRefused(Why.TOO_MUCH_ADDED, limit=LIMIT_WORDS)


def _why_unreadable(error: Exception) -> Why:
    if isinstance(error, PdfDecodeLimitError):
        return Why.TOO_COSTLY
    return Why.IRREGULAR if isinstance(error, PdfStrictReadError) else Why.BROKEN


def _accept_addition(
    before: bytes, after: bytes, expected: Expected, trust: Trust, at: datetime
) -> tuple[Accepted, ...]:
    reader = PdfFileReader(BytesIO(after), decode_limits=LIMITS)
    if reader.encrypted:
        raise UploadRefused(Why.ENCRYPTED)
    revisions = range(_first_new_revision(reader, before), reader.xrefs.total_revisions)
    signed = _signed_in(reader, revisions, expected)
    _refuse_fields(tuple(signed), expected)
    accepted = []
    for name, (number, field) in signed.items():
        signature = open_signature(reader, field, name)
        end = refuse_other_range(after, signature, name, number)
        if number == revisions[-1] and end != len(after):
            raise UploadRefused(Why.TRAILING_BYTES)
        registered = expected.fields[name]
        accepted.append(examine_outside(signature, name, registered, trust, at))
    if not after.rstrip(b"\r\n").endswith(b"%%EOF"):
        raise UploadRefused(Why.TRAILING_BYTES)
    boxes = boxes_of(reader, (field for _number, field in signed.values()))
    refuse_other_pages(before, after, boxes.values())
    return tuple(accepted)


def _first_new_revision(reader: PdfFileReader, before: bytes) -> int:
    """Return the number of the first revision after those of `before`.

    Each revision names its predecessor by the place of its cross-references (/Prev): skipping one
    would silently drop the signature made in it.
    """
    if reader.xrefs.hybrid_xrefs_present or reader.xrefs.total_revisions > MAX_REVISIONS:
        raise UploadRefused(Why.SETTINGS_CHANGED)
    base = last_startxref(before)
    for number in range(reader.xrefs.total_revisions - 1):
        if reader.xrefs.get_startxref_for_revision(number) == base:
            return number + 1
    raise UploadRefused(Why.OTHER_BASE)


def _signed_in(
    reader: PdfFileReader, revisions: range, expected: Expected
) -> dict[str, tuple[int, DictionaryObject]]:
    """Return the fields that these revisions signed, with the revision of each."""
    signed = {}
    for number in revisions:
        old, new = (reader.get_historical_resolver(one) for one in (number - 1, number))
        addition = review(old, new, expected.boxes)
        if len(addition.fields) > 1:
            raise UploadRefused(Why.SEVERAL_SIGNERS)
        if not addition.fields and not (signed and addition.adds_validation_data):
            raise UploadRefused(Why.EXTRA_REVISION if len(revisions) > 1 else Why.NO_SIGNATURE)
        signed |= {name: (number, field) for name, field in addition.fields.items()}
    return signed


def _refuse_fields(names: tuple[str, ...], expected: Expected) -> None:
    """Refuse signatures in others' fields, and an agency's before its leader's."""
    foreign = [name for name in names if name not in expected.fields]
    if foreign:
        code = Why.FOREIGN_FIELD if len(names) == 1 else Why.SEVERAL_SIGNERS
        raise UploadRefused(code, field=foreign[0], own=expected.names)
    for place, name in enumerate(names):
        leader = f"KY{name[2:]}"
        if (
            kind_of(name) == Kind.AGENCY
            and leader in expected.fields
            and leader not in names[:place]
        ):
            raise UploadRefused(Why.AGENCY_FIRST, field=name)
