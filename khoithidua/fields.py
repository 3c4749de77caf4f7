"""Form fields for what people type here: dates, lines of text, points; errors in Vietnamese."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator

from khoithidua import text


class DateInput(forms.DateInput):
    """The browser's own calendar, which reads and sends ISO dates whatever it shows."""

    input_type = "date"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%Y-%m-%d")


class DateTimeInput(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class _ReasonableYear:
    """Refuses years a slip of the finger makes: browsers send 0026-04-08 while 2026 is typed."""

    def to_python(self, value):
        value = super().to_python(text.clean_line(value) if isinstance(value, str) else value)
        if value is not None and not 1900 <= value.year <= 2100:
            raise ValidationError("Năm phải từ 1900 đến 2100.", code="year")
        return value


class DateField(_ReasonableYear, forms.DateField):
    """A day, from the calendar (2026-04-08) or typed (08/4/2026, 08-04-2026)."""

    widget = DateInput
    default_error_messages = {"invalid": "Ngày không hợp lệ. Nhập ngày/tháng/năm, như 08/4/2026."}


class DateTimeField(_ReasonableYear, forms.DateTimeField):
    """A moment in Vietnam's time, from the calendar or typed (08/4/2026 14:00, 14:00 08/4/2026)."""

    widget = DateTimeInput
    default_error_messages = {"invalid": "Thời gian không hợp lệ. Nhập như 08/4/2026 14:00."}


class LineField(forms.CharField):
    """One line of text, cleaned: NFC, no invisible characters, single spaces."""

    def to_python(self, value):
        return super().to_python(text.clean_line(value) if isinstance(value, str) else value)


class TextField(forms.CharField):
    """Text of several lines, cleaned; its line breaks are kept."""

    widget = forms.Textarea

    def to_python(self, value):
        return super().to_python(text.clean(value) if isinstance(value, str) else value)


class DecimalInput(forms.TextInput):
    """A text box for decimal numbers: type="number" refuses the comma in half of the browsers."""

    def __init__(self, attrs=None, *, thousands=False):
        super().__init__({"inputmode": "decimal", "autocomplete": "off"} | (attrs or {}))
        self.thousands = thousands

    def format_value(self, value):
        if value is None or isinstance(value, str):
            return value or None
        return text.decimal(value, thousands=self.thousands)


class PointsField(forms.DecimalField):
    """Points with a decimal comma; "97.5" is understood, "1.000" is refused as ambiguous."""

    thousands = False

    def __init__(self, *, max_value=None, min_value=None, **kwargs):
        kwargs.setdefault("widget", DecimalInput(thousands=self.thousands))
        super().__init__(**kwargs)
        self.max_value, self.min_value = max_value, min_value
        # Django's own messages would print the limit with a decimal point.
        if max_value is not None:
            message = f"Không được lớn hơn {text.decimal(max_value)}."
            self.validators.append(MaxValueValidator(max_value, message))
        if min_value is not None:
            message = f"Không được nhỏ hơn {text.decimal(min_value)}."
            self.validators.append(MinValueValidator(min_value, message))

    def to_python(self, value):
        if isinstance(value, str):
            if not text.clean_line(value):
                return None
            try:
                return text.parse_decimal(value, thousands=self.thousands)
            except text.NumberRefused as refused:
                raise ValidationError(str(refused), code="invalid") from None
        return super().to_python(value)


class AmountField(PointsField):
    """A count or a sum of money: "1.000" is a thousand, and is printed so."""

    thousands = True


class CleanTextMixin:
    """Cleans what is typed into every text field of the form, passwords excepted.

    Fields that `__init__` of a subclass adds after `super().__init__()` are not reached.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.CharField) and not isinstance(
                field, (forms.JSONField, LineField, TextField)
            ):
                _clean_before_reading(field)


def _clean_before_reading(field: forms.CharField) -> None:
    if isinstance(field.widget, forms.PasswordInput):
        return
    several_lines = isinstance(field.widget, (forms.Textarea, forms.HiddenInput))
    tidy = text.clean if several_lines else text.clean_line
    read = field.to_python
    field.to_python = lambda value: read(tidy(value) if isinstance(value, str) else value)


class CleanModelForm(CleanTextMixin, forms.ModelForm):
    """A model form whose text arrives in NFC without invisible characters."""
