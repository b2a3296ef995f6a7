"""Reading the log of tickets, for the pipes, the HTTP catch-up and the sweep."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from helpdesk.accounts.models import Membership
from helpdesk.accounts.models.installation import current_epoch
from helpdesk.realtime.peer import Frame, Opening
from tickets.access import ticket_for_member, ticket_for_visitor
from tickets.envelopes import for_agents, for_visitor
from tickets.models import Event, Ticket


def agent_frames(ticket: Ticket, after: int, limit: int) -> list[Frame]:
    events = Event.objects.with_parties().filter(ticket=ticket, seq__gt=after).order_by("seq")[:limit]
    return [Frame(event.seq, for_agents(event, str(ticket.public_id)).text(), event.visitor_seq) for event in events]


def visitor_frames(ticket: Ticket, after: int, limit: int) -> list[Frame]:
    events = Event.objects.public().with_parties().filter(ticket=ticket, visitor_seq__gt=after).order_by("visitor_seq")
    return [
        Frame(event.visitor_seq or 0, for_visitor(event, str(ticket.public_id)).text(), event.seq)
        for event in events[:limit]
    ]


@dataclass
class AgentLog:
    """What one member may read. `member` is refreshed by the sweep when role or departments change."""

    member: Membership

    def open(self, ticket: UUID) -> Opening:
        found = ticket_for_member(self.member, ticket, bare=True)
        receipt = {"delivered": found.visitor_read_seq, "read": found.visitor_read_seq}
        return Opening(found.pk, found.public_id, current_epoch(), found.last_seq, found.state, {"receipt": receipt})

    def since(self, ticket_id: int, after: int, limit: int) -> list[Frame]:
        ticket = Ticket.objects.visible_to(self.member).filter(pk=ticket_id).first()
        return agent_frames(ticket, after, limit) if ticket else []


@dataclass
class VisitorLog:
    """What one visitor may read: the public events of their own tickets. `about` adds who is there to `subscribed`."""

    visitor_id: int
    about: Callable[[Ticket], dict[str, Any]]

    def open(self, ticket: UUID) -> Opening:
        found = ticket_for_visitor(self.visitor_id, ticket, bare=True)
        receipt = {"delivered": found.team_read_vseq, "read": found.team_read_vseq}
        extra = {"receipt": receipt, **self.about(found)}
        return Opening(found.pk, found.public_id, current_epoch(), found.last_visitor_seq, found.public_state, extra)

    def since(self, ticket_id: int, after: int, limit: int) -> list[Frame]:
        ticket = Ticket.objects.filter(pk=ticket_id, visitor_id=self.visitor_id).first()
        return visitor_frames(ticket, after, limit) if ticket else []


def heads(ticket_ids: list[int]) -> dict[int, dict[str, int]]:
    """The last number of each ticket in both numberings, for the sweep of one process.

    Reads outside every workspace: the keys are those of streams that were opened under their own workspace, they never
    come from a client, and only numbers leave.
    """
    found = Ticket.unscoped.filter(pk__in=ticket_ids).values_list("pk", "last_seq", "last_visitor_seq")
    return {pk: {"agents": seq, "visitor": visitor_seq} for pk, seq, visitor_seq in found}


def visible(member: Membership, ticket_ids: list[int]) -> set[int]:
    """Which of these tickets the member may see now."""
    return set(Ticket.objects.visible_to(member).filter(pk__in=ticket_ids).values_list("pk", flat=True))
