"""The scan of a pledge that was signed by hand."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from khoithidua.triggers import GuardTables


class Migration(migrations.Migration):
    dependencies = [
        ("khoithidua", "0003_index_entries_by_target"),
        ("pledges", "0007_changes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Scan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="lúc")),
                (
                    "signatures",
                    models.JSONField(blank=True, default=list, verbose_name="chữ ký trong tệp"),
                ),
                (
                    "problem",
                    models.CharField(
                        blank=True, max_length=300, verbose_name="điều không xét được"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="người tải lên",
                    ),
                ),
                (
                    "countersigns",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="countersigned",
                        to="pledges.scan",
                        verbose_name="ký lên bản quét",
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="khoithidua.storedfile",
                        verbose_name="tệp",
                    ),
                ),
                (
                    "paper",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="scans",
                        to="pledges.paper",
                    ),
                ),
            ],
            options={
                "verbose_name": "bản quét",
                "verbose_name_plural": "bản quét",
                "ordering": ["-at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("paper", "file"), name="scan_file_once")
                ],
            },
        ),
        GuardTables(),
    ]
