from io import StringIO
from smtplib import SMTPException

import pytest
from django.core import mail as django_mail
from django.core.management import call_command
from django.db import transaction

from khoithidua import mail
from khoithidua.models import Outbox
from tests.factories import OutboxFactory, UserFactory
from tests.racing import race

pytestmark = pytest.mark.django_db


@pytest.fixture
def broken(monkeypatch):
    """The mail server answers with an error."""

    def refuse(message, **kwargs):
        raise SMTPException("421 đang bận")

    monkeypatch.setattr("django.core.mail.EmailMessage.send", refuse)


def tick():
    out = StringIO()
    call_command("tick", stdout=out)
    return out.getvalue()


def test_mail_waits_for_people_with_an_address():
    reachable, _without = UserFactory(), UserFactory(email="")

    mail.enqueue([reachable, _without], "Đã hoàn tất", "Bản điện tử: …")

    row = Outbox.objects.get()
    assert (row.to, row.subject, row.sent_at) == (reachable.email, "Đã hoàn tất", None)
    assert django_mail.outbox == []


def test_mail_of_a_failed_act_is_never_sent():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        mail.enqueue([UserFactory()], "Đã hoàn tất", "…")
        1 / 0

    assert mail.send_waiting() == (0, 0)


def test_waiting_mail_is_sent_once(mailoutbox):
    rows = [OutboxFactory(), OutboxFactory()]

    first, second = mail.send_waiting(), mail.send_waiting()

    assert (first, second) == ((2, 0), (0, 0))
    assert [message.to for message in mailoutbox] == [[row.to] for row in rows]
    assert all(row.sent_at and row.attempts == 1 for row in Outbox.objects.all())


def test_failing_mail_is_tried_again(broken, monkeypatch, mailoutbox):
    OutboxFactory()

    failed = mail.send_waiting()
    row = Outbox.objects.get()
    monkeypatch.undo()
    sent = mail.send_waiting()

    assert (failed, sent) == ((0, 1), (1, 0))
    assert (row.attempts, row.sent_at) == (1, None)
    assert row.last_error == "SMTPException: 421 đang bận"
    row.refresh_from_db()
    assert (row.attempts, row.last_error, len(mailoutbox)) == (2, "", 1)


def test_one_failing_mail_does_not_hold_up_the_others(monkeypatch, mailoutbox):
    bad, good = OutboxFactory(to="hong@example.vn"), OutboxFactory()
    send = django_mail.EmailMessage.send

    def refuse_one(message, **kwargs):
        if message.to == [bad.to]:
            raise SMTPException("550 không có người này")
        return send(message, **kwargs)

    monkeypatch.setattr("django.core.mail.EmailMessage.send", refuse_one)

    assert mail.send_waiting() == (1, 1)
    assert [message.to for message in mailoutbox] == [[good.to]]


def test_mail_that_failed_too_often_is_left_for_people(broken):
    OutboxFactory(attempts=mail.MAX_ATTEMPTS - 1)

    assert mail.send_waiting() == (0, 1)
    assert mail.send_waiting() == (0, 0)


def test_sending_stops_at_the_limit():
    for _ in range(3):
        OutboxFactory()

    assert mail.send_waiting(limit=2) == (2, 0)
    assert Outbox.objects.filter(sent_at=None).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_ticks_at_once_send_each_mail_once(mailoutbox):
    rows = [OutboxFactory() for _ in range(8)]

    results = race(mail.send_waiting, mail.send_waiting)

    assert sum(sent for sent, _failed in results) == 8
    assert sorted(message.to[0] for message in mailoutbox) == sorted(row.to for row in rows)


def test_tick_says_what_it_sent():
    OutboxFactory()

    assert tick() == "Thư: 1 đã gửi, 0 chưa gửi được.\n"
    assert tick() == ""
