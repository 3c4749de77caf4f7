"""What is entered for one criterion, in the one form in which it can be compared and kept."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from khoithidua.text import date_short
from scoring import typed
from scoring.rules import Input, Node

NUMBERS = ("count", "number", "percent", "points")


@dataclass(frozen=True)
class Line:
    """Facts by name, and what is said beside them; as_of: the ISO day of an estimate."""

    facts: Mapping[str, object] = field(default_factory=dict)
    na_reason: str = ""
    as_of: str = ""
    note: str = ""

    @property
    def digest(self) -> str:
        """Tells lines apart that say different things."""
        written = json.dumps(
            [self.facts, self.na_reason, self.as_of, self.note], sort_keys=True, ensure_ascii=False
        )
        return hashlib.sha256(written.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Asked:
    """One criterion as one unit meets it.

    owner: the agency that gives its facts for all units; given: those it gave already, which are
    not this unit's to fill in any more.
    """

    node: Node
    inputs: tuple[Input, ...]
    owner: str = ""
    given: Mapping[str, object] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return self.node.key

    @property
    def filled(self) -> tuple[Input, ...]:
        """The facts that are this unit's to give."""
        return tuple(one for one in self.inputs if one.name not in self.given)

    def line(self, facts, na_reason="", as_of="", note="") -> Line:
        """A Line of plain values, without what is not asked for here."""
        return Line(
            plain_facts(self.filled, facts),
            na_reason if self.node.na else "",
            as_of if self.filled else "",
            note,
        )


def concerns(node: Node, unit: str) -> bool:
    """Whether the criterion applies to the unit of this slug at all."""
    return unit not in node.not_for and (not node.applies_to or unit in node.applies_to)


def plain_facts(inputs: tuple[Input, ...], facts: Mapping[str, object]) -> dict[str, object]:
    """Those of the facts that are asked for and there; "97.50" and "97.5" are the same."""
    found = {one.name: _plain(one, facts.get(one.name)) for one in inputs}
    return {name: value for name, value in found.items() if value not in (None, "")}


def _plain(wanted, value):
    if wanted.type in NUMBERS and value not in (None, ""):
        return format(Decimal(str(value)).normalize(), "f")
    return value


@dataclass(frozen=True)
class Difference:
    """One thing that two lines say differently, as people read it."""

    label: str
    before: str
    after: str


def differences(asked: Asked, before: Line, after: Line) -> Iterator[Difference]:
    """What changes from one line to the other, in the order of the sheet."""
    for one in asked.filled:
        was, now = before.facts.get(one.name), after.facts.get(one.name)
        if was != now:
            yield Difference(one.label, typed.shown(one, was), typed.shown(one, now))
    for label, was, now in (
        ("Không áp dụng (lý do)", before.na_reason, after.na_reason),
        ("Ước thực hiện, chốt đến ngày", _day(before.as_of), _day(after.as_of)),
        ("Ghi chú", before.note, after.note),
    ):
        if was != now:
            yield Difference(label, was, now)


def _day(iso):
    return date_short(date.fromisoformat(iso)) if iso else ""
