"""From the commit of a chat to the ring on an agent's screen: through the real worker, Redis, the bus and the socket.

Visitors start chats at a fixed pace. The clock of each starts when its ack arrives, which is after the commit, and
stops when `ring.offered` arrives at an agent, who accepts at once.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

from tests.faults.attack import Report
from tests.faults.cluster import Cluster
from tests.faults.history import percentile
from tests.faults.lean_socket import LeanSocket, connect

P50, P99 = 0.025, 0.150  # seconds that are allowed


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--database", choices=("postgres", "sqlite"), default="postgres")
    parser.add_argument("--agents", type=int, default=50)
    parser.add_argument("--rate", type=float, default=10, help="chats a second")
    parser.add_argument("--seconds", type=float, default=30)


@dataclass
class Clock:
    """When each chat was acknowledged, and when it rang."""

    acked: dict[str, float] = field(default_factory=dict)
    rung: dict[str, float] = field(default_factory=dict)

    def waits(self) -> list[float]:
        """Seconds from ack to ring, sorted. The ring may overtake the ack on the way: that is no wait."""
        return sorted(max(at - self.acked[ticket], 0.0) for ticket, at in self.rung.items() if ticket in self.acked)


@dataclass(eq=False)
class Listener(LeanSocket):
    """A socket that notes acks of chats and rings, and accepts what rings."""

    clock: Clock = field(default_factory=Clock)

    def _take(self, opcode: int, payload: bytes) -> None:
        super()._take(opcode, payload)
        if b'"type":"ring.offered"' in payload:
            frame = json.loads(payload)
            self.clock.rung.setdefault(frame["ticket"], time.monotonic())
            self.say({"type": "ring.accept", "id": frame["ring"], "ring": frame["ring"]})
        elif b'"type":"ack"' in payload and b'"id":"start"' in payload:
            self.clock.acked[json.loads(payload)["ticket"]] = time.monotonic()


async def run(given: argparse.Namespace) -> Report:
    count = int(given.rate * given.seconds)
    async with Cluster(given.database, webs=1, agents=given.agents) as cluster:
        said = await cluster.run_once("-m", "tests.faults.ringing_world", "--visitors", str(count))
        tokens: list[str] = json.loads(said)
        clock, port = Clock(), cluster.doors[0].port
        north = cluster.world["workspaces"][0]
        agents = [await enter("/ws/agent/", port, each["token"], clock) for each in north["agents"]]
        visitors = [await enter("/ws/visitor/", port, token, clock) for token in tokens]
        began = time.monotonic()
        for number, visitor in enumerate(visitors):
            await asyncio.sleep(max(began + number / given.rate - time.monotonic(), 0))
            start = {"type": "chat.start", "id": "start", "client_id": str(uuid.uuid4()), "body": "Is it food safe?"}
            visitor.say(start)
        await asyncio.sleep(3)
        for socket in (*agents, *visitors):
            socket.reset()
    return verdict(clock, count, given, time.monotonic() - began)


async def enter(path: str, port: int, token: str, clock: Clock) -> Listener:
    socket = Listener(path, port, {"type": "hello", "v": 1, "token": token}, clock=clock)
    await connect(socket)
    while socket.welcome_at is None and not socket.lost.is_set():  # noqa: ASYNC110 (a protocol, nobody tells us)
        await asyncio.sleep(0.005)
    return socket


def verdict(clock: Clock, count: int, given: argparse.Namespace, seconds: float) -> Report:
    title = f"{given.rate:g} chats a second ring at {given.agents} agents, {given.database}"
    report, waits = Report(title=title, seconds=seconds), clock.waits()
    figures: dict[str, Any] = {"chats": count, "rang": len(waits)}
    figures |= {
        f"commit to ring p{share} ms": round(percentile(waits, share / 100) * 1000, 1) for share in (50, 90, 99)
    }
    report.figures = figures
    if len(waits) < count:
        report.failures.append(f"{count - len(waits)} chats did not ring")
    for share, allowed in ((0.5, P50), (0.99, P99)):
        if percentile(waits, share) > allowed:
            report.failures.append(f"p{share * 100:g} is above {allowed * 1000:g} ms")
    return report
