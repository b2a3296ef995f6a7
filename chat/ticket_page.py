"""Everything the console shows around a conversation."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from chat.actions.visits import last_visit
from helpdesk.accounts.models import Membership
from helpdesk.accounts.models.installation import current_epoch
from helpdesk.times import wire_time
from tickets.actions.visitors import possible_contact
from tickets.models import Ticket, Visitor
from tickets.rows import with_reads

EARLIER = 10


def ticket_page(ticket: Ticket, member: Membership) -> dict[str, Any]:
    """The ticket's row, its customer, where they are now, what they answered, and their earlier tickets."""
    visitor = ticket.visitor
    visit = last_visit(visitor) if visitor else None
    match = possible_contact(visitor) if visitor else None
    return {
        "row": with_reads([ticket], member)[0],
        "visitor": _visitor(visitor) if visitor else None,
        "contact": ticket.contact.as_json() if ticket.contact else None,
        "possible_contact": match.as_json() if match else None,
        "form": [{"label": _label(each["name"]), "value": each["value"]} for each in ticket.form],
        "visit": visit.as_json() if visit else None,
        "earlier": _earlier(ticket, member),
        "epoch": current_epoch(),
        "head": ticket.last_seq,
    }


def _visitor(visitor: Visitor) -> dict[str, Any]:
    return {
        "id": str(visitor.public_id),
        **visitor.as_profile(),
        "verified": bool(visitor.contact and visitor.contact.is_verified),
        "language": visitor.language,
        "time_zone": visitor.time_zone,
        "first_seen_at": wire_time(visitor.first_seen_at),
        "tickets": Ticket.objects.filter(visitor=visitor).count(),
    }


def _label(name: str) -> str:
    labels = {"name": _("Name"), "email": _("E-mail"), "phone": _("Phone"), "department": _("Department")}
    return labels.get(name, name)


def _earlier(ticket: Ticket, member: Membership) -> list[dict[str, Any]]:
    if ticket.visitor is None:
        return []
    others = Ticket.objects.visible_to(member).for_rows().filter(visitor=ticket.visitor).exclude(pk=ticket.pk)
    return [
        {
            "id": str(each.public_id),
            "number": each.number,
            "subject": each.subject,
            "state": each.state,
            "created_at": wire_time(each.created_at),
            "assignee": each.assignee.as_badge() if each.assignee else None,
        }
        for each in others.order_by("-id")[:EARLIER]
    ]
