"""A visitor's stay on the site."""

from __future__ import annotations

from typing import Any

from django.db import models

from helpdesk.ids import uuid7
from helpdesk.tenancy.models import ScopedModel
from helpdesk.times import wire_time

TRAIL_LENGTH = 20


class Visit(ScopedModel):
    """One stay: the page now, where the visitor came from, what the browser is. Only for visitors with a token."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    visitor = models.ForeignKey("tickets.Visitor", on_delete=models.CASCADE, related_name="visits", db_index=False)
    url = models.CharField(max_length=2000, blank=True)
    title = models.CharField(max_length=300, blank=True)
    referrer = models.CharField(max_length=2000, blank=True)
    browser = models.CharField(max_length=60, blank=True)
    os = models.CharField(max_length=60, blank=True)
    device = models.CharField(max_length=60, blank=True)
    language = models.CharField(max_length=16, blank=True)
    country = models.CharField(max_length=2, blank=True)  # of the address, which is not kept
    # The pages before this one, newest first, at most TRAIL_LENGTH: [{"url", "title", "at"}].
    trail = models.JSONField(default=list)
    started_at = models.DateTimeField()
    page_since = models.DateTimeField()

    class Meta(ScopedModel.Meta):
        indexes = [models.Index(fields=["visitor", "-id"], name="visit_by_visitor")]

    def as_json(self) -> dict[str, Any]:
        return {
            "online": self.visitor.is_online,
            "url": self.url,
            "title": self.title,
            "referrer": self.referrer,
            "browser": self.browser,
            "os": self.os,
            "device": self.device,
            "language": self.language,
            "country": self.country,
            "since": wire_time(self.started_at),
            "page_since": wire_time(self.page_since),
            "trail": self.trail,
        }
