"""Redis is gone for minutes under steady load: nothing is lost, and what is acknowledged arrives within 6 s."""

from __future__ import annotations

import argparse
import asyncio
import signal

from tests.faults.attack import Attack, Report
from tests.faults.client import Timing
from tests.faults.cluster import Cluster
from tests.faults.crowd import Crowd
from tests.faults.faults import Fault, Ground, until
from tests.faults.history import percentile

MARGIN = 3.0  # seconds with Redis before and after
ALLOWED = 6.0  # from ack to arrival, 99 of 100


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--rate", type=float, default=20)
    parser.add_argument("--clients", type=int, default=24)


def away(seconds: float) -> Fault:
    async def inject(ground: Ground) -> str:
        part = ground.part("redis")
        part.is_wanted = False
        part.signal(signal.SIGKILL)
        await until(lambda: not part.is_running(), 5, "Redis is gone")
        await asyncio.sleep(seconds)
        still_gone = not part.is_running()
        part.is_wanted = True
        return f"Redis was gone for {seconds:.0f} s: {still_gone}"

    return Fault("redis-away", "redis", inject)


async def run(given: argparse.Namespace) -> Report:
    async with Cluster("postgres") as cluster:
        crowd = Crowd(cluster.world, cluster.addresses, Timing(), clients=given.clients, rate=given.rate)
        faults = [(MARGIN, away(given.seconds))]
        attack = Attack(cluster, crowd, given.seconds + 2 * MARGIN, faults, allowed=12, mail_every=2.0)
        report = await attack.run(f"redis-off for {given.seconds:.0f} s at {given.rate:g} messages a second")
    late = percentile(crowd.history.delivery_seconds(), 0.99)
    if late > ALLOWED:
        report.failures.append(f"delivery p99 is {late:.2f} s; allowed are {ALLOWED:g} s")
    return report
