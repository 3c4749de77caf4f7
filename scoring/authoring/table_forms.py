"""Forms of a table as a whole: begun, read from a file, its settings, adopted with a reason."""

from django import forms

from khoithidua.fields import LineField
from scoring.authoring import words
from scoring.authoring.fields import field_for, typed_of, values_of
from scoring.authoring.rows import RowTable, split
from scoring.authoring.tree import new_key
from scoring.authoring.upload import TOO_LARGE, read_upload
from scoring.rules import Param
from units.imports.workbook import LARGEST_FILE

FROM_FILE = "tep"
ACCEPT = ".xlsx,.xls,.ods,.json"
LISTS = (
    Param("classes", "các mức xếp loại", "classes"),
    Param("gates", "các điều kiện", "gates"),
    Param("tie_break", "thứ tự xét khi bằng điểm", "tie_break"),
)


class TableFileField(forms.FileField):
    """An Excel sheet or a JSON file; its value is the document it holds."""

    widget = forms.FileInput(attrs={"accept": ACCEPT})

    def clean(self, data, initial=None):
        file = super().clean(data, initial)
        if not file:
            return None
        if file.size > LARGEST_FILE:
            raise forms.ValidationError(TOO_LARGE)
        reading = read_upload(file.name, file.read())
        if reading.problems:
            raise forms.ValidationError([str(problem) for problem in reading.problems[:50]])
        return reading.document


class BeginForm(forms.Form):
    """What the year's next version begins from, and why there is one."""

    source = forms.ChoiceField(label="Bắt đầu từ", widget=forms.RadioSelect)
    file = TableFileField(
        label="Tệp Excel hoặc JSON",
        required=False,
        help_text="Chỉ cần khi bắt đầu từ tệp: tệp mẫu đã điền, hoặc tệp tải về từ một bảng đã có.",
    )
    reason = LineField(label="Lý do lập phiên bản mới", max_length=400)

    def __init__(self, *args, sources, needs_reason, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["source"].choices = [*sources, (FROM_FILE, "Tệp Excel hoặc JSON")]
        self.initial.setdefault("source", self.fields["source"].choices[0][0])
        if not needs_reason:
            del self.fields["reason"]

    def clean(self):
        data = super().clean()
        is_file = data.get("source") == FROM_FILE
        if is_file and not data.get("file") and "file" not in self.errors:
            self.add_error("file", "Hãy chọn tệp.")
        return data


class ImportForm(forms.Form):
    file = TableFileField(label="Tệp Excel hoặc JSON")


class SettingsForm(forms.Form):
    """The settings of a table: points, rounding, classes, gates, the chain of tie-breaks."""

    params = (*words.SET_PARAMS, *words.ROUNDING_PARAMS)

    def __init__(self, data=None, *, document):
        self.document = document
        known = {**document, **(document.get("rounding") or {})}
        super().__init__(
            data,
            initial={
                param.name: typed_of(param, known[param.name])
                for param in self.params
                if param.name in known
            },
        )
        for param in self.params:
            self.fields[param.name] = field_for(param)
        self.tables = [
            RowTable(
                param,
                param.name,
                data=data,
                rows=[split(param, row) for row in document.get(param.name) or ()],
            )
            for param in LISTS
        ]

    def is_valid(self):
        checked = [super().is_valid(), *(table.is_valid() for table in self.tables)]
        return all(checked)

    @property
    def has_wrong_rows(self):
        return self.is_bound and not all(table.is_valid() for table in self.tables)

    def clean_places(self):
        places = self.cleaned_data["places"]
        if places is not None and places > 6:
            raise forms.ValidationError("Làm tròn nhiều nhất đến 6 chữ số thập phân.")
        return places

    def changed_document(self):
        """The document with what the form says in place of its settings."""
        data, nodes = self.cleaned_data, self.document["nodes"]
        document = {**values_of(words.SET_PARAMS, data), "nodes": nodes}
        if rounding := values_of(words.ROUNDING_PARAMS, data):
            document["rounding"] = rounding
        for table in self.tables:
            if rows := table.rows():
                document[table.param.name] = rows
        _name_gates(document.get("gates", ()))
        return document


def _name_gates(gates):
    """A key for every gate that is new."""
    taken = {gate["key"] for gate in gates if gate.get("key")}
    for gate in gates:
        if not gate.get("key"):
            gate["key"] = new_key(taken, gate.get("code", ""))
            taken.add(gate["key"])
