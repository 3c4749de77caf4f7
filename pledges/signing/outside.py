"""One signature made outside the application, with a token: its form, its key, its certificate.

The policy is that of Thông tư 15/2025/TT-BKHCN: RSA of 2048 bits or more (PKCS#1 v1.5 or PSS) or
ECDSA of 256 or more, SHA-256 or stronger; CMS as PAdES or ISO 32000 has it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import cryptography.x509
from asn1crypto import cms, x509
from pyhanko.pdf_utils.generic import DictionaryObject
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_sig_integrity
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature, extract_contents

from .ca import name_parts
from .increment import last_startxref
from .layout import kind_of, label
from .objects import value_of
from .proof import HANOI, claimed_time, describe, text_of
from .refusal import UploadRefused, Why
from .report import SignatureReport
from .trust import Checked, Revocation, Trust, as_pem, check_certificate, load_certificate

FORMATS = frozenset({"/ETSI.CAdES.detached", "/adbe.pkcs7.detached"})
# Named as pyHanko names them.
DIGESTS = frozenset({"sha256", "sha384", "sha512", "sha3_256", "sha3_384", "sha3_512"})
SCHEMES = frozenset({"rsassa_pkcs1v15", "rsassa_pss", "ecdsa"})
LEAST_BITS = {"rsa": 2048, "rsassa_pss": 2048, "ec": 256}
# By which the clock of a member's machine may be wrong.
MOST_WRONG = timedelta(days=1)


@dataclass(frozen=True)
class Accepted:
    """One new signature, in `field`, that may be stored."""

    report: SignatureReport
    field: str
    certificate_pem: str
    chain_pems: tuple[str, ...]
    revocation: Revocation
    revocation_checked_with: tuple[bytes, ...]
    algorithm: str  # such as "RSA 2048, SHA-256"


def open_signature(
    reader: PdfFileReader, field: DictionaryObject, name: str
) -> EmbeddedPdfSignature:
    """Read the signature in `field`; raise UploadRefused."""
    value = field["/V"]
    if value_of(value, "/Type", "/Sig") != "/Sig" or value_of(value, "/SubFilter") not in FORMATS:
        raise UploadRefused(Why.WRONG_FORMAT, field=name)
    try:
        message = cms.ContentInfo.load(extract_contents(value))
        signers = len(message["content"]["signer_infos"])
        signature = EmbeddedPdfSignature(reader, field, name) if signers == 1 else None
        # Read now what is read only when it is asked for, while an error means this signature.
        _ = signature and (signature.signer_cert, signature.self_reported_timestamp)
    except Exception as error:
        # asn1crypto and pyHanko raise a dozen kinds of exceptions on a CMS that is not one.
        raise UploadRefused(Why.UNREADABLE_SIGNATURE, field=name) from error
    if signature is None:
        code = Why.SEVERAL_SIGNERS if signers else Why.UNREADABLE_SIGNATURE
        raise UploadRefused(code, field=name)
    return signature


def examine_outside(
    signature: EmbeddedPdfSignature,
    name: str,
    registered: Iterable[str],
    trust: Trust,
    at: datetime,
) -> Accepted:
    """Check form, key and certificate of the signature in the field `name`; raise UploadRefused."""
    if "/Reference" in signature.sig_object:
        raise UploadRefused(Why.LOCKS_DOCUMENT, field=name)
    algorithm = _algorithm(signature, name)
    if not is_untouched(signature):
        raise UploadRefused(Why.NOT_INTACT, field=name)
    certificate = signature.signer_cert
    _refuse_other_time(signature, name, at)
    checked = _relied_on(certificate, signature.other_embedded_certs, registered, trust, at, name)
    report = SignatureReport(
        **describe(certificate.dump()),
        field_name=name,
        kind=kind_of(name),
        intact=True,
        trusted=True,
        covers_whole_file=True,
        modifications_ok=True,
        docmdp_ok=True,
        reason=text_of(signature, "/Reason"),
        location=text_of(signature, "/Location"),
        claimed_at=claimed_time(signature),
    )
    return Accepted(
        report=report,
        field=name,
        certificate_pem=as_pem(certificate),
        chain_pems=checked.chain_pems,
        revocation=checked.revocation,
        revocation_checked_with=checked.evidence,
        algorithm=algorithm,
    )


def judge(
    pdf: bytes,
    reader: PdfFileReader,
    report: SignatureReport,
    field: DictionaryObject,
    revision: int,
    trust: Trust,
    at: datetime | None,
) -> SignatureReport:
    """Complete the report on a signature that our own authority did not certify.

    The certificate is judged at `at`, else at the moment the signature claims.
    """
    name = report.field_name
    try:
        signature = open_signature(reader, field, name)
        refuse_other_range(pdf, signature, name, revision)
        _algorithm(signature, name)
    except UploadRefused:
        problem = f"{label(name)}: chữ ký không theo quy định về chữ ký số."
        return replace(report, intact=False, problem=problem)
    others = signature.other_embedded_certs
    report = replace(report, embedded_pems=tuple(map(as_pem, others)))
    checked = check_certificate(signature.signer_cert, others, trust, at or report.claimed_at)
    if not checked.is_trusted:
        return report
    return replace(report, trusted=True, problem="")


def refuse_other_range(
    pdf: bytes, signature: EmbeddedPdfSignature, name: str, revision: int
) -> int:
    """Return where the signature's range ends, which must be the end of its revision.

    What stands in the gap must be the very /Contents that was read, inside the signature's own
    object: else the gap could hold something that no one signed. Raise UploadRefused.
    """
    xrefs = signature.reader.xrefs
    written = xrefs.explicit_refs_in_revision(revision)
    places = [xrefs.get_historical_ref(reference, revision) for reference in written]
    value = signature.sig_field.raw_get("/V").reference
    place = xrefs.get_historical_ref(value, revision)
    try:
        start, gap_start, rest_start, rest = (int(number) for number in signature.byte_range)
        end = rest_start + rest
        right = (
            start == 0
            and isinstance(place, int)
            and place < gap_start < rest_start < end <= len(pdf)
            and b"endobj" not in pdf[place:gap_start]
            and _is_contents(pdf[gap_start:rest_start], signature.pkcs7_content)
            and xrefs.get_xref_container_info(revision).end_location <= end
            and all(one < end for one in places if isinstance(one, int))
            and last_startxref(pdf[:end]) == xrefs.get_startxref_for_revision(revision)
        )
    except (TypeError, ValueError, PdfReadError):
        right = False
    if not right:
        raise UploadRefused(Why.OUTSIDE_BYTE_RANGE, field=name)
    return end


def _is_contents(gap: bytes, contents: bytes) -> bool:
    """Tell whether the gap is this one hexadecimal string."""
    return gap.lower() == b"<" + contents.hex().encode() + b">"


def is_untouched(signature: EmbeddedPdfSignature) -> bool:
    """Tell whether the signed bytes and the signature are as they were written."""
    eci = signature.signed_data["encap_content_info"]
    try:
        intact, valid = validate_sig_integrity(
            signature.signer_info,
            signature.signer_cert,
            expected_content_type=eci["content_type"].native,
            actual_digest=signature.compute_digest(),
        )
    except (SignatureValidationError, ValueError, TypeError, KeyError):
        return False
    return bool(intact and valid and eci["content_type"].native == "data" and not eci["content"])


def _refuse_other_time(signature: EmbeddedPdfSignature, name: str, at: datetime) -> None:
    """Raise UploadRefused unless the signature claims about this time, within its certificate's.

    Later, when there is no server's clock to go by, it is judged at the moment it claims.
    """
    claimed, certificate = claimed_time(signature), signature.signer_cert
    begins, ends = certificate.not_valid_before, certificate.not_valid_after
    if claimed is None or abs(claimed - at) > MOST_WRONG:
        right = False
    else:
        right = begins <= claimed <= ends or not begins <= at <= ends
    if not right:
        shown = moment(claimed) if claimed else "không rõ"
        raise UploadRefused(Why.WRONG_TIME, field=name, time=shown)


def _algorithm(signature: EmbeddedPdfSignature, name: str) -> str:
    """Return what signed, as people write it; raise UploadRefused where it is too weak."""
    mechanism = signature.signer_info["signature_algorithm"]
    digests = {signature.signer_info["digest_algorithm"]["algorithm"].native}
    try:
        scheme, digest = mechanism.signature_algo, mechanism.hash_algo
        digests.add(digest)
        if scheme == "rsassa_pss":
            mask = mechanism["parameters"]["mask_gen_algorithm"]["parameters"]["algorithm"]
            digests.add(mask.native)
    except ValueError:
        # A scheme named without its digest (rsaEncryption) takes that of the signer's information.
        scheme = mechanism["algorithm"].native
    if weak := digests - DIGESTS:
        raise UploadRefused(Why.WEAK_DIGEST, field=name, algorithm=_named(weak.pop()))
    key = signature.signer_cert.public_key
    called = f"{_KEYS.get(key.algorithm, key.algorithm)} {key.bit_size}"
    if scheme not in SCHEMES or key.bit_size < LEAST_BITS.get(key.algorithm, key.bit_size + 1):
        raise UploadRefused(Why.WEAK_KEY, field=name, algorithm=called)
    shown = f"{called}-PSS" if scheme == "rsassa_pss" else called
    return f"{shown}, {_named(max(digests))}"


_KEYS = {"rsa": "RSA", "rsassa_pss": "RSA", "ec": "ECDSA", "dsa": "DSA", "ed25519": "Ed25519"}


def _named(digest: str) -> str:
    """sha256 is SHA-256."""
    return digest.upper().replace("SHA3_", "SHA3-").replace("SHA", "SHA-", 1).replace("--", "-")


def _relied_on(
    certificate: x509.Certificate,
    embedded: list[x509.Certificate],
    registered: Iterable[str],
    trust: Trust,
    at: datetime,
    name: str,
) -> Checked:
    """Return what is known of the signer's certificate; raise UploadRefused if it may not sign."""
    words = {
        "field": name,
        "signer": name_parts_of(certificate),
        "serial": f"{certificate.serial_number:x}",
    }
    begins, ends = certificate.not_valid_before, certificate.not_valid_after
    checked = check_certificate(certificate, embedded, trust, min(max(at, begins), ends))
    if checked.revocation == Revocation.REVOKED:
        since = f" từ {moment(checked.revoked_at)}" if checked.revoked_at else ""
        raise UploadRefused(Why.REVOKED, since=since, **words)
    if not checked.is_trusted:
        raise UploadRefused(Why.UNKNOWN_CERTIFICATE, **words)
    if certificate.dump() not in {load_certificate(text).dump() for text in registered}:
        raise UploadRefused(Why.UNREGISTERED_CERTIFICATE, **words)
    if at > ends:
        raise UploadRefused(Why.EXPIRED, time=moment(ends), **words)
    if at < begins:
        raise UploadRefused(Why.NOT_YET_VALID, time=moment(begins), **words)
    usage = certificate.key_usage_value
    if usage is not None and not usage.native & {"digital_signature", "non_repudiation"}:
        raise UploadRefused(Why.NOT_FOR_SIGNING, **words)
    return checked


def name_parts_of(certificate: x509.Certificate) -> str:
    """Return whom a certificate names."""
    subject = name_parts(cryptography.x509.load_der_x509_certificate(certificate.dump()))
    return subject.person or subject.unit or "không rõ tên"


def moment(at: datetime) -> str:
    """Say a moment as officers write it, by Hanoi's clock."""
    return at.astimezone(HANOI).strftime("%H:%M ngày %d/%m/%Y")
