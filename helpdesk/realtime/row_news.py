"""Rows of lists that change often: the newest version is shown soon, and in between nobody is flooded.

In a busy chat every message changes the row that all inboxes show. Sent one by one to every agent these frames would
cost more than the messages themselves, and nobody can read them. So a row that was quiet, or in which something changed
that lists are ordered or counted by, goes out at once; else its newest version follows half a second later. What many
sockets see (`is_wide`) has a budget besides: while the process would send more than FRAMES_PER_SECOND of them, rows
wait longer. Nothing is lost by waiting: the newest version is always sent in the end.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from helpdesk.realtime.limits import Bucket
from helpdesk.strict_json import dumps

EVERY_SECONDS = 0.5
FRAMES_PER_SECOND = 1000
BURST = 2000


@dataclass(frozen=True, eq=False)
class RowNews:
    """A new version of a row. `frame` is asked only when it is sent."""

    id: str
    version: int
    at_once: tuple[Any, ...]  # what lists are ordered and counted by
    is_wide: bool
    frame: Callable[[], dict[str, Any]]

    def message(self) -> dict[str, Any]:
        return {"type": "pipe.ephemeral", "text": dumps(self.frame()), "row": self.id, "version": self.version}


@dataclass
class _Shown:
    at_once: tuple[Any, ...]
    sent_at: float
    waiting: tuple[RowNews, Sequence[str]] | None = None

    def is_urgent(self) -> bool:
        return self.waiting is not None and self.waiting[0].at_once != self.at_once


class RowBoard:
    """Decides when a process sends a row. Lives on the event loop.

    `send` sends one message to groups and returns to how many sockets of this process it went.
    """

    def __init__(self, send: Callable[[Sequence[str], dict[str, Any]], int]) -> None:
        self._send = send
        self._rows: dict[tuple[str, bool], _Shown] = {}
        self._frames = Bucket(FRAMES_PER_SECOND, BURST)
        self._timer: asyncio.TimerHandle | None = None

    def offer(self, news: RowNews, targets: Sequence[str]) -> None:
        """A row has changed."""
        shown = self._rows.get((news.id, news.is_wide))
        if shown is None:
            shown = self._rows[news.id, news.is_wide] = _Shown((), 0.0)
        if shown.waiting is None or shown.waiting[0].version < news.version:
            shown.waiting = (news, targets)
        if shown.is_urgent() and self._can_afford(news):
            self._show(shown)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(EVERY_SECONDS, self._turn)

    def _can_afford(self, news: RowNews) -> bool:
        return not news.is_wide or self._frames.has_some()

    def _show(self, shown: _Shown) -> None:
        assert shown.waiting is not None
        news, targets = shown.waiting
        shown.at_once, shown.sent_at, shown.waiting = news.at_once, time.monotonic(), None
        count = self._send(targets, news.message())
        if news.is_wide:
            self._frames.spend(count)

    def _turn(self) -> None:
        """Send what has waited, first what is urgent, then the longest; forget the rows that were quiet."""
        now = time.monotonic()
        for key, shown in sorted(self._rows.items(), key=lambda row: (not row[1].is_urgent(), row[1].sent_at)):
            is_due = now - shown.sent_at >= EVERY_SECONDS
            if shown.waiting is None:
                if is_due:
                    del self._rows[key]
            elif (is_due or shown.is_urgent()) and self._can_afford(shown.waiting[0]):
                self._show(shown)
        self._timer = asyncio.get_running_loop().call_later(EVERY_SECONDS / 5, self._turn) if self._rows else None

    def close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
