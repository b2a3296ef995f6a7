"""Twelve planted bugs that the checker must find: `python -m tests.faults.bugs`, or with names for some of them.

A bug counts as caught when its hunt finds a violation that the bug is known for, and the same hunt without the bug
finds nothing at all.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

import uvloop

from tests.faults.cluster import Cluster
from tests.faults.hunts import HUNTS, ImpatientClient
from tests.faults.socket_client import SocketClient

# What the database refuses by itself would hide that the code does not look.
NO_UNIQUE_IDS = ("DROP INDEX event_once",)
NO_UNIQUE_NUMBERS = (
    *NO_UNIQUE_IDS,
    "DROP INDEX event_visitor_seq_unique",
    "ALTER TABLE tickets_event DROP CONSTRAINT event_seq_unique",
)


@dataclass(frozen=True)
class Bug:
    """`caught_by`: any of these invariants. The bug is in the server, except where `kind` is a client that has it."""

    name: str
    caught_by: tuple[str, ...]
    hunt: str
    sql: tuple[str, ...] = ()
    kind: type[SocketClient] = SocketClient

    @property
    def double(self) -> str:
        return self.name if self.kind is SocketClient else ""


BUGS = [
    Bug("ack-before-commit", ("I1",), "skirmish"),
    Bug("no-dedupe", ("I2",), "skirmish", sql=NO_UNIQUE_IDS),
    Bug("no-lock", ("I2", "I3"), "skirmish", sql=NO_UNIQUE_NUMBERS),
    Bug("global-sequence", ("I3",), "skirmish"),
    Bug("off-by-one", ("I6",), "skirmish"),
    Bug("note-to-visitor", ("I8",), "skirmish"),
    Bug("out-of-order", ("I5",), "skirmish", kind=ImpatientClient),
    Bug("no-sweep", ("I10",), "silence"),
    Bug("no-heads", ("I6", "I10"), "heartbeat"),
    Bug("trust-hints", ("I6",), "lossy hints"),
    Bug("epoch-ignored", ("I6",), "restored backup"),
    Bug("mail-after-commit", ("I9",), "mail"),
]


@dataclass(frozen=True)
class Catch:
    """What came of one hunt. `bug` is None for the run without any."""

    hunt: str
    bug: Bug | None
    found: set[str]
    text: str
    seconds: float

    @property
    def is_right(self) -> bool:
        return not self.found if self.bug is None else bool(self.found & set(self.bug.caught_by))


async def go_hunting(cluster: Cluster, name: str, bug: Bug | None) -> Catch:
    """Run one hunt with this bug, or without any. The cluster is left running whatever it ran."""
    began = time.monotonic()
    hunt = HUNTS[name]
    doubles = ",".join(word for word in (hunt.base, bug.double if bug else "") if word)
    await cluster.start_again(bug=doubles, workers=hunt.workers, sql=bug.sql if bug else ())
    report = await hunt.run(cluster, bug.kind if bug else SocketClient)
    found = {each.invariant for each in report.violations}
    return Catch(name, bug, found, report.text(), time.monotonic() - began)


async def hunt_all(cluster: Cluster, bugs: Sequence[Bug]) -> list[Catch]:
    """Each hunt once without a bug, then with each of its bugs."""
    catches = []
    for name in dict.fromkeys(bug.hunt for bug in bugs):
        for bug in (None, *(bug for bug in bugs if bug.hunt == name)):
            catches.append(await go_hunting(cluster, name, bug))
            say(catches[-1])
    return catches


def say(catch: Catch) -> None:
    title = catch.bug.name if catch.bug else f"(no bug: {catch.hunt})"
    due = "/".join(catch.bug.caught_by) if catch.bug else "nothing"
    found = ", ".join(sorted(catch.found, key=lambda name: int(name[1:]))) or "nothing"
    verdict = ("caught" if catch.bug else "clean") if catch.is_right else "WRONG"
    sys.stdout.write(f"{title:32} must find {due:8} found {found:28} {catch.seconds:5.1f} s  {verdict}\n")
    if not catch.is_right:
        sys.stdout.write(catch.text + "\n")
    sys.stdout.flush()


async def main(names: Sequence[str]) -> int:
    bugs = [bug for bug in BUGS if not names or bug.name in names]
    async with Cluster("postgres", workers=False) as cluster:
        catches = await hunt_all(cluster, bugs)
    return 0 if all(catch.is_right for catch in catches) else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bugs", nargs="*", metavar="BUG", help=", ".join(bug.name for bug in BUGS))
    chosen = parser.parse_args().bugs
    unknown = set(chosen) - {bug.name for bug in BUGS}
    if unknown:
        parser.error(f"no such bug: {', '.join(sorted(unknown))}")
    sys.exit(uvloop.run(main(chosen)))
