"""Guards kept by the database itself, the same on PostgreSQL and SQLite.

A model names its guards in a class attribute:

    class AuditEntry(models.Model):
        guards = [AppendOnly("Nhật ký chỉ ghi thêm.")]

`install(connection)` creates the triggers of every guarded table that exists, `remove(connection)`
drops them. The pair is used by migrations (`GuardTables`), by conftest around each flush, and after
every migrate: SQLite drops a table's triggers silently when a later migration rebuilds it.
"""

from dataclasses import dataclass

from django.apps import apps
from django.db import connections, migrations


@dataclass(frozen=True)
class Trigger:
    """One trigger: fires `when` ("UPDATE", "AFTER INSERT" …).

    It refuses with `message` if `condition` (SQL over NEW, OLD) holds, or else does `action`, a
    statement in which {random} stands for a fresh random text.
    """

    suffix: str
    when: str
    condition: str = "1 = 1"
    message: str = ""
    action: str = ""
    # PostgreSQL only: writers for which this text is equal wait for each other (SQLite has one).
    serialise: str = ""


@dataclass(frozen=True)
class AppendOnly:
    """Rows are only ever added; `except_when` (SQL over OLD, NEW) leaves one update open.

    `removable_when` (SQL over OLD) leaves removing open, while what they were added for is not done.
    """

    message: str
    except_when: str = ""
    removable_when: str = ""

    def triggers(self, model):
        yield Trigger("no_update", "UPDATE", _unless(self.except_when), self.message)
        yield Trigger("no_delete", "DELETE", _unless(self.removable_when), self.message)


def _unless(condition):
    # A comparison with NULL is neither true nor false: then the change is refused too.
    return f"NOT COALESCE(({condition}), FALSE)" if condition else "1 = 1"


@dataclass(frozen=True)
class NoOverlap:
    """Two rows with the same `keys` never cover the same day.

    `start` and `end` are inclusive dates; an empty `end` means open.
    """

    keys: tuple[str, ...]
    start: str
    end: str
    message: str

    def triggers(self, model):
        table = model._meta.db_table
        same = " AND ".join(f"other.{key} = NEW.{key}" for key in self.keys)
        condition = (
            f"EXISTS (SELECT 1 FROM {table} AS other WHERE other.id <> NEW.id AND {same}"
            f" AND other.{self.start} <= COALESCE(NEW.{self.end}, '9999-12-31')"
            f" AND COALESCE(other.{self.end}, '9999-12-31') >= NEW.{self.start})"
        )
        key = " || '/' || ".join([f"'{table}'", *(f"NEW.{key}" for key in self.keys)])
        yield Trigger("no_overlap_insert", "AFTER INSERT", condition, self.message, serialise=key)
        yield Trigger("no_overlap_update", "AFTER UPDATE", condition, self.message, serialise=key)


@dataclass(frozen=True)
class FrozenWith:
    """Rows belong to a parent and change only while its `column` is one of `open_values`.

    `added_while`: further values with which rows may still be added, but not changed or removed.
    """

    key: str
    parent: str
    column: str
    open_values: tuple[str, ...]
    message: str
    added_while: tuple[str, ...] = ()

    def triggers(self, model):
        closed = (
            "EXISTS (SELECT 1 FROM {parent} AS parent WHERE parent.id = {row}.{key}"
            " AND parent.{column} NOT IN ({values}))"
        )
        # A row moved to another parent changes both.
        for when, rows in (("INSERT", ["NEW"]), ("UPDATE", ["OLD", "NEW"]), ("DELETE", ["OLD"])):
            more = self.added_while if when == "INSERT" else ()
            values = ", ".join(f"'{value}'" for value in (*self.open_values, *more))
            condition = " OR ".join(
                closed.format(
                    parent=self.parent, row=row, key=self.key, column=self.column, values=values
                )
                for row in rows
            )
            yield Trigger(f"frozen_{when.lower()}", when, condition, self.message)


@dataclass(frozen=True)
class Refuses:
    """No row is written for which `condition` (SQL over NEW) holds; `name` tells guards apart."""

    name: str
    condition: str
    message: str

    def triggers(self, model):
        for when in ("INSERT", "UPDATE"):
            yield Trigger(f"{self.name}_{when.lower()}", when, self.condition, self.message)


def unchanged(*columns):
    """SQL: an update leaves these columns as they were, empty ones included."""
    return " AND ".join(
        f"(NEW.{name} = OLD.{name} OR NEW.{name} IS NULL AND OLD.{name} IS NULL)"
        for name in columns
    )


def fixed(message, *columns):
    """Guard: rows are never removed, and these columns never change."""
    return AppendOnly(message, except_when=unchanged(*columns))


def guarded_models():
    return [model for model in apps.get_models() if "guards" in model.__dict__]


def expected_names():
    """Names of all triggers that must exist, as {table: {trigger, …}}."""
    return {
        model._meta.db_table: {_name(model, trigger) for trigger in _triggers(model)}
        for model in guarded_models()
    }


def existing_names(connection):
    """Names of the triggers that do exist on the guarded tables, as {table: {trigger, …}}."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute(
                "SELECT relname, tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
                " WHERE NOT tgisinternal"
            )
        rows = cursor.fetchall()
    found = {}
    for table, name in rows:
        found.setdefault(table, set()).add(name)
    return found


def install(connection):
    """Create or renew every guard whose table exists."""
    tables = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for model in guarded_models():
            if model._meta.db_table in tables:
                for trigger in _triggers(model):
                    for statement in _create_sql(connection.vendor, model, trigger):
                        cursor.execute(statement)


def remove(connection):
    """Drop every guard, so that a test database can be emptied."""
    tables = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for model in guarded_models():
            if model._meta.db_table in tables:
                for trigger in _triggers(model):
                    cursor.execute(_drop_sql(connection.vendor, model, trigger))


def install_after_migrate(sender, using, **kwargs):
    install(connections[using])


class GuardTables(migrations.RunPython):
    """Migration operation: install the guards of the tables made so far; nothing to undo."""

    def __init__(self):
        super().__init__(lambda apps, editor: install(editor.connection), migrations.RunPython.noop)

    def deconstruct(self):
        return self.__class__.__name__, [], {}


class UnguardTables(migrations.RunPython):
    """Migration operation: take the guards off, first thing where a guarded table is altered.

    SQLite rebuilds the table, and refuses while another table's trigger speaks of it. `GuardTables`
    stands at the end of the same migration.
    """

    def __init__(self):
        super().__init__(lambda apps, editor: remove(editor.connection), migrations.RunPython.noop)

    def deconstruct(self):
        return self.__class__.__name__, [], {}


def _triggers(model):
    for guard in model.guards:
        yield from guard.triggers(model)


def _name(model, trigger):
    return f"{model._meta.db_table}_{trigger.suffix}"


def _timing(trigger):
    return trigger.when if trigger.when.startswith("AFTER") else f"BEFORE {trigger.when}"


def _effect(vendor, trigger):
    if trigger.action:
        random = {"sqlite": "lower(hex(randomblob(16)))"}.get(vendor, "gen_random_uuid()::text")
        return trigger.action.format(random=random)
    if vendor == "sqlite":
        return f"SELECT RAISE(ABORT, {_quoted(trigger.message)})"
    return f"RAISE EXCEPTION USING ERRCODE = '23514', MESSAGE = {_quoted(trigger.message)}"


def _quoted(message):
    return "'" + message.replace("'", "''") + "'"


def _drop_sql(vendor, model, trigger):
    name = _name(model, trigger)
    if vendor == "sqlite":
        return f"DROP TRIGGER IF EXISTS {name}"
    return f"DROP TRIGGER IF EXISTS {name} ON {model._meta.db_table}"


def _create_sql(vendor, model, trigger):
    table, name = model._meta.db_table, _name(model, trigger)
    yield _drop_sql(vendor, model, trigger)
    if vendor == "sqlite":
        yield (
            f"CREATE TRIGGER {name} {_timing(trigger)} ON {table} FOR EACH ROW"
            f" WHEN {trigger.condition} BEGIN {_effect(vendor, trigger)}; END"
        )
        return
    row = "OLD" if trigger.when.endswith("DELETE") else "NEW"
    lock = (
        f" PERFORM pg_advisory_xact_lock(hashtextextended({trigger.serialise}, 0));"
        if trigger.serialise
        else ""
    )
    yield (
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $guard$ BEGIN{lock}"
        f" IF {trigger.condition} THEN {_effect(vendor, trigger)}; END IF;"
        f" RETURN {row}; END $guard$"
    )
    yield (
        f"CREATE TRIGGER {name} {_timing(trigger)} ON {table} FOR EACH ROW"
        f" EXECUTE FUNCTION {name}()"
    )
