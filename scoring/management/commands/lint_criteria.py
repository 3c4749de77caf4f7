"""`manage.py lint_criteria SET.json`: what is wrong with a criteria table, without a database."""

import json

from django.core.management.base import BaseCommand, CommandError

from scoring.management.files import read_json
from scoring.rules.lint import lint

WORDS = {"error": "Lỗi", "warning": "Lưu ý"}


class Command(BaseCommand):
    help = "Soát một bảng tiêu chí (JSON); kết thúc với mã 1 khi có lỗi."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("table", metavar="SET.json")
        parser.add_argument("--json", action="store_true", help="in kết quả dạng JSON")

    def handle(self, *args, table, **options):
        problems = lint(read_json(table))
        if options["json"]:
            rows = [
                {"level": one.level, "where": one.where, "key": one.key, "message": one.message}
                for one in problems
            ]
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=2))
        else:
            for one in problems:
                self.stdout.write(f"{WORDS[one.level]}: {one}")
        errors = sum(one.is_error for one in problems)
        if errors:
            raise CommandError(f"{errors} lỗi, {len(problems) - errors} lưu ý.")
        if not options["json"]:
            self.stdout.write(f"Không có lỗi, {len(problems)} lưu ý.")
