"""Certificates that end: their holders and those who keep the trust list are told in time, once."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from khoithidua.models import Outbox
from pledges import expiry, registering
from pledges.models import ExpiryNotice
from tests.factories import (
    EmulationYearFactory,
    RegisteredCertificateFactory,
    TrustedCertificateFactory,
    UserFactory,
    clerk_of,
    lead_of,
    leader_of,
)
from tests.pledges.pages import text_of
from tests.pledges.signing import pki
from tests.racing import race

pytestmark = pytest.mark.django_db


def before_the_end(row, days):
    return row.not_after - timedelta(days=days)


def mailed():
    return list(Outbox.objects.order_by("pk").values_list("to", flat=True))


# Registered certificates


def test_leader_is_mailed_once_at_sixty_thirty_and_seven_days(today):
    row = RegisteredCertificateFactory()
    UserFactory(secretariat=True)
    counts = []
    for days in (61, 60, 59, 31, 30, 8, 7, 1, -1):
        today.move_to(before_the_end(row, days))
        expiry.tick()
        counts.append(Outbox.objects.count())

    assert counts == [0, 1, 1, 1, 2, 2, 3, 3, 3]
    assert set(mailed()) == {row.registered_by.email}
    assert [notice.days for notice in ExpiryNotice.objects.order_by("pk")] == [60, 30, 7]
    letter = Outbox.objects.order_by("pk").first().body
    assert "còn 60 ngày, hết hạn ngày" in letter
    assert row.owner in letter
    assert "/chung-thu/" in letter


def test_agencys_certificate_is_told_to_its_clerk(today):
    unit = lead_of(EmulationYearFactory())
    row = RegisteredCertificateFactory(unit=unit)
    leader_of(unit)
    today.move_to(before_the_end(row, 20))

    assert expiry.tick() == "Báo chứng thư sắp hết hạn: 1."
    assert expiry.tick() == ""
    assert mailed() == [clerk_of(unit).email]


def test_nobody_left_to_tell_is_told_when_somebody_is_there(today):
    unit = lead_of(EmulationYearFactory())
    row = RegisteredCertificateFactory(unit=unit)
    clerk = clerk_of(unit)
    clerk.is_active = False
    clerk.save(update_fields=["is_active"])
    today.move_to(before_the_end(row, 20))

    assert expiry.tick() == ""
    assert not ExpiryNotice.objects.exists()
    clerk.is_active = True
    clerk.save(update_fields=["is_active"])
    expiry.tick()

    assert mailed() == [clerk.email]


@pytest.mark.parametrize("change", ["withdrawn", "left", "replaced"])
def test_certificate_that_nobody_needs_any_more_is_not_told_of(today, change):
    row = RegisteredCertificateFactory()
    post, days_before = row.appointment, before_the_end(row, 20)
    if change == "withdrawn":
        registering.withdraw(row, by=row.registered_by, reason="Đổi thiết bị")
    if change == "left":
        type(post).objects.filter(pk=post.pk).update(end_on=post.start_on)
    if change == "replaced":
        longer = pki.leaf("Thiết bị mới", ends=row.not_after + timedelta(days=300))
        RegisteredCertificateFactory(appointment=post, leaf=longer)
    today.move_to(days_before)

    assert expiry.tick() == ""
    assert mailed() == []


@pytest.mark.django_db(transaction=True)
def test_two_ticks_at_once_mail_once(today):
    row = RegisteredCertificateFactory()
    today.move_to(before_the_end(row, 20))

    race(expiry.tick, expiry.tick)

    assert mailed() == [row.registered_by.email]


# The trust list


def test_those_who_keep_the_trust_list_are_mailed_once_at_each_step(today):
    row = TrustedCertificateFactory()
    told = {user.email for user in expiry.keepers()} | {UserFactory(superuser=True).email}
    counts = []
    for days in (61, 60, 31, 30, 7, -1):
        today.move_to(before_the_end(row, days))
        expiry.tick()
        counts.append(ExpiryNotice.objects.count())

    assert counts == [0, 1, 1, 2, 3, 3]
    assert set(mailed()) == told
    assert "Chứng thư gốc Tổ chức cấp" in Outbox.objects.order_by("pk").first().body


def test_they_see_it_at_home_and_in_the_panel_until_it_is_withdrawn(today, login):
    row = TrustedCertificateFactory()
    today.move_to(before_the_end(row, 20))
    keeper = UserFactory(secretariat=True)
    client = login(keeper)
    member = text_of(login(leader_of(lead_of(EmulationYearFactory()))).get("/"))

    home, panel = text_of(client.get("/")), text_of(client.get("/quan-tri/"))
    registering.withdraw(row, by=keeper, reason="Nơi cấp đã đổi chứng thư gốc")

    assert "Nhập chứng thư tin cậy mới của nơi cấp" in home
    assert "còn 20 ngày" in home
    assert "còn 20 ngày" in panel
    assert "Nhập chứng thư tin cậy mới" not in member
    assert "Nhập chứng thư tin cậy mới" not in text_of(client.get("/"))


def test_notice_is_of_one_certificate():
    registered, trusted = RegisteredCertificateFactory(), TrustedCertificateFactory()

    for subjects in ({}, {"registered": registered, "trusted": trusted}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ExpiryNotice.objects.create(days=7, **subjects)
