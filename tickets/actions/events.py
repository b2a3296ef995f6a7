"""Appending to a ticket's log: the only code that gives numbers."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.errors import HelpdeskError
from helpdesk.realtime.peer import Ack
from helpdesk.strict_json import dumps
from helpdesk.tenancy.bulk import Statement, rows_as_table
from helpdesk.times import wire_time
from tickets.authors import Author
from tickets.models import Event, Ticket


def request_hash(command: str, fields: dict[str, Any]) -> str:
    """HMAC-SHA256 of the command without its frame id. Two sends of one client id are "the same" when these agree.

    A keyed hash, kept through redaction and erasure, says nothing about the text to somebody who reads the table.
    """
    plain = {key: str(value) if isinstance(value, UUID) else value for key, value in sorted(fields.items())}
    return hmac.digest(settings.SECRET_KEY.encode(), dumps([command, plain]).encode(), "sha256").hex()


Key = tuple[int, str, UUID]  # ticket, sender, client id: what makes a write unique, for ever


def find_duplicate(ticket: Ticket, author: Author, client_id: UUID) -> Event | None:
    """The event this client id made before. Must hold: the ticket is locked."""
    return Event.objects.filter(ticket=ticket, sender=author.sender, client_id=client_id).first()


def looking_for(keys: Sequence[Key]) -> Statement:
    """Asks for each key, by its place in the list, whether it was used before (0 or 1). Must hold: a key is given, and
    their tickets are locked.

    One look into the unique index for each key: three IN lists would ask for every combination, and a join is read by
    scanning the whole table as long as the database knows little about its size.
    """
    columns = {"place": "bigint", "ticket_id": "bigint", "sender": "text", "client_id": "uuid"}
    listed, values = rows_as_table("wanted", columns, [(place, *key) for place, key in enumerate(keys)])
    text = (
        f"WITH {listed} SELECT wanted.place, (SELECT count(*) FROM tickets_event old "
        "WHERE old.ticket_id = wanted.ticket_id AND old.sender = wanted.sender AND old.client_id = wanted.client_id) "
        "FROM wanted"
    )
    return Statement(text, values)


def refuse_conflict(known: Event, wanted_hash: str) -> None:
    """Raises HelpdeskError idempotency_conflict when the same client id comes with another request."""
    if not hmac.compare_digest(known.request_hash, wanted_hash):
        raise idempotency_conflict()


def idempotency_conflict() -> HelpdeskError:
    return HelpdeskError("idempotency_conflict", _("This client_id was used for something else. Use a new one."))


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
    """Append one event to the ticket in memory; `save_ticket` writes it at the end of the verb.

    Must hold: a transaction in the ticket's workspace is open and the ticket is locked. True afterwards: the event has
    the next `seq`, and the next `visitor_seq` if it is public, and so has the ticket.
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
    ticket.unsaved.append(event)
    return event
