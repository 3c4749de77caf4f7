"""All addresses: fixed paths, Vietnamese without diacritics.

allauth's views are mounted one by one under its own names: there is no sign-up and no mail page.
"""

from allauth.account import views as account_views
from allauth.mfa.base import views as mfa_views
from allauth.mfa.recovery_codes import views as recovery_views
from allauth.mfa.totp import views as totp_views
from allauth.mfa.webauthn import views as webauthn_views
from django.contrib import admin
from django.urls import include, path

from khoithidua import views

account_patterns = [
    path("dang-nhap/", account_views.login, name="account_login"),
    path("dang-nhap/buoc-2/", mfa_views.authenticate, name="mfa_authenticate"),
    path("dang-nhap/khoa-truy-cap/", webauthn_views.login_webauthn, name="mfa_login_webauthn"),
    path("dang-nhap/da-khoa/", account_views.account_inactive, name="account_inactive"),
    path("dang-xuat/", account_views.logout, name="account_logout"),
    path("tai-khoan/mat-khau/", account_views.password_change, name="account_change_password"),
    path("tai-khoan/xac-nhan/", account_views.reauthenticate, name="account_reauthenticate"),
    path("tai-khoan/xac-nhan/ma/", mfa_views.reauthenticate, name="mfa_reauthenticate"),
    path(
        "tai-khoan/xac-nhan/khoa/",
        webauthn_views.reauthenticate_webauthn,
        name="mfa_reauthenticate_webauthn",
    ),
    path("tai-khoan/hai-lop/", mfa_views.index, name="mfa_index"),
    path("tai-khoan/hai-lop/ung-dung/", totp_views.activate_totp, name="mfa_activate_totp"),
    path("tai-khoan/hai-lop/ung-dung/tat/", totp_views.deactivate_totp, name="mfa_deactivate_totp"),
    path(
        "tai-khoan/hai-lop/ma-khoi-phuc/",
        recovery_views.view_recovery_codes,
        name="mfa_view_recovery_codes",
    ),
    path(
        "tai-khoan/hai-lop/ma-khoi-phuc/tao/",
        recovery_views.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path(
        "tai-khoan/hai-lop/ma-khoi-phuc/tai-ve/",
        recovery_views.download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
    path("tai-khoan/hai-lop/khoa/", webauthn_views.list_webauthn, name="mfa_list_webauthn"),
    path("tai-khoan/hai-lop/khoa/them/", webauthn_views.add_webauthn, name="mfa_add_webauthn"),
    path(
        "tai-khoan/hai-lop/khoa/<int:pk>/doi-ten/",
        webauthn_views.edit_webauthn,
        name="mfa_edit_webauthn",
    ),
    path(
        "tai-khoan/hai-lop/khoa/<int:pk>/xoa/",
        webauthn_views.remove_webauthn,
        name="mfa_remove_webauthn",
    ),
]

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("tro-giup/", views.help_page, name="help"),
    path("kha-nang-tiep-can/", views.accessibility, name="accessibility"),
    path("bao-ve-du-lieu/", views.privacy, name="privacy"),
    path("nhat-ky/", views.record_list, name="record_list"),
    path("quan-tri/", admin.site.urls),
    *account_patterns,
    path("", include("units.urls")),
    path("", include("pledges.urls")),
    path("", include("scoring.urls")),
]
