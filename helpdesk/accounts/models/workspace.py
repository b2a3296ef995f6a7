"""The tenant."""

from __future__ import annotations

import zoneinfo
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.time_zones import known_time_zones
from helpdesk.ids import uuid7

# Words that are, or may become, the first part of a path of ours.
RESERVED_SLUGS = {"accounts", "admin", "api", "healthz", "new", "readyz", "static", "w", "widget", "ws"}
slug_form = RegexValidator(
    r"^[a-z0-9](?:[a-z0-9-]{0,48}[a-z0-9])?$", _("Use small letters, digits and hyphens, for example “north-shop”.")
)


def validate_time_zone(value: str) -> None:
    if value not in known_time_zones():
        raise ValidationError(_("Choose a time zone from the list."), code="choice")


class Workspace(models.Model):
    """One company's help desk. Everything a tenant owns points to one of these."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    slug = models.CharField(_("address"), max_length=50, unique=True, validators=[slug_form])
    name = models.CharField(_("name"), max_length=80)
    language = models.CharField(_("language"), max_length=8, default="en")
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[validate_time_zone])
    reopen_days = models.PositiveSmallIntegerField(
        _("days to reopen"),
        default=30,
        validators=[MinValueValidator(0), MaxValueValidator(365)],
        help_text=_("For so many days a visitor's new message reopens a resolved ticket; later it starts a new one."),
    )
    idle_minutes = models.PositiveSmallIntegerField(
        _("minutes until a chat that its visitor left is ended"),
        default=30,
        validators=[MinValueValidator(1), MaxValueValidator(1440)],
    )
    return_minutes = models.PositiveSmallIntegerField(
        _("minutes until a chat whose agent has left is everybody’s again"),
        default=2,
        validators=[MaxValueValidator(60)],
        help_text=_("While the visitor waits for an answer. 0 leaves it with the agent."),
    )
    decision_days = models.PositiveSmallIntegerField(
        _("days to keep routing decisions"),
        default=90,
        validators=[MinValueValidator(7), MaxValueValidator(365)],
        help_text=_("Why a chat rang where it did, and what was known of the team then. From 7 to 365 days."),
    )
    # The last ticket number given; taken under this row's lock, so numbers have no gaps.
    ticket_count = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.slug in RESERVED_SLUGS:
            raise ValidationError({"slug": _("This address is reserved. Choose another one.")})

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)

    def as_json(self) -> dict[str, Any]:
        return {
            "id": str(self.public_id),
            "slug": self.slug,
            "name": self.name,
            "language": self.language,
            "time_zone": self.time_zone,
        }
