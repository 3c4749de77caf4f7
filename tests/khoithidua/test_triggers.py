"""The database refuses by itself, whatever the application does: every kind of guard, by raw SQL."""

from datetime import date

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from khoithidua import audit, triggers
from khoithidua.models import AuditEntry
from khoithidua.triggers import AppendOnly, NoOverlap
from tests.factories import (
    AppointmentFactory,
    CommentFactory,
    DayOffFactory,
    EmulationYearFactory,
    MembershipFactory,
    PaperFactory,
    PhaseFactory,
    StoredFileFactory,
    UnitFactory,
    UserFactory,
)
from tests.racing import race
from units.models import Appointment
from units.reference import current_stamp

pytestmark = pytest.mark.django_db


def execute(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def refused(sql, *values):
    """The sentence with which the database refuses; fails when it does not."""
    with pytest.raises(DatabaseError) as refusal, transaction.atomic():
        execute(sql, *values)
    return str(refusal.value).splitlines()[0]


def entry():
    with transaction.atomic():
        return audit.record("x", chain="khoi/a/2026", by="tick", target="a", summary="Việc.")


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE khoithidua_auditentry SET summary = 'khác'",
        "UPDATE khoithidua_auditentry SET digest = digest",
        "DELETE FROM khoithidua_auditentry",
    ],
)
def test_record_refuses_change(sql):
    entry()

    assert refused(sql) == "Nhật ký chỉ ghi thêm, không sửa, không xóa."


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("column", ["id", "sequence"])
def test_record_refuses_a_row_put_in_place_of_another(column):
    """SQLite's REPLACE removes the rows in its way; only recursive triggers see that."""
    first = entry()
    columns = [field.column for field in first._meta.fields if field.column != "id"]
    columns = ["id", *columns] if column == "id" else columns
    listed = ", ".join(columns)

    sentence = refused(
        f"INSERT OR REPLACE INTO khoithidua_auditentry ({listed})"
        f" SELECT {listed.replace('summary', repr('khác'))} FROM khoithidua_auditentry"
    )

    assert sentence == "Nhật ký chỉ ghi thêm, không sửa, không xóa."
    assert AuditEntry.objects.get().summary == "Việc."


@pytest.mark.only_on("sqlite")
def test_row_of_reference_put_in_place_of_another_renews_the_stamp():
    day = DayOffFactory()
    before = current_stamp()

    execute(
        "INSERT OR REPLACE INTO units_dayoff (id, authority_id, day, is_working, name)"
        " VALUES (%s, %s, '2026-04-27', 0, 'Giỗ Tổ')",
        *(day.pk, day.authority_id),
    )

    assert current_stamp() != before


@pytest.mark.parametrize("table", ["khoithidua_storedfile", "pledges_signature", "pledges_party"])
def test_append_only_table_refuses_deletion(table):
    StoredFileFactory()
    PaperFactory(signing=True, signed=1)

    assert "không xóa" in refused(f"DELETE FROM {table}")


def test_append_only_leaves_one_change_open():
    """A remark is answered once; its words never change."""
    remark = CommentFactory()

    assert "không sửa" in refused("UPDATE pledges_comment SET text = 'khác'")
    execute("UPDATE pledges_comment SET clause_label = 'Mục 01' WHERE id = %s", remark.pk)


def test_answered_comment_refuses_change():
    CommentFactory(answered=True)

    assert "không sửa" in refused("UPDATE pledges_comment SET answer_text = 'khác'")


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE pledges_section SET body = 'khác' WHERE paper_id = %s",
        "DELETE FROM pledges_section WHERE paper_id = %s",
        "INSERT INTO pledges_section (paper_id, position, heading, body) VALUES (%s, 9, 'a', 'b')",
    ],
)
@pytest.mark.parametrize("state", ["adopted", "signing"])
def test_text_of_an_adopted_paper_refuses_change(state, sql):
    paper = PaperFactory(**{state: True})

    assert refused(sql, paper.pk) == "Văn bản đã thông qua thì nội dung không sửa được nữa."


def test_text_of_a_draft_is_open():
    paper = PaperFactory(commenting=True)

    execute("UPDATE pledges_section SET body = 'khác' WHERE paper_id = %s", paper.pk)

    assert set(paper.sections.values_list("body", flat=True)) == {"khác"}


@pytest.mark.parametrize("column", ["code", "reading_html", "form", "page_count", "frozen_at"])
def test_frozen_paper_refuses_change_of_what_was_sealed(column):
    PaperFactory(frozen=True)
    value = {"page_count": "9", "frozen_at": "'2026-01-01'"}.get(column, "'token'")

    assert "không sửa" in refused(f"UPDATE pledges_paper SET {column} = {value}")


def test_frozen_paper_refuses_emptying_of_what_was_sealed():
    """NULL compares as neither true nor false, and must not slip through."""
    PaperFactory(complete=True)

    sentence = refused(
        "UPDATE pledges_paper SET state = 'superseded', code = NULL, frozen_at = NULL"
    )

    assert "không sửa" in sentence


def test_text_of_a_draft_cannot_be_moved_to_an_adopted_paper():
    draft, adopted = PaperFactory(), PaperFactory(adopted=True)

    sentence = refused(
        "UPDATE pledges_section SET paper_id = %s WHERE paper_id = %s", adopted.pk, draft.pk
    )

    assert sentence == "Văn bản đã thông qua thì nội dung không sửa được nữa."


@pytest.mark.parametrize(
    ("first", "second", "overlaps"),
    [
        ((date(2026, 1, 1), date(2026, 3, 31)), (date(2026, 3, 31), date(2026, 6, 1)), True),
        ((date(2026, 1, 1), date(2026, 3, 31)), (date(2026, 4, 1), None), False),
        ((date(2026, 1, 1), None), (date(2030, 1, 1), None), True),
        ((date(2026, 5, 1), None), (date(2026, 1, 1), date(2026, 4, 30)), False),
        ((date(2026, 1, 1), date(2026, 12, 31)), (date(2026, 2, 1), date(2026, 2, 2)), True),
    ],
)
def test_appointments_of_one_person_in_one_unit_never_overlap(first, second, overlaps):
    post = AppointmentFactory(start_on=first[0], end_on=first[1])
    again = {"user": post.user, "unit": post.unit, "start_on": second[0], "end_on": second[1]}

    if overlaps:
        with pytest.raises(DatabaseError, match="đã có chức vụ"), transaction.atomic():
            AppointmentFactory(**again)
    else:
        AppointmentFactory(**again)

    assert Appointment.objects.count() == (1 if overlaps else 2)


def test_appointments_in_two_units_or_of_two_people_may_overlap():
    post = AppointmentFactory()

    AppointmentFactory(user=post.user, unit=UnitFactory())
    AppointmentFactory(user=UserFactory(), unit=post.unit)

    assert Appointment.objects.count() == 3


def test_overlap_by_a_later_change_is_refused():
    year = EmulationYearFactory(phases=False)
    PhaseFactory(year=year, opens_on=date(2026, 4, 1), closes_on=date(2026, 4, 8))
    later = PhaseFactory(year=year, opens_on=date(2026, 5, 1), closes_on=date(2026, 5, 8))

    problem = refused("UPDATE units_phase SET opens_on = '2026-04-08' WHERE id = %s", later.pk)

    assert problem == "Hai đợt của cùng một bước không được chồng nhau."


@pytest.mark.django_db(transaction=True)
def test_two_overlapping_rows_at_once_one_is_refused():
    year = EmulationYearFactory(members=0)
    unit = UnitFactory()

    def join(position):
        MembershipFactory(year=year, unit=unit, position=position)

    results = race(lambda: join(1), lambda: join(2))

    assert sorted(type(result) is type(None) for result in results) == [False, True]
    assert year.memberships.count() == 1


def test_removed_and_installed_again_nothing_is_missing():
    triggers.remove(connection)
    without = triggers.existing_names(connection)

    triggers.install(connection)

    assert not any(without.get(table) for table in triggers.expected_names())
    existing = triggers.existing_names(connection)
    assert all(existing[table] == names for table, names in triggers.expected_names().items())


def test_installing_twice_is_harmless():
    before = triggers.existing_names(connection)

    triggers.install(connection)

    assert triggers.existing_names(connection) == before


@pytest.mark.django_db(transaction=True)
def test_migrating_puts_lost_guards_back():
    triggers.remove(connection)

    call_command("migrate", verbosity=0)

    existing = triggers.existing_names(connection)
    assert all(existing[table] == names for table, names in triggers.expected_names().items())


def test_message_with_a_quote_is_passed_on():
    class Model:
        class _meta:
            db_table = "units_dayoff"

    guard = AppendOnly("Không xóa được 'ngày nghỉ'.")
    Model.guards = [guard]
    delete = list(guard.triggers(Model))[1]
    execute(
        "INSERT INTO units_authority (slug, name) VALUES ('a', 'tỉnh A')",
    )
    execute(
        "INSERT INTO units_dayoff (authority_id, day, is_working, name)"
        " SELECT id, '2026-04-30', %s, 'x' FROM units_authority",
        False,
    )

    for statement in triggers._create_sql(connection.vendor, Model, delete):
        execute(statement)

    assert refused("DELETE FROM units_dayoff") == "Không xóa được 'ngày nghỉ'."
    execute(triggers._drop_sql(connection.vendor, Model, delete))


def test_overlap_guard_on_postgresql_makes_writers_of_one_key_wait():
    guard = NoOverlap(("user_id", "unit_id"), "start_on", "end_on", "Trùng.")

    statements = [
        statement
        for trigger in guard.triggers(Appointment)
        for statement in triggers._create_sql("postgresql", Appointment, trigger)
    ]

    assert sum("pg_advisory_xact_lock" in statement for statement in statements) == 2
