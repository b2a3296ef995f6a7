"""Keeping tickets findable: the documents that the search looks at, written with what they are made of."""

from __future__ import annotations

from collections.abc import Sequence

from helpdesk.tenancy.bulk import Statement, rows_as_table
from helpdesk.tenancy.scope import require_workspace_id
from tickets.models import SearchDocument, Ticket
from tickets.search import tokens_of


def indexing(texts: Sequence[tuple[int, int, str]]) -> list[Statement]:
    """The statement that makes texts findable, if one has a word in it: (ticket, seq of the event, text).

    It runs after the one that writes the events, in the same transaction. Each event is one look into the unique index.
    """
    workspace_id = require_workspace_id()
    rows = [(ticket, seq, tokens) for ticket, seq, text in texts if (tokens := tokens_of(text, workspace_id))]
    if not rows:
        return []
    listed, values = rows_as_table("new", {"ticket_id": "bigint", "seq": "integer", "tokens": "text"}, rows)
    text = (
        f"WITH {listed} INSERT INTO tickets_searchdocument (workspace_id, ticket_id, event_id, tokens) "
        "SELECT %s, new.ticket_id, (SELECT event.id FROM tickets_event event "
        "WHERE event.ticket_id = new.ticket_id AND event.seq = new.seq), new.tokens FROM new"
    )
    return [Statement(text, [*values, workspace_id])]


def index_ticket(ticket: Ticket) -> None:
    """Make the ticket findable by its number, subject and customer. Called when one of them changed."""
    parts = [f"{ticket.number}", ticket.subject]
    if ticket.visitor is not None:
        parts += [ticket.visitor.name, ticket.visitor.email, ticket.visitor.phone]
    SearchDocument.objects.update_or_create(
        ticket=ticket, event=None, defaults={"tokens": tokens_of(" ".join(parts), ticket.workspace_id)}
    )
