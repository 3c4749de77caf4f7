"""Why a number is what it is: every term, its facts and evidence, the rule, and who changed it when."""

from dataclasses import dataclass, field

from scoring import typed
from scoring.authoring import lines, words
from scoring.authoring.reading import rows_of
from scoring.comparison import note_of
from scoring.models import PointsRecord
from scoring.points import WEIGHT

Stage = PointsRecord.Stage
TOTAL = "tong"


@dataclass
class Working:
    """One stage's number: its steps in words, and the facts it rests on as (label, value)."""

    label: str
    points: object
    steps: tuple = ()
    note: str = ""
    facts: list = field(default_factory=list)


@dataclass
class Term:
    """One part of a group or of the total: what it is called, its points, where to ask on."""

    key: str
    name: str
    points: object


def stages_of(desk, card, key, shown):
    """Stages of which a number differs from, or adds to, the one before, newest first.

    A criterion has one per record; a group and the total one for what the unit claims, and one for
    what stands now. shown: stages that the reader may see.
    """
    if key in desk.table.by_key and desk.table.by_key[key].is_leaf:
        records = desk.records.get(card.pk, {}).get(key, {})
        stages = [stage for stage in WEIGHT if stage in records and stage in shown]
        return stages[::-1] or [Stage.SELF]
    last = last_stage(shown)
    return [Stage.SELF] if last == Stage.SELF else [last, Stage.SELF]


def last_stage(shown):
    return next(stage for stage in reversed(WEIGHT) if stage in shown)


def workings(desk, card, key, shown):
    return [_working(desk, card, key, stage) for stage in stages_of(desk, card, key, shown)]


def _working(desk, card, key, stage):
    scored = desk.card(card, stage)
    if key == TOTAL:
        return Working(_sum_label(card, stage), scored.total, scored.steps, scored.class_note)
    outcome = scored[key]
    is_leaf = outcome.node.is_leaf
    label = _stage_label(stage) if is_leaf else _sum_label(card, stage)
    made = Working(label, outcome.points, outcome.steps, note_of(outcome))
    if is_leaf:
        made.facts = facts_said(outcome.node, desk.facts(card, stage).of(key), desk.targets(card))
    return made


def _stage_label(stage):
    label = {Stage.SELF: "Đơn vị tự chấm", Stage.VERIFIED: "Thẩm định"}.get(stage)
    return label or Stage(stage).label.capitalize()


def _sum_label(card, stage):
    """Of a group or the total, which several stages make up."""
    if stage == Stage.SELF:
        return _stage_label(stage)
    return "Kết quả đã chốt" if card.closed_at else "Kết quả đến nay"


def facts_said(node, values, targets):
    """(label, value as people write it) of the facts that were given."""
    return [
        (one.label, typed.shown(one, values[one.name]))
        for one in node.inputs(targets)
        if values.get(one.name) not in (None, "")
    ]


def terms(desk, card, key, shown):
    """What a group or the total is put together from, at the last stage that is shown."""
    scored = desk.card(card, last_stage(shown))
    table = desk.table
    nodes = table.nodes if key == TOTAL else table.by_key[key].children
    return [Term(node.key, node.label, scored[node.key].points) for node in nodes]


@dataclass
class Rule:
    """What the table says of a number: its rules, what else it says, how it rounds."""

    rules: tuple = ()
    notes: tuple = ()
    rounding: str = ""


def rule_of(criteria, criterion, units):
    """The table's words for one criterion; for a group or the total only how it rounds.

    units: names of units by their slug.
    """
    said = lines.written(words.ROUNDING_PARAMS, criteria.settings.get("rounding") or {})
    rounding = "; ".join(f"{label}: {', '.join(values)}" for label, values in said)
    if criterion is None:
        return Rule(rounding=rounding)
    row = rows_of({"nodes": [criterion.as_node({})]}, (), units)[0]
    return Rule(row.rules, row.notes, rounding)


@dataclass
class Change:
    """One record of a criterion's history."""

    record: PointsRecord
    by: str
    capacity: str


def history(card, criterion, shown, names, standing_body):
    """Every record of a criterion that the reader may see, newest first, with who made it."""
    rows = card.records.filter(criterion=criterion, stage__in=shown).select_related("by")
    return [
        Change(
            row,
            row.by.full_name if row.by else "",
            names.get(row.by_unit_id, standing_body if row.stage != Stage.FINAL else ""),
        )
        for row in rows.order_by("-pk")
    ]
