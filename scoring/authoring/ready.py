"""Ready-made tables that the application ships, to begin a year's table from."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "ready_made"
EMPTY = {
    "code": "BTC",
    "name": "Bảng tiêu chí chấm điểm",
    "base_max": "100",
    "floor": "0",
    "rounding": {"places": 2, "stage": "leaf", "mode": "half_up"},
    "nodes": [],
}


@dataclass(frozen=True)
class ReadyTable:
    """One table as it can be chosen: the name of its file, its own code and name."""

    slug: str
    code: str
    name: str


@cache
def ready_tables() -> tuple[ReadyTable, ...]:
    found = []
    for path in sorted(FOLDER.glob("*.json")):
        document = json.loads(path.read_text(encoding="utf-8"))
        found.append(ReadyTable(path.stem, document["code"], document["name"]))
    return tuple(found)


def ready_document(slug: str) -> dict:
    """The document of a ready-made table; KeyError when there is none of this name."""
    if slug not in {table.slug for table in ready_tables()}:
        raise KeyError(slug)
    return json.loads((FOLDER / f"{slug}.json").read_text(encoding="utf-8"))
