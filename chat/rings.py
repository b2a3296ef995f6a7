"""How a ring looks on an agent's screen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import BigAutoField, QuerySet
from django.utils import timezone

from chat.models import Ring, Visit
from helpdesk.accounts.names import initials_of
from helpdesk.tenancy.kept import Kept
from tickets.models import ByKind, Ticket
from tickets.rows import customer_name


@dataclass(frozen=True)
class Callers:
    """What is known of the visitors who ring, read for many at once."""

    visits: dict[int, Visit]  # visitor → the last
    known: set[int]  # visitors who have other tickets

    @classmethod
    def of(cls, tickets: Sequence[Ticket]) -> Callers:
        visitors = sorted({ticket.visitor_id for ticket in tickets if ticket.visitor_id is not None})
        if not visitors:
            return cls({}, set())
        visits = VISITS.ask(visitors=visitors)
        known = WITH_OTHERS.ask(visitors=visitors, tickets=[ticket.pk for ticket in tickets])
        return cls({visit.visitor_id: visit for visit in visits}, set(known))


def _with_others(visitors: Sequence[int], tickets: Sequence[int]) -> QuerySet[Ticket, int]:
    others = Ticket.objects.filter(visitor__pk__in=visitors).exclude(pk__in=tickets)
    theirs: QuerySet[Ticket, int] = others.values_list("visitor_id", flat=True)
    return theirs


VISITS = Kept(lambda visitors: Visit.objects.filter(visitor__pk__in=visitors).order_by("id"), visitors=[BigAutoField()])
WITH_OTHERS = Kept(_with_others, visitors=[BigAutoField()], tickets=[BigAutoField()])


def offered_frame(ring: Ring, ticket: Ticket, callers: Callers, now: datetime) -> dict[str, Any]:
    """Must hold: the ticket was read with `for_rows()`, the ring's sender with their user."""
    return {
        "type": "ring.offered",
        "ring": str(ring.public_id),
        "ticket": str(ticket.public_id),
        "mode": ring.mode,
        "expires_in_ms": max(int((ring.deadline_at - now).total_seconds() * 1000), 0),
        "rings_for_ms": int((ring.deadline_at - ring.started_at).total_seconds() * 1000),
        "summary": _summary(ring, ticket, callers, now),
    }


def _summary(ring: Ring, ticket: Ticket, callers: Callers, now: datetime) -> dict[str, Any]:
    visitor, visit = ticket.visitor, callers.visits.get(ticket.visitor_id or 0)
    name = customer_name(ticket)
    since = ticket.waiting_since or ticket.created_at
    return {
        "visitor": name,
        "hue": visitor.hue if visitor else 1,
        "initials": initials_of(name) if name else "",
        "number": ticket.number,
        "body": ticket.last_preview if ticket.last_by == ByKind.VISITOR else ticket.subject,
        "page": visit.url if visit else "",
        "title": visit.title if visit else "",
        "department": ticket.department.name if ticket.department else None,
        "language": ticket.language,
        "waited_seconds": max(int((now - since).total_seconds()), 0),
        "is_first": ticket.visitor_id not in callers.known,
        "note": ring.note,
        "from": ring.sender.as_party() if ring.sender else None,
    }


def closed_frame(ring: Ring, ticket: str, by: dict[str, Any] | None) -> dict[str, Any]:
    return {"type": "ring.closed", "ring": str(ring.public_id), "ticket": ticket, "why": ring.outcome, "by": by}


def still_ringing(membership_id: int) -> list[dict[str, Any]]:
    """The frames of what rings at a member now, for a console that connects."""
    now = timezone.now()
    rings = list(
        Ring.objects.open().filter(membership=membership_id, deadline_at__gt=now).select_related("sender__user")
    )
    if not rings:
        return []
    tickets = tickets_by_id(ring.ticket_id for ring in rings)
    callers = Callers.of(list(tickets.values()))
    return [offered_frame(ring, tickets[ring.ticket_id], callers, now) for ring in rings]


def tickets_by_id(ids: Iterable[int]) -> dict[int, Ticket]:
    return {ticket.pk: ticket for ticket in Ticket.objects.for_rows().filter(pk__in=list(ids))}
