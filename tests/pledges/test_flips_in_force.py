"""Any single byte of the file in force changed: never said to be intact, by no check of ours.

The signature check alone (`signing.verify.inspect`) and the public answer (`verification.of_file`:
the hash on record, then the signatures) both have to notice, wherever the byte stands.
"""

import pytest

from pledges import verification
from pledges.verification import Answer
from tests.factories import EmulationYearFactory, PaperFactory, last_file
from tests.pledges.flips import flipped, positions, regions
from tests.soak import count

pytestmark = pytest.mark.django_db

FLIPS = count(200, 2000)
PARTS = 4


@pytest.fixture
def in_force():
    """The last file of a pledge that eight leaders have signed."""
    paper = PaperFactory(year=EmulationYearFactory(eight=True), complete=True)
    return last_file(paper).file.read()


@pytest.mark.drill
@pytest.mark.parametrize("part", range(PARTS))
def test_one_changed_byte_is_never_intact(in_force, part):
    tried = positions(in_force, FLIPS, seed=19042018)[part::PARTS]

    missed, unnamed = [], []
    for place in tried:
        verdict = verification.of_file(flipped(in_force, place))
        if verdict.inspection.intact or verdict.inspection.complete or verdict.is_intact:
            missed.append(place)
        if verdict.answer != Answer.ALTERED:
            unnamed.append(place)

    assert len(tried) == FLIPS // PARTS
    assert missed == []
    assert unnamed == []


def test_unchanged_file_is_intact_to_the_same_checks(in_force):
    verdict = verification.of_file(in_force)

    assert verdict.answer == Answer.COMPLETE
    assert verdict.inspection.intact
    assert verdict.inspection.complete


def test_flips_try_every_part_of_the_file(in_force):
    tried = positions(in_force, FLIPS, seed=19042018)

    for name, places in regions(in_force).items():
        assert sum(place in places for place in tried) >= FLIPS // 20, name


def test_changed_byte_of_every_earlier_file_is_noticed():
    paper = PaperFactory(year=EmulationYearFactory(members=3), signing=True, signed=2)
    sealed, *signed = [row.file.read() for row in paper.signed_files.order_by("sequence")]

    for data in signed:
        for place in positions(data, 14, seed=len(data)):
            assert not verification.of_file(flipped(data, place)).is_intact
    for place in range(0, len(sealed), len(sealed) // 14):
        assert not verification.of_file(flipped(sealed, place)).is_intact
