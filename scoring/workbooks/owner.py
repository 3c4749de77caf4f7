"""Facts that one agency gives for all units: what is given, and what a grid or a file would change."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from scoring import typed
from scoring.rules import BadFact, CriteriaSet
from scoring.workbooks.lines import Asked, Difference, concerns
from scoring.workbooks.sheets import Identity

KIND = "so-lieu-chung"
DATA_SHEET = "Số liệu chung"
UNITS_ROW = "Mã đơn vị"
SOURCE = "Theo văn bản"
NO_SOURCE = "Cần ghi văn bản làm căn cứ: số, ký hiệu, ngày, trích yếu."


def digest(said: object) -> str:
    """Tells apart what says different things: facts, or the words of a source."""
    written = json.dumps(said, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(written.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Given:
    """What the owner said of one unit on one criterion; revision 0: nothing yet."""

    facts: Mapping[str, object] = field(default_factory=dict)
    source: str = ""
    revision: int = 0


NOTHING = Given()


@dataclass(frozen=True)
class Subject:
    """One unit spoken of."""

    slug: str
    name: str


@dataclass(frozen=True)
class OwnerTable:
    """Everything one agency owns in one year: criteria by units, with what is given so far."""

    bloc: str
    bloc_name: str
    year: int
    owner: str
    owner_name: str
    criteria: CriteriaSet
    digest: str
    asked: tuple[Asked, ...]
    units: tuple[Subject, ...]
    given: Mapping[tuple[str, str], Given] = field(default_factory=dict)

    def at(self, key: str, unit: str) -> Given:
        return self.given.get((key, unit), NOTHING)

    def source_of(self, key: str) -> str:
        """The document most of the criterion's rows cite."""
        cited = Counter(
            given.source for (of, _unit), given in sorted(self.given.items()) if of == key
        )
        cited.pop("", None)
        return cited.most_common(1)[0][0] if cited else ""

    @property
    def cells(self) -> Iterator[tuple[Asked, Subject]]:
        for one in self.asked:
            for unit in self.units:
                if concerns(one.node, unit.slug):
                    yield one, unit

    @property
    def identity(self) -> Identity:
        stood = {
            f"{one.key}/{unit.slug}": self.stood(one.key, unit.slug) for one, unit in self.cells
        }
        stood |= {f"{one.key}/": (0, digest(self.source_of(one.key))) for one in self.asked}
        return Identity(KIND, self.bloc, self.year, self.owner, self.digest, stood)

    def stood(self, key: str, unit: str) -> tuple[int, str]:
        """What is there now, to be told apart from what is there later: (revision, digest)."""
        given = self.at(key, unit)
        return given.revision, digest(given.facts)


@dataclass(frozen=True)
class Said:
    """What came in, from the grid or from a file; `stood`: what stood there when it was taken out.

    stood_sources: by criterion, the digest of the source shown then.
    """

    facts: Mapping[tuple[str, str], Mapping[str, object]]
    sources: Mapping[str, str]
    stood: Mapping[tuple[str, str], tuple[int, str]]
    stood_sources: Mapping[str, str]


@dataclass(frozen=True)
class Change:
    """One row to give anew. is_conflict: someone else gave it since."""

    asked: Asked
    unit: Subject
    before: Given
    facts: Mapping[str, object]
    source: str
    is_conflict: bool

    @property
    def place(self) -> str:
        """What names the change on a page."""
        return f"{self.asked.key}/{self.unit.slug}"

    @property
    def title(self) -> str:
        return f"{self.asked.node.label}: {self.unit.name}"

    @property
    def revision(self) -> int:
        return self.before.revision

    @property
    def differences(self) -> list[Difference]:
        was, now = self.before.facts, self.facts
        found = [
            Difference(
                one.label, typed.shown(one, was.get(one.name)), typed.shown(one, now.get(one.name))
            )
            for one in self.asked.inputs
            if was.get(one.name) != now.get(one.name)
        ]
        if self.source != self.before.source:
            found.append(Difference(SOURCE, self.before.source, self.source))
        return found


def changes(said: Said, table: OwnerTable) -> Iterator[Change]:
    """What taking it would change.

    A criterion's source goes with the rows whose facts change, and with those that cite the
    document it stands in place of; a row that nobody touched stays as it is by now.
    """
    for one, unit in table.cells:
        place = one.key, unit.slug
        if place not in said.facts:
            continue
        now, source = table.at(*place), said.sources.get(one.key, "")
        revision, stood = said.stood.get(place, (-1, ""))
        is_touched = digest(said.facts[place]) != stood
        facts = said.facts[place] if is_touched else now.facts
        was = said.stood_sources.get(one.key, "")
        is_cited_anew = now.revision > 0 and digest(source) != was == digest(now.source)
        kept = source if facts != now.facts or is_cited_anew else now.source
        if (facts, kept) != (now.facts, now.source):
            is_conflict = facts != now.facts and revision != now.revision
            yield Change(one, unit, now, facts, kept, is_conflict)


def why_not(one: Asked, facts: Mapping[str, object]) -> str:
    """Why these facts cannot stand together; "" when they can, or when there are none."""
    if not facts:
        return ""
    missing = [
        wanted.label for wanted in one.inputs if wanted.required and wanted.name not in facts
    ]
    if missing:
        return f"Còn thiếu: {', '.join(missing)}."
    if one.node.periods:
        return ""
    try:
        values = {wanted.name: wanted.read(facts.get(wanted.name)) for wanted in one.node.inputs()}
    except BadFact as refused:
        return str(refused)
    return next((why for part in one.node.parts if (why := part.refuse(values))), "")
