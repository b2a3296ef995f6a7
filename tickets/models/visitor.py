"""The person in the widget, and the customer the team knows."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.names import hue_of
from helpdesk.ids import uuid7
from helpdesk.tenancy.models import ScopedManager, ScopedModel


class Contact(ScopedModel):
    """A known customer. Made when a visitor gives an address; never merged by an address nobody verified."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=120, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    is_verified = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(ScopedModel.Meta):
        # As `email__iexact` asks.
        indexes = [models.Index("workspace", Upper("email"), name="contact_email")]

    def __str__(self) -> str:
        return self.name or self.email or self.phone

    def as_json(self) -> dict[str, Any]:
        return {"id": str(self.public_id), "name": self.name, "email": self.email, "phone": self.phone}


def display_name(name: str, email: str) -> str:
    """What agents read; "" for somebody of whom nothing is known (screens say "Visitor" in their own language)."""
    return name or email.split("@")[0]


class VisitorQuerySet(models.QuerySet["Visitor"]):
    def online(self) -> VisitorQuerySet:
        return self.filter(is_online=True)

    def lease_expired(self, now: object) -> VisitorQuerySet:
        """Still shown as here although no page of theirs vouches for it any more."""
        return self.online().filter(lease_until__lte=now)


class Visitor(ScopedModel):
    """A browser on a site, anonymous or not. Holds the hash of its token; the token itself is never stored."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    token_hash = models.CharField(max_length=64, editable=False)
    token_expires_at = models.DateTimeField()
    widget = models.ForeignKey("widget.Widget", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    contact = models.ForeignKey(
        Contact, null=True, blank=True, on_delete=models.SET_NULL, related_name="visitors", db_index=False
    )
    name = models.CharField(_("name"), max_length=120, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    language = models.CharField(max_length=16, blank=True)
    time_zone = models.CharField(max_length=64, blank=True)
    first_seen_at = models.DateTimeField(auto_now_add=True)
    last_seen_at = models.DateTimeField(auto_now_add=True)
    # Whether a page of the visitor's is connected. A sweep clears it when no page has vouched for it any more.
    is_online = models.BooleanField(default=False)
    lease_until = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = ScopedManager.from_queryset(VisitorQuerySet)()

    class Meta(ScopedModel.Meta):
        # Not `unique=True`, which on PostgreSQL adds a second index for LIKE.
        constraints = [models.UniqueConstraint(fields=["token_hash"], name="visitor_token")]
        indexes = [
            models.Index(fields=["lease_until"], name="visitor_lease", condition=models.Q(is_online=True)),
            models.Index(fields=["contact"], name="visitor_by_contact", condition=models.Q(contact__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.name or self.email or str(self.public_id)

    @property
    def display_name(self) -> str:
        return display_name(self.name, self.email)

    @property
    def hue(self) -> int:
        return hue_of(str(self.public_id))

    def as_profile(self) -> dict[str, str]:
        return {"name": self.name, "email": self.email, "phone": self.phone}
