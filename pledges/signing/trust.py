"""Whether a certificate may be relied on: its chain, its time, whether it was revoked.

Nothing is fetched: lists and answers about revocation are handed in. Without any, revocation is
"unknown", and it is for the caller to say so.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from asn1crypto import crl, ocsp, pem, x509
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import (
    PathBuildingError,
    RevokedError,
    ValidationError,
)
from pyhanko_certvalidator.path import ValidationPath

from .loop import run

ANY_AGE = timedelta(days=10_000)


class Revocation(StrEnum):
    """What is known of a certificate and those above it."""

    GOOD = "good"  # each is on no list that is in force
    REVOKED = "revoked"
    UNKNOWN = "unknown"  # no list or answer in force about one of them


@dataclass(frozen=True)
class Trust:
    """Whom to trust (PEM), and what is known about revocation (DER)."""

    anchors: tuple[str, ...]
    others: tuple[str, ...] = ()
    crls: tuple[bytes, ...] = ()
    ocsps: tuple[bytes, ...] = ()


@dataclass(frozen=True)
class Checked:
    """What was found about one certificate at one moment."""

    is_trusted: bool
    chain_pems: tuple[str, ...] = ()  # above the certificate, the anchor last
    revocation: Revocation = Revocation.UNKNOWN
    revoked_at: datetime | None = None
    evidence: tuple[bytes, ...] = ()  # the lists and answers that say so


def check_certificate(
    certificate: x509.Certificate, embedded: Iterable[x509.Certificate], trust: Trust, at: datetime
) -> Checked:
    """Chain `certificate` to an anchor at `at`, through those embedded beside it if need be."""
    between = [*(load_certificate(text) for text in trust.others), *embedded]
    try:
        if trust.crls or trust.ocsps:
            if path := _path_or_none(certificate, between, trust, at, "require"):
                return _checked(path, trust)
            # A list that is out of date cannot say "good", but what it says was revoked is.
            _path_or_none(certificate, between, trust, at, "soft-fail", time_tolerance=ANY_AGE)
        path = _path_or_none(certificate, between, Trust(trust.anchors), at, "soft-fail")
    except RevokedError as error:
        return _revoked(error, trust)
    return Checked(is_trusted=path is not None, chain_pems=_chain(path) if path else ())


def load_certificate(text: str) -> x509.Certificate:
    """Parse a certificate (PEM); a broken one is the caller's mistake and raises ValueError."""
    return x509.Certificate.load(pem.unarmor(text.encode())[2])


def as_pem(certificate: x509.Certificate) -> str:
    return pem.armor("CERTIFICATE", certificate.dump()).decode()


def _path_or_none(
    certificate, between, trust: Trust, at: datetime, mode: str, **options
) -> ValidationPath | None:
    """Return the chain of `certificate`, None if there is none by this mode; raise RevokedError."""
    context = ValidationContext(
        trust_roots=[load_certificate(text) for text in trust.anchors],
        other_certs=between,
        crls=[crl.CertificateList.load(der) for der in trust.crls],
        ocsps=[ocsp.OCSPResponse.load(der) for der in trust.ocsps],
        moment=at,
        best_signature_time=at,
        allow_fetching=False,
        revocation_mode=mode,
        **options,
    )
    validator = CertificateValidator(certificate, validation_context=context)
    try:
        return run(validator.async_validate_path())
    except RevokedError:
        raise
    except (ValidationError, PathBuildingError):
        return None


def _checked(path: ValidationPath, trust: Trust) -> Checked:
    return Checked(
        is_trusted=True,
        chain_pems=_chain(path),
        revocation=Revocation.GOOD,
        evidence=_evidence(path, trust),
    )


def _revoked(error: RevokedError, trust: Trust) -> Checked:
    path = error.original_path
    return Checked(
        is_trusted=False,
        chain_pems=_chain(path),
        revocation=Revocation.REVOKED,
        revoked_at=error.revocation_dt,
        evidence=_evidence(path, trust),
    )


def _chain(path: ValidationPath) -> tuple[str, ...]:
    anchor_first = list(path.iter_certs(include_root=True))
    return tuple(as_pem(one) for one in reversed(anchor_first[:-1]))


def _evidence(path: ValidationPath, trust: Trust) -> tuple[bytes, ...]:
    """Return the lists by issuers in the path, and the answers about certificates in it."""
    certificates = list(path.iter_certs(include_root=True))
    issuers = {one.subject.hashable for one in certificates}
    serials = {one.serial_number for one in certificates}
    lists = (der for der in trust.crls if _issuer_of(der) in issuers)
    answers = (der for der in trust.ocsps if serials & _serials_in(der))
    return (*lists, *answers)


def _issuer_of(der: bytes) -> str:
    return crl.CertificateList.load(der).issuer.hashable


def _serials_in(der: bytes) -> set[int]:
    answers = ocsp.OCSPResponse.load(der).response_data["responses"]
    return {one["cert_id"]["serial_number"].native for one in answers}
