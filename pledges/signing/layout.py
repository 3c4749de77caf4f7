"""Signature fields: their names, their boxes on the page, and what kind of signature each holds."""

import re
from dataclasses import dataclass
from enum import StrEnum

SEAL_FIELD = "NIEMPHONG"


class Kind(StrEnum):
    """Whose signature a field holds, told by the field's name alone."""

    SEAL = "seal"  # niêm phong kỹ thuật
    LEADER = "leader"
    AGENCY = "agency"  # dấu cơ quan
    WITNESS = "witness"
    TIME_STAMP = "time_stamp"  # dấu thời gian
    OTHER = "other"


_PREFIXES = {Kind.LEADER: "KY", Kind.AGENCY: "CQ", Kind.WITNESS: "CK", Kind.TIME_STAMP: "TG"}
_NUMBERED = re.compile(r"(KY|CQ|CK|TG)(?!00)[0-9]{2}")


def field_name(kind: Kind, number: int) -> str:
    """Return the name of the `number`-th field of a kind: KY01, CQ12, CK01.

    Two digits always: names that are prefixes of each other (KY1, KY10) break field locks.
    """
    if not 1 <= number <= 99:
        raise ValueError(f"Field numbers run from 1 to 99, not {number}")
    return f"{_PREFIXES[kind]}{number:02d}"


def kind_of(name: str) -> Kind:
    """Return the kind of signature a field of this name holds."""
    if name == SEAL_FIELD:
        return Kind.SEAL
    if not _NUMBERED.fullmatch(name):
        return Kind.OTHER
    return next(kind for kind, prefix in _PREFIXES.items() if name.startswith(prefix))


def label(name: str) -> str:
    """Return what a sentence on the screen calls a field."""
    if name == SEAL_FIELD:
        return "Niêm phong kỹ thuật"
    return f"Dấu thời gian {name}" if kind_of(name) == Kind.TIME_STAMP else f"Ô {name}"


@dataclass(frozen=True)
class Box:
    """A rectangle on a page (counted from 0), in PDF points from the page's bottom left corner."""

    page: int
    x0: float
    y0: float
    x1: float
    y1: float

    def __post_init__(self):
        if self.page < 0 or self.x1 <= self.x0 or self.y1 <= self.y0:
            raise ValueError(f"Not a box on a page: {self}")

    @property
    def width(self) -> float:
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        return self.y1 - self.y0


@dataclass(frozen=True)
class FieldSpec:
    """One signature field to place.

    `tooltip` is what a screen reader says (/TU). `appearance` is a one-page PDF of the box's size,
    without tags of its own, shown while the field is empty; None leaves the box blank.
    """

    name: str
    box: Box
    tooltip: str
    appearance: bytes | None = None
