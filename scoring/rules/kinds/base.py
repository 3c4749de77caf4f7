"""What every kind of rule offers, and what it is given to work with."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from scoring.rules.explain import Step
from scoring.rules.numbers import ZERO, figure
from scoring.rules.params import Band, Input, Param, Settings

CAP = Param("cap", "tối đa", "points", help="Không quá số điểm này, dù tính ra nhiều hơn.")


@dataclass(frozen=True)
class Target:
    """One target a unit registered in the pledge."""

    key: str
    label: str
    measure: str
    plan: Decimal
    weight: Decimal | None = None


@dataclass(frozen=True)
class Days:
    """The calendar a table is scored by: working days, and the last days of named phases."""

    year: int
    calendar: object
    named: Mapping[str, date] = field(default_factory=dict)

    def due(self, text: str) -> date | None:
        """The last day to act for "02-28" or "@self_assessment".

        A day off runs to the end of the next working day. None when the phase has no date yet.
        """
        if text.startswith("@"):
            day = self.named.get(text[1:])
        else:
            month, day_of_month = map(int, text.split("-"))
            if (month, day_of_month) == (2, 29) and self.year % 4:
                day_of_month = 28
            day = date(self.year, month, day_of_month)
        return day and self.calendar.next_working(day)

    def late(self, due: date, done: date, *, working: bool) -> int:
        """Days late, counted from the day after the last day to act; 0 when in time."""
        if working:
            return self.calendar.working_days_between(due, done)
        return max(0, (done - due).days)


@dataclass(frozen=True)
class Scene:
    """What a rule may look at besides its own facts."""

    leaf: str
    full: Decimal
    round: Callable[[Decimal], Decimal]
    days: Days
    unit: str = ""
    targets: tuple[Target, ...] = ()
    # Of the same criterion: what the other units' cards say, None before the phase is closed.
    of_bloc: Callable[[str], Mapping[str, Decimal] | None] = lambda _input: None
    peers: Mapping[str, Decimal] | None = None


@dataclass(frozen=True)
class Worked:
    """What came of one rule: its points, how, and what it still waits for."""

    points: Decimal
    steps: tuple[Step, ...] = ()
    pending: str = ""


class Kind:
    """One kind of rule. `settings` are its parameters as `params` describes them."""

    name = ""
    label = ""
    # earns: its points count for the unit; deducts: they are taken off.
    effect = "earns"
    params: tuple[Param, ...] = ()

    def inputs(self, settings: Settings, targets: tuple[Target, ...] = ()) -> tuple[Input, ...]:
        """The facts it asks for."""
        raise NotImplementedError

    def most(self, settings: Settings, full: Decimal | None) -> Decimal | None:
        """The most points it can give (or take); None when there is no limit of its own."""
        return full

    def problems(self, settings: Settings, full: Decimal | None) -> Iterator[str]:
        """What is wrong with its parameters, as sentences in Vietnamese."""
        return iter(())

    def refuse(self, settings: Settings, facts: Mapping[str, object]) -> str:
        """Why these facts contradict each other; "" when they do not."""
        return ""

    def work(self, settings: Settings, facts: Mapping[str, object], scene: Scene) -> Worked:
        """The points for complete facts."""
        raise NotImplementedError


def limited(points: Decimal, steps: list[Step], cap: Decimal | None) -> Worked:
    """The points, brought down to a cap with a step that says so."""
    if cap is not None and points > cap:
        step = Step("vượt mức tối đa", f"{figure(points)} > {figure(cap)}", cap, "tính")
        return Worked(cap, (*steps, step))
    return Worked(points, tuple(steps))


def interval_problems(bands: tuple[Band, ...], low: Decimal | None, whole: bool) -> Iterator[str]:
    """Gaps and overlaps between intervals, from `low` (None: minus infinity) up.

    whole: only whole numbers count, so that 3 and 4 are neighbours.
    """
    ordered = sorted(
        bands, key=lambda band: (band.low is not None, band.low or ZERO, band.low_open)
    )
    reached, reached_open = low, False
    for band in ordered:
        if reached is None and low is not None:
            yield f"khoảng từ {figure(band.low)} trùng với khoảng không có giới hạn trên trước nó"
            return
        problem = _seam(reached, reached_open, band, whole, is_first=band is ordered[0])
        if problem:
            yield problem
        reached, reached_open = band.high, not band.high_open
        low = low if low is not None else ZERO
    if reached is not None:
        yield f"không nói gì về giá trị trên {figure(reached)}"


def _seam(reached, reached_open, band, whole, *, is_first):
    """What is wrong where one interval ends and the next begins.

    reached_open: the value reached belongs to the interval before.
    """
    if band.low is None:
        return "" if is_first else "hai khoảng cùng không có giới hạn dưới"
    if reached is None:
        return f"không nói gì về giá trị dưới {figure(band.low)}" if is_first else ""
    start, taken = band.low, reached_open
    if whole and taken:
        reached, taken = reached + 1, False
    if start > reached:
        return f"hở khoảng từ {figure(reached)} đến {figure(start)}"
    if start < reached:
        return "" if is_first else f"khoảng từ {figure(start)} chồng lên khoảng trước nó"
    if band.low_open and not taken:
        return f"hở đúng giá trị {figure(start)}"
    if not band.low_open and taken:
        return f"giá trị {figure(start)} thuộc hai khoảng"
    return ""
