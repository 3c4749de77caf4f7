"""One document time stamp after the last signature: asked for by `tick` until it is had.

The authority is on the network, so it is asked outside any transaction. Its answer counts only if,
under the paper's lock, the file it was asked about is still the one in force.
"""

from datetime import timedelta
from queue import Empty, Queue
from threading import Thread
from urllib.request import Request, urlopen

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from khoithidua import audit, text
from khoithidua.models import StoredFile
from pledges import signing
from pledges.models import Paper, SignedFile
from pledges.models.time_stamp import TimeStamp, TimeStampWait, roots_to_take, unstamped_papers
from pledges.signing.errors import SigningError, TimeStampRefused

AT_ONCE = 5
# While one tick asks, others leave the paper alone; a tick that was cut off is retried after it.
LEASE = timedelta(minutes=2)
LONGEST_PAUSE = timedelta(hours=1)
# How far the authority's clock may be from ours, either way.
CLOCK_DIFFERENCE = timedelta(minutes=10)
MOST_BYTES = 64 * 1024


def tick():
    """Ask for the time stamps that are due; return what happened in one sentence, or nothing."""
    if not settings.TSA_URL:
        return ""
    now = timezone.now()
    due = unstamped_papers().filter(Q(time_stamp_wait=None) | Q(time_stamp_wait__next_at__lte=now))
    done = failed = 0
    for paper in due.order_by("completed_at", "pk")[:AT_ONCE]:
        if not _claim(paper):
            continue
        try:
            done += add_time_stamp(paper)
        except (SigningError, OSError) as error:
            _wait(paper, str(error))
            failed += 1
    if not done and not failed:
        return ""
    return f"Dấu thời gian: {done} đã thêm, {failed} chưa lấy được."


def add_time_stamp(paper):
    """Append the authority's stamp to the file in force; return whether it was taken.

    False: another signature or stamp came first. Raises SigningError or OSError with the reason.
    """
    roots = roots_to_take()
    if not roots:
        raise TimeStampRefused(
            "Chưa khai báo chứng thư gốc của nơi cấp dấu thời gian (TSA_CA), danh sách tin cậy cũng chưa có."
        )
    parent = _in_force(paper)
    before = parent.file.read()
    awaiting = signing.timestamp.prepare(before)
    after = signing.timestamp.finish(awaiting, ask(settings.TSA_URL, awaiting.request))
    with transaction.atomic():
        paper = (
            Paper.objects.select_for_update(of=("self",))
            .select_related("year__bloc__authority")
            .get(pk=paper.pk)
        )
        if _in_force(paper) != parent or paper.state != Paper.State.COMPLETE:
            return False
        report = signing.verify.check_increment(before, after, awaiting.field_name, roots)
        _refuse_other_times(report.claimed_at)
        _keep(paper, parent, after, report, roots)
    return True


def panel_notices(today):
    """What the first page of the panel says of stamps asked for more than twice in vain."""
    waits = list(TimeStampWait.objects.filter(attempts__gt=2).select_related("paper__year__bloc"))
    if not waits:
        return []
    sentence = (
        f"{len(waits)} giao ước đang chờ dấu thời gian. Lần hỏi gần nhất: {waits[-1].last_error}"
    )
    return [(sentence, waits[-1].paper.get_absolute_url())]


def ask(url, request):
    """Send one request (RFC 3161 3.4) and return the answer's bytes; raise OSError.

    In a thread that is left behind after TSA_TIMEOUT seconds: a socket's own timeout starts anew
    with every byte, so a server that trickles could hold `tick`, and with it all mail, for hours.
    """
    answers = Queue()
    asked = Request(  # noqa: S310, the operator's own setting
        url, request, {"Content-Type": "application/timestamp-query", "User-Agent": "khoithidua"}
    )

    def wait():
        try:
            with urlopen(asked, timeout=settings.TSA_TIMEOUT) as answer:  # noqa: S310
                answers.put(answer.read(MOST_BYTES))
        except Exception as error:  # whatever a network or a server can answer
            answers.put(error)

    Thread(target=wait, daemon=True).start()
    try:
        answer = answers.get(timeout=settings.TSA_TIMEOUT)
    except Empty:
        raise TimeoutError("Máy chủ cấp dấu thời gian không trả lời kịp.") from None
    if isinstance(answer, Exception):
        raise OSError(f"Không hỏi được máy chủ cấp dấu thời gian: {answer}") from answer
    return answer


def _claim(paper):
    """Whether this tick is the one to ask for the paper now; it then has it for LEASE."""
    now = timezone.now()
    with transaction.atomic():
        TimeStampWait.objects.get_or_create(paper=paper, defaults={"next_at": now})
        wait = TimeStampWait.objects.select_for_update().get(paper=paper)
        if wait.next_at > now:
            return False
        wait.attempts += 1
        wait.next_at = now + LEASE
        wait.save(update_fields=["attempts", "next_at"])
    return True


def _wait(paper, reason):
    """Note why there is no stamp yet, and leave twice as long a pause as the last time."""
    with transaction.atomic():
        wait = TimeStampWait.objects.select_for_update().get(paper=paper)
        pause = min(timedelta(minutes=2 ** min(wait.attempts - 1, 10)), LONGEST_PAUSE)
        wait.next_at, wait.last_error = timezone.now() + pause, reason[:300]
        wait.save(update_fields=["next_at", "last_error"])


def _in_force(paper):
    return paper.signed_files.select_related("file").order_by("-sequence").first()


def _refuse_other_times(stamped_at):
    if abs(stamped_at - timezone.now()) > CLOCK_DIFFERENCE:
        raise TimeStampRefused(
            f"Dấu thời gian ghi {text.moment_exact(stamped_at)}, không khớp đồng hồ của máy chủ."
        )


def _keep(paper, parent, data, report, roots):
    stored = StoredFile.objects.keep(data, content_type="application/pdf")
    now = timezone.now()
    entry = audit.record(
        "paper.time_stamp",
        chain=paper.audit_chain,
        by="tick",
        target=paper.audit_path,
        summary=(
            f"Thêm dấu thời gian của {report.signer_name} lúc "
            f"{text.moment_exact(report.claimed_at)} vào {paper.audit_name}."
        ),
        after={
            "sha256": stored.sha256,
            "authority": report.signer_name,
            "at": report.claimed_at.isoformat(),
        },
        at=now,
    )
    file = SignedFile.objects.create(
        paper=paper,
        sequence=parent.sequence + 1,
        kind=SignedFile.Kind.TIME_STAMP,
        file=stored,
        parent=parent,
        at=now,
        # A time stamp has no reason to write one into: the last in the file stays its parent's.
        head_in_file=parent.head_in_file,
        audit_digest=entry.digest,
    )
    TimeStamp.objects.create(
        signed_file=file,
        authority=report.signer_name,
        at=report.claimed_at,
        roots_pem="\n".join(roots),
    )
    TimeStampWait.objects.filter(paper=paper).delete()
