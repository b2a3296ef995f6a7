"""Web processes are restarted one after the other under load, as a deploy does: no send fails, none waits long."""

from __future__ import annotations

import argparse
import signal

from tests.faults.attack import Attack, Report
from tests.faults.client import Timing
from tests.faults.cluster import Cluster
from tests.faults.crowd import Crowd
from tests.faults.faults import Fault, Ground, end, until_ready
from tests.faults.history import History, percentile

ADDED = 5.0  # seconds that a restart may add to the ack of 99 in 100 messages


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--restarts", type=int, default=20)
    parser.add_argument("--every", type=float, default=15, help="seconds from one restart to the next")
    parser.add_argument("--rate", type=float, default=50)
    parser.add_argument("--clients", type=int, default=40)


def restart(web: int) -> Fault:
    async def inject(ground: Ground) -> str:
        for each in range(ground.cluster.webs):  # a rolling restart waits until the one before is back
            await until_ready(ground, each)
        done = await end(f"web{web}", signal.SIGTERM, 0)(ground)
        await until_ready(ground, web)
        return done

    return Fault("web-restart", "web", inject)


async def run(given: argparse.Namespace) -> Report:
    calm = 2 * given.every
    async with Cluster("postgres", workers=False) as cluster:
        crowd = Crowd(cluster.world, cluster.addresses, Timing(), clients=given.clients, rate=given.rate)
        faults = [(calm + number * given.every, restart(number % cluster.webs)) for number in range(given.restarts)]
        attack = Attack(cluster, crowd, calm + given.restarts * given.every, faults, allowed=20)
        report = await attack.run(f"{given.restarts} rolling restarts at {given.rate:g} messages a second")
    before, during = split(crowd.history, calm)
    added = percentile(during, 0.99) - percentile(before, 0.99)
    report.figures["ack p99 s before / during"] = f"{percentile(before, 0.99):.3f} / {percentile(during, 0.99):.3f}"
    report.figures["added p99 s"] = round(added, 3)
    if added > ADDED:
        report.failures.append(f"restarts add {added:.2f} s to the ack's p99; allowed are {ADDED:g} s")
    return report


def split(history: History, calm: float) -> tuple[list[float], list[float]]:
    """Seconds from send to ack, of what was sent in the calm at the beginning and of what came later."""
    first = min(sent.at for sent in history.sent.values())
    acked: dict[str, float] = {}
    for ack in history.acked:
        acked.setdefault(ack.client_id, ack.at)
    before, during = [], []
    for client_id, at in acked.items():
        sent = history.sent[client_id]
        (before if sent.at - first < calm else during).append(at - sent.at)
    return sorted(before), sorted(during)
