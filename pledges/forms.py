"""Forms of writing, commenting, adopting, signing and verifying."""

from django import forms
from django.forms import inlineformset_factory

from khoithidua import uploads
from khoithidua.fields import (
    AmountField,
    CleanModelForm,
    DateField,
    LineField,
    PointsField,
    TextField,
)
from pledges.models import ChangeRequest, Comment, Paper, PaperBasis, Section, UnitTarget
from pledges.verification import as_code
from units.models import Title

MAX_UPLOAD = 20 * 1024 * 1024


class PledgeForm(CleanModelForm):
    """The parts of a pledge that stand once; `revision` tells whether a colleague saved meanwhile."""

    dated_on = DateField(label="Ngày ký (ngày trên văn bản)")
    arrangements = TextField(
        label="Tổ chức thực hiện",
        required=False,
        help_text="Mỗi dòng một đoạn.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    recipients = TextField(
        label="Nơi nhận",
        required=False,
        help_text="Mỗi dòng một nơi.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    class Meta:
        model = Paper
        fields = [
            "dated_on",
            "place",
            "arrangements",
            "copies",
            "copies_note",
            "recipients",
            "revision",
        ]
        widgets = {"revision": forms.HiddenInput}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Under load the hidden number must stay what the page was opened with.
        self.fields["revision"].required = True


class SectionForm(CleanModelForm):
    body = TextField(
        label="Nội dung",
        required=False,
        help_text="Mỗi dòng một đoạn; ghi chỉ tiêu đo được.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    class Meta:
        model = Section
        fields = ["heading", "body"]


class BasisForm(CleanModelForm):
    text = TextField(label="Căn cứ", widget=forms.Textarea(attrs={"rows": 2}))

    class Meta:
        model = PaperBasis
        fields = ["text"]


SectionFormSet = inlineformset_factory(
    Paper, Section, form=SectionForm, extra=1, can_order=True, can_delete=True, max_num=40
)
BasisFormSet = inlineformset_factory(
    Paper, PaperBasis, form=BasisForm, extra=1, can_order=True, can_delete=True, max_num=40
)


class TargetForm(CleanModelForm):
    plan = AmountField(label="Kế hoạch", min_value=0, max_digits=14, decimal_places=3)
    weight = PointsField(
        label="Trọng số", required=False, min_value=0, max_value=100, max_digits=6, decimal_places=2
    )

    class Meta:
        model = UnitTarget
        fields = ["name", "measure", "plan", "weight"]


class BaseTargetFormSet(forms.BaseInlineFormSet):
    """A unit's targets: when weights are given they add up to 100."""

    def clean(self):
        if any(self.errors):
            return
        rows = [
            form.cleaned_data
            for form in self.forms
            if form.cleaned_data and not form.cleaned_data.get("DELETE")
        ]
        weights = [row["weight"] for row in rows if row.get("name")]
        if any(weight is not None for weight in weights) and (
            None in weights or sum(weights) != 100
        ):
            raise forms.ValidationError(
                "Trọng số của các chỉ tiêu phải cộng thành 100, hoặc để trống tất cả."
            )


TargetFormSet = inlineformset_factory(
    Paper, UnitTarget, form=TargetForm, formset=BaseTargetFormSet, extra=2, max_num=30
)


class RegisteredTitlesForm(forms.Form):
    """The titles a unit registers for."""

    titles = forms.ModelMultipleChoiceField(
        Title.objects.all(),
        label="Danh hiệu, hình thức khen thưởng đăng ký",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args, day, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["titles"]
        field.queryset = Title.objects.order_by("position", "slug").prefetch_related("names")
        field.label_from_instance = lambda title: title.name_on(day)


class CommentForm(forms.Form):
    """A remark on one clause, in the name of the user's unit."""

    clause = forms.ChoiceField(label="Về phần")
    text = TextField(label="Ý kiến", max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args, clauses, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["clause"].choices = clauses


class AnswerForm(forms.Form):
    answer = forms.ChoiceField(
        label="Trả lời",
        choices=[
            (Comment.Answer.ACCEPTED, "Tiếp thu"),
            (Comment.Answer.EXPLAINED, "Giải trình, giữ nguyên dự thảo"),
        ],
        widget=forms.RadioSelect,
    )
    text = TextField(
        label="Nội dung trả lời",
        required=False,
        max_length=4000,
        help_text="Bắt buộc khi không tiếp thu.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self):
        data = super().clean()
        if data.get("answer") == Comment.Answer.EXPLAINED and not data.get("text"):
            self.add_error("text", "Không tiếp thu thì cần ghi lý do.")
        return data


class AdoptForm(forms.Form):
    on = DateField(label="Ngày các đơn vị thống nhất thông qua")


class ReopenForm(forms.Form):
    reason = LineField(label="Lý do mở lại", max_length=300)


class ReasonForm(forms.Form):
    """One reason, in as many lines as it needs. label, hint: what is asked here."""

    reason = TextField(max_length=4000, widget=forms.Textarea(attrs={"rows": 5}))

    def __init__(self, *args, label, hint="", **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = label
        self.fields["reason"].help_text = hint


class ChangeAnswerForm(forms.Form):
    """The lead's answer to a request to change what is being signed."""

    outcome = forms.ChoiceField(
        label="Trả lời",
        choices=[
            (ChangeRequest.Outcome.KEPT, "Giữ nguyên văn bản, tiếp tục ký"),
            (ChangeRequest.Outcome.NEW_VERSION, "Lập phiên bản mới, mọi đơn vị ký lại"),
        ],
        widget=forms.RadioSelect,
    )
    answer = TextField(
        label="Nội dung trả lời",
        max_length=4000,
        help_text="Gửi đơn vị đề nghị; các đơn vị khác cũng đọc được.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class WithdrawalDecisionForm(forms.Form):
    """The deputy's word on a proposal to withdraw."""

    CONFIRM, KEEP = "confirm", "keep"

    decision = forms.ChoiceField(
        label="Ý kiến của đơn vị cấp phó",
        choices=[(CONFIRM, "Đồng ý rút giao ước"), (KEEP, "Giữ giao ước, không rút")],
        widget=forms.RadioSelect,
    )
    note = TextField(
        label="Lý do",
        required=False,
        max_length=4000,
        help_text="Đồng ý rút thì không cần ghi; giữ giao ước thì phải ghi.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self):
        data = super().clean()
        if data.get("decision") == self.KEEP and not data.get("note"):
            self.add_error("note", "Giữ giao ước thì cần ghi lý do.")
        return data


class FreezeForm(forms.ModelForm):
    """How the pledge will be signed; only signatures of the named form count."""

    FORMS = [
        (Paper.Form.SYSTEM, "Xác nhận trên hệ thống: lãnh đạo đăng nhập, đọc và xác nhận ký"),
        (Paper.Form.TOKEN, "Ký số công vụ: lãnh đạo ký bằng thiết bị của mình, trên máy của mình"),
        (Paper.Form.PAPER, "Ký giấy: in ra ký tại lễ, rồi ghi nhận và lưu một bản quét"),
    ]

    form = forms.ChoiceField(
        label="Hình thức ký",
        choices=FORMS,
        widget=forms.RadioSelect,
        help_text="Chỉ chữ ký theo hình thức này được tính. Chốt rồi, đổi hình thức là phiên bản mới.",
    )

    class Meta:
        model = Paper
        fields = ["form", "with_agency_seals", "in_order"]
        labels = {
            "with_agency_seals": "Có cả chữ ký của cơ quan",
            "in_order": "Ký lần lượt theo thứ tự trong lưới ký",
        }
        help_texts = {
            "with_agency_seals": "Chỉ với ký số công vụ: sau lãnh đạo, văn thư ký bằng chứng thư "
            "của cơ quan; đủ cả hai mới hoàn tất.",
            "in_order": "Khi không ký giấy; không chọn thì các đơn vị ký trước, sau tùy ý.",
        }

    def clean(self):
        data = super().clean()
        if data.get("with_agency_seals") and data.get("form") != Paper.Form.TOKEN:
            self.add_error(
                "with_agency_seals", "Chữ ký của cơ quan chỉ có khi chọn hình thức ký số công vụ."
            )
        return data


class SignedDayForm(forms.Form):
    on = DateField(label="Ngày ký")


class HandSignedForm(forms.Form):
    """Whether one unit signed by hand, and who held the pen."""

    signed = forms.BooleanField(label="Đã ký", required=False)
    person = LineField(label="Người ký", required=False, max_length=120)
    title = LineField(label="Chức danh khi ký", required=False, max_length=160)

    def __init__(self, *args, party, **kwargs):
        initial = {"person": party.signer_name, "title": party.signer_title}
        super().__init__(*args, prefix=f"p{party.pk}", initial=initial, **kwargs)
        self.party = party

    def clean(self):
        data = super().clean()
        for name in ("person", "title"):
            if data.get("signed") and not data.get(name):
                self.add_error(name, "Đã ký thì cần ghi ai ký, chức danh gì.")
        return data


class ScanForm(forms.Form):
    """One PDF: the whole of what was signed by hand."""

    no_secrets = uploads.NO_SECRETS

    file = forms.FileField(
        label="Bản quét toàn bộ giao ước đã ký (PDF)",
        allow_empty_file=True,  # told apart in words, as what any upload is refused for
        widget=forms.FileInput(attrs={"accept": "application/pdf"}),
    )
    declared = forms.BooleanField(
        label="Tôi xác nhận tệp này không phải là tài liệu có dấu mật.",
        error_messages={"required": "Cần xác nhận trước khi tải lên."},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields[
            "file"
        ].help_text = f"Một tệp gồm mọi trang, nhiều nhất {uploads.limit_words()}."

    def clean_file(self):
        try:
            return uploads.accept(self.cleaned_data["file"])
        except uploads.Refused as refused:
            raise forms.ValidationError(str(refused)) from None


class DeclarationForm(forms.Form):
    """The declaration to tick before signing, bound to the very paper that was shown."""

    declaration = forms.BooleanField(
        error_messages={"required": "Cần đánh dấu vào lời xác nhận trước khi ký."}
    )
    shown = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, paper, statement, **kwargs):
        super().__init__(*args, **kwargs)
        self.paper = paper
        self.fields["declaration"].label = statement
        self.initial["shown"] = paper.code

    def clean(self):
        data = super().clean()
        if data.get("shown") != self.paper.code:
            raise forms.ValidationError(
                "Giao ước đã có phiên bản khác kể từ khi trang này được mở. Hãy đọc lại rồi ký."
            )
        return data


class VerifyForm(forms.Form):
    """A code as printed, or the file itself."""

    code = LineField(
        label="Mã trên văn bản",
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    file = forms.FileField(
        label="Tệp PDF",
        required=False,
        widget=forms.FileInput(attrs={"accept": "application/pdf"}),
    )

    def clean_code(self):
        return as_code(self.cleaned_data["code"])

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file and file.size > MAX_UPLOAD:
            raise forms.ValidationError("Tệp lớn quá 20 MB, không phải giao ước từ hệ thống này.")
        return file

    def clean(self):
        data = super().clean()
        if not self.errors and not data.get("code") and not data.get("file"):
            raise forms.ValidationError("Hãy nhập mã in ở chân trang, hoặc chọn tệp PDF.")
        return data
