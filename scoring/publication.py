"""Freezing a ranking as the database holds it: its content made here, kept by scoring/rankings.py."""

from scoring.evaluation import Desk
from scoring.models import PointsRecord, Ranking
from scoring.ranking_content import ranking_content
from scoring.rankings import freeze_ranking


def freeze(round, *, by, reason=""):
    """Freeze the ranking of a closed round, the first time or as a correction; return the Ranking.

    reason: what a correction changes and why. Raises what freeze_ranking raises.
    """
    again = round.rankings.filter(kind=Ranking.Kind.FINAL).exists()
    kind = Ranking.Kind.CORRECTION if again else Ranking.Kind.FINAL
    return freeze_ranking(round, by=by, kind=kind, rows=content_of(round), reason=reason)


def content_of(round):
    """The closed round's ranking as plain values."""
    members = round.year.members()
    cards = round.cards.select_related("unit").order_by("pk")
    desk = Desk(round, cards, members=members)
    return ranking_content(desk, PointsRecord.Stage.FINAL, members)
