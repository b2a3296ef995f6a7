"""Some clients stop reading: the server's memory stays small, they are closed, and nobody else notices."""

from __future__ import annotations

import argparse
import asyncio
import random
import time
from collections import Counter

from tests.faults.attack import Attack, Report
from tests.faults.client import Timing
from tests.faults.cluster import Cluster
from tests.faults.crowd import Crowd
from tests.faults.faults import Fault, Ground, NotLanded
from tests.faults.history import percentile
from tests.faults.lean_socket import LeanSocket, allow_many_files, connect, resident_bytes

MEGABYTE = 1_048_576
GROWTH = 30  # megabytes of all web processes together
CLOSED_WITHIN = 90.0  # seconds: 10 s of a blocked send, or two pings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--stalled", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--rate", type=float, default=40)
    parser.add_argument("--clients", type=int, default=30)


def stall(count: int, seconds: float, found: dict[str, object]) -> Fault:
    """Agents who follow every ticket of their workspace and read nothing any more."""

    async def inject(ground: Ground) -> str:
        before = memory(ground.cluster)
        sockets = [await stalled_agent(ground) for _ in range(count)]
        course, began = [], time.monotonic()
        while (passed := time.monotonic() - began) < seconds:
            await asyncio.sleep(0.5)
            is_open = sum(not each.lost.is_set() for each in sockets)
            course.append((round(passed), round((memory(ground.cluster) - before) / MEGABYTE, 1), is_open))
        for each in sockets:  # only whoever reads again learns that it was closed
            if each.transport is not None and not each.lost.is_set():
                each.transport.resume_reading()
        await asyncio.sleep(3)
        found["closes of the stalled"] = dict(Counter(each.close_code for each in sockets))
        found["stalled that are still open"] = sum(not each.lost.is_set() for each in sockets)
        found["memory of web, growth MB"] = max(grown for _, grown, _ in course)
        found["s / MB / still open"] = " ".join(f"{at}/{grown}/{left}" for at, grown, left in course[::10])
        if not closed_late(course):
            raise NotLanded("the connections ended at once: none was stuck")
        return f"{count} connections stalled, open after so many seconds: {found['s / MB / still open']}"

    return Fault("stalled-readers", "stalled", inject)


def closed_late(course: list[tuple[int, float, int]]) -> bool:
    """Whether most were still open after 5 s: only then have they held anything up."""
    return any(at >= 5 and left > 0 for at, _, left in course)


def memory(cluster: Cluster) -> int:
    return sum(resident_bytes(cluster.parts[f"web{number}"].pid) for number in range(cluster.webs))


async def stalled_agent(ground: Ground) -> LeanSocket:
    """Connected, following, and from then on deaf."""
    agent = random.choice(ground.crowd.agents)
    tickets = [each.ticket for each in ground.crowd.visitors if each.me.workspace == agent.me.workspace]
    hello = {"type": "hello", "v": 1, "token": agent.me.token}
    resume = [{"ticket": ticket, "after": -1} for ticket in tickets]
    party = LeanSocket("/ws/agent/", random.choice(ground.cluster.web_ports), {**hello, "resume": resume})
    await connect(party, receive_buffer=4096)
    while party.welcome_at is None:  # noqa: ASYNC110 (nobody tells us)
        await asyncio.sleep(0.02)
    assert party.transport is not None
    party.transport.pause_reading()
    return party


async def run(given: argparse.Namespace) -> Report:
    allow_many_files()
    found: dict[str, object] = {}
    calm = given.seconds / 4
    async with Cluster("postgres", workers=False) as cluster:
        crowd = Crowd(cluster.world, cluster.addresses, Timing(), clients=given.clients, rate=given.rate, padding=3000)
        faults = [(calm, stall(given.stalled, given.seconds, found))]
        attack = Attack(cluster, crowd, calm + given.seconds + 5, faults, allowed=12)
        report = await attack.run(f"{given.stalled} stalled readers")
    report.figures |= found
    report.figures["ack p95 s"] = round(percentile(crowd.history.answer_seconds(), 0.95), 3)
    if found.get("stalled that are still open"):
        report.failures.append(f"{found['stalled that are still open']} stalled sockets were never closed")
    growth = found.get("memory of web, growth MB", 0.0)
    if isinstance(growth, float) and growth > GROWTH:
        report.failures.append(f"the memory of web grew by {growth} MB; allowed are {GROWTH} MB")
    return report
