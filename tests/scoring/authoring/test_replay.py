"""Last year's facts on the table that is being written."""

from copy import deepcopy
from decimal import Decimal

import pytest

from scoring.authoring.replay import replay
from scoring.models import PointsRecord
from tests.factories import (
    CriteriaSetFactory,
    EmulationYearFactory,
    RoundFactory,
    card_of,
    lead_of,
    leader_of,
    member_of,
    officer_of,
)
from tests.factories import leaf as criterion_of
from tests.scoring.authoring.samples import group, leaf, table
from tests.scoring.pages import at, text_of

pytestmark = pytest.mark.django_db
TABLE = table(
    group(
        "I",
        leaf("I.1", {"kind": "proportion"}),
        leaf("I.2", {"kind": "deduct", "points": "1"}),
        max="10",
        section="base",
    ),
    base_max="10",
)
FACTS = {
    "I.1": [{"done": "100", "total": "100"}, {"done": "50", "total": "100"}],
    "I.2": [{"count": "4"}, {"count": "0"}],
}


@pytest.fixture
def published():
    """Two units of 2025: the lead 5 + 1, its deputy 2,5 + 5."""
    year = EmulationYearFactory(number=2025, members=2)
    CriteriaSetFactory(year=year, document=TABLE, adopted=True)
    round = RoundFactory(year=year, published=True)
    for place, member in enumerate(year.members()):
        card = card_of(round, member.unit)
        for key, facts in FACTS.items():
            PointsRecord.objects.create(
                card=card,
                criterion=criterion_of(round, key),
                stage=PointsRecord.Stage.FINAL,
                facts=facts[place],
                points=Decimal(0),
            )
    return round


def totals(found):
    return [(line.before, line.after) for line in found.lines]


def changed(edit):
    document = deepcopy(TABLE)
    edit(document["nodes"][0]["children"])
    return document


def test_same_table_gives_the_same_totals(published):
    found = replay(TABLE, published)

    assert totals(found) == [(Decimal("7.5"), Decimal("7.5")), (6, 6)]
    assert not (found.gained or found.lost or found.unfit)


def test_other_weights_show_who_gains_and_the_new_order(published):
    document = changed(lambda leaves: leaves[1]["parts"][0].update(points="0.25"))

    found = replay(document, published)

    assert [(line.place_before, line.place_after) for line in found.lines] == [(2, 1), (1, 2)]
    assert [line.difference for line in found.gained] == [3]


def test_criteria_that_do_not_fit_are_named(published):
    document = changed(lambda leaves: leaves.__setitem__(1, leaf("I.3")))

    found = replay(document, published)

    assert [(label.split()[0], why[:16]) for label, why in found.unfit] == [
        ("I.3", "tiêu chí mới, nă"),
        ("I.2", "không còn trong "),
    ]


def test_facts_under_other_names_are_missing_not_wrong(published):
    document = changed(lambda leaves: leaves[0]["parts"][0].update(measure="percent"))

    ((_label, why),) = replay(document, published).unfit

    assert why == "2/2 đơn vị không có điểm: thiếu Tỷ lệ (%)"


def test_table_with_errors_is_not_replayed(published):
    document = changed(lambda leaves: leaves[0].update(parts=[{"kind": "count"}]))

    assert "Chưa tính thử được" in replay(document, published).problem


@pytest.fixture
def draft(published):
    year = EmulationYearFactory(bloc=published.year.bloc, number=2026, members=3)
    return CriteriaSetFactory(year=year, document=changed(lambda leaves: leaves[1].update(max="4")))


def test_authors_see_the_replay(login, draft):
    said = text_of(login(officer_of(lead_of(draft.year))).get(at("table_replay", draft)))

    assert "Số liệu đã chốt của năm 2025" in said
    assert "2 đơn vị giảm điểm" in said


def test_others_do_not(login, draft):
    client = login(leader_of(member_of(draft.year)))

    assert client.get(at("table_replay", draft)).status_code == 404


@pytest.mark.parametrize("state", ["verification", "provisional", "adopted", "closed"])
def test_round_that_is_not_published_is_never_used(login, state):
    round = RoundFactory(year__number=2025, **{state: True})
    year = EmulationYearFactory(bloc=round.year.bloc, number=2026, members=3)
    draft = CriteriaSetFactory(year=year, document=TABLE)

    said = text_of(login(officer_of(lead_of(year))).get(at("table_replay", draft)))

    assert "chưa có năm nào đã công bố" in said
    assert "Sở Thử nghiệm 1" not in said.partition("Tính thử với số liệu năm cũ Khối")[2]
