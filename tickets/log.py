"""Reading the log of tickets, for the pipes, the HTTP catch-up and the sweep."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from django.db.models import BigAutoField, F, IntegerField

from helpdesk.accounts.models import Membership
from helpdesk.accounts.models.installation import current_epoch
from helpdesk.realtime import groups
from helpdesk.realtime.peer import Frame, Opening
from helpdesk.tenancy.kept import Kept
from tickets.access import ticket_for_member, ticket_for_visitor
from tickets.envelopes import for_agents, for_visitor
from tickets.models import Event, Ticket


def agent_frames(ticket: Ticket, after: int, limit: int) -> list[Frame]:
    return _agent_frames(Event.objects.filter(ticket=ticket), after, limit)


def _agent_frames(events: Any, after: int, limit: int) -> list[Frame]:
    found = events.with_parties().filter(seq__gt=after).order_by("seq").annotate(of=F("ticket__public_id"))[:limit]
    return [Frame(event.seq, for_agents(event, str(event.of)).text(), event.visitor_seq) for event in found]


@cache
def _visitor_events(limit: int) -> Kept[Any]:
    """Those of a visitor's own ticket beyond a number, at most `limit`; the readers have a handful of limits."""

    def build(ticket: Any, visitor: Any, after: Any) -> Any:
        own = Event.objects.filter(ticket__pk=ticket, ticket__visitor_id=visitor, visitor_seq__gt=after)
        found = own.public().with_parties().order_by("visitor_seq")
        return found.annotate(of=F("ticket__public_id"))[:limit]

    return Kept(build, ticket=BigAutoField(), visitor=BigAutoField(), after=IntegerField())


@dataclass
class AgentLog:
    """What one member may read. `member` is refreshed by the sweep when role or departments change."""

    member: Membership

    def open(self, ticket: UUID) -> Opening:
        found = ticket_for_member(self.member, ticket, bare=True)
        receipt = {"delivered": found.visitor_read_seq, "read": found.visitor_read_seq}
        return Opening(found.pk, found.public_id, current_epoch(), found.last_seq, found.state, {"receipt": receipt})

    def since(self, ticket_id: int, after: int, limit: int) -> list[Frame]:
        visible = Ticket.objects.visible_to(self.member).filter(pk=ticket_id)
        return _agent_frames(Event.objects.filter(ticket__in=visible), after, limit)


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
        found = _visitor_events(limit).ask(ticket=ticket_id, visitor=self.visitor_id, after=after)
        return [Frame(event.visitor_seq or 0, for_visitor(event, str(event.of)).text(), event.seq) for event in found]


def heads(ticket_ids: list[int]) -> dict[int, dict[str, int]]:
    """The last number of each ticket in both numberings, for the sweep of one process.

    Reads outside every workspace: the keys are those of streams that were opened under their own workspace, they never
    come from a client, and only numbers leave.
    """
    found = Ticket.unscoped.filter(pk__in=ticket_ids).values_list("pk", "last_seq", "last_visitor_seq")
    return {pk: {"agents": seq, "visitor": visitor_seq} for pk, seq, visitor_seq in found}


def shown_to(ticket_ids: list[int]) -> dict[int, set[str]]:
    """The groups that may see each ticket now. Read outside every workspace, as `heads`; only groups' names leave."""
    found = Ticket.unscoped.filter(pk__in=ticket_ids).values_list("pk", "workspace_id", "department_id", "assignee_id")
    return {pk: set(groups.ticket_row(*facts)) for pk, *facts in found}
