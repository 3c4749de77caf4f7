"""What is said of one unit: facts by criterion, and what others decided about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from scoring.rules.kinds import Target
from scoring.rules.numbers import NotANumber, number
from scoring.rules.params import Malformed

GATE_STATES = ("hit", "clear", "awaited")


@dataclass(frozen=True)
class Override:
    """Points set by hand, and why; shown beside what the rules compute."""

    points: Decimal
    reason: str = ""


@dataclass(frozen=True)
class GateFact:
    """What is known of a gate that is declared by hand, and the paper that says so."""

    state: str
    note: str = ""


@dataclass(frozen=True)
class Facts:
    """All that is said of one unit in one year.

    values: by criterion, then by the input's name, plain JSON values ("137", true, "2026-02-28").
    na: criteria that do not apply, with the reason. evidence: how many documents are cited, by
    criterion; None when nobody counts. estimates: until which day an estimated criterion is counted.
    ranks: by tie-break, the place a decision gave the unit (1 is first).
    """

    unit: str = ""
    values: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    na: Mapping[str, str] = field(default_factory=dict)
    evidence: Mapping[str, int] | None = None
    overrides: Mapping[str, Override] = field(default_factory=dict)
    estimates: Mapping[str, str] = field(default_factory=dict)
    gates: Mapping[str, GateFact] = field(default_factory=dict)
    targets: tuple[Target, ...] = ()
    peers: Mapping[str, Mapping[str, Decimal]] | None = None
    ranks: Mapping[str, int] = field(default_factory=dict)
    women_percent: Decimal | None = None

    def of(self, leaf: str) -> Mapping[str, object]:
        return self.values.get(leaf, {})


FACT_KEYS = {
    *("unit", "values", "na", "evidence", "overrides", "estimates", "gates"),
    *("targets", "peers", "ranks", "women_percent"),
}


def load_facts(raw: Mapping) -> Facts:
    """Facts from plain JSON; raises Malformed."""
    if not isinstance(raw, Mapping):
        raise Malformed("Dữ kiện", "phải là một đối tượng JSON")
    for name in raw:
        if name not in FACT_KEYS:
            raise Malformed("Dữ kiện", f"không có mục nào tên “{name}”")
    try:
        return _facts(raw)
    except (NotANumber, TypeError, ValueError, AttributeError, KeyError) as error:
        raise Malformed("Dữ kiện", f"sai dạng ({error})") from None


def _facts(raw):
    women = raw.get("women_percent")
    peers = raw.get("peers")
    return Facts(
        unit=str(raw.get("unit", "")),
        values={key: dict(row) for key, row in raw.get("values", {}).items()},
        na={key: str(reason) for key, reason in raw.get("na", {}).items()},
        evidence=raw.get("evidence") and {key: int(n) for key, n in raw["evidence"].items()},
        overrides={
            key: Override(number(row["points"]), str(row.get("reason", "")))
            for key, row in raw.get("overrides", {}).items()
        },
        estimates=dict(raw.get("estimates", {})),
        gates={key: _gate(row) for key, row in raw.get("gates", {}).items()},
        targets=tuple(_target(row, place) for place, row in enumerate(raw.get("targets", ()), 1)),
        peers=peers
        and {
            key: {unit: number(points) for unit, points in row.items()}
            for key, row in peers.items()
        },
        ranks={key: int(place) for key, place in raw.get("ranks", {}).items()},
        women_percent=None if women is None else number(women),
    )


def _gate(row):
    state, note = (row, "") if isinstance(row, str) else (row["state"], row.get("note", ""))
    if state not in GATE_STATES:
        raise ValueError(f"trạng thái điều kiện “{state}”")
    return GateFact(state, str(note))


def _target(row, place):
    weight = row.get("weight")
    return Target(
        str(row.get("key", place)),
        str(row["label"]),
        str(row.get("measure", "")),
        number(row["plan"]),
        None if weight is None else number(weight),
    )


def unknown_facts(criteria, facts: Facts) -> list[str]:
    """Facts that the table does not ask for, as sentences: typing mistakes, or another table's."""
    problems = []
    for key, row in facts.values.items():
        node = criteria.by_key.get(key)
        if node is None or not node.is_leaf:
            problems.append(f"Không có tiêu chí nào mang khóa “{key}”.")
            continue
        names = {one.name for one in node.inputs(facts.targets)}
        problems += [
            f"Tiêu chí {node.code}: không có dữ kiện “{name}”." for name in row if name not in names
        ]
    for mapping in (facts.na, facts.overrides, facts.estimates, facts.evidence or {}):
        problems += [
            f"Không có tiêu chí nào mang khóa “{key}”."
            for key in mapping
            if key not in criteria.by_key
        ]
    gates = {gate.key for gate in criteria.gates}
    problems += [
        f"Không có điều kiện nào mang khóa “{key}”." for key in facts.gates if key not in gates
    ]
    return problems
