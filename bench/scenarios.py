"""What is measured, each scenario with all its servers in turn, round after round."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from bench.load import SETTLE_SECONDS
from bench.machine import Machine
from bench.runs import browsing, cpu_percent, run_crowd, run_load
from bench.servers import RIVALS, Installation, Ours, Server

IDLE_SOCKETS = 5_000
MANY_IDLE_SOCKETS = 10_000
STORM_SOCKETS = 5_000
FANOUT_SOCKETS = 500
BROWSING_VISITORS = 2_000
PAGE_SECONDS = 5.0
SETTLED_SECONDS = 5.0  # after all have come in
RATES = (100, 300)
POOLED = ("node", "asyncpg")
POOLS = (4, 8, 16, 32)
LATENCY_SERVERS = ("ours", "node", "asyncpg", "stock")


@dataclass
class Options:
    """What was asked for on the command line."""

    servers: Sequence[str]
    chats: Sequence[int]
    processes: Sequence[int]
    workspaces: Sequence[int]
    rounds: int
    seconds: float
    scale: float  # of the numbers of idle sockets; below 1 in a quick run


@dataclass(frozen=True)
class Case:
    """One thing that several servers do: figures of the same case may be compared."""

    scenario: str
    chats: int = 0
    processes: int = 1
    rate: int = 0

    def __str__(self) -> str:
        words = [
            self.scenario,
            f"{self.chats:,} chats" if self.chats else "",
            f"{self.rate} msg/s" if self.rate else "",
        ]
        processes = "1 process" if self.processes == 1 else f"{self.processes} processes"
        return ", ".join([*filter(None, words), processes])


@dataclass
class Results:
    """The figures of each run, by case and server."""

    runs: dict[tuple[Case, str], list[dict[str, float]]] = field(default_factory=dict)
    # What a server did wrong, in words: a rival that loses messages is said to.
    faults: dict[tuple[Case, str], list[str]] = field(default_factory=dict)

    def add(self, case: Case, server: str, measured: dict[str, Any]) -> None:
        figures = flat(measured)
        self.runs.setdefault((case, server), []).append(figures)
        wrong = [f"{count} × {what}" for what, count in measured["problems"].items()]
        if measured.get("lost"):
            wrong.append(f"{measured['lost']} had not arrived when {SETTLE_SECONDS:.0f} s had passed since the last")
        self.faults.setdefault((case, server), []).extend(wrong)
        shown = ", ".join(f"{name} {value:,.1f}" for name, value in figures.items())
        print(f"{case}, {server}: {shown} {'; '.join(wrong)}", file=sys.stderr, flush=True)


def flat(measured: dict[str, Any]) -> dict[str, float]:
    """Only the numbers, those inside a mapping under both names: {"ack_ms": {"p50": 1}} → {"ack_ms p50": 1}."""
    figures: dict[str, float] = {}
    for name, value in measured.items():
        if isinstance(value, dict) and name != "problems":
            figures |= {f"{name} {inner}": number for inner, number in value.items()}
        elif isinstance(value, (int, float)):
            figures[name] = value
    if "cpu_us" in measured:
        figures["cpu_us"] = sum(measured["cpu_us"].values())
    return figures


class Bench:
    """One machine, the servers on it, and the scenarios."""

    def __init__(self, machine: Machine, options: Options) -> None:
        self.machine = machine
        self.options = options
        self.results = Results()
        self._servers: dict[tuple[str, int, int], Server] = {}
        self._worlds: dict[tuple[int, bool], Installation] = {}

    # --- servers, made when they are first needed and kept until the end ---------------------------------------------
    def world(self, workspaces: int = 1, *, sqlite: bool = False) -> Installation:
        key = (workspaces, sqlite)
        if key not in self._worlds:
            kind = "sqlite" if sqlite else "ours"
            chats = max(self.options.chats)
            self._worlds[key] = Installation(
                self.machine, f"{kind}_{workspaces}", chats=chats, workspaces=workspaces, sqlite=sqlite
            )
        return self._worlds[key]

    def server(self, name: str, processes: int, workspaces: int = 1) -> Server:
        key = (name, processes, workspaces)
        if key not in self._servers:
            if name == "ours":
                world = self.world(workspaces)
                self._servers[key] = Ours(self.machine, f"ours-{processes}-{workspaces}", processes, world)
            else:
                chats = max(self.options.chats)
                self._servers[key] = RIVALS[name](self.machine, f"{name}-{processes}", processes, chats=chats)
        return self._servers[key]

    # --- messages ----------------------------------------------------------------------------------------------------
    def saturation(self) -> None:
        """As many messages as each server can."""
        turns: list[tuple[Case, str, Server]] = []
        for chats in self.options.chats:
            for processes in self.options.processes:
                case = Case("saturation", chats, processes)
                turns += [(case, name, self.server(name, processes)) for name in self.options.servers]
                if "ours" in self.options.servers:
                    more = [workspaces for workspaces in self.options.workspaces if workspaces > 1]
                    turns += [(case, f"ours, {each} workspaces", self.server("ours", processes, each)) for each in more]
        self._in_turn(turns)

    def latency(self) -> None:
        """A steady pace that all of them can keep."""
        chats = max(self.options.chats)
        servers = [name for name in LATENCY_SERVERS if name in self.options.servers]
        turns = [
            (Case("latency", chats, processes, rate), name, self.server(name, processes))
            for processes in self.options.processes
            for rate in RATES
            for name in servers
        ]
        self._in_turn(turns)

    def pools(self) -> None:
        """How many connections the rivals that have a pool do best with: not compared, but chosen by."""
        chats, processes = min(self.options.chats), max(self.options.processes)
        turns: list[tuple[Case, str, Server]] = []
        for name in POOLED:
            for connections in POOLS:
                label = f"{name}-pool-{connections}"
                server = RIVALS[name](self.machine, label, processes, chats=chats, connections=connections)
                turns.append((Case(f"{name}, {connections} connections", chats, processes), "rival", server))
        self._in_turn(turns)

    def sqlite(self) -> None:
        """Ours on SQLite, which serves one process."""
        chats = min(self.options.chats)
        server = Ours(self.machine, "sqlite", 1, self.world(sqlite=True))
        self._in_turn([(Case("sqlite", chats), "ours", server)])

    def _in_turn(self, turns: Iterable[tuple[Case, str, Server]]) -> None:
        turns = list(turns)
        for _ in range(self.options.rounds):
            for case, name, server in turns:
                measured = run_load(server, case.chats, seconds=self.options.seconds, rate=case.rate)
                self.results.add(case, name, measured)

    # --- many sockets ------------------------------------------------------------------------------------------------
    @cached_property
    def _many_visitors(self) -> Installation:
        chats = self._scaled(STORM_SOCKETS)
        return Installation(self.machine, "many", chats=chats, workspaces=1)

    def _scaled(self, sockets: int) -> int:
        return max(int(sockets * self.options.scale), 1)

    def idle(self) -> None:
        """What an idle visitor's socket costs, in one process and in two. Once: memory varies little."""
        for sockets, processes in ((IDLE_SOCKETS, 1), (MANY_IDLE_SOCKETS, 2)):
            # A process of its own: what earlier runs left behind in its memory would be reused.
            server = Ours(self.machine, f"idle-{processes}", processes, self._many_visitors)
            self._crowd("idle", server, self._scaled(sockets))

    def storm(self) -> None:
        """All visitors lose their connection at once and come back at once."""
        server = Ours(self.machine, "storm", 2, self._many_visitors)
        for _ in range(self.options.rounds):
            self._crowd("storm", server, self._scaled(STORM_SOCKETS))

    def fanout(self) -> None:
        """An event each 50 ms to every one of 500 agents' sockets."""
        for _ in range(self.options.rounds):
            for processes in self.options.processes:
                self._crowd("fanout", self.server("ours", processes), FANOUT_SOCKETS)

    def browsing(self) -> None:
        """What visitors who look around cost, alone and beside chats at a steady pace, unwatched and watched."""
        visitors, chats = self._scaled(BROWSING_VISITORS), min(self.options.chats)
        server = Ours(self.machine, "browsing", 1, self.world())
        self._chats_beside(server, "nobody", chats, {})
        for who, agents in (("visitors", 0), ("visitors, watched by 5", 5)):
            with browsing(server, visitors, every=PAGE_SECONDS, agents=agents) as found:
                time.sleep(SETTLED_SECONDS)
                alone = {"cpu_percent": cpu_percent(server, self.options.seconds)}
                self._chats_beside(server, f"{visitors:,} {who}", chats, alone)
            self.results.add(Case(f"browsing of {visitors:,} {who}"), "ours", found)

    def _chats_beside(self, server: Server, who: str, chats: int, alone: dict[str, float]) -> None:
        for _ in range(self.options.rounds):
            measured = run_load(server, chats, seconds=self.options.seconds, rate=RATES[0])
            self.results.add(Case(f"chats beside {who}", chats, rate=RATES[0]), "ours", {**measured, **alone})

    def _crowd(self, what: str, server: Server, sockets: int) -> None:
        case = Case(f"{what} of {sockets:,} sockets", processes=len(server.ports))
        self.results.add(case, "ours", run_crowd(what, server, sockets))


SCENARIOS: dict[str, Callable[[Bench], None]] = {
    "saturation": Bench.saturation,
    "latency": Bench.latency,
    "fanout": Bench.fanout,
    "idle": Bench.idle,
    "storm": Bench.storm,
    "browsing": Bench.browsing,
    "sqlite": Bench.sqlite,
    "pools": Bench.pools,
}
NOT_BY_DEFAULT = {"pools"}
