"""Log-ins and log-outs go into the record."""

from allauth.account.signals import password_changed
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db import transaction
from django.dispatch import receiver

from khoithidua import audit


@receiver(user_logged_in)
def record_login(sender, request, user, **kwargs):
    with transaction.atomic():
        audit.record(
            "account.login",
            chain=audit.system_chain(),
            by=user,
            target=f"tai-khoan/{user.username}",
            summary=f"{user.full_name} đăng nhập.",
        )


@receiver(user_logged_out)
def record_logout(sender, request, user, **kwargs):
    if user is None:
        return
    with transaction.atomic():
        audit.record(
            "account.logout",
            chain=audit.system_chain(),
            by=user,
            target=f"tai-khoan/{user.username}",
            summary=f"{user.full_name} đăng xuất.",
        )


@receiver(user_login_failed)
def record_login_failed(sender, credentials, request=None, **kwargs):
    name = str(credentials.get("username", ""))[:60]
    with transaction.atomic():
        audit.record(
            "account.login_failed",
            chain=audit.system_chain(),
            by="(chưa đăng nhập)",
            target=f"tai-khoan/{name}",
            summary=f"Đăng nhập không thành công với tên “{name}”.",
        )


@receiver(password_changed)
def record_password_changed(sender, request, user, **kwargs):
    with transaction.atomic():
        if user.password_is_temporary:
            user.password_is_temporary = False
            user.save(update_fields=["password_is_temporary"])
        audit.record(
            "account.password",
            chain=audit.system_chain(),
            by=user,
            target=f"tai-khoan/{user.username}",
            summary=f"{user.full_name} đổi mật khẩu.",
        )
