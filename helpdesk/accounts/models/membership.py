"""Who works in a workspace, and as what."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.names import hue_of, initials_of
from helpdesk.ids import uuid7
from helpdesk.tenancy.models import ScopedManager, ScopedModel


class Role(models.TextChoices):
    OWNER = "owner", _("Owner")
    ADMIN = "admin", _("Admin")
    AGENT = "agent", _("Agent")


class Status(models.TextChoices):
    """What an agent has set; being available also needs a live lease (`chat.presence`)."""

    ONLINE = "online", _("Online")
    AWAY = "away", _("Away")
    OFFLINE = "offline", _("Offline")


class MembershipQuerySet(models.QuerySet["Membership"]):
    def active(self) -> MembershipQuerySet:
        return self.filter(is_active=True, user__is_active=True)


class Membership(ScopedModel):
    """A person's place in one workspace: an agent, an admin or the owner."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=8, choices=Role.choices, default=Role.AGENT)
    alias = models.CharField(_("name shown to visitors"), max_length=80, blank=True)
    # What the agent can answer in: primary subtags of BCP 47, lower case.
    languages = models.JSONField(default=list, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    # What the agent chose, what is shown, and until when the agent's browser vouches for it (see chat.presence).
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.ONLINE)
    status_reason = models.CharField(max_length=80, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    # Whether "online" was told to others; the sweep flips it when the lease has run out.
    is_present = models.BooleanField(default=False)

    objects: ClassVar[Any] = ScopedManager.from_queryset(MembershipQuerySet)()

    class Meta(ScopedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "user"], name="membership_once")]
        indexes = [
            models.Index(fields=["lease_until"], name="membership_lease", condition=models.Q(is_present=True)),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.user.name or self.user.email.split("@")[0]

    @property
    def public_name(self) -> str:
        """What visitors read: the alias, else the first name; never an e-mail address."""
        return self.alias or (self.user.name.split(" ")[0] if self.user.name else str(_("Agent")))

    @property
    def is_admin(self) -> bool:
        return self.role in (Role.OWNER, Role.ADMIN)

    @property
    def hue(self) -> int:
        return hue_of(str(self.public_id))

    @property
    def shown_status(self) -> str:
        """What colleagues see: the chosen status while the agent's browser is alive, else offline."""
        return self.status if self.is_present else Status.OFFLINE

    def as_party(self) -> dict[str, Any]:
        return {"id": str(self.public_id), "name": self.name}

    def as_badge(self) -> dict[str, Any]:
        return {**self.as_party(), "hue": self.hue, "initials": initials_of(self.name)}
