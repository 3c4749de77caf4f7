"""Rules whose points or values come from someone: a judge, other units, a published result, a formula."""

from decimal import Decimal

from scoring.rules import formula
from scoring.rules.explain import Step
from scoring.rules.kinds.base import CAP, Kind, Worked, limited
from scoring.rules.kinds.ratio import WAITING
from scoring.rules.numbers import ZERO, divided, figure
from scoring.rules.params import Input, Param


class Evaluator(Kind):
    name = "evaluator"
    label = "Cơ quan đánh giá cho điểm"
    params = (Param("value", "nội dung đánh giá", "text"),)

    def inputs(self, settings, targets=()):
        return (
            Input("points", settings.value or "Điểm đánh giá", "points"),
            Input("comment", "Nhận xét", "text"),
        )

    def work(self, settings, facts, scene):
        points = scene.round(facts["points"])
        step = Step("điểm đánh giá", "", points)
        return limited(points, [step], scene.full)


class External(Kind):
    name = "external"
    label = "Điểm theo văn bản công bố"
    params = (Param("value", "kết quả được công bố", "text"), CAP)

    def inputs(self, settings, targets=()):
        return (
            Input("points", settings.value or "Điểm được công bố", "points"),
            Input("document", "Văn bản công bố (số, ký hiệu, ngày, cơ quan)", "text"),
        )

    def most(self, settings, full):
        return full if settings.cap is None else settings.cap

    def work(self, settings, facts, scene):
        points = scene.round(facts["points"])
        return limited(points, [Step(f"theo {facts['document']}", "", points)], settings.cap)


class Peer(Kind):
    name = "peer"
    label = "Các đơn vị khác chấm"
    params = (
        Param(
            "method",
            "cách gộp",
            "choice",
            default="mean",
            choices=(
                ("mean", "trung bình cộng"),
                ("median", "trung vị"),
                ("trimmed", "bỏ điểm cao nhất và thấp nhất rồi lấy trung bình"),
            ),
        ),
    )

    def inputs(self, settings, targets=()):
        return ()

    def work(self, settings, facts, scene):
        if scene.peers is None:
            return Worked(ZERO, (), WAITING)
        # The unit's own mark never counts, whoever handed it in.
        marks = sorted(value for unit, value in scene.peers.items() if unit != scene.unit)
        if not marks:
            return Worked(ZERO, (), "chưa có đơn vị nào chấm")
        steps = []
        if settings.method == "trimmed" and len(marks) > 2:
            dropped = f"bỏ {figure(marks[0])} và {figure(marks[-1])}, số phiếu còn lại"
            steps.append(Step(dropped, "", Decimal(len(marks) - 2)))
            marks = marks[1:-1]
        if settings.method == "median":
            middle = marks[(len(marks) - 1) // 2 : len(marks) // 2 + 1]
            steps.append(Step(f"trung vị của {len(marks)} phiếu", *_mean(middle, scene)))
        else:
            steps.append(Step(f"trung bình {len(marks)} phiếu", *_mean(marks, scene)))
        return limited(steps[-1].value, steps, scene.full)


def _mean(values, scene):
    """How a mean is written, and its value."""
    points = scene.round(divided(sum(values, ZERO), Decimal(len(values))))
    if len(values) == 1:
        return "", points
    return f"({' + '.join(map(figure, values))})/{len(values)}", points


class Formula(Kind):
    name = "formula"
    label = "Công thức"
    params = (
        Param("inputs", "dữ kiện", "inputs", True),
        Param(
            "formula",
            "công thức",
            "formula",
            True,
            help="Dùng tên dữ kiện, diem_toi_da, + − × ÷, ngoặc, min(…), max(…), neu(điều kiện; a; b).",
        ),
        CAP,
    )

    def inputs(self, settings, targets=()):
        return settings.inputs

    def most(self, settings, full):
        return full if settings.cap is None else settings.cap

    def problems(self, settings, full):
        try:
            parsed = formula.parse(settings.formula)
        except formula.FormulaError as error:
            yield f"công thức: {error}"
            return
        names = {found.name for found in settings.inputs}
        for name in sorted(parsed.names - names - {formula.FULL}):
            yield f"công thức dùng “{name}”, chưa khai báo"
        for name in sorted(names - parsed.names):
            yield f"công thức không dùng dữ kiện “{name}”"

    def refuse(self, settings, facts):
        try:
            formula.parse(settings.formula).value({**facts, formula.FULL: ZERO})
        except formula.FormulaError as error:
            return f"Công thức không tính được: {error}."
        return ""

    def work(self, settings, facts, scene):
        parsed = formula.parse(settings.formula)
        names = {**facts, formula.FULL: scene.full}
        points = scene.round(parsed.value(names))
        step = Step("theo công thức", parsed.written(names), points)
        return limited(points, [step], settings.cap)


KINDS = (Evaluator, External, Peer, Formula)
