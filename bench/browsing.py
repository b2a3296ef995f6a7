"""The generator of visitors who look around, a process of its own: a plan (JSON) is its one argument.

Each visitor is one light socket that changes the page at a steady pace, the visitors spread evenly over that time, and
answers heartbeats. "ready" is written when all are in; the process goes on until it is ended, then writes what went
wrong (JSON).
"""

from __future__ import annotations

import asyncio
import json
import random
import signal
import sys
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import uvloop

from bench.sockets import allow_many_sockets
from bench.websocket import BadServer, Busy, ClientSocket

SITE = "https://shop.example"
CONNECT_AT_ONCE = 50
TRY_AGAIN_SECONDS = 0.5
PONG = b'{"type":"pong"}'


@dataclass
class Plan:
    ports: list[int]
    key: str
    sockets: int
    every: float  # seconds between two pages of one visitor
    agents: list[str] = field(default_factory=list)  # API tokens of those who look at them


class Visitor:
    """One open page."""

    def __init__(self, plan: Plan, number: int, problems: Counter[str]) -> None:
        self.plan = plan
        self.number = number
        self.problems = problems
        self.pages = 0
        self.is_in = asyncio.get_running_loop().create_future()

    async def enter(self) -> None:
        while True:
            self.socket = ClientSocket(self.plan.ports[self.number % len(self.plan.ports)], "/ws/live/", "helpdesk.v1")
            try:
                await self.socket.open()
                break
            except (Busy, OSError):
                await asyncio.sleep(random.uniform(0, TRY_AGAIN_SECONDS))
        self.socket.heard = self._heard
        self.socket.closed = self._closed
        self._say(
            type="hello",
            v=1,
            key=self.plan.key,
            browser=str(uuid4()),
            visit={"id": str(uuid4()), "started_at": "2026-05-01T10:00:00Z"},
            page={"url": f"{SITE}/", "title": "Shop"},
            referrer="https://www.google.com/",
            language="en",
            time_zone="Europe/Athens",
            screen={"width": 1280, "height": 800},
        )
        await self.is_in

    def look(self) -> None:
        """The next page."""
        self.pages += 1
        page = f"{SITE}/goods/{self.number % 40}/{self.pages}"
        self._say(type="page", url=page, title=f"Page {self.pages} of a shop", seconds=int(self.plan.every))

    def _say(self, **frame: Any) -> None:
        self.socket.send(json.dumps(frame).encode())

    def _heard(self, payload: bytes) -> None:
        kind = json.loads(payload)["type"]
        if kind == "welcome":
            self.is_in.set_result(None)
        elif kind == "heartbeat":
            self.socket.send(PONG)
        else:
            self.problems[payload.decode()[:80]] += 1

    def _closed(self, code: int) -> None:
        self.problems[f"closed {code}"] += 1
        if not self.is_in.done():
            self.is_in.set_exception(BadServer(f"closed {code}"))


class Watcher:
    """An agent who looks at the list of visitors."""

    def __init__(self, plan: Plan, token: str) -> None:
        self.socket = ClientSocket(plan.ports[0], "/ws/agent/", "helpdesk.v1")
        self.token = token
        self.frames = 0

    async def enter(self) -> None:
        await self.socket.open()
        self.socket.heard = self._heard
        self.socket.send(json.dumps({"type": "hello", "v": 1, "token": self.token}).encode())
        self.socket.send(json.dumps({"type": "visitors.watch", "id": 1}).encode())

    def _heard(self, payload: bytes) -> None:
        if payload.startswith(b'{"type":"visitors.changed"'):
            self.frames += 1
        elif payload.startswith(b'{"type":"heartbeat"'):
            self.socket.send(PONG)


async def run(plan: Plan) -> dict[str, Any]:
    problems: Counter[str] = Counter()
    visitors = [Visitor(plan, number, problems) for number in range(plan.sockets)]
    turn = asyncio.Semaphore(CONNECT_AT_ONCE)

    async def enter(visitor: Visitor) -> None:
        async with turn:
            await visitor.enter()

    await asyncio.gather(*(enter(visitor) for visitor in visitors))
    watchers = [Watcher(plan, token) for token in plan.agents]
    await asyncio.gather(*(watcher.enter() for watcher in watchers))
    over = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, over.set)
    print("ready", flush=True)
    await _look_around(plan, visitors, over)
    found = {"pages": sum(visitor.pages for visitor in visitors), "frames": sum(each.frames for each in watchers)}
    return {**found, "problems": dict(problems)}


async def _look_around(plan: Plan, visitors: list[Visitor], over: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    began, sent = loop.time(), 0
    pace = plan.every / len(visitors)
    while not over.is_set():
        while began + sent * pace <= loop.time():
            visitors[sent % len(visitors)].look()
            sent += 1
        await asyncio.sleep(0.01)


def main() -> None:
    allow_many_sockets()
    print(json.dumps(uvloop.run(run(Plan(**json.loads(sys.argv[1]))))), flush=True)


if __name__ == "__main__":
    main()
