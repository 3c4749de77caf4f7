"""Rules on cases: yes or no, lists of ticks, one of several, classes, ranks."""

from decimal import Decimal

from scoring.rules.explain import Step, added
from scoring.rules.kinds.base import CAP, Kind, Worked, interval_problems, limited
from scoring.rules.numbers import ZERO, figure
from scoring.rules.params import Input, Param

OPTIONS = Param("options", "các trường hợp", "options", True)
VALUE = Param("value", "tên dữ kiện", "text")


class YesNo(Kind):
    name = "yes_no"
    label = "Đạt hoặc không đạt"
    params = (
        Param("value", "điều phải đạt", "text"),
        Param("points", "điểm khi đạt", "points", help="Để trống: điểm tối đa của tiêu chí."),
    )

    def inputs(self, settings, targets=()):
        return (Input("met", settings.value or "Đạt", "flag"),)

    def most(self, settings, full):
        return full if settings.points is None else settings.points

    def work(self, settings, facts, scene):
        full = scene.full if settings.points is None else settings.points
        points = scene.round(full) if facts["met"] else ZERO
        what = settings.value or "yêu cầu"
        return Worked(points, (Step(f"{what}, {'có' if facts['met'] else 'không'}", "", points),))


class Checklist(Kind):
    name = "checklist"
    label = "Cộng các mục đạt"
    params = (OPTIONS, CAP)

    def inputs(self, settings, targets=()):
        return tuple(
            Input(f"item_{option.key}", option.label, "flag") for option in settings.options
        )

    def most(self, settings, full):
        total = sum((option.points for option in settings.options), ZERO)
        return total if settings.cap is None else min(total, settings.cap)

    def work(self, settings, facts, scene):
        met = [option for option in settings.options if facts[f"item_{option.key}"]]
        points = [scene.round(option.points) for option in met]
        total = sum(points, ZERO)
        label = f"đạt {len(met)} trong {len(settings.options)} mục"
        step = added(label, points, total) if len(met) > 1 else Step(label, "", total)
        return limited(total, [step], settings.cap)


class PickOne(Kind):
    name = "pick_one"
    label = "Một trong các trường hợp"
    params = (OPTIONS, VALUE)

    def inputs(self, settings, targets=()):
        choices = tuple((option.key, option.label) for option in settings.options)
        return (Input("case", settings.value or "Trường hợp", "choice", choices),)

    def most(self, settings, full):
        return max(option.points for option in settings.options)

    def work(self, settings, facts, scene):
        option = next(one for one in settings.options if one.key == facts["case"])
        points = scene.round(option.points)
        return Worked(points, (Step(option.label, "", points),))


class ClassMap(PickOne):
    name = "class_map"
    label = "Theo xếp loại"

    def inputs(self, settings, targets=()):
        choices = tuple((option.key, option.label) for option in settings.options)
        return (Input("case", settings.value or "Xếp loại", "choice", choices),)


class MaxOf(Kind):
    name = "max_of"
    label = "Chỉ tính mức cao nhất"
    params = (OPTIONS, CAP)

    def inputs(self, settings, targets=()):
        return tuple(
            Input(f"item_{option.key}", option.label, "flag") for option in settings.options
        )

    def most(self, settings, full):
        best = max(option.points for option in settings.options)
        return best if settings.cap is None else min(best, settings.cap)

    def work(self, settings, facts, scene):
        met = [option for option in settings.options if facts[f"item_{option.key}"]]
        if not met:
            return Worked(ZERO, (Step("không có mục nào", "", ZERO),))
        best = max(met, key=lambda option: option.points)
        points = scene.round(best.points)
        label = f"cao nhất trong {len(met)} mục: {best.label}" if len(met) > 1 else best.label
        return limited(points, [Step(label, "", points)], settings.cap)


class RankBands(Kind):
    name = "rank_bands"
    label = "Theo thứ hạng được công bố"
    params = (VALUE, Param("bands", "các bậc hạng", "ranks", True))

    def inputs(self, settings, targets=()):
        return (Input("rank", settings.value or "Thứ hạng", "count"),)

    def most(self, settings, full):
        return max(band.points for band in settings.bands)

    def problems(self, settings, full):
        yield from interval_problems(settings.bands, Decimal(1), whole=True)

    def refuse(self, settings, facts):
        if facts["rank"] < 1:
            return "Thứ hạng phải từ 1."
        if not any(facts["rank"] in band for band in settings.bands):
            return "Thứ hạng này không thuộc bậc nào của bảng."
        return ""

    def work(self, settings, facts, scene):
        band = next(band for band in settings.bands if facts["rank"] in band)
        points = scene.round(band.points)
        label = settings.value or "Thứ hạng"
        return Worked(points, (Step(label, band.condition(figure(facts["rank"])), points, "được"),))


KINDS = (YesNo, Checklist, PickOne, ClassMap, MaxOf, RankBands)
