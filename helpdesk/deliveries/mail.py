"""The e-mail backend of the whole product: it sends nothing, it writes deliveries."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from helpdesk.deliveries import actions


class QueueingBackend(BaseEmailBackend):
    """Django's and allauth's mail becomes one Delivery row per message, in the caller's transaction."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            self._queue(message)
        return len(email_messages)

    def _queue(self, message: EmailMessage) -> None:
        if message.attachments or message.cc or message.bcc:
            raise ValueError("Deliveries carry no attachments, Cc or Bcc yet: send one message per recipient.")
        html = [str(content) for content, kind in getattr(message, "alternatives", []) if kind == "text/html"]
        actions.queue_mail(
            to=list(message.to),
            subject=str(message.subject),
            text=str(message.body),
            html=html[0] if html else "",
            sender=message.from_email,
            headers={name: str(value) for name, value in message.extra_headers.items()},
        )
