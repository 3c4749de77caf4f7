"""Put the database guards on this app's tables, and the one row of the reference stamp."""

from django.db import migrations

from khoithidua.triggers import GuardTables


def begin_stamp(apps, editor):
    apps.get_model("units", "ReferenceStamp").objects.create()


class Migration(migrations.Migration):
    dependencies = [("units", "0001_initial")]

    operations = [migrations.RunPython(begin_stamp, migrations.RunPython.noop), GuardTables()]
