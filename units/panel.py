"""The admin panel of the Ban Thi đua: sections in the order of its work, allauth's log-in.

Settings install it as "units.panel.PanelConfig" in place of "django.contrib.admin".
"""

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.apps import AdminConfig
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.module_loading import import_string

SECTIONS = (
    "Khối và năm",
    "Đơn vị",
    "Người",
    "Căn cứ, lịch",
    "Chứng thư ký số",
    "Văn bản đã ký (chỉ xem)",
    "Nhật ký (chỉ xem)",
)


class PanelConfig(AdminConfig):
    default_site = "units.panel.Panel"


class Panel(admin.AdminSite):
    site_header = "Ban Thi đua - Khen thưởng"
    site_title = "Quản trị Khối thi đua"
    index_title = "Quản trị"
    enable_nav_sidebar = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # One row at a time: its page shows what goes with it.
        self.disable_action("delete_selected")

    def register(self, model_or_iterable, admin_class=None, **options):
        """Take only classes that name their section.

        Those that allauth and Django bring would show second factors' secrets, and permissions
        and groups that nothing here reads.
        """
        if getattr(admin_class, "section", None):
            super().register(model_or_iterable, admin_class, **options)

    @method_decorator(login_not_required)
    def login(self, request, extra_context=None):
        """Send strangers to allauth, which asks for the second factor; the panel has no form."""
        if self.has_permission(request):
            return redirect("admin:index")
        if request.user.is_authenticated:
            raise PermissionDenied("Trang quản trị dành cho Ban Thi đua - Khen thưởng.")
        wanted = request.GET.get(REDIRECT_FIELD_NAME) or reverse("admin:index")
        return redirect(reverse("account_login", query={REDIRECT_FIELD_NAME: wanted}))

    def logout(self, request, extra_context=None):
        return redirect("account_logout")

    def password_change(self, request, extra_context=None):
        return redirect("account_change_password")

    def index(self, request, extra_context=None):
        """The sections, and above them what whoever runs the installation must know today."""
        notices = [
            notice
            for source in settings.PANEL_NOTICES
            for notice in import_string(source)(request.today)
        ]
        return super().index(request, {"notices": notices} | (extra_context or {}))

    def app_index(self, request, app_label, extra_context=None):
        return redirect("admin:index")

    def get_app_list(self, request, app_label=None):
        """Sections in place of apps, each in the order in which its classes are registered."""
        models = {
            row["model"]: row
            for app in self._build_app_dict(request).values()
            for row in app["models"]
        }
        return [
            {"name": section, "app_label": "", "app_url": "", "models": rows}
            for section in SECTIONS
            if (rows := [models[each] for each in self._in_section(section) if each in models])
        ]

    def _in_section(self, section):
        return [model for model, panel in self._registry.items() if panel.section == section]
