"""Rules on quantities: proportions, bands, matrices, steps."""

from decimal import Decimal

from scoring.rules.explain import Step, share, term
from scoring.rules.kinds.base import CAP, Kind, Worked, interval_problems, limited
from scoring.rules.numbers import (
    HUNDRED,
    ZERO,
    divided,
    figure,
    percent,
    rounded,
    times,
)
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
MOST_SHOWN = 24


def quantity_inputs(settings) -> tuple[Input, ...]:
    """The facts of a rule that looks at one quantity, by its `measure`."""
    if settings.measure == "ratio":
        return (
            Input("done", settings.part or "Số hoàn thành", "count"),
            Input("total", settings.whole or "Tổng số", "count"),
        )
    kind = "percent" if settings.measure == "percent" else "number"
    return (Input("value", settings.value or "Tỷ lệ (%)", kind),)


def ratio_of(facts) -> Decimal:
    return divided(times(facts["done"], HUNDRED), facts["total"])


def shown_as(value: Decimal, keeps) -> Decimal:
    """The value rounded to as few places, from two, as it takes for `keeps` to hold of it still."""
    for places in range(2, MOST_SHOWN):
        shown = rounded(value, places)
        if keeps(shown):
            return shown
    return rounded(value, MOST_SHOWN)


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
        return points and divided(times(points, settings.most_percent), HUNDRED)

    def impossible(self, settings):
        if settings.measure == "number":
            yield "cách tính theo tỷ lệ chỉ nhận hai số hoặc tỷ lệ %"

    def problems(self, settings, full):
        if settings.zero_below is not None and settings.zero_below > HUNDRED:
            yield "mức “dưới tỷ lệ này thì 0 điểm” lớn hơn 100 %"

    def refuse(self, settings, facts):
        return refuse_ratio(settings, facts, over=settings.most_percent > HUNDRED)

    def can_sum(self, settings):
        return settings.measure == "ratio"

    def work(self, settings, facts, scene):
        full = scene.full if settings.points is None else settings.points
        done, total = self._terms(settings, facts)
        ratio, least = divided(times(done, HUNDRED), total), settings.zero_below
        label = settings.part or settings.value or "Tỷ lệ hoàn thành"
        if least is not None and ratio < least:
            shown = shown_as(ratio, lambda value: value < least)
            condition = f"{percent(shown)} < {percent(least)}"
            return Worked(ZERO, (Step(label, condition, ZERO, "được"),))
        if ratio > settings.most_percent:
            return self._most(label, ratio, settings.most_percent, full, scene)
        if settings.measure == "ratio":
            step = share(label, done, total, full, scene.round)
        else:
            points = scene.round(divided(times(done, full), total))
            step = Step(label, f"{percent(done)} × {figure(full)}", points)
        return Worked(step.value, (step,))

    @staticmethod
    def _most(label, ratio, most, full, scene):
        """The points of a ratio beyond the one that still counts."""
        shown = shown_as(ratio, lambda value: value > most)
        points = scene.round(divided(times(most, full), HUNDRED))
        cut = Step(label, f"{percent(shown)} > {percent(most)}", most, "tính")
        return Worked(points, (cut, Step(label, f"{percent(most)} × {figure(full)}", points)))

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
        if settings.measure == "number":
            lows = [band.low for band in settings.bands]
            low, high = (None if None in lows else min(lows)), None
        else:
            low, high = ZERO, HUNDRED
        yield from interval_problems(settings.bands, low, high)

    def can_sum(self, settings):
        return settings.measure != "percent"

    def refuse(self, settings, facts):
        problem = refuse_ratio(settings, facts)
        if not problem and not any(self._value(settings, facts) in one for one in settings.bands):
            problem = "Giá trị này không thuộc mức nào của bảng."
        return problem

    @staticmethod
    def _value(settings, facts):
        return ratio_of(facts) if settings.measure == "ratio" else facts["value"]

    def work(self, settings, facts, scene):
        value = self._value(settings, facts)
        band = next(band for band in settings.bands if value in band)
        unit = "" if settings.measure == "number" else " %"
        steps = []
        if settings.measure == "ratio":
            value = shown_as(value, band.__contains__)
            label = settings.part or "Mức đạt"
            expression = f"{figure(facts['done'])}/{figure(facts['total'])} × 100"
            steps.append(Step(label, expression, value))
        condition = band.condition(f"{figure(value)}{unit}", unit)
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

    def impossible(self, settings):
        if len(settings.points) != len(settings.row_bands):
            yield "số hàng của bảng điểm khác số mức của hàng"
        if any(len(row) != len(settings.column_bands) for row in settings.points):
            yield "số cột của bảng điểm khác số mức của cột"

    def problems(self, settings, full):
        for name, bands in (("hàng", settings.row_bands), ("cột", settings.column_bands)):
            low = None if any(band.low is None for band in bands) else ZERO
            for problem in interval_problems(bands, low):
                yield f"mức của {name}: {problem}"
            if any(band.points for band in bands):
                yield f"mức của {name}: điểm ghi ở mức không được tính, điểm ở bảng điểm mới tính"

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
        return settings.cap

    def impossible(self, settings):
        if settings.size == 0:
            yield "mỗi bậc phải lớn hơn 0"

    def work(self, settings, facts, scene):
        value, above, label = facts["value"], settings.above, settings.value or "Tỷ lệ vượt"
        if value <= above:
            condition = f"{figure(value)} ≤ {figure(above)}"
            return Worked(ZERO, (Step(label, condition, ZERO, "được"),))
        over, steps = value - above, []
        if above:
            less = f"{figure(value)} − {term(above)}"
            steps.append(Step(f"{label}, phần trên {figure(above)}", less, over))
        if settings.whole_steps:
            count = divided(over, settings.size).to_integral_value("ROUND_DOWN")
            enough = f"{figure(over)} ≥ {figure(count)} × {figure(settings.size)}"
            steps.append(Step(label, enough, count, "số bậc đủ"))
            expression = f"{figure(count)} × {figure(settings.points)}"
            points = scene.round(times(count, settings.points))
        else:
            expression = f"{figure(over)}/{figure(settings.size)} × {figure(settings.points)}"
            points = scene.round(divided(times(over, settings.points), settings.size))
        steps.append(Step("bậc", expression, points))
        return limited(points, steps, settings.cap)


KINDS = (Proportion, Tiers, Matrix, StepRule)
