"""Chats that somebody has: the time to reply, and the place that a silent visitor's chat gives back."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from chat.actions import runs
from chat.actions.queue import queue_moved
from chat.models import Chat, RoutingPolicy
from chat.policies import Policies
from tickets.access import lock_unheld
from tickets.actions import tickets as ticket_verbs
from tickets.actions.saving import save_ticket
from tickets.authors import Author
from tickets.models import NO_REPLY, OPEN_STATES

TYPING_COUNTS = timedelta(seconds=15)  # after the last sign of typing the clock runs on


def return_unanswered(policies: Policies, now: datetime) -> list[int]:
    """Put back to everybody the chats whose agent has let the time to reply go by, and is not typing.

    The visitor is told, and the agent is rung last for it. Returns whose place it was, one entry for each chat. Must
    hold: a routing step is under way. A ticket that somebody holds is left to the next one.
    """
    due = [chat for chat in _held_chats() if _is_late(chat, policies.of(chat.ticket.department_id), now)]
    freed = []
    for ticket in lock_unheld(chat.ticket_id for chat in due):
        # Read under the lock: they may have answered a moment ago.
        chat = Chat.objects.live().filter(ticket=ticket).first()
        member = ticket.assignee
        if chat is None or member is None:
            continue
        chat.ticket = ticket
        if not _is_late(chat, policies.of(ticket.department_id), now):
            continue
        ticket_verbs.assign_ticket(ticket, to=None, by=Author.system(), why=NO_REPLY)
        runs.note_queued(ticket, not_to=[member.pk])
        queue_moved(ticket.department_id)
        save_ticket(ticket)
        if chat.inactive_at is None:
            freed.append(member.pk)
    return freed


def free_places(policies: Policies, now: datetime) -> list[int]:
    """Chats whose visitor has been silent for the policy's time, with the agent's words last, take no place any more.

    They stay open with their agent; the next word of the visitor takes the place again. Returns whose place it was.
    """
    silent = [
        chat
        for chat in _held_chats().filter(inactive_at=None, ticket__waiting_since=None)
        if _is_silent(chat, policies.of(chat.ticket.department_id), now)
    ]
    Chat.objects.filter(pk__in=[chat.pk for chat in silent]).update(inactive_at=now)
    return [chat.ticket.assignee_id for chat in silent if chat.ticket.assignee_id is not None]


def put_off_reply(ticket_id: UUID) -> None:
    """The agent is typing in the ticket: the time to reply stands still."""
    until = timezone.now() + TYPING_COUNTS
    Chat.objects.live().filter(ticket__public_id=ticket_id).update(reply_put_off_until=until)


def _held_chats() -> QuerySet[Chat]:
    chats: QuerySet[Chat] = Chat.objects.live().filter(ticket__assignee__isnull=False, ticket__state__in=OPEN_STATES)
    return chats.select_related("ticket")


def _is_late(chat: Chat, policy: RoutingPolicy, now: datetime) -> bool:
    since, seconds = chat.accepted_at, policy.first_reply_seconds
    if chat.answered_at is not None:
        since, seconds = chat.ticket.waiting_since, policy.next_reply_seconds
    if not seconds or since is None or chat.ticket.waiting_since is None:
        return False
    due = since + timedelta(seconds=seconds)
    return now >= max(due, chat.reply_put_off_until or due)


def _is_silent(chat: Chat, policy: RoutingPolicy, now: datetime) -> bool:
    last_at = chat.ticket.last_at
    if not policy.inactive_minutes or last_at is None:
        return False
    return now - last_at >= timedelta(minutes=policy.inactive_minutes)
