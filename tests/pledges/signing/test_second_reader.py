"""PDFium sees the pages as they were, but for what was signed."""

import pytest

from pledges.signing.accept import UploadRefused, Why
from pledges.signing.layout import Box
from pledges.signing.second_reader import drawn, refuse_other_pages
from tests.pledges.signing import pki
from tests.pledges.signing.tools import by_pyhanko
from tests.pledges.signing_samples import frozen, signed

FIELD = "KY02"


def box_of(name):
    return next(spec.box for spec in frozen()[1] if spec.name == name)


def test_signed_box_may_look_different_and_nothing_else():
    after = by_pyhanko(signed(1), FIELD, pki.leaf(key="ec"))

    refuse_other_pages(signed(1), after, [box_of(FIELD)])
    for boxes in ([], [box_of("KY03")]):
        with pytest.raises(UploadRefused) as refused:
            refuse_other_pages(signed(1), after, boxes)
        assert refused.value.code == Why.IRREGULAR


def test_file_that_the_second_reader_cannot_open_is_refused():
    with pytest.raises(UploadRefused) as refused:
        refuse_other_pages(signed(1), b"%PDF-1.7 nothing", [])

    assert refused.value.code == Why.IRREGULAR


def test_pictures_hold_more_than_white_and_blank_what_they_are_told_to():
    box = box_of("KY01")
    page = Box(box.page, 0, 0, 595, 842)

    assert len(set(drawn(signed(1), ())[box.page][2])) > 10
    assert set(drawn(signed(1), (page,))[box.page][2]) == {255}
