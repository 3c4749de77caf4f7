"""Nobody learns another unit's facts or points before their time: every role, step, page and export.

One unit's card carries facts that no other number of the world looks like. Every address is asked
for as every role at every step of the year, in every form of answer; whoever may not know must not
find them, in whatever an answer is packed.
"""

import io
import random
import subprocess
import zipfile
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from scoring import cards, duties, entries, rounds
from scoring.evaluation import Desk
from scoring.models import PointsRecord, Scorecard
from scoring.points import record_points, standing_values
from tests import env
from tests.conftest import TODAY
from tests.factories import (
    RoundFactory,
    chair_leader,
    chair_officer,
    lead_of,
    leader_of,
    member_of,
    officer_of,
)
from tests.world import World, addresses

pytestmark = [pytest.mark.django_db, pytest.mark.tour, env.needs_poppler]

# 8 × 6173/7919 = 6,24: facts and points that stand nowhere else.
FACTS = {"done": "6173", "total": "7919"}
MARKS = ("6173", "6.173", "7919", "7.919", "6,24", "6.24")
OWN = {"leader", "officer", "clerk"}
VERIFIERS = {"lead_leader", "lead_officer"}
PROVINCE = {"secretariat", "inspector", "superuser"}
MEMBERS = OWN | VERIFIERS | {"lead_clerk"}


def to_draft(world, card):
    pass


def to_submitted(world, card):
    cards.pass_to_leader(card, by=officer_of(card.unit))
    desk = Desk(card.round, [card])
    entries.submit(
        card,
        by=leader_of(card.unit),
        declared=True,
        seen=card.content_revision(),
        points=desk.entered_values(card),
        total=desk.card(card, PointsRecord.Stage.SELF).total,
    )


def to_verifying(world, card):
    to_submitted(world, card)
    duties.assign_duties(card.round, by=leader_of(lead_of(world.year)), draw=random.Random(1))
    rounds.begin_verification(card.round, by=leader_of(lead_of(world.year)))
    cards.begin_verifying(card, by=chair_officer(card))


def to_provisional(world, card):
    to_verifying(world, card)
    officer = chair_officer(card)
    for record in standing_values(card).values():
        record_points(
            card,
            record.criterion,
            stage=PointsRecord.Stage.VERIFIED,
            by=officer,
            by_unit=lead_of(world.year),
            facts=record.facts,
            points=record.points,
            na=record.na,
            reason="đối chiếu",
        )
    cards.approve(card, by=chair_leader(card))
    cards.finish_answers(card, by=leader_of(card.unit))
    cards.conclude(card, by=chair_officer(card))
    rounds.show_provisional(card.round, by=leader_of(lead_of(world.year)))


def to_shown(world, card):
    to_provisional(world, card)
    rounds.set_provisional_day(card.round, by=leader_of(lead_of(world.year)), on=TODAY)


# At each step, who may know.
STEPS = [
    (to_draft, OWN),
    (to_submitted, OWN | PROVINCE),
    (to_verifying, OWN | PROVINCE | VERIFIERS),
    (to_provisional, OWN | PROVINCE | VERIFIERS | {"lead_clerk"}),
    (to_shown, OWN | PROVINCE | MEMBERS),
]


@pytest.mark.parametrize(("bring", "may_know"), STEPS, ids=[step.__name__ for step, _who in STEPS])
def test_nobody_learns_a_units_facts_or_points_before_their_time(bring, may_know):
    world = World(paper="")
    round = RoundFactory(year=world.year)
    unit = member_of(world.year)
    card = Scorecard.objects.select_related("unit", "round", "year__bloc__authority").get(
        round=round, unit=unit
    )
    _fill(card)
    bring(world, card)

    told = {
        f"{role} {path}: {mark}"
        for role, user in world.people.items()
        if role not in may_know
        for path in _paths(world, unit)
        for mark in _found(_ask(user, path))
    }

    assert not told


def test_the_marks_are_found_where_they_may_be():
    """The test above could not fail if nothing ever showed them."""
    world = World(paper="")
    round = RoundFactory(year=world.year)
    unit = member_of(world.year)
    card = Scorecard.objects.select_related("unit", "round", "year__bloc__authority").get(
        round=round, unit=unit
    )
    _fill(card)

    own = [path for path in _paths(world, unit) if _found(_ask(world.people["officer"], path))]

    where = [world.year.bloc.slug, world.year.number, unit.slug]
    pages = (
        "scorecard_detail",
        *(f"self_table_{form}" for form in ("pdf", "docx", "xlsx", "json")),
    )
    assert {reverse(f"scoring:{name}", args=where) for name in pages} <= set(own)


def _fill(card):
    entry = card.entries.select_related("criterion").get(criterion__key="I.1")
    entries.save_entry(
        card, entry.criterion, by=officer_of(card.unit), revision=entry.revision, facts=FACTS
    )
    assert Desk(card.round, [card]).card(card, PointsRecord.Stage.SELF).total == Decimal("6.24")


def _paths(world, unit):
    """Every address that can be made from the year, the unit and a criterion, and its variants."""
    values = {
        "bloc": world.year.bloc.slug,
        "number": world.year.number,
        "unit": unit.slug,
        "key": "I.1",
        "version": 1,
    }
    for address in addresses():
        if address.name.startswith(("admin:", "mfa", "account")) or not address.name:
            continue
        if address.parameters <= values.keys():
            path = reverse(address.name, kwargs={name: values[name] for name in address.parameters})
            yield path
            if path.endswith("/"):  # a file has no sort order
                yield f"{path}?sap-xep=diem&loc=lech&o=-total&q=6173"


def _ask(user, path):
    client = Client(raise_request_exception=False)
    if user:
        client.force_login(user)
    return client.get(path)


def _found(response):
    if response.status_code != 200:
        return []
    body = b"".join(response.streaming_content) if response.streaming else response.content
    texts = [body]
    if body.startswith(b"%PDF"):
        texts = [subprocess.run(["pdftotext", "-", "-"], input=body, capture_output=True).stdout]
    if body.startswith(b"PK"):
        archive = zipfile.ZipFile(io.BytesIO(body))
        texts += [archive.read(name) for name in archive.namelist()]
    # The question itself may be shown again in the search box.
    words = "\n".join(text.decode("utf-8", "replace") for text in texts).replace("q=6173", "")
    return [mark for mark in MARKS if mark in words.replace('value="6173"', "")]
