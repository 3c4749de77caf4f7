"""Rules whose points or values come from someone: a judge, other units, a published result, a formula."""

from decimal import Decimal

from scoring.rules import formula
from scoring.rules.explain import Step, averaged
from scoring.rules.kinds.base import CAP, WAITING, Kind, Worked, limited
from scoring.rules.numbers import ZERO, figure, mean
from scoring.rules.params import BadFact, Input, Param


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
        if facts["points"] > scene.full:
            raise BadFact(
                f"{settings.value or 'Điểm đánh giá'}: không được quá {figure(scene.full)}."
            )
        points = scene.round(facts["points"])
        return Worked(points, (Step("điểm đánh giá", "", points),))


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
    looks_beyond = True
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
        for unit, mark in scene.peers.items():
            if unit != scene.unit and not ZERO <= mark <= scene.full:
                raise BadFact(f"Điểm chấm của {unit} phải từ 0 đến {figure(scene.full)}.")
        return self._put_together(settings.method, marks, scene)

    @staticmethod
    def _put_together(method, marks, scene):
        steps, label = [], f"trung bình {len(marks)} phiếu"
        if method == "trimmed" and len(marks) > 2:
            dropped = f"bỏ {figure(marks[0])} và {figure(marks[-1])}, số phiếu còn lại"
            steps.append(Step(dropped, "", Decimal(len(marks) - 2)))
            marks = marks[1:-1]
            label = f"trung bình {len(marks)} phiếu"
        elif method == "median":
            label = f"trung vị của {len(marks)} phiếu"
            marks = marks[(len(marks) - 1) // 2 : len(marks) // 2 + 1]
        points = scene.round(mean(marks))
        return Worked(points, (*steps, averaged(label, marks, points)))


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

    def impossible(self, settings):
        try:
            parsed = formula.parse(settings.formula)
        except formula.FormulaError as error:
            yield f"công thức: {error}"
            return
        for name in sorted(parsed.names - _declared(settings) - {formula.FULL}):
            yield f"công thức dùng “{name}”, chưa khai báo"
        for name in sorted(_declared(settings) & {formula.FULL, *formula.FUNCTIONS}):
            yield f"“{name}” là tên dành riêng của công thức"

    def problems(self, settings, full):
        for name in sorted(_declared(settings) - formula.parse(settings.formula).names):
            yield f"công thức không dùng dữ kiện “{name}”"

    def can_sum(self, settings):
        return all(one.type != "percent" for one in settings.inputs)

    def work(self, settings, facts, scene):
        parsed = formula.parse(settings.formula)
        names = {**facts, formula.FULL: scene.full}
        try:
            value = parsed.value(names)
            branches = parsed.branches(names)
        except formula.FormulaError as error:
            raise BadFact(f"Công thức không tính được: {error}.") from None
        points = scene.round(value)
        steps = [
            Step("trường hợp", condition, scene.round(chosen), "lấy")
            for condition, chosen in branches
        ]
        steps.append(Step("theo công thức", parsed.written(names), points))
        return limited(points, steps, settings.cap)


def _declared(settings):
    return {found.name for found in settings.inputs}


KINDS = (Evaluator, External, Peer, Formula)
