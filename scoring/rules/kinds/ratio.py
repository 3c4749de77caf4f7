"""Rules on quantities: proportions, bands, matrices, steps, targets, comparison in the bloc."""

from decimal import Decimal

from scoring.rules.explain import Step, added, share
from scoring.rules.kinds.base import CAP, Kind, Worked, interval_problems, limited
from scoring.rules.numbers import HUNDRED, ZERO, divided, figure, percent, rounded, times
from scoring.rules.params import Input, Param

AS = Param(
    "measure",
    "dữ kiện nhập vào",
    "choice",
    default="ratio",
    choices=(("ratio", "hai số: phần và tổng"), ("percent", "tỷ lệ %"), ("number", "một số")),
)
PART = Param("part", "tử số", "text", help="Tên của phần được tính, như “đúng hạn”.")
WHOLE = Param("whole", "mẫu số", "text", help="Tên của tổng, như “tổng số đến hạn”.")
VALUE = Param("value", "tên dữ kiện", "text")
WAITING = "chờ khóa sổ"


def quantity_inputs(settings) -> tuple[Input, ...]:
    """The facts of a rule that looks at one quantity, by its `measure`."""
    if settings.measure == "ratio":
        return (
            Input("done", settings.part or "Số hoàn thành", "count"),
            Input("total", settings.whole or "Tổng số", "count"),
        )
    kind = "percent" if settings.measure == "percent" else "number"
    return (Input("value", settings.value or "Tỷ lệ (%)", kind),)


def quantity(settings, facts) -> tuple[Decimal, str]:
    """The value a look-up compares, and how it is written."""
    if settings.measure == "ratio":
        value = rounded(divided(times(facts["done"], HUNDRED), facts["total"]), 2)
        return value, percent(value)
    value = facts["value"]
    return value, percent(value) if settings.measure == "percent" else figure(value)


def refuse_ratio(settings, facts, *, over=False) -> str:
    if settings.measure != "ratio":
        return ""
    if facts["total"] == 0:
        return "Tổng số bằng 0. Nếu trong năm không phát sinh, hãy chọn “Không áp dụng”."
    if facts["done"] > facts["total"] and not over:
        return (
            f"{settings.part or 'Số hoàn thành'} ({figure(facts['done'])}) lớn hơn "
            f"{(settings.whole or 'tổng số').lower()} ({figure(facts['total'])})."
        )
    return ""


class Proportion(Kind):
    name = "proportion"
    label = "Theo tỷ lệ hoàn thành"
    params = (
        AS,
        PART,
        WHOLE,
        VALUE,
        Param("points", "điểm khi đạt 100 %", "points", help="Để trống: điểm tối đa của tiêu chí."),
        Param("zero_below", "dưới tỷ lệ này (%) thì 0 điểm", "percent"),
        Param("most_percent", "tính tối đa đến (%)", "percent", default=HUNDRED),
    )

    def inputs(self, settings, targets=()):
        return quantity_inputs(settings)

    def most(self, settings, full):
        points = full if settings.points is None else settings.points
        return points and divided(times(points, max(settings.most_percent, HUNDRED)), HUNDRED)

    def problems(self, settings, full):
        if settings.measure == "number":
            yield "cách tính theo tỷ lệ chỉ nhận hai số hoặc tỷ lệ %"
        if settings.zero_below is not None and settings.zero_below > HUNDRED:
            yield "mức “dưới tỷ lệ này thì 0 điểm” lớn hơn 100 %"

    def refuse(self, settings, facts):
        return refuse_ratio(settings, facts, over=settings.most_percent > HUNDRED)

    def work(self, settings, facts, scene):
        full = scene.full if settings.points is None else settings.points
        done, total = self._terms(settings, facts)
        ratio = divided(times(done, HUNDRED), total)
        label = settings.part or settings.value or "Tỷ lệ hoàn thành"
        if settings.zero_below is not None and ratio < settings.zero_below:
            shown = rounded(ratio, 2)
            if shown == settings.zero_below:
                shown = rounded(ratio, 6, "down")
            condition = f"{percent(shown)} < {percent(settings.zero_below)}"
            return Worked(ZERO, (Step(label, condition, ZERO, "được"),))
        if ratio > settings.most_percent:
            most = settings.most_percent
            points = scene.round(divided(times(most, full), HUNDRED))
            condition = f"{percent(rounded(ratio, 2))} > {percent(most)}"
            steps = [Step(label, condition, most, "tính")] if rounded(ratio, 2) > most else []
            return Worked(
                points, (*steps, Step(label, f"{percent(most)} × {figure(full)}", points))
            )
        if settings.measure == "ratio":
            step = share(label, done, total, full, scene.round)
        else:
            points = scene.round(divided(times(done, full), total))
            step = Step(label, f"{percent(done)} × {figure(full)}", points)
        return Worked(step.value, (step,))

    @staticmethod
    def _terms(settings, facts):
        if settings.measure == "ratio":
            return facts["done"], facts["total"]
        return facts["value"], HUNDRED


class Tiers(Kind):
    name = "tiers"
    label = "Theo mức"
    params = (
        AS,
        PART,
        WHOLE,
        VALUE,
        Param("bands", "các mức", "bands", True),
    )

    def inputs(self, settings, targets=()):
        return quantity_inputs(settings)

    def most(self, settings, full):
        return max(band.points for band in settings.bands)

    def problems(self, settings, full):
        low = None if settings.measure == "number" else ZERO
        if low is None and any(band.low is None for band in settings.bands):
            low = None
        elif low is None:
            low = min(band.low for band in settings.bands)
        yield from interval_problems(settings.bands, low, whole=False)

    def refuse(self, settings, facts):
        problem = refuse_ratio(settings, facts)
        if not problem and not any(quantity(settings, facts)[0] in band for band in settings.bands):
            problem = "Giá trị này không thuộc mức nào của bảng."
        return problem

    def work(self, settings, facts, scene):
        value, shown = quantity(settings, facts)
        unit = "" if settings.measure == "number" else " %"
        band = next(band for band in settings.bands if value in band)
        label = settings.part or settings.value or "Mức đạt"
        steps = []
        if settings.measure == "ratio":
            steps.append(
                Step(label, f"{figure(facts['done'])}/{figure(facts['total'])} × 100", value)
            )
        condition = band.condition(shown, unit)
        points = scene.round(band.points)
        return Worked(points, (*steps, Step("mức", condition, points, "được")))


class Matrix(Kind):
    name = "matrix"
    label = "Theo bảng hai chiều"
    params = (
        Param("row_value", "dữ kiện của hàng", "text", True),
        Param("row_bands", "các mức của hàng", "bands", True, help="Cột điểm để 0."),
        Param("column_value", "dữ kiện của cột", "text", True),
        Param("column_bands", "các mức của cột", "bands", True, help="Cột điểm để 0."),
        Param("points", "bảng điểm, mỗi hàng một dòng", "matrix", True),
    )

    def inputs(self, settings, targets=()):
        return (
            Input("row", settings.row_value, "number"),
            Input("column", settings.column_value, "number"),
        )

    def most(self, settings, full):
        return max(max(row) for row in settings.points)

    def problems(self, settings, full):
        if len(settings.points) != len(settings.row_bands):
            yield "số hàng của bảng điểm khác số mức của hàng"
        if any(len(row) != len(settings.column_bands) for row in settings.points):
            yield "số cột của bảng điểm khác số mức của cột"
        for name, bands in (("hàng", settings.row_bands), ("cột", settings.column_bands)):
            low = None if any(band.low is None for band in bands) else ZERO
            for problem in interval_problems(bands, low, whole=False):
                yield f"mức của {name}: {problem}"

    def refuse(self, settings, facts):
        for bands, key in ((settings.row_bands, "row"), (settings.column_bands, "column")):
            if not any(facts[key] in band for band in bands):
                return "Giá trị này không thuộc mức nào của bảng."
        return ""

    def work(self, settings, facts, scene):
        row, row_band = _found(settings.row_bands, facts["row"])
        column, column_band = _found(settings.column_bands, facts["column"])
        points = scene.round(settings.points[row][column])
        return Worked(
            points,
            (
                Step(
                    settings.row_value,
                    row_band.condition(figure(facts["row"])),
                    Decimal(row + 1),
                    "hàng",
                ),
                Step(
                    settings.column_value,
                    column_band.condition(figure(facts["column"])),
                    Decimal(column + 1),
                    "cột",
                ),
                Step(f"ô hàng {row + 1}, cột {column + 1}", "", points),
            ),
        )


def _found(bands, value):
    return next((place, band) for place, band in enumerate(bands) if value in band)


class StepRule(Kind):
    name = "step"
    label = "Theo bậc vượt"
    params = (
        VALUE,
        Param("above", "tính từ trên mức", "number", default=ZERO),
        Param("size", "mỗi bậc", "points", True),
        Param("points", "điểm mỗi bậc", "points", True),
        Param(
            "whole_steps",
            "chỉ tính bậc đủ",
            "flag",
            default=True,
            help="Không chọn: tính cả phần lẻ của bậc.",
        ),
        CAP,
    )

    def inputs(self, settings, targets=()):
        return (Input("value", settings.value or "Tỷ lệ vượt (%)", "number"),)

    def most(self, settings, full):
        return settings.cap if settings.cap is not None else None

    def problems(self, settings, full):
        if settings.size == 0:
            yield "mỗi bậc phải lớn hơn 0"

    def work(self, settings, facts, scene):
        value, above, label = facts["value"], settings.above, settings.value or "Tỷ lệ vượt"
        if value <= above:
            condition = f"{figure(value)} ≤ {figure(above)}"
            return Worked(ZERO, (Step(label, condition, ZERO, "được"),))
        steps, over = divided(value - above, settings.size), f"{figure(value)}"
        if above:
            over = f"({over} − {figure(above)})"
        if not settings.whole_steps:
            points = scene.round(times(steps, settings.points))
            expression = f"{over}/{figure(settings.size)} × {figure(settings.points)}"
            return limited(points, [Step(label, expression, points)], settings.cap)
        whole = steps.to_integral_value("ROUND_DOWN")
        points = scene.round(times(whole, settings.points))
        return limited(
            points,
            [
                Step(
                    label,
                    f"{figure(value - above)} ≥ {figure(whole)} × {figure(settings.size)}",
                    whole,
                    "số bậc",
                ),
                Step("bậc", f"{figure(whole)} × {figure(settings.points)}", points),
            ],
            settings.cap,
        )


class WeightedTargets(Kind):
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

    def work(self, settings, facts, scene):
        full = scene.full if settings.points is None else settings.points
        weights = [target.weight or Decimal(1) for target in scene.targets]
        if not weights or any(target.plan == 0 for target in scene.targets):
            return Worked(ZERO, (), "đơn vị chưa có chỉ tiêu đăng ký trong giao ước")
        total = sum(weights, ZERO)
        steps, parts = [], []
        for target, weight in zip(scene.targets, weights, strict=True):
            step = self._one(settings, facts, scene, target, times(full, weight), total)
            steps.extend(step)
            parts.append(step[-1].value)
        points = scene.round(sum(parts, ZERO))
        return Worked(points, (*steps, added("cộng các chỉ tiêu", parts, points)))

    @staticmethod
    def _one(settings, facts, scene, target, weighted, total):
        actual, most = facts[f"actual_{target.key}"], settings.most_percent
        share_of = f"{figure(weighted)}/{figure(total)}"
        ratio = rounded(divided(times(max(actual, ZERO), HUNDRED), target.plan), WORKING)
        if ratio > most:
            value = scene.round(divided(times(most, weighted), times(HUNDRED, total)))
            over = Step(target.label, f"{percent(ratio)} > {percent(most)}", most, "tính")
            return [over, Step(target.label, f"{percent(most)} × {share_of}", value)]
        value = scene.round(divided(times(ratio, weighted), times(HUNDRED, total)))
        expression = (
            f"{figure(max(actual, ZERO))}/{figure(target.plan)} = {percent(ratio)} × {share_of}"
        )
        return [Step(target.label, expression, value)]


WORKING = 6


class RelativeToBest(Kind):
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

    def problems(self, settings, full):
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


KINDS = (Proportion, Tiers, Matrix, StepRule, WeightedTargets, RelativeToBest)
