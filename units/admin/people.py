"""Accounts, what their holders were appointed to, and who watches which bloc."""

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.forms import SetPasswordMixin
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters

from khoithidua import audit, mail
from khoithidua.admin import PanelForm
from units.admin.base import KeptAdmin, KeptInline, name_today, users_kept_by
from units.admin.file_import import ListedAdmin
from units.admin.resources import Users
from units.models import Appointment, Supervision, User
from units.permissions import own_authority

LABELS = ("Mật khẩu tạm", "Nhập lại mật khẩu tạm")


class UserAddForm(SetPasswordMixin, PanelForm):
    """A new account with a password that its holder changes at the first log-in."""

    password1, password2 = SetPasswordMixin.create_password_fields(*LABELS)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Someone else's name: the officer's own must not be filled in.
        self.fields["username"].widget.attrs["autocomplete"] = "off"

    def clean(self):
        self.validate_passwords()
        return super().clean()

    def _post_clean(self):
        super()._post_clean()
        self.validate_password_for_user(self.instance)

    def save(self, commit=True):
        self.instance.set_password(self.cleaned_data["password1"])
        self.instance.password_is_temporary = True
        return super().save(commit)


class PasswordForm(SetPasswordMixin, forms.Form):
    password1, password2 = SetPasswordMixin.create_password_fields(*LABELS)

    def __init__(self, *args, user, **kwargs):
        self.user = user
        super().__init__(*args, **kwargs)

    def clean(self):
        self.validate_passwords()
        self.validate_password_for_user(self.user)
        return super().clean()


class AppointmentInline(KeptInline):
    model = Appointment
    authority_path = "unit__authority"
    fields = ("unit", "kind", "position", "signing_title", "start_on", "end_on", "decision")


class SupervisionInline(KeptInline):
    model = Supervision
    authority_path = "bloc__authority"
    extra = 0


@admin.register(User)
class UserAdmin(ListedAdmin, KeptAdmin):
    resource_class = Users
    section = "Người"
    fixed_fields = ("username",)
    list_display = ("full_name", "username", "role", "authority", "is_active", "last_login")
    list_filter = ("role", "is_active")
    list_select_related = ("authority",)
    search_fields = ("sort_name", "full_name", "username")
    inlines = (AppointmentInline, SupervisionInline)
    change_form_template = "admin/units/user/change_form.html"

    def get_queryset(self, request):
        return super().get_queryset(request).filter(pk__in=users_kept_by(request.user))

    def keeps(self, user, obj):
        return True

    def has_delete_permission(self, request, obj=None):
        """An account that was used stays: the record and signatures name it. It is switched off."""
        unused = obj is None or obj.last_login is None
        return unused and super().has_delete_permission(request, obj)

    def get_fields(self, request, obj=None):
        fields = ["username", "full_name", "email", "role"]
        fields += [] if own_authority(request.user) else ["authority"]
        return [*fields, "is_active"] if obj else [*fields, "password1", "password2"]

    def get_form(self, request, obj=None, change=False, **kwargs):
        if obj is None:
            kwargs["form"] = UserAddForm
        return super().get_form(request, obj, change, **kwargs)

    def save_model(self, request, obj, form, change):
        if not change and (authority := own_authority(request.user)):
            obj.authority_id = authority
        super().save_model(request, obj, form, change)

    def get_urls(self):
        view = self.admin_site.admin_view(self.password_view)
        return [path("<int:pk>/mat-khau/", view, name="units_user_password"), *super().get_urls()]

    @method_decorator(sensitive_post_parameters())
    def password_view(self, request, pk):
        """Set a temporary password for someone who lost theirs; they are told by mail."""
        user = self.get_queryset(request).filter(pk=pk).first()
        if user is None:
            raise Http404
        if not self.has_change_permission(request, user):
            raise PermissionDenied
        if user == request.user:
            return redirect("account_change_password")
        form = PasswordForm(request.POST or None, user=user)
        if request.method == "POST" and form.is_valid():
            reset_password(user, form.cleaned_data["password1"], by=request.user)
            messages.success(
                request, f"Đã đặt mật khẩu tạm cho {user}. Hãy báo riêng cho người dùng."
            )
            return redirect("admin:units_user_change", user.pk)
        context = {
            **self.admin_site.each_context(request),
            "title": f"Đặt lại mật khẩu: {user}",
            "opts": self.opts,
            "original": user,
            "form": form,
        }
        return TemplateResponse(request, "admin/units/user/password.html", context)


@transaction.atomic
def reset_password(user, password, *, by):
    """Set `user`'s password, end their sessions, record it, and tell them."""
    user.set_password(password)
    user.password_is_temporary = True
    user.save(update_fields=["password", "password_is_temporary"])
    audit.record(
        "user.reset_password",
        chain=audit.system_chain(),
        by=by,
        target=f"tai-khoan/{user.username}",
        summary=f"Đặt lại mật khẩu của {user}.",
    )
    mail.enqueue(
        [user],
        "Mật khẩu của bạn đã được đặt lại",
        f"{by.full_name} ({by.capacity}) vừa đặt mật khẩu tạm cho tài khoản {user.username}. "
        "Nếu bạn không yêu cầu, hãy báo ngay cho Ban Thi đua - Khen thưởng.",
    )


@admin.register(Appointment)
class AppointmentAdmin(KeptAdmin):
    section = "Người"
    authority_path = "unit__authority"
    list_display = ("person", "unit_name", "position", "kind", "start_on", "end_on")
    list_filter = ("kind",)
    list_select_related = ("user", "unit")
    search_fields = ("user__full_name", "user__username", "unit__slug", "unit__names__full")
    raw_id_fields = ("user",)

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("unit__names")

    def called(self, obj):
        return f"{obj.user.full_name}, {obj.capacity}"

    @admin.display(description="người", ordering="user__sort_name")
    def person(self, appointment):
        return appointment.user.full_name

    @admin.display(description="đơn vị", ordering="unit__slug")
    def unit_name(self, appointment):
        return name_today(appointment.unit)


@admin.register(Supervision)
class SupervisionAdmin(KeptAdmin):
    section = "Người"
    authority_path = "bloc__authority"
    list_display = ("person", "bloc_name", "start_on", "end_on")
    list_select_related = ("user", "bloc")
    search_fields = ("user__full_name", "user__username", "bloc__slug")
    raw_id_fields = ("user",)

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("bloc__names")

    def called(self, obj):
        return f"{obj.user.full_name} theo dõi {name_today(obj.bloc)}"

    @admin.display(description="chuyên viên theo dõi", ordering="user__sort_name")
    def person(self, supervision):
        return supervision.user.full_name

    @admin.display(description="khối, cụm", ordering="bloc__slug")
    def bloc_name(self, supervision):
        return name_today(supervision.bloc)
