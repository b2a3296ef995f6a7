"""What is going on between the team and each visitor: read from open chats and invitations, never told by them."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

from django.utils import timezone

from chat.models import Chat, InvitationExposure
from helpdesk.realtime import groups
from tickets.models.visitor import display_name

BROWSING = {"state": "browsing", "ticket": None, "number": None, "with": None, "department": None}


class Going(NamedTuple):
    """A visitor's open chat: who it is of, how the row says it, and the groups that may see the ticket."""

    name: str
    email: str
    row: dict[str, Any]
    targets: frozenset[str]


# Values, not models: a busy shop has hundreds of chats, and they are read every two seconds.
READ = (
    "ticket__visitor__public_id",
    "ticket__visitor__name",
    "ticket__visitor__email",
    "ticket__public_id",
    "ticket__number",
    "ticket__assignee_id",
    "ticket__assignee__public_id",
    "ticket__department_id",
    "ticket__department__public_id",
    "workspace_id",
)


def open_chats() -> dict[str, Going]:
    """The live chats of the active workspace by their visitor's id, in one query."""
    live = Chat.objects.live().filter(ticket__visitor__isnull=False).order_by("id")
    return {str(values[0]): _going(*values[1:]) for values in live.values_list(*READ)}


def open_invitations() -> dict[str, dict[str, Any]]:
    """Whom colleagues have invited by hand and who may still answer, by browser, in one query."""
    open_ones = InvitationExposure.objects.that_take_a_place(timezone.now()).order_by("id")
    found = open_ones.values_list("browser", "by__public_id")
    return {str(browser): {**BROWSING, "state": "invited", "with": str(by)} for browser, by in found}


def _going(
    name: str,
    email: str,
    ticket: UUID,
    number: int,
    assignee_id: int | None,
    assignee: UUID | None,
    department_id: int | None,
    department: UUID | None,
    workspace_id: int,
) -> Going:
    row = {
        "state": "queued" if assignee is None else "chatting",
        "ticket": str(ticket),
        "number": number,
        "with": str(assignee) if assignee else None,
        "department": str(department) if department else None,
    }
    targets = groups.ticket_row(workspace_id, department_id, assignee_id)
    return Going(display_name(name, email), email, row, frozenset(targets))
