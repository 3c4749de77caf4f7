"""Which alarms about an ending certificate authority were mailed."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from khoithidua.triggers import GuardTables


class Migration(migrations.Migration):
    dependencies = [
        ("pledges", "0004_token"),
    ]

    operations = [
        migrations.CreateModel(
            name="ExpiryNotice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("days", models.PositiveSmallIntegerField(verbose_name="khi còn (ngày)")),
                (
                    "sent_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="báo lúc"),
                ),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to="pledges.signingauthority",
                    ),
                ),
            ],
            options={
                "verbose_name": "lần báo CA sắp hết hạn",
                "verbose_name_plural": "lần báo CA sắp hết hạn",
                "ordering": ["authority", "-days"],
                "constraints": [
                    models.UniqueConstraint(fields=("authority", "days"), name="expiry_notice_once")
                ],
            },
        ),
        GuardTables(),
    ]
