"""What people type between verification and publication, points aside (verdict_forms.py)."""

from django import forms

from khoithidua import text, uploads
from khoithidua.fields import DateField, LineField, TextField
from scoring.models import Duty, GateFinding, Reopening, Response, TieDecision
from scoring.verdict_forms import NOTHING_CHOSEN, ReasonField

LONG = 2000


def lines(rows=3):
    return forms.Textarea({"rows": rows})


class ReasonForm(forms.Form):
    """Why something is done that others will ask about."""

    reason = TextField(label="Lý do", max_length=LONG, widget=lines())


class DutyForm(forms.Form):
    """One more duty: which unit checks which card, whole or below one group of criteria."""

    card = forms.ChoiceField(label="Bản tự chấm của")
    verifier = forms.ChoiceField(label="Giao cho")
    criterion = forms.ChoiceField(label="Phần được giao", required=False)
    kind = forms.ChoiceField(label="Việc", choices=Duty.Kind.choices)

    def __init__(self, *args, units, groups, peer_scoring, **kwargs):
        """units: (slug, name); groups: (key, label)."""
        super().__init__(*args, **kwargs)
        self.fields["card"].choices = self.fields["verifier"].choices = [NOTHING_CHOSEN, *units]
        self.fields["criterion"].choices = [("", "Cả bản"), *groups]
        if not peer_scoring:
            del self.fields["kind"]

    def clean(self):
        data = super().clean()
        if data.get("card") and data.get("card") == data.get("verifier"):
            self.add_error("verifier", "Không đơn vị nào thẩm định bản tự chấm của chính mình.")
        return data


class SupplementForm(forms.Form):
    """What a verifier asks for more of, and by when."""

    text = TextField(label="Đề nghị bổ sung", max_length=LONG, widget=lines())
    due_on = DateField(label="Hạn bổ sung")

    def __init__(self, *args, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_due_on(self):
        due = self.cleaned_data["due_on"]
        if due < self.today:
            raise forms.ValidationError("Hạn bổ sung đã qua.")
        return due


class GateForm(forms.Form):
    """Where the unit stands with a gate; the paper is named by number and day only."""

    state = forms.ChoiceField(
        label="Tình trạng",
        choices=[(state, text.initial_upper(label)) for state, label in GateFinding.State.choices],
        widget=forms.RadioSelect,
    )
    document = LineField(
        label="Theo văn bản",
        required=False,
        max_length=200,
        help_text="Bắt buộc khi vướng, và khi ghi thay kết quả mà hệ thống tính. Chỉ ghi số, ký hiệu, "
        "ngày, cơ quan ban hành; không ghi nội dung, tên người.",
    )


class ResponseForm(forms.Form):
    """The unit's one answer to a criterion's verified points."""

    kind = forms.ChoiceField(
        label="Ý kiến của đơn vị",
        choices=[
            (Response.Kind.AGREE, "Nhất trí với điểm thẩm định"),
            (Response.Kind.EXPLAIN, "Giải trình, đề nghị xem lại"),
            (Response.Kind.DISSENT, "Bảo lưu ý kiến, đề nghị hội nghị quyết định"),
        ],
        widget=forms.RadioSelect,
    )
    # Neither marked optional, which it is not for two of the three, nor refused empty by itself.
    text = ReasonField(
        label="Nội dung",
        max_length=4000,
        widget=lines(5),
        help_text="Bắt buộc khi giải trình hoặc bảo lưu ý kiến.",
    )
    use_required_attribute = False

    def clean(self):
        data = super().clean()
        if data.get("kind") and data["kind"] != Response.Kind.AGREE and not data.get("text"):
            self.add_error("text", "Giải trình hoặc bảo lưu ý kiến thì cần ghi nội dung.")
        return data


class AnswerForm(forms.Form):
    """The unit's one answer to a request for more."""

    text = TextField(label="Nội dung trả lời", max_length=4000, widget=lines(5))


class DayForm(forms.Form):
    """From which day members see the provisional ranking."""

    on = DateField(
        label="Cho các đơn vị xem dự kiến xếp hạng từ ngày",
        required=False,
        help_text="Để trống: chưa cho xem.",
    )


class PdfField(forms.FileField):
    """A scanned paper as PDF, taken by its content like every upload; its value is an Upload."""

    def __init__(self, **kwargs):
        super().__init__(widget=forms.FileInput({"accept": "application/pdf"}), **kwargs)

    def clean(self, data, initial=None):
        file = super().clean(data, initial)
        if file is None:
            return None
        try:
            upload = uploads.accept(file)
        except uploads.Refused as refused:
            raise forms.ValidationError(str(refused)) from None
        if upload.content_type != "application/pdf":
            raise forms.ValidationError("Tệp phải là PDF.")
        return upload


class PaperForm(forms.Form):
    """A paper that a decision rests on: its number, its day, the file."""

    number = LineField(label="Số, ký hiệu", max_length=60)
    dated_on = DateField(label="Ngày văn bản")
    file = PdfField(label="Tệp PDF của văn bản", help_text="Không tải lên tài liệu có dấu mật.")
    declared = forms.BooleanField(
        label="Tệp này không có dấu mật.",
        error_messages={"required": "Cần xác nhận tệp không có dấu mật."},
    )

    def __init__(self, *args, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_dated_on(self):
        day = self.cleaned_data["dated_on"]
        if day > self.today:
            raise forms.ValidationError("Ngày này chưa đến.")
        return day


class AdoptionForm(PaperForm):
    """The conference adopted the results: its day, and its minutes."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["number"].label = "Số biên bản hội nghị"
        self.fields["dated_on"].label = "Ngày hội nghị thông qua"
        self.fields["file"].label = "Tệp PDF của biên bản"


class ReopenForm(PaperForm):
    """On whose paper a closed round is opened again, and why."""

    issuer = forms.ChoiceField(
        label="Theo văn bản của", choices=Reopening.Issuer.choices, widget=forms.RadioSelect
    )
    reason = TextField(label="Lý do mở lại", max_length=LONG, widget=lines())

    field_order = ["issuer", "number", "dated_on", "file", "declared", "reason"]


class TieForm(forms.Form):
    """The order of units with equal totals, by a vote or the standing body's letter."""

    link = forms.ChoiceField(label="Theo")
    document = LineField(
        label="Theo văn bản", max_length=200, help_text="Số, ký hiệu, ngày của biên bản, công văn."
    )

    def __init__(self, *args, units, links, **kwargs):
        """units: (slug, name) of the equals; links: those of the table's chain."""
        super().__init__(*args, **kwargs)
        self.units = [slug for slug, _name in units]
        labels = dict(TieDecision.Link.choices)
        self.fields["link"].choices = [(link, labels[link]) for link in links]
        places = [(str(place), str(place)) for place in range(1, len(units) + 1)]
        for slug, name in units:
            self.fields[f"place_{slug}"] = forms.ChoiceField(
                label=f"Thứ tự của {name}", choices=[("", "- chọn -"), *places]
            )

    @property
    def places(self):
        return {slug: int(self.cleaned_data[f"place_{slug}"]) for slug in self.units}

    def clean(self):
        data = super().clean()
        if not self.errors and len(set(self.places.values())) < len(self.units):
            raise forms.ValidationError("Mỗi đơn vị một thứ tự khác nhau.")
        return data


class PublishForm(forms.Form):
    """Publication; what a correction changed is said with it."""

    reason = TextField(
        label="Nội dung đính chính",
        max_length=LONG,
        widget=lines(),
        help_text="Những gì thay đổi so với lần công bố trước, và vì sao.",
    )

    def __init__(self, *args, is_correction, **kwargs):
        super().__init__(*args, **kwargs)
        if not is_correction:
            del self.fields["reason"]
