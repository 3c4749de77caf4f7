import hashlib
import json
from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from django.test import RequestFactory

from khoithidua import audit, triggers
from khoithidua.models import AuditChain, AuditEntry
from tests.factories import EmulationYearFactory, UserFactory, lead_of, leader_of
from tests.racing import race

pytestmark = pytest.mark.django_db

CHAIN = "khoi/khoi-thu/2026"


def record(summary="Thông qua giao ước.", chain=CHAIN, **fields):
    values = {"by": "tick", "target": chain, "summary": summary} | fields
    with transaction.atomic():
        return audit.record("paper.adopt", chain=chain, **values)


@contextmanager
def unguarded():
    """What an intruder with the database's password can do."""
    triggers.remove(connection)
    yield
    triggers.install(connection)


def three():
    return [record(f"Việc thứ {number}.") for number in (1, 2, 3)]


def test_record_outside_a_transaction_is_refused(transactional_db):
    with pytest.raises(transaction.TransactionManagementError):
        audit.record("paper.adopt", chain=CHAIN, by="tick", target="", summary="")

    assert not AuditEntry.objects.exists()


def test_record_of_a_failed_act_is_gone_with_it():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        audit.record("paper.adopt", chain=CHAIN, by="tick", target="", summary="")
        1 / 0

    assert not AuditEntry.objects.exists()
    assert audit.head_of(CHAIN) == audit.GENESIS


def test_entries_are_chained_from_genesis():
    first, second, third = three()

    assert [entry.sequence for entry in (first, second, third)] == [1, 2, 3]
    assert first.previous == audit.GENESIS
    assert (second.previous, third.previous) == (first.digest, second.digest)
    assert audit.head_of(CHAIN) == third.digest


def test_chains_do_not_know_each_other():
    record()

    other = record(chain="khoi/khoi-khac/2026")

    assert (other.sequence, other.previous) == (1, audit.GENESIS)


def test_entry_holds_who_in_what_capacity_and_from_where():
    unit = lead_of(EmulationYearFactory())
    leader = leader_of(unit)

    with audit.acting_from("203.0.113.7"):
        entry = record(by=leader, before={"state": "draft"}, after={"state": "adopted"})

    entry.refresh_from_db()
    assert (entry.actor, entry.actor_name) == (leader.username, leader.full_name)
    assert entry.capacity == f"Giám đốc {unit.name_on(entry.at.date()).short}"
    assert entry.origin == "203.0.113.7"
    assert (entry.before, entry.after) == ({"state": "draft"}, {"state": "adopted"})


def test_entry_of_the_systems_own_act_names_the_act():
    entry = record(by="init_ca")

    assert (entry.actor, entry.actor_name, entry.capacity) == ("init_ca", "init_ca", "")


def test_digest_is_sha256_of_canonical_json():
    entry = record(by="tick", after={"b": 1, "a": "Đ"})

    values = {
        name: getattr(entry, name)
        for name in (
            *("chain", "sequence", "actor", "actor_name", "capacity", "origin", "action"),
            *("target", "summary", "before", "after", "previous"),
        )
    } | {"at": "2026-04-06T09:00:00.000000+07:00"}
    canonical = json.dumps(values, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert entry.digest == hashlib.sha256(canonical.encode()).hexdigest()


def test_digest_survives_the_database():
    entry = record(after={"điểm": 97.5, "đơn vị": ["Sở Tài chính"]})

    kept = AuditEntry.objects.get(pk=entry.pk)

    assert audit.digest_of(kept) == entry.digest


def test_system_chain_is_one_a_month_in_vietnams_time(today):
    today.move_to("2026-04-30T17:30:00+00:00")

    assert audit.system_chain() == "he-thong/2026-05"


def test_chain_untouched_verifies():
    entries = three()

    assert audit.verify_chain(CHAIN, [(entry.digest, "tệp") for entry in entries]) is None
    assert audit.verify_chain("khoi/chua-co/2026") is None


@pytest.mark.parametrize(
    ("change", "sequence", "problem"),
    [
        ({"summary": "Việc khác."}, 2, "nội dung không khớp mã băm"),
        ({"actor": "ai-do"}, 2, "nội dung không khớp mã băm"),
        ({"previous": "f" * 64}, 2, "không nối với mục trước"),
    ],
)
def test_changed_entry_is_found(change, sequence, problem):
    middle = three()[1]

    with unguarded():
        AuditEntry.objects.filter(pk=middle.pk).update(**change)

    found = audit.verify_chain(CHAIN)
    assert (found.sequence, found.problem) == (sequence, problem)


def test_changed_entry_with_its_digest_made_anew_breaks_the_next():
    middle = three()[1]
    middle.summary = "Việc khác."

    with unguarded():
        middle.digest = audit.digest_of(middle)
        middle.save()

    assert str(audit.verify_chain(CHAIN)) == f"{CHAIN}, mục 3: không nối với mục trước"


def test_removed_entry_is_found():
    middle = three()[1]

    with unguarded():
        middle.delete()

    found = audit.verify_chain(CHAIN)
    assert (found.sequence, found.problem) == (2, "mục này bị mất")


def test_cut_tail_is_found_by_the_head():
    last = three()[2]

    with unguarded():
        last.delete()

    found = audit.verify_chain(CHAIN)
    assert (found.sequence, found.problem) == (3, "mất phần cuối: chuỗi đã có 3 mục")


def test_tail_cut_with_the_head_set_back_is_found_by_an_anchor():
    _first, second, last = three()

    with unguarded():
        last.delete()
        AuditChain.objects.filter(pk=CHAIN).update(length=2, head=second.digest)

    assert audit.verify_chain(CHAIN) is None
    found = audit.verify_chain(CHAIN, [(last.digest, "tệp 1 của giao ước")])
    assert found.problem == "thiếu mục mà tệp 1 của giao ước đã ghi lại"


def test_chain_rewritten_whole_is_found_by_an_anchor():
    anchor = three()[1].digest

    with unguarded():
        AuditEntry.objects.all().delete()
        AuditChain.objects.all().delete()
        record("Chưa từng có gì.")

    assert audit.verify_chain(CHAIN) is None
    assert audit.verify_chain(CHAIN, [(anchor, "tệp 0")]).sequence == 2


def test_chain_whose_head_row_is_gone_is_found():
    three()

    AuditChain.objects.filter(pk=CHAIN).delete()

    assert audit.verify_chain(CHAIN).problem == "mất dòng đầu chuỗi"


@pytest.mark.django_db(transaction=True)
def test_two_writers_at_once_leave_no_gap_and_no_fork():
    def ten():
        for number in range(10):
            record(f"Việc {number}.")

    results = race(ten, ten)

    assert results == [None, None]
    sequences = AuditEntry.objects.order_by("sequence").values_list("sequence", flat=True)
    assert list(sequences) == list(range(1, 21))
    assert audit.verify_chain(CHAIN) is None


@pytest.mark.django_db(transaction=True)
def test_many_starting_one_chain_at_once_make_one():
    results = race(*[record] * 6)

    assert sorted(entry.sequence for entry in results) == [1, 2, 3, 4, 5, 6]
    assert AuditChain.objects.get().length == 6
    assert audit.verify_chain(CHAIN) is None


def test_origin_is_the_address_of_the_request():
    seen = []
    middleware = audit.OriginMiddleware(lambda request: seen.append(audit._origin.get()))

    middleware(RequestFactory().get("/", REMOTE_ADDR="203.0.113.9"))

    assert seen == ["203.0.113.9"]
    assert audit._origin.get() == ""


def test_origin_behind_a_trusted_proxy_is_what_the_proxy_saw(settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    request = RequestFactory().get(
        "/", REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="198.51.100.1, 203.0.113.9"
    )
    seen = []

    audit.OriginMiddleware(lambda request: seen.append(audit._origin.get()))(request)

    assert seen == ["203.0.113.9"]


def test_login_logout_and_wrong_password_are_recorded(client):
    user = UserFactory(password="mat-khau-dung-2026")

    client.post("/dang-nhap/", {"login": user.username, "password": "sai"})
    client.post("/dang-nhap/", {"login": user.username, "password": "mat-khau-dung-2026"})
    client.post("/dang-xuat/")

    entries = AuditEntry.objects.filter(chain="he-thong/2026-04").order_by("sequence")
    assert [entry.action for entry in entries] == [
        "account.login_failed",
        "account.login",
        "account.logout",
    ]
    assert "sai" not in "".join(entry.summary for entry in entries)
    assert {entry.origin for entry in entries} == {"127.0.0.1"}
