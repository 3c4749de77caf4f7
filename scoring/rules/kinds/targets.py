"""Rules on what a unit set out to do, and on how it stands beside the best of its bloc."""

from decimal import Decimal

from scoring.rules.explain import Step
from scoring.rules.kinds.base import WAITING, Kind, Worked, limited
from scoring.rules.numbers import (
    HUNDRED,
    WORKING_PLACES,
    ZERO,
    divided,
    figure,
    percent,
    rounded,
    times,
)
from scoring.rules.params import Input, Param

ONE = Decimal(1)
VALUE = Param("value", "tên dữ kiện", "text")


class WeightedTargets(Kind):
    looks_beyond = True
    name = "weighted_targets"
    label = "Chỉ tiêu đăng ký trong giao ước"
    params = (
        Param("points", "điểm khi đạt 100 %", "points", help="Để trống: điểm tối đa của tiêu chí."),
        Param("most_percent", "mỗi chỉ tiêu tính tối đa (%)", "percent", default=HUNDRED),
    )

    def inputs(self, settings, targets=()):
        return tuple(
            Input(
                f"actual_{target.key}",
                f"{target.label} ({target.measure}, kế hoạch {figure(target.plan)})",
                "number",
            )
            for target in targets
        )

    def most(self, settings, full):
        points = full if settings.points is None else settings.points
        return points and divided(times(points, settings.most_percent), HUNDRED)

    def can_sum(self, settings):
        return True

    def work(self, settings, facts, scene):
        """Each target's percentage, their mean by weight, and that of the full points."""
        full = scene.full if settings.points is None else settings.points
        weights = [ONE if one.weight is None else one.weight for one in scene.targets]
        whole = sum(weights, ZERO)
        if not whole:
            return Worked(ZERO, (), "đơn vị chưa có chỉ tiêu đăng ký trong giao ước")
        steps, terms, reached = [], [], ZERO
        for target, weight in zip(scene.targets, weights, strict=True):
            if not target.plan:
                return Worked(ZERO, (), f"chỉ tiêu “{target.label}” chưa có số kế hoạch")
            found = self._one(settings, facts[f"actual_{target.key}"], target)
            steps.extend(found)
            terms.append(f"{figure(found[-1].value)} × {figure(weight)}")
            reached += times(found[-1].value, weight)
        mean = rounded(divided(reached, whole), WORKING_PLACES)
        steps.append(
            Step("bình quân các chỉ tiêu (%)", f"({' + '.join(terms)})/{figure(whole)}", mean)
        )
        points = scene.round(divided(times(mean, full), HUNDRED))
        steps.append(Step("điểm", f"{percent(mean)} × {figure(full)}", points))
        return Worked(points, tuple(steps))

    @staticmethod
    def _one(settings, actual, target):
        """The steps to one target's percentage."""
        label, actual = f"{target.label} (%)", max(actual, ZERO)
        value = rounded(divided(times(actual, HUNDRED), target.plan), WORKING_PLACES)
        steps = [Step(label, f"{figure(actual)}/{figure(target.plan)} × 100", value)]
        return list(limited(value, steps, settings.most_percent).steps)


class RelativeToBest(Kind):
    looks_beyond = True
    name = "relative_to_best"
    label = "So với đơn vị cao nhất trong khối"
    params = (
        VALUE,
        Param(
            "compare",
            "cách so",
            "choice",
            default="ratio",
            choices=(
                ("ratio", "điểm tối đa × giá trị / giá trị cao nhất"),
                ("exceed", "đạt kế hoạch được nửa điểm, phần vượt so với mức vượt cao nhất"),
            ),
        ),
        Param("plan", "kế hoạch chung (khi so phần vượt)", "points"),
    )

    def inputs(self, settings, targets=()):
        return (Input("value", settings.value or "Giá trị", "number"),)

    def impossible(self, settings):
        if settings.compare == "exceed" and not settings.plan:
            yield "so phần vượt thì phải có kế hoạch chung lớn hơn 0"

    def work(self, settings, facts, scene):
        values = scene.of_bloc("value")
        if values is None:
            return Worked(ZERO, (), WAITING)
        best, value = max([*values.values(), facts["value"]]), max(facts["value"], ZERO)
        label = settings.value or "So với cao nhất"
        if settings.compare == "exceed":
            return self._exceeding(settings, value, best, scene, label)
        if best <= 0:
            return Worked(ZERO, (Step(label, f"{figure(best)} ≤ 0", ZERO, "được"),))
        points = scene.round(divided(times(scene.full, value), best))
        expression = f"{figure(scene.full)} × {figure(value)}/{figure(best)}"
        return Worked(points, (Step(label, expression, points),))

    @staticmethod
    def _exceeding(settings, value, best, scene, label):
        """Up to the plan half the points in proportion; beyond it the rest, against the best."""
        half, plan = divided(scene.full, Decimal(2)), settings.plan
        if value <= plan or best <= plan:
            points = scene.round(divided(times(half, min(value, plan)), plan))
            expression = f"{figure(half)} × {figure(min(value, plan))}/{figure(plan)}"
            return Worked(points, (Step(label, expression, points),))
        points = scene.round(half + divided(times(half, value - plan), best - plan))
        expression = (
            f"{figure(half)} + {figure(half)} × ({figure(value)} − {figure(plan)})"
            f"/({figure(best)} − {figure(plan)})"
        )
        return Worked(points, (Step(label, expression, points),))


KINDS = (WeightedTargets, RelativeToBest)
