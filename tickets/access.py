"""The one place that decides which ticket somebody may reach. Everything else answers not_found."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from helpdesk.accounts.models import Department, Membership
from helpdesk.errors import not_found
from helpdesk.realtime.peer import HELD, Held
from tickets.models import Contact, Ticket, Visitor


def locked(tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """Those of `tickets` that are there, locked. Needs a transaction; on SQLite BEGIN IMMEDIATE has locked already.

    Locked alone and read afterwards: when PostgreSQL has to wait for a row it reads that row again, but not what is
    joined to it, so a ticket that was taken meanwhile would come without its assignee.
    """
    # Not a key lock: rows that only point to the ticket may be written meanwhile; no two writers wait in a ring.
    bare = tickets.select_related(None).only("pk").select_for_update(of=("self",), no_key=True)
    return tickets.filter(pk__in=[ticket.pk for ticket in bare])


def lock_free(public_ids: Iterable[UUID]) -> dict[UUID, Ticket | Held]:
    """Those of the tickets that nobody else holds, locked and with their rows; HELD for the others.

    Tickets that are not there are missing; who may reach them is for the caller to judge. Never waits, and locks in one
    order. Must hold: a transaction is open.
    """
    wanted = Ticket.objects.filter(public_id__in=public_ids)
    mine = list(wanted.order_by("pk").select_for_update(no_key=True, skip_locked=True))
    _fetch_rows(mine)
    found: dict[UUID, Ticket | Held] = {ticket.public_id: ticket for ticket in mine}
    missing = set(public_ids) - set(found)
    if missing:
        found |= dict.fromkeys(Ticket.objects.filter(public_id__in=missing).values_list("public_id", flat=True), HELD)
    return found


def _fetch_rows(tickets: list[Ticket]) -> None:
    """What `for_rows()` joins, read for many tickets at once.

    A join would read each agent again for every ticket, and planning it takes longer than these few look-ups.
    """
    members = Membership.objects.select_related("user").in_bulk(_keys(tickets, "assignee", "last_member"))
    related: dict[str, dict[int, Any]] = {
        "visitor": Visitor.objects.in_bulk(_keys(tickets, "visitor")),
        "contact": Contact.objects.in_bulk(_keys(tickets, "contact")),
        "department": Department.objects.in_bulk(_keys(tickets, "department")),
        "assignee": members,
        "last_member": members,
    }
    for name, rows in related.items():
        field: Any = Ticket._meta.get_field(name)
        for ticket in tickets:
            field.set_cached_value(ticket, rows.get(getattr(ticket, field.attname)))


def _keys(tickets: list[Ticket], *names: str) -> list[int]:
    """The keys that the tickets' fields point to. Without any, Django asks nothing."""
    return list({key for ticket in tickets for name in names if (key := getattr(ticket, f"{name}_id")) is not None})


def _one(tickets: QuerySet[Ticket], *, lock: bool) -> Ticket:
    """The single ticket of the query set, locked if asked."""
    ticket = (locked(tickets) if lock else tickets).first()
    if ticket is None:
        raise not_found()
    return ticket


def ticket_for_member(member: Membership, public_id: UUID, *, lock: bool = False, bare: bool = False) -> Ticket:
    """The ticket, if the member may see it; `bare` without what a row shows. Raises HelpdeskError not_found."""
    tickets = Ticket.objects.visible_to(member).filter(public_id=public_id)
    return _one(tickets if bare else tickets.for_rows(), lock=lock)


def ticket_by_number(member: Membership, number: int) -> Ticket:
    """The same by its human number. Raises HelpdeskError not_found."""
    return _one(Ticket.objects.visible_to(member).for_rows().filter(number=number), lock=False)


def ticket_for_visitor(visitor_id: int, public_id: UUID, *, lock: bool = False, bare: bool = False) -> Ticket:
    """The ticket, if it is the visitor's own; `bare` with no more than who answers. Raises HelpdeskError not_found."""
    tickets = Ticket.objects.filter(public_id=public_id, visitor_id=visitor_id)
    return _one(tickets.select_related("assignee__user") if bare else tickets.for_rows(), lock=lock)


def ticket_for_system(ticket_id: int) -> Ticket:
    """The ticket, locked, for a task that found its row. Raises HelpdeskError not_found."""
    return _one(Ticket.objects.for_rows().filter(pk=ticket_id), lock=True)
