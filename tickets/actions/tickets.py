"""Making tickets and changing what they are. The verbs that touch liveness have their doors in `chat.actions`."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import F
from django.utils import timezone

from helpdesk.accounts.models import Department, Membership, Workspace
from tickets.actions.events import append_event
from tickets.actions.saving import row_groups, withdraw_row
from tickets.authors import Author
from tickets.models import Channel, Event, State, Ticket, Visitor


def create_ticket(
    *,
    visitor: Visitor,
    widget: Any,
    channel: Channel,
    department: Department | None,
    subject: str,
    form: list[dict[str, str]],
    client_id: UUID,
    wanted_hash: str,
) -> Ticket:
    """A new, still empty ticket with the workspace's next number. The caller writes its first message and saves it.

    Must hold: a transaction is open. The workspace's row is locked until its end, so numbers have no gaps.
    """
    Workspace.objects.filter(pk=visitor.workspace_id).update(ticket_count=F("ticket_count") + 1)
    number = Workspace.objects.values_list("ticket_count", flat=True).get(pk=visitor.workspace_id)
    ticket = Ticket(
        number=number,
        subject=subject,
        channel=channel,
        visitor=visitor,
        contact=visitor.contact,
        widget=widget,
        department=department,
        language=visitor.language,
        form=form,
        start_client_id=client_id,
        start_request_hash=wanted_hash,
    )
    ticket.save(force_insert=True)
    return ticket


def assign_ticket(
    ticket: Ticket, *, to: Membership | None, by: Author, why: str, client_id: UUID | None = None, wanted_hash: str = ""
) -> Event:
    """Give the ticket to a member, or to nobody. Must hold: it is locked, and it has another assignee now."""
    previous = ticket.assignee
    seen_by = row_groups(ticket)
    ticket.assignee = to
    event = append_event(
        ticket,
        name="ticket.assigned",
        by=by,
        public=True,
        client_id=client_id,
        wanted_hash=wanted_hash,
        data={
            "from": previous.as_party() if previous else None,
            "to": to.as_party() if to else None,
            "public_to": {"id": str(to.public_id), "name": to.public_name} if to else None,
            "department": ticket.department.as_badge() if ticket.department else None,
            "why": why,
        },
    )
    withdraw_row(ticket, seen_by)
    return event


def change_state(
    ticket: Ticket, *, state: State, by: Author, why: str, client_id: UUID | None = None, wanted_hash: str = ""
) -> Event:
    """Resolve, reopen or mark as spam. Must hold: the ticket is locked and in another state.

    The visitor hears of it only where their own reading changes: open or ended.
    """
    was_public = ticket.public_state
    ticket.state = state
    ticket.resolved_at = timezone.now() if state == State.RESOLVED else None
    if state in (State.RESOLVED, State.SPAM):
        ticket.waiting_since = None
    public = ticket.public_state != was_public
    return append_event(
        ticket,
        name="ticket.changed",
        by=by,
        public=public,
        client_id=client_id,
        wanted_hash=wanted_hash,
        data={"state": state, "why": why, "public_state": ticket.public_state},
    )


def update_ticket(
    ticket: Ticket, *, changes: dict[str, Any], by: Author, client_id: UUID | None = None, wanted_hash: str = ""
) -> Event | None:
    """Change subject or department. Must hold: the ticket is locked. None when nothing differs."""
    data: dict[str, Any] = {"why": "edit"}
    seen_by = row_groups(ticket)
    if "subject" in changes and changes["subject"] != ticket.subject:
        ticket.subject = data["subject"] = changes["subject"]
    if "department" in changes and changes["department"] != ticket.department:
        ticket.department = changes["department"]
        data["department"] = ticket.department.as_badge() if ticket.department else {"id": None, "name": ""}
    if len(data) == 1:
        return None
    event = append_event(
        ticket, name="ticket.changed", by=by, public=False, client_id=client_id, wanted_hash=wanted_hash, data=data
    )
    withdraw_row(ticket, seen_by)
    return event
