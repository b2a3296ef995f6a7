"""One timer for what thousands of sockets do every so often, instead of thousands of timers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")

SPOKES = 20


class Wheel(Generic[T]):
    """Calls `act` for each member once in `seconds`, the members spread evenly over that time.

    Lives on the running event loop. It turns only while it has members. `act` may remove any member.
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
        # Armed before anybody is called: a member that fails must not stop the others' next round.
        if self._count:
            self._timer = asyncio.get_running_loop().call_later(self._seconds, self._turn)
        for member in tuple(self._spokes[self._at]):
            if member in self._spokes[self._at]:
                self._act(member)
