"""The second step of the log-in: what the account has is what the page asks for."""

import json

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.urls import reverse

from tests.factories import PASSWORD, UserFactory
from tests.passkey import Passkey

pytestmark = pytest.mark.django_db

SECOND_STEP = reverse("mfa_authenticate")


@pytest.fixture
def user():
    return UserFactory()


@pytest.fixture
def passkey(user):
    key = Passkey(user)
    key.register()
    return key


def first_step(client, user):
    form = {"login": user.username, "password": PASSWORD}
    return client.post(reverse("account_login"), form)


def second_step(client, user):
    first_step(client, user)
    return client.get(SECOND_STEP)


def is_logged_in(client):
    return client.get("/").status_code == 200


@pytest.mark.parametrize(
    ("factors", "offered"),
    [
        ({"totp"}, ["Mã 6 chữ số"]),
        ({"webauthn"}, ["Dùng khóa truy cập"]),
        ({"webauthn", "codes"}, ["Dùng khóa truy cập", "Mã khôi phục"]),
        ({"totp", "webauthn", "codes"}, ["Mã 6 chữ số", "Dùng khóa truy cập"]),
    ],
    ids=lambda value: "+".join(sorted(value)) if isinstance(value, set) else "",
)
def test_page_offers_what_the_account_has_first_things_first(client, user, factors, offered):
    if "totp" in factors:
        TOTP.activate(user, generate_totp_secret())
    if "webauthn" in factors:
        Passkey(user).register()
    if "codes" in factors:
        RecoveryCodes.activate(user)

    page = second_step(client, user).content.decode()

    ways = ("Mã 6 chữ số", "Dùng khóa truy cập", "Mã khôi phục<")
    found = {way.strip("<"): page.index(way) for way in ways if way in page}
    assert sorted(found, key=found.get) == offered
    assert page.count("button-primary") == 1


def test_passkey_alone_logs_in(client, user, passkey):
    options = second_step(client, user).context["js_data"]
    before = is_logged_in(client)

    answer = client.post(SECOND_STEP, {"credential": json.dumps(passkey.sign(options))})

    assert (before, answer.status_code, is_logged_in(client)) == (False, 302, True)


@pytest.mark.parametrize("whose", ["another account's key", "another challenge", "nonsense"])
def test_wrong_passkey_is_refused_in_words(client, user, passkey, whose):
    options = second_step(client, user).context["js_data"]
    answer = {
        "another account's key": lambda: Passkey(UserFactory()).sign(options),
        "another challenge": lambda: passkey.sign(
            {"request_options": {"publicKey": {"challenge": "AAAA"}}}
        ),
        "nonsense": lambda: {"id": "x"},
    }[whose]()

    page = client.post(SECOND_STEP, {"credential": json.dumps(answer)})

    assert page.status_code == 200
    assert "Khóa truy cập không khớp. Hãy làm lại." in page.content.decode()
    assert not is_logged_in(client)


def test_recovery_code_stands_in_for_a_passkey(client, user, passkey):
    codes = RecoveryCodes.activate(user).get_unused_codes()
    second_step(client, user)

    client.post(SECOND_STEP, {"code": codes[0]})

    assert is_logged_in(client)
