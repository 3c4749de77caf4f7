"""Form fields made from parameters: what a setting is typed into, and the plain value it gives."""

from django import forms
from django.core.exceptions import ValidationError

from khoithidua import text
from khoithidua.fields import DecimalInput
from scoring.authoring import lines
from scoring.rules import Param

NUMBERS = ("points", "number", "percent", "count", "places")
# Several lines typed into one box: rows that no table of inputs suits.
BOXES = ("matrix", "conditions")
DUE_LIST = "cac-han"


class SettingField(forms.CharField):
    """One setting as people write it ("0,5", "28/02"); its value is the document's."""

    def __init__(self, param: Param, **kwargs):
        self.param = param
        options = {
            "label": text.initial_upper(param.label),
            "required": param.required,
            "help_text": param.help,
            "max_length": 2000,
            "widget": _widget(param),
        }
        super().__init__(**options | kwargs)

    def to_python(self, value):
        typed = super().to_python(value)
        if not text.clean(typed or ""):
            return None
        try:
            if self.param.type in BOXES:
                rows = [line for line in text.clean(typed).split("\n") if line.strip()]
                return [lines.read_row(self.param, lines.BULLET.sub("", row)) for row in rows]
            return lines.read(self.param, typed)
        except lines.Refused as refused:
            raise ValidationError(str(refused), code="invalid") from None

    def prepare_value(self, value):
        return value if isinstance(value, str) or value is None else typed_of(self.param, value)

    def validate(self, value):
        if self.required and value is None:
            raise ValidationError(self.error_messages["required"], code="required")

    def run_validators(self, value):
        """Only what was typed has a length."""


def _widget(param):
    if param.type in NUMBERS:
        return DecimalInput()
    if param.type == "due":
        return forms.TextInput({"list": DUE_LIST, "autocomplete": "off"})
    if param.type in (*BOXES, "formula"):
        return forms.Textarea({"rows": 3})
    return forms.TextInput()


def field_for(param: Param) -> forms.Field:
    if param.type == "flag":
        label = text.initial_upper(param.label)
        return forms.BooleanField(label=label, required=False, help_text=param.help)
    if param.type == "choice":
        return forms.ChoiceField(
            label=text.initial_upper(param.label),
            required=param.required,
            help_text=param.help,
            choices=[*_unsaid(param), *param.choices],
        )
    return SettingField(param)


def _unsaid(param):
    """The choice of saying nothing, with what that means."""
    if param.required:
        return []
    default = dict(param.choices).get(param.default)
    return [("", f"không ghi (hiểu là: {default})" if default else "không ghi")]


def typed_of(param: Param, value: object) -> object:
    """What stands in the field for a document's value."""
    if param.type in ("flag", "choice"):
        return value
    said = lines.shown(param, value)
    return "\n".join(said) if isinstance(said, list) else said


def values_of(params, cleaned: dict) -> dict:
    """The document's settings of a valid form: what says nothing, or only the default, is left out."""
    values = {}
    for param in params:
        value = cleaned.get(param.name)
        if param.type == "flag" and bool(value) == bool(param.default):
            continue
        if value not in (None, "", []):
            values[param.name] = value
        elif param.type == "flag":
            values[param.name] = False
    return values
