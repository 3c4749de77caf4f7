"""The workbook of a whole bloc against the bare library writing the same cells."""

from io import BytesIO
from unittest import mock

from benchmarks.scoring import LEAVES
from benchmarks.timing import Row, side_by_side

TARGET = 1.5


def measure_workbook(round, rounds):
    """From eight cards as the rules made them to the bytes of nine sheets."""
    from scoring.papers.excel import summary_book

    compose, criteria = _composing(round)
    cells = _cells_of(summary_book, compose(), criteria)
    acts = {
        "workbook": lambda: summary_book(compose(), criteria),
        "XlsxWriter": lambda: _write_bare(cells),
    }
    medians = side_by_side(acts, max(10, rounds // 10))
    return [
        Row(
            f"8 units × {LEAVES}, {sum(map(len, cells.values()))} cells",
            medians["workbook"],
            "XlsxWriter alone",
            medians["XlsxWriter"],
            TARGET,
        )
    ]


def _composing(round):
    """(an act that composes the bloc's paper from cards at hand, the table)."""
    from scoring import printouts
    from scoring.evaluation import Desk
    from scoring.models import PointsRecord
    from scoring.papers.bloc_papers import summary
    from scoring.ranking_content import ranking_content

    members = round.year.members()
    desk = Desk(round, round.cards.select_related("unit").order_by("pk"), members=members)
    stage = PointsRecord.Stage.CONFERENCE
    ranking = ranking_content(desk, stage, members)
    cards = {card.unit.slug: desk.card(card, stage) for card in desk.sent}
    remarks = {
        card.unit.slug: found
        for card in desk.sent
        for found in [printouts.remarks_of(desk, [card], stage)[card.pk]]
    }
    setting = printouts.setting_of(round.year)
    lead = printouts.party_of(round.year, members[0].unit)

    def compose():
        return summary(setting, ranking, desk.table, lead, cards=cards, remarks=remarks)

    return compose, desk.table


def _cells_of(make, paper, criteria):
    """{sheet: [(kind, line, column, value, …)]} of a workbook, as they were written."""
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    cells = {}

    def recording(kind):
        original = getattr(Worksheet, f"write_{kind}")

        def write(sheet, line, column, *values):
            written = [one for one in values if not isinstance(one, Format)]
            cells.setdefault(sheet.get_name(), []).append((kind, line, column, *written))
            return original(sheet, line, column, *values)

        return write

    with mock.patch.multiple(
        Worksheet,
        **{f"write_{kind}": recording(kind) for kind in ("string", "number", "formula")},
    ):
        make(paper, criteria)
    return cells


def _write_bare(cells):
    import xlsxwriter

    output = BytesIO()
    book = xlsxwriter.Workbook(output, {"in_memory": True})
    look = book.add_format({"border": 1, "num_format": "0.00####"})
    for name, written in cells.items():
        sheet = book.add_worksheet(name)
        for kind, line, column, value, *cached in written:
            getattr(sheet, f"write_{kind}")(line, column, value, look, *cached)
    book.close()
    return output.getvalue()
