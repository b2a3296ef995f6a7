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
from tickets.finding import find
from tickets.models import Place, State, Ticket
from tickets.models.ticket import TicketQuerySet
from tickets.rows import with_reads

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
    after = _read_cursor(cursor) if cursor else None
    page, more = _search(member, query, after, limit) if query.strip() else _page(view, member, after, limit)
    return {"rows": with_reads(page, member), "next": _write_cursor(more) if more else None, "counts": counts(member)}


def _page(view: str, member: Membership, after: Place | None, limit: int) -> tuple[list[Ticket], Place | None]:
    tickets = view_tickets(view, member)
    if after:
        tickets = tickets.after(after)
    found = list(tickets.for_rows().newest_first()[: limit + 1])
    return found[:limit], found[limit - 1].place if len(found) > limit else None


def _search(member: Membership, query: str, after: Place | None, limit: int) -> tuple[list[Ticket], Place | None]:
    found = find(Ticket.objects.visible_to(member), query, after=after, limit=limit)
    return list(Ticket.objects.for_rows().newest_first().filter(pk__in=found.ids)), found.more


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


def _write_cursor(place: Place) -> str:
    return base64.urlsafe_b64encode(f"{place.updated_at.isoformat()}|{place.pk}".encode()).decode()


def _read_cursor(cursor: str) -> Place:
    try:
        moment, _separator, pk = base64.urlsafe_b64decode(cursor.encode()).decode().partition("|")
        return Place(datetime.fromisoformat(moment).astimezone(UTC), int(pk))
    except (ValueError, OverflowError, binascii.Error):
        raise HelpdeskError("invalid", _("Start again from the first page."), field="cursor") from None
