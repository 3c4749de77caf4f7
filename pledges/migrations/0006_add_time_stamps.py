"""Document time stamps, and the papers that wait for one."""

import django.db.models.deletion
from django.db import migrations, models

from khoithidua.triggers import GuardTables


class Migration(migrations.Migration):
    dependencies = [
        ("pledges", "0005_add_expiry_notices"),
    ]

    operations = [
        migrations.CreateModel(
            name="TimeStampWait",
            fields=[
                (
                    "paper",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="time_stamp_wait",
                        serialize=False,
                        to="pledges.paper",
                    ),
                ),
                ("attempts", models.PositiveIntegerField(default=0, verbose_name="số lần hỏi")),
                ("next_at", models.DateTimeField(verbose_name="hỏi lại lúc")),
                (
                    "last_error",
                    models.CharField(blank=True, max_length=300, verbose_name="lỗi gần nhất"),
                ),
            ],
            options={
                "verbose_name": "dấu thời gian đang chờ",
                "verbose_name_plural": "dấu thời gian đang chờ",
                "ordering": ["next_at", "paper"],
            },
        ),
        migrations.CreateModel(
            name="TimeStamp",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("authority", models.CharField(max_length=300, verbose_name="nơi cấp")),
                ("at", models.DateTimeField(verbose_name="thời điểm được chứng nhận")),
                (
                    "roots_pem",
                    models.TextField(verbose_name="chứng thư gốc được tin cậy khi nhận (PEM)"),
                ),
                (
                    "signed_file",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="time_stamp",
                        to="pledges.signedfile",
                    ),
                ),
            ],
            options={
                "verbose_name": "dấu thời gian",
                "verbose_name_plural": "dấu thời gian",
                "ordering": ["signed_file"],
            },
        ),
        GuardTables(),
    ]
