"""Several rules taken as one, with a cap on their sum."""

from scoring.rules.explain import added
from scoring.rules.kinds.base import CAP, Kind, Worked, limited
from scoring.rules.numbers import ZERO
from scoring.rules.params import Param


class Sum(Kind):
    """Its parts all earn or all deduct; `settings.parts` holds them read (criteria.Part)."""

    name = "sum"
    label = "Cộng nhiều cách tính, có mức tối đa chung"
    params = (Param("parts", "các cách tính", "parts", True), CAP)

    def inputs(self, settings, targets=()):
        return tuple(found for part in settings.parts for found in part.inputs(targets))

    def most(self, settings, full):
        each = [part.most(full) for part in settings.parts]
        total = None if None in each else sum(each, ZERO)
        if None in (total, settings.cap):
            return settings.cap if total is None else total
        return min(total, settings.cap)

    def can_sum(self, settings):
        return all(part.kind.can_sum(part.settings) for part in settings.parts)

    def impossible(self, settings):
        if len({part.effect for part in settings.parts}) > 1:
            yield "các cách tính trong một nhóm phải cùng là cộng hoặc cùng là trừ"

    def problems(self, settings, full):
        for place, part in enumerate(settings.parts, 1):
            for problem in part.problems(full):
                yield f"cách tính {place}: {problem}"

    def refuse(self, settings, facts):
        return next((why for part in settings.parts if (why := part.refuse(facts))), "")

    def work(self, settings, facts, scene):
        worked = [part.work(facts, scene) for part in settings.parts]
        waiting = next((one.pending for one in worked if one.pending), "")
        points = [one.points for one in worked]
        total = sum(points, ZERO)
        steps = [step for one in worked for step in one.steps]
        if waiting:
            return Worked(total, tuple(steps), waiting)
        return limited(total, [*steps, added("cộng", points, total)], settings.cap)


KINDS = (Sum,)
