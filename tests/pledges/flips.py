"""Where to change single bytes of a signed PDF, so that every part of it is tried."""

import random
import re

BYTE_RANGE = re.compile(rb"/ByteRange \[0 (\d+) (\d+) (\d+)\]")


def regions(pdf: bytes) -> dict[str, range]:
    """Return the parts of a signed PDF worth trying, by name."""
    gaps = [(int(start), int(end)) for start, end, _ in BYTE_RANGE.findall(pdf)]
    last_start, last_end = gaps[-1]
    digits_end = last_start + len(pdf[last_start : last_end - 1].rstrip(b"0"))
    references = int(pdf.rpartition(b"startxref")[2].split()[0])
    return {
        "first revision": range(gaps[0][0]),
        "earlier signature": range(*gaps[0]),
        "last increment": range(gaps[-2][1] if len(gaps) > 1 else gaps[0][1], last_start),
        "last signature": range(last_start, digits_end),
        "padding": range(digits_end, last_end),
        "cross-references": range(references, len(pdf)),
        "tail": range(len(pdf) - 40, len(pdf)),
    }


def positions(pdf: bytes, count: int, seed: int) -> list[int]:
    """Return `count` places, spread over all regions, the same ones for the same seed."""
    chance = random.Random(seed)
    parts = list(regions(pdf).values())
    return [chance.choice(parts[number % len(parts)]) for number in range(count)]


def flipped(pdf: bytes, position: int) -> bytes:
    """Return `pdf` with another byte at `position`, always the same one.

    Every other time only the bit that tells capital from small letters is changed: such a change
    means nothing to a reader of hexadecimal digits or of names, and is the hardest to notice.
    """
    mask = 0x20 if position % 2 else random.Random(position).randrange(1, 256)
    changed = bytes([pdf[position] ^ mask])
    return pdf[:position] + changed + pdf[position + 1 :]
