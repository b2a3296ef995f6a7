"""Who changed what in the workspace's settings and membership."""

from __future__ import annotations

from django.db import models

from helpdesk.tenancy.models import ScopedModel


class AuditEntry(ScopedModel):
    """One act. Append-only: no verb updates or deletes these rows."""

    actor = models.ForeignKey("accounts.Membership", null=True, on_delete=models.SET_NULL, related_name="+")
    actor_name = models.CharField(max_length=120)
    action = models.CharField(max_length=60)
    target = models.CharField(max_length=200)
    data = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(ScopedModel.Meta):
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.actor_name} {self.action} {self.target}"
