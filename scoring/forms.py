"""What people type on the card's own pages; the facts themselves are scoring/facts_form.py."""

from django import forms

from khoithidua.fields import TextField
from units.models import Appointment, User


class NoteForm(forms.Form):
    """A word to one's colleagues, or why a card is returned."""

    text = TextField(label="Nội dung", max_length=2000, widget=forms.Textarea({"rows": 3}))


class ReviewerForm(forms.Form):
    """Whom the card goes to next: a colleague who looks it through, or at once the leader."""

    reviewer = forms.ModelChoiceField(
        User.objects.none(),
        label="Người soát xét",
        required=False,
        empty_label="Không cần, trình lãnh đạo",
    )

    def __init__(self, *args, card, by, **kwargs):
        super().__init__(*args, **kwargs)
        colleagues = Appointment.objects.filter(unit=card.unit_id, end_on=None).values("user")
        self.fields["reviewer"].queryset = (
            User.objects.filter(pk__in=colleagues, is_active=True)
            .exclude(pk=by.pk)
            .order_by("sort_name", "pk")
        )
        self.fields["reviewer"].label_from_instance = lambda user: user.full_name


class SubmitForm(forms.Form):
    """The leader's confirmation, for the content that was seen."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    declared = forms.BooleanField(
        label="Tôi cam kết bản tự chấm và tài liệu kèm theo không có tài liệu mang dấu mật.",
        error_messages={"required": "Cần đánh dấu cam kết về tài liệu mật."},
    )
