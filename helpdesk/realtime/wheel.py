"""One timer for what thousands of sockets do every so often, instead of thousands of timers."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Generic, TypeVar

log = logging.getLogger(__name__)

T = TypeVar("T")

SPOKES = 20


class Wheel(Generic[T]):
    """Calls `act` for each member once in `seconds`, the members spread evenly over that time.

    Lives on the running event loop. It turns only while it has members. `act` may remove any member; that it fails for
    one is logged and keeps no other from its turn.
    """

    def __init__(self, seconds: float, act: Callable[[T], None]) -> None:
        self._seconds = seconds / SPOKES
        self._act = act
        self._spokes: list[set[T]] = [set() for _ in range(SPOKES)]
        self._at = 0
        self._count = 0
        self._timer: asyncio.TimerHandle | None = None

    def add(self, member: T) -> None:
        """Must hold: it is not a member. Its first turn comes after a whole round."""
        self._spokes[self._at].add(member)
        self._count += 1
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._seconds, self._turn)

    def discard(self, member: T) -> None:
        for spoke in self._spokes:
            if member in spoke:
                spoke.remove(member)
                self._count -= 1
                return

    def _turn(self) -> None:
        self._timer = None
        self._at = (self._at + 1) % SPOKES
        if self._count:
            self._timer = asyncio.get_running_loop().call_later(self._seconds, self._turn)
        for member in tuple(self._spokes[self._at]):
            if member not in self._spokes[self._at]:
                continue
            try:
                self._act(member)
            except Exception:
                log.exception("A turn of the wheel failed for one member; the others have theirs.")
