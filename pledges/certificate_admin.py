"""The panel's pages of certificates: trusted, revoked, registered for signers by the Ban Thi đua."""

from django import forms
from django.contrib import admin
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from khoithidua.admin import PanelForm
from khoithidua.models import StoredFile
from khoithidua.uploads import DECLARATION
from pledges import registering
from pledges.models import RegisteredCertificate, RevocationList, TrustedCertificate
from pledges.token_forms import CertificateField, ProofFileField, RevocationListField
from units.admin.base import KeptAdmin
from units.models import Appointment
from units.permissions import own_authority

SECTION = "Chứng thư ký số"


class KeptFileForm(PanelForm):
    """A row read from a file when it is added; later only withdrawn, with a reason."""

    file_field = "certificate"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields.pop(self.file_field, None)
        if "withdrawn_reason" in self.fields:
            self.fields["withdrawn_reason"].required = True

    def clean(self):
        data = super().clean()
        if self.instance.pk is None and not self.errors:
            try:
                self.row = self.keep(data)
            except forms.ValidationError as refused:
                self.add_error(None, refused.messages)
        return data

    def _post_clean(self):
        """The row was checked, whole, as it was kept."""


class KeptFileAdmin(KeptAdmin):
    """Rows kept by functions of `registering`, which record what they do."""

    section = SECTION
    read_fields = ("subject", "issuer", "serial", "key", "not_before", "not_after", "fingerprint")
    add_fields = ()

    def get_fields(self, request, obj=None):
        if obj is None:
            return self.add_fields
        return [*self.shown_fields, *(["withdrawn_reason"] if obj.in_use else [])]

    @property
    def shown_fields(self):
        kept = [name for name in self.add_fields if name != "certificate"]
        return [*self.read_fields, *kept, "added_at", "withdrawn_at"]

    def get_readonly_fields(self, request, obj=None):
        return self.shown_fields if obj else ()

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        form.by = request.user
        return form

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and (obj is None or obj.in_use)

    def has_delete_permission(self, request, obj=None):
        return False

    def save_related(self, request, form, formsets, change):
        """Nothing hangs on these rows, and they were kept whole."""

    def save_form(self, request, form, change):
        return form.instance if change else form.row

    def save_model(self, request, obj, form, change):
        if change:
            reason = form.cleaned_data["withdrawn_reason"]
            registering.withdraw(obj, by=request.user, reason=reason)


class TrustedForm(KeptFileForm):
    certificate = CertificateField(label="Tệp chứng thư", help_text="Tệp .cer, .crt hoặc .pem.")

    def keep(self, data):
        return registering.trust(
            data["certificate"], by=self.by, kind=data["kind"], note=data["note"]
        )


@admin.register(TrustedCertificate)
class TrustedCertificateAdmin(KeptFileAdmin):
    form = TrustedForm
    add_fields = ("certificate", "kind", "note")
    list_display = ("subject", "kind", "not_after", "note", "withdrawn_at")
    list_display_links = ("subject",)
    list_filter = ("kind",)

    def keeps(self, user, obj):
        """One trust list for the installation: whoever keeps one province's rows keeps it too."""
        return True


class RegisteredForm(KeptFileForm):
    """A certificate with what its holder was known by, in words and, where there is one, a file."""

    certificate = CertificateField(label="Tệp chứng thư", help_text="Tệp .cer, .crt hoặc .pem.")
    upload = ProofFileField(label="Tệp căn cứ đối chiếu", required=False)
    is_open = forms.BooleanField(label=DECLARATION, required=False)

    def clean(self):
        if self.cleaned_data.get("upload") and not self.cleaned_data.get("is_open"):
            self.add_error("is_open", "Cần xác nhận trước khi tải lên.")
        return super().clean()

    @transaction.atomic
    def keep(self, data):
        if bool(data["appointment"]) == bool(data["unit"]):
            raise forms.ValidationError("Chọn chức vụ của lãnh đạo, hoặc chọn cơ quan.")
        return registering.register(
            data["certificate"],
            by=self.by,
            proof=data["proof"],
            proof_file=self._kept(data["upload"]),
            appointment=data["appointment"],
            unit=data["unit"],
        )

    def _kept(self, upload):
        if upload is None:
            return None
        content_type = upload.content_type
        return StoredFile.objects.keep(upload.data, content_type=content_type, by=self.by)


@admin.register(RegisteredCertificate)
class RegisteredCertificateAdmin(KeptFileAdmin):
    form = RegisteredForm
    add_fields = ("certificate", "appointment", "unit", "proof", "upload", "is_open")
    list_display = ("subject", "owner", "key", "not_after", "withdrawn_at")
    list_display_links = ("subject",)
    search_fields = ("subject", "serial", "appointment__user__full_name")

    def get_queryset(self, request):
        return super().get_queryset(request).with_owners()

    def limit(self, queryset, authority):
        return queryset.of_authority(authority)

    def keeps(self, user, obj):
        return True

    @property
    def shown_fields(self):
        read = (*self.read_fields, "appointment", "unit", "proof", "proof_link")
        return [*read, "added_at", "withdrawn_at"]

    @admin.display(description="tệp căn cứ đối chiếu")
    def proof_link(self, certificate):
        if not certificate.proof_file_id:
            return "Không có"
        address = reverse("pledges:certificate_proof", args=[certificate.pk])
        return format_html('<a href="{}">Tải tệp</a>', address)

    @admin.display(description="ký cho")
    def owner(self, certificate):
        return certificate.owner

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "appointment" and field:
            field.queryset = leaders_kept_by(request.user)
            field.label_from_instance = lambda post: f"{post.user.full_name}, {post.capacity}"
        return field


def leaders_kept_by(user):
    """Leaders' posts of today, within the user's authority."""
    posts = Appointment.objects.on(timezone.localdate()).filter(kind=Appointment.Kind.LEADER)
    if authority := own_authority(user):
        posts = posts.filter(unit__authority=authority)
    return posts.select_related("user", "unit").prefetch_related("unit__names")


class RevocationListForm(KeptFileForm):
    file_field = "file"
    file = RevocationListField(label="Tệp danh sách thu hồi", help_text="Tệp .crl.")

    def keep(self, data):
        return registering.import_list(data["file"], by=self.by)


@admin.register(RevocationList)
class RevocationListAdmin(KeptFileAdmin):
    form = RevocationListForm
    add_fields = ("file",)
    read_fields = ("issuer", "this_update", "next_update", "count", "fingerprint")
    list_display = ("issuer", "this_update", "next_update", "count", "imported_at")
    list_display_links = ("issuer",)

    def get_queryset(self, request):
        return super().get_queryset(request).defer("der")

    def get_fields(self, request, obj=None):
        return self.shown_fields if obj else self.add_fields

    @property
    def shown_fields(self):
        return [*self.read_fields, "imported_at", "imported_by"]

    def has_change_permission(self, request, obj=None):
        return False

    def keeps(self, user, obj):
        return True
