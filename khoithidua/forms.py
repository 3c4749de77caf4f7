"""Forms that belong to no app."""

from datetime import timedelta

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.timezone import make_aware

from khoithidua.fields import DateField, LineField


class RecordFilterForm(forms.Form):
    """Filters the record by words, account and days."""

    q = LineField(label="Từ khóa", required=False, max_length=100)
    tai_khoan = LineField(label="Tài khoản", required=False, max_length=150)
    tu_ngay = DateField(label="Từ ngày", required=False)
    den_ngay = DateField(label="Đến ngày", required=False)

    def apply(self, entries):
        """Entries that match; an invalid form filters by what is valid in it."""
        self.is_valid()
        wanted = self.cleaned_data
        if wanted.get("q"):
            entries = entries.filter(
                Q(summary__icontains=wanted["q"]) | Q(target__icontains=wanted["q"])
            )
        if wanted.get("tai_khoan"):
            entries = entries.filter(actor=wanted["tai_khoan"])
        if wanted.get("tu_ngay"):
            entries = entries.filter(at__gte=_midnight(wanted["tu_ngay"]))
        if wanted.get("den_ngay"):
            entries = entries.filter(at__lt=_midnight(wanted["den_ngay"] + timedelta(days=1)))
        return entries


def _midnight(day):
    return make_aware(
        timezone.datetime(day.year, day.month, day.day), timezone.get_default_timezone()
    )
