"""The integrity seal (niêm phong kỹ thuật): the certification signature that opens the signing."""

from datetime import datetime

from pyhanko.sign.signers.constants import ESIC_EXTENSION_1

from .ca import OneUseSigner
from .layout import SEAL_FIELD
from .revision import open_revision
from .sign import empty_field, write_signature


def seal(
    pdf: bytes, signer: OneUseSigner, reason: str, at: datetime, *, certifies: bool = True
) -> bytes:
    """Return `pdf` certified in its invisible seal field: from here on only fields may be filled.

    ISO 32000-2 12.8.2.2 (DocMDP, P = 2). `reason` carries what the seal vouches for besides the
    file, such as the head of the audit chain. `certifies` is False where signing tools cannot fill
    a field of a certified file: the seal is then a signature like others.
    Raise SigningRefused, UnsuitablePdf, KeyAlreadyUsed.
    """
    revision = open_revision(pdf)
    empty_field(revision, SEAL_FIELD)
    # PDF 1.7 knows PAdES signatures only through this extension; declared once, here, it covers
    # those that follow, which then have no reason to touch the catalogue.
    revision.register_extension(ESIC_EXTENSION_1)
    revision.update_root()
    return write_signature(revision, SEAL_FIELD, signer, reason, at, certifies=certifies)
