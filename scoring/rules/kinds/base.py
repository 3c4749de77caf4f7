"""What every kind of rule offers, and what it is given to work with."""

from calendar import isleap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from scoring.rules.explain import Step
from scoring.rules.numbers import ZERO, figure
from scoring.rules.params import Band, Input, Param, Settings

WAITING = "chờ khóa sổ"
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
            if (month, day_of_month) == (2, 29) and not isleap(self.year):
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
    # Whether more than the criterion's own facts decide: the calendar, targets, other units.
    looks_beyond = False
    params: tuple[Param, ...] = ()

    def inputs(self, settings: Settings, targets: tuple[Target, ...] = ()) -> tuple[Input, ...]:
        """The facts it asks for."""
        raise NotImplementedError

    def most(self, settings: Settings, full: Decimal | None) -> Decimal | None:
        """The most points it can give (or take); None when there is no limit of its own."""
        return full

    def impossible(self, settings: Settings) -> Iterator[str]:
        """Why points cannot be computed with these parameters, as sentences in Vietnamese."""
        return iter(())

    def problems(self, settings: Settings, full: Decimal | None) -> Iterator[str]:
        """What is wrong with its parameters though they can be computed."""
        return iter(())

    def can_sum(self, settings: Settings) -> bool:
        """Whether facts of several periods may be added up to the year's."""
        return False

    def refuse(self, settings: Settings, facts: Mapping[str, object]) -> str:
        """Why these facts contradict each other; "" when they do not."""
        return ""

    def work(self, settings: Settings, facts: Mapping[str, object], scene: Scene) -> Worked:
        """The points for complete facts; raises BadFact when these facts cannot be right."""
        raise NotImplementedError


def limited(points: Decimal, steps: list[Step], cap: Decimal | None) -> Worked:
    """The points, brought down to a cap with a step that says so."""
    if cap is not None and points > cap:
        step = Step("vượt mức tối đa", f"{figure(points)} > {figure(cap)}", cap, "tính")
        return Worked(cap, (*steps, step))
    return Worked(points, tuple(steps))


def interval_problems(
    bands: tuple[Band, ...],
    low: Decimal | None,
    high: Decimal | None = None,
    *,
    whole: bool = False,
) -> Iterator[str]:
    """Gaps and overlaps between intervals that must cover everything from `low` to `high`.

    low, high: both belong to what must be covered; None: there is no bound on that side.
    whole: only whole numbers count, so that 3 and 4 are neighbours.
    """
    spans = [_Span.of(band, whole) for band in bands]
    for span in spans:
        if span.is_empty:
            yield f"khoảng từ {figure(span.low)} đến {figure(span.high)} không có giá trị nào"
    ordered = sorted(
        (span for span in spans if not span.is_empty),
        key=lambda span: (span.low is not None, span.low or ZERO, span.low_open),
    )
    end = _End(low, False)
    for place, span in enumerate(ordered):
        if problem := end.seam(span, whole, is_first=place == 0, least=low):
            yield problem
        end = end.after(span)
    if not end.reaches(high, whole):
        yield f"không nói gì về giá trị {'trên' if end.included else 'từ'} {figure(end.value)}"


@dataclass(frozen=True)
class _Span:
    """An interval; among whole numbers both its bounds belong to it."""

    low: Decimal | None
    low_open: bool
    high: Decimal | None
    high_open: bool

    @classmethod
    def of(cls, band, whole):
        low, high = band.low, band.high
        if not whole:
            return cls(low, band.low_open, high, band.high_open)
        if low is not None:
            low = low.to_integral_value("ROUND_FLOOR" if band.low_open else "ROUND_CEILING")
            low += band.low_open
        if high is not None:
            high = high.to_integral_value("ROUND_CEILING" if band.high_open else "ROUND_FLOOR")
            high -= band.high_open
        return cls(low, False, high, False)

    @property
    def is_empty(self):
        if self.low is None or self.high is None:
            return False
        is_open = self.low_open or self.high_open
        return self.low > self.high or (self.low == self.high and is_open)


@dataclass(frozen=True)
class _End:
    """How far intervals reach: up to `value`, which may belong to them or not.

    A value of None is minus infinity before the first interval, infinity after it (`beyond`).
    """

    value: Decimal | None
    included: bool
    beyond: bool = False

    def seam(self, span, whole, *, is_first, least):
        """What is wrong where these end and `span` begins; "" when nothing is."""
        if self.beyond:
            start = "" if span.low is None else f" từ {figure(span.low)}"
            return f"khoảng{start} chồng lên khoảng không có giới hạn trên"
        if span.low is None:
            return "" if is_first else "hai khoảng cùng không có giới hạn dưới"
        if self.value is None:
            return f"không nói gì về giá trị {'từ' if span.low_open else 'dưới'} {figure(span.low)}"
        if is_first and span.low < least:
            return ""
        return self._between(span, whole)

    def _between(self, span, whole):
        if whole:
            return self._between_whole(span)
        start, reached = span.low, self.value
        if start > reached:
            return f"hở khoảng từ {figure(reached)} đến {figure(start)}"
        if start < reached:
            return f"khoảng từ {figure(start)} chồng lên khoảng trước nó"
        if span.low_open and not self.included:
            return f"hở đúng giá trị {figure(start)}"
        if not span.low_open and self.included:
            return f"giá trị {figure(start)} thuộc hai khoảng"
        return ""

    def _between_whole(self, span):
        awaited = self.value + 1 if self.included else self.value
        if span.low < awaited:
            return f"khoảng từ {figure(span.low)} chồng lên khoảng trước nó"
        if span.low > awaited:
            return f"hở khoảng từ {figure(awaited)} đến {figure(span.low - 1)}"
        return ""

    def after(self, span):
        """How far these and `span` reach together."""
        if self.beyond or span.high is None:
            return _End(None, False, beyond=True)
        if self.value is not None and span.high < self.value:
            return self
        included = not span.high_open or (span.high == self.value and self.included)
        return _End(span.high, included)

    def reaches(self, high, whole):
        if self.beyond:
            return True
        if high is None or self.value is None:
            return False
        return self.value > high or (self.value == high and self.included)
