"""The live runs of a ticket. Called inside the transactions of `chat.actions.conversations`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.utils import timezone

from chat.models import Chat, EndedWhy
from helpdesk.accounts.models import Workspace
from helpdesk.tenancy.bulk import Statement, selecting
from tickets.models import Channel, Ticket


def live_run(ticket: Ticket) -> Chat | None:
    return Chat.objects.live().filter(ticket=ticket).first()


def start_run(ticket: Ticket) -> Chat:
    """The live run of the ticket, a new one if there is none. Must hold: the ticket is locked."""
    ticket.is_over = False
    run = live_run(ticket)
    if run is None:
        run = Chat(ticket=ticket)
        run.save(force_insert=True)
    return run


def note_visitor_wrote(ticket: Ticket) -> None:
    """A visitor who writes is here: the run goes on, or another one begins."""
    if ticket.channel != Channel.CHAT:
        return
    run = start_run(ticket)
    if run.end_due_at is not None:
        run.end_due_at = None
        run.save(update_fields=["end_due_at"])


def note_agent_wrote(ticket: Ticket) -> None:
    Chat.objects.live().filter(ticket=ticket, answered_at=None).update(answered_at=timezone.now())


def looking_for_going_on(ticket_ids: Sequence[int]) -> Statement:
    """Asks for those of the tickets with a live run that is not about to end, and whether an agent has answered in it
    (0 or 1)."""
    what = "ticket_id, CASE WHEN answered_at IS NULL THEN 0 ELSE 1 END"
    return selecting(Chat, what, "ticket", ticket_ids, "AND ended_at IS NULL AND end_due_at IS NULL")


def finish_run(ticket: Ticket, why: EndedWhy) -> Chat | None:
    """End the live run, if there is one, and return it. Must hold: the ticket is locked; the caller saves it."""
    run = live_run(ticket)
    if run is not None:
        run.ended_at = timezone.now()
        run.ended_why = why
        run.end_due_at = None
        run.save(update_fields=["ended_at", "ended_why", "end_due_at"])
        ticket.is_over = True
    return run


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
