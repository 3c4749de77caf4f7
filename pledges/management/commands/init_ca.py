"""`manage.py init_ca`: make the installation's root and issuing certificate authorities."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from khoithidua import audit
from pledges import signing
from pledges.models import SigningAuthority
from pledges.models.authority import passphrase
from units.models import Authority


class Command(BaseCommand):
    help = "Tạo CA gốc và CA cấp phát của hệ thống. Không làm gì nếu đã có."

    def add_arguments(self, parser):
        parser.add_argument(
            "--root-key-to",
            metavar="FILE",
            help="ghi khóa gốc đã mã hóa ra tệp này và không giữ trong cơ sở dữ liệu",
        )

    def handle(self, *args, root_key_to, **options):
        if SigningAuthority.objects.exists():
            self.stdout.write("Đã có CA; không làm gì.")
            return
        if root_key_to and Path(root_key_to).exists():
            raise CommandError(f"{root_key_to} đã tồn tại.")
        secret, now = passphrase(), timezone.now()
        organisation = self._organisation()
        root = signing.ca.new_root("Khối thi đua - Gốc", organisation, secret, now)
        issuing = signing.ca.new_issuing(
            root, secret, "Khối thi đua - Cấp phát", organisation, secret, now
        )
        if root_key_to:
            self._write_key(Path(root_key_to), root.key_pem)
        with transaction.atomic():
            parent = SigningAuthority.objects.create(
                level=SigningAuthority.Level.ROOT,
                certificate_pem=root.certificate_pem,
                key_pem="" if root_key_to else root.key_pem,
            )
            SigningAuthority.objects.create(
                level=SigningAuthority.Level.ISSUING,
                parent=parent,
                certificate_pem=issuing.certificate_pem,
                key_pem=issuing.key_pem,
            )
            audit.record(
                "ca.create",
                chain=audit.system_chain(),
                by="init_ca",
                target="ca",
                summary="Tạo CA gốc và CA cấp phát của hệ thống.",
                after={
                    "root_key": "ngoài hệ thống" if root_key_to else "đã mã hóa, trong hệ thống"
                },
            )
        self.stdout.write("Đã tạo CA gốc và CA cấp phát.")

    @staticmethod
    def _organisation():
        authority = Authority.objects.order_by("pk").first()
        words = authority.on(timezone.localdate()) if authority else None
        return words.long_name if words else "Khối thi đua"

    @staticmethod
    def _write_key(path, key_pem):
        path.touch(mode=0o600)
        path.write_text(key_pem, encoding="ascii")
