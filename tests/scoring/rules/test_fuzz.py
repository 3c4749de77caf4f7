"""Documents and facts from anywhere: refused as Malformed or taken, never anything else."""

import copy

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scoring import rules
from scoring.rules.lint import Problem, lint
from tests.scoring.rules.tables import DAYS, document, worked_example
from tests.soak import count

pytestmark = pytest.mark.drill
often = settings(
    max_examples=count(100, 5000), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
B100, C1000, FACTS = document("b_100"), document("c_1000"), worked_example()
# With a fact that decides between equals.
FACTS["na"].pop("II.1")
FACTS["values"]["II.1"] = {"rank": "4"}
# What a slip, a script or somebody hostile puts where a number, a word or a list should be.
SCRAPS = st.sampled_from(
    [
        *("", " ", "x", "0", "-1", "1e999", "NaN", "3,5", "１２", "never", "2026-02-30", "@sign"),
        *("I", "I.1", "base", "full", "sum", "deduct", "<", "a + b", "a ÷ 0", "\x00", "__"),
        *(None, True, False, 0, -1, 1, 10**12, 10**40, 0.5, float("inf"), float("nan")),
        *([], {}, [[]], [{}], {"": ""}, ["I"], [0.5], {"kind": "sum"}, {"node": "I"}),
    ]
)
ANYTHING = st.recursive(
    SCRAPS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(
                ["nodes", "key", "name", "base_max", "parts", "kind", "children", "max", "values"]
            ),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=12,
)


def places_in(value, path=()):
    """Every place in a document, as the way to it."""
    yield path
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from places_in(inner, (*path, name))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from places_in(inner, (*path, place))


def spoiled(raw, path, scrap):
    """A copy of a document with something else in one place."""
    if not path:
        return copy.deepcopy(scrap)
    raw = copy.deepcopy(raw)
    inner = raw
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = copy.deepcopy(scrap)
    return raw


def spoils(raw):
    return st.builds(
        lambda path, scrap: spoiled(raw, path, scrap),
        st.sampled_from(list(places_in(raw))),
        st.one_of(SCRAPS, ANYTHING),
    )


def taken(raw):
    """The table of a document, or None; nothing but Malformed may come of it."""
    problems = lint(raw)
    assert all(isinstance(one, Problem) and one.message and one.where for one in problems)
    try:
        criteria = rules.load(raw)
    except rules.Malformed:
        assert any(one.is_error for one in problems)
        return None
    return criteria


def scored(criteria, raw):
    """The cards of two units with the same facts, and their ranking."""
    try:
        facts = rules.load_facts(raw)
    except rules.Malformed:
        return
    rules.unknown_facts(criteria, facts)
    cards = rules.evaluate_bloc(criteria, {"stc": facts, "snv": facts}, DAYS)
    for card in cards.values():
        assert card.total.is_finite()
        assert all(rules.sentence(one.steps) is not None for one in card.outcomes.values())
    rules.rank(criteria, cards, {"stc": facts, "snv": facts})


@often
@given(st.one_of(ANYTHING, spoils(B100), spoils(C1000)))
def test_any_document_is_refused_or_can_be_scored(raw):
    criteria = taken(raw)

    if criteria:
        scored(criteria, FACTS)
        scored(criteria, {})


@often
@given(st.one_of(ANYTHING, spoils(FACTS)))
def test_any_facts_are_refused_or_can_be_scored(raw):
    scored(rules.load(B100), raw)


@often
@given(st.lists(st.tuples(st.sampled_from(list(places_in(B100))), SCRAPS), min_size=2, max_size=6))
def test_document_with_many_things_wrong_is_still_only_refused(changes):
    raw = copy.deepcopy(B100)
    for path, scrap in changes:
        try:
            raw = spoiled(raw, path, scrap)
        except (KeyError, IndexError, TypeError):
            continue

    taken(raw)
