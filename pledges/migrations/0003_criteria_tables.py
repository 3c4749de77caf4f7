"""Criteria tables are papers too: a draft may stand beside the version in force, but no pledge's."""

from django.conf import settings
from django.db import migrations, models

from khoithidua.triggers import GuardTables


class Migration(migrations.Migration):
    dependencies = [
        ("pledges", "0002_guards"),
        ("units", "0003_user_password_is_temporary"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="paper",
            name="paper_one_live_version",
        ),
        migrations.AlterField(
            model_name="paper",
            name="kind",
            field=models.CharField(
                choices=[("pledge", "giao ước thi đua"), ("criteria", "bảng tiêu chí")],
                default="pledge",
                max_length=10,
                verbose_name="loại",
            ),
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("draft", "commenting"))),
                fields=("year", "kind"),
                name="paper_one_open_version",
                violation_error_message="Năm này đã có một dự thảo loại này đang soạn.",
            ),
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("adopted", "frozen", "signing", "complete"))),
                fields=("year", "kind"),
                name="paper_one_version_in_force",
                violation_error_message="Năm này đã có một văn bản loại này đang có hiệu lực.",
            ),
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("kind", "pledge"),
                    models.Q(("state__in", ["withdrawn", "superseded"]), _negated=True),
                ),
                fields=("year",),
                name="pledge_one_live_version",
                violation_error_message="Năm này đã có giao ước.",
            ),
        ),
        # The guard of papers now knows that an adopted criteria table stays adopted.
        GuardTables(),
    ]
