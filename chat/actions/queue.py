"""Telling those who wait how far they have come."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.core.cache import cache
from django.utils import timezone

from chat.actions.waking import wake_routing
from chat.models import Chat
from chat.queue import MOST_COUNTED, Place, current_pace, place_of, queue_frame, waiting_chat, waiting_chats
from helpdesk.nudge import nudge
from helpdesk.realtime import groups, publish
from helpdesk.tenancy import bulk, scope
from helpdesk.tenancy.scope import require_workspace_id
from tickets.models import Ticket

EVERY_SECONDS = 2  # in a rush the queue moves many times a second; nobody reads so fast
# Places change once chats are routed; told at the same time, the two would hold each other up in the worker.
AFTER_ROUTING = timedelta(milliseconds=200)


def queue_moved(department_id: int | None) -> None:
    """Somebody has left the department's queue, or has joined it: workers route who waits, and tell them their places.

    Must hold: the workspace is active. Best effort: with the workers off people read their place when they come back.
    """
    from chat.tasks import tell_queue

    wake_routing()
    nudge(tell_queue, department_id, at=timezone.now() + AFTER_ROUTING)


def tell_positions(department_id: int | None) -> int:
    """Tell everybody who waits their place, at most every EVERY_SECONDS; in between it is put off, not left out.

    The wait that somebody is told first is kept on their chat. Returns how many were told now.
    """
    workspace_id = require_workspace_id()
    key = f"queue-told:{workspace_id}:{department_id}"
    if not cache.add(key, 1, timeout=EVERY_SECONDS):
        if cache.add(f"{key}:again", 1, timeout=EVERY_SECONDS):
            from chat.tasks import tell_queue

            nudge(tell_queue, department_id, at=timezone.now() + timedelta(seconds=EVERY_SECONDS))
        return 0
    pace = current_pace(department_id)
    with scope.atomic():
        placed = [
            (chat, Place(position, pace.eta_seconds(position), chat.given_up_at is not None))
            for position, chat in enumerate(waiting_chats(department_id).select_related("ticket")[:MOST_COUNTED], 1)
        ]
        _keep_first_told(placed)
        publish.changed_each([_news(chat.ticket, place) for chat, place in placed])
    return len(placed)


def _news(ticket: Ticket, place: Place) -> tuple[str, dict[str, Any]]:
    name = str(ticket.public_id)
    return groups.ticket_visitor(ticket.workspace_id, name), queue_frame(name, place)


def tell_place(ticket: Ticket) -> dict[str, Any]:
    """Where the visitor stands in the queue, as `subscribed` says it. A wait that is told first is kept on the chat."""
    chat = waiting_chat(ticket)
    if chat is None:
        return Place().as_json()
    place = place_of(chat, ticket.department_id)
    _keep_first_told([(chat, place)])
    return place.as_json()


def _keep_first_told(placed: Iterable[tuple[Chat, Place]]) -> None:
    """What the waits turn out to be is compared with it later (`chat.eta_record`)."""
    now = timezone.now()
    first = [
        (chat.pk, now, place.eta_seconds)
        for chat, place in placed
        if chat.eta_told_at is None and place.eta_seconds is not None
    ]
    if first:
        bulk.run(bulk.updating(Chat, ("id", "eta_told_at", "eta_told_seconds"), first))
