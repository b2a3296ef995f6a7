"""The invariants of routing, judged over the rows that a run has left. Each answers sentences about what broke it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import pairwise
from typing import Any

from chat.models import Chat, Ring, RingMode, RingOutcome, RoutingDecision
from tickets.models import OPEN_STATES, Event

Spans = dict[int, list[tuple[datetime, datetime | None]]]


def one_assignee() -> Iterator[str]:
    """R-I1: every assignment begins from the one before it, and automatic ones from nobody."""
    by_ticket: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for event in Event.objects.filter(name="ticket.assigned").order_by("ticket", "seq"):
        by_ticket[event.ticket_id].append(event.data)
    for ticket, steps in by_ticket.items():
        for before, after in pairwise([{"to": None}, *steps]):
            if before["to"] != after["from"] or (after["why"] == "ring" and after["from"] is not None):
                yield f"ticket {ticket}: it went to {before['to']}, then from {after['from']} to {after['to']}"


def within_limit(limit: int) -> Iterator[str]:
    """R-I2: at no moment an agent had more chats and directed rings than the limit. Nothing was taken by hand."""
    for member, spans in _taken_places().items():
        changes = [(at, 1) for at, _end in spans] + [(end, -1) for _at, end in spans if end is not None]
        places = 0
        # What ends at a moment ends before what begins then.
        for at, change in sorted(changes, key=lambda each: (each[0], each[1])):
            places += change
            if places > limit:
                yield f"agent {member} had {places} places taken at {at}, of {limit}"
                break


def _taken_places() -> Spans:
    spans: Spans = defaultdict(list)
    accepted: dict[int, list[tuple[int, datetime]]] = defaultdict(list)
    for ring in Ring.objects.exclude(mode=RingMode.TRANSFER):
        if ring.mode == RingMode.DIRECTED:
            spans[ring.membership_id].append((ring.started_at, ring.closed_at))
        if ring.outcome == RingOutcome.ACCEPTED and ring.closed_at is not None:
            accepted[ring.ticket_id].append((ring.membership_id, ring.closed_at))
    ended = dict(Chat.objects.values_list("ticket", "ended_at"))
    returned = defaultdict(list)
    for event in Event.objects.filter(name="ticket.assigned", data__to=None):
        returned[event.ticket_id].append(event.created_at)
    for ticket, takings in accepted.items():
        for member, at in takings:
            ends = [*returned[ticket], *([ended[ticket]] if ended.get(ticket) else [])]
            spans[member].append((at, min((end for end in ends if end > at), default=None)))
    return spans


def no_silent_wait() -> Iterator[str]:
    """R-I3: who waits rings somewhere, or it is written down why not."""
    ringing = set(Ring.objects.open().values_list("ticket_id", flat=True))
    waiting = Chat.objects.live().filter(ticket__assignee=None, ticket__state__in=OPEN_STATES)
    for ticket, why in waiting.values_list("ticket_id", "waits_why"):
        if ticket not in ringing and not why:
            yield f"ticket {ticket} waits, and nobody knows why"


def nobody_twice_in_a_cycle() -> Iterator[str]:
    """R-I4: from one acceptance to the next nobody is rung twice in a cycle."""
    rung: dict[int, Counter[tuple[int, int]]] = defaultdict(Counter)
    for ring in Ring.objects.exclude(mode=RingMode.TRANSFER).order_by("ticket", "id"):
        key = (ring.membership_id, ring.cycle)
        # Taken back is no try: the agent was gone, or somebody else was faster.
        rung[ring.ticket_id][key] += ring.outcome in (RingOutcome.DECLINED, RingOutcome.TIMEOUT)
        if rung[ring.ticket_id][key] > 1:
            yield f"ticket {ring.ticket_id}: agent {key[0]} was rung twice in cycle {key[1]}"
        if ring.outcome == RingOutcome.ACCEPTED:
            rung[ring.ticket_id].clear()


def one_winner() -> Iterator[str]:
    """R-I5: of what rings at the same time for a ticket one is accepted."""
    accepted: dict[int, list[Ring]] = defaultdict(list)
    for ring in Ring.objects.filter(outcome=RingOutcome.ACCEPTED).order_by("id"):
        accepted[ring.ticket_id].append(ring)
    for ticket, rings in accepted.items():
        for first, second in pairwise(rings):
            if first.closed_at is None or second.started_at < first.closed_at:
                yield f"ticket {ticket} was accepted twice: rings {first.pk} and {second.pk}"


def no_ring_without_reason() -> Iterator[str]:
    """R-I6: what rings belongs to a chat that waits."""
    for ring in Ring.objects.open().exclude(mode=RingMode.TRANSFER).select_related("ticket"):
        is_live = Chat.objects.live().filter(ticket=ring.ticket).exists()
        if not ring.ticket.is_open or ring.ticket.assignee_id is not None or not is_live:
            yield f"ring {ring.pk} goes on for ticket {ring.ticket_id}, which does not wait"


def replays() -> Iterator[str]:
    """R-I7: each record leads to the same decision again."""
    for record in RoutingDecision.objects.order_by("id").iterator(200):
        if not record.is_replayed_equal:
            yield f"decision {record.pk} of ticket {record.ticket_id} comes out otherwise now"


def violations(limit: int) -> list[str]:
    """Must hold: the workspace is active, and nothing runs any more."""
    rules: dict[str, Callable[[], Iterator[str]]] = {
        "R-I1": one_assignee,
        "R-I2": lambda: within_limit(limit),
        "R-I3": no_silent_wait,
        "R-I4": nobody_twice_in_a_cycle,
        "R-I5": one_winner,
        "R-I6": no_ring_without_reason,
        "R-I7": replays,
    }
    return [f"{name}: {sentence}" for name, rule in rules.items() for sentence in rule()]
