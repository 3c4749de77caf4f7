"""Signing outside the application, as officers' own tools do it.

`by_pyhanko` is the library's stock signer, not this project's; others write as poppler and as tools
built on iText do.
"""

from io import BytesIO

from asn1crypto import keys, pem, x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko_certvalidator.registry import SimpleCertificateStore

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


def _certificate(text: str) -> x509.Certificate:
    return x509.Certificate.load(pem.unarmor(text.encode())[2])
