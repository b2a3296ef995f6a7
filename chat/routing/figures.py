"""What is counted while a period is replayed, and what it comes to."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import ceil
from statistics import median, pstdev
from typing import Any

MOST_BUCKETS = 96  # points of the chart
BUCKETS = (300, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400)  # seconds


def bucket_seconds(length: float) -> int:
    """A round span, so that a period of this length has at most MOST_BUCKETS of them."""
    return next((each for each in BUCKETS if length <= each * MOST_BUCKETS), BUCKETS[-1])


@dataclass
class AgentTally:
    """One agent's chats, and the time for which they had how many."""

    chats: int = 0
    online: float = 0.0  # seconds
    loaded: float = 0.0  # seconds, times chats

    def spend(self, seconds: float, load: int) -> None:
        self.online += seconds
        self.loaded += seconds * load

    @property
    def mean_load(self) -> float:
        return self.loaded / self.online if self.online else 0.0


@dataclass
class Tally:
    begins: float
    ends: float
    chats: int = 0
    waits: list[float] = field(default_factory=list)  # of those who were answered
    abandoned: int = 0
    messages: int = 0  # came when it was closed, or as the message that it was
    offered_message: int = 0  # could not be answered in time
    passed_on: int = 0
    rings: int = 0
    missed: int = 0
    changes: list[tuple[float, int]] = field(default_factory=list)  # of the number of those who wait
    agents: dict[int, AgentTally] = field(default_factory=dict)

    def figures(self) -> dict[str, Any]:
        """All of it as JSON. Times are in seconds; None where there is nothing to count."""
        waits, live = sorted(self.waits), self.chats - self.messages
        there = [each for each in self.agents.values() if each.online]
        return {
            "chats": self.chats,
            "messages": self.messages,
            "answered": len(waits),
            "abandoned": self.abandoned,
            "still_waiting": live - len(waits) - self.abandoned,
            "offered_message": self.offered_message,
            "passed_on": self.passed_on,
            "rings": self.rings,
            "missed": self.missed,
            "wait_median": median(waits) if waits else None,
            "wait_p90": waits[ceil(len(waits) * 0.9) - 1] if waits else None,
            "wait_max": waits[-1] if waits else None,
            "within_30": self._share_within(30, live),
            "within_60": self._share_within(60, live),
            "spread": pstdev(each.chats for each in there) if there else None,
            "mean_load": sum(each.loaded for each in there) / sum(each.online for each in there) if there else None,
            "agents": [
                {"id": pk, "chats": each.chats, "mean_load": each.mean_load, "online": each.online}
                for pk, each in self.agents.items()
            ],
            "waiting": self.most_waiting(),
        }

    def _share_within(self, seconds: int, live: int) -> float | None:
        return sum(wait <= seconds for wait in self.waits) / live if live else None

    def most_waiting(self) -> list[int]:
        """The most who waited at once, in each bucket of the period."""
        step = bucket_seconds(self.ends - self.begins)
        peaks, waiting, current = [0] * max(ceil((self.ends - self.begins) / step), 1), 0, 0
        for at, change in self.changes:
            bucket = min(int((at - self.begins) / step), len(peaks) - 1)
            for passed in range(current + 1, bucket + 1):
                peaks[passed] = waiting
            current = bucket
            waiting += change
            peaks[bucket] = max(peaks[bucket], waiting)
        return peaks[: current + 1] + [waiting] * (len(peaks) - current - 1)
