"""Rules on dates: lateness by the day, and one deadline."""

from datetime import date

from scoring.rules.explain import Step, added
from scoring.rules.kinds.base import CAP, Kind, Worked, limited
from scoring.rules.numbers import ZERO, figure, times
from scoring.rules.params import NEVER, Input, Param

WORKING = Param(
    "working_days", "đếm theo ngày làm việc", "flag", default=True, help="Không chọn: ngày lịch."
)
NO_DAY = "chưa có ngày hạn của bước này"


def day(value: date) -> str:
    return f"{value.day:02}/{value.month:02}/{value.year}"


class LatePerDay(Kind):
    looks_beyond = True
    name = "late_per_day"
    label = "Trừ theo ngày trễ"
    effect = "deducts"
    params = (
        Param("documents", "văn bản và hạn", "documents", True),
        Param("points", "điểm trừ mỗi ngày", "points", True),
        WORKING,
        Param("each_cap", "trừ tối đa mỗi văn bản", "points"),
        Param(
            "missing",
            "trừ khi không gửi",
            "points",
            help="Để trống: trừ hết điểm của tiêu chí (hoặc mức tối đa mỗi văn bản).",
        ),
        Param(
            "early", "điểm cộng lại mỗi ngày sớm", "points", help="Bù vào điểm trừ, không quá 0."
        ),
        CAP,
    )

    def inputs(self, settings, targets=()):
        return tuple(
            Input(f"sent_{one.key}", f"Ngày gửi {one.label}", "date") for one in settings.documents
        )

    def most(self, settings, full):
        if settings.cap is None and settings.each_cap is not None:
            return max(settings.each_cap, settings.missing or ZERO) * len(settings.documents)
        return settings.cap

    def problems(self, settings, full):
        if settings.missing is not None and settings.missing < (settings.each_cap or ZERO):
            yield "không gửi bị trừ ít hơn mức trừ tối đa khi gửi trễ"

    def work(self, settings, facts, scene):
        steps, parts = [], []
        for one in settings.documents:
            due = scene.days.due(one.due)
            if due is None:
                return Worked(ZERO, (), NO_DAY)
            step = self._one(settings, facts[f"sent_{one.key}"], scene, one.label, due)
            steps.extend(step)
            parts.append(step[-1].value)
        total = sum(parts, ZERO)
        if len(parts) > 1:
            steps.append(added("cộng điểm trừ", parts, total))
        if total < 0:
            steps.append(Step("không cộng quá điểm tối đa", f"{figure(total)} < 0", ZERO, "tính"))
            total = ZERO
        return limited(total, steps, settings.cap)

    def _one(self, settings, sent, scene, label, due):
        if sent == NEVER:
            points = next(
                value
                for value in (settings.missing, settings.each_cap, settings.cap, scene.full)
                if value is not None
            )
            return [Step(f"trừ {label}, không gửi", "", scene.round(points))]
        late = scene.days.late(due, sent, working=settings.working_days)
        kind = "ngày làm việc" if settings.working_days else "ngày"
        if not late:
            return [self._in_time(settings, sent, scene, label, due)]
        name = f"trừ {label}, gửi {day(sent)}, hạn {day(due)}, trễ {late} {kind}"
        points = scene.round(times(late, settings.points))
        steps = [Step(name, f"{late} × {figure(settings.points)}", points)]
        return list(limited(points, steps, settings.each_cap).steps)

    @staticmethod
    def _in_time(settings, sent, scene, label, due):
        name = f"{label}, gửi {day(sent)}, hạn {day(due)}, đúng hạn"
        early = scene.days.late(sent, due, working=settings.working_days)
        if not settings.early or not early:
            return Step(f"trừ {name}", "", ZERO)
        points = -scene.round(times(early, settings.early))
        return Step(f"{name}, sớm {early} ngày", f"−{early} × {figure(settings.early)}", points)


class Deadline(Kind):
    looks_beyond = True
    name = "deadline"
    label = "Đúng hạn, trễ hạn, không có"
    params = (
        Param("document", "văn bản", "text", help="Như “kế hoạch CCHC”."),
        Param("due", "hạn", "due", True),
        Param("on_time", "điểm khi đúng hạn", "points", True),
        Param("late", "điểm khi trễ hạn", "points", True),
        Param("missing", "điểm khi không có", "points", default=ZERO),
    )

    def inputs(self, settings, targets=()):
        return (Input("done", f"Ngày ban hành {settings.document or ''}".strip(), "date"),)

    def most(self, settings, full):
        return max(settings.on_time, settings.late, settings.missing)

    def work(self, settings, facts, scene):
        due = scene.days.due(settings.due)
        if due is None:
            return Worked(ZERO, (), NO_DAY)
        done = facts["done"]
        if done == NEVER:
            points, how = settings.missing, "không có"
        elif done <= due:
            points, how = settings.on_time, f"ngày {day(done)}, hạn {day(due)}, đúng hạn"
        else:
            points, how = settings.late, f"ngày {day(done)}, hạn {day(due)}, trễ hạn"
        points = scene.round(points)
        return Worked(points, (Step(how, "", points),))


KINDS = (LatePerDay, Deadline)
