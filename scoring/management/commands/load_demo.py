"""`manage.py load_demo`: the demonstration bloc, in a development database that is still empty."""

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from khoithidua.audit import acting_from
from scoring.demo.loading import BLOC, PASSWORD, STAGE_NOTICES, load
from units.models import Authority, Bloc, User


class Command(BaseCommand):
    help = "Nạp dữ liệu trình diễn; chỉ khi DEBUG=1 và cơ sở dữ liệu còn trống."

    def add_arguments(self, parser):
        parser.add_argument("--stage", choices=list(STAGE_NOTICES), default="ky-ket")

    def handle(self, *args, stage, **options):
        if not settings.DEBUG:
            raise CommandError("Dữ liệu trình diễn chỉ nạp được khi DEBUG=1.")
        if Bloc.objects.filter(slug=BLOC, is_demo=True).exists():
            self.stdout.write("Dữ liệu trình diễn đã có; giữ nguyên.")
        elif Authority.objects.exists() or User.objects.exists():
            raise CommandError("Cơ sở dữ liệu đã có dữ liệu khác; không nạp trình diễn vào.")
        else:
            call_command("init_ca", stdout=self.stdout)
            with acting_from("load_demo"):
                load(stage)
            self.stdout.write("Đã nạp dữ liệu trình diễn.")
        self.show_accounts()

    def show_accounts(self):
        self.stdout.write(
            "\nTài khoản (ld: lãnh đạo, cv: chuyên viên, vt: văn thư), "
            f"mật khẩu chung: {PASSWORD}\n"
        )
        for user in User.objects.filter(is_active=True).order_by("pk"):
            self.stdout.write(f"  {user.username:<18} {user.full_name}, {user.capacity}")
