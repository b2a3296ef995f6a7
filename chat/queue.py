"""Who waits for somebody to take their chat, in which order, and for how long probably.

Must hold for all of it: the workspace is active.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from chat.floor import read_floor
from chat.models import Chat
from chat.policies import current_policies
from chat.presence import SHOP_WINDOW
from chat.routing.eta import SAMPLES, Pace
from helpdesk.tenancy.scope import require_workspace_id
from tickets.models import OPEN_STATES, Channel, Ticket

MOST_COUNTED = 1000  # further back nobody is told a number
MOST_PLACES = 50  # what an agent without a limit counts for: the largest limit that can be set


@dataclass(frozen=True, slots=True)
class Place:
    """Where a ticket stands in its department's queue."""

    position: int | None = None  # from 1; None: it does not wait, or too far back
    eta_seconds: int | None = None
    offers_message: bool = False  # nobody could be found: the visitor is offered to leave a message

    def as_json(self) -> dict[str, Any]:
        return {
            "position": self.position,
            "eta_seconds": self.eta_seconds,
            "offer": "message" if self.offers_message else None,
        }


# --- the order --------------------------------------------------------------------------------------------------------
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
    return waiting_everywhere().filter(ticket__department=department_id)


def waiting_chat(ticket: Ticket) -> Chat | None:
    """The ticket's chat, if it is one that waits."""
    if ticket.assignee_id is not None or ticket.channel != Channel.CHAT or ticket.waiting_since is None:
        return None
    return waiting_chats(ticket.department_id).filter(ticket=ticket).first()


def position_of(chat: Chat, department_id: int | None) -> int | None:
    """The place of a chat that waits in the department's queue, from 1; None when it is too far back."""
    # The first condition follows from the second, but an index can begin there, and with an OR it cannot.
    up_to_it = waiting_chats(department_id).filter(rank_at__lte=chat.rank_at)
    place = up_to_it.filter(Q(rank_at__lt=chat.rank_at) | Q(pk__lte=chat.pk))[: MOST_COUNTED + 1].count()
    return place if place <= MOST_COUNTED else None


def place_of(chat: Chat, department_id: int | None) -> Place:
    """Where a chat that waits stands. What is told of the wait rests on a pace that is at most five seconds old."""
    position = position_of(chat, department_id)
    if position is None:
        return Place(offers_message=True)  # so far back a message is the better way
    return Place(position, shown_pace(department_id).eta_seconds(position), chat.given_up_at is not None)


def queue_frame(ticket: str, place: Place) -> dict[str, Any]:
    return {"type": "queue", "ticket": ticket, **place.as_json()}


# --- the pace ---------------------------------------------------------------------------------------------------------
def shown_pace(department_id: int | None) -> Pace:
    """`current_pace` as it was at most five seconds ago."""
    return SHOP_WINDOW.get(require_workspace_id(), ("pace", department_id), lambda: current_pace(department_id))


def current_pace(department_id: int | None) -> Pace:
    """How fast the department's queue moves: by the last chats that somebody had, and by who is at work."""
    handled = Chat.objects.handled().filter(ticket__department_id=department_id).order_by("-accepted_at", "-id")
    times = handled.values_list("accepted_at", "inactive_at", "ended_at")[:SAMPLES]
    spans = [((inactive_at or ended_at) - accepted_at).total_seconds() for accepted_at, inactive_at, ended_at in times]
    return Pace(spans, _places(department_id))


def _places(department_id: int | None) -> int | None:
    """The places of those who can be rung for the department's chats, taken ones too; None when there is nobody."""
    policies, now = current_policies(), timezone.now()
    seats = [
        seat
        for seat in read_floor(policies, now).seats_of(department_id)
        if seat.is_online(now) and not seat.is_paused(department_id)
    ]
    limits = [seat.limit(policies, department_id) for seat in seats]
    return sum(MOST_PLACES if limit is None else limit for limit in limits) if seats else None
