"""What a bloc agrees on, and who signed it."""

from pledges.models.authority import SigningAuthority
from pledges.models.changes import ChangeRequest, Withdrawal
from pledges.models.expiry import ExpiryNotice
from pledges.models.paper import (
    Comment,
    Paper,
    PaperBasis,
    Pledge,
    RegisteredTitle,
    Section,
    UnitTarget,
)
from pledges.models.scan import Scan
from pledges.models.signing import Party, Signature, SignedFile
from pledges.models.time_stamp import TimeStamp, TimeStampWait
from pledges.models.token import (
    Hold,
    RegisteredCertificate,
    RevocationList,
    SignatureValidation,
    TrustedCertificate,
)

__all__ = [
    "ChangeRequest",
    "Comment",
    "ExpiryNotice",
    "Hold",
    "Paper",
    "PaperBasis",
    "Party",
    "Pledge",
    "RegisteredCertificate",
    "RegisteredTitle",
    "RevocationList",
    "Scan",
    "Section",
    "Signature",
    "SignatureValidation",
    "SignedFile",
    "SigningAuthority",
    "TimeStamp",
    "TimeStampWait",
    "TrustedCertificate",
    "UnitTarget",
    "Withdrawal",
]
