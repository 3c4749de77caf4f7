"""The bar chart of a ranking: sizes in per cent, for SVG that the server writes."""

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

HUNDRED = Decimal(100)
# Room at the right of the longest bar.
STEP = Decimal(2)


@dataclass(frozen=True)
class Bar:
    """One unit's bar: the base after deductions, then the bonus."""

    name: str
    total: Decimal
    base: str
    bonus: str
    is_paused: bool


@dataclass(frozen=True)
class Threshold:
    """From where a class begins."""

    name: str
    points: Decimal
    at: str


def bar_chart(content):
    """(bars, thresholds) of a ranking's content; the axis begins at 0."""
    totals = [Decimal(row["total"]) for row in content["places"]]
    longest = max([*totals, Decimal(content["base_max"])])
    axis = ((longest / STEP).to_integral_value(ROUND_CEILING) + 1) * STEP
    return (
        [_bar(row, axis) for row in content["places"]],
        [
            Threshold(level["name"], Decimal(level["at_least"]), _per_cent(level["at_least"], axis))
            for level in reversed(content["classes"])
            if level["at_least"] is not None and Decimal(level["at_least"]) <= axis
        ],
    )


def _bar(row, axis):
    total, bonus = Decimal(row["total"]), Decimal(row["bonus"])
    paused = row["place"] is None
    bonus = Decimal(0) if paused else min(bonus, total)
    return Bar(row["name"], total, _per_cent(total - bonus, axis), _per_cent(bonus, axis), paused)


def _per_cent(value, axis):
    """A length on the axis as SVG writes it: with a point, never negative."""
    share = max(Decimal(value), Decimal(0)) * HUNDRED / axis
    return f"{share:.2f}%"
