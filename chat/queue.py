"""Who waits for somebody to take their chat, in which order. Must hold for all of it: the workspace is active."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet, Subquery

from chat.models import Chat
from tickets.models import OPEN_STATES, Channel, Ticket

MOST_COUNTED = 1000  # further back nobody is told a number


def waiting_everywhere() -> QuerySet[Chat]:
    """The live chats that nobody has, in the order in which their turn comes.

    Priority counts as time waited (`Chat.rank_at`). A chat that was put back keeps its rank, so it is at the head of
    the queue again.
    """
    waiting: QuerySet[Chat] = Chat.objects.live().filter(
        ticket__assignee=None, ticket__state__in=OPEN_STATES, ticket__waiting_since__isnull=False
    )
    return waiting.order_by("rank_at", "id")


def waiting_chats(department_id: int | None) -> QuerySet[Chat]:
    """The same of one department, or of none."""
    return waiting_everywhere().filter(ticket__department_id=department_id)


def position_of(ticket: Ticket) -> int | None:
    """The ticket's place in its department's queue, from 1; None when it does not wait, or too far back."""
    if ticket.assignee_id is not None or ticket.channel != Channel.CHAT or ticket.waiting_since is None:
        return None
    began = Subquery(Chat.objects.live().filter(ticket=ticket).values("started_at")[:1])
    place = waiting_chats(ticket.department_id).filter(started_at__lte=began)[: MOST_COUNTED + 1].count()
    return place if 0 < place <= MOST_COUNTED else None


def queue_frame(ticket: str, position: int) -> dict[str, Any]:
    return {"type": "queue", "ticket": ticket, "position": position}
