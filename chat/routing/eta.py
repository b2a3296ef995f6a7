"""How long somebody in the queue will probably wait. Pure: no database, no clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

SAMPLES = 20  # the last chats that an estimate is made from
FEWEST = 5  # of fewer nothing is said
LONGEST = 3600  # seconds; a longer wait is not foretold
MINUTE = 60


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a department's queue moves.

    `handled`: for how long each of the last chats took a place, in seconds. `places`: of the agents who are at work
    there; None when nobody is.
    """

    handled: Sequence[float]
    places: int | None

    def eta_seconds(self, position: int) -> int | None:
        """The wait of whoever stands at `position` (from 1), as it is told.

        In whole minutes, and below one in seconds. None: too little is known, nobody is there, or it is over an hour.
        """
        if self.places is None or len(self.handled) < FEWEST:
            return None
        seconds = median(self.handled) * position / max(self.places, 1)
        if seconds >= MINUTE:
            # Half a minute goes up: who is told more than it takes is not let down.
            seconds = int(seconds / MINUTE + 0.5) * MINUTE
        return int(seconds) if seconds <= LONGEST else None
