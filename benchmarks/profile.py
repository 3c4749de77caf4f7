"""Where the time of each page goes: its SQL, and cProfile's longest functions."""

import cProfile
import io
import pstats
from pathlib import Path

REPEATS = 40


def write_profile(target, acts, mode="w"):
    """Profile each act into the file `target`."""
    with Path(target).open(mode, encoding="utf-8") as out:
        for name, act in acts.items():
            act()
            out.write(f"\n\n######## {name}\n")
            _write_queries(out, act)
            _write_functions(out, act)


def _write_queries(out, act):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        act()
    out.write(f"{len(queries)} queries\n")
    for number, query in enumerate(queries, 1):
        out.write(f"  {number:2d}. [{query['time']}] {query['sql'][:700]}\n")


def _write_functions(out, act):
    profiler = cProfile.Profile()
    profiler.enable()
    for _ in range(REPEATS):
        act()
    profiler.disable()
    for order in ("cumulative", "tottime"):
        text = io.StringIO()
        pstats.Stats(profiler, stream=text).strip_dirs().sort_stats(order).print_stats(45)
        out.write(f"\n-- {REPEATS} times, by {order}\n{text.getvalue()}")
