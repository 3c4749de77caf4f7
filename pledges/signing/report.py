"""What an inspection says: plain values, ready for a page, a command or the record."""

from dataclasses import dataclass
from datetime import datetime

from .layout import Kind


@dataclass(frozen=True)
class SignatureReport:
    """One signature. `problem` is a Vietnamese sentence, empty when nothing is wrong with it."""

    field_name: str
    kind: Kind
    intact: bool = False  # the signed bytes, and the signature itself, are as they were written
    trusted: bool = False  # the certificate chains to one of the roots and was in force
    covers_whole_file: bool = False
    modifications_ok: bool = False  # nothing after it but further signatures, each in its own field
    docmdp_ok: bool = False  # and the seal allows those
    signer_name: str = ""
    signer_unit: str = ""
    signer_position: str = ""
    signer_serial: str = ""
    reason: str = ""
    location: str = ""
    claimed_at: datetime | None = None
    certificate_pem: str = ""
    embedded_pems: tuple[str, ...] = ()  # beside it, where another than our authority certified it
    problem: str = ""


@dataclass(frozen=True)
class Inspection:
    """A whole file. `problem` is the first thing wrong with it, empty when `intact`.

    `complete`: intact, and every leader's field (every agency's too, when asked) is signed.
    `covered`: the last signature covers the whole file, or nothing but allowed revisions follow it.
    """

    signatures: tuple[SignatureReport, ...] = ()
    empty_fields: tuple[str, ...] = ()
    covered: bool = False
    intact: bool = False
    complete: bool = False
    problem: str = ""
