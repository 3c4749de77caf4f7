"""Units, the names they bore, and what became of them."""

from django.contrib import admin
from django.utils import timezone

from khoithidua.admin import RowForm
from units.admin.base import KeptAdmin, KeptInline, name_and_code, name_today
from units.admin.file_import import ListedAdmin
from units.admin.resources import Units
from units.models import Authority, Unit, UnitName, UnitSuccession


class UnitNameForm(RowForm):
    """Forms of a name; those left empty follow from the full name and the province's words."""

    DERIVED = ("short", "grid", "header_superior", "header_name")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in self.DERIVED:
            if name in self.fields:
                self.fields[name].required = False

    def clean(self):
        data = super().clean()
        full, start_on = data.get("full"), data.get("start_on")
        if full and start_on:
            derived = derived_forms(full, self.parent, start_on)
            data |= {name: data.get(name) or derived[name] for name in self.DERIVED}
            for name in self.DERIVED:
                limit = UnitName._meta.get_field(name).max_length
                if len(data[name]) > limit:
                    self.add_error(name, f"Tên quá dài ({limit} chữ); hãy ghi bản ngắn.")
                elif not data[name]:
                    self.add_error(name, "Cần nhập trường này.")
        return data


def derived_forms(full, unit, day):
    authority = Authority.objects.filter(pk=unit.authority_id).prefetch_related("periods").first()
    words = authority.on(day) if authority else None
    return {
        "short": full,
        "grid": full.upper(),
        "header_superior": words.superior_line if words else "",
        "header_name": full.upper(),
    }


class UnitNameInline(KeptInline):
    model = UnitName
    form = UnitNameForm
    template = "admin/edit_inline/stacked.html"
    fields = (
        ("start_on", "symbol"),
        "full",
        "short",
        "grid",
        ("header_superior", "header_name"),
    )
    extra = 0
    min_num = 1


class UnitSuccessionInline(KeptInline):
    model = UnitSuccession
    fk_name = "predecessor"
    verbose_name_plural = "đơn vị này về sau (đổi tên: thêm tên gọi mới ở trên, không ghi ở đây)"
    extra = 0


@admin.register(Unit)
class UnitAdmin(ListedAdmin, KeptAdmin):
    resource_class = Units
    section = "Đơn vị"
    authority_path = "authority"
    fixed_fields = ("slug",)
    fields = ("slug", "authority", "position")
    list_display = ("name_today", "slug", "symbol_today", "authority", "position")
    list_select_related = ("authority",)
    search_fields = ("slug", "names__full", "names__short")
    inlines = (UnitNameInline, UnitSuccessionInline)

    def get_queryset(self, request):
        return super().get_queryset(request).with_names()

    def called(self, obj):
        return name_and_code(obj)

    @admin.display(description="tên hiện nay")
    def name_today(self, unit):
        return name_today(unit)

    @admin.display(description="ký hiệu")
    def symbol_today(self, unit):
        name = unit.name_on(timezone.localdate())
        return name.symbol if name else ""
