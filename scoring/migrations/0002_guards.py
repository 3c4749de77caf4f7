"""Put the database guards on this app's tables."""

from django.db import migrations

from khoithidua.triggers import GuardTables


class Migration(migrations.Migration):
    dependencies = [("scoring", "0001_initial")]

    operations = [GuardTables()]
