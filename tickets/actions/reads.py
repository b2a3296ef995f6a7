"""How far each side has read."""

from __future__ import annotations

from django.db.models import Max

from helpdesk.accounts.models import Membership
from helpdesk.realtime import groups, publish
from tickets.models import Event, Ticket, TicketRead


def mark_read_by_member(ticket: Ticket, *, member: Membership, upto: int) -> None:
    """Note that the member has read up to the agents' number `upto`. Never goes back; more than there is means all.

    Must hold: a transaction is open and the ticket is locked. The visitor sees the team's furthest reading.
    """
    upto = min(upto, ticket.last_seq)
    read, _ = TicketRead.objects.get_or_create(ticket=ticket, membership=member)
    if upto <= read.upto:
        return
    read.upto = upto
    read.inbound = ticket.inbound if upto == ticket.last_seq else _inbound_upto(ticket, upto)
    read.save(update_fields=["upto", "inbound"])
    if upto <= ticket.team_read_seq:
        return
    visible = (
        Event.objects.public().filter(ticket=ticket, seq__lte=upto).aggregate(last=Max("visitor_seq"))["last"] or 0
    )
    ticket.team_read_seq = upto
    ticket.team_read_vseq = visible
    Ticket.objects.filter(pk=ticket.pk).update(team_read_seq=upto, team_read_vseq=visible)
    by = {"kind": "agent", "id": str(member.public_id), "name": member.public_name}
    _tell(groups.ticket_visitor(ticket.workspace_id, ticket.public_id), ticket, by, visible)


def mark_read_by_visitor(ticket: Ticket, *, upto: int) -> None:
    """The same for the visitor's own numbering."""
    upto = min(upto, ticket.last_visitor_seq)
    if upto <= ticket.visitor_read_vseq or ticket.visitor is None:
        return
    seq = Event.objects.filter(ticket=ticket, visitor_seq=upto).values_list("seq", flat=True).first() or 0
    ticket.visitor_read_vseq, ticket.visitor_read_seq = upto, seq
    Ticket.objects.filter(pk=ticket.pk).update(visitor_read_vseq=upto, visitor_read_seq=seq)
    by = {"kind": "visitor", "id": str(ticket.visitor.public_id), "name": ticket.visitor.display_name}
    _tell(groups.ticket_agents(ticket.workspace_id, ticket.public_id), ticket, by, seq)


def _inbound_upto(ticket: Ticket, upto: int) -> int:
    return Event.objects.messages().filter(ticket=ticket, seq__lte=upto, by_kind="visitor").count()


def _tell(group: str, ticket: Ticket, by: dict[str, str], upto: int) -> None:
    frame = {"type": "receipt", "ticket": str(ticket.public_id), "by": by, "delivered": upto, "read": upto}
    publish.changed([group], frame)
