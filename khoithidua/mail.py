"""Outgoing mail: written with the act it tells of, sent later by `manage.py tick`."""

from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone

from khoithidua.models import Outbox

MAX_ATTEMPTS = 8


def enqueue(users, subject, body):
    """Put one mail per user with an address into the Outbox, in the caller's transaction."""
    Outbox.objects.bulk_create(
        Outbox(to=user.email, subject=subject, body=body) for user in users if user.email
    )


def tick():
    """Send what waits; what `manage.py tick` says of it."""
    sent, failed = send_waiting()
    return f"Thư: {sent} đã gửi, {failed} chưa gửi được." if sent or failed else ""


def send_waiting(limit=200):
    """Send what waits, each mail at most once at a time; return (sent, failed).

    A row is locked while its mail is handed over, so two running ticks never send it twice.
    A mail that failed MAX_ATTEMPTS times is left for people to look at.
    """
    sent = failed = 0
    waiting = Outbox.objects.filter(sent_at=None, attempts__lt=MAX_ATTEMPTS)
    for pk in list(waiting.order_by("created_at", "pk").values_list("pk", flat=True)[:limit]):
        with transaction.atomic():
            row = (
                Outbox.objects.select_for_update(skip_locked=True)
                .filter(pk=pk, sent_at=None)
                .first()
            )
            if row is None:
                continue
            row.attempts += 1
            try:
                EmailMessage(row.subject, row.body, to=[row.to]).send()
            except Exception as error:  # whatever a mail server can answer
                row.last_error = f"{type(error).__name__}: {error}"
                failed += 1
            else:
                row.sent_at, row.last_error = timezone.now(), ""
                sent += 1
            row.save(update_fields=["attempts", "last_error", "sent_at"])
    return sent, failed
