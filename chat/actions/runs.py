"""The live runs of a ticket. Called inside the transactions of `chat.actions.conversations`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.utils import timezone

from chat.actions.lead_alerts import close_alerts
from chat.actions.queue import queue_moved
from chat.actions.waking import wake_routing
from chat.models import Chat, Desk, EndedWhy
from chat.priorities import priority_of
from helpdesk.accounts.models import Workspace
from helpdesk.tenancy.bulk import Statement, selecting
from tickets.models import Channel, Ticket

NOT_WAITING: dict[str, Any] = {
    "cycle": 1,
    "tried": [],
    "rests_until": None,
    "given_up_at": None,
    "route_at": None,
    "waits_why": "",
    "inactive_at": None,
    "reply_put_off_until": None,
    "reply_alerted_at": None,
}


def live_run(ticket: Ticket) -> Chat | None:
    return Chat.objects.live().filter(ticket=ticket).first()


def start_run(ticket: Ticket) -> Chat:
    """The live run of the ticket, a new one if there is none. Must hold: the ticket is locked."""
    ticket.is_over = False
    run = live_run(ticket)
    if run is None:
        run = Chat(ticket=ticket)
        _put_in_order(run, ticket)
        run.save(force_insert=True)
        if run.priority:
            queue_moved(ticket.department_id)  # who was before it reads another place now
        else:
            wake_routing()
    return run


def _put_in_order(run: Chat, ticket: Ticket) -> None:
    """The chat's place in the queue: a point of priority is worth a minute of waiting."""
    now = timezone.now()
    run.priority = priority_of(ticket)
    run.queued_at, run.rank_at = now, now - timedelta(minutes=run.priority)


def note_visitor_wrote(ticket: Ticket) -> None:
    """A visitor who writes is here: the run goes on, or another one begins."""
    if ticket.channel != Channel.CHAT:
        return
    run = start_run(ticket)
    if run.end_due_at is not None or run.inactive_at is not None:
        run.end_due_at = run.inactive_at = None
        run.save(update_fields=["end_due_at", "inactive_at"])


def note_agent_wrote(ticket: Ticket) -> None:
    Chat.objects.live().filter(ticket=ticket, answered_at=None).update(answered_at=timezone.now())


def looking_for_going_on(ticket_ids: Sequence[int]) -> Statement:
    """Asks for those of the tickets whose live run a message leaves as it is, and whether an agent has answered in it
    (0 or 1)."""
    what = "ticket_id, CASE WHEN answered_at IS NULL THEN 0 ELSE 1 END"
    usual = "AND ended_at IS NULL AND end_due_at IS NULL AND inactive_at IS NULL"
    return selecting(Chat, what, "ticket", ticket_ids, usual)


def finish_run(ticket: Ticket, why: EndedWhy) -> Chat | None:
    """End the live run, if there is one, and return it. Must hold: the ticket is locked; the caller saves it."""
    run = live_run(ticket)
    if run is not None:
        run.ended_at = timezone.now()
        run.ended_why = why
        run.end_due_at = None
        run.save(update_fields=["ended_at", "ended_why", "end_due_at"])
        ticket.is_over = True
        if ticket.assignee_id is not None:
            Desk.objects.filter(membership=ticket.assignee_id).update(last_ended_at=run.ended_at)
        close_alerts(ticket)
    return run


def note_assigned(ticket: Ticket) -> None:
    """Somebody has the chat: it waits no more, and what was tried for it is history."""
    Chat.objects.live().filter(ticket=ticket).update(**NOT_WAITING, accepted_at=timezone.now())
    close_alerts(ticket)


def note_queued(ticket: Ticket, *, not_to: Sequence[int] = ()) -> None:
    """Nobody has the chat any more: it waits anew, at its old place in the order. `not_to`: whom not to ring first."""
    fresh = {**NOT_WAITING, "tried": list(not_to), "accepted_at": None, "queued_at": timezone.now()}
    # Another wait, so what was foretold of the one before says nothing of it.
    Chat.objects.live().filter(ticket=ticket).update(**fresh, eta_told_at=None, eta_told_seconds=None)
    close_alerts(ticket)


def set_end_due(visitor_id: int, *, idle: bool) -> None:
    """The visitor left the site (`idle`) or came back: their live chats get or lose the time at which they end."""
    runs = Chat.objects.live().filter(ticket__visitor_id=visitor_id)
    if not idle:
        runs.exclude(end_due_at=None).update(end_due_at=None)
        return
    first = runs.first()
    if first is not None:
        minutes = Workspace.objects.values_list("idle_minutes", flat=True).get(pk=first.workspace_id)
        runs.filter(end_due_at=None).update(end_due_at=timezone.now() + timedelta(minutes=minutes))
