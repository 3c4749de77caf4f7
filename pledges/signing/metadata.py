"""What signing tools write about a PDF beside what it shows: /Info and the XMP packet.

They enter themselves as the producer, and the time. The title and everything else must stay.
"""

from io import BytesIO

from pyhanko.pdf_utils.generic import DictionaryObject, StreamObject
from pyhanko.pdf_utils.metadata.model import XmpArray, XmpStructure, XmpValue
from pyhanko.pdf_utils.metadata.xmp_xml import parse_xmp

from .objects import is_same, value_of

INFO_ENTRIES = frozenset({"/Producer", "/ModDate"})
XMP_ENTRIES = frozenset(
    {"Producer", "ModifyDate", "MetadataDate", "DocumentID", "InstanceID", "History"}
)
LONGEST = 64 * 1024  # of a packet; ours is under 2 KB


def is_same_info(before: DictionaryObject, after: DictionaryObject) -> bool:
    """Tell whether /Info changed in nothing but the producer and the time, each a short text."""
    written = {after[key] for key in INFO_ENTRIES & after.keys()}
    return is_same(_without(before), _without(after)) and all(
        isinstance(text, str) and len(text) < 1000 for text in written
    )


def is_same_xmp(before: StreamObject, after: StreamObject) -> bool:
    """Tell whether the packet says the same, apart from the producer and times."""
    if before.encoded_data == after.encoded_data:
        return True
    if not isinstance(after, StreamObject) or value_of(after, "/Subtype") != "/XML":
        return False
    return len(after.data) < LONGEST and _said(before.data) == _said(after.data)


def _without(info: DictionaryObject) -> DictionaryObject:
    return DictionaryObject({key: info.raw_get(key) for key in info if key not in INFO_ENTRIES})


def _said(packet: bytes) -> dict:
    return {
        (name.ns, name.local_name): _plain(value)
        for structure in parse_xmp(BytesIO(packet))
        for name, value in structure
        if name.local_name not in XMP_ENTRIES
    }


def _plain(value: XmpValue):
    """Return a value without regard to how it was written: an array is its sorted entries."""
    inner = value.value
    if isinstance(inner, XmpArray):
        return sorted(str(_plain(entry)) for entry in inner.entries)
    if isinstance(inner, XmpStructure):
        return sorted((name.local_name, str(_plain(entry))) for name, entry in inner)
    return str(inner)
