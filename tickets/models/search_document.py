"""What the search looks at: the tokens of one text of one ticket (see tickets/search.py)."""

from __future__ import annotations

from django.db import models

from helpdesk.tenancy.models import ScopedModel


class SearchDocument(ScopedModel):
    """Tokens made by us, each prefixed by the workspace, so that the full-text index itself keeps tenants apart.

    One row for each message or note, one more (event NULL) for the ticket's own words: number, subject, names.
    """

    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="+")
    event = models.OneToOneField("tickets.Event", null=True, on_delete=models.CASCADE, related_name="+")
    tokens = models.TextField()

    class Meta(ScopedModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["ticket"], condition=models.Q(event=None), name="search_ticket_once")
        ]
