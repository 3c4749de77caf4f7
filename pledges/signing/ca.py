"""The installation's own certificate authority: a root, an issuing authority, one-use signers.

Whoever holds the issuing key and its passphrase could sign in anyone's name: a signature made here
proves what this installation recorded, not that a person held a key of their own.

Curves: P-384 for the two authorities, whose keys must stand for decades, P-256 for one-use keys.
Both are NIST curves with SHA-2, which Acrobat, NSS (poppler), Windows and Java read alike; Ed25519
and Brainpool are not so widely read, and an RSA key takes a hundred times longer to make.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from .errors import CertificateOutOfDate, KeyAlreadyUsed, WrongKey, WrongPassphrase

# Clocks of servers differ by seconds; a certificate must not be "not yet valid" on the next one.
LEEWAY = timedelta(minutes=1)

# RFC 5280 appendix A allows 64 characters in a common name, organisation or title (pyca's own
# builder counts a common name's bytes), and names of Vietnamese offices are longer ("Văn phòng Đoàn
# đại biểu Quốc hội và Hội đồng nhân dân tỉnh …"). A longer one is cut at a word and stands whole in
# a `description` (X.520: 1024 characters), where `name_parts` finds it again by its beginning. So
# strict readers accept the certificate and nothing is lost.
NAME_LIMIT = 64
DESCRIPTION_LIMIT = 1024
DESCRIPTION = ObjectIdentifier("2.5.4.13")
_PRINTABLE = re.compile(r"[A-Za-z0-9./-]{0,64}")  # within X.680's PrintableString

# RFC 9336's document signing is the one that says what this is; Acrobat asks for its own or for
# e-mail protection, and poppler (pdfsig, Okular) validates for e-mail signing: without that it says
# "unknown issue with certificate" even where the root is trusted.
KEY_PURPOSES = (
    ObjectIdentifier("1.3.6.1.5.5.7.3.36"),
    ObjectIdentifier("1.2.840.113583.1.1.5"),
    ExtendedKeyUsageOID.EMAIL_PROTECTION,
)


@dataclass(frozen=True)
class Authority:
    """A certificate and its key (PKCS#8, encrypted), both PEM, as they are stored."""

    certificate_pem: str
    key_pem: str = field(repr=False)


@dataclass(frozen=True)
class Description:
    """What a page says of an authority's certificate; `sha256` is its fingerprint, `der` the file."""

    name: str
    organisation: str
    begins: datetime
    ends: datetime
    sha256: str
    der: bytes = field(repr=False)


@dataclass(frozen=True)
class Subject:
    """Whom a certificate names. `serial_number` (letters, digits, . / -) tells namesakes apart."""

    person: str
    unit: str
    position: str = ""
    serial_number: str = ""

    def __post_init__(self):
        if not _PRINTABLE.fullmatch(self.serial_number):
            raise ValueError(f"Not a serial number for a certificate: {self.serial_number!r}")


@dataclass
class OneUseSigner:
    """A certificate with its chain (DER) and the key for exactly one signature.

    The key exists only in memory and is dropped by `sign`. Python cannot promise that its bytes are
    overwritten; they are never written anywhere.
    """

    certificate: bytes
    chain: tuple[bytes, ...]
    _key: ec.EllipticCurvePrivateKey | None = field(repr=False)

    def sign(self, data: bytes) -> bytes:
        """Return the ECDSA signature (DER, SHA-256) of `data`; raise KeyAlreadyUsed after that."""
        key, self._key = self._key, None
        if key is None:
            raise KeyAlreadyUsed("Khóa dùng một lần này đã ký rồi.")
        return key.sign(data, ec.ECDSA(hashes.SHA256()))


@dataclass(frozen=True)
class Issuer:
    """The opened issuing authority, able to certify. Keep it in memory only."""

    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]
    _key: ec.EllipticCurvePrivateKey = field(repr=False)

    @classmethod
    def load(
        cls, certificate_pem: str, key_pem: str, passphrase: str, chain_pems: Iterable[str] = ()
    ) -> "Issuer":
        """Open the issuing authority; `chain_pems` are the certificates above it.

        Raise WrongPassphrase or WrongKey.
        """
        certificate = x509.load_pem_x509_certificate(certificate_pem.encode())
        key = _open_key(key_pem, passphrase)
        if key.public_key() != certificate.public_key():
            raise WrongKey("Khóa không phải của chứng thư phát hành này.")
        chain = (x509.load_pem_x509_certificate(pem.encode()) for pem in chain_pems)
        return cls(certificate, tuple(chain), key)

    def certify(self, subject: Subject, now: datetime) -> OneUseSigner:
        """Make a key for one signature and certify it for `subject`.

        The certificate lasts as long as the issuing authority's, so that the signature can be
        checked years later without time stamps. Raise CertificateOutOfDate.
        """
        issuing = self.certificate
        if not issuing.not_valid_before_utc <= now <= issuing.not_valid_after_utc:
            raise CertificateOutOfDate("Chứng thư phát hành của hệ thống không còn hiệu lực.")
        key = ec.generate_private_key(ec.SECP256R1())
        builder = _builder(
            subject=_subject_name(subject),
            issuer=issuing.subject,
            public_key=key.public_key(),
            begin=max(now - LEEWAY, issuing.not_valid_before_utc),
            end=issuing.not_valid_after_utc,
            authority_key=issuing.public_key(),
        )
        certificate = (
            builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_key_usage(digital_signature=True, content_commitment=True), True)
            .add_extension(x509.ExtendedKeyUsage(KEY_PURPOSES), critical=False)
            .sign(self._key, hashes.SHA384())
        )
        # The root stays out: a reader trusts its own copy or none, and nothing signs this one.
        chain = [issuing, *(above for above in self.chain if above.subject != above.issuer)]
        return OneUseSigner(_der(certificate), tuple(map(_der, chain)), key)


def new_root(
    common_name: str, organisation: str, passphrase: str, now: datetime, years: int = 30
) -> Authority:
    """Make the root authority, which certifies only issuing authorities."""
    key = ec.generate_private_key(ec.SECP384R1())
    name = _authority_name(common_name, organisation)
    builder = _builder(
        subject=name,
        issuer=name,
        public_key=key.public_key(),
        begin=now - LEEWAY,
        end=_years_after(now, years),
        authority_key=key.public_key(),
    )
    return _authority(builder, key, key, path_length=1, passphrase=passphrase)


def new_issuing(
    root: Authority,
    root_passphrase: str,
    common_name: str,
    organisation: str,
    passphrase: str,
    now: datetime,
    years: int = 25,
) -> Authority:
    """Make an issuing authority under `root`, ending with the root at the latest.

    Raise WrongPassphrase or WrongKey.
    """
    root_key = _open_key(root.key_pem, root_passphrase)
    root_certificate = x509.load_pem_x509_certificate(root.certificate_pem.encode())
    if root_key.public_key() != root_certificate.public_key():
        raise WrongKey("Khóa không phải của chứng thư gốc này.")
    key = ec.generate_private_key(ec.SECP384R1())
    builder = _builder(
        subject=_authority_name(common_name, organisation),
        issuer=root_certificate.subject,
        public_key=key.public_key(),
        begin=now - LEEWAY,
        end=min(_years_after(now, years), root_certificate.not_valid_after_utc),
        authority_key=root_key.public_key(),
    )
    return _authority(builder, key, root_key, path_length=0, passphrase=passphrase)


def describe(certificate_pem: str) -> Description:
    """Say what an authority's certificate says of itself."""
    certificate = x509.load_pem_x509_certificate(certificate_pem.encode())
    subject = name_parts(certificate)
    return Description(
        name=subject.person,
        organisation=subject.unit,
        begins=certificate.not_valid_before_utc,
        ends=certificate.not_valid_after_utc,
        sha256=certificate.fingerprint(hashes.SHA256()).hex(),
        der=_der(certificate),
    )


def name_parts(certificate: x509.Certificate) -> Subject:
    """Read back whom a certificate names; what it does not say is empty."""

    def whole(oid: ObjectIdentifier) -> str:
        shown = next(iter(_values(certificate, oid)), "")
        if not shown.endswith("…"):
            return shown
        longer = (text for text in _values(certificate, DESCRIPTION) if text.startswith(shown[:-1]))
        return next(longer, shown)

    return Subject(
        person=whole(NameOID.COMMON_NAME),
        unit=whole(NameOID.ORGANIZATION_NAME),
        position=whole(NameOID.TITLE),
        serial_number=whole(NameOID.SERIAL_NUMBER),
    )


def _authority(
    builder: x509.CertificateBuilder,
    key: ec.EllipticCurvePrivateKey,
    signing_key: ec.EllipticCurvePrivateKey,
    *,
    path_length: int,
    passphrase: str,
) -> Authority:
    if not passphrase:
        raise ValueError("An authority's key is never stored without a passphrase")
    certificate = (
        builder.add_extension(x509.BasicConstraints(ca=True, path_length=path_length), True)
        .add_extension(_key_usage(key_cert_sign=True, crl_sign=True), critical=True)
        .sign(signing_key, hashes.SHA384())
    )
    key_pem = key.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(passphrase.encode())
    )
    return Authority(certificate.public_bytes(Encoding.PEM).decode(), key_pem.decode())


def _builder(
    *,
    subject: x509.Name,
    issuer: x509.Name,
    public_key: ec.EllipticCurvePublicKey,
    begin: datetime,
    end: datetime,
    authority_key: ec.EllipticCurvePublicKey,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin.replace(microsecond=0))
        .not_valid_after(end.replace(microsecond=0))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key), critical=False
        )
    )


def _key_usage(**wanted: bool) -> x509.KeyUsage:
    usages = dict.fromkeys(
        (
            "digital_signature",
            "content_commitment",
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "key_cert_sign",
            "crl_sign",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    return x509.KeyUsage(**usages | wanted)


def _authority_name(common_name: str, organisation: str) -> x509.Name:
    return _name((NameOID.ORGANIZATION_NAME, organisation), (NameOID.COMMON_NAME, common_name))


def _subject_name(subject: Subject) -> x509.Name:
    return _name(
        (NameOID.ORGANIZATION_NAME, subject.unit),
        (NameOID.TITLE, subject.position),
        (NameOID.COMMON_NAME, subject.person),
        (NameOID.SERIAL_NUMBER, subject.serial_number),
    )


def _name(*parts: tuple[ObjectIdentifier, str]) -> x509.Name:
    """Build a name in Vietnam: composed letters (NFC), each part short, long ones whole as well."""
    attributes = [x509.NameAttribute(NameOID.COUNTRY_NAME, "VN")]
    whole = []
    for oid, text in parts:
        text = " ".join(unicodedata.normalize("NFC", text).split())
        if text:
            attributes.append(x509.NameAttribute(oid, _shortened(oid, text)))
        if not _fits(oid, text):
            whole.append(x509.NameAttribute(DESCRIPTION, text[:DESCRIPTION_LIMIT]))
    return x509.Name(attributes + whole)


def _fits(oid: ObjectIdentifier, text: str) -> bool:
    return len(text.encode() if oid == NameOID.COMMON_NAME else text) <= NAME_LIMIT


def _shortened(oid: ObjectIdentifier, text: str) -> str:
    kept = text
    while not _fits(oid, kept):
        shorter = kept.removesuffix("…")
        kept = (shorter.rpartition(" ")[0] or shorter[:-1]) + "…"
    return kept


def _values(certificate: x509.Certificate, oid: ObjectIdentifier) -> list[str]:
    return [str(part.value) for part in certificate.subject.get_attributes_for_oid(oid)]


def _open_key(key_pem: str, passphrase: str) -> ec.EllipticCurvePrivateKey:
    try:
        key = load_pem_private_key(key_pem.encode(), passphrase.encode() or None)
    except (ValueError, TypeError) as error:
        # OpenSSL says the same for both when padding happens to fit, so one class tells neither.
        raise WrongPassphrase("Mật khẩu khóa không đúng, hoặc tệp khóa đã hỏng.") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise WrongKey("Khóa của hệ thống phải là khóa đường cong elliptic (ECDSA).")
    return key


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)


def _years_after(moment: datetime, years: int) -> datetime:
    try:
        return moment.replace(year=moment.year + years)
    except ValueError:  # 29 February
        return moment.replace(year=moment.year + years, day=28)
