"""What the commands on criteria tables read: JSON files, as strictly as the engine."""

import json
from datetime import date
from pathlib import Path

from django.core.management.base import CommandError

from scoring import rules
from units.working_days import WorkCalendar

LARGEST = 10 * 1024 * 1024
DAY_KEYS = {"year", "named", "exceptions"}


def read_json(path: str) -> object:
    """The content of a JSON file; CommandError says why there is none."""
    file = Path(path)
    try:
        if file.stat().st_size > LARGEST:
            raise CommandError(f"{path}: tệp lớn hơn 10 MB.")
        return json.loads(file.read_text("utf-8-sig"), object_pairs_hook=_once)
    except OSError as error:
        raise CommandError(f"{path}: không đọc được ({error.strerror}).") from None
    except (ValueError, RecursionError) as error:
        raise CommandError(f"{path}: không phải là JSON đúng ({error}).") from None


def _once(pairs):
    """An object whose names are all different: of two equal ones JSON would drop the first."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"“{twice}” có hai lần trong một đối tượng")
    return found


def read_days(path: str) -> rules.Days:
    """The year's calendar: {"year", "named": {step: day}, "exceptions": {day: worked or not}}."""
    raw = read_json(path)
    try:
        if set(raw) - DAY_KEYS:
            raise ValueError(f"không có mục nào tên “{(set(raw) - DAY_KEYS).pop()}”")
        named = {name: date.fromisoformat(day) for name, day in raw.get("named", {}).items()}
        exceptions = {
            date.fromisoformat(day): bool(worked)
            for day, worked in raw.get("exceptions", {}).items()
        }
        return rules.Days(int(raw["year"]), WorkCalendar(exceptions), named)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise CommandError(f"{path}: không phải là lịch của một năm ({error}).") from None


def read_facts(path: str) -> dict[str, rules.Facts]:
    """The facts of one unit, or of several ({"units": {…}}), by unit."""
    raw = read_json(path)
    if isinstance(raw, dict) and set(raw) == {"units"} and isinstance(raw["units"], dict):
        documents = {
            unit: {"unit": unit, **row} if isinstance(row, dict) else row
            for unit, row in raw["units"].items()
        }
    else:
        documents = {raw.get("unit", "") if isinstance(raw, dict) else "": raw}
    found = {}
    for unit, document in documents.items():
        try:
            found[unit] = rules.load_facts(document)
        except rules.Malformed as error:
            raise CommandError(f"{path}: {f'{unit}: ' if unit else ''}{error}") from None
    if not found:
        raise CommandError(f"{path}: không có đơn vị nào.")
    return found
