"""Thousands of sockets lose their connection at the same moment: all are back within a minute, and nothing is lost."""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import signal
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from tests.faults.attack import Attack, Report, figures
from tests.faults.client import Timing
from tests.faults.cluster import Cluster
from tests.faults.crowd import Crowd
from tests.faults.history import check, percentile
from tests.faults.lean_socket import LeanSocket, allow_many_files, connect

ALLOWED = 60.0  # seconds until the last one is back
AT_ONCE = 50  # connections that are opened together while the storm gathers
TIMING = Timing()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--sockets", type=int, default=5000)
    parser.add_argument("--how", choices=("cut", "kill"), default="cut", help="reset by the clients, or kill -9 of web")
    parser.add_argument("--written", type=int, default=300, help="messages to them while they are away")


@dataclass(eq=False)
class Party:
    """One visitor with one ticket, who comes back by the protocol's rules."""

    token: str
    ticket: str
    ports: list[int]
    last: int = 0
    gaps: int = 0
    back_at: float | None = None
    closes: Counter[int] = field(default_factory=Counter)
    socket: LeanSocket | None = None
    is_over: bool = False

    async def live(self, gate: asyncio.Semaphore) -> None:
        """Connect (slowly, behind the gate, the first time) and stay connected."""
        async with gate:
            await self._visit()
        failures = 0
        while not self.is_over:
            if self.socket is not None:
                await self.socket.lost.wait()
                self._remember(self.socket)
            if self.is_over:
                return
            failures = 0 if self.back_at else failures + 1
            self.back_at = None
            await asyncio.sleep(random.uniform(0, min(TIMING.longest_pause, TIMING.first_pause * 2**failures)))
            await self._visit()

    def _remember(self, socket: LeanSocket) -> None:
        self.last, self.gaps = max(self.last, socket.last), self.gaps + socket.gaps
        if socket.close_code is not None:
            self.closes[socket.close_code] += 1
        self.socket = None

    async def _visit(self) -> None:
        """Open a socket and wait for its welcome."""
        hello = {"type": "hello", "v": 1, "token": self.token, "resume": [{"ticket": self.ticket, "after": self.last}]}
        socket = LeanSocket("/ws/visitor/", random.choice(self.ports), hello, last=self.last)
        try:
            await connect(socket)
        except OSError:
            return
        self.socket = socket
        deadline = time.monotonic() + TIMING.quiet
        while socket.welcome_at is None and not socket.lost.is_set():
            if time.monotonic() > deadline:
                socket.reset()
            await asyncio.sleep(0.05)
        self.back_at = socket.welcome_at

    def seen(self) -> int:
        return max(self.last, self.socket.last if self.socket else 0)


async def run(given: argparse.Namespace) -> Report:
    allow_many_files()
    report = Report(f"storm of {given.sockets} sockets ({given.how})")
    began = time.monotonic()
    async with Cluster("postgres", workers=False) as cluster:
        lines = await cluster.run_once("-m", "tests.faults.make_visitors", "--count", str(given.sockets))
        parties = [party_of(line, cluster) for line in lines.splitlines()]
        report.figures["world made after s"] = round(time.monotonic() - began)
        crowd = Crowd(cluster.world, cluster.addresses, TIMING, clients=12, rate=10)
        await crowd.enter()
        crowd.talk()
        tasks = await gather_storm(parties, report)
        await drop_all(cluster, parties, given, report)
        crowd.is_talking = False
        await finish(cluster, crowd, parties, report)
        for party in parties:
            party.is_over = True
        for task in tasks:
            task.cancel()
    report.seconds = time.monotonic() - began
    return report


def party_of(line: str, cluster: Cluster) -> Party:
    facts: dict[str, Any] = json.loads(line)
    return Party(facts["token"], facts["ticket"], cluster.web_ports)


async def gather_storm(parties: list[Party], report: Report) -> list[asyncio.Task[None]]:
    began = time.monotonic()
    gate = asyncio.Semaphore(AT_ONCE)
    tasks = [asyncio.ensure_future(party.live(gate)) for party in parties]
    await until_back(parties, 600)
    report.figures["first entry s"] = round(time.monotonic() - began, 1)
    return tasks


async def until_back(parties: list[Party], seconds: float) -> int:
    """Wait until all are in; how many are not when the time is over."""
    deadline = time.monotonic() + seconds
    while missing := sum(party.back_at is None for party in parties):
        if time.monotonic() > deadline:
            return missing
        await asyncio.sleep(0.1)
    return 0


async def drop_all(cluster: Cluster, parties: list[Party], given: argparse.Namespace, report: Report) -> None:
    """The storm: all away at once; meanwhile some are written to."""
    dropped_at = time.monotonic()
    if given.how == "kill":
        for number in range(cluster.webs):
            cluster.parts[f"web{number}"].signal(signal.SIGKILL)
    for party in parties:
        party.back_at = None
        if party.socket is not None:
            party.socket.reset()
    await asyncio.sleep(0)
    chosen = random.sample(parties, min(given.written, len(parties)))
    await asyncio.to_thread(write_to, cluster, [party.ticket for party in chosen])
    missing = await until_back(parties, ALLOWED)
    waits = sorted(party.back_at - dropped_at for party in parties if party.back_at)
    report.figures["back p50/p99/last s"] = "/".join(f"{percentile(waits, each):.1f}" for each in (0.5, 0.99, 1))
    if missing:
        report.failures.append(f"{missing} sockets were not back after {ALLOWED:g} s")
        await until_back(parties, 120)


def write_to(cluster: Cluster, tickets: list[str]) -> None:
    """Append a public event to each ticket as a foreign process would see it: a row, with no hint to anybody."""
    values = ", ".join(f"'{ticket}'" for ticket in tickets)
    columns = "workspace_id, public_id, ticket_id, seq, visitor_seq, name, by_kind, sender, request_hash, text, data"
    cluster.store.execute(
        f"WITH grown AS (UPDATE tickets_ticket SET last_seq = last_seq + 1, last_visitor_seq = last_visitor_seq + 1 "
        f"WHERE public_id IN ({values}) RETURNING id, workspace_id, last_seq, last_visitor_seq) "
        f"INSERT INTO tickets_event ({columns}, created_at) SELECT workspace_id, gen_random_uuid(), id, last_seq, "
        f"last_visitor_seq, 'message.created', 'system', '', '', '{uuid.uuid4()}', '{{}}', now() FROM grown"
    )


async def finish(cluster: Cluster, crowd: Crowd, parties: list[Party], report: Report) -> None:
    """All have everything, and those who talked meanwhile agree with the log."""
    heads = await asyncio.to_thread(cluster.store.heads)
    deadline = time.monotonic() + 30
    while behind := [party for party in parties if party.seen() < heads[party.ticket]["visitor"]]:
        if time.monotonic() > deadline:
            report.failures.append(f"{len(behind)} sockets lack events of their tickets")
            break
        await asyncio.sleep(0.2)
    kept = await Attack(cluster, crowd, 0, allowed=20).settle(report)
    await crowd.leave()
    crowd.history.views = crowd.views()
    known = {view.ticket for view in crowd.history.views}
    kept.tickets = {ticket: log for ticket, log in kept.tickets.items() if ticket in known}
    report.violations = check(crowd.history, kept)
    report.figures |= figures(crowd.history, kept)
    report.figures["closes of the sockets"] = dict(sum((party.closes for party in parties), Counter()))
    report.figures["gaps that the sockets saw"] = sum(party.gaps for party in parties)
