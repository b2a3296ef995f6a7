"""The load generator, a process of its own: reads a plan (JSON) from stdin, writes what it measured (JSON) to stdout.

Closed loop: every chat has one message in flight, its two sides in turn; the next leaves as soon as the last was
acknowledged and has arrived at the other side. Open loop: messages leave at a fixed rate, whatever the server does,
and every time counts from the moment the message was meant to leave.

It checks what it measures: every message is acknowledged once with a number, arrives at both sides, and the numbers
that a side gets of a ticket have no gap.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import uvloop

from bench.dialects import DIALECTS, Dialect, Heard, Side
from bench.figures import spread
from bench.processes import cpu_seconds
from bench.sockets import allow_many_sockets
from bench.websocket import ClientSocket

BODY = "Is it food safe, and does it survive the dishwasher? I would like six of them before the weekend, pl. "[:100]
CONNECT_AT_ONCE = 50
ENTER_SECONDS = 120.0
SETTLE_SECONDS = 15.0  # for what is under way when the time is over


@dataclass
class Plan:
    """What to do against which server."""

    dialect: str
    ports: list[int]
    # Each chat: {"ticket", "visitor", "agent"}; the latter two are what the dialect greets with.
    chats: list[dict[str, Any]]
    seconds: float
    warm_up: float = 1.5
    rate: float = 0.0  # messages a second, in all; 0 = closed loop
    watched: dict[str, list[int]] = field(default_factory=dict)  # process trees whose CPU counts, by name
    alongside: list[str] = field(default_factory=list)  # a command that runs while it counts: a profiler


@dataclass(slots=True)
class Message:
    """One message on its way. It is done when acknowledged, delivered to the other side and to its sender."""

    chat: Chat
    side: int
    client_id: str
    meant_at: float
    counts: bool
    acked: float = 0.0
    delivered: float = 0.0
    echoed: bool = False


class Party:
    """One socket, and the chats it holds."""

    def __init__(self, load: Load, socket: ClientSocket, who: str, side: int) -> None:
        self.load = load
        self.socket = socket
        self.who = who
        self.side = side
        self.heads: dict[Any, int] = {}
        self.tickets: list[Any] = []
        self.missing = 0
        self.is_in: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def enter(self) -> None:
        self.socket.heard = self._heard
        self.socket.closed = self._closed
        self.missing = len(self.tickets) if self.load.plan.dialect == "helpdesk" else 1
        await self.socket.open()
        self.load.dialect.greet(self.socket, self.who, self.tickets)
        await asyncio.wait_for(self.is_in, ENTER_SECONDS)

    def _heard(self, payload: bytes) -> None:
        if self.missing and self.load.dialect.entered(payload):
            self.missing -= 1
            if not self.missing:
                self.is_in.set_result(None)
            return
        heard = self.load.dialect.read(self.socket, payload)
        if heard is None:
            return
        if heard.kind == "event":
            head = self.heads.get(heard.ticket)
            if head is not None and heard.seq != head + 1:
                self.load.problems["out of order"] += 1
            self.heads[heard.ticket] = heard.seq
        self.load.heard(self, heard)

    def _closed(self, code: int) -> None:
        if not self.load.is_over:
            self.load.problems[f"closed {code}"] += 1
            if not self.is_in.done():
                self.is_in.set_exception(ConnectionError(f"closed {code} while entering"))


@dataclass(slots=True, eq=False)
class Chat:
    ticket: Any
    parties: tuple[Party, Party]
    turn: int = 0


class Load:
    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.dialect: Dialect = DIALECTS[plan.dialect]
        self.problems: Counter[str] = Counter()
        self.under_way: dict[str, Message] = {}
        self.ack_times: list[float] = []
        self.delivery_times: list[float] = []
        self.done = 0
        self.is_sending = self.is_counting = self.is_over = False
        self.is_quiet = asyncio.Event()
        self._number = 0
        self._run = os.urandom(4).hex()
        self.chats: list[Chat] = []

    async def run(self) -> dict[str, Any]:
        connected_in = await self._connect()
        self.is_sending = True
        sender = asyncio.ensure_future(self._send_by_the_clock()) if self.plan.rate else None
        if sender is None:
            for chat in self.chats:
                self._send(chat, time.perf_counter())
        await asyncio.sleep(self.plan.warm_up)
        measured = await self._measure()
        self.is_sending = False
        if sender is not None:
            await sender
        await self._settle()
        self.is_over = True
        for party in self.parties:
            party.socket.close()
        return {
            "connect_seconds": connected_in,
            **measured,
            "ack_ms": spread(self.ack_times),
            "delivery_ms": spread(self.delivery_times),
            "lost": len(self.under_way),
            "problems": dict(self.problems),
        }

    async def _measure(self) -> dict[str, Any]:
        """Count for the plan's seconds. CPU is in microseconds a message."""
        spy = await _start(self.plan.alongside)
        before = {name: cpu_seconds(pids) for name, pids in self.plan.watched.items()}
        own, began = time.process_time(), time.perf_counter()
        self.is_counting = True
        await asyncio.sleep(self.plan.seconds)
        self.is_counting = False
        seconds = time.perf_counter() - began
        if spy is not None:
            await spy.wait()
        count = max(self.done, 1)
        cpu = {name: (cpu_seconds(pids) - before[name]) / count * 1e6 for name, pids in self.plan.watched.items()}
        return {
            "messages": self.done,
            "per_second": self.done / seconds,
            "cpu_us": cpu,
            "generator_us": (time.process_time() - own) / count * 1e6,
        }

    # --- entering ----------------------------------------------------------------------------------------------------
    async def _connect(self) -> float:
        self._seat()
        began = time.perf_counter()
        turn = asyncio.Semaphore(CONNECT_AT_ONCE)

        async def enter(party: Party) -> None:
            async with turn:
                await party.enter()

        await asyncio.gather(*(enter(party) for party in self.parties))
        return time.perf_counter() - began

    def _seat(self) -> None:
        """Spread the sockets evenly over the ports: half of each agent's chats have their visitor on the other one."""
        ports = self.plan.ports
        agents: dict[str, Party] = {}
        self.parties: list[Party] = []
        for each in self.plan.chats:
            agent = agents.get(each["agent"])
            if agent is None:
                agent = agents[each["agent"]] = self._party(ports[len(agents) % len(ports)], each["agent"], 1)
            agent.tickets.append(each["ticket"])
            visitor = self._party(ports[len(agent.tickets) % len(ports)], each["visitor"], 0)
            visitor.tickets.append(each["ticket"])
            self.chats.append(Chat(each["ticket"], (visitor, agent)))

    def _party(self, port: int, who: str, side: int) -> Party:
        name: Side = "agent" if side else "visitor"
        party = Party(self, self.dialect.socket(port, name), who, side)
        self.parties.append(party)
        return party

    # --- sending -----------------------------------------------------------------------------------------------------
    async def _send_by_the_clock(self) -> None:
        """The loop's timer has steps of a millisecond: what is due by then leaves together, and counts from its own
        moment."""
        began, sent = time.perf_counter(), 0
        while self.is_sending:
            now = time.perf_counter()
            while began + sent / self.plan.rate <= now:
                self._send(self.chats[sent % len(self.chats)], began + sent / self.plan.rate)
                sent += 1
            await asyncio.sleep(max(began + sent / self.plan.rate - time.perf_counter(), 0))

    def _send(self, chat: Chat, meant_at: float) -> None:
        self._number += 1
        client_id = f"{self._run}-0000-4000-8000-{self._number:012x}"
        message = Message(chat, chat.turn, client_id, meant_at, self.is_counting)
        chat.turn = 1 - chat.turn
        self.under_way[client_id] = message
        self._transmit(message)

    def _transmit(self, message: Message) -> None:
        frame = self.dialect.message(message.chat.ticket, message.client_id, BODY)
        message.chat.parties[message.side].socket.send(frame)

    # --- what comes back ---------------------------------------------------------------------------------------------
    def heard(self, party: Party, heard: Heard) -> None:
        message = self.under_way.get(heard.client_id or "")
        if heard.kind == "error":
            self._refused(message, heard)
        elif message is not None:
            self._note(message, party, heard)

    def _refused(self, message: Message | None, heard: Heard) -> None:
        self.problems[heard.note] += 1
        if message is not None and heard.retry_ms and not self.is_over:
            asyncio.get_running_loop().call_later(heard.retry_ms / 1000, self._transmit, message)

    def _note(self, message: Message, party: Party, heard: Heard) -> None:
        now = time.perf_counter()
        if heard.kind == "ack":
            if message.acked or heard.seq < 1:
                self.problems["bad ack"] += 1
            message.acked = now
        elif party.side == message.side:
            message.echoed = True
        elif party is message.chat.parties[party.side]:
            message.delivered = now
        if message.acked and message.delivered and message.echoed:
            self._finish(message, now)

    def _finish(self, message: Message, now: float) -> None:
        del self.under_way[message.client_id]
        self.done += self.is_counting
        if message.counts:  # meant to leave while it counted, however late it was done
            self.ack_times.append(message.acked - message.meant_at)
            self.delivery_times.append(message.delivered - message.meant_at)
        if self.is_sending and not self.plan.rate:
            self._send(message.chat, now)
        elif not self.is_sending and not self.under_way:
            self.is_quiet.set()

    async def _settle(self) -> None:
        """Wait for what is under way; what does not come in time is lost."""
        if self.under_way:
            with suppress(TimeoutError):
                await asyncio.wait_for(self.is_quiet.wait(), SETTLE_SECONDS)


async def _start(command: list[str]) -> asyncio.subprocess.Process | None:
    return await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.DEVNULL) if command else None


def main() -> None:
    allow_many_sockets()
    plan = Plan(**json.load(sys.stdin))
    json.dump(uvloop.run(Load(plan).run()), sys.stdout)


if __name__ == "__main__":
    main()
