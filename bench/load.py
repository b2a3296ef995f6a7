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
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import uvloop

from bench.dialects import DIALECTS, Heard
from bench.figures import spread
from bench.parties import Party, enter_all, seat
from bench.processes import cpu_seconds
from bench.sockets import allow_many_sockets

BODY = "Is it food safe, and does it survive the dishwasher? I would like six of them before the weekend, please."[:100]
CONNECT_AT_ONCE = 20
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


@dataclass(slots=True, eq=False)
class Chat:
    ticket: Any
    sides: tuple[Party, Party]
    turn: int = 0


@dataclass(slots=True, eq=False)
class Message:
    """One message on its way. It is done when acknowledged, delivered to the other side and to its sender."""

    chat: Chat
    sender: Party
    client_id: str
    meant_at: float
    counts: bool
    acked: float = 0.0
    delivered: float = 0.0
    echoed: bool = False


class Load:
    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.dialect = DIALECTS[plan.dialect]
        self.problems: Counter[str] = Counter()
        self.under_way: dict[str, Message] = {}
        self.ack_times: list[float] = []
        self.delivery_times: list[float] = []
        self.done = 0
        self.is_sending = self.is_counting = False
        self.is_quiet = asyncio.Event()
        self._number = 0
        self._run = os.urandom(4).hex()

    async def run(self) -> dict[str, Any]:
        connected_in = await self._connect()
        self.is_sending = True
        clock = asyncio.ensure_future(self._send_by_the_clock()) if self.plan.rate else None
        if clock is None:
            for chat in self.chats:
                self._send(chat, time.perf_counter())
        await asyncio.sleep(self.plan.warm_up)
        measured = await self._measure()
        self.is_sending = False
        if clock is not None:
            await clock
        await self._settle()
        for party in self.parties:
            self.problems["out of order"] += party.gaps
            party.close()
        return {
            "connect_seconds": connected_in,
            **measured,
            "ack_ms": spread(self.ack_times),
            "delivery_ms": spread(self.delivery_times),
            "lost": len(self.under_way),
            "problems": dict(+self.problems),
        }

    async def _connect(self) -> float:
        pairs = seat(self.dialect, self.plan.ports, self.plan.chats)
        self.chats = [Chat(chat["ticket"], pair) for chat, pair in zip(self.plan.chats, pairs, strict=True)]
        self.parties = list(dict.fromkeys(party for pair in pairs for party in pair))
        for party in self.parties:
            party.heard = self.heard
            party.left = self._note_left
        began = time.perf_counter()
        await enter_all(self.parties, CONNECT_AT_ONCE)
        return time.perf_counter() - began

    def _note_left(self, code: int) -> None:
        self.problems[f"closed {code}"] += 1

    async def _measure(self) -> dict[str, Any]:
        """Count for the plan's seconds. CPU is in microseconds a message."""
        spy = await _start(self.plan.alongside)
        before = {name: cpu_seconds(pids) for name, pids in self.plan.watched.items()}
        own, began = time.process_time(), time.perf_counter()
        self.is_counting = True
        await asyncio.sleep(self.plan.seconds)
        self.is_counting = False
        seconds = time.perf_counter() - began
        own = time.process_time() - own
        cpu = {name: cpu_seconds(pids) - before[name] for name, pids in self.plan.watched.items()}
        if spy is not None:
            await spy.wait()
        count = max(self.done, 1)
        return {
            "messages": self.done,
            "per_second": self.done / seconds,
            "cpu_us": {name: spent / count * 1e6 for name, spent in cpu.items()},
            "generator_us": own / count * 1e6,
        }

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
        message = Message(chat, chat.sides[chat.turn], client_id, meant_at, self.is_counting)
        chat.turn = 1 - chat.turn
        self.under_way[client_id] = message
        self._transmit(message)

    def _transmit(self, message: Message) -> None:
        message.sender.send(self.dialect.message(message.chat.ticket, message.client_id, BODY))

    # --- what comes back ---------------------------------------------------------------------------------------------
    def heard(self, party: Party, heard: Heard) -> None:
        message = self.under_way.get(heard.client_id or "")
        if heard.kind == "error":
            self._refused(message, heard)
        elif message is not None:
            self._note(message, party, heard)

    def _refused(self, message: Message | None, heard: Heard) -> None:
        """A refusal counts as a problem; one that may be sent again is, with the same client id."""
        self.problems[heard.note] += 1
        if message is not None and heard.retry_ms:
            asyncio.get_running_loop().call_later(heard.retry_ms / 1000, self._transmit, message)

    def _note(self, message: Message, party: Party, heard: Heard) -> None:
        now = time.perf_counter()
        if heard.kind == "ack":
            if message.acked or heard.seq < 1:
                self.problems["bad ack"] += 1
            message.acked = now
        elif party is message.sender:
            message.echoed = True
        elif party in message.chat.sides:
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


async def _start(command: Sequence[str]) -> asyncio.subprocess.Process | None:
    return await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.DEVNULL) if command else None


def main() -> None:
    allow_many_sockets()
    plan = Plan(**json.load(sys.stdin))
    json.dump(uvloop.run(Load(plan).run()), sys.stdout)


if __name__ == "__main__":
    main()
