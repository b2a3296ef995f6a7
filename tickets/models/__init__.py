from tickets.models.canned import CannedMessage, Scope
from tickets.models.event import AGENT_LEFT, NO_REPLY, ByKind, Event, TicketRead
from tickets.models.search_document import SearchDocument
from tickets.models.ticket import IN_A_ROW, OPEN_STATES, Channel, Place, State, Ticket, sees
from tickets.models.visitor import Contact, Visitor

__all__ = [
    "AGENT_LEFT",
    "IN_A_ROW",
    "NO_REPLY",
    "OPEN_STATES",
    "ByKind",
    "CannedMessage",
    "Channel",
    "Contact",
    "Event",
    "Place",
    "Scope",
    "SearchDocument",
    "State",
    "Ticket",
    "TicketRead",
    "Visitor",
    "sees",
]
