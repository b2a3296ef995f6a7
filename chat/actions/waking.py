"""Asking a worker to look at who waits."""

from __future__ import annotations

import time
from datetime import datetime

from django.db import transaction

from helpdesk.nudge import nudge


def wake_routing(*, at: datetime | None = None) -> None:
    """Let the active workspace's chats be routed once this transaction has committed, or at `at`.

    A hint: a sweep comes by every few seconds, and nothing waits for the broker.
    """
    from chat.tasks import route

    if at is not None:
        nudge(route, at.timestamp(), at=at)
        return

    def ask() -> None:
        # Of now, not of before the commit: a step that began to read since then has seen what was committed.
        nudge(route, time.time())

    transaction.on_commit(ask, robust=True)
