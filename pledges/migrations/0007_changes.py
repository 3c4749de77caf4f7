"""A pledge may wait while a new version of it is written; change requests and withdrawals."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from khoithidua.triggers import GuardTables, UnguardTables


class Migration(migrations.Migration):
    dependencies = [
        ("pledges", "0006_add_time_stamps"),
        ("units", "0003_user_password_is_temporary"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        UnguardTables(),
        migrations.CreateModel(
            name="ChangeRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="lúc")),
                ("reason", models.TextField(verbose_name="nội dung, lý do đề nghị")),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "chờ trả lời"),
                            ("kept", "giữ nguyên văn bản, ký tiếp"),
                            ("new_version", "lập phiên bản mới"),
                        ],
                        default="",
                        max_length=12,
                        verbose_name="kết quả",
                    ),
                ),
                ("answer", models.TextField(blank=True, verbose_name="trả lời")),
                (
                    "answered_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="trả lời lúc"),
                ),
            ],
            options={
                "verbose_name": "đề nghị chỉnh sửa trước khi ký",
                "verbose_name_plural": "đề nghị chỉnh sửa trước khi ký",
                "ordering": ["at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Withdrawal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", models.TextField(verbose_name="lý do rút")),
                (
                    "proposed_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="lúc"),
                ),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "chờ đơn vị cấp phó"),
                            ("confirmed", "đã rút"),
                            ("kept", "không rút"),
                        ],
                        default="",
                        max_length=10,
                        verbose_name="kết quả",
                    ),
                ),
                ("note", models.TextField(blank=True, verbose_name="ý kiến của đơn vị cấp phó")),
                (
                    "decided_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="xác nhận lúc"),
                ),
            ],
            options={
                "verbose_name": "đề nghị rút văn bản",
                "verbose_name_plural": "đề nghị rút văn bản",
                "ordering": ["proposed_at", "pk"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="paper",
            name="paper_frozen_at",
        ),
        migrations.RemoveConstraint(
            model_name="paper",
            name="paper_one_version_in_force",
        ),
        migrations.RemoveConstraint(
            model_name="paper",
            name="pledge_one_live_version",
        ),
        migrations.AddField(
            model_name="paper",
            name="replaces",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="replacements",
                to="pledges.paper",
                verbose_name="thay cho phiên bản",
            ),
        ),
        migrations.AddField(
            model_name="paper",
            name="version_reason",
            field=models.TextField(blank=True, verbose_name="lý do lập phiên bản"),
        ),
        migrations.AlterField(
            model_name="paper",
            name="state",
            field=models.CharField(
                choices=[
                    ("draft", "đang soạn"),
                    ("commenting", "đang lấy ý kiến"),
                    ("adopted", "đã thông qua"),
                    ("frozen", "đã chốt"),
                    ("signing", "đang ký"),
                    ("change_requested", "đang tạm dừng ký"),
                    ("complete", "hoàn tất"),
                    ("withdrawn", "đã rút"),
                    ("superseded", "đã có phiên bản thay thế"),
                ],
                default="draft",
                max_length=20,
                verbose_name="trạng thái",
            ),
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    models.Q(("kind", "pledge"), _negated=True),
                    ("state__in", ("adopted", "frozen", "signing", "change_requested", "complete")),
                ),
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
                    ("state__in", ("draft", "commenting", "adopted", "frozen", "signing")),
                ),
                fields=("year",),
                name="pledge_one_under_way",
                violation_error_message="Năm này đã có giao ước.",
            ),
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("kind", "pledge"), ("state__in", ("frozen", "signing", "change_requested"))
                ),
                fields=("year",),
                name="pledge_one_being_signed",
                violation_error_message="Năm này đã có giao ước chờ ký.",
            ),
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "pledge"), ("state", "complete")),
                fields=("year",),
                name="pledge_one_complete",
                violation_error_message="Năm này đã có giao ước hoàn tất.",
            ),
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("code", None),
                        ("frozen_at", None),
                        ("reading_html", ""),
                        ("state__in", ["draft", "commenting", "adopted"]),
                    ),
                    models.Q(
                        ("code__isnull", False),
                        ("frozen_at__isnull", False),
                        ("state__in", ["frozen", "signing", "change_requested", "complete"]),
                    ),
                    ("state__in", ["withdrawn", "superseded"]),
                    _connector="OR",
                ),
                name="paper_frozen_at",
            ),
        ),
        migrations.AddField(
            model_name="changerequest",
            name="answered_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="người trả lời",
            ),
        ),
        migrations.AddField(
            model_name="changerequest",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="người đề nghị",
            ),
        ),
        migrations.AddField(
            model_name="changerequest",
            name="paper",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="change_requests",
                to="pledges.paper",
            ),
        ),
        migrations.AddField(
            model_name="changerequest",
            name="party",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="change_requests",
                to="pledges.party",
            ),
        ),
        migrations.AddField(
            model_name="withdrawal",
            name="decided_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="người xác nhận",
            ),
        ),
        migrations.AddField(
            model_name="withdrawal",
            name="paper",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="withdrawals",
                to="pledges.paper",
            ),
        ),
        migrations.AddField(
            model_name="withdrawal",
            name="proposed_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="người đề nghị",
            ),
        ),
        migrations.AddConstraint(
            model_name="changerequest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("outcome", "")),
                fields=("party",),
                name="change_request_open_once",
                violation_error_message="Đơn vị đã có một đề nghị đang chờ trả lời.",
            ),
        ),
        migrations.AddConstraint(
            model_name="changerequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("answer", ""),
                        ("answered_at", None),
                        ("answered_by", None),
                        ("outcome", ""),
                    ),
                    models.Q(
                        models.Q(("outcome", ""), _negated=True),
                        models.Q(("answer", ""), _negated=True),
                        ("answered_at__isnull", False),
                        ("answered_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="change_request_answer",
            ),
        ),
        migrations.AddConstraint(
            model_name="withdrawal",
            constraint=models.UniqueConstraint(
                condition=models.Q(("outcome", "")),
                fields=("paper",),
                name="withdrawal_open_once",
                violation_error_message="Đã có một đề nghị rút đang chờ xác nhận.",
            ),
        ),
        migrations.AddConstraint(
            model_name="withdrawal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at", None), ("decided_by", None), ("outcome", "")),
                    models.Q(
                        models.Q(("outcome", ""), _negated=True),
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="withdrawal_decided",
            ),
        ),
        migrations.AddConstraint(
            model_name="withdrawal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_by", None),
                    models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                    _connector="OR",
                ),
                name="withdrawal_two_people",
            ),
        ),
        GuardTables(),
    ]
