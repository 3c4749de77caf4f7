"""Blocs, their years, members and phases."""

from datetime import date

from django.contrib import admin
from django.db.models import Count
from django.utils import timezone

from khoithidua.admin import RowForm, WholeFormSet
from units.admin.base import KeptAdmin, KeptInline, name_and_code, name_today
from units.models import Bloc, BlocName, EmulationYear, Membership, Phase, Role


class BlocNameInline(KeptInline):
    model = BlocName
    extra = 0
    min_num = 1


@admin.register(Bloc)
class BlocAdmin(KeptAdmin):
    section = "Khối và năm"
    authority_path = "authority"
    fixed_fields = ("slug",)
    fields = ("slug", "authority", "kind", "file_code", "ended_on", "is_demo")
    list_display = ("name_today", "slug", "kind", "authority", "ended_on")
    list_filter = ("kind",)
    list_select_related = ("authority",)
    search_fields = ("slug", "names__name")
    inlines = (BlocNameInline,)

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("names")

    def called(self, obj):
        return name_and_code(obj)

    @admin.display(description="tên hiện nay")
    def name_today(self, bloc):
        return name_today(bloc)


class MembershipForm(RowForm):
    """A member; without a date of its own it belongs to the bloc from the year's first day."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "start_on" in self.fields:
            self.fields["start_on"].required = False
            self.fields["start_on"].help_text = "Để trống: từ ngày đầu của năm."

    def clean_start_on(self):
        return self.cleaned_data["start_on"] or self.parent.starts_on


class MembershipFormSet(WholeFormSet):
    def clash(self, row, others):
        """One place and one leading role at a time among the members of today."""
        said = {
            constraint.name: constraint.violation_error_message
            for constraint in Membership._meta.constraints
        }
        present = [other for other in others if other.end_on is None and row.end_on is None]
        if any(other.position == row.position for other in present):
            return said["membership_position_once"]
        if row.role != Role.MEMBER and any(other.role == row.role for other in present):
            return said["membership_role_once"]
        return super().clash(row, others)


class MembershipInline(KeptInline):
    model = Membership
    form = MembershipForm
    formset = MembershipFormSet
    fields = ("position", "unit", "role", "is_new", "start_on", "end_on", "decision")
    ordering = ("position", "pk")

    def narrow(self, fields, parent):
        if parent and "unit" in fields:
            units = fields["unit"].queryset
            fields["unit"].queryset = units.filter(authority=parent.bloc.authority_id)


class PhaseForm(RowForm):
    """A phase; once it has opened, a later end is an extension, which says why."""

    def clean(self):
        data = super().clean()
        closes_on = data.get("closes_on")
        has_opened = self.instance.pk and self.initial["opens_on"] <= timezone.localdate()
        if has_opened and closes_on and closes_on > self.initial["closes_on"]:
            self.add_error(
                "closes_on",
                "Bước đã mở: đơn vị đứng đầu gia hạn ở trang Lịch của năm, có ghi lý do.",
            )
        return data


class PhaseInline(KeptInline):
    model = Phase
    form = PhaseForm


@admin.register(EmulationYear)
class EmulationYearAdmin(KeptAdmin):
    section = "Khối và năm"
    authority_path = "bloc__authority"
    fixed_fields = ("bloc", "number")
    fields = (
        "bloc",
        "number",
        ("starts_on", "ends_on"),
        "decision",
        "province_theme",
        "theme",
        "anniversaries",
        "closed_on",
        "stage_notice",
    )
    list_display = ("bloc_name", "number", "member_count", "starts_on", "ends_on", "closed_on")
    list_display_links = ("bloc_name",)
    list_filter = ("number", "bloc__kind")
    search_fields = ("bloc__slug", "bloc__names__name")
    inlines = (MembershipInline, PhaseInline)

    def get_queryset(self, request):
        years = super().get_queryset(request).with_names()
        return years.annotate(members=Count("memberships", distinct=True))

    def get_changeform_initial_data(self, request):
        year = timezone.localdate().year
        return {
            "number": year,
            "starts_on": date(year, 1, 1),
            "ends_on": date(year, 12, 31),
        } | super().get_changeform_initial_data(request)

    def called(self, obj):
        return f"{obj.bloc_name}, năm {obj.number}"

    @admin.display(description="khối, cụm", ordering="bloc__slug")
    def bloc_name(self, year):
        return year.bloc_name

    @admin.display(description="số thành viên")
    def member_count(self, year):
        return year.members
