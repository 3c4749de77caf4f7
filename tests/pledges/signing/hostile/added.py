"""Revisions that do more than sign, and the published shadow attacks."""

from pledges.signing.accept import Why
from tests.pledges.signing import pki
from tests.pledges.signing.by_hand import Increment, entries_of
from tests.pledges.signing.by_itext import by_itext
from tests.pledges.signing.hostile.base import (
    FIELD,
    TOKEN,
    Upload,
    afterwards,
    case,
    good,
    put_root,
    signed_with,
)
from tests.pledges.signing.tools import with_validation_data
from tests.pledges.signing_samples import signed


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
        put_root(made, names, "/Names")

    return signed_with(attach)


@case("A script to run when the file is opened", Why.ACTION_ADDED, "by hand")
def script_added():
    return signed_with(
        lambda made: put_root(made, b"/OpenAction <</S /JavaScript /JS (app.alert\\(1\\))>>")
    )


@case("The language of the document changed", Why.SETTINGS_CHANGED, "by hand")
def language_changed():
    return signed_with(lambda made: put_root(made, b"/Lang (en)", "/Lang"))


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
    "A dictionary in the revision of validation data that ends for some readers only",
    Why.IRREGULAR,
    "by hand",
)
def end_that_some_readers_see():
    """Found by random changes: pyHanko takes one bracket and any byte for the end."""
    whole = with_validation_data(good(), TOKEN(), *pki.crls())
    start = whole.index(b"/MarkInfo", len(good()))
    end = whole.index(b">>", start)
    return whole[:end] + b"\t>" + whole[end + 2 :]


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
        put_root(made, b"/DSS <</Certs [%d 0 R]>>" % content)

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
    put_root(shown, b"/Pages %d 0 R" % max(made.objects), "/Pages")
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
