"""What the frame of every page shows."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from helpdesk.accounts.workspaces import workspaces_of


def shell(request: HttpRequest) -> dict[str, Any]:
    """`workspace` and `member` where the page is inside one, and the person's `workspaces`, asked for only if shown."""
    user = getattr(request, "user", None)
    return {
        "workspace": getattr(request, "workspace", None),
        "member": getattr(request, "member", None),
        "workspaces": SimpleLazyObject(lambda: workspaces_of(user)),
    }
