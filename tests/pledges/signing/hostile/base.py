"""What a hostile file is, and the ways in which most of them are made."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO

import pikepdf

from pledges.signing.accept import Why
from tests.pledges.signing import pki
from tests.pledges.signing.by_hand import Increment, entries_of
from tests.pledges.signing.tools import by_pyhanko
from tests.pledges.signing_samples import signed

TOKEN = pki.leaf
FIELD = "KY02"


@dataclass(frozen=True)
class Upload:
    """What someone sends: the file, and what is so about its sender where it is not the usual."""

    after: bytes
    before: bytes = b""
    fields: dict = field(default_factory=dict)
    crls: tuple[bytes, ...] = ()
    ocsps: tuple[bytes, ...] = ()


@dataclass(frozen=True)
class Case:
    """A file to be refused. `by` names what it was made with."""

    what: str
    why: Why
    by: str
    build: Callable[[], Upload | bytes]

    def upload(self) -> Upload:
        built = self.build()
        return built if isinstance(built, Upload) else Upload(built)


CASES: list[Case] = []


def case(what: str, why: Why, by: str):
    """Enter a function, which builds the file, among the cases."""

    def enter(build):
        CASES.append(Case(what, why, by, build))
        return build

    return enter


@cache
def good() -> bytes:
    """Return what would be accepted: signed in KY02 by the stock signer."""
    return by_pyhanko(signed(1), FIELD, TOKEN())


def saved(change: Callable[[pikepdf.Pdf], None] = lambda pdf: None, **options) -> bytes:
    """Return the good file opened, changed and saved by pikepdf (qpdf)."""
    output = BytesIO()
    with pikepdf.open(BytesIO(good())) as pdf:
        change(pdf)
        pdf.save(output, **options)
    return output.getvalue()


def signed_with(change: Callable[[Increment], None], **options) -> bytes:
    """Return a revision signed in KY02 that does something else as well."""
    made = Increment(signed(1))
    made.put_signature(FIELD)
    change(made)
    return made.signed(TOKEN(), **options)


def afterwards(change: Callable[[Increment], None]) -> bytes:
    """Return the good file with one more revision."""
    made = Increment(good())
    change(made)
    return made.written()


def put_root(made: Increment, entry: bytes, *instead: str) -> None:
    """Write the catalogue with one more entry, or with another one instead."""
    number = made.trailer.raw_get("/Root").idnum
    made.put(number, b"<<%b %b>>" % (entries_of(made.root, *instead), entry))
