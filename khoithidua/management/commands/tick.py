"""`manage.py tick`: what has to happen by itself; run it every minute."""

from django.core.management.base import BaseCommand

from khoithidua import mail


class Command(BaseCommand):
    help = "Gửi thư đang chờ. Chạy mỗi phút một lần; chạy chồng nhau không sao."

    def handle(self, *args, **options):
        sent, failed = mail.send_waiting()
        if sent or failed:
            self.stdout.write(f"Thư: {sent} đã gửi, {failed} chưa gửi được.")
