"""Forms of signing with tokens: certificates, the trust list, the upload of a signed file."""

from django import forms
from django.conf import settings

from khoithidua import uploads
from khoithidua.fields import LineField
from pledges import certificates
from pledges.certificates import Unreadable
from units.models import Appointment

CERTIFICATE_ENDINGS = ".cer,.crt,.pem,.der"


class CertificateField(forms.FileField):
    """A file with one certificate; cleans to its CertificateFacts."""

    widget = forms.FileInput(attrs={"accept": CERTIFICATE_ENDINGS})

    def clean(self, data, initial=None):
        file = super().clean(data, initial)
        if not file:
            return None
        try:
            return certificates.read_certificate(file.read(certificates.LARGEST_CERTIFICATE + 1))
        except Unreadable as refused:
            raise forms.ValidationError(str(refused)) from None


class RevocationListField(forms.FileField):
    """A file with one revocation list; cleans to its ListFacts."""

    widget = forms.FileInput(attrs={"accept": ".crl,.pem,.der"})

    def clean(self, data, initial=None):
        file = super().clean(data, initial)
        try:
            return certificates.read_list(file.read(certificates.LARGEST_LIST + 1))
        except Unreadable as refused:
            raise forms.ValidationError(str(refused)) from None


class ProofFileField(forms.FileField):
    """What a holder was known by, as a scan; cleans to an accepted Upload, None without one."""

    KINDS = ("pdf", "jpeg", "png")

    widget = forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"})

    def __init__(self, **kwargs):
        hint = f"Bản quét công văn, bản đăng ký: PDF hoặc ảnh. {uploads.NO_SECRETS}"
        super().__init__(help_text=hint, allow_empty_file=True, **kwargs)

    def clean(self, data, initial=None):
        file = super().clean(data, initial)
        if not file:
            return None
        try:
            upload = uploads.accept(file)
        except uploads.Refused as refused:
            raise forms.ValidationError(str(refused)) from None
        if upload.kind not in self.KINDS:
            raise forms.ValidationError("Chỉ nhận bản quét PDF hoặc ảnh (.jpg, .png).")
        return upload


class OwnCertificateForm(forms.Form):
    """A certificate for one of the user's own posts: a leader's, or as clerk their agency's."""

    post = forms.ChoiceField(label="Dùng để ký với tư cách", widget=forms.RadioSelect)
    certificate = CertificateField(
        label="Tệp chứng thư",
        help_text="Tệp .cer, .crt hoặc .pem xuất từ phần mềm ký số; không có khóa bí mật.",
    )

    def __init__(self, *args, posts, **kwargs):
        super().__init__(*args, **kwargs)
        self.posts = {str(post.pk): post for post in posts}
        self.fields["post"].choices = [(pk, label_of(post)) for pk, post in self.posts.items()]
        if len(self.posts) == 1:
            self.initial["post"] = next(iter(self.posts))

    @property
    def owner(self):
        """As `register` takes it: the leader's appointment, or the clerk's unit."""
        post = self.posts[self.cleaned_data["post"]]
        if post.kind == Appointment.Kind.CLERK:
            return {"unit": post.unit}
        return {"appointment": post}


def label_of(post):
    """What a certificate of this post signs: the person's own signature, or the agency's."""
    if post.kind == Appointment.Kind.CLERK:
        return (
            f"Chữ ký của cơ quan (văn thư giữ): {post.capacity.removeprefix(post.position).strip()}"
        )
    return f"Chữ ký của lãnh đạo: {post.capacity}"


class WithdrawForm(forms.Form):
    reason = LineField(label="Lý do thôi dùng", max_length=300)


class SignedUploadForm(forms.Form):
    """The held file, signed on the signer's own machine."""

    file = forms.FileField(
        label="Tệp đã ký",
        widget=forms.FileInput(attrs={"accept": "application/pdf,.pdf"}),
        error_messages={
            "required": "Hãy chọn tệp PDF vừa ký.",
            "empty": "Tệp rỗng, không có nội dung. Hãy chọn lại tệp vừa ký.",
        },
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields[
            "file"
        ].help_text = f"PDF, nhiều nhất {uploads.limit_words()}. {uploads.NO_SECRETS}"

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > settings.UPLOAD_LIMIT:
            raise forms.ValidationError(
                f"Tệp lớn hơn {uploads.limit_words()}, không phải tệp vừa tải về từ trang này."
            )
        return file
