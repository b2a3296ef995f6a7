"""The end of every verb: what the tickets have gathered is written together, and told after the commit."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone

from helpdesk.realtime import groups, publish
from helpdesk.tenancy.bulk import update_rows
from tickets.actions.search_index import index_events
from tickets.envelopes import for_agents, for_visitor
from tickets.models import Event, Ticket
from tickets.rows import ticket_row


def save_ticket(ticket: Ticket) -> None:
    """`save_tickets` for one."""
    save_tickets([ticket])


def save_tickets(tickets: Sequence[Ticket]) -> None:
    """Write the tickets' unsaved events, their counters and state, and tell everybody who reads or lists them.

    Must hold: a transaction is open in the tickets' workspace, each ticket is locked in it and was read with
    `for_rows()`. The number of statements does not depend on the number of tickets.
    """
    now = timezone.now()
    for ticket in tickets:
        ticket.version += 1
        ticket.updated_at = now
    events = [event for ticket in tickets for event in ticket.unsaved]
    Event.objects.bulk_create(events)
    index_events(events)
    update_rows(tickets, Ticket.CHANGING)
    publish.after_commit([item for ticket in tickets for item in _news_of(ticket)])
    for ticket in tickets:
        ticket.unsaved.clear()


def _news_of(ticket: Ticket) -> list[publish.Item]:
    """What the readers of the ticket hear: each event as their side reads it, and the row for the lists."""
    items = []
    name = str(ticket.public_id)
    for event in ticket.unsaved:
        items.append(publish.hint_to_agents(ticket.workspace_id, ticket.pk, for_agents(event, name)))
        if event.visitor_seq is not None:
            items.append(publish.hint_to_visitor(ticket.workspace_id, ticket.pk, for_visitor(event, name)))
    return [*items, *_row_news(ticket)]


def _row_news(ticket: Ticket) -> list[publish.Item]:
    # Whether a ticket is new, open or answered changes with every message; the rest of its state changes rarely.
    state = "open" if ticket.is_open else ticket.state

    def news(*, is_wide: bool) -> publish.RowNews:
        return publish.RowNews(
            id=str(ticket.public_id),
            version=ticket.version,
            at_once=(state, ticket.assignee_id, ticket.department_id, ticket.subject),
            is_wide=is_wide,
            frame=lambda: {"type": "inbox.changed", "version": ticket.version, "row": ticket_row(ticket)},
        )

    wide = news(is_wide=True)
    items: list[publish.Item] = [(target, wide) for target in _lists(ticket)]
    if ticket.assignee_id is not None:
        items.append((groups.member(ticket.workspace_id, ticket.assignee_id), news(is_wide=False)))
    return items


def announce_row(ticket: Ticket) -> None:
    """Send the row to every agent socket that may see it. Must hold: the ticket was read with `for_rows()`."""
    publish.after_commit(_row_news(ticket))


def row_groups(ticket: Ticket) -> list[str]:
    """Where a ticket's row is shown: the same rule as `TicketQuerySet.visible_to`."""
    mine = [] if ticket.assignee_id is None else [groups.member(ticket.workspace_id, ticket.assignee_id)]
    return [*_lists(ticket), *mine]


def _lists(ticket: Ticket) -> list[str]:
    return [groups.inbox_all(ticket.workspace_id), groups.inbox_department(ticket.workspace_id, ticket.department_id)]


def withdraw_row(ticket: Ticket, targets: list[str]) -> None:
    """Take the row away from groups that may no longer see it. Call it before `save_ticket`.

    The removal has a version of its own, so that a socket which sees the ticket for another reason takes the row back.
    """
    gone = [target for target in targets if target not in row_groups(ticket)]
    if gone:
        ticket.version += 1
        publish.changed(gone, {"type": "inbox.changed", "version": ticket.version, "removed": str(ticket.public_id)})
