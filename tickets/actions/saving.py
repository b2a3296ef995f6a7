"""The end of every verb: what the ticket has gathered is written together, and told after the commit."""

from __future__ import annotations

from django.utils import timezone

from helpdesk.realtime import groups, publish
from helpdesk.tenancy import bulk
from tickets.actions.search_index import indexing
from tickets.envelopes import for_agents, for_visitor
from tickets.models import OPEN_STATES, Event, State, Ticket
from tickets.rows import read_frames


def save_ticket(ticket: Ticket) -> None:
    """Write the ticket's unsaved events, its counters and state, and tell everybody who reads or lists it.

    Must hold: a transaction is open and the ticket is locked in it.
    """
    ticket.version += 1
    ticket.updated_at = timezone.now()
    events = ticket.unsaved
    Event.objects.bulk_create(events)
    bulk.run(*indexing([(ticket.pk, event.seq, event.text) for event in events]))
    ticket.save(update_fields=Ticket.CHANGING)
    publish.after_commit([item for event in events for item in _news_of(ticket, event)])
    announce_row(ticket)
    events.clear()


def _news_of(ticket: Ticket, event: Event) -> list[publish.Item]:
    """What the readers of the ticket hear: the event as their side reads it."""
    name = str(ticket.public_id)
    items = [publish.hint_to_agents(ticket.workspace_id, ticket.pk, for_agents(event, name))]
    if event.visitor_seq is not None:
        items.append(publish.hint_to_visitor(ticket.workspace_id, ticket.pk, for_visitor(event, name)))
    return items


def announce_row(ticket: Ticket) -> None:
    """Send the row to every agent socket that may see it, once the transaction has committed."""
    publish.after_commit(
        row_news(
            ticket.workspace_id,
            ticket.pk,
            str(ticket.public_id),
            version=ticket.version,
            state=ticket.state,
            assignee_id=ticket.assignee_id,
            department_id=ticket.department_id,
        )
    )


def row_news(
    workspace_id: int,
    ticket_id: int,
    public_id: str,
    *,
    version: int,
    state: str,
    assignee_id: int | None,
    department_id: int | None,
) -> list[publish.Item]:
    """The news that a ticket's row has changed, for everybody who lists it."""
    # Whether a ticket is new, open or answered changes with every message; the rest of its state changes rarely.
    shown_state = State.OPEN if state in OPEN_STATES else state
    at_once = (shown_state, assignee_id, department_id)
    wide = publish.RowNews(public_id, ticket_id, version, at_once, True, read_frames)
    items: list[publish.Item] = [(target, wide) for target in _lists(workspace_id, department_id)]
    if assignee_id is not None:
        own = publish.RowNews(public_id, ticket_id, version, at_once, False, read_frames)
        items.append((groups.member(workspace_id, assignee_id), own))
    return items


def row_groups(ticket: Ticket) -> list[str]:
    """Where a ticket's row is shown: the same rule as `TicketQuerySet.visible_to`."""
    mine = [] if ticket.assignee_id is None else [groups.member(ticket.workspace_id, ticket.assignee_id)]
    return [*_lists(ticket.workspace_id, ticket.department_id), *mine]


def _lists(workspace_id: int, department_id: int | None) -> list[str]:
    return [groups.inbox_all(workspace_id), groups.inbox_department(workspace_id, department_id)]


def withdraw_row(ticket: Ticket, targets: list[str]) -> None:
    """Take the row away from groups that may no longer see it. Call it before `save_ticket`.

    The removal has a version of its own, so that a socket which sees the ticket for another reason takes the row back.
    """
    gone = [target for target in targets if target not in row_groups(ticket)]
    if gone:
        ticket.version += 1
        publish.changed(gone, {"type": "inbox.changed", "version": ticket.version, "removed": str(ticket.public_id)})
