"""Signing outside the application, as officers' own tools do it.

`by_pyhanko` is the library's stock signer, not this project's; others write as poppler and as tools
built on iText do.
"""

import subprocess
import tempfile
from io import BytesIO
from pathlib import Path

from asn1crypto import crl, keys, pem, x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko_certvalidator.registry import SimpleCertificateStore

from tests.pledges.signing import pki
from tests.pledges.signing.pki import Leaf


def signer_of(token: Leaf, *, pss: bool = False) -> signers.SimpleSigner:
    """pyHanko's signer with the token's key and its chain without the root."""
    store = SimpleCertificateStore()
    store.register_multiple(_certificate(one.pem) for one in token.above[:-1])
    return signers.SimpleSigner(
        signing_cert=_certificate(token.pem),
        signing_key=keys.PrivateKeyInfo.load(pem.unarmor(token.key_pem.encode())[2]),
        cert_registry=store,
        prefer_pss=pss,
    )


def by_pyhanko(
    pdf: bytes,
    field: str,
    token: Leaf,
    *,
    pss: bool = False,
    digest: str = "sha256",
    pades: bool = True,
    **metadata,
) -> bytes:
    """Return `pdf` signed in that field by pyHanko's own incremental writer."""
    filters = SigSeedSubFilter.PADES, SigSeedSubFilter.ADOBE_PKCS7_DETACHED
    details = signers.PdfSignatureMetadata(
        field_name=field,
        md_algorithm=digest,
        subfilter=filters[not pades],
        reason="Ký giao ước thi đua",
        **metadata,
    )
    output = signers.PdfSigner(details, signer_of(token, pss=pss)).sign_pdf(
        IncrementalPdfFileWriter(BytesIO(pdf)), existing_fields_only=True
    )
    return output.getvalue()


def by_poppler(pdf: bytes, field: str, token: Leaf, *, new_field: bool = False) -> bytes:
    """Return `pdf` signed by poppler's pdfsig, with the key in a database of NSS."""
    with tempfile.TemporaryDirectory() as folder:
        return _by_poppler(pdf, field, token, Path(folder), new_field)


def _by_poppler(pdf: bytes, field: str, token: Leaf, folder: Path, new_field: bool) -> bytes:
    database = f"sql:{folder}"
    bundle, source, target = folder / "token.p12", folder / "in.pdf", folder / "out.pdf"
    bundle.write_bytes(token.pkcs12("mat-khau"))
    source.write_bytes(pdf)
    _call("certutil", "-N", "-d", database, "--empty-password")
    _call("pk12util", "-d", database, "-i", bundle, "-W", "mat-khau")
    for place, text in enumerate((pki.root().pem, pki.sub_ca().pem)):
        above = folder / f"{place}.pem"
        above.write_text(text)
        _call("certutil", "-A", "-d", database, "-n", f"ca{place}", "-t", "CT,C,C", "-i", above)
    how = ("-add-signature", "-new-signature-field-name") if new_field else ("-sign",)
    _call("pdfsig", "-nssdir", database, *how, field, "-nick", "token", source, target)
    return target.read_bytes()


def with_validation_data(pdf: bytes, token: Leaf, *lists: bytes) -> bytes:
    """Return `pdf` with a revision of validation data, as a tool adds after signing."""
    output = BytesIO(pdf)
    DocumentSecurityStore.add_dss(
        output,
        None,
        certs=[_certificate(one.pem) for one in (token, *token.above)],
        crls=[crl.CertificateList.load(der) for der in lists],
    )
    return output.getvalue()


def _call(*command) -> None:
    subprocess.run(command, check=True, capture_output=True)


def _certificate(text: str) -> x509.Certificate:
    return x509.Certificate.load(pem.unarmor(text.encode())[2])
