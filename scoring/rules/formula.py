"""Formulas over named facts: a small parser of our own, exact decimals, nothing evaluated by Python.

expression := comparison-free sum of products: + − × ÷ (also - * / :), parentheses, numbers with a
comma or a point, names, min(a; b; …), max(a; b; …), neu(condition; then; else)
condition  := expression (<|≤|<=|=|≥|>=|>|≠) expression
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from scoring.rules.numbers import EXACT, figure

FULL = "diem_toi_da"
FUNCTIONS = ("min", "max", "neu")
LONGEST, DEEPEST, MOST_TOKENS = 500, 20, 120
# A result that has more digits before the comma is no number of points.
MOST_DIGITS = 15
TOKEN = re.compile(
    r"\s*(?:(\d{1,15}(?:[.,]\d{1,12})?)(?![\d.,])|([a-z][a-z0-9_]*)|(<=|>=|[-+−×*/÷:();<>=≤≥≠]))",
    re.ASCII,
)
SAME = {"*": "×", "/": "÷", ":": "÷", "-": "−", "<=": "≤", ">=": "≥"}
COMPARE = {
    "<": lambda a, b: a < b,
    "≤": lambda a, b: a <= b,
    "=": lambda a, b: a == b,
    "≠": lambda a, b: a != b,
    "≥": lambda a, b: a >= b,
    ">": lambda a, b: a > b,
}
OPPOSITE = {"<": "≥", "≤": ">", "=": "≠", "≠": "=", "≥": "<", ">": "≤"}
STRENGTH = {"+": 1, "−": 1, "×": 2, "÷": 2}


class FormulaError(ValueError):
    """Why a formula cannot be read or computed, in Vietnamese."""


@dataclass(frozen=True)
class Number:
    figure: Decimal

    def value(self, names):
        return self.figure

    def written(self, names):
        return figure(self.figure)

    def branches(self, names):
        return []


@dataclass(frozen=True)
class Name:
    name: str

    def value(self, names):
        try:
            return names[self.name]
        except KeyError:
            raise FormulaError(f"chưa có “{self.name}”") from None

    def written(self, names):
        found = self.value(names)
        return f"({figure(found)})" if found < 0 else figure(found)

    def branches(self, names):
        return []


@dataclass(frozen=True)
class Negative:
    of: object

    def value(self, names):
        return -self.of.value(names)

    def written(self, names):
        return f"(−{_enclosed(self.of, names, 3)})"

    def branches(self, names):
        return self.of.branches(names)


@dataclass(frozen=True)
class Operation:
    sign: str
    left: object
    right: object

    def value(self, names):
        left, right = self.left.value(names), self.right.value(names)
        if self.sign == "+":
            return EXACT.add(left, right)
        if self.sign == "−":
            return EXACT.subtract(left, right)
        if self.sign == "×":
            return EXACT.multiply(left, right)
        if right == 0:
            raise FormulaError("phép chia cho 0")
        return EXACT.divide(left, right)

    def written(self, names):
        strength = STRENGTH[self.sign]
        left = _enclosed(self.left, names, strength)
        right = _enclosed(self.right, names, strength + 1)
        sign = f" {self.sign} " if self.sign != "÷" else "/"
        return f"{left}{sign}{right}"

    def branches(self, names):
        return [*self.left.branches(names), *self.right.branches(names)]


@dataclass(frozen=True)
class Call:
    function: str
    arguments: tuple

    def value(self, names):
        if self.function == "neu":
            condition, chosen, other = self.arguments
            return (chosen if condition.holds(names) else other).value(names)
        values = [argument.value(names) for argument in self.arguments]
        return (min if self.function == "min" else max)(values)

    def written(self, names):
        if self.function == "neu":
            condition, chosen, other = self.arguments
            return _enclosed(chosen if condition.holds(names) else other, names, 0)
        return f"{self.function}({'; '.join(one.written(names) for one in self.arguments)})"

    def branches(self, names):
        if self.function != "neu":
            return [found for one in self.arguments for found in one.branches(names)]
        condition, chosen, other = self.arguments
        taken = chosen if condition.holds(names) else other
        return [
            *condition.branches(names),
            (condition.written(names), taken.value(names)),
            *taken.branches(names),
        ]


@dataclass(frozen=True)
class Comparison:
    sign: str
    left: object
    right: object

    def holds(self, names):
        return COMPARE[self.sign](self.left.value(names), self.right.value(names))

    def written(self, names):
        """What is true: the comparison itself, or its opposite when it does not hold."""
        sign = self.sign if self.holds(names) else OPPOSITE[self.sign]
        return f"{self.left.written(names)} {sign} {self.right.written(names)}"

    def branches(self, names):
        return [*self.left.branches(names), *self.right.branches(names)]


def _enclosed(node, names, strength):
    """The node's text, in parentheses where it binds less than what stands around it."""
    if isinstance(node, Call) and node.function == "neu":
        condition, chosen, other = node.arguments
        return _enclosed(chosen if condition.holds(names) else other, names, strength)
    written = node.written(names)
    loose = isinstance(node, Operation) and STRENGTH[node.sign] < strength
    return f"({written})" if loose else written


@dataclass(frozen=True)
class Formula:
    """A formula that was read: what it is called with, and what comes of it."""

    root: object
    names: frozenset[str]

    def value(self, names: Mapping[str, Decimal]) -> Decimal:
        """The exact value; raises FormulaError: a missing name, a division by zero, too large."""
        found = self.root.value(names)
        if found and found.adjusted() >= MOST_DIGITS:
            raise FormulaError("kết quả quá lớn")
        return found

    def written(self, names: Mapping[str, Decimal]) -> str:
        """The formula with its names replaced by their values, only the branch that was taken."""
        return self.root.written(names)

    def branches(self, names: Mapping[str, Decimal]) -> list[tuple[str, Decimal]]:
        """For each neu(…) on the way: the comparison that decided, and the value it chose."""
        return self.root.branches(names)


@lru_cache(maxsize=512)
def parse(text: str) -> Formula:
    """Read a formula; raises FormulaError."""
    if len(text) > LONGEST:
        raise FormulaError(f"dài quá {LONGEST} ký tự")
    tokens = _tokens(text)
    if len(tokens) > MOST_TOKENS:
        raise FormulaError("quá nhiều phép tính")
    parser = _Parser(tokens)
    root = parser.sum()
    parser.end()
    return Formula(root, frozenset(parser.names))


def _tokens(text):
    text, place, tokens = text.strip(), 0, []
    while place < len(text):
        found = TOKEN.match(text, place)
        if not found:
            raise FormulaError(f"không hiểu “{text[place:].strip()[:10]}”")
        place = found.end()
        digits, name, sign = found.groups()
        if digits:
            tokens.append(("number", Decimal(digits.replace(",", "."))))
        elif name:
            tokens.append(("name", name))
        else:
            tokens.append(("sign", SAME.get(sign, sign)))
    return tokens


class _Parser:
    def __init__(self, tokens):
        self.tokens, self.place, self.depth, self.names = tokens, 0, 0, set()

    def peek(self):
        return self.tokens[self.place] if self.place < len(self.tokens) else ("end", "")

    def take(self, *signs):
        """The next sign when it is one of these, else None."""
        kind, value = self.peek()
        if kind == "sign" and value in signs:
            self.place += 1
            return value
        return None

    def need(self, sign):
        if not self.take(sign):
            raise FormulaError(f"thiếu “{sign}”")

    def end(self):
        kind, value = self.peek()
        if kind != "end":
            raise FormulaError(f"thừa “{value}”")

    def sum(self):
        node = self.product()
        while sign := self.take("+", "−"):
            node = Operation(sign, node, self.product())
        return node

    def product(self):
        node = self.factor()
        while sign := self.take("×", "÷"):
            node = Operation(sign, node, self.factor())
        return node

    def factor(self):
        self.depth += 1
        if self.depth > DEEPEST:
            raise FormulaError("lồng nhau quá sâu")
        try:
            if self.take("−"):
                return Negative(self.factor())
            if self.take("("):
                node = self.sum()
                self.need(")")
                return node
            return self.operand()
        finally:
            self.depth -= 1

    def operand(self):
        kind, value = self.peek()
        self.place += 1
        if kind == "number":
            return Number(value)
        if kind != "name":
            raise FormulaError(f"thiếu số hoặc tên dữ kiện trước “{value or 'cuối công thức'}”")
        if value in FUNCTIONS:
            return self.call(value)
        self.names.add(value)
        return Name(value)

    def call(self, function):
        self.need("(")
        arguments = [self.condition() if function == "neu" else self.sum()]
        while self.take(";"):
            arguments.append(self.sum())
        self.need(")")
        if function == "neu" and len(arguments) != 3:
            raise FormulaError("neu(…) cần điều kiện và hai giá trị")
        return Call(function, tuple(arguments))

    def condition(self):
        left = self.sum()
        sign = self.take(*COMPARE)
        if not sign:
            raise FormulaError("neu(…) cần một phép so sánh")
        return Comparison(sign, left, self.sum())
