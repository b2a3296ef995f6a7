"""The generator for many sockets, a process of its own: a plan (JSON) on stdin, what it measured (JSON) on stdout.

idle: hold many visitors' sockets and read the servers' memory before and after. storm: lose all of them at once and
come back at once. fanout: many agents follow one ticket whose visitor writes at a steady pace.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import uvloop

from bench.dialects import DIALECTS, Heard
from bench.figures import spread
from bench.load import BODY, SETTLE_SECONDS
from bench.parties import Party, enter_all
from bench.processes import cpu_seconds, pss_kib
from bench.sockets import allow_many_sockets
from bench.websocket import BadServer, Busy

CONNECT_AT_ONCE = 100
REST_SECONDS = 25.0  # longer than a heartbeat: every socket has been written to
BACKOFF_SECONDS = (0.5, 30.0)  # of docs/protocol.md: doubled from the first to the second, and a random part of that
AWAY_SECONDS = 1.0


@dataclass
class Plan:
    """What to do against which server; `chats` as in `bench.load`."""

    what: str
    dialect: str
    ports: list[int]
    chats: list[dict[str, Any]]
    pids: list[int]  # the web processes
    watched: list[int]  # everything whose CPU counts: these, and the database's and Redis' trees
    sockets: int
    seconds: float = 10.0
    every: float = 0.05


class Crowd:
    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.dialect = DIALECTS[plan.dialect]
        self.problems: Counter[str] = Counter()
        self.refused = 0

    async def run(self) -> dict[str, Any]:
        measured = await {"idle": self._idle, "storm": self._storm, "fanout": self._fanout}[self.plan.what]()
        return {**measured, "problems": dict(+self.problems)}

    def _visitors(self) -> list[Party]:
        """Visitors, each following their chat; more sockets than chats means several of each visitor."""
        ports, chats = self.plan.ports, self.plan.chats
        seats = [
            (ports[(number + number // len(chats)) % len(ports)], chats[number % len(chats)])
            for number in range(self.plan.sockets)
        ]
        return [Party(self.dialect, port, "visitor", chat["visitor"], [chat["ticket"]]) for port, chat in seats]

    # --- idle --------------------------------------------------------------------------------------------------------
    async def _idle(self) -> dict[str, Any]:
        first, rest = self._split(self._visitors())
        await enter_all(first, CONNECT_AT_ONCE)  # what is made once (threads, connections) is no socket's
        before, began, cpu = pss_kib(self.plan.pids), time.perf_counter(), cpu_seconds(self.plan.watched)
        await enter_all(rest, CONNECT_AT_ONCE)
        seconds, entering = time.perf_counter() - began, cpu_seconds(self.plan.watched) - cpu
        cpu = cpu_seconds(self.plan.pids)
        await asyncio.sleep(REST_SECONDS)
        cpu = cpu_seconds(self.plan.pids) - cpu
        after = pss_kib(self.plan.pids)
        return {
            "kib_each": (after - before) / len(rest),
            "mib": after / 1024,
            "connects_per_second": len(rest) / seconds,
            "cpu_ms_to_enter": entering / len(rest) * 1000,
            "cpu_percent": cpu / REST_SECONDS * 100,
        }

    def _split(self, parties: list[Party]) -> tuple[list[Party], list[Party]]:
        for party in parties:
            party.left = self._note_left
        few = max(len(parties) // 50, 1)
        return parties[:few], parties[few:]

    def _note_left(self, code: int) -> None:
        self.problems[f"closed {code}"] += 1

    # --- storm -------------------------------------------------------------------------------------------------------
    async def _storm(self) -> dict[str, Any]:
        parties = self._visitors()
        await enter_all(parties, CONNECT_AT_ONCE)
        for party in parties:
            party.cut()
        await asyncio.sleep(AWAY_SECONDS)
        began, cpu = time.perf_counter(), cpu_seconds(self.plan.watched)
        times = sorted(await asyncio.gather(*(self._come_back(party, began) for party in parties)))
        cpu = cpu_seconds(self.plan.watched) - cpu
        return {
            "seconds": times[-1],
            "half_seconds": times[len(times) // 2],
            "cpu_ms_to_enter": cpu / len(times) * 1000,
            "refused_each": self.refused / len(times),
        }

    async def _come_back(self, party: Party, began: float) -> float:
        """Try until one is in again, as the protocol says. Returns when that was."""
        pause, longest = BACKOFF_SECONDS
        while True:
            try:
                await party.enter()
            except Busy:
                self.refused += 1
            except (OSError, BadServer, TimeoutError) as error:
                self.problems[f"tried again after “{error}”"] += 1
            else:
                return time.perf_counter() - began
            pause = min(pause * 2, longest)
            await asyncio.sleep(random.uniform(0, pause))

    # --- fan-out -----------------------------------------------------------------------------------------------------
    async def _fanout(self) -> dict[str, Any]:
        ports, chat = self.plan.ports, self.plan.chats[0]
        agents = list(dict.fromkeys(each["agent"] for each in self.plan.chats))
        readers = [
            Party(self.dialect, ports[number % len(ports)], "agent", agents[number % len(agents)], [chat["ticket"]])
            for number in range(self.plan.sockets)
        ]
        writer = Party(self.dialect, ports[0], "visitor", chat["visitor"], [chat["ticket"]])
        await enter_all([writer, *readers], CONNECT_AT_ONCE)
        meant: dict[str, float] = {}
        times: list[float] = []
        for reader in readers:
            reader.heard = lambda party, heard: _note_arrival(heard, meant, times)
        await self._write_steadily(writer, chat, meant)
        wanted, deadline = len(meant) * len(readers), time.perf_counter() + SETTLE_SECONDS
        while len(times) < wanted and time.perf_counter() < deadline:  # noqa: ASYNC110 (a look now and then is enough)
            await asyncio.sleep(0.1)
        for party in (writer, *readers):
            self.problems["out of order"] += party.gaps
            party.close()
        return {"lost": wanted - len(times), "delivery_ms": spread(times)}

    async def _write_steadily(self, writer: Party, chat: Mapping[str, Any], meant: dict[str, float]) -> None:
        run, began = os.urandom(4).hex(), time.perf_counter()
        for number in range(int(self.plan.seconds / self.plan.every)):
            due = began + number * self.plan.every
            await asyncio.sleep(max(due - time.perf_counter(), 0))
            client_id = f"{run}-0000-4000-8000-{number:012x}"
            meant[client_id] = due
            writer.send(self.dialect.message(chat["ticket"], client_id, BODY))


def _note_arrival(heard: Heard, meant: Mapping[str, float], times: list[float]) -> None:
    due = meant.get(heard.client_id or "") if heard.kind == "event" else None
    if due is not None:
        times.append(time.perf_counter() - due)


def main() -> None:
    allow_many_sockets()
    plan = Plan(**json.load(sys.stdin))
    json.dump(uvloop.run(Crowd(plan).run()), sys.stdout)


if __name__ == "__main__":
    main()
