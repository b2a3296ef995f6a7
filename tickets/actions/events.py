"""Appending to a ticket's log: the only code that gives numbers and the only code that publishes them."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.errors import HelpdeskError
from helpdesk.realtime import groups, publish
from helpdesk.realtime.peer import Ack
from helpdesk.strict_json import dumps
from helpdesk.times import wire_time
from tickets.authors import Author
from tickets.envelopes import for_agents, for_visitor
from tickets.models import Event, Ticket
from tickets.rows import ticket_row


def request_hash(command: str, fields: dict[str, Any]) -> str:
    """HMAC-SHA256 of the command without its frame id. Two sends of one client id are "the same" when these agree.

    A keyed hash, kept through redaction and erasure, says nothing about the text to somebody who reads the table.
    """
    plain = {key: str(value) if isinstance(value, UUID) else value for key, value in sorted(fields.items())}
    return hmac.new(settings.SECRET_KEY.encode(), dumps([command, plain]).encode(), hashlib.sha256).hexdigest()


def find_duplicate(ticket: Ticket, author: Author, client_id: UUID, wanted_hash: str) -> Event | None:
    """The event this client id made before. Must hold: the ticket is locked.

    Raises HelpdeskError idempotency_conflict when the same id came with another request.
    """
    event = Event.objects.filter(ticket=ticket, sender=author.sender, client_id=client_id).first()
    if event is not None and not hmac.compare_digest(event.request_hash, wanted_hash):
        raise HelpdeskError("idempotency_conflict", _("This client_id was used for something else. Use a new one."))
    return event


def ack_of(event: Event, ticket: Ticket, *, duplicate: bool = False, subscribe: bool = False) -> Ack:
    return Ack(
        ticket=ticket.public_id,
        client_id=event.client_id,
        seq=event.seq,
        visitor_seq=event.visitor_seq,
        at=wire_time(event.created_at) or "",
        duplicate=duplicate,
        subscribe=subscribe,
    )


def nothing_to_do(ticket: Ticket, client_id: UUID | None) -> Ack:
    """The ack of a command that found everything as it asked for: no event, the head as it is."""
    return Ack(
        ticket.public_id, client_id, ticket.last_seq, ticket.last_visitor_seq, wire_time(timezone.now()) or "", False
    )


def append_event(
    ticket: Ticket,
    *,
    name: str,
    by: Author,
    public: bool,
    text: str = "",
    data: dict[str, Any] | None = None,
    client_id: UUID | None = None,
    wanted_hash: str = "",
) -> Event:
    """Append one event and tell its readers after the commit.

    Must hold: a transaction in the ticket's workspace is open and the ticket is locked. True afterwards: the event has
    the next `seq`, and the next `visitor_seq` if it is public; the ticket in memory has them too, and is saved by
    `save_ticket` at the end of the verb.
    """
    ticket.last_seq += 1
    if public:
        ticket.last_visitor_seq += 1
    event = Event(
        ticket=ticket,
        seq=ticket.last_seq,
        visitor_seq=ticket.last_visitor_seq if public else None,
        name=name,
        by_kind=by.kind,
        member=by.member,
        visitor=by.visitor,
        sender=by.sender if client_id else "",
        client_id=client_id,
        request_hash=wanted_hash,
        text=text,
        data=data or {},
        created_at=timezone.now(),
    )
    event.save(force_insert=True)
    publish.to_agents(ticket.workspace_id, ticket.pk, [for_agents(event, str(ticket.public_id))])
    if public:
        publish.to_visitor(ticket.workspace_id, ticket.pk, [for_visitor(event, str(ticket.public_id))])
    return event


def save_ticket(ticket: Ticket) -> None:
    """Write the ticket's counters and state, and tell the inboxes that show it. The end of every verb on a ticket."""
    ticket.version += 1
    ticket.updated_at = timezone.now()
    ticket.save()
    announce_row(ticket)


def announce_row(ticket: Ticket) -> None:
    """Send the row to every agent socket that may see it. Must hold: the ticket was read with `for_rows()`."""
    frame = {"type": "inbox.changed", "version": ticket.version, "row": ticket_row(ticket)}
    publish.changed(row_groups(ticket), frame)


def row_groups(ticket: Ticket) -> list[str]:
    """Where a ticket's row is shown: the same rule as `TicketQuerySet.visible_to`."""
    targets = [
        groups.inbox_all(ticket.workspace_id),
        groups.inbox_department(ticket.workspace_id, ticket.department_id),
    ]
    if ticket.assignee_id is not None:
        targets.append(groups.member(ticket.workspace_id, ticket.assignee_id))
    return targets


def withdraw_row(ticket: Ticket, targets: list[str]) -> None:
    """Take the row away from groups that may no longer see it. Call it before `save_ticket`.

    The removal has a version of its own, so that a socket which sees the ticket for another reason takes the row back.
    """
    gone = [target for target in targets if target not in row_groups(ticket)]
    if gone:
        ticket.version += 1
        publish.changed(gone, {"type": "inbox.changed", "version": ticket.version, "removed": str(ticket.public_id)})
