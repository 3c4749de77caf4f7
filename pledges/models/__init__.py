"""What a bloc agrees on, and who signed it."""

from pledges.models.authority import SigningAuthority
from pledges.models.paper import (
    Comment,
    Paper,
    PaperBasis,
    Pledge,
    RegisteredTitle,
    Section,
    UnitTarget,
)
from pledges.models.signing import Party, Signature, SignedFile

__all__ = [
    "Comment",
    "Paper",
    "PaperBasis",
    "Party",
    "Pledge",
    "RegisteredTitle",
    "Section",
    "Signature",
    "SignedFile",
    "SigningAuthority",
    "UnitTarget",
]
