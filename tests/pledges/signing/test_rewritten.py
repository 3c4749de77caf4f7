"""Telling a file of before the last signature from one that was damaged on its way."""

import pytest

from pledges.signing.accept import UploadRefused, Why
from pledges.signing.rewritten import refuse_other_beginning
from tests.pledges.flips import flipped, regions
from tests.pledges.signing import pki
from tests.pledges.signing.by_itext import by_itext
from tests.pledges.signing_samples import sign, signed


def refusal(before: bytes, after: bytes) -> UploadRefused:
    with pytest.raises(UploadRefused) as error:
        refuse_other_beginning(before, after)
    return error.value


def test_file_that_begins_with_the_one_in_force_is_no_matter_here():
    refuse_other_beginning(signed(1), signed(2))


def test_stale_file_names_who_signed_meanwhile():
    before = sign(sign(signed(1), 3), 4)

    error = refusal(before, by_itext(signed(1), "KY02", pki.leaf()))

    assert error.code == Why.STALE
    assert error.missed == ("KY03", "KY04")
    assert "Nguyễn Văn Đức 4 ký lúc 08:34 ngày 19/04/2026" in str(error)


def test_stale_file_of_the_same_length_is_told_as_well():
    before = by_itext(signed(1), "KY03", pki.leaf())
    after = by_itext(signed(1), "KY02", pki.leaf())

    size = max(len(before), len(after))
    assert refusal(before.ljust(size, b"\n"), after.ljust(size, b"\n")).code == Why.STALE


@pytest.mark.parametrize("region", ["last increment", "last signature", "padding", "tail"])
def test_file_damaged_late_is_not_called_stale(region):
    after = flipped(signed(2), regions(signed(2))[region].start + 5)

    assert refusal(signed(2), after).code != Why.STALE
