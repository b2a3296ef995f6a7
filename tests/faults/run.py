"""The long form of the fault tests: `python -m tests.faults.run --database postgres --seconds 1200`.

Prints one table and ends with 0 when every planned fault landed and every invariant held.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import uvloop

from tests.faults.attack import Attack, Report, plan, possible
from tests.faults.client import SHORT
from tests.faults.cluster import Cluster
from tests.faults.crowd import Crowd


def main(words: list[str] | None = None) -> int:
    given = arguments().parse_args(words)
    report = uvloop.run(attack(given))
    say(report, given.report)
    return 0 if report.is_good else 1


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=("postgres", "sqlite"), default="postgres")
    parser.add_argument("--seconds", type=float, default=1200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--clients", type=int, default=40)
    parser.add_argument("--rate", type=float, default=40, help="messages a second of all clients together")
    parser.add_argument("--every", type=float, default=3.2, help="seconds from fault to fault")
    parser.add_argument("--allowed", type=float, default=10, help="seconds until all must agree after the last fault")
    parser.add_argument("--bug", default="", help="run the product with this planted bug (see tests.faults.bugs)")
    parser.add_argument("--report", type=Path, help="write everything there as JSON")
    return parser


async def attack(given: argparse.Namespace) -> Report:
    async with Cluster(given.database, bug=given.bug) as cluster:
        crowd = Crowd(cluster.world, cluster.addresses, SHORT, clients=given.clients, rate=given.rate, seed=given.seed)
        title = f"attack on {given.database}, seed {given.seed}" + (f", with the bug {given.bug}" if given.bug else "")
        faults = possible(given.database, given.seconds)
        planned = plan(faults, seconds=given.seconds, every=given.every, seed=given.seed)
        run = Attack(cluster, crowd, given.seconds, planned, given.seed, allowed=given.allowed)
        return await run.run(title)


def say(report: Report, path: Path | None) -> None:
    sys.stdout.write(report.text() + "\n")
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(report.as_json(), indent=1, default=str))


if __name__ == "__main__":
    sys.exit(main())
