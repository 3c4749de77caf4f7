"""Signing an existing field as tools built on iText 5 do, written by hand.

Besides the signature they write the widget with flags and a look of layers, the form with default
resources, the catalogue, /Info and the XMP packet, all under the numbers these had.
"""

from tests.pledges.signing.by_hand import Increment, entries_of
from tests.pledges.signing.pki import Leaf

XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="Adobe XMP Core 5.1.0-jc003">
  <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
    <rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"
        xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:dc="http://purl.org/dc/elements/1.1/"
        xmlns:xmp="http://ns.adobe.com/xap/1.0/">
      <pdfaid:part>3</pdfaid:part>
      <pdfaid:conformance>A</pdfaid:conformance>
      <pdf:Producer>WeasyPrint 70.0; modified using a tool</pdf:Producer>
      <xmp:ModifyDate>2026-04-19T08:32:00+07:00</xmp:ModifyDate>
      <dc:title>
        <rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt>
      </dc:title>
    </rdf:Description>
  </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"""
TITLE = "Giao ước thi đua năm 2026"


def by_itext(pdf: bytes, field: str, token: Leaf, *, title: str = TITLE, **options) -> bytes:
    return increment(pdf, field, title).signed(token, **options)


def increment(pdf: bytes, field: str, title: str = TITLE) -> Increment:
    """Return the revision with everything in it, not signed yet."""
    made = Increment(pdf)
    made.put_signature(field, looks=_looks(made, field))
    _put_form(made)
    _put_properties(made, title)
    made.put(made.trailer.raw_get("/Root").idnum, made.root)
    return made


def _looks(made: Increment, field: str) -> bytes:
    x0, y0, x1, y1 = (float(edge) for edge in made.field(field)[1]["/Rect"])
    size = b"/BBox [0 0 %.2f %.2f]" % (x1 - x0, y1 - y0)
    form = b"/Type /XObject /Subtype /Form /FormType 1 /Matrix [1 0 0 1 0 0] "
    font = made.add(
        b"<</Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding>>"
    )
    blank = made.add(made.stream(b"% DSBlank\n", form + b"/BBox [0 0 100 100]"))
    words = b"BT /F1 9 Tf 4 20 Td (Signed) Tj ET"
    text = made.add(made.stream(words, form + size + b"/Resources <</Font <</F1 %d 0 R>>>>" % font))
    layers = b"/Resources <</XObject <</n0 %d 0 R /n2 %d 0 R>>>>" % (blank, text)
    frame = made.add(
        made.stream(b"q 1 0 0 1 0 0 cm /n0 Do Q\nq 1 0 0 1 0 0 cm /n2 Do Q\n", form + size + layers)
    )
    look = made.add(
        made.stream(
            b"q 1 0 0 1 0 0 cm /FRM Do Q\n",
            form + size + b"/Resources <</XObject <</FRM %d 0 R>>>>" % frame,
        )
    )
    return b"/F 132 /AP <</N %d 0 R>>" % look


def _put_form(made: Increment) -> None:
    font = made.add(
        b"<</Type /Font /Subtype /Type1 /BaseFont /Helvetica /Name /Helv "
        b"/Encoding /PDFDocEncoding>>"
    )
    form = made.root["/AcroForm"]
    resources = b"/DR <</Font <</Helv %d 0 R>>>> /DA (/Helv 0 Tf 0 g )" % font
    made.put(
        made.number_of(made.root, "/AcroForm"),
        b"<<%b %b>>" % (entries_of(form, "/DR", "/DA"), resources),
    )


def _put_properties(made: Increment, title: str) -> None:
    info = entries_of(made.trailer["/Info"], "/Producer", "/ModDate")
    changed = (
        b"/Producer (WeasyPrint 70.0; modified using a tool) /ModDate (D:20260419083200+07'00')"
    )
    made.put(made.trailer.raw_get("/Info").idnum, b"<<%b %b>>" % (info, changed))
    packet = XMP.format(title=title).encode()
    made.put(
        made.number_of(made.root, "/Metadata"),
        made.stream(packet, b"/Type /Metadata /Subtype /XML "),
    )
