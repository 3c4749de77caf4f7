"""Hostile and unlucky files, each with the reason it must be refused for.

Unless a case says otherwise, the file in force is `signed(1)` and its sender holds KY02 and the
registered certificate of `TOKEN()`.
"""

import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO

import pikepdf
from asn1crypto import cms
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, append_signature_field

from pledges.signing.accept import Why
from tests.pledges.signing import pki
from tests.pledges.signing.by_hand import Increment, entries_of
from tests.pledges.signing.by_itext import by_itext
from tests.pledges.signing.tools import by_poppler, by_pyhanko, with_validation_data
from tests.pledges.signing_samples import sign, signed, stamp, with_agency

TOKEN = pki.leaf
FIELD = "KY02"


@dataclass(frozen=True)
class Upload:
    """What someone sends: the file, and what is so about its sender where it is not the usual."""

    after: bytes
    before: bytes = b""
    fields: dict = field(default_factory=dict)
    crls: tuple[bytes, ...] = ()
    ocsps: tuple[bytes, ...] = ()


@dataclass(frozen=True)
class Case:
    """A file to be refused. `by` names what it was made with."""

    what: str
    why: Why
    by: str
    build: Callable[[], Upload | bytes]

    def upload(self) -> Upload:
        built = self.build()
        return built if isinstance(built, Upload) else Upload(built)


CASES: list[Case] = []


def case(what: str, why: Why, by: str):
    """Enter a function, which builds the file, among the cases."""

    def enter(build):
        CASES.append(Case(what, why, by, build))
        return build

    return enter


@cache
def good() -> bytes:
    """Return what would be accepted: signed in KY02 by the stock signer."""
    return by_pyhanko(signed(1), FIELD, TOKEN())


def saved(change: Callable[[pikepdf.Pdf], None] = lambda pdf: None, **options) -> bytes:
    """Return the good file opened, changed and saved by pikepdf (qpdf)."""
    output = BytesIO()
    with pikepdf.open(BytesIO(good())) as pdf:
        change(pdf)
        pdf.save(output, **options)
    return output.getvalue()


def signed_with(change: Callable[[Increment], None], **options) -> bytes:
    """Return a revision signed in KY02 that does something else as well."""
    made = Increment(signed(1))
    made.put_signature(FIELD)
    change(made)
    return made.signed(TOKEN(), **options)


def afterwards(change: Callable[[Increment], None]) -> bytes:
    """Return the good file with one more revision."""
    made = Increment(good())
    change(made)
    return made.written()


def _put_root(made: Increment, entry: bytes, *instead: str) -> None:
    """Write the catalogue with one more entry, or with another one instead."""
    number = made.trailer.raw_get("/Root").idnum
    made.put(number, b"<<%b %b>>" % (entries_of(made.root, *instead), entry))


# The file as a whole


@case("Not a PDF: a picture with the name of one", Why.NOT_A_PDF, "by hand")
def not_a_pdf():
    return b"\x89PNG\r\n\x1a\n" + bytes(2000)


@case("Another document's PDF", Why.ANOTHER_PAPER, "WeasyPrint")
def another_paper():
    return stamp("Văn bản khác")


@case("The signed PDF opened and saved anew", Why.SAVED_ANEW, "pikepdf")
def saved_anew():
    return saved()


@case("One byte of the old part changed", Why.SAVED_ANEW, "by hand")
def byte_changed():
    pdf = bytearray(good())
    pdf[len(signed(1)) // 2] ^= 1
    return bytes(pdf)


@case("A page added, saved anew", Why.PAGES_CHANGED, "pikepdf")
def page_added():
    return saved(lambda pdf: pdf.add_blank_page())


@case("A page removed, saved anew", Why.PAGES_CHANGED, "pikepdf")
def page_removed():
    return saved(lambda pdf: pdf.pages.__delitem__(0))


@case("The form flattened, saved anew", Why.FLATTENED, "pikepdf")
def flattened():
    def flatten(pdf):
        del pdf.Root.AcroForm
        for page in pdf.pages:
            if "/Annots" in page:
                del page.Annots

    return saved(flatten)


@case("A comment added, saved anew", Why.ANNOTATION_ADDED, "pikepdf")
def comment_saved():
    def comment(pdf):
        note = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Text, Rect=[10, 10, 30, 30]
        )
        pdf.pages[0].Annots.append(pdf.make_indirect(note))

    return saved(comment)


@case("A file attached, saved anew", Why.ATTACHMENT_ADDED, "pikepdf")
def attachment_saved():
    def attach(pdf):
        pdf.attachments["them.txt"] = b"noi dung"

    return saved(attach)


@case("Encrypted, saved anew", Why.ENCRYPTED, "pikepdf")
def encrypted():
    return saved(encryption=pikepdf.Encryption(owner="a", user=""))


@case("Encrypted by a revision appended to it", Why.ENCRYPTED, "by hand")
def encrypted_by_increment():
    def encrypt(made):
        secrets = b"o" * 32, b"u" * 32
        handler = b"<</Filter /Standard /V 1 /R 2 /O (%b) /U (%b) /P -4>>" % secrets
        made.extra = b"/Encrypt %d 0 R" % made.add(handler)

    return afterwards(encrypt)


@case("The file as it was downloaded", Why.NOTHING_NEW, "by hand")
def nothing_new():
    return signed(1)


@case("The file of before the last signature, signed", Why.STALE, "pyHanko")
def stale():
    return Upload(good(), before=sign(signed(1), 3))


@case("The file of before the last signature, as it was downloaded", Why.STALE, "by hand")
def stale_unsigned():
    return Upload(signed(1), before=signed(2), fields={"KY03": (TOKEN().pem,)})


@case("The end cut off", Why.BROKEN, "by hand")
def truncated():
    return good()[:-4000]


@case("60 MB", Why.TOO_LARGE, "by hand")
def sixty_megabytes():
    return signed(1) + bytes(60 * 2**20)


@case("3 MB added to the file", Why.TOO_MUCH_ADDED, "by hand")
def three_megabytes():
    return signed_with(lambda made: made.add(made.stream(bytes(3 * 2**20))))


# What was added


@case("A page's content replaced", Why.CONTENT_CHANGED, "by hand")
def content_replaced():
    def replace(made):
        made.put(made.number_of(made.page(0)[1], "/Contents"), made.stream(b"BT ET"))

    return signed_with(replace)


@case("A page given other content", Why.CONTENT_CHANGED, "by hand")
def content_pointed_elsewhere():
    return signed_with(_other_content)


def _other_content(made: Increment) -> None:
    number, page = made.page(0)
    other = made.add(made.stream(b"BT ET"))
    made.put(number, b"<<%b /Contents %d 0 R>>" % (entries_of(page, "/Contents"), other))


@case("A font replaced, so that letters look like others", Why.FONT_CHANGED, "by hand")
def font_replaced():
    def replace(made):
        for reference in made.reader.xrefs.explicit_refs_in_revision(0):
            body = made.reader.get_object(reference)
            if getattr(body, "get", {}.get)("/Type") == "/FontDescriptor":
                made.put(made.number_of(body, "/FontFile2"), made.stream(b"\0"))
                return

    return signed_with(replace)


@case("A page added by the revision", Why.PAGES_CHANGED, "by hand")
def page_added_by_increment():
    def add(made):
        number, tree = made.root.raw_get("/Pages").idnum, made.root["/Pages"]
        kids = [b"%d 0 R" % tree["/Kids"].raw_get(place).idnum for place in range(4)]
        page = made.add(b"<</Type /Page /Parent %d 0 R /MediaBox [0 0 595 842]>>" % number)
        body = b"<</Type /Pages /Count 5 /Kids [%b %d 0 R]>>" % (b" ".join(kids), page)
        made.put(number, body)

    return signed_with(add)


@case("The form removed by the revision", Why.FLATTENED, "by hand")
def form_removed():
    def remove(made):
        made.put(
            made.trailer.raw_get("/Root").idnum, b"<<%b>>" % entries_of(made.root, "/AcroForm")
        )

    return signed_with(remove)


@case("A comment added by the revision", Why.ANNOTATION_ADDED, "by hand")
def comment_added():
    def comment(made):
        number, page = made.page(0)
        note = made.add(b"<</Type /Annot /Subtype /Text /Rect [9 9 30 30] /Contents (Bo sung)>>")
        old = page["/Annots"].raw_get(0).idnum
        annotations = b"/Annots [%d 0 R %d 0 R]" % (old, note)
        made.put(number, b"<<%b %b>>" % (entries_of(page, "/Annots"), annotations))

    return signed_with(comment)


@case("A file attached by the revision", Why.ATTACHMENT_ADDED, "by hand")
def attachment_added():
    def attach(made):
        data = made.add(made.stream(b"noi dung", b"/Type /EmbeddedFile "))
        file = b"<</Type /Filespec /F (a.txt) /EF <</F %d 0 R>>>>" % data
        names = b"/Names <</EmbeddedFiles <</Names [(a.txt) %d 0 R]>>>>" % made.add(file)
        _put_root(made, names, "/Names")

    return signed_with(attach)


@case("A script to run when the file is opened", Why.ACTION_ADDED, "by hand")
def script_added():
    return signed_with(
        lambda made: _put_root(made, b"/OpenAction <</S /JavaScript /JS (app.alert\\(1\\))>>")
    )


@case("The language of the document changed", Why.SETTINGS_CHANGED, "by hand")
def language_changed():
    return signed_with(lambda made: _put_root(made, b"/Lang (en)", "/Lang"))


@case("The catalogue exchanged for another", Why.SETTINGS_CHANGED, "by hand")
def catalogue_exchanged():
    def exchange(made):
        made.root_number = made.add(made.root)

    return signed_with(exchange)


@case("The title changed in the information", Why.PROPERTIES_CHANGED, "by hand")
def title_changed():
    def retitle(made):
        number, info = made.trailer.raw_get("/Info").idnum, made.trailer["/Info"]
        made.put(number, b"<<%b /Title (Giao uoc khac)>>" % entries_of(info, "/Title"))

    return signed_with(retitle)


@case("The title changed in the metadata (XMP)", Why.PROPERTIES_CHANGED, "by hand, as iText")
def xmp_title_changed():
    return by_itext(signed(1), FIELD, TOKEN(), title="Giao ước khác")


@case("An object of the old file deleted", Why.CONTENT_REMOVED, "by hand")
def object_deleted():
    def delete(made):
        made.freed[made.number_of(made.page(0)[1], "/Contents")] = 1

    return signed_with(delete)


@case("An object deleted without the next generation's number", Why.IRREGULAR, "by hand")
def object_deleted_silently():
    def delete(made):
        made.freed[made.number_of(made.page(0)[1], "/Contents")] = 0

    return signed_with(delete)


@case(
    "The newest signature skipped: a revision that continues the file of before it",
    Why.OTHER_BASE,
    "by hand",
)
def base_skipped():
    made = Increment(signed(1))
    made.put_signature(FIELD)
    made.previous = int(signed(0).rpartition(b"startxref")[2].split()[0])
    return made.signed(TOKEN())


@case("A name written as a text, which readers do not take for it", Why.FIELD_CHANGED, "by hand")
def name_as_text():
    def change(made):
        number, widget = made.field("KY03")
        made.put(number, b"<<%b /Subtype (/Widget)>>" % entries_of(widget, "/Subtype"))

    return signed_with(change)


@case(
    "Validation data that names a page's content, to exchange it later",
    Why.SETTINGS_CHANGED,
    "by hand",
)
def validation_data_names_content():
    def name(made):
        content = made.number_of(made.page(0)[1], "/Contents")
        _put_root(made, b"/DSS <</Certs [%d 0 R]>>" % content)

    return afterwards(name)


@case("A certificate in the validation data exchanged later", Why.CONTENT_CHANGED, "by hand")
def validation_data_exchanged():
    before = with_validation_data(good(), TOKEN(), *pki.crls())
    made = Increment(before)
    made.put_signature("KY03")
    made.put(made.root["/DSS"]["/Certs"].raw_get(0).idnum, made.stream(b"khac"))
    return Upload(made.signed(TOKEN()), before=before, fields={"KY03": (TOKEN().pem,)})


# The shadow attacks (Mainka, Mladenov, Rohlmann: Shadow Attacks, NDSS 2021)


@case(
    "Shadow attack, hide: what covered the content taken away after signing",
    Why.CONTENT_CHANGED,
    "by hand",
)
def shadow_hide():
    return afterwards(_other_content)


@case(
    "Shadow attack, replace: another signed box redrawn after signing",
    Why.SIGNATURE_REPLACED,
    "by hand",
)
def shadow_replace():
    def redraw(made):
        number, widget = made.field("KY01")
        look = made.add(made.stream(b"BT ET", b"/Subtype /Form /BBox [0 0 9 9] "))
        made.put(number, b"<<%b /AP <</N %d 0 R>>>>" % (entries_of(widget, "/AP"), look))

    return afterwards(redraw)


@case(
    "Shadow attack, hide-and-replace: a second document hidden under the signature",
    Why.CONTENT_HIDDEN,
    "by hand",
)
def shadow_hidden_document():
    return signed_with(_second_document)


@case(
    "Shadow attack, hide-and-replace: the hidden document shown afterwards",
    Why.PAGES_CHANGED,
    "by hand",
)
def shadow_hide_and_replace():
    made = Increment(signed(1))
    made.put_signature(FIELD, entries=b"/Khac %d 0 R" % _second_document(made))
    shown = Increment(made.signed(TOKEN()))
    _put_root(shown, b"/Pages %d 0 R" % max(made.objects), "/Pages")
    return shown.written()


def _second_document(made: Increment) -> int:
    """Add a page tree that nothing shows; return its number, the highest so far."""
    tree = made.size + 2
    content = made.add(made.stream(b"BT ET"))
    page = made.add(
        b"<</Type /Page /Parent %d 0 R /MediaBox [0 0 595 842] /Contents %d 0 R>>" % (tree, content)
    )
    return made.add(b"<</Type /Pages /Count 1 /Kids [%d 0 R]>>" % page)


@case("An appended revision that swaps a font", Why.FONT_CHANGED, "by hand")
def font_swapped_afterwards():
    def swap(made):
        for reference in made.reader.xrefs.explicit_refs_in_revision(0):
            body = made.reader.get_object(reference)
            if getattr(body, "get", {}.get)("/Type") == "/Font" and "/ToUnicode" in body:
                made.put(reference.idnum, b"<<%b /BaseFont /Khac>>" % entries_of(body, "/BaseFont"))
                return

    return afterwards(swap)


@case("Metadata rewritten after signing", Why.EXTRA_REVISION, "by hand")
def rewritten_afterwards():
    def rewrite(made):
        number, info = made.trailer.raw_get("/Info").idnum, made.trailer["/Info"]
        made.put(number, b"<<%b /Producer (Khac)>>" % entries_of(info, "/Producer"))

    return afterwards(rewrite)


@case("Bytes after the last signature", Why.TRAILING_BYTES, "by hand")
def bytes_appended():
    return good() + b"\n% them\n"


# Where the signatures are


@case("A revision without a signature", Why.NO_SIGNATURE, "pyHanko")
def no_signature():
    writer, output = IncrementalPdfFileWriter(BytesIO(signed(1))), BytesIO()
    writer.update_root()
    writer.write(output)
    return output.getvalue()


@case("A signature in a new field that the tool drew", Why.NEW_FIELD, "pyHanko")
def new_field():
    writer, output = IncrementalPdfFileWriter(BytesIO(signed(1))), BytesIO()
    append_signature_field(writer, SigFieldSpec("Signature1", box=(60, 60, 200, 120)))
    writer.write(output)
    return by_pyhanko(output.getvalue(), "Signature1", TOKEN())


@case("A signature added by poppler, which renumbers what it replaces", Why.IRREGULAR, "poppler")
def poppler_adds():
    return by_poppler(signed(1), "Chu ky", TOKEN(), new_field=True)


@case("A signature by poppler in the field, which renumbers its look", Why.IRREGULAR, "poppler")
def poppler_signs():
    return by_poppler(signed(1), FIELD, TOKEN())


@case("A signature in another member's field", Why.FOREIGN_FIELD, "pyHanko")
def foreign_field():
    return by_pyhanko(signed(1), "KY03", TOKEN())


@case("Signatures of two members in one upload", Why.SEVERAL_SIGNERS, "pyHanko")
def two_members():
    return by_pyhanko(good(), "KY03", pki.leaf("Lý Văn Thử", key="ec"))


@case("Two signers in one signature", Why.SEVERAL_SIGNERS, "by hand")
def two_signer_infos():
    return signed_with(lambda made: None, edit=_doubled)


def _doubled(der: bytes) -> bytes:
    message = cms.ContentInfo.load(der)
    infos = message["content"]["signer_infos"]
    infos.append(infos[0].copy())
    return message.dump(force=True)


@case("The agency's signature before its leader's", Why.AGENCY_FIRST, "pyHanko")
def agency_first():
    both = {"KY02": (TOKEN().pem,), "CQ02": (pki.agency().pem,)}
    return Upload(
        by_pyhanko(with_agency(), "CQ02", pki.agency()), before=with_agency(), fields=both
    )


@case("A signature that locks the whole form", Why.LOCKS_DOCUMENT, "by hand")
def locks_document():
    lock = (
        b"/Reference [<</Type /SigRef /TransformMethod /FieldMDP /TransformParams "
        b"<</Type /TransformParams /Action /All /V /1.2>>>>]"
    )
    made = Increment(signed(1))
    made.put_signature(FIELD, entries=lock)
    return made.signed(TOKEN())


@case("The signed box moved over the page", Why.FIELD_CHANGED, "by hand")
def box_moved():
    return _field_with(b"/Rect [0 0 595 842]", "/Rect")


@case("The signed box hidden", Why.FIELD_CHANGED, "by hand")
def box_hidden():
    return _field_with(b"/F 6", "/F")


@case("The signed box given an action", Why.FIELD_CHANGED, "by hand")
def box_with_action():
    return _field_with(b"/A <</S /URI /URI (http://vi.du)>>")


@case("Another, empty box given other words", Why.FIELD_CHANGED, "by hand")
def other_box_changed():
    def change(made):
        number, widget = made.field("KY03")
        made.put(number, b"<<%b /TU (O khac)>>" % entries_of(widget, "/TU"))

    return signed_with(change)


@case("An earlier signature pointed to in the member's field", Why.SIGNATURE_REPLACED, "by hand")
def signature_copied():
    made = Increment(signed(1))
    value = made.number_of(made.field("KY01")[1], "/V")
    number, widget = made.field(FIELD)
    made.put(number, b"<<%b /V %d 0 R>>" % (entries_of(widget), value))
    return made.written()


@case("An earlier signature taken out", Why.SIGNATURE_REPLACED, "by hand")
def signature_removed():
    def remove(made):
        number, widget = made.field("KY01")
        made.put(number, b"<<%b>>" % entries_of(widget, "/V"))

    return signed_with(remove)


def _field_with(entry: bytes, *instead: str) -> bytes:
    def change(made):
        number, widget = made.field(FIELD)
        value = max(one for one in made.objects if one != number)
        made.put(number, b"<<%b %b /V %d 0 R>>" % (entries_of(widget, *instead), entry, value))

    return signed_with(change)


# The signatures themselves


@case("/Contents outside its byte range: the gap elsewhere", Why.OUTSIDE_BYTE_RANGE, "by hand")
def gap_elsewhere():
    made = Increment(signed(1))
    made.put_signature(FIELD, entries=b"/Decoy <%b>" % (b"0" * 64))
    return made.signed(TOKEN(), gap=b"/Decoy <" + b"0" * 64)


@case(
    "/Contents outside its byte range: a range that begins later", Why.OUTSIDE_BYTE_RANGE, "by hand"
)
def range_begins_later():
    return signed_with(lambda made: None, first=10)


@case(
    "/Contents outside its byte range: a range that ends sooner", Why.OUTSIDE_BYTE_RANGE, "by hand"
)
def range_ends_sooner():
    return signed_with(lambda made: None, short=40)


@case("A signed byte changed", Why.NOT_INTACT, "by hand")
def signed_byte_changed():
    place = good().rindex(b"/Reason")
    return good()[:place] + b"/reason" + good()[place + 7 :]


@case("A signature over other content", Why.NOT_INTACT, "by hand")
def signature_over_other_content():
    return signed_with(lambda made: None, over=b"khac")


@case("A CMS that is none", Why.UNREADABLE_SIGNATURE, "by hand")
def cms_unreadable():
    return signed_with(lambda made: None, edit=lambda der: b"\x30\x03\x02\x01\x01" + der[5:])


@case("An old format of signature (adbe.x509.rsa_sha1)", Why.WRONG_FORMAT, "by hand")
def old_format():
    made = Increment(signed(1))
    made.put_signature(FIELD, format=b"adbe.x509.rsa_sha1")
    return made.signed(TOKEN())


@case("SHA-1", Why.WEAK_DIGEST, "by hand")
def sha1():
    return signed_with(lambda made: None, digest="sha1")


@case("SHA-1 under RSA-PSS", Why.WEAK_DIGEST, "by hand")
def sha1_pss():
    return signed_with(lambda made: None, digest="sha1", pss=True)


@case("RSA 1024", Why.WEAK_KEY, "pyHanko")
def rsa_1024():
    return _by(pki.leaf("Lê Văn Khóa Yếu", key="rsa1024"))


@case("ECDSA P-192", Why.WEAK_KEY, "pyHanko")
def ec_192():
    return _by(pki.leaf("Lê Văn Khóa Ngắn", key="ec192"))


@case("A signature that claims a time years ago", Why.WRONG_TIME, "by hand")
def years_ago():
    made = Increment(signed(1))
    made.put_signature(FIELD, time=b"D:20200101")
    return made.signed(TOKEN())


# The certificates


@case("A certificate of an unknown provider", Why.UNKNOWN_CERTIFICATE, "pyHanko")
def unknown_certificate():
    return _by(pki.leaf(organisation="Nơi cấp không ai biết"))


@case("A trusted certificate that is not registered", Why.UNREGISTERED_CERTIFICATE, "pyHanko")
def unregistered_certificate():
    return by_pyhanko(signed(1), FIELD, pki.leaf("Người Chưa Đăng Ký"))


@case("An expired certificate", Why.EXPIRED, "pyHanko")
def expired():
    return _by(pki.expired())


@case("A certificate that is not valid yet", Why.NOT_YET_VALID, "pyHanko")
def not_yet_valid():
    return _by(pki.not_yet_valid())


@case("A certificate revoked by list (CRL)", Why.REVOKED, "pyHanko")
def revoked():
    return Upload(good(), crls=pki.crls(TOKEN()))


@case("A certificate revoked by answer (OCSP)", Why.REVOKED, "pyHanko")
def revoked_by_answer():
    return Upload(good(), ocsps=(pki.ocsp(TOKEN(), revoked=True),))


@case("A certificate that is not for signing", Why.NOT_FOR_SIGNING, "pyHanko")
def not_for_signing():
    return _by(pki.leaf("Máy Chủ Thử", signs=False))


def _by(token: pki.Leaf) -> Upload:
    """Sign with a certificate that is registered, whatever else is wrong with it."""
    return Upload(by_pyhanko(signed(1), FIELD, token), fields={FIELD: (token.pem,)})


# What costs


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
