"""`manage.py init_ca`: make the installation's certificate authorities, and later renew them."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from pledges import authorities
from pledges.models import SigningAuthority
from pledges.models.authority import passphrase, root_authorities
from pledges.signing.errors import SigningError


class Command(BaseCommand):
    help = (
        "Tạo CA gốc và CA cấp phát của hệ thống; không làm gì nếu đã có. --rotate: cấp CA mới, "
        "CA cũ vẫn được giữ để xác minh văn bản đã ký."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--rotate",
            choices=["issuing", "root"],
            help="cấp CA cấp phát mới dưới CA gốc đang có, hoặc cả CA gốc mới và CA cấp phát mới",
        )
        parser.add_argument(
            "--root-key-to",
            metavar="FILE",
            help="ghi khóa gốc mới, đã mã hóa, ra tệp này và không giữ trong cơ sở dữ liệu",
        )
        parser.add_argument(
            "--root-key",
            metavar="FILE",
            help="với --rotate issuing: tệp khóa gốc, nếu khóa không ở trong cơ sở dữ liệu",
        )
        parser.add_argument(
            "--root-passphrase-file",
            metavar="FILE",
            help="với --rotate issuing: mật khẩu của khóa gốc, nếu khác mật khẩu hiện nay",
        )

    def handle(self, *args, rotate, root_key_to, root_key, root_passphrase_file, **options):
        if rotate != "issuing" and (root_key or root_passphrase_file):
            raise CommandError("--root-key, --root-passphrase-file chỉ đi với --rotate issuing.")
        if rotate == "issuing" and root_key_to:
            raise CommandError("--root-key-to chỉ dùng khi tạo CA gốc.")
        if rotate and not SigningAuthority.objects.exists():
            raise CommandError("Chưa có CA; hãy chạy init_ca không kèm --rotate.")
        if rotate == "issuing":
            self._rotate_issuing(root_key, root_passphrase_file)
        elif rotate or not SigningAuthority.objects.exists():
            self._make_pair(root_key_to)
        else:
            self.stdout.write("Đã có CA; không làm gì.")

    def _make_pair(self, root_key_to):
        if root_key_to and Path(root_key_to).exists():
            raise CommandError(f"{root_key_to} đã tồn tại.")
        with transaction.atomic():
            key = authorities.make_pair(passphrase(), keep_root_key=not root_key_to, by="init_ca")
            if root_key_to:
                path = Path(root_key_to)
                path.touch(mode=0o600, exist_ok=False)
                path.write_text(key, encoding="ascii")
        self.stdout.write("Đã tạo CA gốc và CA cấp phát.")

    def _rotate_issuing(self, root_key, root_passphrase_file):
        if not root_key and not root_authorities().first().key_pem:
            raise CommandError("Khóa gốc không ở trong hệ thống; cần --root-key FILE.")
        try:
            authorities.make_issuing(
                passphrase(),
                root_key=_text(root_key),
                root_secret=_text(root_passphrase_file).rstrip("\r\n"),
                by="init_ca",
            )
        except SigningError as error:
            raise CommandError(str(error)) from error
        self.stdout.write("Đã tạo CA cấp phát mới; từ nay hệ thống ký bằng CA này.")


def _text(path):
    if not path:
        return ""
    try:
        return Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"Không đọc được {path}: {error}") from error
