"""The record: who did what, when, from where; append-only and chained by SHA-256.

`record(...)` is called inside the transaction of the act it records. Each chain (a bloc's year, or
`he-thong/<year-month>` for log-ins, accounts and reference data) has one row in AuditChain that
serialises its writers, so different blocs never wait for each other.
"""

import hashlib
import json
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

GENESIS = "0" * 64

_origin = ContextVar("audit_origin", default="")


@dataclass(frozen=True)
class Break:
    """The first thing wrong in a chain: at which entry, and what."""

    chain: str
    sequence: int
    problem: str

    def __str__(self):
        return f"{self.chain}, mục {self.sequence}: {self.problem}"


class OriginMiddleware:
    """Remembers for the length of a request where it came from."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        from allauth.account.adapter import get_adapter
        from django.core.exceptions import PermissionDenied

        try:
            address = get_adapter().get_client_ip(request)
        except PermissionDenied:
            address = ""
        with acting_from(address):
            return self.get_response(request)


@contextmanager
def acting_from(origin):
    """Entries recorded inside carry `origin`: an address, or the name of a command."""
    token = _origin.set(origin or "")
    try:
        yield
    finally:
        _origin.reset(token)


def system_chain(moment=None):
    """The chain of what belongs to no bloc: one a month, so that there is no global hot row."""
    moment = timezone.localtime(moment or timezone.now())
    return f"he-thong/{moment:%Y-%m}"


def record(action, *, chain, by, target, summary, before=None, after=None, at=None):
    """Append one entry to `chain` and return it.

    action: "paper.adopt"; by: the user, or a plain name for the system's own acts; target: the path
    of the object; summary: one sentence in Vietnamese; before, after: plain JSON values.
    Must run inside a transaction: an entry without its act, or an act without its entry, is a lie.
    """
    from khoithidua.models import AuditChain, AuditEntry

    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("audit.record() outside a transaction")
    head = _lock(AuditChain, chain)
    entry = AuditEntry(
        chain=chain,
        sequence=head.length + 1,
        at=at or timezone.now(),
        actor=getattr(by, "username", "") or str(by),
        actor_name=getattr(by, "full_name", "") or str(by),
        capacity=getattr(by, "capacity", ""),
        origin=_origin.get(),
        action=action,
        target=target,
        summary=summary,
        before=before or {},
        after=after or {},
        previous=head.head,
    )
    entry.digest = digest_of(entry)
    entry.save(force_insert=True)
    head.length, head.head = entry.sequence, entry.digest
    head.save(update_fields=["length", "head"])
    return entry


def _lock(model, chain):
    row = model.objects.select_for_update().filter(pk=chain).first()
    if row is None:
        # Two writers may start a chain at once: the second insert is ignored, then both lock.
        model.objects.bulk_create([model(key=chain, head=GENESIS)], ignore_conflicts=True)
        row = model.objects.select_for_update().get(pk=chain)
    return row


def head_of(chain):
    """Digest of the chain's last entry, GENESIS when it has none."""
    from khoithidua.models import AuditChain

    row = AuditChain.objects.filter(pk=chain).first()
    return row.head if row else GENESIS


def heads_of(chains):
    """(chain, digest of its last entry) of those chains that have one, in order."""
    from khoithidua.models import AuditChain

    rows = AuditChain.objects.filter(pk__in=chains).order_by("pk")
    return tuple(rows.values_list("pk", "head"))


def digest_of(entry):
    """SHA-256 over the entry's plain values and the digest before it, in canonical JSON."""
    values = {
        "chain": entry.chain,
        "sequence": entry.sequence,
        "at": timezone.localtime(entry.at).isoformat(timespec="microseconds"),
        "actor": entry.actor,
        "actor_name": entry.actor_name,
        "capacity": entry.capacity,
        "origin": entry.origin,
        "action": entry.action,
        "target": entry.target,
        "summary": entry.summary,
        "before": entry.before,
        "after": entry.after,
        "previous": entry.previous,
    }
    canonical = json.dumps(values, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def verify_chain(chain, anchors=()):
    """Walk one chain; return its first Break, or None.

    anchors: (digest, where) pairs kept outside the chain (signed files, rankings): each must be the
    digest of an entry, so that a tail cut off, or a chain rewritten whole, is found.
    """
    from khoithidua.models import AuditChain, AuditEntry

    previous, count, digests = GENESIS, 0, {GENESIS}
    for entry in AuditEntry.objects.filter(chain=chain).order_by("sequence").iterator():
        if entry.sequence != count + 1:
            return Break(chain, count + 1, "mục này bị mất")
        if entry.previous != previous:
            return Break(chain, entry.sequence, "không nối với mục trước")
        if digest_of(entry) != entry.digest:
            return Break(chain, entry.sequence, "nội dung không khớp mã băm")
        previous, count = entry.digest, entry.sequence
        digests.add(previous)
    head = AuditChain.objects.filter(pk=chain).first()
    if head and (head.length, head.head) != (count, previous):
        return Break(chain, count + 1, f"mất phần cuối: chuỗi đã có {head.length} mục")
    if head is None and count:
        return Break(chain, count, "mất dòng đầu chuỗi")
    for digest, where in anchors:
        if digest not in digests:
            return Break(chain, count + 1, f"thiếu mục mà {where} đã ghi lại")
    return None
