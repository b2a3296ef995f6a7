"""A thousand chats at once on fifty agents who accept, decline, let ring and vanish; both workers are killed once.

The verdict is that of `tests.faults.routing_rules`: the invariants of routing over the whole history.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
from collections.abc import Sequence
from typing import Any

from tests.faults.attack import Report
from tests.faults.cluster import Cluster


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--database", choices=("postgres", "sqlite"), default="postgres")
    parser.add_argument("--chats", type=int, default=1000)
    parser.add_argument("--agents", type=int, default=50)
    parser.add_argument("--strategy", default="average_utilization")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kills", type=int, default=4, help="of workers, in turn")


async def run(given: argparse.Namespace) -> Report:
    async with Cluster(given.database, webs=1, agents=given.agents) as cluster:
        workers = ("worker-live", cluster.start_second_live_worker())
        killer = asyncio.ensure_future(kill_workers(cluster, workers, given.kills))
        words = ("--chats", given.chats, "--strategy", given.strategy, "--seed", given.seed)
        said = await cluster.run_once("-m", "tests.faults.routing_crowd", *(str(word) for word in words))
        killed = await killer
    found: dict[str, Any] = json.loads(said)
    title = f"{given.chats} chats at once on {given.agents} agents, {given.strategy}, {given.database}"
    report = Report(title=title, failures=found["violations"])
    report.figures = {**found["figures"], "workers killed": killed}
    if killed < given.kills:
        report.failures.append(f"only {killed} of {given.kills} kills landed before the last chat was over")
    return report


async def kill_workers(cluster: Cluster, names: Sequence[str], count: int) -> int:
    """`kill -9` the live workers in turn, while chats ring. Returns how many died of it."""
    before = sum(len(cluster.parts[name].ends) for name in names)
    for number in range(count):
        await asyncio.sleep(8)
        cluster.parts[names[number % 2]].signal(signal.SIGKILL)
    await asyncio.sleep(1)
    return sum(len(cluster.parts[name].ends) for name in names) - before
