import unicodedata
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from khoithidua.fields import (
    AmountField,
    CleanTextMixin,
    DateField,
    DateInput,
    DateTimeField,
    LineField,
    PointsField,
    TextField,
)


def refusal(field, value):
    with pytest.raises(ValidationError) as refused:
        field.clean(value)
    return refused.value.messages


# Dates


@pytest.mark.parametrize(
    "typed",
    ["2026-02-01", "01/02/2026", "1/2/2026", "01-02-2026", "01.02.2026", " 01/02/2026\u00a0"],
)
def test_date_field_reads_the_calendar_and_vietnamese_dates(typed):
    assert DateField().clean(typed) == date(2026, 2, 1)


def test_date_field_reads_the_last_day_of_the_year():
    assert DateField().clean("31/12/2026") == date(2026, 12, 31)


@pytest.mark.parametrize("typed", ["31/02/2026", "12/31/2026", "01/02/26", "hôm nay", "2026"])
def test_date_field_refuses_what_is_no_day(typed):
    assert refusal(DateField(), typed) == ["Ngày không hợp lệ. Nhập ngày/tháng/năm, như 08/4/2026."]


@pytest.mark.parametrize("typed", ["0026-04-08", "08/4/1026", "08/4/9999"])
def test_date_field_refuses_years_that_are_slips(typed):
    assert refusal(DateField(), typed) == ["Năm phải từ 1900 đến 2100."]


def test_date_field_may_be_empty():
    assert DateField(required=False).clean("") is None


def test_date_input_gives_the_browser_an_iso_date():
    html = DateInput().render("ngay", date(2026, 4, 8))

    assert 'type="date"' in html
    assert 'value="2026-04-08"' in html


@pytest.mark.parametrize(
    "typed", ["2026-04-08T14:00", "08/4/2026 14:00", "14:00 08/4/2026", "14:00, 08/4/2026"]
)
def test_date_time_field_reads_vietnams_time(typed):
    assert DateTimeField().clean(typed) == datetime(2026, 4, 8, 7, 0, tzinfo=UTC)


def test_date_time_field_shows_vietnams_time():
    class MeetingForm(forms.Form):
        at = DateTimeField()

    form = MeetingForm(initial={"at": datetime(2026, 4, 8, 7, 0, tzinfo=UTC)})

    assert timezone.get_current_timezone_name() == "Asia/Ho_Chi_Minh"
    assert 'value="2026-04-08T14:00"' in str(form["at"])


# Text


def test_line_field_cleans_what_was_pasted():
    pasted = unicodedata.normalize("NFD", " Sở\u00a0Nội\u200b vụ \n tỉnh")

    assert LineField().clean(pasted) == "Sở Nội vụ tỉnh"


def test_text_field_keeps_lines():
    assert TextField().clean(" một \r\n hai\u00a0ba ") == "một\n hai ba"


def test_length_counts_after_cleaning():
    decomposed = unicodedata.normalize("NFD", "Ủy ban")

    assert LineField(max_length=6).clean(decomposed) == "Ủy ban"


@pytest.mark.parametrize("field", [LineField(), TextField()])
def test_invisible_text_is_no_text(field):
    assert refusal(field, "\u200b\u00a0") == ["Trường này là bắt buộc."]


# Points


@pytest.mark.parametrize("typed", ["97,5", "97.5", " 97,50 ", "+97,5", "９７，５"])
def test_points_field_reads_both_decimal_signs(typed):
    assert PointsField().clean(typed) == Decimal("97.5")


@pytest.mark.parametrize("typed", ["", "  ", "\u200b", None])
def test_points_field_may_be_empty(typed):
    assert PointsField(required=False).clean(typed) is None
    assert refusal(PointsField(), typed) == ["Trường này là bắt buộc."]


@pytest.mark.parametrize("typed", ["NaN", "1e999", "inf", "abc", "9" * 5000, "1.000"])
def test_points_field_says_in_vietnamese_what_is_wrong(typed):
    [message] = refusal(PointsField(), typed)

    assert message.endswith(".")
    assert "số" in message.lower() or "hai cách" in message


def test_points_field_prints_its_limits_with_a_comma():
    field = PointsField(min_value=Decimal(0), max_value=Decimal("8.50"))

    assert refusal(field, "8,6") == ["Không được lớn hơn 8,5."]
    assert refusal(field, "-1") == ["Không được nhỏ hơn 0."]
    assert field.clean("8,5") == Decimal("8.5")


def test_points_field_counts_decimals():
    field = PointsField(max_digits=5, decimal_places=2)

    assert refusal(field, "1,125") == ["Chỉ được có tối đa 2 chữ số sau dấu phẩy."]
    assert refusal(field, "1234,5") == ["Chỉ được có tối đa 3 chữ số trước dấu phẩy."]


class EntryForm(forms.Form):
    points = PointsField()
    budget = AmountField(required=False)


def test_points_are_shown_without_trailing_zeros():
    form = EntryForm(initial={"points": Decimal("97.50"), "budget": Decimal("2340000.00")})

    assert 'value="97,5"' in str(form["points"])
    assert 'value="2.340.000"' in str(form["budget"])
    assert 'inputmode="decimal"' in str(form["points"])
    assert 'type="text"' in str(form["points"])


def test_points_keep_what_was_typed_when_refused():
    form = EntryForm({"points": "1.000", "budget": "9,5 triệu"})

    assert not form.is_valid()
    assert 'value="1.000"' in str(form["points"])
    assert 'value="9,5 triệu"' in str(form["budget"])


def test_shown_amounts_are_read_back_unchanged():
    stored = {"points": Decimal("97.50"), "budget": Decimal("2340000.00")}
    form = EntryForm({"points": "97,5", "budget": "2.340.000"}, initial=stored)

    assert form.is_valid()
    assert not form.has_changed()


# Cleaning a whole form


class NoteForm(CleanTextMixin, forms.Form):
    heading = forms.CharField()
    body = forms.CharField(widget=forms.Textarea)
    email = forms.EmailField(required=False)
    password = forms.CharField(widget=forms.PasswordInput, strip=False)


def test_clean_text_mixin_cleans_every_text_but_passwords():
    decomposed = unicodedata.normalize("NFD", "Mật khẩu ")
    form = NoteForm(
        {
            "heading": unicodedata.normalize("NFD", "Thông\u00a0báo\n"),
            "body": "dòng một\u200b\r\ndòng hai",
            "email": "snv@caobang.gov.vn\u200b",
            "password": decomposed,
        }
    )

    assert form.is_valid(), form.errors
    assert form.cleaned_data == {
        "heading": "Thông báo",
        "body": "dòng một\ndòng hai",
        "email": "snv@caobang.gov.vn",
        "password": decomposed,
    }


def test_clean_text_mixin_leaves_other_forms_alone():
    NoteForm()

    assert forms.CharField().clean("a\u200b") == "a\u200b"
    assert "to_python" not in vars(NoteForm.base_fields["heading"])
