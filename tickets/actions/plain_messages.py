"""Many plain messages in one transaction: the hot path of a group commit.

A message is plain when all it does to its ticket is to be counted: the ticket is open, its live run goes on, the agent
who writes has it already. That is nearly every message of a chat. Here tickets and events are a few values each, not
models: with models Python spends four times as long on a message as PostgreSQL does. Whatever is not plain is done by
the verbs of `tickets.actions.messages`; the rules that both need are shared with them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from helpdesk.ids import uuid7
from helpdesk.realtime import publish
from helpdesk.realtime.peer import Ack
from helpdesk.tenancy import bulk
from helpdesk.tenancy.scope import require_workspace_id
from helpdesk.times import wire_time
from tickets.actions.messages import count_message, preview_of
from tickets.actions.saving import row_news
from tickets.actions.search_index import indexing
from tickets.authors import Author
from tickets.envelopes import for_agents, for_visitor
from tickets.models import OPEN_STATES, Event, Ticket

EVENT_FIELDS = (
    "public_id",
    "ticket",
    "seq",
    "visitor_seq",
    "name",
    "by_kind",
    "member",
    "visitor",
    "sender",
    "client_id",
    "request_hash",
    "text",
    "data",
    "created_at",
)
TICKET_FIELDS = (
    "id",
    "last_seq",
    "last_visitor_seq",
    "inbound",
    "state",
    "waiting_since",
    "last_by",
    "last_member",
    "last_kind",
    "last_preview",
    "last_at",
    "version",
    "updated_at",
)


@dataclass(slots=True)
class PlainEvent:
    """An event as `tickets.envelopes` and the table need it."""

    public_id: UUID
    seq: int
    visitor_seq: int | None
    name: str
    by: Author
    client_id: UUID
    request_hash: str
    text: str
    created_at: datetime
    data: dict[str, Any] = field(default_factory=dict)

    @property
    def by_kind(self) -> str:
        return self.by.kind

    @property
    def member(self) -> Any:
        return self.by.member

    @property
    def visitor(self) -> Any:
        return self.by.visitor


@dataclass(slots=True)
class PlainTicket:
    """A locked, open ticket: what a plain message reads of it and changes. The names are those of `Ticket`."""

    pk: int
    public_id: UUID
    channel: str
    assignee_id: int | None
    department_id: int | None
    visitor_id: int | None
    last_seq: int
    last_visitor_seq: int
    inbound: int
    state: str
    answered_at: datetime | None
    waiting_since: datetime | None
    version: int
    unsaved: list[PlainEvent] = field(default_factory=list)


# Stands for whatever moment the database knows: that there is one is all that a plain message needs.
EARLIER = datetime.min.replace(tzinfo=UTC)
READ = (
    "id, public_id, channel, assignee_id, department_id, visitor_id, last_seq, last_visitor_seq, inbound, state, "
    "answered_at IS NOT NULL, waiting_since IS NOT NULL, version"
)
OPEN = "AND NOT is_over AND state IN ({}) ORDER BY id".format(", ".join(f"'{state.value}'" for state in OPEN_STATES))

LOCK = "FOR NO KEY UPDATE SKIP LOCKED"


def lock_open(public_ids: Sequence[UUID]) -> dict[UUID, PlainTicket]:
    """Those of the active workspace's tickets that are open and that nobody else holds, locked.

    Never waits, and locks in one order, so that two processes never wait for each other. Must hold: a transaction is
    open. Who may write to them is for the caller to judge.
    """
    rest = f"{OPEN} {LOCK}" if connection.vendor == "postgresql" else OPEN
    found = {}
    for key, public_id, *plain, is_answered, is_waiting, version in bulk.run(
        bulk.selecting(Ticket, READ, "public_id", public_ids, rest)
    ):
        values: list[Any] = [*plain, EARLIER if is_answered else None, EARLIER if is_waiting else None, version]
        id = public_id if isinstance(public_id, UUID) else UUID(public_id)
        found[id] = PlainTicket(key, id, *values)
    return found


def append_plain(
    ticket: PlainTicket, *, by: Author, name: str, text: str, client_id: UUID, wanted_hash: str, at: datetime
) -> Ack:
    """Append a message or a note to the locked ticket in memory; `save_plain` writes it. Returns its ack."""
    ticket.last_seq += 1
    is_public = name == "message.created"
    if is_public:
        ticket.last_visitor_seq += 1
    visitor_seq = ticket.last_visitor_seq if is_public else None
    ticket.unsaved.append(PlainEvent(uuid7(), ticket.last_seq, visitor_seq, name, by, client_id, wanted_hash, text, at))
    if is_public:
        count_message(ticket, by.kind, at)
    return Ack(ticket.public_id, client_id, ticket.last_seq, visitor_seq, wire_time(at) or "", False)


def save_plain(tickets: Sequence[PlainTicket], at: datetime) -> None:
    """Write what was appended, in one round trip whatever its amount, and tell everybody after the commit.

    Must hold: the transaction in which the tickets were locked is open, in their workspace; each has something unsaved.
    """
    workspace_id = require_workspace_id()
    for ticket in tickets:
        ticket.version += 1
    events = [_event_row(ticket, event) for ticket in tickets for event in ticket.unsaved]
    texts = [(ticket.pk, event.seq, event.text) for ticket in tickets for event in ticket.unsaved]
    rows = [_ticket_row(ticket, at) for ticket in tickets]
    bulk.run(
        bulk.inserting(Event, EVENT_FIELDS, events),
        *indexing(texts),
        bulk.updating(Ticket, TICKET_FIELDS, rows, kept=("waiting_since", EARLIER)),
    )
    publish.after_commit([item for ticket in tickets for item in _news_of(workspace_id, ticket)])


def _event_row(ticket: PlainTicket, event: PlainEvent) -> tuple[Any, ...]:
    by = event.by
    return (
        event.public_id,
        ticket.pk,
        event.seq,
        event.visitor_seq,
        event.name,
        by.kind,
        by.member.pk if by.member is not None else None,
        by.visitor.pk if by.visitor is not None else None,
        by.sender,
        event.client_id,
        event.request_hash,
        event.text,
        event.data,
        event.created_at,
    )


def _ticket_row(ticket: PlainTicket, at: datetime) -> tuple[Any, ...]:
    last = ticket.unsaved[-1]
    return (
        ticket.pk,
        ticket.last_seq,
        ticket.last_visitor_seq,
        ticket.inbound,
        ticket.state,
        ticket.waiting_since,
        last.by.kind,
        last.by.member.pk if last.by.member is not None else None,
        "text" if last.visitor_seq is not None else "note",
        preview_of(last.text),
        last.created_at,
        ticket.version,
        at,
    )


def _news_of(workspace_id: int, ticket: PlainTicket) -> list[publish.Item]:
    items: list[publish.Item] = []
    name = str(ticket.public_id)
    for event in ticket.unsaved:
        items.append(publish.hint_to_agents(workspace_id, ticket.pk, for_agents(event, name)))
        if event.visitor_seq is not None:
            items.append(publish.hint_to_visitor(workspace_id, ticket.pk, for_visitor(event, name)))
    items += row_news(
        workspace_id,
        ticket.pk,
        name,
        version=ticket.version,
        state=ticket.state,
        assignee_id=ticket.assignee_id,
        department_id=ticket.department_id,
    )
    return items
