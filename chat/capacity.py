"""Whether a department can take one more live chat now, and if not, why. Must hold: the workspace is active."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Count
from django.utils import timezone

from chat.floor import Floor, Seat, read_floor
from chat.policies import current_policies
from chat.queue import waiting_everywhere
from helpdesk.accounts.hours import Hours, current_hours


class OfflineWhy(StrEnum):
    """Why visitors are shown the offline form."""

    CLOSED = "closed"  # out of hours, and nobody stays available
    NOBODY = "nobody"  # no agent is online and takes chats
    QUEUE_FULL = "queue_full"


@dataclass(frozen=True)
class Capacity:
    """The whole workspace at one moment."""

    hours: Hours
    floor: Floor
    waiting: Mapping[int | None, int]  # department → chats that nobody has

    def offline_why(self, department_id: int | None) -> OfflineWhy | None:
        """For a department or, with None, for anybody; None while it can take a chat, or the department can to which
        its chats pass on at once while nobody is there."""
        why = self._own_why(department_id)
        if why == OfflineWhy.NOBODY:
            other = self.floor.policies.of(department_id).overflow_department_id
            if other not in (None, department_id) and self._own_why(other) is None:
                return None
        return why

    def takers(self, department_id: int | None) -> list[Seat]:
        """Who takes the department's chats: online and not pausing; out of hours only those who stay available."""
        floor = self.floor
        seats = [
            seat
            for seat in floor.seats_of(department_id)
            if seat.is_online(floor.now) and not seat.is_paused(department_id)
        ]
        if self.hours.is_open(department_id, floor.now):
            return seats
        return [seat for seat in seats if seat.is_forced_online(floor.policies, department_id)]

    def _own_why(self, department_id: int | None) -> OfflineWhy | None:
        takers = self.takers(department_id)
        if not takers:
            is_open = self.hours.is_open(department_id, self.floor.now)
            return OfflineWhy.NOBODY if is_open else OfflineWhy.CLOSED
        return OfflineWhy.QUEUE_FULL if self._is_full(department_id, takers) else None

    def _is_full(self, department_id: int | None, online: list[Seat]) -> bool:
        policy = self.floor.policies.of(department_id)
        longest = min(policy.queue_limit, policy.queue_per_agent * len(online))
        if longest:
            return self.waiting.get(department_id, 0) >= longest
        # Without a queue a chat begins only where somebody can take it at once.
        return not self.floor.can_ring_one_of(online, department_id)


def current_capacity() -> Capacity:
    """In a number of statements that does not depend on how many wait."""
    waiting = waiting_everywhere().order_by().values_list("ticket__department_id").annotate(Count("id"))
    return Capacity(current_hours(), read_floor(current_policies(), timezone.now()), dict(waiting))
