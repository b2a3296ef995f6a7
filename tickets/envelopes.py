"""A row of the log as the event that each audience reads. The visitor's form is built from scratch, never filtered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from helpdesk.accounts.models import Membership
from helpdesk.realtime.events import (
    AgentEvent,
    AlertRaised,
    ChatEnded,
    ChatEndedForVisitor,
    Envelope,
    InvitationAccepted,
    InvitationAcceptedForVisitor,
    MessageCreated,
    MessageCreatedForVisitor,
    NoteCreated,
    TicketAssigned,
    TicketAssignedForVisitor,
    TicketChanged,
    TicketChangedForVisitor,
    TransferClosed,
    TransferOffered,
    VisitorEvent,
)
from helpdesk.times import wire_time
from tickets.authors import party_for_agents, party_for_visitor
from tickets.models import AGENT_LEFT, NO_REPLY, Visitor

# Why nobody has a conversation any more, where the visitor is told.
TOLD_TO_VISITORS = (AGENT_LEFT, NO_REPLY)


class Logged(Protocol):
    """A row of the log, or what will be one."""

    @property
    def public_id(self) -> UUID: ...
    @property
    def seq(self) -> int: ...
    @property
    def visitor_seq(self) -> int | None: ...
    @property
    def name(self) -> str: ...
    @property
    def by_kind(self) -> str: ...
    @property
    def member(self) -> Membership | None: ...
    @property
    def visitor(self) -> Visitor | None: ...
    @property
    def client_id(self) -> UUID | None: ...
    @property
    def text(self) -> str: ...
    @property
    def data(self) -> dict[str, Any]: ...
    @property
    def created_at(self) -> datetime: ...


def _message(event: Logged) -> dict[str, Any]:
    kind = "note" if event.name == NoteCreated.name else "text"
    return {
        "message": str(event.public_id),
        "kind": kind,
        "body": event.text,
        "attachments": [],
        "reply_to": event.data.get("reply_to"),
    }


_for_agents: dict[str, Callable[[Logged], AgentEvent]] = {
    "message.created": lambda event: MessageCreated(**_message(event)),
    "note.created": lambda event: NoteCreated(**_message(event)),
    "ticket.assigned": lambda event: TicketAssigned(
        from_=event.data.get("from"),
        to=event.data.get("to"),
        department=event.data.get("department"),
        why=event.data["why"],
    ),
    "transfer.offered": lambda event: TransferOffered(to=event.data["to"], note=event.text),
    "transfer.closed": lambda event: TransferClosed(to=event.data["to"], why=event.data["why"]),
    "alert.raised": lambda event: AlertRaised(why=event.data["why"], to=event.data["to"]),
    "ticket.changed": lambda event: TicketChanged(
        why=event.data["why"],
        state=event.data.get("state"),
        subject=event.data.get("subject"),
        department=event.data.get("department"),
    ),
    "invitation.accepted": lambda event: InvitationAccepted(
        body=event.text, invitation=event.data["invitation"], variant=event.data["variant"]
    ),
    "chat.ended": lambda event: ChatEnded(why=event.data["why"]),
}

_for_visitor: dict[str, Callable[[Logged], VisitorEvent]] = {
    "message.created": lambda event: MessageCreatedForVisitor(**_message(event)),
    "ticket.assigned": lambda event: TicketAssignedForVisitor(
        to=event.data.get("public_to"), why=event.data["why"] if event.data["why"] in TOLD_TO_VISITORS else None
    ),
    "invitation.accepted": lambda event: InvitationAcceptedForVisitor(body=event.text),
    "ticket.changed": lambda event: TicketChangedForVisitor(state=event.data["public_state"]),
    "chat.ended": lambda event: ChatEndedForVisitor(why=event.data["why"], number=event.data.get("number")),
}


def _client_id(event: Logged) -> str | None:
    return str(event.client_id) if event.client_id else None


def for_agents(event: Logged, ticket: str) -> Envelope[AgentEvent]:
    """`event` needs its member, the member's user and its visitor at hand."""
    return Envelope(
        event=_for_agents[event.name](event),
        ticket=ticket,
        seq=event.seq,
        other_seq=event.visitor_seq,
        by=party_for_agents(event.by_kind, event.member, event.visitor),
        at=wire_time(event.created_at) or "",
        client_id=_client_id(event),
    )


def for_visitor(event: Logged, ticket: str) -> Envelope[VisitorEvent]:
    """Must hold: the event is public (it has a visitor_seq)."""
    if event.visitor_seq is None:
        raise ValueError("This event is not public.")
    return Envelope(
        event=_for_visitor[event.name](event),
        ticket=ticket,
        seq=event.visitor_seq,
        other_seq=event.seq,
        by=party_for_visitor(event.by_kind, event.member, event.visitor),
        at=wire_time(event.created_at) or "",
        client_id=_client_id(event),
    )
