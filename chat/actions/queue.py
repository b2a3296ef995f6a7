"""Telling those who wait how far they have come."""

from __future__ import annotations

from datetime import timedelta

from django.core.cache import cache
from django.utils import timezone

from chat.actions.waking import wake_routing
from chat.queue import MOST_COUNTED, queue_frame, waiting_chats
from helpdesk.nudge import nudge
from helpdesk.realtime import groups, publish
from helpdesk.tenancy.scope import require_workspace_id

EVERY_SECONDS = 2  # in a rush the queue moves many times a second; nobody reads so fast


def queue_moved(department_id: int | None) -> None:
    """Somebody has left the department's queue, or has joined it: workers route who waits, and tell them their places.

    Must hold: the workspace is active. Best effort: with the workers off people read their place when they come back.
    """
    from chat.tasks import tell_queue

    wake_routing()
    nudge(tell_queue, department_id)


def tell_positions(department_id: int | None) -> int:
    """Tell everybody who waits their place, at most every EVERY_SECONDS; in between it is put off, not left out.

    Returns how many were told now.
    """
    workspace_id = require_workspace_id()
    key = f"queue-told:{workspace_id}:{department_id}"
    if not cache.add(key, 1, timeout=EVERY_SECONDS):
        if cache.add(f"{key}:again", 1, timeout=EVERY_SECONDS):
            from chat.tasks import tell_queue

            nudge(tell_queue, department_id, at=timezone.now() + timedelta(seconds=EVERY_SECONDS))
        return 0
    tickets = waiting_chats(department_id).values_list("ticket__public_id", flat=True)[:MOST_COUNTED]
    news = [
        (groups.ticket_visitor(workspace_id, ticket), queue_frame(str(ticket), place))
        for place, ticket in enumerate(tickets, 1)
    ]
    publish.changed_each(news)
    return len(news)
