"""`manage.py tick`: what has to happen by itself; run it every minute."""

import logging

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.module_loading import import_string

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = (
        "Làm những việc đến hạn (settings.TICKS). Chạy mỗi phút một lần; chạy chồng nhau không sao."
    )

    def handle(self, *args, **options):
        broken = []
        for name in settings.TICKS:
            try:
                said = import_string(name)()
            except Exception:  # one broken task must not keep the others from their turn
                logger.exception("%s failed", name)
                broken.append(name)
            else:
                if said:
                    self.stdout.write(said)
        if broken:
            raise CommandError(f"Chưa làm xong: {', '.join(broken)}.")
