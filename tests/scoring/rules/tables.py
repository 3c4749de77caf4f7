"""Small tables and facts for the tests of the rules, and the two tables the project ships."""

import copy
import json
from datetime import date
from decimal import Decimal
from pathlib import Path

from scoring import rules
from units.working_days import WorkCalendar

ROOT = Path(__file__).resolve().parents[3]
TABLES = ROOT / "scoring" / "ready_made"
EXAMPLES = ROOT / "docs" / "examples"

# 30 April and 1 May 2026 are a Thursday and a Friday; Saturday 9 May is worked instead.
CALENDAR = WorkCalendar({date(2026, 4, 30): False, date(2026, 5, 1): False, date(2026, 5, 9): True})
DAYS = rules.Days(
    2026,
    CALENDAR,
    {"half_year_report": date(2026, 6, 15), "self_assessment": date(2026, 11, 27)},
)


def document(name):
    """A shipped table's document, to be changed freely."""
    return json.loads((TABLES / f"{name}.json").read_text("utf-8"))


def worked_example():
    """The document of the facts that come to 95,48."""
    return json.loads((EXAMPLES / "vp-dbqh-hdnd.json").read_text("utf-8"))


def node_of(raw, key):
    """A node of a document, by its key."""
    waiting = list(raw["nodes"])
    while waiting:
        node = waiting.pop(0)
        if node["key"] == key:
            return node
        waiting.extend(node.get("children", ()))
    raise LookupError(key)


def leaf(*parts, key="a", max="10", **changes):
    node = {"key": key, "code": key, "name": f"Mục {key}", "parts": list(parts)}
    return node | ({"max": max} if max is not None else {}) | changes


def group(key, *children, **changes):
    return {"key": key, "code": key, "name": f"Nhóm {key}", "children": list(children)} | changes


def table(*nodes, base_max="10", **changes):
    """A table that loads."""
    raw = {"name": "Bảng thử", "base_max": base_max, "nodes": list(nodes)} | changes
    return rules.load(copy.deepcopy(raw))


def facts(values=None, **more):
    return rules.load_facts({"unit": "stc", "values": values or {}} | more)


def score(criteria, values=None, days=DAYS, **more):
    """The card of one unit alone."""
    return rules.evaluate(criteria, facts(values, **more), days)


def only(part, values=None, *, max="10", days=DAYS, more=None, **changes):
    """The outcome of a criterion "a" that has one rule (or a list of them) in a table of its own."""
    parts = part if isinstance(part, list) else [part]
    criteria = table(leaf(*parts, max=max, **changes))
    return score(criteria, {"a": values or {}}, days, **(more or {}))["a"]


def points(part, values=None, **changes):
    """The points of such a criterion, as a Decimal without trailing zeros; its problem if refused."""
    found = only(part, values, **changes)
    if found.points is None:
        return found.problem or found.pending or found.missing
    return plain(found.points)


def plain(value):
    return None if value is None else Decimal(format(value.normalize(), "f"))


def text(outcome):
    return rules.sentence(outcome.steps)
