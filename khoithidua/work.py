"""What apps tell the home page: things to do, things awaited."""

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class WorkItem:
    """One thing this person must do: what, for which bloc, by when, and where."""

    title: str
    context: str
    url: str
    action: str
    due_on: date | None = None
    is_primary: bool = False
    tab: str = ""  # the year's tab that counts it
    year_id: int | None = None


@dataclass(frozen=True)
class Awaited:
    """One thing others must do first."""

    title: str
    detail: str
    url: str


@dataclass(frozen=True)
class SeatStep:
    """Where one unit stands in one step: "Giao ước": "Đã ký 03/4"."""

    label: str
    text: str
    status: str = ""  # "", "done", "now", "attention", "late"


@dataclass(frozen=True)
class YearReport:
    """What one app says of a bloc's year on its overview page."""

    headline: str = ""
    action: str = ""
    url: str = ""
    seats: dict[int, SeatStep] = field(default_factory=dict)  # by unit id
    figures: tuple[tuple[str, int], ...] = ()  # (what, how many)
