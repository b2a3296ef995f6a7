"""The record of a decision to invite somebody or not, for whoever asks why."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from chat.targeting.choose import replay
from helpdesk.ids import uuid7
from helpdesk.tenancy.models import ScopedManager, ScopedModel


class InvitationDecision(ScopedModel):
    """`inputs` is all that the decision was made from, `outcome` the text that must follow from it for ever."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    browser = models.UUIDField()
    visitor = models.ForeignKey(
        "tickets.Visitor", on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    at = models.DateTimeField()
    page = models.CharField(max_length=2000, blank=True)
    kind = models.CharField(max_length=10)  # chat.targeting.choose.Kind
    # What became of the one that was asked for: chat.targeting.choose.Why, and of manners the rule with its detail.
    why = models.CharField(max_length=60, blank=True)
    asked = models.ForeignKey(
        "chat.Invitation", on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )  # the one whose trigger fired
    exposure = models.ForeignKey(
        "chat.InvitationExposure", on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    inputs = models.JSONField()
    outcome = models.TextField()

    objects: ClassVar[Any] = ScopedManager()

    class Meta(ScopedModel.Meta):
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["workspace", "browser", "-id"], name="inv_decision_by_browser"),
            models.Index(fields=["workspace", "-id"], name="inv_decision_newest"),
            models.Index(fields=["visitor", "-id"], name="inv_decision_by_visitor"),
            models.Index(fields=["at"], name="inv_decision_by_age"),
        ]

    @property
    def is_replayed_equal(self) -> bool:
        """Whether the same occasion leads to the same decision, to the byte, whatever the settings are today."""
        return replay(self.inputs) == self.outcome
