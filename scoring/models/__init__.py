"""How units are judged: the table, their cards, the evidence, verification and the ranking."""

from scoring.models.card import CardNote, Scorecard
from scoring.models.criteria import CriteriaSet, Criterion
from scoring.models.entry import Entry, OwnerFact, PointsRecord, Submission
from scoring.models.evidence import Evidence, EvidenceUse
from scoring.models.finding import GateFinding, TieDecision
from scoring.models.ranking import Ranking
from scoring.models.round import Reopening, ScoringRound
from scoring.models.verification import Duty, Recusal, Response, SupplementRequest
from scoring.models.word_template import WordTemplate

__all__ = [
    "CardNote",
    "CriteriaSet",
    "Criterion",
    "Duty",
    "Entry",
    "Evidence",
    "EvidenceUse",
    "GateFinding",
    "OwnerFact",
    "PointsRecord",
    "Ranking",
    "Recusal",
    "Reopening",
    "Response",
    "Scorecard",
    "ScoringRound",
    "Submission",
    "SupplementRequest",
    "TieDecision",
    "WordTemplate",
]
