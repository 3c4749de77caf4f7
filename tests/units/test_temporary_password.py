"""A password that the secretariat set proves nobody's identity until its holder changed it."""

import pytest
from django.db import transaction

from tests.factories import PASSWORD, UserFactory
from units.admin.people import reset_password
from units.identity import PASSWORD as BY_PASSWORD
from units.identity import ways_of

pytestmark = pytest.mark.django_db
NEW = "mot-mat-khau-rieng-2026"


def test_password_set_by_the_secretariat_is_no_proof():
    user = UserFactory(password_is_temporary=True)

    assert BY_PASSWORD not in ways_of(user)


def test_password_changed_by_its_holder_is_a_proof_again(login):
    user = UserFactory(password_is_temporary=True)

    login(user).post(
        "/tai-khoan/mat-khau/", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    )

    user.refresh_from_db()
    assert user.check_password(NEW)
    assert BY_PASSWORD in ways_of(user)


def test_home_asks_to_change_a_temporary_password(login):
    user = UserFactory(password_is_temporary=True)

    assert "Đổi mật khẩu" in login(user).get("/").content.decode()


def test_password_reset_in_the_panel_is_temporary():
    user = UserFactory()

    with transaction.atomic():
        reset_password(user, NEW, by=UserFactory(secretariat=True))

    user.refresh_from_db()
    assert user.check_password(NEW)
    assert user.password_is_temporary
