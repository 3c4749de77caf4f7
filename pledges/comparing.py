"""What changed from one version of a pledge to the next: clause by clause, word by word where it helps.

Pure: clauses in, changes out. `clauses_of(paper)` reads a paper's rows into clauses.
"""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby

from khoithidua import text
from khoithidua.text import initial_upper

# Clauses less alike than this are another clause; words less alike than this are said anew whole.
SAME_CLAUSE, SAME_WORDING = 0.6, 0.5


@dataclass(frozen=True)
class Clause:
    """One part of the text: its group, what it is matched by, how it is called, what it says."""

    group: str
    name: str
    label: str
    text: str


@dataclass(frozen=True)
class Span:
    """Some words: kind is kept, removed or added."""

    kind: str
    text: str


@dataclass(frozen=True)
class Change:
    """One clause that is not what it was: kind is added, removed, changed or moved."""

    kind: str
    label: str
    spans: tuple[Span, ...] = ()


def compare(old: list[Clause], new: list[Clause]) -> list[Change]:
    """Every clause that differs, in the order of the new text; what was taken out comes last of its
    group, and a group whose clauses only changed places says so."""
    changes = []
    groups = dict.fromkeys(clause.group for clause in (*new, *old))
    for group in groups:
        changes += _compare_group(
            [clause for clause in old if clause.group == group],
            [clause for clause in new if clause.group == group],
        )
    return changes


def _compare_group(old, new):
    pairs = _pairs(old, new)
    for place, clause in enumerate(new):
        if place not in pairs:
            yield Change("added", clause.label, (Span("added", clause.text),))
        elif (before := old[pairs[place]]).text != clause.text:
            yield Change("changed", clause.label, words_changed(before.text, clause.text))
    for place, clause in enumerate(old):
        if place not in pairs.values():
            yield Change("removed", clause.label, (Span("removed", clause.text),))
    order = [pairs[place] for place in sorted(pairs)]
    if order != sorted(order):
        yield Change("moved", f"{new[0].group}: thứ tự thay đổi")


def _pairs(old, new):
    """{place of a new clause: place of the old one it was}: by name, then by likeness."""
    pairs, free = {}, list(range(len(old)))
    for place, clause in enumerate(new):
        found = next((one for one in free if old[one].name == clause.name), None)
        if found is not None:
            pairs[place] = found
            free.remove(found)
    for place, clause in enumerate(new):
        if place not in pairs and free:
            best = max(free, key=lambda one: _likeness(old[one].text, clause.text))
            if _likeness(old[best].text, clause.text) >= SAME_CLAUSE:
                pairs[place] = best
                free.remove(best)
    return pairs


def _likeness(before, after):
    return SequenceMatcher(None, before.split(), after.split(), autojunk=False).ratio()


def words_changed(before: str, after: str) -> tuple[Span, ...]:
    """The words of both, in order: kept and removed ones make `before`, kept and added `after`."""
    old, new = _words(before), _words(after)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if matcher.ratio() < SAME_WORDING:
        spans = [("removed", before), ("added", after)]
    else:
        spans = []
        for what, i1, i2, j1, j2 in matcher.get_opcodes():
            if what == "equal":
                spans.append(("kept", "".join(old[i1:i2])))
            else:
                spans += [("removed", "".join(old[i1:i2])), ("added", "".join(new[j1:j2]))]
    spoken = [span for span in spans if span[1]]
    return tuple(
        Span(kind, "".join(words for _kind, words in run))
        for kind, run in groupby(spoken, key=lambda span: span[0])
    )


def _words(said):
    """Words, each with the space after it."""
    return re.findall(r"\S+\s*|\s+", said)


def clauses_of(paper) -> list[Clause]:
    """A paper's text as clauses, units under the names of the paper's day."""
    clauses = [
        _once("Ngày trên văn bản", text.date_words(paper.dated_on)),
        _once("Địa điểm ký", paper.place),
        *(
            Clause("Căn cứ", row.text, f"Căn cứ {number}", row.text)
            for number, row in enumerate(paper.bases.all(), 1)
        ),
        *(
            Clause(
                "Các mục nội dung",
                row.heading,
                f"Mục {number}. {row.heading}",
                f"{row.heading}\n{row.body}".strip(),
            )
            for number, row in enumerate(paper.sections.all(), 1)
        ),
        *_targets(paper),
        *_titles(paper),
        _once("Tổ chức thực hiện", paper.arrangements),
        _once("Số bản", str(paper.copies)),
        _once("Phân phối các bản", paper.copies_note),
        _once("Nơi nhận", paper.recipients),
    ]
    return [clause for clause in clauses if clause.text]


def _once(label, said):
    return Clause(label, label, label, said.strip())


def _targets(paper):
    rows = paper.targets.select_related("unit").prefetch_related("unit__names")
    for row in rows:
        unit = row.unit.name_on(paper.dated_on).short
        weight = f", trọng số {text.decimal(row.weight)}" if row.weight is not None else ""
        yield Clause(
            "Chỉ tiêu đăng ký",
            f"{row.unit_id} {row.name}",
            f"Chỉ tiêu của {unit}",
            f"{row.name}: {text.decimal(row.plan, thousands=True)} {row.measure}{weight}",
        )


def _titles(paper):
    rows = paper.registered_titles.select_related("unit", "title").prefetch_related(
        "unit__names", "title__names"
    )
    for row in rows.order_by("position", "pk"):
        unit, title = row.unit.name_on(paper.dated_on).short, row.title.name_on(paper.dated_on)
        name = f"{row.unit_id} {row.title_id}"
        yield Clause("Danh hiệu đăng ký", name, f"Danh hiệu {unit} đăng ký", initial_upper(title))
