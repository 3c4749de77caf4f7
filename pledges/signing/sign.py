"""One visible signature in one field, as a pure incremental update (PAdES baseline B-B).

ETSI EN 319 142-1: detached CAdES in /Contents, the claimed time in /M and never in the CMS. Time
stamps (B-T) would be a document time stamp appended later, so that no network is needed here.
"""

from datetime import datetime

from asn1crypto import algos, x509
from pyhanko.pdf_utils.generic import DictionaryObject, IndirectObject, pdf_name
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.signers.cms_embedder import (
    PdfCMSEmbedder,
    SigIOSetup,
    SigMDPSetup,
    SigObjSetup,
)
from pyhanko.sign.signers.pdf_byterange import SignatureObject
from pyhanko.sign.signers.pdf_cms import Signer
from pyhanko_certvalidator.registry import SimpleCertificateStore

from .ca import OneUseSigner
from .errors import SigningRefused
from .loop import run
from .revision import Revision, add_appearance, open_revision

DIGEST = "sha256"


def append_signature(
    pdf: bytes,
    field_name: str,
    signer: OneUseSigner,
    appearance: bytes | None,
    reason: str,
    at: datetime,
    location: str = "",
) -> bytes:
    """Return `pdf` with the signer's signature appended in its empty field `field_name`.

    `appearance` is a one-page PDF that replaces what the box showed (None keeps it), `at` the
    server's clock. Raise SigningRefused when there is no such empty field or no seal yet,
    UnsuitablePdf, KeyAlreadyUsed.
    """
    revision = open_revision(pdf)
    if "/Perms" not in revision.root:
        raise SigningRefused("Văn bản chưa được niêm phong kỹ thuật.")
    field = empty_field(revision, field_name).get_object()
    if appearance is not None:
        x0, y0, x1, y1 = (float(edge) for edge in field["/Rect"])
        drawn = add_appearance(revision, appearance, x1 - x0, y1 - y0)
        field["/AP"] = DictionaryObject({pdf_name("/N"): drawn})
    return write_signature(revision, field_name, signer, reason, at, location)


def empty_field(revision: Revision, field_name: str) -> IndirectObject:
    """Return the reference to the empty field of that name; raise SigningRefused."""
    for _name, value, field_ref in enumerate_sig_fields(revision, with_name=field_name):
        if value is not None:
            raise SigningRefused(f"Ô {field_name} đã có chữ ký.")
        return field_ref
    raise SigningRefused(f"Văn bản không có ô {field_name}.")


def write_signature(
    revision: Revision,
    field_name: str,
    signer: OneUseSigner,
    reason: str,
    at: datetime,
    location: str = "",
    *,
    certifies: bool = False,
) -> bytes:
    """Write the revision out, signed in `field_name`; `certifies` permits only form filling after.

    pyHanko's embedder writes the file with room for the signature, hashes the rest, and puts the
    signature in.
    """
    if at.tzinfo is None:
        raise ValueError("The time of a signature needs its time zone")
    permission = MDPPerm.FILL_FORMS if certifies else None
    cms_signer = _CmsSigner(signer)
    embedding = PdfCMSEmbedder().write_cms(field_name, revision, existing_fields_only=True)
    next(embedding)
    embedding.send(
        SigObjSetup(
            sig_placeholder=SignatureObject(
                timestamp=at,
                subfilter=SigSeedSubFilter.PADES,
                reason=reason,
                location=location,
                bytes_reserved=2 * cms_signer.size_limit,  # hexadecimal
            ),
            mdp_setup=SigMDPSetup(DIGEST, certify=certifies, docmdp_perms=permission),
        )
    )
    prepared, output = embedding.send(SigIOSetup(md_algorithm=DIGEST))
    cms = run(cms_signer.async_sign(prepared.document_digest, DIGEST, use_pades=True))
    embedding.send(cms)
    return output.getvalue()


class _CmsSigner(Signer):
    """pyHanko's view of a one-use signer."""

    def __init__(self, signer: OneUseSigner):
        store = SimpleCertificateStore()
        chain = [x509.Certificate.load(der) for der in signer.chain]
        store.register_multiple(chain)
        super().__init__(
            signing_cert=x509.Certificate.load(signer.certificate),
            cert_registry=store,
            signature_mechanism=algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}),
        )
        self._signer = signer

    @property
    def size_limit(self) -> int:
        """Bytes enough for the CMS: the certificates, the issuer's name twice, and the rest.

        The rest (two SHA-256 digests, identifiers, an ECDSA signature of 72 bytes at most, lengths)
        comes to some 370 bytes. pyHanko refuses to write a CMS that does not fit.
        """
        certificates = len(self._signer.certificate) + sum(map(len, self._signer.chain))
        return certificates + 2 * len(self.signing_cert.issuer.dump()) + 450

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run=False) -> bytes:
        return self._signer.sign(data)
