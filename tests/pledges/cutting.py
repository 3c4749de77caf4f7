"""Signs in a process of its own that is killed at a chosen step: `python -m tests.pledges.cutting`.

Reads one JSON line for each signing: {"party": pk, "step": name or null, "delay": seconds}. It forks;
the child signs for that unit by its leader and reports every step it comes to; `delay` seconds after
`step` it is killed (SIGKILL), or at the step itself when `delay` is null; without a step it is left
alone. Answers with one JSON line: {"reached": [steps]}.

The database, the folder of files and the CA's passphrase come from the environment; the clock starts
at the moment of the tests.
"""

import json
import os
import signal
import sys
import time
from datetime import UTC

import django

STEPS = (
    "begun",
    "stamp drawn",
    "key certified",
    "paper locked",
    "increment written",
    "increment checked",
    "file half written",
    "file on disk",
    "file kept",
    "act recorded",
    "file in the chain",
    "signature stored",
    "all stored",
    "committed",
)


class Marks:
    """Tells the parent each step, and dies at the one that is asked for."""

    def __init__(self, pipe, deadly):
        self.pipe, self.deadly = pipe, deadly

    def at(self, step):
        os.write(self.pipe, bytes([STEPS.index(step)]))
        if step == self.deadly:
            os.kill(os.getpid(), signal.SIGKILL)

    def after(self, owner, name, step):
        """Let `owner.name` report the step once it has returned."""
        function = getattr(owner, name)

        def marked(*args, **kwargs):
            result = function(*args, **kwargs)
            self.at(step)
            return result

        setattr(owner, name, marked)

    def before(self, owner, name, step):
        function = getattr(owner, name)

        def marked(*args, **kwargs):
            self.at(step)
            return function(*args, **kwargs)

        setattr(owner, name, marked)


def sign(party_pk, marks):
    from django.core.files.storage import default_storage

    from khoithidua import audit, printing, storage
    from khoithidua.models import StoredFile
    from pledges import signatures, signing
    from pledges.models import Party, Signature, SignedFile
    from pledges.signing.ca import Issuer

    marks.after(printing, "stamp", "stamp drawn")
    marks.after(Issuer, "certify", "key certified")
    marks.after(signatures, "locked", "paper locked")
    marks.after(signing.sign, "append_signature", "increment written")
    marks.after(signing.verify, "check_increment", "increment checked")
    marks.before(storage.os, "fsync", "file half written")
    marks.after(default_storage, "save", "file on disk")
    marks.after(StoredFile.objects, "keep", "file kept")
    marks.after(audit, "record", "act recorded")
    marks.after(SignedFile.objects, "create", "file in the chain")
    marks.after(Signature.objects, "create", "signature stored")
    marks.after(signatures, "complete_if_all_signed", "all stored")
    party = Party.objects.select_related("paper__year__bloc", "unit").get(pk=party_pk)
    appointment = party.unit.appointments.get(kind="leader")
    consent = signatures.Consent(signatures.declaration_text(party.paper, party), "password")
    marks.at("begun")
    signatures.sign(
        party.paper, party, by=appointment.user, appointment=appointment, consent=consent
    )
    marks.at("committed")


def cut(party, step, delay):
    """Fork, sign, kill; the steps that were reached."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        sign(party, Marks(writing, step if delay is None else None))
        os._exit(0)
    os.close(writing)
    reached = []
    while mark := os.read(reading, 1):
        reached.append(STEPS[mark[0]])
        if delay is not None and reached[-1] == step:
            time.sleep(delay)
            os.kill(child, signal.SIGKILL)
            step = None
    os.waitpid(child, 0)
    os.close(reading)
    return reached


def serve():
    """Do what a process does once before its first signing, then fork for each."""
    from django.db import connections

    from khoithidua import printing
    from pledges.models.authority import current_issuer
    from pledges.signing import sign, verify  # noqa: F401

    printing.stamp("print/stamp.html", {"titles": ["GIÁM ĐỐC"], "person": "Thử"}, 200, 90)
    print("ready", flush=True)
    for line in sys.stdin:
        current_issuer()
        connections.close_all()
        print(json.dumps({"reached": cut(**json.loads(line))}), flush=True)


if __name__ == "__main__":
    django.setup()

    import time_machine

    from tests.conftest import NOW

    with time_machine.travel(NOW.astimezone(UTC), tick=True):
        serve()
