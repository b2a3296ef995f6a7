"""What is going on between the team and each visitor: read from open chats and invitations, never told by them."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.utils import timezone

from chat.models import Chat, InvitationExposure
from helpdesk.realtime import groups
from tickets.models import Ticket, Visitor

BROWSING = {"state": "browsing", "ticket": None, "number": None, "with": None, "department": None}


class Going(NamedTuple):
    """A visitor's open chat: who it is of, how the row says it, and the groups that may see the ticket."""

    name: str
    email: str
    row: dict[str, Any]
    targets: frozenset[str]


def open_chats() -> dict[str, Going]:
    """The live chats of the active workspace by their visitor's id, in one query."""
    live = Chat.objects.live().select_related("ticket__visitor", "ticket__assignee", "ticket__department")
    tickets = [chat.ticket for chat in live.order_by("id")]
    return {str(ticket.visitor.public_id): _going(ticket, ticket.visitor) for ticket in tickets if ticket.visitor}


def open_invitations() -> dict[str, dict[str, Any]]:
    """Whom colleagues have invited by hand and who may still answer, by browser, in one query."""
    open_ones = InvitationExposure.objects.that_take_a_place(timezone.now()).order_by("id")
    found = open_ones.values_list("browser", "by__public_id")
    return {str(browser): {**BROWSING, "state": "invited", "with": str(by)} for browser, by in found}


def _going(ticket: Ticket, visitor: Visitor) -> Going:
    assignee, department = ticket.assignee, ticket.department
    row = {
        "state": "queued" if assignee is None else "chatting",
        "ticket": str(ticket.public_id),
        "number": ticket.number,
        "with": str(assignee.public_id) if assignee else None,
        "department": str(department.public_id) if department else None,
    }
    targets = groups.ticket_row(ticket.workspace_id, ticket.department_id, ticket.assignee_id)
    return Going(visitor.display_name, visitor.email, row, frozenset(targets))
