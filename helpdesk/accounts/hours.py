"""Questions about opening hours. Must hold for all of them: the workspace is active."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from helpdesk.accounts.calendar import Calendar
from helpdesk.accounts.models import OpeningHours
from helpdesk.tenancy.kept import Kept

USED = Kept(lambda: OpeningHours.objects.filter(is_used=True))


@dataclass(frozen=True)
class Hours:
    """All hours of a workspace: by department, those of the workspace under None."""

    calendars: dict[int | None, Calendar]

    def of(self, department_id: int | None) -> Calendar | None:
        """The department's own, else the workspace's; None is open at all times."""
        return self.calendars.get(department_id) or self.calendars.get(None)

    def is_open(self, department_id: int | None, now: datetime) -> bool:
        calendar = self.of(department_id)
        return calendar is None or calendar.is_open(now)

    def next_opening(self, department_id: int | None, now: datetime) -> datetime | None:
        """When it opens next; None while it is open, and when it never opens again."""
        calendar = self.of(department_id)
        return None if calendar is None or calendar.is_open(now) else calendar.next_opening(now)


def current_hours() -> Hours:
    """In one query."""
    return Hours({row.department_id: row.calendar() for row in USED.ask()})
