"""Random structural changes of a valid upload: never accepted wrongly, never another exception."""

from collections import Counter
from datetime import timedelta

import pytest
import time_machine

from pledges.signing.accept import Expected, Trust, UploadRefused, accept
from tests.pledges.signing import hostile, mutations, pki
from tests.pledges.signing.by_itext import by_itext
from tests.pledges.signing.tools import by_pyhanko, with_validation_data
from tests.pledges.signing_samples import NOW, signed
from tests.soak import count

pytestmark = pytest.mark.drill

FIELD = "KY02"
SIGNED_AT = NOW + timedelta(minutes=2)
BEFORE_SIGNING, AFTER_SIGNING = count(300, 6_000), count(200, 4_000)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(SIGNED_AT, tick=True):
        yield


def why_refused(after: bytes) -> str:
    """Return the reason, "" where the file is accepted; any other exception fails the test."""
    expected = Expected({FIELD: (pki.leaf(key="ec").pem,)})
    try:
        accept(signed(1), after, expected=expected, trust=Trust(pki.anchors()), at=SIGNED_AT)
    except UploadRefused as error:
        return error.code
    return ""


def judged(after: bytes, seed: int) -> str:
    code = why_refused(after)
    if not code:
        wrong = mutations.objections(signed(1), after, FIELD, SIGNED_AT)
        assert wrong == [], f"seed {seed}: {wrong}"
    return code or "accepted"


def test_change_before_signing_is_never_accepted_wrongly():
    token = pki.leaf(key="ec")

    answers = Counter(
        judged(mutations.changed_before_signing(signed(1), FIELD, token, seed), seed)
        for seed in range(BEFORE_SIGNING)
    )

    assert answers.total() == BEFORE_SIGNING
    assert len(answers) >= 8, f"Changes are to meet many of the rules: {answers}"


def test_change_after_signing_is_never_accepted_wrongly():
    token = pki.leaf(key="ec")
    uploads = [
        by_pyhanko(signed(1), FIELD, token),
        by_itext(signed(1), FIELD, token),
        with_validation_data(by_itext(signed(1), FIELD, token), token, *pki.crls()),
    ]

    answers = Counter(
        judged(mutations.changed_after_signing(uploads[seed % 3], len(signed(1)), seed), seed)
        for seed in range(AFTER_SIGNING)
    )

    assert answers.total() == AFTER_SIGNING
    assert len(answers) >= 5, f"Changes are to meet many of the rules: {answers}"


def test_oracle_agrees_with_a_good_upload_and_objects_to_others():
    good = by_itext(signed(1), FIELD, pki.leaf())

    assert mutations.objections(signed(1), good, FIELD, SIGNED_AT) == []
    assert mutations.objections(signed(1), good, "KY03", SIGNED_AT) == ["pages look different"]
    assert not mutations.poppler_agrees(good.replace(b"/Reason", b"/reason"))
    assert not mutations.pyhanko_agrees(hostile.added.content_replaced(), SIGNED_AT)
