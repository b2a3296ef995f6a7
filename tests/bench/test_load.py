"""The load generator against a server of a few lines, honest and not."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve

from bench import load
from bench.load import Load, Plan


class Rooms:
    """Speaks the rivals' dialect; `spoil` may change or drop (None) what leaves."""

    def __init__(self, spoil: Callable[[dict[str, Any]], dict[str, Any] | None]) -> None:
        self.spoil = spoil
        self.members: dict[int, list[ServerConnection]] = {}
        self.numbers: dict[int, count[int]] = {}

    async def serve(self, socket: ServerConnection) -> None:
        async for text in socket:
            frame = json.loads(text)
            if frame["type"] == "join":
                for ticket in frame["tickets"]:
                    self.members.setdefault(ticket, []).append(socket)
                await socket.send('{"type":"joined"}')
                continue
            ticket = frame["ticket"]
            facts = {
                "ticket": ticket,
                "client_id": frame["client_id"],
                "seq": next(self.numbers.setdefault(ticket, count(1))),
            }
            await self.send(socket, {"type": "ack", **facts})
            for member in self.members[ticket]:
                await self.send(member, {"type": "event", **facts})

    async def send(self, socket: ServerConnection, frame: dict[str, Any]) -> None:
        spoiled = self.spoil(frame)
        if spoiled is not None:
            await socket.send(json.dumps(spoiled))


@asynccontextmanager
async def rooms(spoil: Callable[[dict[str, Any]], dict[str, Any] | None]) -> AsyncIterator[int]:
    async with serve(Rooms(spoil).serve, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]


async def measure(spoil: Callable[[dict[str, Any]], dict[str, Any] | None], **more: Any) -> dict[str, Any]:
    chats = [{"ticket": number, "visitor": f"v:{number}", "agent": "m:1"} for number in range(4)]
    async with rooms(spoil) as port:
        plan = Plan(dialect="limits", ports=[port], chats=chats, seconds=0.3, warm_up=0.05, **more)
        return await asyncio.wait_for(Load(plan).run(), 60)


@pytest.fixture(autouse=True)
def no_long_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load, "SETTLE_SECONDS", 0.5)


async def test_an_honest_server_has_no_problems() -> None:
    measured = await measure(lambda frame: frame)
    assert measured["messages"] > 0
    assert (measured["lost"], measured["problems"]) == (0, {})


async def test_the_open_loop_sends_at_its_pace() -> None:
    measured = await measure(lambda frame: frame, rate=100)
    assert 0 < measured["messages"] <= 60  # about 30 in 0.3 s; more is late ones from before
    assert measured["lost"] == 0


async def test_a_lost_delivery_is_found() -> None:
    def lose(frame: dict[str, Any]) -> dict[str, Any] | None:
        return None if frame["type"] == "event" and frame["seq"] == 3 else frame

    measured = await measure(lose)
    assert measured["lost"] == 4  # in each chat the third message is under way for ever


async def test_a_gap_in_the_numbers_is_found() -> None:
    def skip(frame: dict[str, Any]) -> dict[str, Any] | None:
        return {**frame, "seq": frame["seq"] + 1} if frame["seq"] > 2 else frame

    measured = await measure(skip)
    assert measured["problems"]["out of order"] == 8  # once for each side of each chat


async def test_an_ack_without_a_number_is_found() -> None:
    measured = await measure(lambda frame: {**frame, "seq": 0} if frame["type"] == "ack" else frame)
    assert measured["problems"]["bad ack"] > 0
