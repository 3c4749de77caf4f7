"""An explanation: steps that a person can redo by hand from their own text.

A step is a sum ("trừ quá hạn: 2 × 0,5 = 1") or a look-up ("tỷ lệ: 95 ≤ 96 < 98, được 6"). The last
step of a node gives its points.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from scoring.rules.numbers import HUNDRED, divided, figure, percent, rounded, times

MOST_PERCENT_PLACES = 8


@dataclass(frozen=True)
class Step:
    """label: expression = value; with a `word`, label: condition, word value."""

    label: str
    expression: str
    value: Decimal
    word: str = ""

    @property
    def text(self) -> str:
        value = figure(self.value)
        if not self.expression:
            return f"{self.label}: {value}"
        if self.word:
            return f"{self.label}: {self.expression}, {self.word} {value}"
        return f"{self.label}: {self.expression} = {value}"

    def __str__(self):
        return self.text


def sentence(steps: Iterable[Step]) -> str:
    """The steps as one sentence: "…; còn: 14,47 − 1 = 13,47"."""
    return "; ".join(step.text for step in steps)


def share(
    label: str, part: Decimal, whole: Decimal, full: Decimal, round_: Callable[[Decimal], Decimal]
) -> Step:
    """part/whole of `full` points: "137/142 = 96,48 % × 15 = 14,47".

    The percentage is shown to as many places as it takes for its product to come out right.
    """
    value = round_(divided(times(part, full), whole))
    ratio = divided(times(part, HUNDRED), whole)
    for places in range(2, MOST_PERCENT_PLACES + 1):
        shown = rounded(ratio, places)
        if round_(divided(times(shown, full), HUNDRED)) == value:
            expression = f"{figure(part)}/{figure(whole)} = {percent(shown)} × {figure(full)}"
            return Step(label, expression, value)
    return Step(label, f"{figure(full)} × {figure(part)}/{figure(whole)}", value)


def added(label: str, values: Iterable[Decimal], total: Decimal) -> Step:
    """A sum written out: "1 + 0,5 = 1,5"; one term alone stands without a sign."""
    return Step(label, " + ".join(map(term, values)), total)


def term(value: Decimal) -> str:
    """A number inside an expression; a negative one stands in parentheses."""
    return f"({figure(value)})" if value < 0 else figure(value)


def averaged(label: str, values: Iterable[Decimal], mean: Decimal) -> Step:
    """A mean written out: "(8 + 9)/2 = 8,5"."""
    values = list(values)
    return Step(label, f"({' + '.join(map(term, values))})/{len(values)}", mean)


def less(label: str, start: Decimal, taken: Iterable[Decimal], left: Decimal) -> Step:
    """A subtraction written out: "8 − 1,5 − 0 = 6,5"."""
    return Step(label, " − ".join(map(term, [start, *taken])), left)


def capped(label: str, value: Decimal, most: Decimal) -> Step:
    return Step(label, f"{figure(value)} > {figure(most)}", most, "tính")


def raised(label: str, value: Decimal, least: Decimal) -> Step:
    return Step(label, f"{figure(value)} < {figure(least)}", least, "tính")
