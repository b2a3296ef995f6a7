"""Chats that somebody has: the time to reply, and the place that a silent visitor's chat gives back."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from chat.actions import runs
from chat.actions.lead_alerts import close_alerts, raise_alerts
from chat.actions.queue import queue_moved
from chat.models import AlertWhy, Chat, LateReply, RoutingPolicy
from chat.policies import Policies
from helpdesk.accounts.models import Membership
from tickets.access import lock_unheld
from tickets.actions import tickets as ticket_verbs
from tickets.actions.saving import save_ticket
from tickets.authors import Author
from tickets.models import NO_REPLY, OPEN_STATES

TYPING_COUNTS = timedelta(seconds=15)  # after the last sign of typing the clock runs on


def act_on_late_replies(policies: Policies, now: datetime) -> list[int]:
    """Chats whose agent has let the time to reply go by, and is not typing, go back to everybody or are called to the
    leads' attention, as their policy says.

    Of what goes back the visitor is told, and the agent is rung last for it. An alert goes out once for each wait, and
    is over when the agent has answered. Returns whose place is free, one entry for each chat. Must hold: a routing step
    is under way. A ticket that somebody holds is left to the next one.
    """

    def wants_act(chat: Chat) -> bool:
        return _is_alert_over(chat) or _is_late(chat, policies.of(chat.ticket.department_id), now)

    freed, alerts = [], []
    for ticket in lock_unheld(chat.ticket_id for chat in _held_chats() if wants_act(chat)):
        # Read under the lock: they may have answered a moment ago.
        chat = Chat.objects.live().filter(ticket=ticket).first()
        if chat is None or ticket.assignee is None:
            continue
        chat.ticket = ticket
        if _is_alert_over(chat):
            _note_alerted(chat, None)
            close_alerts(ticket)
        policy = policies.of(ticket.department_id)
        if not _is_late(chat, policy, now):
            continue
        if policy.late_reply == LateReply.ALERT:
            _note_alerted(chat, now)
            alerts.append((chat, AlertWhy.NO_REPLY))
        else:
            freed += _return(chat, ticket.assignee)
    raise_alerts(alerts, policies)
    return freed


def _return(chat: Chat, member: Membership) -> list[int]:
    """Put the chat back to everybody; whose place is free now."""
    ticket = chat.ticket
    ticket_verbs.assign_ticket(ticket, to=None, by=Author.system(), why=NO_REPLY)
    runs.note_queued(ticket, not_to=[member.pk])
    queue_moved(ticket.department_id)
    save_ticket(ticket)
    return [member.pk] if chat.inactive_at is None else []


def _note_alerted(chat: Chat, at: datetime | None) -> None:
    chat.reply_alerted_at = at
    chat.save(update_fields=["reply_alerted_at"])


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


def _is_alert_over(chat: Chat) -> bool:
    """The agent has answered since the leads were told, whatever the visitor has written after that."""
    waiting_since = chat.ticket.waiting_since
    return chat.reply_alerted_at is not None and (waiting_since is None or waiting_since > chat.reply_alerted_at)


def _is_late(chat: Chat, policy: RoutingPolicy, now: datetime) -> bool:
    since, seconds = chat.accepted_at, policy.first_reply_seconds
    if chat.answered_at is not None:
        since, seconds = chat.ticket.waiting_since, policy.next_reply_seconds
    if not seconds or since is None or chat.ticket.waiting_since is None:
        return False
    if policy.late_reply == LateReply.ALERT and chat.reply_alerted_at is not None:
        return False
    due = since + timedelta(seconds=seconds)
    return now >= max(due, chat.reply_put_off_until or due)


def _is_silent(chat: Chat, policy: RoutingPolicy, now: datetime) -> bool:
    last_at = chat.ticket.last_at
    if not policy.inactive_minutes or last_at is None:
        return False
    return now - last_at >= timedelta(minutes=policy.inactive_minutes)
