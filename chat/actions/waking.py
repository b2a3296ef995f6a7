"""Asking a worker to look at who waits."""

from __future__ import annotations

import time
from datetime import datetime

from django.db import transaction

from helpdesk.nudge import nudge
from helpdesk.tenancy import scope
from helpdesk.tenancy.scope import require_workspace_id


def wake_routing(*, at: datetime | None = None) -> None:
    """Let the active workspace's chats be routed once this transaction has committed.

    With `at` only then, and only if a row says then that something is due: most rings are answered long before. A hint:
    a sweep comes by every few seconds, and nothing waits for the broker.
    """
    from chat.tasks import route, route_if_due

    if at is not None:
        nudge(route_if_due, at=at)
        return

    # Of now: by the commit another workspace may be active, or none.
    workspace_id = require_workspace_id()

    def ask() -> None:
        # Of then, not of before the commit: a step that began to read since has seen what was committed.
        with scope.workspace(workspace_id):
            nudge(route, time.time())

    transaction.on_commit(ask, robust=True)
