"""A criteria table: a tree of nodes in three sections, gates, classes and the chain of tie-breaks.

Read once from its document (reading.py) and never changed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property

from scoring.rules.conditions import Condition
from scoring.rules.kinds import Kind, Scene, Target, Worked
from scoring.rules.numbers import ZERO, Rounding
from scoring.rules.params import Input, Settings

SECTIONS = ("base", "bonus", "penalty")
NA_POLICIES = ("full", "zero", "exclude", "average")
GATE_EFFECTS = ("not_ranked", "not_eligible", "suspend", "cap_class", "lower_class")
TIE_BREAKS = (
    "node",
    "fact",
    "fewer_penalties",
    "bonus",
    "conference",
    "women",
    "standing_body",
)
# Who fills a criterion instead of the unit: the application (the day the card was sent, the unit's
# role in the bloc) or whoever verifies.
SOURCES = ("submitted_on", "role", "verifier")


@dataclass(frozen=True)
class Part:
    """One rule of a criterion. `names` says under which names its facts stand in the criterion."""

    kind: Kind
    settings: Settings
    names: Mapping[str, str] = field(default_factory=dict)
    bonus: bool = False
    requires_full: bool = False

    @property
    def parts(self) -> tuple["Part", ...]:
        return self.settings.parts if self.kind.name == "sum" else ()

    @property
    def effect(self) -> str:
        return self.parts[0].effect if self.parts else self.kind.effect

    def inputs(self, targets: tuple[Target, ...] = ()) -> tuple[Input, ...]:
        """Its facts, under the names they have in the criterion."""
        found = self.kind.inputs(self.settings, targets)
        if self.parts:
            return found
        return tuple(one.named(self.names.get(one.name, one.name)) for one in found)

    def most(self, full: Decimal | None) -> Decimal | None:
        return self.kind.most(self.settings, full)

    def problems(self, full: Decimal | None) -> Iterator[str]:
        yield from self.kind.problems(self.settings, full)

    def impossible(self) -> Iterator[str]:
        yield from self.kind.impossible(self.settings)

    def refuse(self, facts: Mapping[str, object]) -> str:
        return self.kind.refuse(self.settings, self._own(facts))

    def work(self, facts: Mapping[str, object], scene: Scene) -> Worked:
        if self.names:
            ask = scene.of_bloc
            scene = replace(scene, of_bloc=lambda name: ask(self.names.get(name, name)))
        return self.kind.work(self.settings, self._own(facts), scene)

    def _own(self, facts):
        """The criterion's facts under the rule's own names."""
        if self.parts or not self.names:
            return facts
        return {**facts, **{own: facts.get(name) for own, name in self.names.items()}}


@dataclass(frozen=True)
class Evidence:
    """What a criterion wants as proof, and what happens without it."""

    required: bool = False
    file_required: bool = False
    documents: int = 1
    zero_without: bool = False
    each: Decimal = ZERO
    cap: Decimal | None = None


@dataclass(frozen=True)
class Periods:
    """Facts given by quarter or half-year, and how they become the year's."""

    labels: tuple[str, ...]
    combine: str = "sum"


@dataclass(frozen=True)
class Node:
    """A group (with children) or a criterion (with parts)."""

    key: str
    code: str
    name: str
    section: str
    max: Decimal | None
    depth: int
    parent: "str | None" = None
    children: tuple["Node", ...] = ()
    parts: tuple[Part, ...] = ()
    # Of a group: ceilings on its criteria's bonuses, deductions, and on the difference of the two.
    bonus_cap: Decimal | None = None
    penalty_cap: Decimal | None = None
    net_cap: Decimal | None = None
    # Of a criterion:
    bonus_max: Decimal | None = None
    deduct_cap: Decimal | None = None
    allow_negative: bool = False
    na: str = ""
    applies_to: frozenset[str] = frozenset()
    not_for: frozenset[str] = frozenset()
    only_if: Condition | None = None
    periods: Periods | None = None
    evidence: Evidence = field(default_factory=Evidence)
    evaluator: str = ""
    owner: str = ""
    # One of SOURCES; "": the unit.
    source: str = ""
    basis: str = ""
    legal_basis: str = ""
    note: str = ""

    @property
    def is_leaf(self) -> bool:
        return not self.children

    @property
    def label(self) -> str:
        """How messages name it: code and name."""
        return f"{self.code} {self.name}".strip()

    @property
    def short(self) -> str:
        """How explanations name it: its code, or its name when it has none."""
        return self.code or self.name or self.key

    @cached_property
    def whole(self) -> Decimal:
        """Its maximum before anything is left out; that of its children when it has none of its own."""
        if self.max is not None:
            return self.max
        return sum((child.whole for child in self.children), ZERO)

    @property
    def full(self) -> Decimal:
        """What its rules take as full points."""
        return self.max if self.max is not None else ZERO

    def walk(self) -> Iterator["Node"]:
        yield self
        for child in self.children:
            yield from child.walk()

    def rule_parts(self) -> Iterator[Part]:
        """All its rules, those inside sums too."""
        waiting = list(self.parts)
        while waiting:
            part = waiting.pop(0)
            yield part
            waiting.extend(part.parts)

    @cached_property
    def stands_alone(self) -> bool:
        """Whether its own facts decide its points, and nothing else."""
        return not any(part.kind.looks_beyond for part in self.rule_parts())

    @cached_property
    def _fixed_inputs(self):
        return self._inputs(())

    def inputs(self, targets: tuple[Target, ...] = ()) -> tuple[Input, ...]:
        """The facts it asks a unit for; those of its targets too, where a rule takes them."""
        if targets and any(part.kind.name == "weighted_targets" for part in self.rule_parts()):
            return self._inputs(targets)
        return self._fixed_inputs

    def _inputs(self, targets):
        found = tuple(one for part in self.parts for one in part.inputs(targets))
        if not self.periods:
            return found
        return tuple(
            replace(one, name=f"{one.name}__{place}", label=f"{label}: {one.label}")
            for place, label in enumerate(self.periods.labels, 1)
            for one in found
        )


@dataclass(frozen=True)
class Gate:
    """A condition beside the points: what it does to a unit that is caught by it.

    conditions: any of them catches; with none the gate is declared by hand.
    """

    key: str
    code: str
    name: str
    effect: str
    class_name: str = ""
    conditions: tuple[Condition, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class ClassLevel:
    """A class of results: from how many points, and for how many per cent of the units at most."""

    name: str
    at_least: Decimal | None = None
    quota: Decimal | None = None


@dataclass(frozen=True)
class TieBreak:
    """One link of the chain: what is compared when totals are equal."""

    by: str
    node: str = ""
    input: str = ""
    higher_first: bool = True
    label: str = ""


@dataclass(frozen=True)
class CriteriaSet:
    """A whole table."""

    code: str
    name: str
    base_max: Decimal
    nodes: tuple[Node, ...]
    bonus_cap: Decimal | None = None
    total_cap: Decimal | None = None
    floor: Decimal | None = ZERO
    rounding: Rounding = field(default_factory=Rounding)
    normalise: str = "total"
    gates: tuple[Gate, ...] = ()
    classes: tuple[ClassLevel, ...] = ()
    tie_break: tuple[TieBreak, ...] = ()
    origin: str = ""
    # Outcomes of criteria that stand alone, by key and facts: a page asks for the same ones again
    # and again (evaluate.py).
    memo: dict = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def by_key(self) -> dict[str, Node]:
        return {node.key: node for root in self.nodes for node in root.walk()}

    @cached_property
    def leaves(self) -> tuple[Node, ...]:
        return tuple(node for node in self.by_key.values() if node.is_leaf)

    @cached_property
    def conditional(self) -> frozenset[str]:
        """Criteria that depend on what came of others."""
        return frozenset(node.key for node in self.leaves if node.only_if)

    def section(self, name: str) -> tuple[Node, ...]:
        """The roots of one section: base, bonus or penalty."""
        return tuple(node for node in self.nodes if node.section == name)
