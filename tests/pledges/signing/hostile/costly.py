"""Files that cost whoever opens them."""

import zlib
from functools import cache

from pledges.signing.accept import Why
from tests.pledges.signing.by_hand import Increment
from tests.pledges.signing.hostile.base import (
    FIELD,
    TOKEN,
    case,
)
from tests.pledges.signing_samples import signed


@case("A decompression bomb: 200 MB in a stream of objects", Why.TOO_COSTLY, "by hand")
def bomb():
    made = Increment(signed(1))
    made.put_signature(FIELD)
    number, _widget = made.field(FIELD)
    del made.objects[number]
    packing = b"/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode "
    made.packed[number] = made.add(made.stream(_zeros(200 * 2**20), packing))
    made.xref_stream = True
    return made.signed(TOKEN())


@case("A decompression bomb in the cross-references", Why.TOO_COSTLY, "by hand")
def xref_bomb():
    made = Increment(signed(1))
    entries = b"/Type /XRef /W [1 4 1] /Index [0 99999999] /Size 99999999 /Filter /FlateDecode "
    return ended(made, made.stream(_zeros(200 * 2**20), entries + made.kept))


@case("A million objects in the cross-references", Why.TOO_COSTLY, "by hand")
def million_objects():
    made = Increment(signed(1))
    rows = zlib.compress(b"\1\0\0\0\x0f\0" * 1_000_000, 9)
    entries = b"/Type /XRef /W [1 4 1] /Index [400 1000000] /Size 1000400 /Filter /FlateDecode "
    return ended(made, made.stream(rows, entries + made.kept))


@case("Cross-references that lead back to themselves", Why.BROKEN, "by hand")
def xref_loop():
    made = Increment(signed(1))
    made.put_signature(FIELD)
    made.previous = len(signed(1))
    return made.signed(TOKEN())


@case("Arrays within arrays, a hundred thousand deep", Why.TOO_COSTLY, "by hand")
def deep_nesting():
    deep = b"[" * 100_000 + b"]" * 100_000
    made = Increment(signed(1))
    made.put_signature(FIELD, entries=b"/Sau %d 0 R" % made.add(deep))
    return made.signed(TOKEN())


@cache
def _zeros(count: int) -> bytes:
    packer = zlib.compressobj(9)
    parts = [packer.compress(bytes(2**20)) for _ in range(count // 2**20)]
    return b"".join(parts) + packer.flush()


def ended(made: Increment, references: bytes) -> bytes:
    """Return the file with this stream of cross-references and nothing else."""
    start = len(made.pdf)
    body = b"%d 0 obj\n%b\nendobj\nstartxref\n%d\n%%%%EOF\n" % (made.size, references, start)
    return made.pdf + body
