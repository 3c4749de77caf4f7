"""Every kind of rule, by name; a new kind is a class here and nothing else."""

from scoring.rules.kinds import choice, compound, counting, dates, given, ratio, targets
from scoring.rules.kinds.base import Days, Kind, Scene, Target, Worked

KINDS: dict[str, Kind] = {
    kind.name: kind()
    for module in (choice, ratio, counting, dates, targets, given, compound)
    for kind in module.KINDS
}

__all__ = ["KINDS", "Days", "Kind", "Scene", "Target", "Worked"]
