"""What one case more would change: one more late report, one more task done in time."""

from collections.abc import Mapping
from decimal import Decimal

from scoring.rules import leaf as leaves
from scoring.rules.criteria import CriteriaSet
from scoring.rules.evaluate import Evaluation, not_for
from scoring.rules.facts import Facts
from scoring.rules.kinds import Days
from scoring.rules.numbers import NotANumber, number

# Facts that nobody can add one to by itself: a total, a rank, a consent.
NOT_COUNTED = ("total", "rank", "waived")


def one_more(
    criteria: CriteriaSet, facts: Facts, days: Days, key: str
) -> list[tuple[str, Decimal]]:
    """(label of the fact, change of the criterion's points) for each count that may grow by one.

    Only changes that are not nothing; [] while the criterion has no points yet.
    """
    node = criteria.by_key[key]
    raw = facts.of(key)
    now = Evaluation(criteria, facts, days).outcome(key)
    if now.points is None or not_for(node, facts):
        return []
    found = []
    for wanted in node.inputs(facts.targets):
        if wanted.type != "count" or wanted.name.split("_")[0] in NOT_COUNTED:
            continue
        after = _with_one_more(criteria, facts, days, node, raw, wanted)
        if after is not None and after != now.points:
            found.append((wanted.label, after - now.points))
    return found


def _with_one_more(criteria, facts, days, node, raw: Mapping, wanted):
    try:
        more = number(raw.get(wanted.name) or "0") + 1
    except NotANumber:
        return None
    changed = {**raw, wanted.name: str(more)}
    scene = Evaluation(criteria, facts, days).scene(node)
    return leaves.score(node, changed, scene, facts.targets).points
