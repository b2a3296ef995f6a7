"""Writing mail down in the caller's transaction, and sending what is due."""

from __future__ import annotations

import logging
import random
import smtplib
import time
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import BadHeaderError, EmailMultiAlternatives, get_connection
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from helpdesk.deliveries.models import Delivery
from helpdesk.ids import uuid7
from helpdesk.nudge import nudge
from helpdesk.tenancy import scope

log = logging.getLogger(__name__)

LOCK_SECONDS = 60
RETRY_SECONDS = (60, 300, 1800, 7200, 21_600, 43_200, 86_400)
RUN_SECONDS = 20.0
KEEP_DONE_DAYS = 7
KEEP_DEAD_DAYS = 30


def queue_mail(
    *,
    to: list[str],
    subject: str,
    text: str,
    html: str = "",
    sender: str = "",
    headers: dict[str, str] | None = None,
    dedupe_key: str | None = None,
) -> Delivery:
    """Write one piece of mail into the caller's transaction; it leaves after commit, or never if that rolls back.

    The same `dedupe_key` again changes nothing and returns the first row. Raises `BadHeaderError` when a line break
    stands in an address, the subject or a header: that is how headers are smuggled in.
    """
    headers = headers or {}
    sender = sender or settings.DEFAULT_FROM_EMAIL
    _refuse_line_breaks([*to, sender, subject, *headers, *headers.values()])
    public_id = uuid7()
    fields = {
        "public_id": public_id,
        "workspace_id": scope.active_workspace_id(),
        "to": to,
        "sender": sender,
        "subject": subject[:998],
        "text": text,
        "html": html,
        "headers": headers,
        "message_id": f"<{public_id}@{urlsplit(settings.BASE_URL).hostname}>",
        "due_at": timezone.now(),
    }
    delivery = Delivery.objects.create(**fields) if dedupe_key is None else _create_once(dedupe_key, fields)
    from helpdesk.deliveries.tasks import send_due as task  # the task calls this module

    nudge(task)
    return delivery


def _create_once(dedupe_key: str, fields: dict[str, Any]) -> Delivery:
    try:
        with transaction.atomic():  # a savepoint: losing the race must not spoil the caller's transaction
            return Delivery.objects.create(dedupe_key=dedupe_key, **fields)
    except IntegrityError:
        return Delivery.objects.get(dedupe_key=dedupe_key)


def _refuse_line_breaks(values: list[str]) -> None:
    for value in values:
        if "\r" in value or "\n" in value:
            raise BadHeaderError(f"Line breaks are not allowed here: {value!r}")


def send_due(*, limit: int = 50, run_seconds: float = RUN_SECONDS) -> int:
    """Send what is due, one by one, each outside every transaction. Returns how many were tried.

    Rows are claimed one at a time, just before sending: a claim for a whole batch would run out while the first of the
    batch hangs. After `run_seconds` no further row is begun; the next run, or another worker, takes the rest.
    """
    stop_at = time.monotonic() + run_seconds
    tried = 0
    while tried < limit and time.monotonic() < stop_at:
        delivery = _claim_next()
        if delivery is None:
            break
        tried += 1
        _try_to_send(delivery)
    return tried


def _claim_next() -> Delivery | None:
    """Take the row that waits longest, for LOCK_SECONDS; None when nothing is due.

    The attempt is counted here, so that mail which kills the worker that sends it ends as dead and not in a loop.
    """
    now = timezone.now()
    if not Delivery.objects.due(now).exists():  # a read, so that an idle sweep takes no write lock on SQLite
        return None
    with transaction.atomic():
        row = Delivery.objects.due(now).select_for_update(skip_locked=True).order_by("due_at", "id").first()
        if row is None:
            return None
        locked_until = now + timedelta(seconds=LOCK_SECONDS)
        mine = Delivery.objects.due(now).filter(pk=row.pk)
        if not mine.update(locked_until=locked_until, attempts=F("attempts") + 1):
            return None
    row.locked_until = locked_until
    row.attempts += 1
    return row


def _try_to_send(delivery: Delivery) -> None:
    if delivery.attempts > len(RETRY_SECONDS) + 1:
        _give_up(delivery, delivery.last_error or "The worker stopped each time while sending it.")
        return
    try:
        _send(delivery)
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"[:400]
        if _is_final(error) or delivery.attempts > len(RETRY_SECONDS):
            _give_up(delivery, reason)
        else:
            _try_later(delivery, reason)
    else:
        # The words are not needed any more, and they hold links that open accounts.
        _settle(delivery, state=Delivery.State.DONE, finished_at=timezone.now(), last_error="", text="", html="")


def _send(delivery: Delivery) -> None:
    message = EmailMultiAlternatives(
        subject=delivery.subject,
        body=delivery.text,
        from_email=delivery.sender,
        to=delivery.to,
        headers={**delivery.headers, "Message-ID": delivery.message_id, "Auto-Submitted": "auto-generated"},
        connection=get_connection(settings.OUTGOING_EMAIL_BACKEND),
    )
    if delivery.html:
        message.attach_alternative(delivery.html, "text/html")
    message.send()


def _is_final(error: Exception) -> bool:
    """Whether the server refused this very message for good.

    A refused sign-in or greeting (also 5xx) is about our settings, not about the message: those are tried again.
    """
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    if isinstance(error, (smtplib.SMTPSenderRefused, smtplib.SMTPDataError)):
        return error.smtp_code >= 500
    return isinstance(error, (BadHeaderError, UnicodeError))


def _try_later(delivery: Delivery, reason: str) -> None:
    seconds = RETRY_SECONDS[delivery.attempts - 1] * random.uniform(0.8, 1.2)
    _settle(delivery, due_at=timezone.now() + timedelta(seconds=seconds), last_error=reason)


def _give_up(delivery: Delivery, reason: str) -> None:
    log.error("Mail %s is given up after %d attempts: %s", delivery.public_id, delivery.attempts, reason)
    _settle(delivery, state=Delivery.State.DEAD, finished_at=timezone.now(), last_error=reason)


def _settle(delivery: Delivery, **fields: Any) -> None:
    """Write the outcome, unless the claim has run out and another worker holds the row now."""
    mine = Delivery.objects.filter(pk=delivery.pk, locked_until=delivery.locked_until, state=Delivery.State.WAITING)
    mine.update(locked_until=None, **fields)


def forget_old() -> int:
    """Delete mail that is long finished: sent after 7 days, given up after 30. Returns how many rows went."""
    now = timezone.now()
    done = Delivery.objects.filter(state=Delivery.State.DONE, finished_at__lt=now - timedelta(days=KEEP_DONE_DAYS))
    dead = Delivery.objects.filter(state=Delivery.State.DEAD, finished_at__lt=now - timedelta(days=KEEP_DEAD_DAYS))
    return done.delete()[0] + dead.delete()[0]
