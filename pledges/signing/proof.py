"""Checking one signature by itself: the signed bytes, the CMS around them, the certificate."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import cryptography.x509
from asn1crypto import algos, cms, pem, x509
from pyhanko.pdf_utils.generic import DictionaryObject
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.pdf_embedded import (
    EmbeddedPdfSignature,
    async_validate_pdf_signature,
)
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from .ca import name_parts
from .layout import kind_of, label
from .loop import run
from .report import SignatureReport

HANOI = timezone(timedelta(hours=7))
SIGNING_USAGES = KeyUsageConstraints(key_usage={"digital_signature", "non_repudiation"})


def read_roots(pems: Iterable[str]) -> tuple[x509.Certificate, ...]:
    """Parse the trusted roots; a broken one is the caller's mistake and raises ValueError."""
    return tuple(x509.Certificate.load(pem.unarmor(text.encode())[2]) for text in pems)


def examine(
    pdf: bytes,
    reader: PdfFileReader,
    name: str,
    field: DictionaryObject,
    roots: tuple[x509.Certificate, ...],
    at: datetime | None,
) -> tuple[SignatureReport, int]:
    """Check the signature in `field`; return what was found and the revision it was written in.

    Says nothing about later revisions (`modifications_ok`, `docmdp_ok`): those are the file's.
    Raise whatever the parsers raise when it cannot be read at all.
    """
    signature = EmbeddedPdfSignature(reader, field, name)
    claimed_at = claimed_time(signature)
    report = replace(
        SignatureReport(name, kind_of(name), **describe(signature.signer_cert.dump())),
        reason=text_of(signature, "/Reason"),
        location=text_of(signature, "/Location"),
        claimed_at=claimed_at,
    )
    moment = at or claimed_at
    if moment is None:
        return replace(report, problem=f"{label(name)}: không ghi thời điểm ký."), -1
    status = _validate(signature, roots, moment)
    problem, untouched = "", status.intact and status.valid
    if not untouched:
        problem = f"{label(name)}: nội dung đã bị thay đổi sau khi ký."
    elif status.coverage < SignatureCoverageLevel.ENTIRE_REVISION:
        untouched, problem = False, f"{label(name)}: chữ ký không bao trùm phần tệp trước nó."
    elif not status.trusted:
        problem = f"{label(name)}: chứng thư của người ký không do nơi cấp được tin cậy cấp."
    elif not _is_canonical(pdf, signature, status):
        untouched, problem = False, f"{label(name)}: phần chứa chữ ký đã bị thay đổi."
    report = replace(
        report,
        intact=untouched,
        trusted=bool(status.trusted),
        covers_whole_file=end_of(signature) == len(pdf),
        problem=problem,
    )
    return report, signature.signed_revision


def _validate(
    signature: EmbeddedPdfSignature, roots: tuple[x509.Certificate, ...], moment: datetime
) -> PdfSignatureStatus:
    """Validate digest, CMS and chain at `moment`, without looking at later revisions.

    No revocation is asked for: this installation's certificates are for one signature, whose key
    was destroyed with it, so there is nothing left to revoke, and no network is ever touched.
    """
    context = ValidationContext(
        trust_roots=roots,
        moment=moment,
        best_signature_time=moment,
        allow_fetching=False,
        revocation_mode="soft-fail",
    )
    return run(
        async_validate_pdf_signature(
            signature,
            signer_validation_context=context,
            key_usage_settings=SIGNING_USAGES,
            skip_diff=True,
        )
    )


def _is_canonical(pdf: bytes, signature: EmbeddedPdfSignature, status: PdfSignatureStatus) -> bool:
    """Tell whether the bytes that no signature covers are the only ones that could stand there.

    /Contents is left out of its own signature, so the last one of a file could be changed unseen:
    in its zero padding, in the letter case of its hexadecimal digits, in the parts of the CMS that
    are not signed (RFC 5652 5.4), down to a letter in the issuer's name.
    """
    _, gap_start, gap_end, _ = signature.byte_range
    der = cms.ContentInfo.load(signature.pkcs7_content).dump()
    digits = der.hex().ljust(gap_end - gap_start - 2, "0")
    written = pdf[gap_start:gap_end]
    if written not in (f"<{digits}>".encode(), f"<{digits.upper()}>".encode()):
        return False
    vouched = {certificate.dump() for certificate in status.validation_path.iter_certs(True)}
    return der == _rebuilt(signature, vouched)


def _rebuilt(signature: EmbeddedPdfSignature, vouched: set[bytes]) -> bytes:
    """Compose the CMS anew from what is verified: attributes, signature, certificates, algorithms.

    Unsigned attributes (a time stamp) are taken over as they are.
    """
    signed_data, signer_info = signature.signed_data, signature.signer_info
    signer = signature.signer_cert
    digest_algorithm = _algorithm(signer_info["digest_algorithm"])
    again = cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier(
                name="issuer_and_serial_number",
                value=cms.IssuerAndSerialNumber(
                    {"issuer": signer.issuer, "serial_number": signer.serial_number}
                ),
            ),
            "digest_algorithm": digest_algorithm,
            "signature_algorithm": _algorithm(signer_info["signature_algorithm"]),
            "signed_attrs": signer_info["signed_attrs"],
            "signature": signer_info["signature"].native,
        }
    )
    if signer_info["unsigned_attrs"]:
        again["unsigned_attrs"] = signer_info["unsigned_attrs"]
    certificates = [choice.chosen.untag().dump() for choice in signed_data["certificates"]]
    content = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [digest_algorithm],
            "encap_content_info": {"content_type": "data"},
            "certificates": cms.CertificateSet(
                contents=b"".join(der for der in certificates if der in vouched)
            ),
            "signer_infos": [again],
        }
    )
    return cms.ContentInfo({"content_type": "signed_data", "content": content}).dump()


def _algorithm(found: algos.DigestAlgorithm | algos.SignedDigestAlgorithm):
    """Return the algorithm as written by the standard; parameters that matter are kept."""
    if found["parameters"].native is not None:
        return found
    return type(found)({"algorithm": found["algorithm"].native})


def describe(certificate_der: bytes) -> dict[str, str]:
    """Return what a report says of a certificate, whoever issued it."""
    subject = name_parts(cryptography.x509.load_der_x509_certificate(certificate_der))
    return {
        "signer_name": subject.person,
        "signer_unit": subject.unit,
        "signer_position": subject.position,
        "signer_serial": subject.serial_number,
        "certificate_pem": pem.armor("CERTIFICATE", certificate_der).decode(),
    }


def claimed_time(signature: EmbeddedPdfSignature) -> datetime | None:
    """Return when a signature says it was made; a time without its zone is Hanoi's."""
    claimed = signature.self_reported_timestamp
    return claimed.replace(tzinfo=HANOI) if claimed and claimed.tzinfo is None else claimed


def text_of(signature: EmbeddedPdfSignature, key: str) -> str:
    """Return a text of the signature's dictionary, empty if it has none."""
    return str(signature.sig_object.get(key, ""))


def end_of(signature: EmbeddedPdfSignature) -> int:
    return int(signature.byte_range[2]) + int(signature.byte_range[3])
