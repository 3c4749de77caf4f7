"""How a unit is scored: pure rules on exact decimals, every step explained in Vietnamese.

No Django, no clock. A criteria table comes from its document (`load`), facts from plain JSON
(`load_facts`); `evaluate` and `evaluate_bloc` make cards, `rank` puts them in order.
"""

from scoring.rules.criteria import CriteriaSet, Node
from scoring.rules.evaluate import Bloc, Card, evaluate, evaluate_bloc
from scoring.rules.explain import Step, sentence
from scoring.rules.facts import Facts, GateFact, Override, load_facts, unknown_facts
from scoring.rules.kinds import KINDS, Days, Target
from scoring.rules.leaf import Outcome
from scoring.rules.numbers import figure
from scoring.rules.onemore import one_more
from scoring.rules.params import NEVER, BadFact, Input, Malformed, Param
from scoring.rules.ranking import Place, RankingTable, Tie, rank
from scoring.rules.reading import load

__all__ = [
    "KINDS",
    "NEVER",
    "BadFact",
    "Bloc",
    "Card",
    "CriteriaSet",
    "Days",
    "Facts",
    "GateFact",
    "Input",
    "Malformed",
    "Node",
    "Outcome",
    "Override",
    "Param",
    "Place",
    "RankingTable",
    "Step",
    "Target",
    "Tie",
    "evaluate",
    "evaluate_bloc",
    "figure",
    "load",
    "load_facts",
    "one_more",
    "rank",
    "sentence",
    "unknown_facts",
]
