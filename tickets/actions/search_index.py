"""Keeping tickets findable: the documents that the search looks at, written with what they are made of."""

from __future__ import annotations

from tickets.models import Event, SearchDocument, Ticket
from tickets.search import tokens_of


def index_event(event: Event) -> None:
    """Make a message or note findable. Must hold: the transaction that appended it is open."""
    tokens = tokens_of(event.text, event.workspace_id)
    if tokens:
        SearchDocument(ticket_id=event.ticket_id, event=event, tokens=tokens).save(force_insert=True)


def index_ticket(ticket: Ticket) -> None:
    """Make the ticket findable by its number, subject and customer. Called when one of them changed."""
    parts = [f"{ticket.number}", ticket.subject]
    if ticket.visitor is not None:
        parts += [ticket.visitor.name, ticket.visitor.email, ticket.visitor.phone]
    SearchDocument.objects.update_or_create(
        ticket=ticket, event=None, defaults={"tokens": tokens_of(" ".join(parts), ticket.workspace_id)}
    )
