"""Reads the settings of one JSON object by their Params, and says where something is wrong."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from scoring.rules.numbers import NotANumber, number, places_of
from scoring.rules.params import (
    NAMED_DAYS,
    Band,
    DocumentDue,
    Input,
    Malformed,
    Option,
    Param,
)

NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
# Keys of criteria, options, documents: they become names of facts, columns and anchors.
KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
MONTH_DAY = re.compile(r"(\d\d)-(\d\d)|@([a-z_]+)", re.ASCII)
# Beyond these a table's number is a slip of the keyboard.
TABLE_DIGITS, TABLE_PLACES = 9, 6
MOST_ROWS = 100

POINTS = Param("points", "điểm", "points", True)
# The columns of settings that are rows.
ROWS = {
    "options": (Param("key", "khóa", "text"), Param("label", "nội dung", "text", True), POINTS),
    "documents": (
        Param("key", "khóa", "text"),
        Param("label", "tên", "text", True),
        Param("due", "hạn", "due", True),
    ),
    "bands": (
        *(Param("at_least", "từ", "number"), Param("more_than", "trên", "number")),
        *(Param("at_most", "đến", "number"), Param("below", "dưới", "number")),
        POINTS,
    ),
    "ranks": (
        Param("first", "từ hạng", "count", True),
        Param("last", "đến hạng", "count"),
        POINTS,
    ),
    "inputs": (
        Param("name", "tên", "text", True),
        Param("label", "nhãn", "text", True),
        Param(
            "type",
            "loại",
            "choice",
            default="number",
            choices=(("count", "số nguyên"), ("number", "số"), ("percent", "tỷ lệ %")),
        ),
    ),
}


class Reader:
    """Takes settings from one JSON object; what is wrong is kept in `errors`, in order.

    where, key: the criterion, gate or line of the table; inside: which part of it.
    """

    def __init__(
        self, where: str, raw: Mapping, errors: list[Malformed], key: str = "", inside: str = ""
    ):
        self.where, self.raw, self.errors = where, raw, errors
        self.key, self.inside = key, inside

    def wrong(self, message: str) -> Malformed:
        written = f"{self.inside}: {message}" if self.inside else message
        return Malformed(self.where, written, self.key)

    def report(self, message: str) -> None:
        self.errors.append(self.wrong(message))

    def within(self, inside: str, raw: Mapping) -> "Reader":
        """A reader of an object inside this one."""
        inside = f"{self.inside}, {inside}" if self.inside else inside
        return Reader(self.where, raw, self.errors, self.key, inside)

    def only(self, names) -> None:
        """Report settings of other names: typing mistakes."""
        for name in self.raw:
            if name not in names:
                self.report(f"không có mục nào tên “{name}”")

    def take(self, param: Param) -> object:
        """The value of one setting; its default when it is absent or wrong, which is reported."""
        raw = self.raw.get(param.name)
        if raw is None or raw == "":
            if param.required:
                self.report(f"thiếu “{param.label}” ({param.name})")
            return param.default
        try:
            return getattr(self, f"_{param.type}")(param, raw)
        except Malformed as error:
            self.errors.append(error)
            return param.default

    def _points(self, param, raw):
        try:
            value = number(raw)
        except NotANumber as error:
            raise self.wrong(f"“{param.label}”: {error}") from None
        if value and (value.adjusted() >= TABLE_DIGITS or places_of(value) > TABLE_PLACES):
            raise self.wrong(f"“{param.label}” quá lớn hoặc có quá nhiều chữ số thập phân")
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
        if not isinstance(raw, str) or raw not in dict(param.choices):
            allowed = ", ".join(key for key, _label in param.choices)
            raise self.wrong(f"“{param.label}” phải là một trong: {allowed}")
        return raw

    def _due(self, param, raw):
        found = MONTH_DAY.fullmatch(raw) if isinstance(raw, str) else None
        if not found or (found[3] and found[3] not in NAMED_DAYS):
            raise self.wrong(f"“{param.label}” phải có dạng tháng-ngày như 02-28, hoặc @tên bước")
        if not found[3]:
            try:
                date(2024, int(found[1]), int(found[2]))
            except ValueError:
                raise self.wrong(f"“{param.label}”: không có ngày {raw}") from None
        return raw

    # Rows of several columns

    def _rows(self, param, raw) -> Iterator["Reader"]:
        if not isinstance(raw, list) or not raw:
            raise self.wrong(f"“{param.label}” phải là một danh sách không rỗng")
        if len(raw) > MOST_ROWS:
            raise self.wrong(f"“{param.label}” có hơn {MOST_ROWS} dòng")
        for place, row in enumerate(raw, 1):
            if not isinstance(row, dict):
                raise self.wrong(f"“{param.label}”, dòng {place}: phải là một đối tượng")
            reader = self.within(f"{param.label} dòng {place}", row)
            if param.type in ROWS:
                reader.only([column.name for column in ROWS[param.type]])
            yield reader

    def _columns(self, kind):
        return {column.name: self.take(column) for column in ROWS[kind] if column.name != "key"}

    def _row_key(self, place):
        raw = self.raw.get("key")
        if raw is None or raw == "":
            return str(place)
        if not isinstance(raw, str) or not KEY.fullmatch(raw) or "__" in raw:
            self.report("khóa chỉ gồm chữ không dấu, chữ số, dấu chấm, gạch nối, gạch dưới đơn")
        return str(raw)

    def _options(self, param, raw):
        rows = enumerate(self._rows(param, raw), 1)
        options = [Option(row._row_key(place), **row._columns("options")) for place, row in rows]
        self._once(param, [option.key for option in options])
        return tuple(options)

    def _documents(self, param, raw):
        rows = enumerate(self._rows(param, raw), 1)
        found = [
            DocumentDue(row._row_key(place), **row._columns("documents")) for place, row in rows
        ]
        self._once(param, [document.key for document in found])
        return tuple(found)

    def _bands(self, param, raw):
        return tuple(self._band(row) for row in self._rows(param, raw))

    @staticmethod
    def _band(row):
        values = row._columns("bands")
        low, low_open = row._bound(values, "at_least", "more_than")
        high, high_open = row._bound(values, "at_most", "below")
        return Band(values["points"], low, low_open, high, high_open)

    def _bound(self, values, closed, opened):
        """(bound, is it open?) from the two names a bound may have."""
        if None not in (values[closed], values[opened]):
            self.report(f"chỉ dùng một trong {closed}, {opened}")
        if values[closed] is not None:
            return values[closed], False
        return values[opened], values[opened] is not None

    def _ranks(self, param, raw):
        bands = []
        for row in self._rows(param, raw):
            values = row._columns("ranks")
            first, last = (
                None if values[name] is None else Decimal(values[name])
                for name in ("first", "last")
            )
            bands.append(Band(values["points"], first, False, last, False))
        return tuple(bands)

    def _matrix(self, param, raw):
        """Rows of points, one number a column."""
        if not isinstance(raw, list) or not all(isinstance(row, list) and row for row in raw):
            raise self.wrong(f"“{param.label}” phải là một bảng số")
        if len(raw) > MOST_ROWS or any(len(row) > MOST_ROWS for row in raw):
            raise self.wrong(f"“{param.label}” có hơn {MOST_ROWS} hàng hoặc cột")
        cell = Param(param.name, param.label, "points")
        return tuple(tuple(self._points(cell, one) for one in row) for row in raw)

    def _inputs(self, param, raw):
        inputs = []
        for row in self._rows(param, raw):
            values = row._columns("inputs")
            name = values["name"] or ""
            if name and not NAME.fullmatch(name):
                row.report("tên dữ kiện chỉ gồm chữ thường không dấu, chữ số, gạch dưới")
            inputs.append(Input(name, values["label"], values["type"]))
        self._once(param, [found.name for found in inputs])
        return tuple(inputs)

    def _parts(self, param, raw):
        """The parts of a sum, still raw; rules inside rules are read by whoever knows the kinds."""
        return [row.raw for row in self._rows(param, raw)]

    def _once(self, param, keys):
        for key in dict.fromkeys(keys):
            if keys.count(key) > 1:
                self.report(f"“{param.label}”: “{key}” có hai lần")
