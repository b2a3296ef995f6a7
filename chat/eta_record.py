"""How true it was what visitors were told of their wait. Must hold: the workspace is active."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from chat.models import Chat

CHATS = 200  # the last ones that are looked at
CLOSE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class EtaRecord:
    """Of the last chats whose visitor was told a wait and that somebody took."""

    told: int
    close: int  # the wait was within CLOSE of what was said first

    @property
    def percent(self) -> int | None:
        """How many of a hundred were close; None when nobody was told anything yet."""
        return round(100 * self.close / self.told) if self.told else None


def eta_record(department_id: int | None) -> EtaRecord:
    """The record of a department, or of the chats without one. In one query."""
    told = Chat.objects.filter(
        ticket__department_id=department_id, accepted_at__isnull=False, eta_told_at__isnull=False
    ).order_by("-accepted_at", "-id")
    waits = told.values_list("eta_told_at", "eta_told_seconds", "accepted_at")[:CHATS]
    close = [abs(accepted_at - told_at - timedelta(seconds=said)) <= CLOSE for told_at, said, accepted_at in waits]
    return EtaRecord(len(close), sum(close))
