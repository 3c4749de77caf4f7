"""`manage.py verify_audit [CHAIN …]`: walk the record and compare every anchor."""

from collections import defaultdict

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.module_loading import import_string

from khoithidua import audit
from khoithidua.models import AuditChain, AuditEntry


class Command(BaseCommand):
    help = "Kiểm tra chuỗi nhật ký; báo mắt xích hỏng đầu tiên hoặc phần cuối bị mất."

    def add_arguments(self, parser):
        parser.add_argument("chains", nargs="*", help="chuỗi cần kiểm tra; mặc định: tất cả")

    def handle(self, *args, chains, **options):
        anchors = defaultdict(list)
        for source in settings.AUDIT_ANCHORS:
            for chain, digest, where in import_string(source)():
                anchors[chain].append((digest, where))
        known = set(AuditChain.objects.values_list("key", flat=True)) | set(anchors)
        # A chain whose head row was removed still has its entries.
        known |= set(AuditEntry.objects.order_by().values_list("chain", flat=True).distinct())
        breaks = []
        for chain in chains or sorted(known):
            found = audit.verify_chain(chain, anchors[chain])
            if found:
                breaks.append(found)
                self.stderr.write(f"HỎNG  {found}")
            else:
                self.stdout.write(f"đúng  {chain}")
        if breaks:
            raise CommandError(f"{len(breaks)} chuỗi nhật ký không còn nguyên vẹn.")
