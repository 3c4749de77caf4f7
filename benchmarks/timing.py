"""Acts timed side by side, and the table of their medians."""

import gc
import random
import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import perf_counter

WARM_UPS = 5

Act = Callable[[], object]


def side_by_side(acts: Mapping[str, Act], rounds: int) -> dict[str, float]:
    """Median seconds of each act; every round runs each of them once, in a new order.

    Whatever else the machine does then falls on all of them alike.
    """
    for _ in range(WARM_UPS):
        for act in acts.values():
            act()
    gc.collect()
    seconds = {name: [] for name in acts}
    for _ in range(rounds):
        for name in random.sample(list(acts), len(acts)):
            seconds[name].append(timed(acts[name]))
    return {name: statistics.median(measured) for name, measured in seconds.items()}


def timed(act: Act) -> float:
    start = perf_counter()
    act()
    return perf_counter() - start


@dataclass(frozen=True)
class Row:
    """One line of the table: what was measured, what it stands against, and at most how much."""

    name: str
    seconds: float
    floor: str
    floor_seconds: float
    target: float

    @property
    def ratio(self):
        return self.seconds / self.floor_seconds

    @property
    def is_met(self):
        return self.ratio <= self.target


def print_table(title: str, rows: list[Row]) -> None:
    names = max(len(row.name) for row in rows)
    floors = max(len(row.floor) for row in rows)
    print(f"\n{title}")
    print(
        f"  {'':{names}}  {'ms':>8}  {'against':{floors}}  {'ms':>8}  {'ratio':>6}  {'target':>7}"
    )
    for row in rows:
        mark = "" if row.is_met else "  missed"
        print(
            f"  {row.name:{names}}  {row.seconds * 1000:8.2f}  {row.floor:{floors}}"
            f"  {row.floor_seconds * 1000:8.2f}  {row.ratio:6.2f}  {'≤ ' + str(row.target):>7}{mark}",
            flush=True,
        )
