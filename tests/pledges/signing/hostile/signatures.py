"""Signatures in the wrong place, of the wrong kind, by the wrong certificate."""

from io import BytesIO

from asn1crypto import cms
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, append_signature_field

from pledges.signing.accept import Why
from tests.pledges.signing import pki
from tests.pledges.signing.by_hand import Increment, entries_of
from tests.pledges.signing.hostile.base import FIELD, TOKEN, Upload, case, good, signed_with
from tests.pledges.signing.tools import by_poppler, by_pyhanko
from tests.pledges.signing_samples import signed, with_agency


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


@case("A signature that calls itself a time stamp", Why.WRONG_FORMAT, "by hand")
def called_a_time_stamp():
    made = Increment(signed(1))
    made.put_signature(FIELD)
    for number, body in made.objects.items():
        made.objects[number] = body.replace(b"/Type /Sig ", b"/Type /DocTimeStamp ")
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
