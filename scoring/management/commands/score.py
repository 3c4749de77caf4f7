"""`manage.py score SET.json FACTS.json`: points with their explanation, without a database."""

import json

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from scoring import rules
from scoring.management.files import read_days, read_facts, read_json
from scoring.management.score_text import card_lines, card_values, ranking_lines, ranking_values
from units.working_days import WorkCalendar


class Command(BaseCommand):
    help = "Chấm điểm từ tệp bảng tiêu chí và tệp dữ kiện (một đơn vị hoặc cả khối)."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("table", metavar="SET.json")
        parser.add_argument("facts", metavar="FACTS.json")
        days = parser.add_mutually_exclusive_group()
        days.add_argument("--days", metavar="DAYS.json", help="lịch của năm: ngày nghỉ, ngày hạn")
        days.add_argument("--year", type=int, help="năm chấm, tuần làm việc thường (năm nay)")
        parser.add_argument(
            "--na",
            choices=("full", "zero", "exclude"),
            help="cách tính mọi tiêu chí không áp dụng, thay cho quy định của bảng",
        )
        parser.add_argument("--json", action="store_true", help="in kết quả dạng JSON")

    def handle(self, *args, table, facts, **options):
        criteria = self._criteria(table, options["na"])
        found = read_facts(facts)
        self._refuse_unknown(criteria, found)
        days = self._days(options)
        cards = rules.evaluate_bloc(criteria, found, days, closed=len(found) > 1)
        ranking = rules.rank(criteria, cards, found) if len(cards) > 1 else None
        write = self._write_json if options["json"] else self._write_text
        write(cards, ranking)

    @staticmethod
    def _criteria(path, na):
        document = read_json(path)
        if na and isinstance(document, dict):
            _with_policy(document.get("nodes"), na)
        try:
            return rules.load(document)
        except rules.Malformed as error:
            raise CommandError(f"{path}: {error}") from None

    @staticmethod
    def _days(options):
        if options["days"]:
            return read_days(options["days"])
        year = options["year"] or timezone.localdate().year
        if not 1900 <= year <= 2100:
            raise CommandError("Năm phải từ 1900 đến 2100.")
        return rules.Days(year, WorkCalendar())

    def _refuse_unknown(self, criteria, found):
        problems = []
        for unit, facts in found.items():
            known = rules.unknown_facts(criteria, facts)
            problems += [f"{unit}: {one}" if len(found) > 1 else one for one in known]
        if problems:
            raise CommandError("\n".join(problems))

    def _write_text(self, cards, ranking):
        blocks = ["\n".join(card_lines(card)) for card in cards.values()]
        if ranking:
            blocks.append("\n".join(ranking_lines(ranking)))
        self.stdout.write("\n\n".join(blocks))

    def _write_json(self, cards, ranking):
        values = {unit: card_values(card) for unit, card in cards.items()}
        found = (
            {"units": values, "ranking": ranking_values(ranking)}
            if ranking
            else next(iter(values.values()))
        )
        self.stdout.write(json.dumps(found, ensure_ascii=False, indent=2))


def _with_policy(nodes, policy):
    """Write one policy for what does not apply into every criterion of a document."""
    for node in nodes if isinstance(nodes, list) else ():
        if not isinstance(node, dict):
            continue
        if node.get("children"):
            _with_policy(node["children"], policy)
        else:
            node["na"] = policy
