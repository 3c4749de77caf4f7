"""Increments of a PDF written by hand: any object under any number, signed or not."""

import hashlib
from collections.abc import Callable
from io import BytesIO

from pyhanko.pdf_utils.generic import DictionaryObject, PdfObject
from pyhanko.pdf_utils.reader import PdfFileReader

from pledges.signing.loop import run
from tests.pledges.signing.pki import Leaf
from tests.pledges.signing.tools import signer_of

ROOM = 16_000  # hexadecimal digits for a CMS
PLACEHOLDER = b"/ByteRange [0 0000000000 0000000000 0000000000]"


class Increment:
    """One more revision of `pdf`. `objects` maps numbers to what stands between obj and endobj."""

    def __init__(self, pdf: bytes):
        self.pdf = pdf
        self.reader = PdfFileReader(BytesIO(pdf))
        self.trailer = self.reader.trailer.flatten()
        self.size = int(self.trailer["/Size"])
        self.objects: dict[int, bytes] = {}
        self.freed: dict[int, int] = {}
        self.xref_stream = False
        self.previous = int(pdf.rpartition(b"startxref")[2].split()[0])
        self.root_number = self.trailer.raw_get("/Root").idnum
        self.extra = b""
        self.packed: dict[int, int] = {}  # objects in a stream of objects, and its number

    @property
    def root(self) -> DictionaryObject:
        return self.reader.root

    def add(self, body: bytes | PdfObject) -> int:
        """Enter a new object; return its number."""
        self.size += 1
        self.put(self.size - 1, body)
        return self.size - 1

    def put(self, number: int, body: bytes | PdfObject) -> None:
        """Write the object of that number, new or once more."""
        self.objects[number] = body if isinstance(body, bytes) else serialised(body)

    def stream(self, data: bytes, entries: bytes = b"") -> bytes:
        return b"<<%b/Length %d>>\nstream\n%b\nendstream" % (entries, len(data), data)

    def number_of(self, dictionary: DictionaryObject, key: str) -> int:
        return dictionary.raw_get(key).idnum

    def field(self, name: str) -> tuple[int, DictionaryObject]:
        """Return the number and the dictionary of a field."""
        fields = self.root["/AcroForm"]["/Fields"]
        for place in range(len(fields)):
            if fields[place]["/T"] == name:
                return fields.raw_get(place).idnum, fields[place]
        raise KeyError(name)

    def page(self, number: int) -> tuple[int, DictionaryObject]:
        kids = self.root["/Pages"]["/Kids"]
        return kids.raw_get(number).idnum, kids[number]

    def put_signature(
        self,
        field: str,
        entries: bytes = b"",
        looks: bytes = b"",
        format: bytes = b"adbe.pkcs7.detached",
        time: bytes = b"D:20260419083200+07'00'",
    ) -> None:
        """Let `field` be signed: the value's digits are filled in by `signed`."""
        number, widget = self.field(field)
        value = self.add(
            b"<</Type /Sig /Filter /Adobe.PPKLite /SubFilter /%b %b "
            b"/Contents <%b> %b /M (%b)>>" % (format, PLACEHOLDER, b"0" * ROOM, entries, time)
        )
        kept = entries_of(widget, *(("/AP", "/F") if looks else ()))
        self.put(number, b"<<%b /V %d 0 R %b>>" % (kept, value, looks))

    def written(self) -> bytes:
        """Return the file with this revision."""
        body, places = bytearray(self.pdf), {}
        if not body.endswith(b"\n"):
            body += b"\n"
        for number, content in self.objects.items():
            places[number] = len(body)
            body += b"%d 0 obj\n%b\nendobj\n" % (number, content)
        start = len(body)
        references = self._stream(places, start) if self.xref_stream else self._table(places)
        return bytes(body + references + b"startxref\n%d\n%%%%EOF\n" % start)

    def signed(self, token: Leaf, **options) -> bytes:
        """Return the file with this revision, its one signature filled in."""
        return filled(self.written(), token, **options)

    def _table(self, places: dict[int, int]) -> bytes:
        rows = {number: b"%010d 00000 n\r\n" % place for number, place in places.items()}
        rows |= {number: b"0000000000 %05d f\r\n" % again for number, again in self.freed.items()}
        table = b"xref\n" + b"".join(b"%d 1\n%b" % (one, rows[one]) for one in sorted(rows))
        return table + b"trailer\n%b\n" % self._trailer()

    def _stream(self, places: dict[int, int], start: int) -> bytes:
        number, self.size = self.size, self.size + 1
        rows = {one: b"\1" + at.to_bytes(4, "big") + b"\0" for one, at in places.items()}
        rows |= {one: b"\2" + at.to_bytes(4, "big") + b"\0" for one, at in self.packed.items()}
        rows[number] = b"\1" + start.to_bytes(4, "big") + b"\0"
        index = b" ".join(b"%d 1" % one for one in sorted(rows))
        data = b"".join(rows[one] for one in sorted(rows))
        entries = self._trailer()[2:-2] + b"/Type /XRef /W [1 4 1] /Index [%b] " % index
        return b"%d 0 obj\n%b\nendobj\n" % (number, self.stream(data, entries))

    def _trailer(self) -> bytes:
        return b"<</Size %d %b%b>>" % (self.size, self.kept, self.extra)

    @property
    def kept(self) -> bytes:
        """What each trailer repeats, and where the one before it is."""
        entries = entries_of(self.trailer, *(self.trailer.keys() - {"/Info", "/ID"}))
        return b"/Root %d 0 R /Prev %d %b" % (self.root_number, self.previous, entries)


def filled(
    pdf: bytes,
    token: Leaf,
    *,
    gap: bytes = b"/Contents <" + b"0" * ROOM,
    first: int = 0,
    short: int = 0,
    over: bytes = b"",
    edit: Callable[[bytes], bytes] = lambda der: der,
    **options,
) -> bytes:
    """Fill in /ByteRange and /Contents of the last signature of a written file.

    Wrongly on request: another `gap`, a range that begins at `first` or ends `short` of the end, a
    signature `over` other bytes, a CMS that was edited.
    """
    contents = pdf.rindex(b"/Contents <" + b"0" * ROOM) + len(b"/Contents <")
    start = pdf.rindex(gap) + gap.index(b"<")
    rest = start + len(gap) - gap.index(b"<") + 1
    numbers = b"/ByteRange [%d %d %d %d]" % (first, start, rest, len(pdf) - rest - short)
    pdf = pdf.replace(PLACEHOLDER, numbers.ljust(len(PLACEHOLDER)))
    covered = pdf[first : first + start] + pdf[rest : len(pdf) - short]
    der = edit(signature_over(over or covered, token, **options))
    return pdf[:contents] + der.hex().encode().ljust(ROOM, b"0") + pdf[contents + ROOM :]


def signature_over(data: bytes, token: Leaf, *, pss=False, digest="sha256", pades=False) -> bytes:
    """Return a detached CMS over `data` (DER)."""
    signer = signer_of(token, pss=pss)
    return run(
        signer.async_sign(hashlib.new(digest, data).digest(), digest, use_pades=pades)
    ).dump()


def entries_of(dictionary: DictionaryObject, *but: str) -> bytes:
    """Return a dictionary's entries as text, leaving some out."""
    kept = DictionaryObject({key: dictionary.raw_get(key) for key in dictionary if key not in but})
    return serialised(kept)[2:-2]


def serialised(body: PdfObject) -> bytes:
    output = BytesIO()
    body.write_to_stream(output, None)
    return output.getvalue()
