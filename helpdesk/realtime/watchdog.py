"""Notices when the event loop does not turn: then no socket of this process is served, whoever is to blame."""

from __future__ import annotations

import asyncio
import logging
import time

log = logging.getLogger(__name__)

LOOK_EVERY = 0.25
TOO_LONG = 0.2
SAY_EVERY = 60.0


class Watchdog:
    """Logs how long the loop stood still, at most once a minute, then the longest time since the last line."""

    def __init__(self) -> None:
        self._due = 0.0
        self._worst = 0.0
        self._silent_until = 0.0

    def start(self) -> None:
        """Must hold: the loop to be watched is running. Lasts as long as the loop."""
        self._due = time.monotonic() + LOOK_EVERY
        asyncio.get_running_loop().call_later(LOOK_EVERY, self._look)

    def _look(self) -> None:
        now = time.monotonic()
        self._worst = max(self._worst, now - self._due)
        if self._worst > TOO_LONG and now >= self._silent_until:
            log.warning("The event loop stood still for %d ms.", self._worst * 1000)
            self._worst = 0.0
            self._silent_until = now + SAY_EVERY
        self.start()
