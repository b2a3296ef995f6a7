"""A ticket as a row of the inbox: one shape for REST and for `inbox.changed`."""

from __future__ import annotations

from typing import Any

from django.db.models import BigAutoField

from helpdesk.accounts.models import Membership
from helpdesk.accounts.names import initials_of
from helpdesk.tenancy.kept import Kept
from helpdesk.times import wire_time
from tickets.models import IN_A_ROW, Ticket, TicketRead


def customer_name(ticket: Ticket) -> str:
    """The contact's name, else the visitor's; "" for somebody of whom nothing is known."""
    if ticket.visitor is not None and ticket.visitor.display_name:
        return ticket.visitor.display_name
    return str(ticket.contact) if ticket.contact is not None else ""


def _last(ticket: Ticket) -> dict[str, Any] | None:
    if ticket.last_at is None:
        return None
    member = ticket.last_member
    return {
        "by": ticket.last_by,
        "member": str(member.public_id) if member else None,
        "name": member.name if member else customer_name(ticket),
        "preview": ticket.last_preview,
        "kind": ticket.last_kind,
        "at": wire_time(ticket.last_at),
    }


def ticket_row(ticket: Ticket) -> dict[str, Any]:
    """Must hold: the ticket was read with `for_rows()`. The same for every reader; `with_reads` adds one's own."""
    name = customer_name(ticket)
    visitor = ticket.visitor
    return {
        "id": str(ticket.public_id),
        "number": ticket.number,
        "subject": ticket.subject,
        "channel": ticket.channel,
        "state": ticket.state,
        "name": name,
        "initials": initials_of(name) if name else "",
        "hue": visitor.hue if visitor else 1,
        "language": ticket.language,
        "visitor": str(visitor.public_id) if visitor else None,
        "online": bool(visitor and visitor.is_online),
        "assignee": ticket.assignee.as_badge() if ticket.assignee else None,
        "department": ticket.department.as_badge() if ticket.department else None,
        "head": ticket.last_seq,
        "inbound": ticket.inbound,
        "last": _last(ticket),
        "waiting_since": wire_time(ticket.waiting_since),
        "created_at": wire_time(ticket.created_at),
        "updated_at": wire_time(ticket.updated_at),
        "version": ticket.version,
    }


def read_frames(ticket_ids: list[int]) -> dict[int, dict[str, Any]]:
    """The rows of these tickets as they are now, as frames for the lists.

    Reads outside every workspace, for all that are due at once: the keys are those of tickets that were just written
    under their own workspace, they never come from a client, and each row goes to groups of its own workspace.
    """
    return {
        ticket.pk: {"type": "inbox.changed", "version": ticket.version, "row": ticket_row(ticket)}
        for ticket in (WRITTEN.ask(pks=ticket_ids) if ticket_ids else ())
    }


WRITTEN = Kept(
    lambda pks: Ticket.unscoped.select_related(*IN_A_ROW).filter(pk__in=pks),
    pks=[BigAutoField()],
)


def with_reads(tickets: list[Ticket], member: Membership) -> list[dict[str, Any]]:
    """The rows with `mine: {read, unread}`, in one further query."""
    reads = {
        read.ticket_id: read
        for read in TicketRead.objects.filter(membership=member, ticket__in=[t.pk for t in tickets])
    }
    rows = []
    for ticket in tickets:
        read = reads.get(ticket.pk)
        seen = (read.upto, read.inbound) if read else (0, 0)
        rows.append({**ticket_row(ticket), "mine": {"read": seen[0], "unread": max(ticket.inbound - seen[1], 0)}})
    return rows
