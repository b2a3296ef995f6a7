"""An invitation by e-mail to join a workspace."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.models.membership import Role
from helpdesk.ids import uuid7
from helpdesk.tenancy.models import ScopedManager, ScopedModel

VALID_HOURS = 72


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> InvitationQuerySet:
        """Neither accepted, nor taken back, nor expired."""
        return self.filter(accepted_at=None, revoked_at=None, expires_at__gt=timezone.now())

    def pending(self) -> InvitationQuerySet:
        """Not yet used and not taken back; expired ones are still listed so that they can be sent again."""
        return self.filter(accepted_at=None, revoked_at=None)


class Invitation(ScopedModel):
    """A single-use link, valid for 72 hours. Only the token's hash is stored; it is NULL once used."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    email = models.EmailField(_("e-mail"))
    role = models.CharField(_("role"), max_length=8, choices=Role.choices, default=Role.AGENT)
    departments = models.ManyToManyField("accounts.Department", through="accounts.InvitationDepartment", blank=True)
    invited_by = models.ForeignKey("accounts.Membership", null=True, on_delete=models.SET_NULL, related_name="+")
    token_hash = models.CharField(max_length=64, null=True, unique=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = ScopedManager.from_queryset(InvitationQuerySet)()

    class Meta(ScopedModel.Meta):
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.email

    @property
    def is_expired(self) -> bool:
        return self.expires_at <= timezone.now()


class InvitationDepartment(ScopedModel):
    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE)
    department = models.ForeignKey("accounts.Department", on_delete=models.CASCADE)

    class Meta(ScopedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["invitation", "department"], name="invitation_department_once")]
