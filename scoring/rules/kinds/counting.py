"""Rules on cases counted: points or deductions for each, with caps and waivers."""

from scoring.rules.explain import Step, added
from scoring.rules.kinds.base import CAP, Kind, limited
from scoring.rules.numbers import ZERO, figure, times
from scoring.rules.params import Input, Param

EACH = Param("case", "tính cho mỗi", "text", help="Như “văn bản bị trả lại”.")
POINTS = Param("points", "điểm mỗi trường hợp", "points", True)
WAIVER = Param(
    "waiver",
    "được miễn khi",
    "text",
    help="Như “đơn vị tự phát hiện, tự xử lý”; người thẩm định phải chấp nhận.",
)


class Count(Kind):
    name = "count"
    label = "Cộng theo số lượng"
    params = (EACH, POINTS, CAP)

    def inputs(self, settings, targets=()):
        return (Input("count", settings.case or "Số lượng", "count"),)

    def most(self, settings, full):
        return settings.cap

    def can_sum(self, settings):
        return True

    def work(self, settings, facts, scene):
        points = scene.round(times(facts["count"], settings.points))
        label = settings.case or "số lượng"
        step = Step(label, f"{figure(facts['count'])} × {figure(settings.points)}", points)
        return limited(points, [step], settings.cap)


def waiver_inputs(settings, name="waived"):
    """How many cases are asked to be waived, and whether whoever verifies agrees."""
    if not settings.waiver:
        return ()
    return (
        Input(name, f"Trong đó được miễn ({settings.waiver})", "count", required=False),
        Input(f"{name}_agreed", "Chấp nhận miễn", "flag", required=False, by_verifier=True),
    )


def counted(settings, facts, count, label):
    """How many cases count once those waived with consent are left out, and the steps to it."""
    waived = facts.get("waived") or ZERO
    if not waived:
        return count, []
    if not facts.get("waived_agreed"):
        return count, [Step(f"{label}, xin miễn chưa được chấp nhận", "", count)]
    left = count - waived
    return left, [Step(f"{label}, trừ số được miễn", f"{figure(count)} − {figure(waived)}", left)]


class Deduct(Kind):
    name = "deduct"
    label = "Trừ theo số trường hợp"
    effect = "deducts"
    params = (EACH, POINTS, CAP, WAIVER)

    def inputs(self, settings, targets=()):
        return (
            Input("count", settings.case or "Số trường hợp", "count"),
            *waiver_inputs(settings),
        )

    def most(self, settings, full):
        return settings.cap

    def can_sum(self, settings):
        return True

    def refuse(self, settings, facts):
        if (facts.get("waived") or ZERO) > facts["count"]:
            return "Số được miễn lớn hơn số trường hợp."
        return ""

    def work(self, settings, facts, scene):
        label = settings.case or "trường hợp"
        count, steps = counted(settings, facts, facts["count"], label)
        points = scene.round(times(count, settings.points))
        steps.append(Step(f"trừ {label}", f"{figure(count)} × {figure(settings.points)}", points))
        return limited(points, steps, settings.cap)


class DeductTable(Kind):
    name = "deduct_table"
    label = "Trừ theo mức độ"
    effect = "deducts"
    params = (Param("options", "các mức độ", "options", True), CAP, WAIVER)

    def inputs(self, settings, targets=()):
        counts = (Input(f"count_{one.key}", one.label, "count") for one in settings.options)
        waived = []
        for one in settings.options if settings.waiver else ():
            label = f"Trong đó được miễn: {one.label} ({settings.waiver})"
            waived.append(Input(f"waived_{one.key}", label, "count", required=False))
        if waived:
            waived.append(
                Input("waived_agreed", "Chấp nhận miễn", "flag", required=False, by_verifier=True)
            )
        return (*counts, *waived)

    def most(self, settings, full):
        return settings.cap

    def can_sum(self, settings):
        return True

    def refuse(self, settings, facts):
        for one in settings.options:
            if (facts.get(f"waived_{one.key}") or ZERO) > facts[f"count_{one.key}"]:
                return f"Số được miễn lớn hơn số trường hợp {one.label}."
        return ""

    def work(self, settings, facts, scene):
        steps, parts = [], []
        for one in settings.options:
            row = {
                "waived": facts.get(f"waived_{one.key}"),
                "waived_agreed": facts.get("waived_agreed"),
            }
            count, notes = counted(settings, row, facts[f"count_{one.key}"], one.label)
            steps.extend(notes)
            if not count:
                continue
            points = scene.round(times(count, one.points))
            parts.append(points)
            steps.append(
                Step(f"trừ {one.label}", f"{figure(count)} × {figure(one.points)}", points)
            )
        total = sum(parts, ZERO)
        if len(parts) != 1:
            label = "cộng điểm trừ" if parts else "không có trường hợp nào"
            steps.append(added(label, parts, total) if parts else Step(label, "", ZERO))
        return limited(total, steps, settings.cap)


KINDS = (Count, Deduct, DeductTable)
