"""Random structural changes of a valid upload, and an oracle that is not the code under test.

Changes after signing break the signature and are the easy half. The hard half is made before
signing: whoever holds a registered token signs whatever revision they like.
"""

import logging
import random
import re
import subprocess
import tempfile
from datetime import datetime
from io import BytesIO
from pathlib import Path

import pypdfium2
from PIL import ImageChops, ImageDraw
from pyhanko.pdf_utils.generic import Reference
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko_certvalidator import ValidationContext

from pledges.signing.proof import read_roots
from tests.pledges.signing import pki
from tests.pledges.signing.by_hand import Increment, serialised
from tests.pledges.signing.by_itext import increment
from tests.pledges.signing_samples import frozen, roots

NUMBER = re.compile(rb"(?<![\w.])\d{1,4}(?![\w.])")
NAME = re.compile(rb"/[A-Z][A-Za-z]{1,11}")
NAMES = (
    b"/Kids",
    b"/Contents",
    b"/Annots",
    b"/AP",
    b"/Rect",
    b"/V",
    b"/Resources",
    b"/Fields",
    b"/X",
)
SCALE = 0.6

# Before signing: changes to the objects of a revision that is signed afterwards.


def _swap(made: Increment, chance: random.Random) -> None:
    one, other = chance.sample(sorted(made.objects), 2)
    made.objects[one], made.objects[other] = made.objects[other], made.objects[one]


def _other_number(made: Increment, chance: random.Random, number: int | None = None) -> None:
    number = number or chance.choice(sorted(made.objects))
    other = b"%d" % _any(made, chance)
    made.objects[number] = _replaced(made.objects[number], NUMBER, chance, other)


def _other_name(made: Increment, chance: random.Random, number: int | None = None) -> None:
    number = number or chance.choice(sorted(made.objects))
    made.objects[number] = _replaced(made.objects[number], NAME, chance, chance.choice(NAMES))


def _older_object(made: Increment, chance: random.Random) -> None:
    """Write an old object again, with a number or a name in it changed."""
    number = _any(made, chance)
    try:
        body = serialised(made.reader.get_object(Reference(number, 0)))
    except Exception:  # a number that the file left out
        body = b"<</Type /XObject>>"
    change = chance.choice((_other_number, _other_name))
    made.objects[number] = body
    change(made, chance, number)


def _copy(made: Increment, chance: random.Random) -> None:
    """Write one object's body under another number of the old file."""
    made.objects[_any(made, chance)] = made.objects[chance.choice(sorted(made.objects))]


def _extra(made: Increment, chance: random.Random) -> None:
    made.add(chance.choice((b"null", b"<</Type /Page>>", b"[1 0 R]", made.stream(b"BT ET"))))


def _free(made: Increment, chance: random.Random) -> None:
    made.freed[_any(made, chance)] = chance.choice((0, 1))


def _leave_out(made: Increment, chance: random.Random) -> None:
    del made.objects[chance.choice(sorted(made.objects))]


def _trailer(made: Increment, chance: random.Random) -> None:
    made.previous = max(0, made.previous + chance.randrange(-2, 3))
    made.root_number = chance.choice((made.root_number, _any(made, chance)))


def _size(made: Increment, chance: random.Random) -> None:
    made.size = chance.randrange(1, made.size + 50)


BEFORE = (
    _swap,
    _other_number,
    _other_name,
    _older_object,
    _older_object,
    _copy,
    _extra,
    _free,
    _leave_out,
    _trailer,
    _size,
)


def changed_before_signing(before: bytes, field: str, token: pki.Leaf, seed: int) -> bytes:
    """Return an upload in the way of iText, changed in one to three ways and then validly signed."""
    chance = random.Random(seed)
    made = increment(before, field)
    made.xref_stream = chance.random() < 0.3
    for _ in range(chance.randrange(1, 4)):
        chance.choice(BEFORE)(made, chance)
    try:
        return made.signed(token)
    except ValueError:  # the change took the place for the signature away
        return made.written()


# After signing: changes to the bytes.


def _flip(pdf: bytes, start: int, chance: random.Random) -> bytes:
    place = chance.randrange(start, len(pdf))
    return pdf[:place] + bytes([pdf[place] ^ chance.randrange(1, 256)]) + pdf[place + 1 :]


def _cut(pdf: bytes, start: int, chance: random.Random) -> bytes:
    return pdf[: chance.randrange(start, len(pdf))]


def _cut_out(pdf: bytes, start: int, chance: random.Random) -> bytes:
    one, other = sorted(chance.randrange(start, len(pdf)) for _ in range(2))
    return pdf[:one] + pdf[other:]


def _again(pdf: bytes, start: int, chance: random.Random) -> bytes:
    return pdf + pdf[chance.choice((start, chance.randrange(len(pdf)))) :]


def _reordered(pdf: bytes, start: int, chance: random.Random) -> bytes:
    middle = chance.randrange(start, len(pdf))
    return pdf[:start] + pdf[middle:] + pdf[start:middle]


def _token(pdf: bytes, start: int, chance: random.Random) -> bytes:
    pattern = chance.choice((NUMBER, NAME))
    other = chance.choice(NAMES) if pattern is NAME else b"%d" % chance.randrange(400)
    return pdf[:start] + _replaced(pdf[start:], pattern, chance, other)


def _appended(pdf: bytes, start: int, chance: random.Random) -> bytes:
    made = Increment(pdf)
    chance.choice((_older_object, _extra, _free))(made, chance)
    return made.written()


AFTER = (_flip, _flip, _cut, _cut_out, _again, _reordered, _token, _token, _appended)


def changed_after_signing(pdf: bytes, start: int, seed: int) -> bytes:
    """Return a signed upload changed in its bytes, mostly those after `start`."""
    chance = random.Random(seed)
    return chance.choice(AFTER)(pdf, start if chance.random() < 0.9 else 0, chance)


# The oracle


def objections(before: bytes, after: bytes, field: str, at: datetime) -> list[str]:
    """Return what speaks against having accepted `after`, as far as others can tell."""
    checks = {
        "the file in force is no prefix": lambda: after[: len(before)] == before,
        "pyHanko objects": lambda: pyhanko_agrees(after, at),
        "poppler objects": lambda: poppler_agrees(after),
        "pages look different": lambda: look_alike(before, after, field),
    }
    return [objection for objection, agrees in checks.items() if not agrees()]


def pyhanko_agrees(pdf: bytes, at: datetime) -> bool:
    """Ask pyHanko for everything, with its own analysis of what changed since the seal."""
    logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
    trusted = read_roots([*pki.anchors(), *pki.intermediates(), *roots()])
    signatures = PdfFileReader(BytesIO(pdf)).embedded_signatures
    try:
        statuses = [
            validate_pdf_signature(
                one, ValidationContext(trust_roots=trusted, moment=at, allow_fetching=False)
            )
            for one in (signatures[0], signatures[-1])
        ]
    except SignatureValidationError:
        return False
    return all(
        one.intact
        and one.valid
        and one.trusted
        and one.docmdp_ok
        and one.modification_level <= ModificationLevel.FORM_FILLING
        for one in statuses
    )


def poppler_agrees(pdf: bytes) -> bool:
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        Path(file.name).write_bytes(pdf)
        command = ["pdfsig", "-nocert", file.name]
        said = subprocess.run(command, capture_output=True, check=False).stdout
    return 3 == said.count(b"Signature is Valid.") == said.count(b"Signature Validation:")


def look_alike(before: bytes, after: bytes, field: str) -> bool:
    """Tell whether all pages look the same outside the member's own box, drawn by PDFium."""
    old, new = pypdfium2.PdfDocument(before), pypdfium2.PdfDocument(after)
    for document in (old, new):
        document.init_forms()  # else the boxes are not drawn
    box = next(spec.box for spec in frozen()[1] if spec.name == field)
    if len(old) != len(new):
        return False
    for number in range(len(old)):
        one, other = (document[number].render(scale=SCALE).to_pil() for document in (old, new))
        if number == box.page:
            height = one.height
            edges = [
                box.x0 * SCALE - 1,
                height - box.y1 * SCALE - 1,
                box.x1 * SCALE + 1,
                height - box.y0 * SCALE + 1,
            ]
            for image in (one, other):
                ImageDraw.Draw(image).rectangle(edges, fill="white")
        if one.size != other.size or ImageChops.difference(one, other).getbbox():
            return False
    return True


def _replaced(body: bytes, pattern: re.Pattern, chance: random.Random, other: bytes) -> bytes:
    """Return `body` with one of the matches replaced, most often one near its beginning."""
    found = list(pattern.finditer(body))
    if not found:
        return body
    match = found[min(chance.randrange(len(found)), chance.randrange(60))]
    return body[: match.start()] + other + body[match.end() :]


def _any(made: Increment, chance: random.Random) -> int:
    return chance.randrange(1, made.size)
