"""What signing with tokens rests on is never rewritten behind the application, by raw SQL either."""

import pytest
from django.db import DatabaseError, connection, transaction

from pledges.models import (
    ExpiryNotice,
    RevocationList,
    SignatureValidation,
    TrustedCertificate,
)
from tests.factories import (
    RevocationListFactory,
    SignatureValidationFactory,
    TrustedCertificateFactory,
)

pytestmark = pytest.mark.django_db

LIST = "Danh sách thu hồi đã nhập không sửa, không xóa."
VALIDATION = "Kết quả kiểm tra chữ ký không sửa, không xóa."
CERTIFICATE = "Chứng thư đã ghi không sửa, không xóa; chỉ thôi dùng được, một lần."
NOTICE = "Lần báo đã ghi không sửa, không xóa."
WITHDRAWAL = "withdrawn_at = {now}, withdrawn_reason = 'Thử'"


def execute(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql.format(now="CURRENT_TIMESTAMP"))


def refused(sql):
    """The sentence with which the database refuses; fails when it does not."""
    with pytest.raises(DatabaseError) as refusal, transaction.atomic():
        execute(sql)
    return str(refusal.value).splitlines()[0]


def table(model):
    return model._meta.db_table


def rewrites(model, *, besides=(), setting=""):
    """One UPDATE for each column, which really changes it where it can hold something else."""
    for field in model._meta.concrete_fields:
        if field.primary_key or field.name in besides:
            continue
        kind = field.get_internal_type()
        value = {
            "CharField": "'x'",
            "TextField": "'x'",
            "DateTimeField": "{now}",
            "PositiveIntegerField": "99",
            "PositiveSmallIntegerField": "99",
        }.get(kind, field.column)
        yield f"UPDATE {table(model)} SET {setting}{field.column} = {value}"


@pytest.mark.parametrize(
    ("factory", "model", "sentence"),
    [
        (RevocationListFactory, RevocationList, LIST),
        (SignatureValidationFactory, SignatureValidation, VALIDATION),
    ],
)
def test_row_is_neither_changed_nor_removed(factory, model, sentence):
    factory()
    before = list(model.objects.order_by("pk").values())

    said = {sql: refused(sql) for sql in [*rewrites(model), f"DELETE FROM {table(model)}"]}

    assert set(said.values()) == {sentence}, said
    assert list(model.objects.order_by("pk").values()) == before


def test_trusted_certificate_is_not_changed_alone_nor_while_it_is_withdrawn():
    TrustedCertificateFactory()
    before = TrustedCertificate.objects.values().get()
    besides = ("withdrawn_at", "withdrawn_reason", "added_by")
    alone = list(rewrites(TrustedCertificate, besides=besides))
    beside = list(rewrites(TrustedCertificate, besides=besides, setting=f"{WITHDRAWAL}, "))

    said = {
        sql: refused(sql) for sql in [*alone, *beside, f"DELETE FROM {table(TrustedCertificate)}"]
    }

    assert set(said.values()) == {CERTIFICATE}, said
    assert TrustedCertificate.objects.values().get() == before


def test_trusted_certificate_is_withdrawn_once_and_for_good():
    TrustedCertificateFactory()
    execute(f"UPDATE {table(TrustedCertificate)} SET {WITHDRAWAL}")

    for change in (
        "withdrawn_at = NULL, withdrawn_reason = ''",
        "withdrawn_reason = 'Khác'",
        WITHDRAWAL,
    ):
        assert refused(f"UPDATE {table(TrustedCertificate)} SET {change}") == CERTIFICATE


def test_notice_that_was_sent_stays_sent():
    ExpiryNotice.objects.create(trusted=TrustedCertificateFactory(), days=60)

    assert {refused(sql) for sql in rewrites(ExpiryNotice)} == {NOTICE}
    assert refused(f"DELETE FROM {table(ExpiryNotice)}") == NOTICE
