import hashlib
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction

from khoithidua.models import AuditChain, AuditEntry, DamagedFile, Outbox, StoredFile
from tests.factories import OutboxFactory, StoredFileFactory, UserFactory
from tests.racing import race

pytestmark = pytest.mark.django_db


def path_of(stored):
    return Path(default_storage.path(StoredFile.path_of(stored.sha256)))


def test_kept_file_is_found_under_its_digest():
    user = UserFactory()

    stored = StoredFile.objects.keep(b"giao uoc", content_type="application/pdf", by=user)

    assert stored.sha256 == hashlib.sha256(b"giao uoc").hexdigest()
    assert (stored.size, stored.content_type, stored.kept_by) == (
        8,
        "application/pdf",
        user.username,
    )
    assert stored.read() == b"giao uoc"
    assert path_of(stored).parts[-3:-1] == (stored.sha256[:2], stored.sha256[2:4])


def test_same_bytes_are_kept_once():
    first = StoredFileFactory(data=b"mot")

    again = StoredFileFactory(data=b"mot", content_type="text/plain")

    assert again == first
    assert again.content_type == "application/pdf"
    assert StoredFile.objects.count() == 1


def test_empty_file_is_kept_too():
    assert StoredFileFactory(data=b"").read() == b""


def test_damaged_file_is_never_handed_out():
    stored = StoredFileFactory(data=b"se bi hong")
    path_of(stored).write_bytes(b"se bi h0ng")

    with pytest.raises(DamagedFile, match=stored.sha256):
        stored.read()


def test_lost_file_is_not_an_empty_one():
    stored = StoredFileFactory(data=b"se bi mat")
    path_of(stored).unlink()

    with pytest.raises(FileNotFoundError):
        stored.read()


def test_rollback_leaves_no_row_and_keeping_again_works():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        StoredFileFactory(data=b"huy")
        1 / 0

    assert not StoredFile.objects.exists()
    assert StoredFileFactory(data=b"huy").read() == b"huy"


def test_file_left_by_a_process_killed_before_its_row_is_taken_up():
    """Bytes are on disk before the row: a cut in between leaves a file nobody names, no more."""
    digest = hashlib.sha256(b"bi giet").hexdigest()
    path = Path(default_storage.path(StoredFile.path_of(digest)))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"bi giet")

    stored = StoredFileFactory(data=b"bi giet")

    assert stored.read() == b"bi giet"


def test_file_is_on_disk_before_its_row(monkeypatch):
    def stopped(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(default_storage, "save", stopped)

    with pytest.raises(KeyboardInterrupt):
        StoredFileFactory(data=b"chua ghi")

    assert not StoredFile.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_keeping_the_same_bytes_at_once_get_one_row():
    results = race(*[lambda: StoredFileFactory(data=b"hai nguoi").pk] * 4)

    assert results == [StoredFile.objects.get().pk] * 4


def test_sequence_of_a_chain_is_used_once():
    same = {"chain": "khoi/a/2026", "sequence": 1, "at": "2026-04-06T09:00:00+07:00"}
    AuditEntry.objects.create(**same, digest="a")

    with pytest.raises(IntegrityError), transaction.atomic():
        AuditEntry.objects.create(**same, digest="b")


def test_names_of_rows():
    chain = AuditChain(key="khoi/a/2026")
    entry = AuditEntry(chain=chain.key, sequence=3, summary="Thông qua.")

    assert str(chain) == "khoi/a/2026"
    assert str(entry) == "khoi/a/2026 3: Thông qua."
    assert str(StoredFile(sha256="ab" * 32)) == "ab" * 32
    assert str(OutboxFactory(to="a@example.vn", subject="Chào")) == "a@example.vn: Chào"


def test_waiting_mail_comes_in_the_order_it_was_written():
    rows = [OutboxFactory() for _ in range(3)]

    assert list(Outbox.objects.all()) == rows
