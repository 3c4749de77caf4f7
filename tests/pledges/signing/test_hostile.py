"""Every hostile and unlucky file is refused, for the reason it is meant to be refused for.

docs/hostile-files.md is the table of what these tests found. When a sentence or a file changes:
REWRITE=1 python -m pytest tests/pledges/signing/test_hostile.py
"""

import os
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest
import time_machine

from pledges.signing.accept import Expected, Trust, UploadRefused, Why, accept
from pledges.signing.refusal import SENTENCES
from tests.pledges.signing import pki
from tests.pledges.signing.hostile import CASES, FIELD, TOKEN, Case
from tests.pledges.signing_samples import NOW, signed

SIGNED_AT = NOW + timedelta(minutes=2)
TABLE = Path(__file__).parents[3] / "docs" / "hostile-files.md"
HEAD = """# Hostile and unlucky files

What the application answers to a file that is sent as signed outside and is not what it should be.
The file in force stays as it was. This table is written by the test run and fails it when it no
longer holds (`tests/pledges/signing/test_hostile.py`); how each file is made is in `hostile/` there.

| file | made with | reason | answer |
| --- | --- | --- | --- |
"""


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(SIGNED_AT, tick=True):
        yield


@cache
def refusal(case: Case) -> UploadRefused:
    upload = case.upload()
    expected = Expected(upload.fields or {FIELD: (TOKEN().pem,)})
    trust = Trust(pki.anchors(), pki.intermediates(), upload.crls, upload.ocsps)
    before = upload.before or signed(1)
    with pytest.raises(UploadRefused) as error:
        accept(before, upload.after, expected=expected, trust=trust, at=SIGNED_AT)
    return error.value


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.build.__name__)
def test_hostile_file_is_refused_for_its_reason(case):
    error = refusal(case)

    assert error.code == case.why, repr(error.__cause__)
    assert "{" not in str(error)


def test_every_reason_has_its_own_sentence():
    assert set(SENTENCES) == set(Why)
    assert len(set(SENTENCES.values())) == len(Why)


def test_every_reason_has_a_file():
    assert {case.why for case in CASES} == set(Why)


def test_table_in_the_documents_is_what_the_files_get():
    ordered = sorted(CASES, key=lambda case: list(Why).index(case.why))
    rows = (
        f"| {case.what} | {case.by} | `{refusal(case).code}` | {refusal(case)} |"
        for case in ordered
    )
    table = HEAD + "\n".join(rows) + "\n"

    if os.environ.get("REWRITE") == "1":
        TABLE.write_text(table)

    assert TABLE.read_text() == table
