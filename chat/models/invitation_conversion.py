"""A goal that somebody reached."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from helpdesk.ids import uuid7
from helpdesk.tenancy.models import ScopedManager, ScopedModel


class InvitationConversion(ScopedModel):
    """What the page told: an event that is the goal of an invitation. `key` is the site's own id of it (an order's
    number), told twice it counts once. Also of who was held out and of who saw nothing: they are what is compared."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    browser = models.UUIDField()
    visitor = models.ForeignKey(
        "tickets.Visitor", on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    event = models.CharField(max_length=60)
    key = models.CharField(max_length=64)
    value = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    currency = models.CharField(max_length=3, blank=True)
    at = models.DateTimeField()
    # The last touch it is owed to; null: it came by itself.
    exposure = models.ForeignKey(
        "chat.InvitationExposure", on_delete=models.SET_NULL, null=True, related_name="conversions", db_index=False
    )

    objects: ClassVar[Any] = ScopedManager()

    class Meta(ScopedModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "browser", "event", "key"], name="conversion_once"),
        ]
        indexes = [
            models.Index(fields=["workspace", "event", "at"], name="conversion_by_event"),
            models.Index(fields=["exposure"], name="conversion_by_exposure"),
        ]
