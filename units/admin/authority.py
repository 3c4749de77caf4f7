"""Decisions, and what a province lays down: its words, calendar, legal bases, titles."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html

from khoithidua.admin import PanelForm
from khoithidua.files import serve
from khoithidua.models import StoredFile
from khoithidua.text import ascii_slug
from units.admin import decision_import
from units.admin.base import KeptAdmin, KeptInline, name_today
from units.admin.file_import import FromFileAdmin, ListedAdmin
from units.admin.resources import DaysOff, LegalBases, Titles
from units.imports.days_off import seed_days_off
from units.models import (
    Authority,
    AuthorityPeriod,
    DayOff,
    Decision,
    LegalBasis,
    Title,
    TitleName,
)
from units.permissions import own_authority

LARGEST_SCAN = 20 * 1024 * 1024


class DecisionForm(PanelForm):
    """A decision, with the scan of it where there is one."""

    upload = forms.FileField(
        label="Tệp PDF của quyết định",
        required=False,
        help_text="Nhiều nhất 20 MB. Không tải lên tài liệu có dấu mật.",
        widget=forms.FileInput(attrs={"accept": "application/pdf"}),
    )
    is_open = forms.BooleanField(label="Tệp không có dấu mật", required=False)

    def clean_upload(self):
        upload = self.cleaned_data["upload"]
        if upload and upload.size > LARGEST_SCAN:
            raise forms.ValidationError("Tệp lớn hơn 20 MB.")
        if upload and not upload.read(5).startswith(b"%PDF-"):
            raise forms.ValidationError("Tệp không phải là PDF.")
        return upload

    def clean(self):
        data = super().clean()
        if data.get("upload") and not data.get("is_open"):
            self.add_error("is_open", "Hãy xác nhận tệp không có dấu mật.")
        return data


@admin.register(Decision)
class DecisionAdmin(KeptAdmin):
    section = "Khối và năm"
    authority_path = "authority"
    form = DecisionForm
    fields = (
        "authority",
        "number",
        "issued_on",
        "issuer",
        "summary",
        "is_verified",
        "note",
        "file_link",
        "upload",
        "is_open",
    )
    readonly_fields = ("file_link",)
    list_display = ("number_or_none", "issued_on", "summary", "issuer", "is_verified")
    list_filter = ("is_verified",)
    search_fields = ("number", "summary")
    list_select_related = ("authority",)
    change_form_template = "admin/units/decision/change_form.html"
    change_list_template = "admin/units/decision/change_list.html"

    @admin.display(description="số, ký hiệu", ordering="number")
    def number_or_none(self, decision):
        return decision.number or "(không số)"

    @admin.display(description="tệp đã lưu")
    def file_link(self, decision):
        if not decision.file_id:
            return "Chưa có"
        return format_html(
            '<a href="{}">Tải tệp</a>', reverse("admin:units_decision_file", args=[decision.pk])
        )

    def save_model(self, request, obj, form, change):
        if upload := form.cleaned_data.get("upload"):
            upload.seek(0)
            obj.file = StoredFile.objects.keep(
                upload.read(), content_type="application/pdf", by=request.user
            )
            form.changed_data.append("file")
        super().save_model(request, obj, form, change)

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/tep/", view(self.file_view), name="units_decision_file"),
            path(
                "nhap-tu-excel/",
                view(decision_import.page),
                {"modeladmin": self},
                name="units_decision_import",
            ),
            path(
                "nhap-tu-excel/tep-mau/",
                view(decision_import.template),
                {"modeladmin": self},
                name="units_decision_template",
            ),
            *super().get_urls(),
        ]

    def file_view(self, request, pk):
        decision = self.get_queryset(request).select_related("file").filter(pk=pk).first()
        if decision is None or decision.file is None:
            raise Http404
        if not self.has_view_permission(request, decision):
            raise PermissionDenied
        name = ascii_slug(f"quyet dinh {decision.number or decision.pk}", 50)
        return serve(decision.file, f"{name}.pdf")


class AuthorityPeriodInline(KeptInline):
    model = AuthorityPeriod
    template = "admin/edit_inline/stacked.html"
    extra = 0
    min_num = 1


@admin.register(Authority)
class AuthorityAdmin(KeptAdmin):
    section = "Căn cứ, lịch"
    authority_path = "pk"
    fixed_fields = ("slug",)
    fields = ("slug", "name")
    list_display = ("name", "slug", "place_today")
    inlines = (AuthorityPeriodInline,)

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("periods")

    @admin.display(description="cách gọi hiện nay")
    def place_today(self, authority):
        words = authority.on(timezone.localdate())
        return words.name if words else ""

    def has_add_permission(self, request, *args):
        """A province's own people keep their province; another one is the country's to add."""
        user = request.user
        return super().has_add_permission(request, *args) and (
            user.is_superuser or user.authority_id is None
        )


class SharedRows:
    """Rows of the country beside the authority's own: all are seen, its own are kept."""

    def limit(self, queryset, authority):
        return queryset.filter(Q(authority=None) | Q(authority=authority))

    def keeps(self, user, obj):
        authority = own_authority(user)
        return authority is None or obj is None or obj.authority_id == authority

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "authority" and own_authority(request.user):
            field.required, field.empty_label = True, None
        return field


@admin.register(LegalBasis)
class LegalBasisAdmin(SharedRows, FromFileAdmin, KeptAdmin):
    resource_class = LegalBases
    section = "Căn cứ, lịch"
    list_display = ("citation", "kind", "in_force_from", "in_force_to", "position", "is_verified")
    list_filter = ("kind", "is_verified")
    search_fields = ("citation",)
    change_list_template = "admin/units/legalbasis/change_list.html"


class TitleNameInline(KeptInline):
    model = TitleName


@admin.register(Title)
class TitleAdmin(ListedAdmin, KeptAdmin):
    resource_class = Titles
    section = "Căn cứ, lịch"
    fixed_fields = ("slug",)
    list_display = ("name_today", "slug", "kind", "position")
    list_filter = ("kind",)
    search_fields = ("slug", "names__name")
    inlines = (TitleNameInline,)

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("names")

    def called(self, obj):
        return name_today(obj)

    @admin.display(description="tên gọi hiện nay")
    def name_today(self, title):
        return name_today(title)


class DaysOffForm(forms.Form):
    """For which authority and year the public holidays are entered."""

    authority = forms.ModelChoiceField(Authority.objects.none(), label="Tỉnh", empty_label=None)
    year = forms.IntegerField(label="Năm", min_value=2000, max_value=2100)

    def __init__(self, *args, authorities, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["authority"].queryset = authorities


@admin.register(DayOff)
class DayOffAdmin(FromFileAdmin, KeptAdmin):
    resource_class = DaysOff
    section = "Căn cứ, lịch"
    authority_path = "authority"
    list_display = ("day", "name", "is_working", "authority", "decision")
    list_filter = ("is_working",)
    list_select_related = ("authority", "decision")
    search_fields = ("name",)
    date_hierarchy = "day"
    change_list_template = "admin/units/dayoff/change_list.html"

    def get_urls(self):
        view = self.admin_site.admin_view(self.seed_view)
        return [path("lap-lich-nghi/", view, name="units_dayoff_seed"), *super().get_urls()]

    def seed_view(self, request):
        """Enter a year's public holidays that are not there yet."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        authorities = Authority.objects.all()
        if authority := own_authority(request.user):
            authorities = authorities.filter(pk=authority)
        form = DaysOffForm(
            request.POST or None,
            authorities=authorities,
            initial={"year": timezone.localdate().year},
        )
        if request.method == "POST" and form.is_valid():
            year = form.cleaned_data["year"]
            added = seed_days_off(**form.cleaned_data, by=request.user)
            messages.success(
                request,
                f"Đã thêm {len(added)} ngày của năm {year}; ngày đã có được giữ nguyên. "
                "Hãy đối chiếu với thông báo nghỉ lễ, Tết của năm.",
            )
            return redirect("admin:units_dayoff_changelist")
        context = {
            **self.admin_site.each_context(request),
            "title": "Lập lịch nghỉ của một năm",
            "opts": self.opts,
            "form": form,
        }
        return TemplateResponse(request, "admin/units/dayoff/seed.html", context)
