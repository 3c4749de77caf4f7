"""Notices also of certificates that are registered or trusted, one subject each."""

import django.db.models.deletion
from django.db import migrations, models

from khoithidua.triggers import GuardTables, UnguardTables


class Migration(migrations.Migration):
    dependencies = [
        ("pledges", "0008_scan"),
    ]

    operations = [
        UnguardTables(),
        migrations.AlterModelOptions(
            name="expirynotice",
            options={
                "ordering": ["pk"],
                "verbose_name": "lần báo chứng thư sắp hết hạn",
                "verbose_name_plural": "lần báo chứng thư sắp hết hạn",
            },
        ),
        migrations.AddField(
            model_name="expirynotice",
            name="registered",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="notices",
                to="pledges.registeredcertificate",
            ),
        ),
        migrations.AddField(
            model_name="expirynotice",
            name="trusted",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="notices",
                to="pledges.trustedcertificate",
            ),
        ),
        migrations.AlterField(
            model_name="expirynotice",
            name="authority",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="notices",
                to="pledges.signingauthority",
            ),
        ),
        migrations.AddConstraint(
            model_name="expirynotice",
            constraint=models.UniqueConstraint(
                fields=("registered", "days"), name="expiry_registered_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="expirynotice",
            constraint=models.UniqueConstraint(
                fields=("trusted", "days"), name="expiry_trusted_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="expirynotice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("authority__isnull", False), ("registered", None), ("trusted", None)),
                    models.Q(("authority", None), ("registered__isnull", False), ("trusted", None)),
                    models.Q(("authority", None), ("registered", None), ("trusted__isnull", False)),
                    _connector="OR",
                ),
                name="expiry_notice_of_one",
            ),
        ),
        GuardTables(),
    ]
