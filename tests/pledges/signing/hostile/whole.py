"""Files that are not what was downloaded, or not as it was."""

import pikepdf

from pledges.signing.accept import Why
from tests.pledges.signing.hostile.base import (
    TOKEN,
    Upload,
    afterwards,
    case,
    good,
    saved,
    signed_with,
)
from tests.pledges.signing_samples import sign, signed, stamp


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
