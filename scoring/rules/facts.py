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


WHERE = "Dữ kiện"
FACT_KEYS = {
    *("unit", "values", "na", "evidence", "overrides", "estimates", "gates"),
    *("targets", "peers", "ranks", "women_percent"),
}


def load_facts(raw: Mapping) -> Facts:
    """Facts from plain JSON; raises Malformed."""
    if not isinstance(raw, Mapping):
        raise Malformed(WHERE, "phải là một đối tượng JSON")
    for name in raw:
        if name not in FACT_KEYS:
            raise Malformed(WHERE, f"không có mục nào tên “{name}”")
    women = raw.get("women_percent")
    return Facts(
        unit=_text(raw.get("unit", ""), "unit"),
        values={key: _object(row, key) for key, row in _objects(raw, "values")},
        na={key: _text(reason, "na") for key, reason in _objects(raw, "na")},
        evidence=_counts(raw, "evidence") if raw.get("evidence") is not None else None,
        overrides={key: _override(row) for key, row in _objects(raw, "overrides")},
        estimates={key: _text(day, "estimates") for key, day in _objects(raw, "estimates")},
        gates={key: _gate(row) for key, row in _objects(raw, "gates")},
        targets=_targets(raw.get("targets")),
        peers=_peers(raw) if raw.get("peers") is not None else None,
        ranks=_counts(raw, "ranks"),
        women_percent=None if women is None else _number(women, "women_percent"),
    )


def _objects(raw, name):
    """The pairs of one object of the facts; none when it is absent."""
    return _object(raw.get(name, {}), name).items()


def _object(raw, name):
    if not isinstance(raw, Mapping):
        raise Malformed(WHERE, f"“{name}” phải là một đối tượng")
    return dict(raw)


def _text(raw, name):
    if not isinstance(raw, str):
        raise Malformed(WHERE, f"“{name}” phải là chữ")
    return raw


def _number(raw, name):
    try:
        value = number(raw)
    except NotANumber as error:
        raise Malformed(WHERE, f"“{name}”: {error}") from None
    if value < 0:
        raise Malformed(WHERE, f"“{name}” không được âm")
    return value


def _counts(raw, name):
    found = {key: _number(value, f"{name}, {key}") for key, value in _objects(raw, name)}
    for key, value in found.items():
        if value != value.to_integral_value():
            raise Malformed(WHERE, f"“{name}, {key}” phải là số nguyên")
    return {key: int(value) for key, value in found.items()}


def _override(raw):
    row = _object(raw, "overrides")
    try:
        points = number(row.get("points"))
    except NotANumber as error:
        raise Malformed(WHERE, f"“overrides”: {error}") from None
    return Override(points, _text(row.get("reason", ""), "reason"))


def _gate(raw):
    row = {"state": raw} if isinstance(raw, str) else _object(raw, "gates")
    if row.get("state") not in GATE_STATES:
        raise Malformed(WHERE, f"trạng thái điều kiện phải là một trong: {', '.join(GATE_STATES)}")
    return GateFact(row["state"], _text(row.get("note", ""), "note"))


def _targets(raw):
    if raw is None:
        return ()
    if not isinstance(raw, list):
        raise Malformed(WHERE, "“targets” phải là một danh sách")
    targets = tuple(_target(_object(row, "targets"), place) for place, row in enumerate(raw, 1))
    if len({target.key for target in targets}) < len(targets):
        raise Malformed(WHERE, "“targets” có hai chỉ tiêu cùng khóa")
    return targets


def _target(row, place):
    weight = row.get("weight")
    return Target(
        str(row.get("key", place)),
        _text(row.get("label"), "label"),
        _text(row.get("measure", ""), "measure"),
        _number(row.get("plan"), "plan"),
        None if weight is None else _number(weight, "weight"),
    )


def _peers(raw):
    return {
        key: {unit: _number(mark, "peers") for unit, mark in _object(row, "peers").items()}
        for key, row in _objects(raw, "peers")
    }


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
    leaves = {node.key for node in criteria.leaves}
    for mapping in (
        *(facts.na, facts.overrides, facts.estimates),
        *(facts.evidence or {}, facts.peers or {}),
    ):
        problems += [
            f"Không có tiêu chí nào mang khóa “{key}”." for key in mapping if key not in leaves
        ]
    gates = {gate.key for gate in criteria.gates}
    problems += [
        f"Không có điều kiện nào mang khóa “{key}”." for key in facts.gates if key not in gates
    ]
    return problems
