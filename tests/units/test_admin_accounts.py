"""Accounts in the panel: temporary passwords, and nothing that shows or forgets who was who."""

import pytest
from django.urls import reverse

from khoithidua.models import Outbox
from tests.factories import (
    PASSWORD,
    UnitFactory,
    UserFactory,
)
from tests.units.panel import assert_refused, assert_saved, entry_of, url, user_form
from units.models import (
    User,
)

# Accounts


def test_account_is_made_with_a_temporary_password_that_works(panel, client):
    unit = UnitFactory()
    row = {
        "unit": unit.pk,
        "kind": "leader",
        "position": "Giám đốc",
        "signing_title": "GIÁM ĐỐC",
        "start_on": "2026-01-01",
    }

    assert_saved(panel.post(url(User, "add"), user_form(row)))

    user = User.objects.get(username="ld-syt")
    assert user.check_password("mat-khau-tam-2026")
    assert user.current_appointments[0].unit == unit
    recorded = str([entry_of("user.add").after, entry_of("appointment.add").after])
    assert "mat-khau" not in recorded
    assert "password" not in recorded


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"password1": "ngan", "password2": "ngan"}, "12"),
        ({"password2": "khac-hoan-toan-2026"}, "không giống nhau"),
        ({"password1": "", "password2": ""}, "bắt buộc"),
        ({"username": "Có Dấu"}, "Tên đăng nhập chỉ gồm chữ thường"),
    ],
)
def test_account_is_refused_with_a_reason(panel, changes, message):
    assert_refused(panel.post(url(User, "add"), user_form(**changes)), message)
    assert User.objects.count() == 1


def test_password_is_set_anew_recorded_and_told(panel, officer, login):
    user = UserFactory()
    session = login(user)
    page = reverse("admin:units_user_password", args=[user.pk])

    response = panel.post(
        page, {"password1": "mat-khau-tam-2026", "password2": "mat-khau-tam-2026"}
    )

    assert response.url == url(User, "change", user.pk)
    user.refresh_from_db()
    assert user.check_password("mat-khau-tam-2026")
    assert entry_of("user.reset_password").actor == officer.username
    assert Outbox.objects.get().to == user.email
    assert session.get("/", follow=True).redirect_chain[-1][0].startswith("/dang-nhap/")


def test_weak_password_is_not_set(panel):
    user = UserFactory()
    page = reverse("admin:units_user_password", args=[user.pk])

    response = panel.post(page, {"password1": "ngan", "password2": "ngan"})

    assert response.status_code == 200
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_own_password_is_changed_where_the_old_one_is_asked(panel, officer):
    page = reverse("admin:units_user_password", args=[officer.pk])

    assert panel.get(page).url == reverse("account_change_password")


def test_hash_is_never_shown(panel):
    user = UserFactory()

    for page in (url(User), url(User, "change", user.pk)):
        assert user.password not in panel.get(page).content.decode()


def test_account_that_was_used_is_switched_off_not_deleted(panel):
    user = UserFactory(last_login="2026-04-01T08:00+07:00")
    fresh = UserFactory()

    assert panel.get(url(User, "delete", user.pk)).status_code == 403
    assert panel.post(url(User, "delete", fresh.pk), {"post": "yes"}).status_code == 302
    assert not User.objects.filter(pk=fresh.pk).exists()
