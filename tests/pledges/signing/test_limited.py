"""What a hostile file can cost: the child's memory and time, never the caller's."""

import os  # noqa: F401  for what a child is told to do
import pickle
import resource
import threading
import time
import zlib
from datetime import timedelta

import pytest

from pledges.signing import limited
from pledges.signing.accept import Expected, Trust, UploadRefused, Why
from tests.pledges.signing import pki
from tests.pledges.signing.by_hand import Increment
from tests.pledges.signing.by_itext import by_itext
from tests.pledges.signing.hostile import FIELD, TOKEN
from tests.pledges.signing.hostile.costly import bomb, deep_nesting, ended, xref_bomb
from tests.pledges.signing_samples import NOW, signed

AT = NOW + timedelta(minutes=2)
MEGABYTE = 2**20


def accept(after, **changes):
    options = {
        "expected": Expected({FIELD: (TOKEN().pem,)}),
        "trust": Trust(pki.anchors()),
        "at": AT,
    }
    return limited.accept(signed(1), after, **options | changes)


def many_objects(count: int, *, listed: bool) -> bytes:
    """Return a file with `count` objects of a few bytes each; listed only, or really there."""
    made = Increment(signed(1))
    start = len(made.pdf)
    bodies = [] if listed else [b"%d 0 obj\n1\nendobj\n" % (400 + n) for n in range(count)]
    rows, place = [], start
    for number in range(count):
        rows.append(b"\1" + place.to_bytes(4, "big") + b"\0")
        place += len(bodies[number]) if bodies else 0
    entries = b"/Type /XRef /W [1 4 1] /Index [400 %d] /Size %d /Filter /FlateDecode " % (
        count,
        400 + count,
    )
    made.pdf += b"".join(bodies)
    return ended(made, made.stream(zlib.compress(b"".join(rows), 9), entries + made.kept))


def test_good_file_is_accepted_as_it_is_without_bounds():
    (one,) = accept(by_itext(signed(1), FIELD, TOKEN()))

    assert one.field == FIELD
    assert one.certificate_pem == TOKEN().pem


def test_refusal_comes_back_with_everything_it_says():
    with pytest.raises(UploadRefused) as error:
        accept(by_itext(signed(1), "KY03", TOKEN()))

    assert error.value.code == Why.FOREIGN_FIELD
    assert error.value.field == "KY03"
    assert "là ô của đơn vị khác" in str(error.value)


def test_broken_trust_list_is_the_callers_mistake():
    with pytest.raises(ValueError, match="PEM"):
        accept(by_itext(signed(1), FIELD, TOKEN()), trust=Trust(("khong phai PEM",)))


COSTLY = [
    bomb,
    xref_bomb,
    deep_nesting,
    lambda: many_objects(600_000, listed=True),
    lambda: many_objects(1_000_000, listed=True),
    lambda: many_objects(60_000, listed=False),
]


@pytest.mark.parametrize("number", range(len(COSTLY)))
def test_costly_file_is_refused_in_bounded_time_and_memory(number):
    pdf = COSTLY[number]()
    accept(by_itext(signed(1), FIELD, TOKEN()))  # starts the server
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()

    with pytest.raises(UploadRefused) as error:
        accept(pdf)

    assert time.perf_counter() - start < limited.SECONDS + 5
    # The caller keeps no more than the file itself and its copies on the way.
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
    assert grown < 4 * len(pdf) + 20 * MEGABYTE
    assert error.value.code in (Why.TOO_COSTLY, Why.NO_SIGNATURE, Why.CONTENT_HIDDEN, Why.IRREGULAR)


@pytest.mark.parametrize("greed", ["bytes(2**30)", "time.sleep(60)", "os._exit(3)"])
def test_child_beyond_its_bounds_isended_and_the_server_lives_on(greed, monkeypatch):
    monkeypatch.setattr(limited, "SECONDS", 1)
    monkeypatch.setattr(limited, "_result", lambda *question: eval(greed))

    assert limited._by_child(pickle.dumps((b"", b"", {}))) == b""

    monkeypatch.setattr(limited, "_result", lambda *question: "in bounds")
    assert pickle.loads(limited._by_child(pickle.dumps((b"", b"", {})))) == "in bounds"


def test_two_threads_ask_one_after_the_other():
    pdf, answers = by_itext(signed(1), FIELD, TOKEN()), []
    threads = [threading.Thread(target=lambda: answers.append(accept(pdf))) for _ in range(3)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [one[0].field for one in answers] == [FIELD] * 3


def test_server_that_died_is_started_again():
    pdf = by_itext(signed(1), FIELD, TOKEN())
    accept(pdf)
    limited._SERVER.process.kill()
    limited._SERVER.process.wait()

    assert accept(pdf)
