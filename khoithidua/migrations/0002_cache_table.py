"""The table of the shared cache (rate limits), and the guards of the tables made so far."""

from django.core.management import call_command
from django.db import migrations

from khoithidua.triggers import GuardTables


def create(apps, editor):
    call_command("createcachetable", database=editor.connection.alias, verbosity=0)


def drop(apps, editor):
    editor.execute("DROP TABLE khoithidua_cache")


class Migration(migrations.Migration):
    dependencies = [("khoithidua", "0001_initial")]

    operations = [migrations.RunPython(create, drop), GuardTables()]
