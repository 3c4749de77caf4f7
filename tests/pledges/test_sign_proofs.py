"""What proves who signs: password, code, passkey; each for this paper, and once."""

import json
import re
from datetime import timedelta

import pytest
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)

from pledges.models import Signature
from tests.factories import (
    PASSWORD,
    EmulationYearFactory,
    MembershipFactory,
    PaperFactory,
    UserFactory,
    deputy_of,
    lead_of,
    leader_of,
)
from tests.passkey import Passkey
from tests.pledges.pages import at, text_of

pytestmark = pytest.mark.django_db

SIGNED = {"declaration": "on", "password": PASSWORD}
WRONG = {"declaration": "on", "password": "sai-mat-khau"}


def leader_client(login, paper):
    return login(leader_of(lead_of(paper.year)))


def post(client, paper, data, **origin):
    """Send the form of the page, which also says which version was shown."""
    return client.post(
        at("pledge_sign", paper), {"shown": paper.code or "", **data}, follow=True, **origin
    )


# Password


def test_wrong_password_keeps_the_tick_and_signs_nothing(login):
    paper = PaperFactory(signing=True)

    answer = post(leader_client(login, paper), paper, WRONG)

    assert answer.status_code == 422
    assert "Mật khẩu không đúng." in text_of(answer)
    assert re.search(r'name="declaration"\s+required\s+checked', answer.content.decode())
    assert "sai-mat-khau" not in answer.content.decode()
    assert not Signature.objects.exists()


def test_five_wrong_tries_close_the_account_to_signing_for_five_minutes(login, today):
    paper = PaperFactory(signing=True)
    client = leader_client(login, paper)
    for _ in range(5):
        post(client, paper, WRONG)

    right = post(client, paper, SIGNED)
    today.shift(timedelta(minutes=5, seconds=1))
    later = post(client, paper, SIGNED)

    assert right.status_code == 422
    assert "Đã thử quá nhiều lần. Hãy đợi 5 phút rồi thử lại." in text_of(right)
    assert later.redirect_chain
    assert Signature.objects.count() == 1


def test_wrong_tries_count_for_the_account_wherever_they_come_from(login):
    paper = PaperFactory(signing=True)
    leader = leader_of(lead_of(paper.year))
    for number in range(5):
        post(login(leader), paper, WRONG, REMOTE_ADDR=f"10.0.0.{number}")

    answer = post(login(leader), paper, SIGNED, REMOTE_ADDR="10.0.0.99")

    assert answer.status_code == 422
    assert not Signature.objects.exists()


def test_tries_of_one_leader_do_not_stop_another(login):
    paper = PaperFactory(signing=True)
    for _ in range(6):
        post(leader_client(login, paper), paper, WRONG)

    post(login(leader_of(deputy_of(paper.year))), paper, SIGNED)

    assert Signature.objects.count() == 1


def test_right_proof_forgets_the_wrong_tries(login):
    first = PaperFactory(signing=True)
    second = PaperFactory(year=same_lead_elsewhere(first), signing=True)
    client = leader_client(login, first)
    for paper in (first, second):
        for _ in range(4):
            post(client, paper, WRONG)
        post(client, paper, SIGNED)

    assert Signature.objects.count() == 2


def same_lead_elsewhere(paper):
    """A year of another bloc, led by the same unit."""
    year = EmulationYearFactory(members=0)
    MembershipFactory(year=year, unit=lead_of(paper.year), lead=True)
    MembershipFactory(year=year, deputy=True)
    return year


def test_password_changed_since_the_log_in_is_the_one_that_counts(login):
    paper = PaperFactory(signing=True)
    leader = leader_of(lead_of(paper.year))
    leader.set_password("mat-khau-moi-2026")
    leader.save(update_fields=["password"])
    client = login(leader)

    old = post(client, paper, SIGNED)
    post(client, paper, SIGNED | {"password": "mat-khau-moi-2026"})

    assert "Mật khẩu không đúng." in text_of(old)
    assert Signature.objects.count() == 1


# Codes of an authenticator application


def current_code(secret):
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


@pytest.fixture
def two_papers():
    """Two papers of different blocs that wait for the same leader."""
    first = PaperFactory(signing=True)
    return first, PaperFactory(year=same_lead_elsewhere(first), signing=True)


def test_code_is_accepted_once(login, two_papers):
    first, second = two_papers
    leader = leader_of(lead_of(first.year))
    secret = "JBSWY3DPEHPK3PXP"
    TOTP.activate(leader, secret)
    data = {"declaration": "on", "code": current_code(secret)}
    client = login(leader)

    post(client, first, data)
    again = post(client, second, data)

    assert Signature.objects.get().proof == "totp"
    assert "Mã không đúng hoặc đã dùng." in text_of(again)


def test_wrong_code_signs_nothing(login):
    paper = PaperFactory(signing=True)
    leader = leader_of(lead_of(paper.year))
    TOTP.activate(leader, "JBSWY3DPEHPK3PXP")

    answer = post(login(leader), paper, {"declaration": "on", "code": "000000"})

    assert answer.status_code == 422
    assert not Signature.objects.exists()


def test_code_of_an_account_without_an_application_proves_nothing(login):
    paper = PaperFactory(signing=True)

    answer = post(leader_client(login, paper), paper, {"declaration": "on", "code": "123456"})

    assert answer.status_code == 422
    assert not Signature.objects.exists()


# Passkeys


def options_on(page):
    [written] = re.findall(
        r'<script id="passkey-options" type="application/json">(.*?)</script>',
        page.content.decode(),
    )
    return json.loads(written)


@pytest.fixture
def keyed(login, two_papers):
    """The client of a leader with a passkey, and the passkey."""
    leader = leader_of(lead_of(two_papers[0].year))
    passkey = Passkey(leader)
    passkey.register()
    return login(leader), passkey


def consent(passkey, options):
    return {"declaration": "on", "credential": json.dumps(passkey.sign(options))}


def test_passkey_signs_the_paper_whose_challenge_it_answers(two_papers, keyed):
    paper, (client, passkey) = two_papers[0], keyed
    options = options_on(client.get(at("pledge_sign", paper)))

    post(client, paper, consent(passkey, options))

    assert Signature.objects.get().proof == "passkey"


def test_passkey_challenge_of_another_paper_is_refused(two_papers, keyed):
    (first, second), (client, passkey) = two_papers, keyed
    options = options_on(client.get(at("pledge_sign", first)))

    answer = post(client, second, consent(passkey, options))

    assert "Lần xác nhận bằng khóa truy cập đã hết hạn." in text_of(answer)
    assert not Signature.objects.exists()


def test_passkey_answer_counts_once(two_papers, keyed):
    paper, (client, passkey) = two_papers[0], keyed
    data = consent(passkey, options_on(client.get(at("pledge_sign", paper))))

    post(client, paper, data)
    again = post(client, two_papers[1], data)

    assert "Lần xác nhận bằng khóa truy cập đã hết hạn." in text_of(again)
    assert Signature.objects.count() == 1


def test_passkey_of_someone_else_is_refused(two_papers, keyed):
    paper, (client, _own) = two_papers[0], keyed
    stranger = Passkey(UserFactory())
    stranger.register()
    options = options_on(client.get(at("pledge_sign", paper)))

    answer = post(client, paper, consent(stranger, options))

    assert "Khóa truy cập không khớp." in text_of(answer)
    assert not Signature.objects.exists()


@pytest.mark.parametrize("junk", ["{}", "[]", "null", "không phải JSON", "1", '"a"'])
def test_junk_in_place_of_a_passkey_is_refused(two_papers, keyed, junk):
    paper, (client, _passkey) = two_papers[0], keyed
    client.get(at("pledge_sign", paper))

    answer = post(client, paper, {"declaration": "on", "credential": junk})

    assert answer.status_code == 422
    assert not Signature.objects.exists()


# Accounts without any proof


def test_single_sign_on_account_is_told_to_add_a_factor(login):
    paper = PaperFactory(signing=True)
    leader = leader_of(lead_of(paper.year))
    leader.set_unusable_password()
    leader.save(update_fields=["password"])
    client = login(leader)

    page = client.get(at("pledge_sign", paper))
    answer = post(client, paper, SIGNED)

    assert "chưa có cách nào để xác nhận người ký" in text_of(page)
    assert 'href="/tai-khoan/hai-lop/"' in page.content.decode()
    assert "Xác nhận ký cho" not in text_of(page)
    assert answer.status_code == 422
    assert not Signature.objects.exists()
