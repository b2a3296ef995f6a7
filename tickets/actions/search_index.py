"""Keeping tickets findable: the documents that the search looks at, written with what they are made of."""

from __future__ import annotations

from collections.abc import Sequence

from helpdesk.tenancy.bulk import insert_rows
from tickets.models import SearchDocument, Ticket
from tickets.search import tokens_of


def index_texts(workspace_id: int, texts: Sequence[tuple[int, int, str]]) -> None:
    """Make texts findable: (ticket, event, text), by their keys. Must hold: the transaction that wrote them is open."""
    rows = [(ticket, event, tokens) for ticket, event, text in texts if (tokens := tokens_of(text, workspace_id))]
    if rows:
        insert_rows(SearchDocument, ("ticket", "event", "tokens"), rows, returning="id")


def index_ticket(ticket: Ticket) -> None:
    """Make the ticket findable by its number, subject and customer. Called when one of them changed."""
    parts = [f"{ticket.number}", ticket.subject]
    if ticket.visitor is not None:
        parts += [ticket.visitor.name, ticket.visitor.email, ticket.visitor.phone]
    SearchDocument.objects.update_or_create(
        ticket=ticket, event=None, defaults={"tokens": tokens_of(" ".join(parts), ticket.workspace_id)}
    )
