"""Keeping tickets findable: the documents that the search looks at, written with what they are made of."""

from __future__ import annotations

from collections.abc import Sequence

from tickets.models import Event, SearchDocument, Ticket
from tickets.search import tokens_of


def index_events(events: Sequence[Event]) -> None:
    """Make messages and notes findable. Must hold: the transaction that appended them is open, they have their keys."""
    documents = [
        SearchDocument(ticket_id=event.ticket_id, event=event, tokens=tokens)
        for event in events
        if (tokens := tokens_of(event.text, event.workspace_id))
    ]
    SearchDocument.objects.bulk_create(documents)


def index_ticket(ticket: Ticket) -> None:
    """Make the ticket findable by its number, subject and customer. Called when one of them changed."""
    parts = [f"{ticket.number}", ticket.subject]
    if ticket.visitor is not None:
        parts += [ticket.visitor.name, ticket.visitor.email, ticket.visitor.phone]
    SearchDocument.objects.update_or_create(
        ticket=ticket, event=None, defaults={"tokens": tokens_of(" ".join(parts), ticket.workspace_id)}
    )
