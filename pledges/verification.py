"""What can be said of a paper, to anyone who holds its code or its file."""

import hashlib
import re
from copy import copy
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from django.db.models import Max

from pledges import signing
from pledges.models import Paper, Scan, SignedFile
from pledges.models.authority import root_certificates
from pledges.models.time_stamp import time_stamp_roots
from pledges.registering import ever_trusted, trust_list
from pledges.validations import latest_for
from units.models import EmulationYear
from units.reference import remember

# How much longer than our largest file an altered copy may be and still be opened.
ROOM_FOR_CHANGES = 256 * 1024
# A SHA-256 in a text string (UTF-16) as our signatures write it.
HEAD_IN_REASON = re.compile(rb"(?:\\000[0-9a-f]){64}")


class Answer(StrEnum):
    """The possible answers; each has its own sentence."""

    COMPLETE = "complete"  # the file in force, every unit signed
    IN_PROGRESS = "in_progress"  # ours, in force, not complete
    EARLIER = "earlier"  # ours, an earlier file of a chain that went on
    SUPERSEDED = "superseded"  # ours, but a newer version took its place
    WITHDRAWN = "withdrawn"  # ours, but the bloc withdrew it before it was complete
    ALTERED = "altered"  # made from one of ours, not what we keep
    NOT_OURS = "not_ours"
    UNKNOWN_CODE = "unknown_code"


@dataclass(frozen=True)
class Verdict:
    """One answer, the paper it speaks of, and what the file itself shows."""

    answer: Answer
    paper: Paper | None = None
    file: SignedFile | None = None
    sha256: str = ""
    problem: str = ""
    inspection: object | None = None
    scan: Scan | None = None  # of a paper signed by hand: the record copy

    @property
    def is_intact(self):
        return self.answer in (
            Answer.COMPLETE,
            Answer.IN_PROGRESS,
            Answer.EARLIER,
            Answer.SUPERSEDED,
            Answer.WITHDRAWN,
        )

    @property
    def shows_names(self):
        """Strangers learn who signed only once everyone has."""
        return self.answer in (Answer.COMPLETE, Answer.SUPERSEDED, Answer.EARLIER) and bool(
            self.paper and self.paper.completed_at
        )

    @property
    def signed_in_file(self):
        """How many units' signatures this very file carries."""
        if self.paper and self.paper.form == Paper.Form.PAPER:
            return self.paper.signed_count
        if self.file is None:
            return 0
        earlier = self.paper.signed_files.filter(sequence__lte=self.file.sequence)
        return earlier.filter(kind=SignedFile.Kind.SIGNATURE).count()

    @property
    def time_stamp(self):
        """The time stamp at the end of this very file, None without one."""
        return getattr(self.file, "time_stamp", None)

    @cached_property
    def signatures(self):
        """The recorded signatures, in the order they were made, each with its last validation."""
        rows = [
            copy(signature)  # the seats may be remembered
            for party in self.paper.seats
            for signature in (party.signature, party.agency_signature)
            if signature
        ]
        return latest_for(sorted(rows, key=lambda row: (row.signed_on, row.signed_at or 0, row.pk)))


def as_code(typed):
    """A code as it is printed, however it was typed: "gu26 7k3m qx4p" is "GU26-7K3M-QX4P"."""
    letters = re.sub(r"[^0-9A-Z]", "", typed.upper())
    return "-".join(letters[start : start + 4] for start in range(0, len(letters), 4))


def of_code(code, stamp=""):
    """The verdict on a printed code: what the record holds, no file having been checked."""
    last = _kept_files().filter(paper__code=code).order_by("-sequence").first()
    if last is None:
        return Verdict(Answer.UNKNOWN_CODE)
    paper = _shown(last.paper, stamp)
    scan = _scan_of(paper)
    return Verdict(_state_of(paper), paper, last, last.file.sha256, scan=scan)


def of_file(data, stamp=""):
    """The verdict on a file's bytes.

    "Unaltered" is said only when the SHA-256 is in the record: signatures alone cannot prove it,
    as padding and tails may change beneath them. The signatures are inspected all the same, and a
    recorded file whose signatures do not hold is not called intact either.
    """
    digest = hashlib.sha256(data).hexdigest()
    kept = _kept_files().filter(file__sha256=digest).first()
    if kept is None:
        return _of_scan(digest, stamp) or _of_foreign(data, digest, stamp)
    inspection = _inspected(data, kept.paper, ever_trusted())
    paper = _shown(kept.paper, stamp)
    if not inspection.intact:
        return Verdict(Answer.ALTERED, paper, kept, digest, inspection.problem, inspection)
    # A time stamp that came later takes nothing from a file in which everyone has signed.
    later = paper.signed_files.filter(sequence__gt=kept.sequence)
    answer = _state_of(paper)
    went_on = later.exclude(kind=SignedFile.Kind.TIME_STAMP).exists()
    if went_on and answer in (Answer.COMPLETE, Answer.IN_PROGRESS):
        answer = Answer.EARLIER
    return Verdict(answer, paper, kept, digest, "", inspection)


def _scan_of(paper):
    """The record copy of a paper signed by hand, None without."""
    if paper.form != Paper.Form.PAPER:
        return None
    return paper.scans.select_related("file", "countersigns__file").first()


def _of_scan(digest, stamp):
    """The verdict on a scan on record, or on the one that its agency's signature was added to."""
    found = Scan.objects.select_related("paper").defer("paper__reading_html")
    kept = found.filter(file__sha256=digest).first()
    if kept is None:
        return None
    paper = _shown(kept.paper, stamp)
    scan = _scan_of(paper)
    if kept.pk not in (scan.pk, scan.countersigns_id):
        return None
    return Verdict(_state_of(paper), paper, None, digest, scan=scan)


def _kept_files():
    """Signed files with their paper; its frozen text, the longest column by far, is not shown."""
    return SignedFile.objects.select_related("file", "paper", "time_stamp").defer(
        "paper__reading_html"
    )


def _shown(paper, stamp):
    """The paper with its year's names and, once it is complete and can change no more, its seats.

    Both are remembered: read, never changed.
    """
    paper.year = remember(stamp, ("named year", paper.year_id), lambda: _year_of(paper))
    if paper.completed_at:
        paper.seats = remember(stamp, ("signed seats", paper.pk), lambda: paper.seats)
    return paper


def _year_of(paper):
    return EmulationYear.objects.with_names().get(pk=paper.year_id)


def _state_of(paper):
    if paper.state in (Paper.State.SUPERSEDED, Paper.State.WITHDRAWN):
        return Answer(paper.state)
    return Answer.COMPLETE if paper.state == Paper.State.COMPLETE else Answer.IN_PROGRESS


def _of_foreign(data, digest, stamp):
    """A file we do not keep: made from one of ours, or nothing of ours at all.

    Reading a hostile PDF is costly. What is larger than any file of ours can only be one of ours
    with something added, which its beginning tells; the rest is not opened.
    """
    kept = _kept_beginning(data)
    if kept is None and len(data) > _largest_kept() + ROOM_FOR_CHANGES:
        return Verdict(Answer.NOT_OURS, sha256=digest)
    inspection = _inspected(data, kept.paper if kept else None, trust_list())
    kept = kept or _named_in_reasons(data)
    if kept is None:
        return Verdict(Answer.NOT_OURS, None, None, digest, inspection.problem, inspection)
    problem = inspection.problem or "Tệp đã bị thêm hoặc đổi dữ liệu sau khi hệ thống lưu."
    paper = _shown(kept.paper, stamp)
    return Verdict(Answer.ALTERED, paper, None, digest, problem, inspection)


def _inspected(data, paper, trusted):
    """What the file's signatures say: our own by our roots, token signatures by what is trusted.

    A signature on record was accepted by the trust list of its day, so for a kept file that list
    counts though an authority was withdrawn since; to a file from elsewhere only today's applies.
    """
    anchors, between = trusted
    trust = signing.trust.Trust(anchors, between) if anchors else None
    return signing.verify.inspect(
        data,
        root_certificates(),
        trust=trust,
        stamp_roots=time_stamp_roots(),
        certified=trust is None or paper is None or paper.is_certified,
    )


def _largest_kept():
    return SignedFile.objects.aggregate(size=Max("file__size"))["size"] or 0


def _kept_beginning(data):
    """The kept file that these bytes begin with, if something was added to one; read in one pass."""
    sizes = (
        SignedFile.objects.filter(file__size__lt=len(data))
        .order_by("file__size")
        .values_list("file__size", flat=True)
        .distinct()
    )
    running, done, digests = hashlib.sha256(), 0, []
    for size in sizes:
        running.update(data[done:size])
        done = size
        digests.append(running.copy().hexdigest())
    return _kept_files().filter(file__sha256__in=digests[-500:]).order_by("-sequence").first()


def _named_in_reasons(data):
    """The kept file whose record's head stands in a signature's reason: an altered copy names it.

    Read from the bytes: one wrong byte may leave a file that no parser opens.
    """
    heads = {found.replace(b"\\000", b"").decode() for found in HEAD_IN_REASON.findall(data)}
    return _kept_files().filter(head_in_file__in=heads).order_by("-sequence").first()
