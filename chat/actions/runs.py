"""The live runs of a ticket. Called inside the transactions of `chat.actions.conversations`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db.models import Prefetch, prefetch_related_objects
from django.utils import timezone

from chat.models import Chat, EndedWhy
from helpdesk.accounts.models import Workspace
from tickets.models import Channel, Ticket

FETCHED = "live_runs"  # where a ticket in memory keeps what was read


def fetch_live_runs(tickets: Sequence[Ticket]) -> None:
    """Read the live runs of many tickets in one query, for the functions below."""
    prefetch_related_objects(tickets, Prefetch("chats", queryset=Chat.objects.live(), to_attr=FETCHED))


def live_run(ticket: Ticket) -> Chat | None:
    fetched: list[Chat] | None = getattr(ticket, FETCHED, None)
    if fetched is None:
        fetch_live_runs([ticket])
        fetched = getattr(ticket, FETCHED)
    return fetched[0] if fetched else None


def start_run(ticket: Ticket) -> Chat:
    """The live run of the ticket, a new one if there is none. Must hold: the ticket is locked."""
    ticket.is_over = False
    run = live_run(ticket)
    if run is None:
        run = Chat(ticket=ticket)
        run.save(force_insert=True)
        setattr(ticket, FETCHED, [run])
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
    run = live_run(ticket)
    if run is not None and run.answered_at is None:
        run.answered_at = timezone.now()
        run.save(update_fields=["answered_at"])


def finish_run(ticket: Ticket, why: EndedWhy) -> Chat | None:
    """End the live run, if there is one, and return it. Must hold: the ticket is locked; the caller saves it."""
    run = live_run(ticket)
    if run is not None:
        run.ended_at = timezone.now()
        run.ended_why = why
        run.end_due_at = None
        run.save(update_fields=["ended_at", "ended_why", "end_due_at"])
        setattr(ticket, FETCHED, [])
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
