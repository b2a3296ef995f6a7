"""All sockets of one process: their count, the sweep that finds what hints did not bring, and the drain."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

from helpdesk.errors import HelpdeskError
from helpdesk.realtime import pool
from helpdesk.realtime.peer import Peer
from helpdesk.realtime.wheel import Wheel

if TYPE_CHECKING:
    from helpdesk.realtime.door import SocketDoor
    from helpdesk.realtime.lifecycle import LivingSocket

log = logging.getLogger(__name__)

T = TypeVar("T")
Door = type["SocketDoor"]

HEARTBEAT_SECONDS = 20
SWEEP_SECONDS = 5.0
TOUCH_SECONDS = 15.0
HEARD_SECONDS = 45.0
DRAIN_SECONDS = 10.0
CLOSING_SECONDS = 2.0  # of these, kept for the closing
LEFT_SECONDS = 0.5
CHUNK = 500  # of what one query of the sweep asks for


class Hub:
    """One per process. Lives on the event loop that serves the sockets."""

    def __init__(self) -> None:
        self.sockets: set[SocketDoor] = set()
        self.light: set[LivingSocket] = set()
        self.per_party: Counter[tuple[str, int]] = Counter()
        self.per_address: Counter[str] = Counter()
        self.running_commands = 0
        self.is_draining = False
        self.beats: Wheel[LivingSocket] = Wheel(HEARTBEAT_SECONDS, lambda socket: socket.beat())
        self._sweeper: asyncio.Task[None] | None = None
        self._touched_at = 0.0
        self._catching: set[asyncio.Task[None]] = set()
        self._gone: dict[tuple[str, int], tuple[Door, Peer]] = {}
        self._noting_gone: asyncio.Task[None] | None = None

    def add(self, socket: SocketDoor) -> None:
        self.sockets.add(socket)
        self.per_party[socket.peer.key()] += 1
        self.per_address[socket.peer.address] += 1
        self._gone.pop(socket.peer.key(), None)
        if self._sweeper is None or self._sweeper.done():
            self._sweeper = asyncio.ensure_future(self._sweep_for_ever())

    def remove(self, socket: SocketDoor) -> None:
        if socket not in self.sockets:
            return
        self.sockets.discard(socket)
        self.beats.discard(socket)
        for counter, key in ((self.per_party, socket.peer.key()), (self.per_address, socket.peer.address)):
            counter[key] -= 1  # type: ignore[index]
            if counter[key] <= 0:  # type: ignore[index]
                del counter[key]  # type: ignore[attr-defined]
        # Whoever is sent away by a planned stop comes right back: their lease is as good as ever.
        if not self.is_draining and not self.others_of(socket):
            self._gone[socket.peer.key()] = (type(socket), socket.peer)
            if self._noting_gone is None:
                self._noting_gone = asyncio.ensure_future(self._note_gone())

    def add_light(self, socket: LivingSocket) -> None:
        """A socket without a peer: it beats and drains with the others, and there is nothing to sweep for it."""
        self.light.add(socket)

    def remove_light(self, socket: LivingSocket) -> None:
        if socket in self.light:
            self.light.discard(socket)
            self.beats.discard(socket)

    def others_of(self, socket: SocketDoor) -> int:
        """How many further sockets the same party has in this process."""
        return self.per_party[socket.peer.key()] - (1 if socket in self.sockets else 0)

    async def _note_gone(self) -> None:
        """Say in few queries whose last socket closed: a cut cable takes thousands at once."""
        await asyncio.sleep(LEFT_SECONDS)
        self._noting_gone = None
        gone, self._gone = self._gone, {}
        try:
            for door in {door for door, _peer in gone.values()}:
                for peers in chunks([peer for each, peer in gone.values() if each is door]):
                    await pool.run(door.left, peers)
        except HelpdeskError as error:
            log.warning("That some have left was not noted (%s); their leases run out.", error.code)

    async def _sweep_for_ever(self) -> None:
        while self.sockets:
            await asyncio.sleep(SWEEP_SECONDS)
            try:
                await self.sweep()
            except HelpdeskError as error:
                log.warning("The sweep could not ask the database: %s", error.code)
            except Exception:
                log.exception("The sweep failed; it runs again.")

    async def sweep(self) -> None:
        """Check that everybody may still be here, vouch for who is, and catch up whatever lags.

        The number of queries does not grow with the sockets but for one in CHUNK of them.
        """
        for door, sockets in self._by_door().items():
            await self._check_rights(door, sockets)
            await self._check_sight(door, sockets)
        if time.monotonic() - self._touched_at > TOUCH_SECONDS:
            self._touched_at = time.monotonic()
            await self._touch()
        for door, sockets in self._by_door().items():
            await self._catch_up(door, sockets)

    def _by_door(self) -> dict[Door, list[SocketDoor]]:
        grouped: dict[Door, list[SocketDoor]] = {}
        for socket in self.sockets:
            grouped.setdefault(type(socket), []).append(socket)
        return grouped

    async def _check_rights(self, door: Door, sockets: list[SocketDoor]) -> None:
        for some in chunks(sockets):
            by_peer = {id(socket.peer): socket for socket in some}
            for peer, still_allowed in await pool.run(door.recheck, [socket.peer for socket in some]):
                socket = by_peer[id(peer)]
                if not still_allowed:
                    socket.revoke()
                elif socket.joined_groups != peer.groups:
                    await socket.join_groups()

    async def _check_sight(self, door: Door, sockets: list[SocketDoor]) -> None:
        shown = await _ask(door.shown_to, sockets)
        for socket in sockets:
            await socket.check_sight(shown)

    async def _touch(self) -> None:
        now = time.monotonic()
        for door, sockets in self._by_door().items():
            for some in chunks([socket.peer for socket in sockets if now - socket.heard_at < HEARD_SECONDS]):
                await pool.run(door.touch, some)

    async def _catch_up(self, door: Door, sockets: list[SocketDoor]) -> None:
        heads = await _ask(door.heads, sockets)
        for socket in sockets:
            # Catching up goes at the reader's pace, so each socket does it by itself: a slow one holds up nobody else.
            if socket.lags(heads):
                task = asyncio.ensure_future(socket.compare_heads(heads))
                self._catching.add(task)
                task.add_done_callback(self._caught_up)

    def _caught_up(self, task: asyncio.Task[None]) -> None:
        self._catching.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.warning("A socket could not catch up; the next sweep tries again.", exc_info=task.exception())

    async def drain(self) -> None:
        """Say goodbye to every socket, wait for what is being committed, then close with 1012: 10 s at most in all."""
        self.is_draining = True
        sockets = [*self.sockets, *self.light]
        spread_ms = max(1000, len(sockets) * 5)
        for socket in sockets:
            socket.say_bye("restart", random.randint(100, spread_ms))
        deadline = time.monotonic() + DRAIN_SECONDS
        while self.running_commands and time.monotonic() < deadline - CLOSING_SECONDS:  # noqa: ASYNC110 (only while we stop)
            await asyncio.sleep(0.02)
        leaving = [asyncio.ensure_future(socket.leave(1012)) for socket in (*self.sockets, *self.light)]
        if leaving:
            # Whoever reads nothing is not waited for: the server closes what is left.
            await asyncio.wait(leaving, timeout=deadline - time.monotonic())


def chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]


async def _ask(question: Callable[[list[int]], dict[int, T]], sockets: list[SocketDoor]) -> dict[int, T | None]:
    """The answers for all tickets that these sockets follow; None for one that is not there."""
    found: dict[int, T | None] = dict.fromkeys(
        ticket_id for socket in sockets for ticket_id in socket.pipe.subscriptions
    )
    for some in chunks(list(found)):
        found.update(await pool.run(question, list(some)))
    return found


_hub: Hub | None = None


def hub() -> Hub:
    """This process's hub."""
    global _hub
    if _hub is None:
        _hub = Hub()
    return _hub


def forget() -> None:
    """Start afresh (tests run one event loop after another)."""
    global _hub
    _hub = None
