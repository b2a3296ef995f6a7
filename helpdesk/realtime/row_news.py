"""Rows of lists that change often: the newest version is shown soon, and in between nobody is flooded.

In a busy chat every message changes the row that all inboxes show. Sent one by one to every agent these frames would
cost more than the messages themselves, and nobody can read them. So a row goes out at once when it was quiet or when
something changed that a list is used for; else its newest version follows half a second later, and later still when so
many rows change for so many readers that the process would have to send more than FRAMES_PER_SECOND of them.
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
FRAMES_PER_SECOND = 2000
BURST = 4000


@dataclass(frozen=True, eq=False)
class RowNews:
    """A new version of a row. `frame` is asked only when it is sent; a change of `at_once` does not wait."""

    id: str
    version: int
    at_once: tuple[Any, ...]
    frame: Callable[[], dict[str, Any]]

    def message(self) -> dict[str, Any]:
        return {"type": "pipe.ephemeral", "text": dumps(self.frame()), "row": self.id, "version": self.version}


@dataclass
class _Shown:
    at_once: tuple[Any, ...]
    sent_at: float
    waiting: tuple[RowNews, Sequence[str]] | None = None


class RowBoard:
    """Decides when a process sends a row. Lives on the event loop.

    `send` sends one message to groups and returns to how many sockets of this process it went.
    """

    def __init__(self, send: Callable[[Sequence[str], dict[str, Any]], int]) -> None:
        self._send = send
        self._rows: dict[str, _Shown] = {}
        self._frames = Bucket(FRAMES_PER_SECOND, BURST)
        self._timer: asyncio.TimerHandle | None = None

    def offer(self, news: RowNews, targets: Sequence[str]) -> None:
        """A row has changed."""
        shown = self._rows.get(news.id)
        if shown is None or shown.at_once != news.at_once:
            self._show(news, targets)
        elif shown.waiting is None or shown.waiting[0].version < news.version:
            shown.waiting = (news, targets)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(EVERY_SECONDS, self._turn)

    def _show(self, news: RowNews, targets: Sequence[str]) -> None:
        self._rows[news.id] = _Shown(news.at_once, time.monotonic())
        self._frames.spend(self._send(targets, news.message()))

    def _turn(self) -> None:
        """Send what has waited, the longest first, as far as the budget goes; forget the rows that were quiet."""
        now = time.monotonic()
        for id, shown in sorted(self._rows.items(), key=lambda row: row[1].sent_at):
            if shown.waiting is None:
                if now - shown.sent_at >= EVERY_SECONDS:
                    del self._rows[id]
            elif self._frames.has_some() and now - shown.sent_at >= EVERY_SECONDS:
                self._show(*shown.waiting)
        self._timer = asyncio.get_running_loop().call_later(EVERY_SECONDS / 5, self._turn) if self._rows else None

    def close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
