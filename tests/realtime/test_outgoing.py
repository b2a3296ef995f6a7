"""The outgoing queue: in order, bounded, and a slow reader hurts only itself."""

from __future__ import annotations

import asyncio

import pytest

from helpdesk.realtime import outgoing
from helpdesk.realtime.outgoing import MAX_FRAMES, Outgoing


class Reader:
    def __init__(self) -> None:
        self.got: list[str] = []
        self.open = asyncio.Event()
        self.slow = 0

    async def send(self, text: str) -> None:
        await self.open.wait()
        self.got.append(text)

    def too_slow(self) -> None:
        self.slow += 1


async def test_frames_leave_in_order() -> None:
    reader = Reader()
    queue = Outgoing(reader.send, reader.too_slow)
    reader.open.set()
    for number in range(50):
        queue.push(str(number))
    await queue.flushed()
    assert reader.got == [str(number) for number in range(50)]


async def test_a_reader_that_never_reads_is_given_up_once() -> None:
    reader = Reader()
    queue = Outgoing(reader.send, reader.too_slow)
    for number in range(MAX_FRAMES * 2):
        queue.push(str(number))
        await asyncio.sleep(0)
    assert reader.slow == 1
    assert queue.is_closed


async def test_a_mebibyte_is_enough() -> None:
    reader = Reader()
    queue = Outgoing(reader.send, reader.too_slow)
    for _ in range(40):
        queue.push("x" * 60_000)
        await asyncio.sleep(0)
    assert reader.slow == 1


async def test_momentary_frames_are_dropped_first() -> None:
    reader = Reader()
    queue = Outgoing(reader.send, reader.too_slow)
    for number in range(MAX_FRAMES // 2 + 5):
        queue.push(f"durable {number}")
    queue.push("typing", ephemeral=True)
    reader.open.set()
    await queue.flushed()
    assert "typing" not in reader.got
    assert reader.slow == 0


async def test_a_blocked_send_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outgoing, "BLOCKED_SECONDS", 0.05)
    reader = Reader()
    queue = Outgoing(reader.send, reader.too_slow)
    queue.push("never read")
    await asyncio.sleep(0.2)
    assert reader.slow == 1


async def test_catching_up_waits_for_room() -> None:
    reader = Reader()
    queue = Outgoing(reader.send, reader.too_slow)
    for number in range(MAX_FRAMES - 10):
        queue.push(str(number))
    waiting = asyncio.ensure_future(queue.room())
    await asyncio.sleep(0.01)
    assert not waiting.done()
    reader.open.set()
    async with asyncio.timeout(2):
        await waiting
