"""Exact numbers: how points are rounded, and how every number of an explanation is written."""

from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal, InvalidOperation

from khoithidua import text

# Wide enough that a quotient is cut far behind the last place anybody rounds to.
EXACT = Context(prec=50, rounding=ROUND_HALF_UP)
# Where points are rounded later than in the criterion, they are kept to so many places until then:
# what an explanation shows is what was calculated with.
WORKING_PLACES = 6
MODES = {"half_up": ROUND_HALF_UP, "down": ROUND_DOWN}
STAGES = ("leaf", "group", "total")

ZERO = Decimal(0)
HUNDRED = Decimal(100)


class NotANumber(ValueError):
    """A value in a document or in facts that is not a finite decimal number."""


def number(value: object) -> Decimal:
    """A Decimal from a document's or a fact's value: "0.5", 3; raises NotANumber.

    Floats are refused: 0.1 would not be a tenth.
    """
    if isinstance(value, (bool, float)) or value is None:
        raise NotANumber(f"“{value}” không phải là một số viết đúng dạng.")
    try:
        found = Decimal(value)
    except (InvalidOperation, TypeError, ValueError):
        raise NotANumber(f"“{value}” không phải là một số.") from None
    if not found.is_finite() or abs(found.adjusted()) > 15:
        raise NotANumber(f"“{value}” không phải là một số dùng được.")
    return found or ZERO


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
    product = Decimal(1)
    for factor in factors:
        product = EXACT.multiply(product, factor)
    return product


def divided(dividend: Decimal, divisor: Decimal) -> Decimal:
    return EXACT.divide(dividend, divisor)
