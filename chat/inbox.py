"""The shared inbox: which tickets a view shows, in which order, and how many there are."""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.models import Membership
from helpdesk.errors import HelpdeskError
from tickets.models import State, Ticket
from tickets.models.ticket import TicketQuerySet
from tickets.rows import with_reads
from tickets.search import search

PAGE = 50
MAX_PAGE = 200


def view_tickets(view: str, member: Membership) -> TicketQuerySet:
    """The tickets of a view that the member may see. Raises HelpdeskError choice for an unknown view."""
    seen: TicketQuerySet = Ticket.objects.visible_to(member)
    if view == "all":
        return seen.open()
    if view == "mine":
        return seen.open().assigned_to(member.pk)
    if view == "unassigned":
        return seen.open().unassigned()
    if view in ("resolved", "spam"):
        return seen.closed_as(State(view))
    raise HelpdeskError("choice", _("There is no such view."), field="view")


def list_page(member: Membership, *, view: str, query: str, cursor: str, limit: int) -> dict[str, Any]:
    """One page of a view, newest first. With `query`, the view is ignored: a search sees every ticket one may see."""
    tickets: Any = search(Ticket.objects.visible_to(member), query) if query.strip() else view_tickets(view, member)
    if cursor:
        updated_at, pk = _read_cursor(cursor)
        tickets = tickets.filter(Q(updated_at__lt=updated_at) | Q(updated_at=updated_at, pk__lt=pk))
    found = list(tickets.for_rows().order_by("-updated_at", "-id")[: limit + 1])
    page = found[:limit]
    more = _write_cursor(page[-1]) if len(found) > limit else None
    return {"rows": with_reads(page, member), "next": more, "counts": counts(member)}


def counts(member: Membership) -> dict[str, int]:
    """How many open tickets each view shows, in one query; resolved ones are not counted: there is no end to them."""
    return (
        Ticket.objects.visible_to(member)
        .open()
        .aggregate(
            all=Count("id"),
            mine=Count("id", filter=Q(assignee=member)),
            unassigned=Count("id", filter=Q(assignee=None)),
            waiting=Count("id", filter=Q(waiting_since__isnull=False)),
        )
    )


def _write_cursor(ticket: Ticket) -> str:
    return base64.urlsafe_b64encode(f"{ticket.updated_at.isoformat()}|{ticket.pk}".encode()).decode()


def _read_cursor(cursor: str) -> tuple[datetime, int]:
    try:
        moment, _separator, pk = base64.urlsafe_b64decode(cursor.encode()).decode().partition("|")
        return datetime.fromisoformat(moment).astimezone(UTC), int(pk)
    except (ValueError, OverflowError, binascii.Error):
        raise HelpdeskError("invalid", _("Start again from the first page."), field="cursor") from None
