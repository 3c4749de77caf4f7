"""`verify_audit`; `tick` is in test_mail.py."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from khoithidua import audit, triggers
from khoithidua.models import AuditChain, AuditEntry
from tests.factories import PaperFactory, last_file

pytestmark = pytest.mark.django_db


def record(chain="khoi/a/2026"):
    with transaction.atomic():
        return audit.record("x", chain=chain, by="tick", target=chain, summary="Việc.")


def verify(*chains):
    out, err = StringIO(), StringIO()
    try:
        call_command("verify_audit", *chains, stdout=out, stderr=err)
    except CommandError as failure:
        return out.getvalue(), err.getvalue(), str(failure)
    return out.getvalue(), err.getvalue(), ""


@pytest.fixture
def unguarded():
    triggers.remove(connection)
    yield
    triggers.install(connection)


def test_verify_audit_of_an_empty_record_has_nothing_to_say():
    assert verify() == ("", "", "")


def test_verify_audit_names_every_chain_that_holds():
    record("khoi/b/2026")
    record("khoi/a/2026")

    assert verify() == ("đúng  khoi/a/2026\nđúng  khoi/b/2026\n", "", "")


def test_verify_audit_of_one_chain_looks_at_no_other():
    record("khoi/a/2026")
    record("khoi/b/2026")

    assert verify("khoi/b/2026")[0] == "đúng  khoi/b/2026\n"


def test_verify_audit_names_the_first_broken_link_and_fails(unguarded):
    for _ in range(3):
        record()
    AuditEntry.objects.filter(sequence__gte=2).update(summary="Việc khác.")

    out, err, failure = verify()

    assert out == ""
    assert err == "HỎNG  khoi/a/2026, mục 2: nội dung không khớp mã băm\n"
    assert failure == "1 chuỗi nhật ký không còn nguyên vẹn."


def test_verify_audit_finds_a_chain_whose_head_was_removed():
    record()
    AuditChain.objects.all().delete()

    assert "mất dòng đầu chuỗi" in verify()[1]


def test_verify_audit_compares_what_signed_files_keep(unguarded):
    paper = PaperFactory(signing=True, signed=1)
    assert verify()[2] == ""

    AuditEntry.objects.filter(chain=paper.audit_chain).delete()
    AuditChain.objects.filter(pk=paper.audit_chain).delete()
    record(paper.audit_chain)

    _out, err, failure = verify()
    assert "mà tệp 0 của" in err
    assert failure == "1 chuỗi nhật ký không còn nguyên vẹn."


def test_verify_audit_finds_a_chain_removed_whole(unguarded):
    paper = PaperFactory(frozen=True)
    assert last_file(paper).audit_digest == audit.head_of(paper.audit_chain)

    AuditEntry.objects.all().delete()
    AuditChain.objects.all().delete()

    assert "thiếu mục mà tệp 0" in verify()[1]
