"""When a row of a list is sent: at once, soon, or when there is room."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from helpdesk.realtime import row_news
from helpdesk.realtime.row_news import RowBoard, RowNews


class Sent:
    """What a board has sent, to groups of `readers` sockets each."""

    def __init__(self, readers: int = 1) -> None:
        self.readers = readers
        self.versions: list[int] = []
        self.board = RowBoard(self.send)

    def send(self, targets: Sequence[str], message: dict[str, Any]) -> int:
        self.versions.append(message["version"])
        return len(targets) * self.readers

    def offer(self, version: int, *, state: str = "open", id: str = "row", is_wide: bool = True) -> None:
        self.board.offer(RowNews(id, version, (state,), is_wide, lambda: {"type": "inbox.changed"}), ["g"])

    async def until(self, *versions: int) -> None:
        async with asyncio.timeout(5):
            while self.versions != list(versions):  # noqa: ASYNC110
                await asyncio.sleep(0.01)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row_news, "EVERY_SECONDS", 0.05)


async def test_a_quiet_row_is_shown_at_once_and_a_busy_one_a_little_later_in_its_newest_version() -> None:
    sent = Sent()
    for version in (1, 2, 3):
        sent.offer(version)
    assert sent.versions == [1]
    await sent.until(1, 3)
    await asyncio.sleep(0.2)
    sent.offer(4)
    assert sent.versions == [1, 3, 4], "it was quiet meanwhile"


async def test_what_lists_are_ordered_by_does_not_wait() -> None:
    sent = Sent()
    sent.offer(1)
    sent.offer(2, state="resolved")
    assert sent.versions == [1, 2]


async def test_a_late_older_version_does_not_replace_a_newer_one() -> None:
    sent = Sent()
    for version in (1, 3, 2):
        sent.offer(version)
    await sent.until(1, 3)


async def test_many_rows_for_many_readers_wait_for_room_and_arrive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row_news, "BURST", 100)
    sent = Sent(readers=100)
    for number in range(3):
        sent.offer(number, id=f"row {number}")
    assert sent.versions == [0], "the first has used the room up"
    sent.offer(9, id="mine", is_wide=False)
    assert sent.versions == [0, 9], "what one person sees needs no room"
    await sent.until(0, 9, 1, 2)


async def test_rows_that_were_quiet_are_forgotten() -> None:
    sent = Sent()
    sent.offer(1)
    await asyncio.sleep(0.3)
    assert not sent.board._rows
    assert sent.board._timer is None
