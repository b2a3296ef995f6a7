"""The one place that decides which ticket somebody may reach. Everything else answers not_found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db.models import BigAutoField, QuerySet, UUIDField

from helpdesk.accounts.models import Membership
from helpdesk.errors import not_found
from helpdesk.tenancy.kept import Kept
from tickets.models import Ticket


def locked(tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """Those of `tickets` that are there, locked. Needs a transaction; on SQLite BEGIN IMMEDIATE has locked already.

    Locked alone and read afterwards: when PostgreSQL has to wait for a row it reads that row again, but not what is
    joined to it, so a ticket that was taken meanwhile would come without its assignee.
    """
    # Not a key lock: rows that only point to the ticket may be written meanwhile; no two writers wait in a ring.
    bare = tickets.select_related(None).only("pk").select_for_update(of=("self",), no_key=True)
    return tickets.filter(pk__in=[ticket.pk for ticket in bare])


def lock_unheld(ticket_ids: Iterable[int]) -> list[Ticket]:
    """Those of the tickets that nobody else holds, locked, with what a row shows. Never waits.

    For a task that found the rows and comes back to what is held. Needs a transaction.
    """
    held = hold_unheld(ticket_ids)
    return list(Ticket.objects.for_rows().filter(pk__in=held)) if held else []


def hold_unheld(ticket_ids: Iterable[int]) -> list[int]:
    """The same, for somebody who reads them otherwise: the keys of those that are locked now."""
    wanted = list(ticket_ids)
    return UNHELD.ask(pks=wanted) if wanted else []


def _unheld(pks: Sequence[int]) -> QuerySet[Ticket, int]:
    unheld = Ticket.objects.filter(pk__in=pks).select_for_update(of=("self",), no_key=True, skip_locked=True)
    keys: QuerySet[Ticket, int] = unheld.order_by("id").values_list("pk", flat=True)
    return keys


UNHELD = Kept(_unheld, pks=[BigAutoField()])


def _one(tickets: QuerySet[Ticket], *, lock: bool) -> Ticket:
    """The single ticket of the query set, locked if asked."""
    return _found((locked(tickets) if lock else tickets)[:1])


def _found(tickets: Iterable[Ticket]) -> Ticket:
    for ticket in tickets:
        return ticket
    raise not_found()


def ticket_for_member(member: Membership, public_id: UUID, *, lock: bool = False, bare: bool = False) -> Ticket:
    """The ticket, if the member may see it; `bare` without what a row shows. Raises HelpdeskError not_found."""
    tickets = Ticket.objects.visible_to(member).filter(public_id=public_id)
    return _one(tickets if bare else tickets.for_rows(), lock=lock)


def ticket_by_number(member: Membership, number: int) -> Ticket:
    """The same by its human number. Raises HelpdeskError not_found."""
    return _one(Ticket.objects.visible_to(member).for_rows().filter(number=number), lock=False)


def ticket_for_visitor(visitor_id: int, public_id: UUID, *, lock: bool = False, bare: bool = False) -> Ticket:
    """The ticket, if it is the visitor's own; `bare` with no more than who answers. Raises HelpdeskError not_found."""
    if bare and not lock:
        return _found(OF_VISITOR.ask(public_id=public_id, visitor=visitor_id))
    tickets = _of_visitor(public_id, visitor_id)
    return _one(tickets if bare else tickets.for_rows(), lock=lock)


def _of_visitor(public_id: Any, visitor: Any) -> Any:
    return Ticket.objects.filter(public_id=public_id, visitor_id=visitor).select_related("assignee__user")


OF_VISITOR = Kept(_of_visitor, public_id=UUIDField(), visitor=BigAutoField())


def ticket_for_system(ticket_id: int) -> Ticket:
    """The ticket, locked, for a task that found its row. Raises HelpdeskError not_found."""
    return _one(Ticket.objects.for_rows().filter(pk=ticket_id), lock=True)
