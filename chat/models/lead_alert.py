"""Somebody is told that a chat finds nobody."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from helpdesk.ids import uuid7
from helpdesk.tenancy.models import ScopedManager, ScopedModel


class AlertWhy(models.TextChoices):
    """Why the leads are called. The first two are rules of `chat.routing.decide` by which a chat gives up."""

    ALL_TRIED = "all_tried"  # it rang at everybody and nobody accepted
    TOO_LONG = "too_long"  # it has waited for as long as it may
    NO_REPLY = "no_reply"  # its agent does not answer


class LeadAlert(ScopedModel):
    """One for each person who is told. There until they have seen it, or somebody has taken care of the chat."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="lead_alerts", db_index=False)
    membership = models.ForeignKey("accounts.Membership", on_delete=models.CASCADE, related_name="lead_alerts")
    why = models.CharField(max_length=16, choices=AlertWhy.choices)
    at = models.DateTimeField()

    objects: ClassVar[Any] = ScopedManager()

    class Meta(ScopedModel.Meta):
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["ticket", "membership"], name="lead_alert_once")]
