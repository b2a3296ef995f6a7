"""Which workspaces a person works in: the one look-up that must cross workspaces."""

from __future__ import annotations

from typing import Any

from django.db.models import F

from helpdesk.accounts.models import Membership, Workspace


def workspaces_of(user: Any) -> list[Workspace]:
    """The workspaces that this person may enter, the one they worked in last first."""
    if not getattr(user, "is_authenticated", False):
        return []
    rows = Membership.unscoped.filter(user=user, is_active=True, user__is_active=True).select_related("workspace")
    return [row.workspace for row in rows.order_by(F("lease_until").desc(nulls_last=True), "-created_at", "-id")]
