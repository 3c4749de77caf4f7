"""What a rule takes from its author (Param) and from a unit (Input), as data.

Forms, the Excel sheet, the JSON Schema and the check of a document are all made from these.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from scoring.rules.numbers import NotANumber, figure, number

NAME = re.compile(r"[a-z][a-z0-9_]*")
MONTH_DAY = re.compile(r"(\d\d)-(\d\d)|@([a-z_]+)")
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
    """A document that cannot be a table: where, and what is wrong, in Vietnamese."""

    def __init__(self, where: str, message: str):
        super().__init__(f"{where}: {message}" if where else message)
        self.where, self.message = where, message


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
    if str(raw) not in dict(wanted.options):
        raise BadFact(f"{wanted.label}: “{raw}” không có trong các lựa chọn.")
    return str(raw)


def _read_date(wanted, raw):
    if raw == NEVER:
        return NEVER
    try:
        return raw if isinstance(raw, date) else date.fromisoformat(str(raw))
    except ValueError:
        raise BadFact(f"{wanted.label}: “{raw}” không phải là một ngày.") from None


def _read_text(wanted, raw):
    return str(raw).strip() or None


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


class Reader:
    """Reads one rule's settings from its JSON object, naming where something is wrong."""

    def __init__(self, where: str, raw: Mapping):
        self.where, self.raw = where, raw

    def wrong(self, message: str) -> Malformed:
        return Malformed(self.where, message)

    def take(self, param: Param) -> object:
        raw = self.raw.get(param.name)
        if raw is None or raw == "":
            if param.required:
                raise self.wrong(f"thiếu “{param.label}” ({param.name})")
            return param.default
        return getattr(self, f"_{param.type}")(param, raw)

    def _points(self, param, raw):
        try:
            value = number(raw)
        except NotANumber as error:
            raise self.wrong(f"“{param.label}”: {error}") from None
        if value < 0 and param.type != "number":
            raise self.wrong(f"“{param.label}” không được âm")
        return value

    _number = _percent = _points

    def _count(self, param, raw):
        value = self._points(param, raw)
        if value != value.to_integral_value():
            raise self.wrong(f"“{param.label}” phải là số nguyên")
        return int(value)

    def _text(self, param, raw):
        if not isinstance(raw, str):
            raise self.wrong(f"“{param.label}” phải là chữ")
        return raw

    _formula = _text

    def _flag(self, param, raw):
        if not isinstance(raw, bool):
            raise self.wrong(f"“{param.label}” phải là true hoặc false")
        return raw

    def _choice(self, param, raw):
        if raw not in dict(param.choices):
            allowed = ", ".join(key for key, _label in param.choices)
            raise self.wrong(f"“{param.label}” phải là một trong: {allowed}")
        return raw

    def _due(self, param, raw):
        found = MONTH_DAY.fullmatch(str(raw))
        if not found or (found[3] and found[3] not in NAMED_DAYS):
            raise self.wrong(f"“{param.label}” phải có dạng tháng-ngày như 02-28, hoặc @tên bước")
        if not found[3]:
            try:
                date(2024, int(found[1]), int(found[2]))
            except ValueError:
                raise self.wrong(f"“{param.label}”: không có ngày {raw}") from None
        return raw

    def _rows(self, param, raw):
        if not isinstance(raw, list) or not raw:
            raise self.wrong(f"“{param.label}” phải là một danh sách không rỗng")
        for place, row in enumerate(raw, 1):
            if not isinstance(row, dict):
                raise self.wrong(f"“{param.label}”, dòng {place}: phải là một đối tượng")
            yield Reader(f"{self.where}, {param.label.lower()} dòng {place}", row)

    def _options(self, param, raw):
        options = tuple(
            Option(
                str(row.raw.get("key") or place),
                row.take(Param("label", "nội dung", "text", True)),
                row.take(Param("points", "điểm", "points", True)),
            )
            for place, row in enumerate(self._rows(param, raw), 1)
        )
        self._once(param, [option.key for option in options])
        return options

    def _documents(self, param, raw):
        documents = tuple(
            DocumentDue(
                str(row.raw.get("key") or place),
                row.take(Param("label", "tên", "text", True)),
                row.take(Param("due", "hạn", "due", True)),
            )
            for place, row in enumerate(self._rows(param, raw), 1)
        )
        self._once(param, [document.key for document in documents])
        return documents

    def _bands(self, param, raw):
        return tuple(self._band(row) for row in self._rows(param, raw))

    def _band(self, row):
        low, low_open = self._bound(row, "at_least", "more_than")
        high, high_open = self._bound(row, "at_most", "below")
        points = row.take(Param("points", "điểm", "points", True))
        return Band(points, low, low_open, high, high_open)

    @staticmethod
    def _bound(row, closed, opened):
        """(bound, is it open?) from the two names a bound may have."""
        values = [row.take(Param(name, name, "number")) for name in (closed, opened)]
        if None not in values:
            raise row.wrong(f"chỉ dùng một trong {closed}, {opened}")
        return (values[0], False) if values[0] is not None else (values[1], values[1] is not None)

    def _ranks(self, param, raw):
        bands = []
        for row in self._rows(param, raw):
            first = row.take(Param("first", "từ hạng", "count", True))
            last = row.take(Param("last", "đến hạng", "count"))
            points = row.take(Param("points", "điểm", "points", True))
            bands.append(
                Band(points, Decimal(first), False, None if last is None else Decimal(last), False)
            )
        return tuple(bands)

    def _matrix(self, param, raw):
        """Rows of points, one number a column."""
        if not isinstance(raw, list) or not all(isinstance(row, list) and row for row in raw):
            raise self.wrong(f"“{param.label}” phải là một bảng số")
        try:
            return tuple(tuple(number(cell) for cell in row) for row in raw)
        except NotANumber as error:
            raise self.wrong(f"“{param.label}”: {error}") from None

    def _inputs(self, param, raw):
        inputs = []
        for row in self._rows(param, raw):
            name = row.take(Param("name", "tên", "text", True))
            if not NAME.fullmatch(name):
                raise row.wrong("tên dữ kiện chỉ gồm chữ thường không dấu, chữ số, gạch dưới")
            label = row.take(Param("label", "nhãn", "text", True))
            kind = row.raw.get("type", "number")
            if kind not in ("count", "number", "percent"):
                raise row.wrong("loại dữ kiện phải là count, number hoặc percent")
            inputs.append(Input(name, label, kind))
        self._once(param, [found.name for found in inputs])
        return tuple(inputs)

    def _parts(self, param, raw):
        return [row.raw for row in self._rows(param, raw)]

    def _once(self, param, keys):
        for key in keys:
            if keys.count(key) > 1:
                raise self.wrong(f"“{param.label}”: “{key}” có hai lần")


@dataclass(frozen=True)
class Settings:
    """A rule's settings by name, read once."""

    values: Mapping[str, object] = field(default_factory=dict)

    def __getattr__(self, name):
        try:
            return self.values[name]
        except KeyError:
            raise AttributeError(name) from None
