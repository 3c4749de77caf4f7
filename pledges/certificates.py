"""What is read from certificate files and revocation lists that people upload. Pure: bytes in."""

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtensionOID, NameOID

LARGEST_CERTIFICATE = 100 * 1024
LARGEST_LIST = 10 * 1024 * 1024
PEM_BLOCK = re.compile(
    rb"-----BEGIN (CERTIFICATE|X509 CRL)-----([A-Za-z0-9+/=\s]+)-----END \1-----"
)
PRIVATE_KEY = re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----")


class Unreadable(ValueError):
    """The file is not what was asked for; the message is for the person who chose it."""


@dataclass(frozen=True)
class CertificateFacts:
    """What a certificate says of itself, as it is kept and shown."""

    pem: str
    fingerprint: str
    subject: str
    issuer: str
    serial: str
    key: str
    not_before: datetime
    not_after: datetime
    is_authority: bool
    is_self_issued: bool
    weakness: str  # a sentence; empty when the key is strong enough


@dataclass(frozen=True)
class ListFacts:
    """What a revocation list says of itself."""

    der: bytes
    fingerprint: str
    issuer: str
    this_update: datetime
    next_update: datetime | None
    count: int


def read_certificate(data: bytes) -> CertificateFacts:
    """The one certificate of a .cer, .crt or .pem file; raise Unreadable."""
    found = read_certificates(data)
    if len(found) != 1:
        raise Unreadable(f"Tệp có {len(found)} chứng thư; hãy chọn tệp chỉ có một.")
    return found[0]


def read_certificates(data: bytes) -> list[CertificateFacts]:
    """Every certificate of a file, DER or PEM; raise Unreadable."""
    if len(data) > LARGEST_CERTIFICATE:
        raise Unreadable("Tệp lớn hơn 100 KB, không phải tệp chứng thư.")
    if PRIVATE_KEY.search(data):
        raise Unreadable(
            "Tệp có khóa bí mật. Không bao giờ gửi khóa bí mật cho ai; chỉ xuất riêng chứng thư."
        )
    try:
        return [_facts(x509.load_der_x509_certificate(der)) for der in _blocks(data)]
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise Unreadable("Không đọc được chứng thư. Hãy chọn tệp .cer, .crt hoặc .pem.") from None


def read_list(data: bytes) -> ListFacts:
    """One revocation list, DER or PEM; raise Unreadable."""
    if len(data) > LARGEST_LIST:
        raise Unreadable("Tệp lớn hơn 10 MB, không nhận.")
    try:
        der = _blocks(data)[0]
        found = x509.load_der_x509_crl(der)
        return ListFacts(
            der=der,
            fingerprint=found.fingerprint(hashes.SHA256()).hex(),
            issuer=_name(found.issuer),
            this_update=found.last_update_utc,
            next_update=found.next_update_utc,
            count=len(found),
        )
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise Unreadable("Không đọc được danh sách thu hồi. Hãy chọn tệp .crl.") from None


def is_signed_by(der: bytes, issuer_pem: str) -> bool:
    """Whether a revocation list was issued by this certificate's holder."""
    found = x509.load_der_x509_crl(der)
    issuer = x509.load_pem_x509_certificate(issuer_pem.encode())
    try:
        return found.issuer == issuer.subject and found.is_signature_valid(issuer.public_key())
    except (TypeError, ValueError, UnsupportedAlgorithm):
        return False


def issuer_of(pem: str, candidates: list[str]) -> str:
    """The PEM among `candidates` that issued this certificate; "" when none did."""
    certificate = x509.load_pem_x509_certificate(pem.encode())
    for candidate in candidates:
        try:
            certificate.verify_directly_issued_by(
                x509.load_pem_x509_certificate(candidate.encode())
            )
        except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
            continue
        return candidate
    return ""


def chain_of(pem: str, candidates: list[str]) -> list[str]:
    """The certificate and, as far as `candidates` reach, its issuers up to the root."""
    chain = [pem]
    while (above := issuer_of(chain[-1], candidates)) and above not in chain:
        chain.append(above)
    return chain


def _blocks(data: bytes) -> list[bytes]:
    """The DER of what a file holds: itself, or what its PEM blocks encode."""
    if data.startswith(b"0"):
        return [data]
    try:
        found = [base64.b64decode(match[2]) for match in PEM_BLOCK.finditer(data)]
        # Windows also exports plain base64 without the lines around it.
        return found or [base64.b64decode(b"".join(data.split()), validate=True)]
    except binascii.Error as error:
        raise ValueError("Not PEM") from error


def _facts(certificate: x509.Certificate) -> CertificateFacts:
    return CertificateFacts(
        pem=certificate.public_bytes(Encoding.PEM).decode(),
        fingerprint=certificate.fingerprint(hashes.SHA256()).hex(),
        subject=_name(certificate.subject),
        issuer=_name(certificate.issuer),
        serial=f"{certificate.serial_number:X}",
        key=_key(certificate),
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
        is_authority=_is_authority(certificate),
        is_self_issued=certificate.subject == certificate.issuer,
        weakness=_weakness(certificate),
    )


def _name(name: x509.Name) -> str:
    """Common name and organisation, what people know a certificate by."""
    parts = []
    for oid in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME):
        parts += [str(found.value) for found in name.get_attributes_for_oid(oid)]
    return (", ".join(dict.fromkeys(parts)) or name.rfc4514_string())[:300]


def _key(certificate: x509.Certificate) -> str:
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return f"RSA {key.key_size} bit"
    if isinstance(key, ec.EllipticCurvePublicKey):
        return f"ECDSA {key.key_size} bit"
    return type(key).__name__[:40]


def _weakness(certificate: x509.Certificate) -> str:
    """TT 15/2025/TT-BKHCN: RSA from 2048 bits, ECDSA from 256; SHA-256 or stronger."""
    key = certificate.public_key()
    is_strong = (isinstance(key, rsa.RSAPublicKey) and key.key_size >= 2048) or (
        isinstance(key, ec.EllipticCurvePublicKey) and key.key_size >= 256
    )
    if not is_strong:
        return f"Khóa {_key(certificate)} yếu hơn quy định (RSA từ 2048 bit, ECDSA từ 256 bit)."
    digest = certificate.signature_hash_algorithm
    if digest is None or digest.digest_size < 32:
        return "Chứng thư dùng hàm băm yếu hơn SHA-256."
    return ""


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        found = certificate.extensions.get_extension_for_oid(ExtensionOID.BASIC_CONSTRAINTS)
    except (x509.ExtensionNotFound, ValueError):
        return False
    return bool(found.value.ca)
