"""What a rule takes from its author (Param) and from a unit (Input), as data.

Forms, the Excel sheet, the JSON Schema and the check of a document are all made from these.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from scoring.rules.numbers import NotANumber, figure, number

ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
NEVER = "never"
# Phases whose last day a rule may name as its due day: "@self_assessment".
NAMED_DAYS = (
    "register",
    "sign",
    "half_year_report",
    "self_assessment",
    "verification",
    "response",
    "conference",
    "dossier",
)


class Malformed(ValueError):
    """A document that cannot be a table: where (and its key), and what is wrong, in Vietnamese."""

    def __init__(self, where: str, message: str, key: str = ""):
        super().__init__(f"{where}: {message}" if where else message)
        self.where, self.message, self.key = where, message, key


class BadFact(ValueError):
    """A fact that cannot be what was asked for; the message is for the person who typed it."""


@dataclass(frozen=True)
class Param:
    """One setting of a rule.

    type: points, number, percent, count, text, flag, choice, due, formula, or rows of several
    columns: bands, ranks, options, documents, inputs, matrix, parts.
    """

    name: str
    label: str
    type: str
    required: bool = False
    default: object = None
    choices: tuple[tuple[str, str], ...] = ()
    help: str = ""


@dataclass(frozen=True)
class Input:
    """One fact a criterion asks a unit for.

    type: count (whole, not negative), number, percent, points, flag, choice, date (or "never"), text.
    """

    name: str
    label: str
    type: str
    options: tuple[tuple[str, str], ...] = ()
    required: bool = True
    most: Decimal | None = None
    help: str = ""
    # Who fills it: the unit, or whoever verifies (approval of a waiver, a judgement).
    by_verifier: bool = False

    def named(self, name: str) -> "Input":
        return replace(self, name=name)

    def read(self, raw: object) -> object:
        """The value of this input from its plain JSON form, None when there is none.

        Raises BadFact.
        """
        if raw is None or raw == "":
            return None
        return READERS[self.type](self, raw)


def _read_number(wanted, raw):
    try:
        value = number(raw)
    except NotANumber as error:
        raise BadFact(f"{wanted.label}: {error}") from None
    if wanted.type != "number" and value < 0:
        raise BadFact(f"{wanted.label}: không được là số âm.")
    if wanted.type == "count" and value != value.to_integral_value():
        raise BadFact(f"{wanted.label}: phải là số nguyên.")
    if wanted.most is not None and value > wanted.most:
        raise BadFact(f"{wanted.label}: không được quá {figure(wanted.most)}.")
    return value


def _read_flag(wanted, raw):
    if not isinstance(raw, bool):
        raise BadFact(f"{wanted.label}: phải là có hoặc không.")
    return raw


def _read_choice(wanted, raw):
    # A bare number may stand for an option's key.
    written = str(raw) if isinstance(raw, int) and not isinstance(raw, bool) else raw
    if not isinstance(written, str) or written not in dict(wanted.options):
        raise BadFact(f"{wanted.label}: “{str(raw)[:40]}” không có trong các lựa chọn.")
    return written


def _read_date(wanted, raw):
    if raw == NEVER:
        return NEVER
    try:
        if type(raw) is date:
            return raw
        if isinstance(raw, str) and ISO_DAY.fullmatch(raw):
            return date.fromisoformat(raw)
    except ValueError:
        pass
    raise BadFact(f"{wanted.label}: “{str(raw)[:40]}” không phải là một ngày.")


def _read_text(wanted, raw):
    if not isinstance(raw, str):
        raise BadFact(f"{wanted.label}: phải là chữ.")
    return raw.strip() or None


READERS = {
    "count": _read_number,
    "number": _read_number,
    "percent": _read_number,
    "points": _read_number,
    "flag": _read_flag,
    "choice": _read_choice,
    "date": _read_date,
    "text": _read_text,
}


@dataclass(frozen=True)
class Option:
    """One case of a list, with its points."""

    key: str
    label: str
    points: Decimal


@dataclass(frozen=True)
class Band:
    """Points for values of an interval; a bound that is None is open to infinity."""

    points: Decimal
    low: Decimal | None = None
    low_open: bool = False
    high: Decimal | None = None
    high_open: bool = False

    def __contains__(self, value: Decimal) -> bool:
        if self.low is not None and (value <= self.low if self.low_open else value < self.low):
            return False
        if self.high is None:
            return True
        return value < self.high if self.high_open else value <= self.high

    def condition(self, value: str, unit: str = "") -> str:
        """ "95 % ≤ 96 % < 98 %" for the value's text "96 %"."""
        low = (
            "" if self.low is None else f"{figure(self.low)}{unit} {'<' if self.low_open else '≤'} "
        )
        high = (
            ""
            if self.high is None
            else f" {'<' if self.high_open else '≤'} {figure(self.high)}{unit}"
        )
        return f"{low}{value}{high}"


@dataclass(frozen=True)
class DocumentDue:
    """One paper whose date counts: what it is, and by when ("02-28" or "@self_assessment")."""

    key: str
    label: str
    due: str


@dataclass(frozen=True)
class Settings:
    """A rule's settings by name, read once."""

    values: Mapping[str, object] = field(default_factory=dict)

    def __getattr__(self, name):
        try:
            return self.values[name]
        except KeyError:
            raise AttributeError(name) from None
