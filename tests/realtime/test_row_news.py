"""When a row of a list is sent: at once, soon, or when there is room."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from helpdesk.realtime import pool, row_news
from helpdesk.realtime.row_news import RowBoard, RowNews


class Sent:
    """What a board has sent, to groups of `readers` sockets each."""

    def __init__(self, readers: int = 1) -> None:
        self.readers = readers
        self.versions: list[int] = []
        self.stored: dict[int, int] = {}
        # One function for all, as in the product: rows are read together by the function that reads them.
        self.reader = lambda keys: self.read(keys)
        self.board = RowBoard(self.send, lambda targets: len(targets) * self.readers)

    def send(self, _targets: Sequence[str], message: dict[str, Any]) -> None:
        self.versions.append(message["version"])

    def read(self, keys: list[int]) -> dict[int, dict[str, Any]]:
        return {key: {"type": "inbox.changed", "version": self.stored[key]} for key in keys}

    def offer(self, version: int, *, state: str = "open", key: int = 1, is_wide: bool = True) -> None:
        self.stored[key] = max(version, self.stored.get(key, 0))
        self.board.offer(RowNews(f"row {key}", key, version, (state,), is_wide, self.reader), ["g"])

    async def until(self, *versions: int) -> None:
        async with asyncio.timeout(5):
            while self.versions != list(versions):  # noqa: ASYNC110
                await asyncio.sleep(0.01)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(row_news, "EVERY_SECONDS", 0.1)
    monkeypatch.setattr(row_news, "READ_TOGETHER", 0.005)  # a small part of it, as in the product
    # No database is touched: the thread needs no look at its connection.
    monkeypatch.setattr(pool, "_freshen", lambda: None)
    executor = ThreadPoolExecutor(1)
    pool.use_executor(executor)
    yield
    pool.use_executor(None)
    executor.shutdown()


async def test_a_quiet_row_is_shown_at_once_and_a_busy_one_a_little_later_in_its_newest_version() -> None:
    sent = Sent()
    sent.offer(1)
    await sent.until(1)
    for version in (2, 3):
        sent.offer(version)
    await sent.until(1, 3)
    await asyncio.sleep(0.2)
    sent.offer(4)
    await sent.until(1, 3, 4)


async def test_what_lists_are_ordered_by_does_not_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row_news, "EVERY_SECONDS", 60)
    sent = Sent()
    sent.offer(1)
    await sent.until(1)
    sent.offer(2)
    sent.offer(3, state="resolved")
    await sent.until(1, 3)


async def test_a_row_that_has_gone_is_left_out() -> None:
    sent = Sent()
    sent.read = lambda keys: {}  # type: ignore[method-assign]
    sent.offer(1)
    await asyncio.sleep(0.1)
    assert sent.versions == []


async def test_many_rows_for_many_readers_wait_for_room_and_arrive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row_news, "BURST", 100)
    sent = Sent(readers=100)
    for number in (1, 2, 3):
        sent.offer(number, key=number)
    sent.offer(9, key=9, is_wide=False)
    # The first has used the room up; what one person sees needs none.
    await sent.until(1, 9)
    await sent.until(1, 9, 2, 3)


async def test_rows_that_were_quiet_are_forgotten() -> None:
    sent = Sent()
    sent.offer(1)
    await asyncio.sleep(0.3)
    assert not sent.board._rows
    assert sent.board._timer is None
