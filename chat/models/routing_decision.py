"""The record of a routing step: what was known, and what followed from it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from chat.routing.decide import replay
from helpdesk.ids import uuid7
from helpdesk.tenancy.models import ScopedManager, ScopedModel


class Dispatcher(ScopedModel):
    """One for each workspace: whoever routes its chats holds the lock of this row, so there is one step at a time."""

    # When the last step began to read. Whoever asked before that was heard.
    routed_at = models.DateTimeField(null=True)

    class Meta(ScopedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace"], name="dispatcher_once")]


class RoutingDecision(ScopedModel):
    """`inputs` is all that the decision was made from, `outcome` the text that must follow from it for ever."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="decisions", db_index=False)
    department = models.ForeignKey("accounts.Department", on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    kind = models.CharField(max_length=10)
    why = models.CharField(max_length=16)
    # Whom it rang; the first of several.
    membership = models.ForeignKey("accounts.Membership", on_delete=models.SET_NULL, null=True, related_name="+")
    inputs = models.JSONField()
    outcome = models.TextField()

    objects: ClassVar[Any] = ScopedManager()

    class Meta(ScopedModel.Meta):
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["ticket", "-id"], name="routing_decision_by_ticket"),
            models.Index(fields=["workspace", "-id"], name="routing_decision_newest"),
        ]

    @property
    def is_replayed_equal(self) -> bool:
        """Whether the same situation leads to the same decision, to the byte, whatever the settings are today."""
        return replay(self.inputs) == self.outcome
