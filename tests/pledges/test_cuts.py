"""A signing cut off at any step: the signature is there whole or not at all.

Files and database are the real ones of this run; cutting.py signs in its own process and is killed.
"""

import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from khoithidua.models import AuditEntry
from pledges import verification
from pledges.models import Party, Signature
from pledges.verification import Answer
from tests.factories import EmulationYearFactory, PaperFactory, last_file, sign_for
from tests.pledges.cutting import STEPS
from tests.soak import count

pytestmark = pytest.mark.django_db(transaction=True)

CUTS = count(50, 500)
LONGEST_DELAY = 0.04  # seconds: a little more than the longest step takes


@pytest.fixture(scope="module")
def process(django_db_setup):
    """The signing process: `process(party, step, delay)` gives the steps that were reached."""
    environment = os.environ | {
        "DEBUG": "1",
        "DJANGO_SETTINGS_MODULE": "khoithidua.settings",
        "DATABASE_URL": database_address(),
        "DATA_DIR": str(settings.DATA_DIR),
        "CA_PASSPHRASE": settings.CA_PASSPHRASE,
    }
    with subprocess.Popen(
        [sys.executable, "-m", "tests.pledges.cutting"],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdout.readline() == "ready\n"

        def cut(party, step=None, delay=None):
            order = {"party": party.pk, "step": step, "delay": delay}
            print(json.dumps(order), file=child.stdin, flush=True)
            reached = json.loads(child.stdout.readline())["reached"]
            wait_for_the_server()
            return reached

        yield cut
        child.stdin.close()


def database_address():
    """The test database, reached as this run reaches its server."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{name}"


def wait_for_the_server():
    """PostgreSQL may still be at the last thing that the killed process asked of it."""
    others = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
    )
    while connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(others)
            if cursor.fetchone() == (0,):
                return
        time.sleep(0.002)


def next_unsigned():
    """A party that has not signed yet, of a new paper when all have."""
    unsigned = Party.objects.exclude(signatures__kind="leader").order_by("pk").first()
    if unsigned:
        return unsigned
    PaperFactory(year=EmulationYearFactory(members=12), signing=True)
    return next_unsigned()


def assert_whole_or_not_at_all(party, before):
    """Either everything of the signature is there, or nothing; the file in force verifies."""
    paper, last = party.paper, last_file(party.paper)
    paper.refresh_from_db()
    signed = Signature.objects.filter(party=party).count()
    assert last.sequence == before.sequence + signed
    assert Signature.objects.filter(party__paper=paper).count() == last.sequence
    assert acts(paper, "paper.sign") == last.sequence
    assert (paper.state == "complete") is (last.sequence == paper.parties.count())
    assert acts(paper, "paper.complete") == (paper.state == "complete")
    verdict = verification.of_file(last.file.read())
    assert verdict.answer in (Answer.COMPLETE, Answer.IN_PROGRESS)
    assert verdict.inspection.intact
    assert len(verdict.inspection.signatures) == last.sequence + 1
    return bool(signed)


def acts(paper, action):
    return AuditEntry.objects.filter(chain=paper.audit_chain, action=action).count()


def sign_the_next(party, is_signed):
    """What the leader does after the cut: sign again, or let the next unit sign."""
    following = next_unsigned() if is_signed else party
    before = last_file(following.paper)
    made = sign_for(following.paper, following.unit)
    assert made.signed_file.parent == before


def test_signing_that_is_left_alone_reaches_every_step(process):
    party = next_unsigned()
    before = last_file(party.paper)

    reached = process(party)

    assert set(reached) == set(STEPS)
    assert assert_whole_or_not_at_all(party, before)


@pytest.mark.parametrize("step", STEPS)
def test_signing_cut_at_a_step_is_whole_or_not_there(process, step):
    party = next_unsigned()
    before = last_file(party.paper)

    reached = process(party, step)

    is_signed = assert_whole_or_not_at_all(party, before)
    assert reached[-1] == step
    assert is_signed is (step == "committed")
    sign_the_next(party, is_signed)


@pytest.mark.drill
def test_signing_cut_at_random_moments_is_whole_or_not_there(process):
    chance, ends = random.Random(2026), Counter()
    for _ in range(CUTS):
        party = next_unsigned()
        before = last_file(party.paper)

        # Most steps are short, so most delays are.
        delay = LONGEST_DELAY * chance.random() ** 3
        reached = process(party, chance.choice(STEPS[:-1]), delay)

        is_signed = assert_whole_or_not_at_all(party, before)
        ends[reached[-1]] += 1
        assert is_signed or reached[-1] != "committed"
        sign_the_next(party, is_signed)

    assert ends.total() == CUTS
    assert len(ends) >= 5, f"Cuts are to fall on every part of a signing: {ends}"
    call_command("verify_audit", stdout=StringIO())
