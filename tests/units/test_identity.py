"""Proof of identity at the moment of an act: password, code, passkey; bound to it and used once."""

from datetime import timedelta

import pytest
from allauth.core import context
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.contrib.sessions.backends.db import SessionStore
from django.test import RequestFactory

from tests.factories import PASSWORD, UserFactory
from tests.passkey import Passkey
from units.identity import TOO_OFTEN, ProofForm, new_challenge, ways_of

pytestmark = pytest.mark.django_db

SIGN = "sign:1:1"


@pytest.fixture
def user():
    return UserFactory()


@pytest.fixture
def request_of():
    """A request of this user, with a session; allauth knows it as the current one."""
    sessions, opened = {}, []

    def make(user):
        request = RequestFactory().post("/")
        request.user = user
        request.session = sessions.setdefault(user.pk, SessionStore())
        entered = context.request_context(request)
        entered.__enter__()
        opened.append(entered)
        return request

    yield make
    for entered in reversed(opened):
        entered.__exit__(None, None, None)


@pytest.fixture
def prove(request_of):
    def proved(user, purpose=SIGN, **data):
        form = ProofForm(data or {"x": "1"}, request=request_of(user), purpose=purpose)
        form.is_valid()
        return form

    return proved


def with_app(user):
    """Give the user an authenticator application; return its secret."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


def code_of(secret):
    counters = list(yield_hotp_counters_from_time())
    return format_hotp_value(hotp_value(secret, counters[len(counters) // 2]))


def errors(form):
    return [message for messages in form.errors.values() for message in messages]


def test_right_password_proves(prove, user):
    form = prove(user, password=PASSWORD)

    assert errors(form) == []
    assert form.cleaned_data["way"] == "password"


def test_password_keeps_its_spaces(prove):
    user = UserFactory(password="  mat khau co cach ")

    assert errors(prove(user, password="  mat khau co cach ")) == []
    assert errors(prove(user, password="mat khau co cach")) == ["Mật khẩu không đúng."]


@pytest.mark.parametrize("password", ["sai", PASSWORD.upper()])
def test_wrong_password_does_not(prove, user, password):
    assert errors(prove(user, password=password)) == ["Mật khẩu không đúng."]


def test_password_changed_meanwhile_is_the_one_that_counts(prove, user):
    """The session's user may be older than a change of password."""
    fresh = type(user).objects.get(pk=user.pk)
    fresh.set_password("mat-khau-moi-2026")
    fresh.save()

    assert errors(prove(user, password=PASSWORD)) == ["Mật khẩu không đúng."]
    assert errors(prove(user, password="mat-khau-moi-2026")) == []


def test_nothing_given_is_no_proof(prove, user):
    assert "Cần xác nhận người ký" in errors(prove(user))[0]


def test_sixth_wrong_try_is_refused_with_advice_even_when_right(prove, user):
    for _ in range(5):
        prove(user, password="sai")

    assert errors(prove(user, password=PASSWORD)) == [TOO_OFTEN]
    assert errors(prove(UserFactory(), password=PASSWORD)) == []


def test_tries_are_counted_anew_after_five_minutes(prove, user, today):
    for _ in range(5):
        prove(user, password="sai")

    today.shift(timedelta(minutes=5, seconds=1))

    assert errors(prove(user, password=PASSWORD)) == []


def test_right_proof_forgets_the_wrong_tries(prove, user):
    for _ in range(4):
        prove(user, password="sai")
    prove(user, password=PASSWORD)

    for _ in range(4):
        assert errors(prove(user, password="sai")) == ["Mật khẩu không đúng."]


def test_code_of_the_application_proves(prove, user):
    secret = with_app(user)

    form = prove(user, code=f" {code_of(secret)} ")

    assert errors(form) == []
    assert form.cleaned_data["way"] == "totp"


def test_code_is_used_once(prove, user):
    code = code_of(with_app(user))
    prove(user, code=code)

    assert errors(prove(user, code=code)) == [
        "Mã không đúng hoặc đã dùng. Hãy nhập mã mới đang hiện."
    ]


@pytest.mark.parametrize("age", [timedelta(minutes=2), timedelta(minutes=-2)])
def test_code_of_another_time_does_not(prove, user, today, age):
    code = code_of(with_app(user))

    today.shift(age)

    assert "Mã không đúng" in errors(prove(user, code=code))[0]


def test_code_of_another_person_does_not(prove, user):
    with_app(user)

    assert "Mã không đúng" in errors(prove(user, code=code_of(with_app(UserFactory()))))[0]


@pytest.fixture
def passkey(user):
    key = Passkey(user)
    key.register()
    return key


@pytest.fixture
def challenge(request_of, user):
    return lambda purpose=SIGN: new_challenge(request_of(user), purpose)


def test_passkey_proves(prove, user, passkey, challenge):
    form = prove(user, credential=passkey.sign(challenge()))

    assert errors(form) == []
    assert form.cleaned_data["way"] == "passkey"


def test_passkeys_answer_is_used_once(prove, user, passkey, challenge):
    answer = passkey.sign(challenge())
    prove(user, credential=answer)

    assert "đã hết hạn" in errors(prove(user, credential=answer))[0]


def test_challenge_for_another_purpose_is_refused(prove, user, passkey, challenge):
    answer = passkey.sign(challenge("sign:2:1"))

    assert "đã hết hạn" in errors(prove(user, purpose=SIGN, credential=answer))[0]
    # And it is gone: the page that asked for it has to ask again.
    assert "đã hết hạn" in errors(prove(user, purpose="sign:2:1", credential=answer))[0]


def test_challenge_of_the_log_in_is_refused(prove, user, passkey, request_of):
    from allauth.mfa.webauthn.internal import auth

    request_of(user)
    options = auth.begin_authentication(user)

    assert (
        "đã hết hạn"
        in errors(prove(user, credential=passkey.sign({"request_options": options})))[0]
    )


def test_older_challenge_is_refused(prove, user, passkey, challenge):
    first = challenge()
    challenge()

    assert "không khớp" in errors(prove(user, credential=passkey.sign(first)))[0]


def test_key_of_another_person_is_refused(prove, user, passkey, challenge):
    stranger = Passkey(UserFactory())
    stranger.register()

    assert "không khớp" in errors(prove(user, credential=stranger.sign(challenge())))[0]


def test_key_that_is_not_the_registered_one_is_refused(prove, user, passkey, challenge):
    forged = Passkey(user)

    assert "không khớp" in errors(prove(user, credential=forged.sign(challenge())))[0]


@pytest.mark.parametrize("answer", ["{", "1", '"a"', "[]", "{}", '{"id": "x"}'])
def test_nonsense_instead_of_a_passkey_is_refused_politely(prove, user, passkey, challenge, answer):
    challenge()

    form = prove(user, credential=answer)

    assert errors(form) and not form.is_valid()


def test_recovery_codes_prove_nothing(user):
    Authenticator.objects.create(
        user=user, type=Authenticator.Type.RECOVERY_CODES, data={"seed": "a", "used_mask": 0}
    )

    assert ways_of(user) == ["password"]


def test_ways_come_strongest_first(user, passkey):
    with_app(user)

    assert ways_of(user) == ["passkey", "totp", "password"]


def test_account_without_any_way_has_no_field(request_of):
    user = UserFactory()
    user.set_unusable_password()
    user.save()

    form = ProofForm({"password": ""}, request=request_of(user), purpose=SIGN)

    assert list(form.fields) == []
    assert not form.is_valid()


def test_way_the_account_lacks_is_not_taken(prove, user):
    """A code typed into a form that has no such field proves nothing."""
    assert "Cần xác nhận người ký" in errors(prove(user, code="123456"))[0]
