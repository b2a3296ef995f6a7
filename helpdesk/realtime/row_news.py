"""Rows of lists that change often: the newest version is shown soon, and in between nobody is flooded.

In a busy chat every message changes the row that all inboxes show. Sent one by one to every agent these frames would
cost more than the messages themselves, and nobody can read them. So a row that was quiet, or in which something changed
that lists are ordered or counted by, goes out at once; else its newest version follows within two seconds. What many
sockets see (`is_wide`) has a budget besides: while the process would send more than FRAMES_PER_SECOND of them, rows
wait longer. Nothing is lost by waiting: the newest version is always sent in the end.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from helpdesk.errors import HelpdeskError
from helpdesk.realtime import pool
from helpdesk.realtime.limits import Bucket
from helpdesk.strict_json import dumps
from helpdesk.tenancy import scope

EVERY_SECONDS = 2.0
READ_TOGETHER = 0.1  # seconds: rows that change at the same time are read with one query
FRAMES_PER_SECOND = 500
BURST = 1000

Read = Callable[[list[int]], dict[int, dict[str, Any]]]


@dataclass(slots=True, eq=False)
class RowNews:
    """A row has changed. What it looks like is read when it is sent: by then it may have changed again.

    `read` takes keys of rows and returns their frames, with `version` and `row`; it runs outside every workspace.
    """

    id: str
    key: int
    version: int
    at_once: tuple[Any, ...]  # what lists are ordered and counted by
    is_wide: bool
    read: Read


def read_messages(news: Iterable[RowNews]) -> list[tuple[RowNews, dict[str, Any]]]:
    """What goes to the groups for each. On a thread that may use the database; rows that are gone are left out."""
    found = []
    for read, part in groupby(sorted(news, key=_reader), key=lambda each: each.read):
        own = list(part)
        frames = read(list({each.key for each in own}))
        found += [(each, _message(each.id, frames[each.key])) for each in own if each.key in frames]
    return found


def _reader(news: RowNews) -> int:
    return id(news.read)


def _message(id: str, frame: dict[str, Any]) -> dict[str, Any]:
    return {"type": "pipe.ephemeral", "text": dumps(frame), "row": id, "version": frame["version"]}


@dataclass
class _Shown:
    at_once: tuple[Any, ...] = ()
    sent_at: float = 0.0
    waiting: tuple[RowNews, Sequence[str]] | None = None

    def is_urgent(self) -> bool:
        return self.waiting is not None and self.waiting[0].at_once != self.at_once


class RowBoard:
    """Decides when a process sends a row. Lives on the event loop.

    `send` sends one message to groups, `count` says how many sockets of this process that are.
    """

    def __init__(
        self, send: Callable[[Sequence[str], dict[str, Any]], None], count: Callable[[Sequence[str]], int]
    ) -> None:
        self._send = send
        self._count = count
        self._rows: dict[tuple[str, bool], _Shown] = {}
        self._due: list[tuple[RowNews, Sequence[str]]] = []
        self._frames = Bucket(FRAMES_PER_SECOND, BURST)
        self._timer: asyncio.TimerHandle | None = None
        self._reader: asyncio.Task[None] | None = None

    def offer(self, news: RowNews, targets: Sequence[str]) -> None:
        """A row has changed."""
        shown = self._rows.setdefault((news.id, news.is_wide), _Shown())
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
        if news.is_wide:
            self._frames.spend(self._count(targets))
        self._due.append((news, targets))
        if self._reader is None:
            self._reader = asyncio.ensure_future(self._read_and_send())

    async def _read_and_send(self) -> None:
        try:
            while self._due:
                await asyncio.sleep(READ_TOGETHER)
                due, self._due = self._due, []
                targets = dict(due)
                with scope.outside():
                    messages = await pool.run(read_messages, list(targets))
                for news, message in messages:
                    self._send(targets[news], message)
        except HelpdeskError:  # the database is away; what was read next tells the newest anyway
            self._due.clear()
        finally:
            self._reader = None

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
        self._timer = asyncio.get_running_loop().call_later(EVERY_SECONDS / 10, self._turn) if self._rows else None

    def close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._reader is not None:
            self._reader.cancel()
