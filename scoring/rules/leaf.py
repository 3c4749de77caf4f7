"""One criterion: its rules together, its caps, what happens when it does not apply."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from scoring.rules.criteria import Node
from scoring.rules.explain import Step, added, averaged, capped, less, raised
from scoring.rules.facts import Override
from scoring.rules.kinds import Scene
from scoring.rules.numbers import WORKING_PLACES, ZERO, figure, mean, rounded, times
from scoring.rules.params import BadFact


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
    values, missing, _steps = _read(node, raw, targets)
    return values, missing


def _read(node, raw, targets):
    """(values of the year, labels of missing facts, steps from periods to the year)."""
    values, missing = {}, []
    for wanted in node.inputs(targets):
        value = wanted.read(raw.get(wanted.name))
        values[wanted.name] = value
        if value is None and wanted.required:
            missing.append(wanted.label)
    if not node.periods or missing:
        return values, tuple(missing), []
    return _of_year(node, values, targets)


def _of_year(node, values, targets):
    """Facts by period put together into those of the year, with the steps that say how."""
    combined, steps = {}, []
    for part in node.parts:
        for one in part.inputs(targets):
            names = [f"{one.name}__{place}" for place, _ in enumerate(node.periods.labels, 1)]
            found = [values[name] for name in names if values[name] is not None]
            combined[one.name] = None
            if found:
                step = _combined(node.periods.combine, one.label, found)
                combined[one.name] = step.value if step else found[-1]
                steps += [step] if step else []
    return combined, (), steps


def _combined(how, label, found):
    """The step from the periods' numbers to the year's; None where the last period's value stands."""
    if how == "last" or not all(isinstance(value, Decimal) for value in found):
        return None
    if how == "sum":
        return added(f"{label}, cả năm", found, sum(found, ZERO))
    value = rounded(mean(found), WORKING_PLACES)
    return averaged(f"{label}, bình quân các kỳ", found, value)


def score(node: Node, raw, scene: Scene, targets=()) -> Outcome:
    """A criterion's outcome from its raw facts, before overrides, N/A and missing evidence."""
    try:
        values, missing, steps = _read(node, raw, targets)
        if missing:
            return Outcome(node, max=node.max, missing=missing)
        _check_days(values, scene.days.year)
        if problem := next((why for part in node.parts if (why := part.refuse(values))), ""):
            raise BadFact(problem)
        return _Leaf(node, values, scene).outcome(steps)
    except BadFact as refused:
        return Outcome(node, max=node.max, problem=str(refused))


def _check_days(values, year):
    """A day of another year is a slip of the keyboard, or last year's workbook."""
    for value in values.values():
        if isinstance(value, date) and not year - 1 <= value.year <= year + 1:
            day = f"{value.day:02}/{value.month:02}/{value.year}"
            raise BadFact(f"Ngày {day} không thuộc năm {year}.")


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
        if any(part.bonus for part in self.node.parts):
            self.steps.append(added("cộng thưởng", [base, bonus], points))
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
            total = self._limit(capped("vượt điểm tối đa", total, full))
        return self._not_negative(total)

    def _limit(self, step):
        """Take note of a limit that was reached; the value it leaves."""
        self.steps.append(step)
        self.capped = True
        return step.value

    def _not_negative(self, points):
        if points < 0 and not self.node.allow_negative:
            self.steps.append(raised("không âm", points, ZERO))
            return ZERO
        return points

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
            total = self._limit(capped("vượt mức trừ tối đa", total, node.deduct_cap))
            points = [total]
        left = base - total
        self.steps.append(less("còn", base, points, left))
        left = self._not_negative(left)
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
        if total < 0:
            self.steps.append(raised("không âm", total, ZERO))
            return ZERO
        if node.bonus_max is not None and total > node.bonus_max:
            return self._limit(capped("vượt mức thưởng tối đa", total, node.bonus_max))
        return total


def without_evidence(outcome: Outcome, count: int) -> Outcome:
    """The outcome when only `count` documents prove it.

    What the table takes off for lacking documents is no deduction of its rules: the caps on those
    do not soften it. Points that are themselves a deduction are never made smaller.
    """
    node, wanted = outcome.node, outcome.node.evidence
    lacking = wanted.documents - count if wanted.required else 0
    if lacking <= 0 or outcome.na:
        return outcome
    outcome = replace(outcome, without_evidence=lacking)
    if not outcome.points or outcome.points < 0 or node.section == "penalty":
        return outcome
    if wanted.zero_without and not count:
        return _fallen(outcome, ZERO, [Step("không có tài liệu kiểm chứng", "", ZERO)])
    if not wanted.each:
        return outcome
    taken = times(Decimal(lacking), wanted.each)
    steps = [Step("trừ tài liệu kiểm chứng thiếu", f"{lacking} × {figure(wanted.each)}", taken)]
    if wanted.cap is not None and taken > wanted.cap:
        steps.append(capped("vượt mức trừ tối đa", taken, wanted.cap))
        taken = wanted.cap
    left = outcome.points - taken
    steps.append(less("còn", outcome.points, [taken], left))
    if left < 0:
        steps.append(raised("không âm", left, ZERO))
        left = ZERO
    return _fallen(outcome, left, steps)


def _fallen(outcome, points, steps):
    bonus = min(outcome.bonus, points)
    return replace(
        outcome,
        points=points,
        base=points - bonus,
        bonus=bonus,
        deducted=ZERO,
        steps=(*outcome.steps, *steps),
    )


def not_applicable(node: Node, reason: str, others, round_) -> Outcome:
    """The outcome of a criterion that does not apply, by the table's policy for it.

    others: the points of the other units in it, None before the phase is closed.
    """
    done = Outcome(node, max=node.max, na=node.na or "exclude", na_reason=reason)
    if node.na == "full":
        return _given(done, Step("không áp dụng, tính đủ điểm tối đa", "", node.full))
    if node.na == "zero":
        return _given(done, Step("không áp dụng, không tính điểm", "", ZERO))
    if node.na != "average":
        return done
    if others is None:
        return replace(done, pending="chờ khóa sổ")
    if not others:
        return replace(done, pending="chưa có đơn vị nào có điểm ở tiêu chí này")
    values = sorted(others.values())
    return _given(done, averaged("trung bình các đơn vị", values, round_(mean(values))))


def _given(outcome, step):
    return replace(outcome, points=step.value, base=step.value, steps=(step,))


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
