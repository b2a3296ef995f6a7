"""Whose browser it is, of those who have chatted before."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone

from helpdesk.tenancy import scope
from tickets.models import Visitor


def find_visitors(workspace_id: int, hashes: Sequence[str]) -> dict[str, tuple[str, str, str]]:
    """Hash of a token → (visitor's id, name, e-mail), for tokens of the workspace that are good.

    On a thread that may use the database.
    """
    with scope.workspace(workspace_id):
        found = Visitor.objects.filter(token_hash__in=hashes, token_expires_at__gt=timezone.now())
        return {each.token_hash: (str(each.public_id), each.display_name, each.email) for each in found}
