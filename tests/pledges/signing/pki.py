"""A provider of certificates for the tests: root, sub-CA, people and agencies, what was revoked.

Stands where the government's provider stands in life, with made-up names. Keys are made once in a
run; `leaf(…)` with the same arguments gives the same person's certificate again.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.ocsp import OCSPCertStatus, OCSPResponseBuilder
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tests.pledges.signing_samples import NOW

DAY = timedelta(days=1)
PROVIDER = "Tổ chức cấp chứng thư thử nghiệm"
CRL_ADDRESS = "http://crl.invalid/thu-nghiem.crl"
OCSP_ADDRESS = "http://ocsp.invalid/"


@dataclass(frozen=True)
class Leaf:
    """A certificate with its key, and the certificates above it (the root last)."""

    certificate: x509.Certificate
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
    above: tuple["Leaf", ...] = ()

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(Encoding.PEM).decode()

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def key_pem(self) -> str:
        kind = PrivateFormat.PKCS8
        return self.key.private_bytes(Encoding.PEM, kind, NoEncryption()).decode()

    def pkcs12(self, password: str) -> bytes:
        """The token's content as a file: key, certificate, the sub-CA's certificate."""
        return pkcs12.serialize_key_and_certificates(
            b"token",
            self.key,
            self.certificate,
            [one.certificate for one in self.above[:-1]],
            BestAvailableEncryption(password.encode()),
        )


def root(organisation: str = PROVIDER) -> Leaf:
    return _root(organisation)


@cache
def _root(organisation: str) -> Leaf:
    key = _key("rsa", f"root {organisation}")
    name = _name(organisation, f"{organisation} - gốc")
    return Leaf(_certified(name, key, name, key, 3650 * DAY, ca=True), key)


def sub_ca(organisation: str = PROVIDER) -> Leaf:
    return _sub_ca(organisation)


@cache
def _sub_ca(organisation: str) -> Leaf:
    above, key = root(organisation), _key("rsa", f"sub {organisation}")
    name = _name(organisation, f"{organisation} - cấp")
    issuer = above.certificate.subject
    return Leaf(_certified(name, key, issuer, above.key, 3000 * DAY, ca=True), key, (above,))


def leaf(
    person: str = "Trần Thị Thử",
    unit: str = "Sở Thử Nghiệm",
    *,
    key: str = "rsa",
    begins: datetime = NOW - 30 * DAY,
    ends: datetime = NOW + 700 * DAY,
    organisation: str = PROVIDER,
    signs: bool = True,
) -> Leaf:
    """A person's or agency's certificate. `key`: rsa (2048), rsa1024, ec (P-256), ec192."""
    return _leaf(person, unit, key, begins, ends, organisation, signs)


@cache
def _leaf(person, unit, key, begins, ends, organisation, signs) -> Leaf:
    above, own = sub_ca(organisation), _key(key, person + unit)
    certificate = _certified(
        _name(unit, person),
        own,
        above.certificate.subject,
        above.key,
        ends - NOW,
        begins=begins,
        signs=signs,
    )
    return Leaf(certificate, own, (above, *above.above))


def agency(unit: str = "Sở Thử Nghiệm", **changes) -> Leaf:
    return leaf(unit, unit, **changes)


def expired() -> Leaf:
    return leaf("Lê Văn Hết Hạn", begins=NOW - 400 * DAY, ends=NOW - DAY)


def not_yet_valid() -> Leaf:
    return leaf("Lê Văn Chưa Tới", begins=NOW + DAY)


def anchors(organisation: str = PROVIDER) -> tuple[str, ...]:
    """What a trust list holds, PEM: the root."""
    return (root(organisation).pem,)


def intermediates(organisation: str = PROVIDER) -> tuple[str, ...]:
    return (sub_ca(organisation).pem,)


def crl(
    *revoked: Leaf,
    by: Leaf | None = None,
    at: datetime = NOW - timedelta(hours=1),
    lasts: timedelta = 7 * DAY,
) -> bytes:
    """A revocation list (DER) of the sub-CA, or of `by`."""
    issuer = by or sub_ca()
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.certificate.subject)
        .last_update(at)
        .next_update(at + lasts)
    )
    for one in revoked:
        entry = x509.RevokedCertificateBuilder(one.certificate.serial_number, at - DAY)
        builder = builder.add_revoked_certificate(entry.build())
    key_id = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key())
    builder = builder.add_extension(key_id, critical=False)
    builder = builder.add_extension(x509.CRLNumber(1), critical=False)
    return builder.sign(issuer.key, hashes.SHA256()).public_bytes(Encoding.DER)


def crls(*revoked: Leaf) -> tuple[bytes, ...]:
    """Fresh lists of root and sub-CA, the latter with what was revoked."""
    return crl(by=root()), crl(*revoked)


def ocsp(one: Leaf, *, revoked: bool = False, at: datetime = NOW - timedelta(hours=1)) -> bytes:
    """The sub-CA's own answer about one certificate (DER)."""
    issuer = one.above[0]
    response = (
        OCSPResponseBuilder()
        .add_response(
            cert=one.certificate,
            issuer=issuer.certificate,
            algorithm=hashes.SHA1(),  # names the certificate only (RFC 6960 4.1.1)
            cert_status=OCSPCertStatus.REVOKED if revoked else OCSPCertStatus.GOOD,
            this_update=at,
            next_update=at + DAY,
            revocation_time=at - DAY if revoked else None,
            revocation_reason=None,
        )
        .responder_id(x509.ocsp.OCSPResponderEncoding.HASH, issuer.certificate)
        .certificates([issuer.certificate])
        .sign(issuer.key, hashes.SHA256())
    )
    return response.public_bytes(Encoding.DER)


@cache
def _key(kind: str, _owner: str):
    if kind == "ec":
        return ec.generate_private_key(ec.SECP256R1())
    if kind == "ec192":
        return ec.generate_private_key(ec.SECP192R1())
    return rsa.generate_private_key(65537, 1024 if kind == "rsa1024" else 2048)


def _serial(name: x509.Name, issuer: x509.Name, key, begins: datetime) -> int:
    """Return a number that is the same in every run, though keys are not."""
    said = f"{name} {issuer} {type(key).__name__} {key.key_size} {begins}"
    return int.from_bytes(hashlib.sha256(said.encode()).digest()[:15])


def _name(organisation: str, common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _certified(
    name, key, issuer_name, issuer_key, lasts, *, begins=NOW - 60 * DAY, ca=False, signs=True
):
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer_name)
        .public_key(key.public_key())
        .serial_number(_serial(name, issuer_name, key, begins))
        .not_valid_before(begins)
        .not_valid_after(NOW + lasts)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(_usage(ca, signs), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), False
        )
    )
    if not ca:
        purposes = [ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.EMAIL_PROTECTION]
        builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
    if name != issuer_name:
        builder = builder.add_extension(_crl_points(), False).add_extension(_access(), False)
    return builder.sign(issuer_key, hashes.SHA256())


def _usage(ca: bool, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=signs and not ca,
        content_commitment=signs and not ca,
        key_encipherment=not ca,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=ca,
        crl_sign=ca,
        encipher_only=False,
        decipher_only=False,
    )


def _crl_points() -> x509.CRLDistributionPoints:
    address = [x509.UniformResourceIdentifier(CRL_ADDRESS)]
    return x509.CRLDistributionPoints([x509.DistributionPoint(address, None, None, None)])


def _access() -> x509.AuthorityInformationAccess:
    method = x509.oid.AuthorityInformationAccessOID.OCSP
    address = x509.UniformResourceIdentifier(OCSP_ADDRESS)
    return x509.AuthorityInformationAccess([x509.AccessDescription(method, address)])
