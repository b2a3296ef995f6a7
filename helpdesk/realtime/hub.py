"""All sockets of one process: their count, the sweep that finds what hints did not bring, and the drain."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from helpdesk.errors import HelpdeskError
from helpdesk.realtime import pool

if TYPE_CHECKING:
    from helpdesk.realtime.door import SocketDoor

log = logging.getLogger(__name__)

SWEEP_SECONDS = 5.0
TOUCH_SECONDS = 15.0
HEARD_SECONDS = 45.0
DRAIN_SECONDS = 10.0
HEADS_CHUNK = 500


class Hub:
    """One per process. Lives on the event loop that serves the sockets."""

    def __init__(self) -> None:
        self.sockets: set[SocketDoor] = set()
        self.per_party: Counter[tuple[str, int]] = Counter()
        self.per_address: Counter[str] = Counter()
        self.running_commands = 0
        self.is_draining = False
        self._sweeper: asyncio.Task[None] | None = None
        self._touched_at = 0.0
        self._catching: set[asyncio.Task[None]] = set()

    def add(self, socket: SocketDoor) -> None:
        self.sockets.add(socket)
        self.per_party[socket.peer.key()] += 1
        self.per_address[socket.peer.address] += 1
        if self._sweeper is None or self._sweeper.done():
            self._sweeper = asyncio.ensure_future(self._sweep_for_ever())

    def remove(self, socket: SocketDoor) -> None:
        if socket not in self.sockets:
            return
        self.sockets.discard(socket)
        for counter, key in ((self.per_party, socket.peer.key()), (self.per_address, socket.peer.address)):
            counter[key] -= 1  # type: ignore[index]
            if counter[key] <= 0:  # type: ignore[index]
                del counter[key]  # type: ignore[attr-defined]

    def others_of(self, socket: SocketDoor) -> int:
        """How many further sockets the same party has in this process."""
        return self.per_party[socket.peer.key()] - (1 if socket in self.sockets else 0)

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
        """Check that everybody may still be here, vouch for who is, and catch up whatever lags."""
        await self._check_rights()
        for socket in list(self.sockets):
            await socket.check_sight()
        if time.monotonic() - self._touched_at > TOUCH_SECONDS:
            self._touched_at = time.monotonic()
            await self._touch()
        await self._catch_up()

    def _by_door(self) -> dict[type[SocketDoor], list[SocketDoor]]:
        grouped: dict[type[SocketDoor], list[SocketDoor]] = {}
        for socket in self.sockets:
            grouped.setdefault(type(socket), []).append(socket)
        return grouped

    async def _check_rights(self) -> None:
        for door, sockets in self._by_door().items():
            by_peer = {id(socket.peer): socket for socket in sockets}
            verdicts = await pool.run(door.recheck, [socket.peer for socket in sockets])
            for peer, still_allowed in verdicts:
                socket = by_peer[id(peer)]
                if not still_allowed:
                    socket.revoke()
                elif socket.joined_groups != peer.groups:
                    await socket.join_groups()

    async def _touch(self) -> None:
        now = time.monotonic()
        for door, sockets in self._by_door().items():
            alive = [socket.peer for socket in sockets if now - socket.heard_at < HEARD_SECONDS]
            if alive:
                await pool.run(door.touch, alive)

    async def _catch_up(self) -> None:
        for door, sockets in self._by_door().items():
            ids = sorted({ticket_id for socket in sockets for ticket_id in socket.pipe.subscriptions})
            for start in range(0, len(ids), HEADS_CHUNK):
                heads = await pool.run(door.heads, ids[start : start + HEADS_CHUNK])
                for socket in sockets:
                    self._catch_up_one(socket, ids[start : start + HEADS_CHUNK], heads)

    def _catch_up_one(self, socket: SocketDoor, asked: list[int], heads: Mapping[int, Mapping[str, int]]) -> None:
        """Catching up goes at the reader's pace, so each socket does it by itself: a slow one holds up nobody else."""
        if not socket.lags(asked, heads):
            return
        task = asyncio.ensure_future(socket.compare_heads(asked, heads))
        self._catching.add(task)
        task.add_done_callback(self._caught_up)

    def _caught_up(self, task: asyncio.Task[None]) -> None:
        self._catching.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.warning("A socket could not catch up; the next sweep tries again.", exc_info=task.exception())

    async def drain(self) -> None:
        """Say goodbye to every socket, wait for what is being committed (at most 10 s), then close with 1012."""
        self.is_draining = True
        sockets = list(self.sockets)
        spread_ms = max(1000, len(sockets) * 5)
        for socket in sockets:
            socket.say_bye("restart", random.randint(100, spread_ms))
        deadline = time.monotonic() + DRAIN_SECONDS
        while self.running_commands and time.monotonic() < deadline:  # noqa: ASYNC110 (only while we stop)
            await asyncio.sleep(0.02)
        await asyncio.gather(*(socket.leave(1012) for socket in sockets), return_exceptions=True)


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
