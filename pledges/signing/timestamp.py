"""A document time stamp (RFC 3161, PAdES 5.4.3), appended after the last signature.

In two steps, so that the network lies between them and outside this package: `prepare` writes the
file with room for the token and says what to ask for, `finish` puts in the token that was given.
What readers and this package accept afterwards is told in `stamped`.
"""

from collections.abc import Generator
from dataclasses import dataclass, field
from io import BytesIO

from asn1crypto import cms, core, tsp
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.general import SigningError as DoesNotFit
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import DocumentTimestamp
from pyhanko.sign.timestamps import TimeStamper

from .errors import TimeStampRefused, UnsuitablePdf
from .layout import Kind, field_name
from .prepare import field_widget
from .revision import Revision, open_revision

DIGEST = "sha256"
TOOLTIP = "Dấu thời gian"
# Tokens of public authorities, with their certificates, take 3 to 7 KB.
ROOM = 12 * 1024
ANSWERED = ("granted", "granted_with_mods")


class Answer(core.Sequence):
    """TimeStampResp of RFC 3161 2.4.2; asn1crypto's own cannot read a refusal, which has no token."""

    _fields = [
        ("status", tsp.PKIStatusInfo),
        ("time_stamp_token", cms.ContentInfo, {"optional": True}),
    ]


@dataclass
class Awaiting:
    """A file whose time stamp is still to be had: send `request` (DER), give the answer to `finish`.

    For one answer only. `digest` is the SHA-256 of every byte of the file but the token's place.
    """

    field_name: str
    digest: bytes
    request: bytes
    _nonce: int = field(repr=False)
    _embedding: Generator = field(repr=False)
    _output: BytesIO = field(repr=False)


def prepare(pdf: bytes) -> Awaiting:
    """Write `pdf` out with one more field, invisible, and room in it; raise UnsuitablePdf."""
    revision = open_revision(pdf)
    try:
        name = _add_field(revision)
        embedding = PdfCMSEmbedder().write_cms(name, revision, existing_fields_only=True)
        next(embedding)
        embedding.send(SigObjSetup(DocumentTimestamp(bytes_reserved=2 * ROOM)))  # hexadecimal
        written, output = embedding.send(SigIOSetup(md_algorithm=DIGEST))
    except (PdfError, KeyError, TypeError, IndexError, ValueError) as error:
        raise UnsuitablePdf("Tệp PDF không đúng cấu trúc để thêm dấu thời gian.") from error
    nonce, request = TimeStamper().request_cms(written.document_digest, DIGEST)
    return Awaiting(name, written.document_digest, request.dump(), nonce, embedding, output)


def finish(awaiting: Awaiting, answer: bytes) -> bytes:
    """Return the file with the token that the authority gave; raise TimeStampRefused.

    The token is for these bytes and this request. Who gave it, and whether its signature holds, is
    for `verify.check_increment` to say of the whole.
    """
    try:
        reply = Answer.load(answer, strict=True)
        status = reply["status"]["status"].native
    except (ValueError, TypeError) as error:
        raise TimeStampRefused("Câu trả lời không phải của máy chủ cấp dấu thời gian.") from error
    if status not in ANSWERED:
        said = "; ".join(reply["status"]["status_string"].native or ())
        raise TimeStampRefused(f"Máy chủ cấp dấu thời gian từ chối: {said or status}.")
    token = reply["time_stamp_token"]
    _refuse_other_token(token, awaiting)
    try:
        awaiting._embedding.send(token.dump())
    except DoesNotFit as error:
        raise TimeStampRefused("Dấu thời gian dài quá chỗ dành cho nó trong tệp.") from error
    return awaiting._output.getvalue()


def _refuse_other_token(token: cms.ContentInfo, awaiting: Awaiting) -> None:
    """Raise TimeStampRefused unless the token answers this very request about these very bytes."""
    try:
        info = token["content"]["encap_content_info"]["content"].parsed
        imprint, nonce = info["message_imprint"].native, info["nonce"].native
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise TimeStampRefused("Không đọc được dấu thời gian.") from error
    if imprint["hash_algorithm"]["algorithm"] != DIGEST:
        raise TimeStampRefused("Dấu thời gian dùng thuật toán băm khác với yêu cầu.")
    if imprint["hashed_message"] != awaiting.digest:
        raise TimeStampRefused("Dấu thời gian là của dữ liệu khác.")
    if nonce != awaiting._nonce:
        raise TimeStampRefused("Dấu thời gian trả lời một yêu cầu khác.")


def _add_field(revision: Revision) -> str:
    """Add the field on the first page and return its name: TG01, then TG02 for a renewal."""
    taken = {name for name, _value, _field in enumerate_sig_fields(revision)}
    name = next(
        name
        for name in (field_name(Kind.TIME_STAMP, number) for number in range(1, 100))
        if name not in taken
    )
    page = revision.find_page_for_modification(0)[0]
    made = field_widget(name, TOOLTIP, (0, 0, 0, 0))
    made["/P"] = page
    reference = revision.add_object(made)
    fields = revision.root["/AcroForm"]["/Fields"]
    fields.append(reference)
    revision.update_container(fields)
    revision.register_annotation(page, reference)
    return name
