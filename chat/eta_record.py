"""How true it was what visitors were told of their wait. Must hold: the workspace is active."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

from chat.models import Chat

CHATS = 200  # of a department, the last ones
MOST_READ = 2000  # of the whole workspace
FEWEST = 10  # of fewer nothing is said
CLOSE_SECONDS = 60
NEAR_PART = 0.25


@dataclass(frozen=True, slots=True)
class EtaRecord:
    """The last chats whose visitor was told a wait and that somebody took: (said, took) of each, in seconds.

    What was said is what they were told first. The figures are None while they are fewer than FEWEST.
    """

    waits: tuple[tuple[float, float], ...] = ()

    @property
    def told(self) -> int:
        return len(self.waits)

    @property
    def median_off_seconds(self) -> float | None:
        """By how much half of the waits were longer or shorter than said, at most."""
        return median(abs(took - said) for said, took in self.waits) if self._is_enough else None

    @property
    def percent_close(self) -> int | None:
        """How many of a hundred waits were within CLOSE_SECONDS of what was said."""
        return self._percent([abs(took - said) <= CLOSE_SECONDS for said, took in self.waits])

    @property
    def percent_near(self) -> int | None:
        """How many of a hundred were off by NEAR_PART of what was said, at most."""
        return self._percent([abs(took - said) <= NEAR_PART * said for said, took in self.waits])

    @property
    def percent_longer(self) -> int | None:
        """How many of a hundred were longer than said by more than CLOSE_SECONDS."""
        return self._percent([took - said > CLOSE_SECONDS for said, took in self.waits])

    @property
    def _is_enough(self) -> bool:
        return len(self.waits) >= FEWEST

    def _percent(self, hits: list[bool]) -> int | None:
        return round(100 * sum(hits) / len(hits)) if self._is_enough else None


def eta_records() -> dict[int | None, EtaRecord]:
    """The record of each department whose visitors were told a wait; None is the chats without one. In one query."""
    told = Chat.objects.filter(accepted_at__isnull=False, eta_told_at__isnull=False).order_by("-accepted_at", "-id")
    rows = told.values_list("ticket__department_id", "eta_told_at", "eta_told_seconds", "accepted_at")
    waits: dict[int | None, list[tuple[float, float]]] = {}
    for department_id, told_at, said, accepted_at in rows[:MOST_READ]:
        own = waits.setdefault(department_id, [])
        if len(own) < CHATS:
            own.append((said, (accepted_at - told_at).total_seconds()))
    return {department_id: EtaRecord(tuple(own)) for department_id, own in waits.items()}
