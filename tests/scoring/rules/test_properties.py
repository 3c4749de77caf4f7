"""What holds of every table and every fact: caps, order, monotony, and explanations that can be redone."""

from dataclasses import fields
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings

from scoring import rules
from scoring.rules.numbers import Rounding
from tests.scoring.rules import generators
from tests.scoring.rules.redo import CannotRedo, evaluate, redo
from tests.scoring.rules.tables import DAYS, document, worked_example
from tests.soak import count

pytestmark = pytest.mark.drill
patient = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.too_slow, HealthCheck.data_too_large],
}
thorough = settings(max_examples=count(120, 5000), **patient)
often = settings(max_examples=count(50, 2000), **patient)
ZERO = Decimal(0)


def cards_of(criteria, documents):
    loaded = {unit: rules.load_facts(raw) for unit, raw in documents.items()}
    return rules.evaluate_bloc(criteria, loaded, DAYS)


def tolerance(criteria):
    """Half a last place, where a group's bonuses are rounded only after its ceilings."""
    late = criteria.rounding.stage != "leaf"
    return Decimal(1).scaleb(-criteria.rounding.places) if late else ZERO


# The central one


@thorough
@given(generators.blocs())
def test_every_line_of_every_explanation_can_be_redone_from_its_text(bloc):
    """From the criteria to the total: the value it states, the node's points, the sum of the groups."""
    _raw, criteria, documents = bloc
    for card in cards_of(criteria, documents).values():
        check_card(criteria, card)


def check_card(criteria, card):
    rounding = criteria.rounding
    for outcome in card.outcomes.values():
        is_group = not outcome.node.is_leaf
        lines = [
            redo(step.text, rounding, is_points=is_group or step is outcome.steps[-1])
            for step in outcome.steps
        ]
        for line, step in zip(lines, outcome.steps, strict=True):
            assert line.value == step.value, step.text
        if outcome.points is None:
            continue
        assert lines[-1].value == outcome.points, rules.sentence(outcome.steps)
        if not outcome.node.is_leaf:
            children = [card[child.key] for child in outcome.node.children]
            assert lines[0].terms == points_of(children), rules.sentence(outcome.steps)
    check_total(criteria, card, [redo(step.text, rounding, is_points=True) for step in card.steps])


def points_of(outcomes):
    return tuple(one.counted for one in outcomes if not one.is_excluded)


def section_points(criteria, card, name):
    return points_of([card[node.key] for node in criteria.section(name)])


def check_total(criteria, card, lines):
    """The lines of the total take what the groups gave, and hand it on from one to the next."""
    by_label = {line.label: line for line in lines}
    groups = by_label["cộng các nhóm"]
    expected = section_points(criteria, card, "base")
    if criteria.normalise == "total":
        assert groups.terms == (expected or (ZERO,))
    else:
        scaled = {line.value for line in lines if line.label.startswith("quy đổi ")}
        assert all(term in expected or term in scaled for term in groups.terms if expected)
    final = next(line for line in lines if line.label == "tổng điểm")
    before = lines[: lines.index(final)]
    own = ("cộng các nhóm", "quy đổi", "vượt thang điểm")
    scaled = [line for line in before if line.label in own][-1]
    bonus = [line for line in before if "điểm thưởng" in line.label]
    penalty = [line for line in before if line.label == "điểm trừ"]
    if bonus:
        assert bonus[0].terms == section_points(criteria, card, "bonus")
    if penalty:
        assert penalty[0].terms == section_points(criteria, card, "penalty")
    given = [scaled.value, *(part[-1].value if part else ZERO for part in (bonus, penalty))]
    assert final.terms == (given[0], given[1], -given[2])
    assert lines[-1].value == card.total


@pytest.mark.parametrize("places", [0, 1, 2, 3])
@pytest.mark.parametrize("stage", ["leaf", "group", "total"])
def test_shipped_table_can_be_redone_at_every_rounding(places, stage):
    raw = document("b_100") | {"rounding": {"places": places, "stage": stage, "mode": "half_up"}}
    criteria = rules.load(raw)

    check_card(criteria, rules.evaluate(criteria, rules.load_facts(worked_example()), DAYS))


@pytest.mark.parametrize(
    "text",
    [
        "a: 2 × 3 = 7",
        "a: 137/142 = 96,5 % × 15 = 14,47",
        "a: 137/142 = 96,48 % × 15 = 14,48",
        "a: 95 % ≤ 94 % < 98 %, được 6",
        "a: 2,5 > 3, tính 3",
        "a: 2,5 > 2, tính 2,5",
        "a: 7 ≥ 3 × 2, số bậc đủ 2",
        "a: 2 + = 2",
        "a: (2 + 1 = 3",
    ],
)
def test_the_pencil_finds_what_is_wrong(text):
    with pytest.raises((CannotRedo, AssertionError, IndexError)):
        redo(text, Rounding())


def test_the_pencil_knows_its_arithmetic():
    assert evaluate("1 + 2 × 3 − 4/2") == 5
    assert evaluate("(−2) × (3 − 1) + min(1; 2) − max(0,5; 0,25)") == Decimal("-3.5")
    assert evaluate("50 % × 12") == 6


# Caps


@often
@given(generators.blocs())
def test_caps_hold_at_every_level(bloc):
    _raw, criteria, documents = bloc
    slack = tolerance(criteria)
    for card in cards_of(criteria, documents).values():
        for outcome in card.outcomes.values():
            if outcome.points is not None:
                check_caps(outcome, slack)
        assert criteria.bonus_cap is None or card.bonus <= criteria.bonus_cap
        assert criteria.total_cap is None or card.total <= max(
            criteria.total_cap, criteria.floor or criteria.total_cap
        )
        assert criteria.floor is None or card.total >= criteria.floor


def check_caps(outcome, slack):
    node = outcome.node
    assert outcome.points == outcome.base + outcome.bonus - outcome.deducted
    if node.is_leaf:
        check_leaf(outcome, node)
        return
    if node.max is not None:
        assert outcome.points <= node.max + outcome.bonus + slack
    assert node.bonus_cap is None or outcome.bonus <= node.bonus_cap
    assert node.penalty_cap is None or outcome.deducted <= node.penalty_cap
    assert node.net_cap is None or abs(outcome.bonus - outcome.deducted) <= node.net_cap


def check_leaf(outcome, node):
    assert outcome.points <= node.max + outcome.bonus or outcome.na == "average"
    assert outcome.bonus >= 0 and outcome.deducted >= 0
    assert node.bonus_max is None or outcome.bonus <= node.bonus_max
    if node.section != "penalty" and node.deduct_cap is not None:
        assert outcome.deducted <= node.deduct_cap
    if not node.allow_negative and outcome.na != "average":
        assert outcome.points >= 0


# Monotony


@often
@given(generators.blocs(complete=True, dependencies=False))
def test_one_case_more_never_helps_where_it_costs_nor_hurts_where_it_earns(bloc):
    """One more late day or wrong paper; one more task done, mark reached, thing ticked."""
    _raw, criteria, documents = bloc
    unit = "stc"
    before = cards_of(criteria, documents)[unit]
    for node in criteria.leaves:
        for part in node.rule_parts():
            changed = one_more(part, documents[unit]["values"][node.key])
            if changed is None or part.parts:
                continue
            row, direction = changed
            if node.section == "penalty":
                direction = 1
            values = documents[unit]["values"] | {node.key: row}
            card = cards_of(criteria, documents | {unit: documents[unit] | {"values": values}})[
                unit
            ]
            compare(before[node.key].points, card[node.key].points, direction)
            compare(
                before.total, card.total, -direction if node.section == "penalty" else direction
            )


def compare(before, after, direction):
    if before is not None and after is not None:
        assert (after - before) * direction >= 0, (before, after)


RAISES = {
    "proportion": "done",
    "tiers": "done",
    "count": "count",
    "yes_no": "met",
    "checklist": "item_",
}
COSTS = {"deduct": "count", "deduct_table": "count_", "late_per_day": "sent_"}


def one_more(part, row):
    """(facts with one case more of a rule, +1 when that earns and −1 when it costs)."""
    wanted = (RAISES | COSTS).get(part.kind.name)
    if not wanted:
        return None
    names = {one.name for one in part.inputs() if wanted.rstrip("_") in one.name}
    direction = 1 if part.kind.name in RAISES else -1
    for name, value in row.items():
        if name.split("__")[0] not in names or "waived" in name:
            continue
        changed = row | {name: more(value)}
        if value == "never" or not possible(changed):
            continue
        return changed, direction
    return None


def more(value):
    if isinstance(value, bool):
        return True
    return (
        str(int(value) + 1)
        if value.isdigit()
        else generators.one_day_later(value)
        if "-" in value
        else value
    )


def possible(row):
    """Whether no part is larger than its whole."""
    return all(
        int(value) <= int(row.get(name.replace("done", "total"), value))
        for name, value in row.items()
        if name.startswith("done") and isinstance(value, str) and value.isdigit()
    )


# Order, and exact numbers


@often
@given(generators.blocs())
def test_order_of_entry_does_not_matter(bloc):
    _raw, criteria, documents = bloc
    backwards = {
        unit: {
            name: dict(reversed(list(value.items()))) if isinstance(value, dict) else value
            for name, value in reversed(list(raw.items()))
        }
        for unit, raw in reversed(list(documents.items()))
    }
    for raw in backwards.values():
        raw["values"] = {
            key: dict(reversed(list(row.items()))) for key, row in raw["values"].items()
        }

    there = cards_of(criteria, documents)
    again = cards_of(rules.load(_raw), backwards)

    for unit, card in there.items():
        assert told(card) == told(again[unit])


def told(card):
    outcomes = {
        key: (one.points, one.max, rules.sentence(one.steps)) for key, one in card.outcomes.items()
    }
    return outcomes, rules.sentence(card.steps), card.total, card.class_name


@often
@given(generators.blocs())
def test_there_is_no_float_anywhere(bloc):
    _raw, criteria, documents = bloc
    for card in cards_of(criteria, documents).values():
        for value in numbers_in(card):
            assert isinstance(value, Decimal) and value.is_finite()


def numbers_in(card):
    for one in (card, *card.outcomes.values()):
        for field in fields(one):
            value = getattr(one, field.name)
            assert not isinstance(value, float)
            if isinstance(value, Decimal):
                yield value
    yield from (step.value for step in card.steps)
    yield from (step.value for one in card.outcomes.values() for step in one.steps)
