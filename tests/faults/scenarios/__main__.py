"""`python -m tests.faults.scenarios NAME` (names below); ends with 0 when the verdict is good."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import uvloop

from tests.faults.run import say
from tests.faults.scenarios import invitations, redis_off, restarts, ringing, routing, slow_readers, storm

SCENARIOS = {
    "redis-off": redis_off,
    "restarts": restarts,
    "storm": storm,
    "slow-readers": slow_readers,
    "ringing": ringing,
    "routing": routing,
    "invitations": invitations,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--report", type=Path, help="write everything there as JSON")
    names = parser.add_subparsers(dest="scenario", required=True)
    for name, scenario in SCENARIOS.items():
        scenario.add_arguments(names.add_parser(name, description=scenario.__doc__))
    given = parser.parse_args()
    report = uvloop.run(SCENARIOS[given.scenario].run(given))
    say(report, given.report)
    return 0 if report.is_good else 1


if __name__ == "__main__":
    sys.exit(main())
