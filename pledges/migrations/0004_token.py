"""Signing with government tokens: trust list, registered certificates, holds, validations."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from khoithidua.triggers import GuardTables, UnguardTables


class Migration(migrations.Migration):
    dependencies = [
        ("khoithidua", "0003_index_entries_by_target"),
        ("pledges", "0003_criteria_tables"),
        ("units", "0003_user_password_is_temporary"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        UnguardTables(),
        migrations.AddField(
            model_name="party",
            name="boxes",
            field=models.JSONField(blank=True, default=dict, verbose_name="vị trí các ô"),
        ),
        migrations.CreateModel(
            name="Hold",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("leader", "lãnh đạo"),
                            ("agency", "cơ quan"),
                            ("witness", "chứng kiến"),
                        ],
                        max_length=8,
                        verbose_name="ký cho",
                    ),
                ),
                ("taken_at", models.DateTimeField(verbose_name="giữ từ")),
                ("until", models.DateTimeField(verbose_name="giữ đến")),
                (
                    "extended_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="gia hạn lúc"),
                ),
                (
                    "ended_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="thôi giữ lúc"),
                ),
                (
                    "end",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("uploaded", "đã nộp tệp đã ký"),
                            ("cancelled", "người giữ thôi giữ"),
                            ("released", "đơn vị trưởng khối thu lại"),
                            ("expired", "hết giờ"),
                        ],
                        max_length=10,
                        verbose_name="vì sao thôi giữ",
                    ),
                ),
            ],
            options={
                "verbose_name": "lượt ký",
                "verbose_name_plural": "lượt ký",
                "ordering": ["-taken_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="RegisteredCertificate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("pem", models.TextField(editable=False, verbose_name="chứng thư (PEM)")),
                (
                    "fingerprint",
                    models.CharField(editable=False, max_length=64, verbose_name="SHA-256"),
                ),
                (
                    "subject",
                    models.CharField(editable=False, max_length=300, verbose_name="cấp cho"),
                ),
                (
                    "issuer",
                    models.CharField(editable=False, max_length=300, verbose_name="do ai cấp"),
                ),
                ("serial", models.CharField(editable=False, max_length=64, verbose_name="số hiệu")),
                ("key", models.CharField(editable=False, max_length=40, verbose_name="khóa")),
                ("not_before", models.DateTimeField(editable=False, verbose_name="có hiệu lực từ")),
                ("not_after", models.DateTimeField(editable=False, verbose_name="hết hạn")),
                (
                    "added_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="ghi lúc"
                    ),
                ),
                (
                    "withdrawn_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="thôi dùng lúc"
                    ),
                ),
                (
                    "withdrawn_reason",
                    models.CharField(blank=True, max_length=300, verbose_name="lý do thôi dùng"),
                ),
                (
                    "proof",
                    models.CharField(
                        help_text="Công văn, bản đăng ký hoặc cách đối chiếu.",
                        max_length=300,
                        verbose_name="căn cứ đối chiếu",
                    ),
                ),
            ],
            options={
                "verbose_name": "chứng thư của người ký",
                "verbose_name_plural": "chứng thư của người ký",
                "ordering": ["withdrawn_at", "-added_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="RevocationList",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("der", models.BinaryField(verbose_name="danh sách (DER)")),
                (
                    "fingerprint",
                    models.CharField(
                        editable=False, max_length=64, unique=True, verbose_name="SHA-256"
                    ),
                ),
                (
                    "issuer",
                    models.CharField(
                        editable=False, max_length=300, verbose_name="do ai phát hành"
                    ),
                ),
                ("this_update", models.DateTimeField(editable=False, verbose_name="phát hành lúc")),
                (
                    "next_update",
                    models.DateTimeField(editable=False, null=True, verbose_name="lần tới trước"),
                ),
                (
                    "count",
                    models.PositiveIntegerField(
                        editable=False, verbose_name="số chứng thư bị thu hồi"
                    ),
                ),
                (
                    "imported_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="nhập lúc"
                    ),
                ),
            ],
            options={
                "verbose_name": "danh sách thu hồi (CRL)",
                "verbose_name_plural": "danh sách thu hồi (CRL)",
                "ordering": ["-this_update", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="SignatureValidation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="kiểm tra lúc")),
                (
                    "result",
                    models.CharField(
                        choices=[
                            ("valid", "hợp lệ"),
                            ("unknown", "không xác định"),
                            ("invalid", "không hợp lệ"),
                        ],
                        max_length=8,
                        verbose_name="kết quả",
                    ),
                ),
                ("sentence", models.CharField(max_length=300, verbose_name="nói rõ")),
                ("chain", models.TextField(verbose_name="chuỗi chứng thư (PEM)")),
                (
                    "revocation",
                    models.JSONField(blank=True, default=list, verbose_name="dữ liệu thu hồi"),
                ),
                (
                    "algorithm",
                    models.CharField(blank=True, max_length=60, verbose_name="thuật toán"),
                ),
            ],
            options={
                "verbose_name": "kết quả kiểm tra chữ ký",
                "verbose_name_plural": "kết quả kiểm tra chữ ký",
                "ordering": ["-at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="TrustedCertificate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("pem", models.TextField(editable=False, verbose_name="chứng thư (PEM)")),
                (
                    "fingerprint",
                    models.CharField(editable=False, max_length=64, verbose_name="SHA-256"),
                ),
                (
                    "subject",
                    models.CharField(editable=False, max_length=300, verbose_name="cấp cho"),
                ),
                (
                    "issuer",
                    models.CharField(editable=False, max_length=300, verbose_name="do ai cấp"),
                ),
                ("serial", models.CharField(editable=False, max_length=64, verbose_name="số hiệu")),
                ("key", models.CharField(editable=False, max_length=40, verbose_name="khóa")),
                ("not_before", models.DateTimeField(editable=False, verbose_name="có hiệu lực từ")),
                ("not_after", models.DateTimeField(editable=False, verbose_name="hết hạn")),
                (
                    "added_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="ghi lúc"
                    ),
                ),
                (
                    "withdrawn_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="thôi dùng lúc"
                    ),
                ),
                (
                    "withdrawn_reason",
                    models.CharField(blank=True, max_length=300, verbose_name="lý do thôi dùng"),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("anchor", "gốc"), ("intermediate", "trung gian")],
                        max_length=12,
                        verbose_name="loại",
                    ),
                ),
                (
                    "note",
                    models.CharField(
                        help_text="Lấy từ đâu, đối chiếu bằng cách nào, ngày nào.",
                        max_length=300,
                        verbose_name="nguồn",
                    ),
                ),
            ],
            options={
                "verbose_name": "chứng thư tin cậy",
                "verbose_name_plural": "chứng thư tin cậy",
                "ordering": ["withdrawn_at", "kind", "subject", "pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="signature",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("form", "token"), _negated=True),
                    models.Q(
                        ("signed_at__isnull", False),
                        ("signed_file__isnull", False),
                        ("user__isnull", False),
                        models.Q(("certificate_serial", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="signature_token_evidence",
            ),
        ),
        migrations.AddField(
            model_name="hold",
            name="base",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="pledges.signedfile",
                verbose_name="tệp đã giữ",
            ),
        ),
        migrations.AddField(
            model_name="hold",
            name="paper",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="holds",
                to="pledges.paper",
            ),
        ),
        migrations.AddField(
            model_name="hold",
            name="party",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="holds",
                to="pledges.party",
                verbose_name="đơn vị",
            ),
        ),
        migrations.AddField(
            model_name="hold",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="người giữ",
            ),
        ),
        migrations.AddField(
            model_name="registeredcertificate",
            name="appointment",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="certificates",
                to="units.appointment",
                verbose_name="chức vụ của lãnh đạo",
            ),
        ),
        migrations.AddField(
            model_name="registeredcertificate",
            name="proof_file",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="khoithidua.storedfile",
                verbose_name="tệp kèm theo",
            ),
        ),
        migrations.AddField(
            model_name="registeredcertificate",
            name="registered_by",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="người đăng ký",
            ),
        ),
        migrations.AddField(
            model_name="registeredcertificate",
            name="unit",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="certificates",
                to="units.unit",
                verbose_name="cơ quan",
            ),
        ),
        migrations.AddField(
            model_name="revocationlist",
            name="imported_by",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="người nhập",
            ),
        ),
        migrations.AddField(
            model_name="signaturevalidation",
            name="by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="người yêu cầu",
            ),
        ),
        migrations.AddField(
            model_name="signaturevalidation",
            name="signature",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="validations",
                to="pledges.signature",
            ),
        ),
        migrations.AddField(
            model_name="trustedcertificate",
            name="added_by",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="người nhập",
            ),
        ),
        migrations.AddConstraint(
            model_name="hold",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)),
                fields=("paper",),
                name="hold_one_at_a_time",
                violation_error_message="Tệp đang có người giữ lượt ký.",
            ),
        ),
        migrations.AddConstraint(
            model_name="hold",
            constraint=models.CheckConstraint(
                condition=models.Q(("until__gt", models.F("taken_at"))), name="hold_until"
            ),
        ),
        migrations.AddConstraint(
            model_name="hold",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("end", ""), ("ended_at", None)),
                    models.Q(("ended_at__isnull", False), models.Q(("end", ""), _negated=True)),
                    _connector="OR",
                ),
                name="hold_end",
            ),
        ),
        migrations.AddConstraint(
            model_name="hold",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["leader", "agency"])), name="hold_kind"
            ),
        ),
        migrations.AddConstraint(
            model_name="registeredcertificate",
            constraint=models.UniqueConstraint(
                condition=models.Q(("withdrawn_at", None)),
                fields=("fingerprint",),
                name="registered_certificate_once",
                violation_error_message="Chứng thư này đang được đăng ký; hãy thôi dùng đăng ký cũ trước.",
            ),
        ),
        migrations.AddConstraint(
            model_name="registeredcertificate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("appointment__isnull", False), ("unit", None)),
                    models.Q(("appointment", None), ("unit__isnull", False)),
                    _connector="OR",
                ),
                name="registered_certificate_owner",
                violation_error_message="Chọn chức vụ của lãnh đạo, hoặc chọn cơ quan.",
            ),
        ),
        migrations.AddConstraint(
            model_name="registeredcertificate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("withdrawn_at", None), ("withdrawn_reason", "")),
                    models.Q(
                        ("withdrawn_at__isnull", False),
                        models.Q(("withdrawn_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="registered_certificate_withdrawn",
            ),
        ),
        migrations.AddConstraint(
            model_name="trustedcertificate",
            constraint=models.UniqueConstraint(
                condition=models.Q(("withdrawn_at", None)),
                fields=("fingerprint",),
                name="trusted_certificate_once",
                violation_error_message="Chứng thư này đã có trong danh sách tin cậy.",
            ),
        ),
        migrations.AddConstraint(
            model_name="trustedcertificate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("withdrawn_at", None), ("withdrawn_reason", "")),
                    models.Q(
                        ("withdrawn_at__isnull", False),
                        models.Q(("withdrawn_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="trusted_certificate_withdrawn",
            ),
        ),
        GuardTables(),
    ]
