"""Canned messages: one-liners for chats, found by `/`."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from helpdesk.ids import uuid7
from helpdesk.tenancy.models import ScopedManager, ScopedModel


class Scope(models.TextChoices):
    PERSONAL = "personal", _("Only me")
    DEPARTMENT = "department", _("A department")
    WORKSPACE = "workspace", _("Everyone")


class CannedMessageQuerySet(models.QuerySet["CannedMessage"]):
    def usable_by(self, membership: Any) -> CannedMessageQuerySet:
        """A member's own, their departments' and everyone's; admins also see every department's, to manage them."""
        shared = Q(scope=Scope.WORKSPACE) | Q(scope=Scope.PERSONAL, owner=membership)
        if membership.is_admin:
            return self.filter(shared | Q(scope=Scope.DEPARTMENT))
        return self.filter(shared | Q(scope=Scope.DEPARTMENT, department__in=membership.departments.values("id")))

    def matching(self, text: str) -> CannedMessageQuerySet:
        return self.filter(Q(shortcut__icontains=text) | Q(title__icontains=text) | Q(text__icontains=text))


class CannedMessage(ScopedModel):
    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    shortcut = models.SlugField(_("shortcut"), max_length=40, allow_unicode=True)
    title = models.CharField(_("title"), max_length=80, blank=True)
    text = models.TextField(_("text"), max_length=8000)
    scope = models.CharField(_("who can use it"), max_length=10, choices=Scope.choices, default=Scope.PERSONAL)
    department = models.ForeignKey(
        "accounts.Department", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    owner = models.ForeignKey("accounts.Membership", null=True, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[Any] = ScopedManager.from_queryset(CannedMessageQuerySet)()

    class Meta(ScopedModel.Meta):
        ordering = [Lower("shortcut"), "id"]
        constraints = [
            models.UniqueConstraint(
                "workspace", Lower("shortcut"), condition=Q(scope="workspace"), name="canned_workspace_shortcut"
            ),
            models.UniqueConstraint(
                "department", Lower("shortcut"), condition=Q(scope="department"), name="canned_department_shortcut"
            ),
            models.UniqueConstraint(
                "owner", Lower("shortcut"), condition=Q(scope="personal"), name="canned_personal_shortcut"
            ),
        ]

    def __str__(self) -> str:
        return f"/{self.shortcut}"

    def is_editable_by(self, membership: Any) -> bool:
        """One's own always; shared ones by admins and by whoever made them."""
        return self.owner_id == membership.pk or (self.scope != Scope.PERSONAL and membership.is_admin)

    def as_json(self, membership: Any) -> dict[str, Any]:
        return {
            "id": str(self.public_id),
            "shortcut": self.shortcut,
            "title": self.title,
            "text": self.text,
            "scope": self.scope,
            "department": self.department.as_badge() if self.department else None,
            "mine": self.owner_id == membership.pk,
            "editable": self.is_editable_by(membership),
        }
