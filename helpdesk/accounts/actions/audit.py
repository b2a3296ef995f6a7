"""Writing down who changed what."""

from __future__ import annotations

from typing import Any

from helpdesk.accounts.models import AuditEntry, Membership


def record(*, by: Membership | None, action: str, target: object, **data: Any) -> AuditEntry:
    """Append one entry, in the transaction of the act. `by` is None when nobody of the workspace acted.

    Must hold: the workspace is active. `data` is JSON and never holds a password, a token or what customers wrote.
    """
    return AuditEntry.objects.create(
        actor=by, actor_name=(by.name if by else "")[:120], action=action, target=str(target)[:200], data=data
    )
