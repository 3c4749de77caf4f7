"""Rows of a rule's setting (bands, cases, papers) as a small table of inputs."""

from django import forms

from khoithidua import text
from scoring.authoring import words
from scoring.authoring.fields import SettingField, typed_of
from scoring.rules import Param

SPARE_ROWS = 2
MOST_ROWS = 60
LOW_SIGNS = {"≥": "at_least", ">": "more_than"}
HIGH_SIGNS = {"<": "below", "≤": "at_most"}
POINTS = Param("points", "điểm", "points", True)
LABEL = Param("label", "nội dung", "text", True)


def _signs(names):
    return tuple((sign, sign) for sign in names)


COLUMNS = {
    "bands": (
        Param("low_sign", "dấu dưới", "choice", choices=_signs(LOW_SIGNS)),
        Param("low", "từ", "number"),
        Param("high_sign", "dấu trên", "choice", choices=_signs(HIGH_SIGNS)),
        Param("high", "đến", "number"),
        POINTS,
    ),
    "ranks": (
        Param("first", "từ hạng", "count", True),
        Param("last", "đến hạng", "count"),
        POINTS,
    ),
    "options": (LABEL, POINTS),
    "documents": (Param("label", "tên văn bản", "text", True), Param("due", "hạn", "due", True)),
    "inputs": (
        Param("name", "tên dùng trong công thức", "text", True),
        Param("label", "nhãn", "text", True),
        Param("type", "loại", "choice", default="number", choices=words.choices(words.FACT_TYPES)),
    ),
    "classes": words.CLASS_PARAMS,
    "gates": tuple(param for param in words.GATE_PARAMS if param.name != "key"),
    "tie_break": words.TIE_BREAK_PARAMS,
}
# What a row says beside its columns: its key is not shown, and is kept.
KEYED = ("options", "documents", "gates")
# Columns of several lines, and those that name a criterion or a fact of the table.
LONG = {"gates": ("name", "note")}
LISTS = {"tie_break": {"node": "cac-muc", "input": "cac-du-kien"}}


def columns_of(param: Param) -> tuple[Param, ...]:
    return COLUMNS[param.type]


def split(param: Param, row: dict) -> dict:
    """A document's row as it stands in the columns of the table, and its key."""
    found = dict(row)
    if param.type == "bands":
        for signs, name in ((LOW_SIGNS, "low"), (HIGH_SIGNS, "high")):
            for sign, bound in signs.items():
                if bound in row:
                    found |= {name: row[bound], f"{name}_sign": sign}
    shown = {
        one.name: typed_of(one, found[one.name]) for one in columns_of(param) if one.name in found
    }
    return shown | ({"key": row["key"]} if "key" in row else {})


def joined(param: Param, values: dict) -> dict:
    """The document's row of what the columns say."""
    defaults = {one.name: one.default for one in columns_of(param) if one.type == "choice"}
    said = {
        name: value
        for name, value in values.items()
        if value not in (None, "") and value != defaults.get(name)
    }
    if len(said.get("when", ())) == 1:
        said["when"] = said["when"][0]
    if param.type != "bands":
        return said
    row = {}
    for signs, name in ((LOW_SIGNS, "low"), (HIGH_SIGNS, "high")):
        if name in said:
            row[signs[said.get(f"{name}_sign") or next(iter(signs))]] = said[name]
    return {**row, "points": said["points"]}


class RowForm(forms.Form):
    """One row; a row in which nothing was typed is none."""

    def __init__(self, *args, param, number, **kwargs):
        super().__init__(*args, **kwargs)
        self.param = param
        for column in columns_of(param):
            self.fields[column.name] = _cell(param, column, number)
        if param.type in KEYED:
            self.fields["key"] = forms.CharField(
                required=False, max_length=40, widget=forms.HiddenInput
            )

    @property
    def is_blank(self):
        return not any(
            text.clean_line(str(self.data.get(self.add_prefix(column.name)) or ""))
            for column in columns_of(self.param)
            if column.type != "choice" or column.required
        )

    def full_clean(self):
        super().full_clean()
        if self.is_bound and self.is_blank:
            self._errors.clear()

    def clean(self):
        data = super().clean()
        for column in columns_of(self.param):
            missing = data.get(column.name) in (None, "")
            if column.required and missing and column.name not in self.errors:
                self.add_error(column.name, f"Thiếu {column.label}.")
        return data

    def row(self):
        return joined(self.param, self.cleaned_data)


def _cell(param, column, number):
    label = text.initial_upper(column.label)
    if column.type == "choice":
        unsaid = [("", "")] if column.required else []
        field = forms.ChoiceField(label=label, required=False, choices=[*unsaid, *column.choices])
    else:
        field = SettingField(column, required=False)
    if column.name in LONG.get(param.type, ()):
        field.widget = forms.Textarea({"rows": 2})
    if known := LISTS.get(param.type, {}).get(column.name):
        field.widget.attrs |= {"list": known, "autocomplete": "off"}
    field.widget.attrs["aria-label"] = f"{label}, dòng {number}"
    return field


class RowTable:
    """All rows of one setting, with spare ones at the end. rows: as `split` gives them."""

    def __init__(self, param, prefix, *, data=None, rows=()):
        self.param, self.label = param, text.initial_upper(param.label)
        self.is_bound, self.error = data is not None, ""
        count = _count(data, prefix) if self.is_bound else len(rows) + SPARE_ROWS
        shown = [*rows, *([{}] * count)]
        self.forms = [
            RowForm(
                data,
                initial=None if self.is_bound else shown[place],
                prefix=f"{prefix}-{place + 1}",
                param=param,
                number=place + 1,
            )
            for place in range(max(count, 1))
        ]

    @property
    def columns(self):
        return columns_of(self.param)

    def is_valid(self):
        valid = all(form.is_valid() for form in self.forms)
        if valid and self.param.required and not self.rows():
            self.error, valid = f"{self.label}: cần ít nhất một dòng.", False
        return valid

    def rows(self):
        """The rows of a valid table, as the document has them."""
        return [form.row() for form in self.forms if not form.is_blank]


def _count(data, prefix):
    """How many rows the page had."""
    return next(
        (n for n in range(MOST_ROWS) if not any(f"{prefix}-{n + 1}-{end}" in data for end in ENDS)),
        MOST_ROWS,
    )


# Every kind of row has a column of one of these names.
ENDS = ("points", "label", "name")
