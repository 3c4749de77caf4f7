"""One criterion: its rules together, its caps, what happens when it does not apply."""

from dataclasses import dataclass, replace
from decimal import Decimal

from scoring.rules.criteria import Node
from scoring.rules.explain import Step, added, capped, less, raised
from scoring.rules.facts import Override
from scoring.rules.kinds import Scene
from scoring.rules.numbers import ZERO, divided, figure, times
from scoring.rules.params import BadFact

# Rules of these kinds look at the whole bloc.
OF_BLOC = ("relative_to_best", "peer")


@dataclass(frozen=True)
class Outcome:
    """What came of one node.

    points: None while facts are missing, a fact is refused, something is awaited, or the criterion
    is excluded. base, bonus and deducted are the criterion's share of each, for its group's caps.
    computed: what the rules gave where points were set by hand.
    """

    node: Node
    points: Decimal | None = None
    max: Decimal | None = None
    base: Decimal = ZERO
    bonus: Decimal = ZERO
    deducted: Decimal = ZERO
    steps: tuple[Step, ...] = ()
    missing: tuple[str, ...] = ()
    problem: str = ""
    pending: str = ""
    na: str = ""
    na_reason: str = ""
    capped: bool = False
    provisional: str = ""
    override: Override | None = None
    computed: Decimal | None = None
    without_evidence: int = 0

    @property
    def is_excluded(self) -> bool:
        return self.na == "exclude"

    @property
    def is_complete(self) -> bool:
        return self.is_excluded or self.points is not None

    @property
    def counted(self) -> Decimal:
        """The points that enter a running total."""
        return self.points if self.points is not None else ZERO


def read_values(node: Node, raw, targets=()) -> tuple[dict, tuple[str, ...]]:
    """(values by input name, labels of missing facts); raises BadFact."""
    values, missing = {}, []
    for wanted in node.inputs(targets):
        value = wanted.read(raw.get(wanted.name))
        values[wanted.name] = value
        if value is None and wanted.required:
            missing.append(wanted.label)
    if node.periods and not missing:
        values = _of_year(node, values, targets)
    return values, tuple(missing)


def _of_year(node, values, targets):
    """Facts by period put together into those of the year."""
    combined = {}
    for part in node.parts:
        for one in part.inputs(targets):
            found = [
                values[f"{one.name}__{place}"]
                for place in range(1, len(node.periods.labels) + 1)
                if values[f"{one.name}__{place}"] is not None
            ]
            combined[one.name] = _combined(node.periods.combine, found)
    return combined


def _combined(how, found):
    if not found:
        return None
    if how == "last" or not all(isinstance(value, Decimal) for value in found):
        return found[-1]
    total = sum(found, ZERO)
    return total if how == "sum" else divided(total, Decimal(len(found)))


def score(node: Node, raw, scene: Scene, targets=()) -> Outcome:
    """A criterion's outcome from its raw facts, before overrides, N/A and missing evidence."""
    full = node.max
    try:
        values, missing = read_values(node, raw, targets)
    except BadFact as refused:
        return Outcome(node, max=full, problem=str(refused))
    if missing:
        return Outcome(node, max=full, missing=missing)
    if problem := next((why for part in node.parts if (why := part.refuse(values))), ""):
        return Outcome(node, max=full, problem=problem)
    return _Leaf(node, values, scene).outcome(_period_steps(node, raw, values))


def _period_steps(node, raw, values):
    """How the year's facts came from those of its periods."""
    if not node.periods or node.periods.combine == "last":
        return []
    steps = []
    for part in node.parts:
        for one in part.inputs():
            if not isinstance(values[one.name], Decimal):
                continue
            places = range(1, len(node.periods.labels) + 1)
            terms = [Decimal(raw[f"{one.name}__{place}"]) for place in places]
            written = " + ".join(map(figure, terms))
            if node.periods.combine == "mean":
                written = f"({written})/{len(terms)}"
            steps.append(Step(f"{one.label} cả năm", written, values[one.name]))
    return steps


class _Leaf:
    """The rules of one criterion at work."""

    def __init__(self, node, values, scene):
        self.node, self.values, self.scene = node, values, scene
        self.steps, self.pending, self.capped = [], "", False

    def outcome(self, first_steps):
        self.steps.extend(first_steps)
        base = self._base()
        base, deducted = self._deducted(base)
        bonus = self._bonus(base)
        points = base + bonus
        if bonus:
            self.steps.append(Step("cộng thưởng", f"{figure(base)} + {figure(bonus)}", points))
        if self.pending:
            return Outcome(self.node, None, self.node.max, pending=self.pending)
        return Outcome(
            self.node,
            points,
            self.node.max,
            base + deducted,
            bonus,
            deducted,
            tuple(self.steps),
            capped=self.capped,
        )

    def _work(self, part):
        worked = part.work(self.values, self.scene)
        self.pending = self.pending or worked.pending
        self.steps.extend(worked.steps)
        self.capped = self.capped or any(step.word == "tính" for step in worked.steps)
        return worked.points

    def _base(self):
        """What its earning rules give, at most its maximum; the maximum itself when none earns."""
        node, full = self.node, self.node.max
        earning = [
            part
            for part in node.parts
            if not part.bonus and (part.effect == "earns" or node.section == "penalty")
        ]
        if not earning:
            return full if full is not None and node.section == "base" else ZERO
        points = [self._work(part) for part in earning]
        total = sum(points, ZERO)
        if len(points) > 1:
            self.steps.append(added("cộng", points, total))
        if full is not None and total > full:
            self.steps.append(capped("vượt điểm tối đa", total, full))
            self.capped = True
            return full
        return total

    def _deducted(self, base):
        """(what is left, what was taken off)."""
        node = self.node
        taking = [
            part
            for part in node.parts
            if not part.bonus and part.effect == "deducts" and node.section != "penalty"
        ]
        if not taking:
            return base, ZERO
        points = [self._work(part) for part in taking]
        total = sum(points, ZERO)
        if node.deduct_cap is not None and total > node.deduct_cap:
            if len(points) > 1:
                self.steps.append(added("cộng điểm trừ", points, total))
            self.steps.append(capped("vượt mức trừ tối đa", total, node.deduct_cap))
            self.capped, points, total = True, [node.deduct_cap], node.deduct_cap
        left = base - total
        self.steps.append(less("còn", base, points, left))
        if left < 0 and not node.allow_negative:
            self.steps.append(raised("không âm", left, ZERO))
            left = ZERO
        return left, base - left

    def _bonus(self, base):
        """What its bonus rules add, at most its own bonus limit."""
        node, points = self.node, []
        for part in (part for part in node.parts if part.bonus):
            if part.requires_full and node.max is not None and base < node.max:
                condition = f"{figure(base)} < {figure(node.max)}"
                self.steps.append(Step("thưởng khi đủ điểm tối đa", condition, ZERO, "được"))
                continue
            points.append(self._work(part))
        total = sum(points, ZERO)
        if len(points) > 1:
            self.steps.append(added("cộng điểm thưởng", points, total))
        if node.bonus_max is not None and total > node.bonus_max:
            self.steps.append(capped("vượt mức thưởng tối đa", total, node.bonus_max))
            self.capped = True
            return node.bonus_max
        return total


def without_evidence(outcome: Outcome, count: int) -> Outcome:
    """The outcome when only `count` documents prove it."""
    wanted = outcome.node.evidence
    lacking = wanted.documents - count if wanted.required else 0
    if lacking <= 0 or outcome.na:
        return outcome
    outcome = replace(outcome, without_evidence=lacking)
    if not outcome.points or outcome.points < 0:
        return outcome
    if wanted.zero_without and not count:
        step = Step("không có minh chứng", "", ZERO)
        return _fallen(outcome, ZERO, step)
    if not wanted.each:
        return outcome
    taken = times(Decimal(lacking), wanted.each)
    step = Step("trừ minh chứng thiếu", f"{lacking} × {figure(wanted.each)}", taken)
    steps = [step]
    if wanted.cap is not None and taken > wanted.cap:
        steps.append(capped("vượt mức trừ tối đa", taken, wanted.cap))
        taken = wanted.cap
    left = outcome.points - taken
    steps.append(less("còn", outcome.points, [taken], left))
    if left < 0:
        steps.append(raised("không âm", left, ZERO))
        left = ZERO
    return _fallen(outcome, left, *steps)


def _fallen(outcome, points, *steps):
    return replace(
        outcome,
        points=points,
        deducted=outcome.deducted + outcome.points - points,
        steps=(*outcome.steps, *steps),
    )


def not_applicable(node: Node, reason: str, others) -> Outcome:
    """The outcome of a criterion that does not apply, by the table's policy for it.

    others: the points of the other units in it, None before the phase is closed.
    """
    done = Outcome(node, max=node.max, na=node.na or "exclude", na_reason=reason)
    if node.na == "full":
        step = Step("không áp dụng, tính đủ điểm tối đa", "", node.full)
        return replace(done, points=node.full, base=node.full, steps=(step,))
    if node.na == "zero":
        step = Step("không áp dụng, không tính điểm", "", ZERO)
        return replace(done, points=ZERO, steps=(step,))
    if node.na != "average":
        return done
    if others is None:
        return replace(done, pending="chờ khóa sổ")
    if not others:
        return replace(done, pending="chưa có đơn vị nào có điểm ở tiêu chí này")
    values = sorted(others.values())
    return replace(done, **_average(values))


def _average(values):
    mean = divided(sum(values, ZERO), Decimal(len(values)))
    written = f"({' + '.join(map(figure, values))})/{len(values)}"
    return {"points": mean, "base": mean, "steps": (Step("trung bình các đơn vị", written, mean),)}


def overridden(outcome: Outcome, override: Override) -> Outcome:
    """The outcome with points set by hand, beside what the rules computed."""
    step = Step("quyết định của người có thẩm quyền", "", override.points)
    return replace(
        outcome,
        points=override.points,
        computed=outcome.points,
        base=override.points,
        bonus=ZERO,
        deducted=ZERO,
        steps=(*outcome.steps, step),
        missing=(),
        problem="",
        pending="",
        na="",
        override=override,
    )
