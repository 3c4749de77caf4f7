"""Exact numbers: how points are rounded, and how every number of an explanation is written."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal
from functools import reduce

from khoithidua import text

# Wide enough that a quotient is cut far behind the last place anybody rounds to.
EXACT = Context(prec=50, rounding=ROUND_HALF_UP)
# Where points are rounded later than in the criterion, they are kept to so many places until then:
# what an explanation shows is what was calculated with.
WORKING_PLACES = 6
MODES = {"half_up": ROUND_HALF_UP, "down": ROUND_DOWN}
STAGES = ("leaf", "group", "total")
# Beyond these a fact is a slip of the keyboard, and products of three of them would not fit EXACT.
MOST_DIGITS, MOST_PLACES = 15, 12
PLAIN = re.compile(r"[+-]?\d{1,30}(?:\.\d{1,30})?(?:[eE][+-]?\d{1,3})?", re.ASCII)

ZERO = Decimal(0)
HUNDRED = Decimal(100)


class NotANumber(ValueError):
    """A value in a document or in facts that is not a finite decimal number."""


def number(value: object) -> Decimal:
    """A Decimal from a document's or a fact's value: "0.5", 3; raises NotANumber.

    Floats are refused: 0.1 would not be a tenth. What people type ("0,5") is the forms' to read.
    """
    if isinstance(value, str):
        if not PLAIN.fullmatch(value):
            raise NotANumber(f"“{value[:40]}” không phải là một số.")
    elif isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        raise NotANumber("cần một số viết đúng dạng, như “0.5”.")
    elif isinstance(value, int) and value.bit_length() > 100:
        raise NotANumber("số quá lớn.")
    found = Decimal(value)
    if not found.is_finite():
        raise NotANumber(f"“{value}” không phải là một số dùng được.")
    if not found:
        return ZERO
    if found.adjusted() >= MOST_DIGITS or places_of(found) > MOST_PLACES:
        raise NotANumber(f"“{str(value)[:40]}” quá lớn hoặc có quá nhiều chữ số thập phân.")
    return found


def places_of(value: Decimal) -> int:
    """How many decimal places a number has, trailing zeros apart."""
    return max(0, -value.normalize(EXACT).as_tuple().exponent)


def rounded(value: Decimal, places: int, mode: str = "half_up") -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), MODES[mode], EXACT)


@dataclass(frozen=True)
class Rounding:
    """Where and how a table rounds: after each term of a criterion, each group, or the total."""

    places: int = 2
    stage: str = "leaf"
    mode: str = "half_up"

    def leaf(self, value: Decimal) -> Decimal:
        return self._at(value, self.stage == "leaf")

    def group(self, value: Decimal) -> Decimal:
        return self._at(value, self.stage in ("leaf", "group"))

    def total(self, value: Decimal) -> Decimal:
        return self._at(value, True)

    def _at(self, value, reached):
        if reached:
            return rounded(value, self.places, self.mode)
        return rounded(value, max(WORKING_PLACES, self.places))


def figure(value: Decimal) -> str:
    """A number as explanations write it: decimal comma, true minus, no trailing zeros."""
    return text.decimal(value, minus="−")


def percent(value: Decimal) -> str:
    return f"{figure(value)} %"


def times(*factors: Decimal) -> Decimal:
    return reduce(EXACT.multiply, factors, Decimal(1))


def divided(dividend: Decimal, divisor: Decimal) -> Decimal:
    return EXACT.divide(dividend, divisor)


def mean(values: Iterable[Decimal]) -> Decimal:
    values = list(values)
    return divided(reduce(EXACT.add, values, ZERO), Decimal(len(values)))
