import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

from khoithidua.triggers import GuardTables, UnguardTables


class Migration(migrations.Migration):
    dependencies = [
        ("scoring", "0003_findings"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        UnguardTables(),
        migrations.AddField(
            model_name="ownerfact",
            name="kept_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="giữ nguyên lúc"),
        ),
        migrations.AddField(
            model_name="ownerfact",
            name="kept_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="người giữ nguyên",
            ),
        ),
        migrations.AddField(
            model_name="ownerfact",
            name="kept_note",
            field=models.TextField(blank=True, default="", verbose_name="lý do giữ nguyên"),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="ownerfact",
            constraint=models.CheckConstraint(
                condition=Q(kept_note="", kept_by=None, kept_at=None)
                | ~Q(kept_note="")
                & Q(answer="objected", kept_by__isnull=False, kept_at__isnull=False),
                name="owner_fact_kept",
            ),
        ),
        GuardTables(),
    ]
