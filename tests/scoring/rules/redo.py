"""Redoes a line of an explanation from its text alone, as a person with a pencil would.

Written apart from the engine on purpose: fractions instead of decimals, a grammar of its own.

    label: value                                          looked up, nothing to redo
    label: 2 × 0,5 + 1 = 2                                 a sum
    label: 137/142 = 96,48 % × 15 = 14,47                  a chain
    label: 95 % ≤ 96 % < 98 %, được 6                       a comparison that must be true
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

NUMBER = r"\d+(?:,\d+)?"
TOKEN = re.compile(rf"\s*(?:({NUMBER})( %)?|(min|max)|([-−+×/();]))")
DECIDED = re.compile(rf"(.+), (được|tính|lấy|hàng|cột|số bậc đủ) (−?{NUMBER})")
SIGNS = {
    "<": lambda a, b: a < b,
    "≤": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    "≥": lambda a, b: a >= b,
    "=": lambda a, b: a == b,
    "≠": lambda a, b: a != b,
}


class CannotRedo(AssertionError):
    pass


@dataclass(frozen=True)
class Line:
    """A line taken apart. exact: what its expression comes to; None where it is only looked up."""

    label: str
    value: Decimal
    exact: Fraction | None = None
    terms: tuple[Decimal, ...] = ()


def number(written):
    return Decimal(written.replace("−", "-").replace(",", "."))


def redo(text, rounding, *, is_points=False):
    """The line, once its value is what the text comes to at the table's rounding.

    is_points: its value is points, so that no other rounding will do. On the way to points there
    are percentages and means, which keep as many places as they need, two at least.
    """
    label, _, said = text.rpartition(": ")
    decided = DECIDED.fullmatch(said)
    if decided:
        return _decided(label, *decided.groups())
    *links, last = said.split(" = ")
    value = number(last)
    if not links:
        return Line(label, value)
    for link, following in pairwise(links):
        _check_link(link, following, text)
    exact = evaluate(links[-1])
    if not _comes_to(exact, value, rounding, is_points):
        raise CannotRedo(f"{text!r}: {links[-1]} comes to {float(exact)}")
    return Line(label, value, exact, _terms(links[-1]))


def _check_link(link, following, text):
    """ "137/142 = 96,48 % × …": the number that begins the next link is what this one comes to."""
    found = re.match(rf"({NUMBER})( %)?", following)
    shown = number(found[1]) / (100 if found[2] else 1)
    exact = evaluate(link)
    if not any(rounded(exact, places) == shown for places in range(2, 30)):
        raise CannotRedo(f"{text!r}: {link} is not {found[0]}")


def _decided(label, condition, word, written):
    """A comparison that must hold; what limits the value must be what it says."""
    value = number(written)
    parts = re.split(r" ([<≤>≥=≠]) ", condition)
    sides = [evaluate(part) for part in parts[::2]]
    for left, sign, right in zip(sides[:-1], parts[1::2], sides[1:], strict=True):
        if not SIGNS[sign](left, right):
            raise CannotRedo(f"{label}: {condition} is not true")
    percent = condition.endswith("%")
    if word == "tính" and Fraction(value) / (100 if percent else 1) != sides[-1]:
        raise CannotRedo(f"{label}: {condition} does not leave {written}")
    if word == "số bậc đủ":
        size = evaluate(parts[2].rpartition(" × ")[2])
        if not Fraction(value) * size <= sides[0] < (Fraction(value) + 1) * size:
            raise CannotRedo(f"{label}: {condition} is not {written} whole steps")
    return Line(label, value)


def rounded(exact, places, mode="half_up"):
    """A fraction as a decimal of so many places."""
    scaled = exact * 10**places
    whole = abs(scaled.numerator) // scaled.denominator
    rest = abs(scaled) - whole
    if mode == "half_up" and rest >= Fraction(1, 2):
        whole += 1
    sign = -1 if scaled < 0 else 1
    return Decimal(sign * whole).scaleb(-places)


def _comes_to(exact, value, rounding, is_points):
    if exact == Fraction(value):
        return True
    if rounded(exact, rounding.places, rounding.mode) == value:
        return True
    # Where the table rounds later, points keep six places until then.
    if rounding.stage != "leaf" and rounded(exact, max(6, rounding.places)) == value:
        return True
    return not is_points and any(rounded(exact, places) == value for places in range(2, 25))


def _terms(expression):
    """The terms of a plain sum; () for anything else."""
    if not re.fullmatch(rf"\(?−?{NUMBER}\)?( [+−] \(?−?{NUMBER}\)?)*", expression):
        return ()
    found, sign = [], 1
    for piece in re.split(r" ([+−]) ", expression):
        if piece in "+−":
            sign = -1 if piece == "−" else 1
        else:
            found.append(sign * number(piece.strip("()")))
    return tuple(found)


def evaluate(expression):
    """The exact value of an expression."""
    tokens, place = [], 0
    while place < len(expression):
        found = TOKEN.match(expression, place)
        if not found:
            raise CannotRedo(f"cannot read {expression[place:]!r} in {expression!r}")
        digits, percent, function, sign = found.groups()
        if digits:
            tokens.append(Fraction(number(digits)) / (100 if percent else 1))
        else:
            tokens.append(function or sign)
        place = found.end()
    value = _sum(tokens)
    if tokens:
        raise CannotRedo(f"left over in {expression!r}: {tokens}")
    return value


def _sum(tokens):
    value = _product(tokens)
    while tokens and tokens[0] in ("+", "−"):
        value += _product(tokens) if tokens.pop(0) == "+" else -_product(tokens)
    return value


def _product(tokens):
    value = _factor(tokens)
    while tokens and tokens[0] in ("×", "/"):
        value = value * _factor(tokens) if tokens.pop(0) == "×" else value / _factor(tokens)
    return value


def _factor(tokens):
    first = tokens.pop(0)
    if isinstance(first, Fraction):
        return first
    if first == "−":
        return -_factor(tokens)
    if first == "(":
        value = _sum(tokens)
        assert tokens.pop(0) == ")"
        return value
    assert first in ("min", "max") and tokens.pop(0) == "("
    values = [_sum(tokens)]
    while tokens[0] == ";":
        tokens.pop(0)
        values.append(_sum(tokens))
    assert tokens.pop(0) == ")"
    return (min if first == "min" else max)(values)
