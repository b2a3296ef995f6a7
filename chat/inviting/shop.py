"""Who could answer now, and what may be shown: read for a decision, and for arming as it was a few seconds ago."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from django.utils import timezone

from chat.capacity import Capacity, current_capacity
from chat.inviting.catalogue import Catalogue, current_catalogue, goals, nothing_active
from chat.queue import MOST_PLACES
from chat.targeting.facts import Team, utc_offset
from chat.targeting.invitations import Invitation
from chat.targeting.kinds import Kind
from chat.targeting.manners import Manners
from helpdesk.accounts.models import Department, Workspace
from helpdesk.recent import Recent
from helpdesk.tenancy import scope
from helpdesk.tenancy.scope import require_workspace_id

CLOCKS = frozenset({Kind.HOUR, Kind.WEEKDAY})


@dataclass(frozen=True)
class Shop:
    """One workspace at one moment. Two are equal when pages are to wait for the same things."""

    invitations: tuple[Invitation, ...]
    teams: tuple[Team, ...]
    utc_offset: int
    is_switched_off: bool
    goals: frozenset[str]
    load_seconds: int = Manners().load_seconds  # after a page was loaded nobody is asked before
    minute: int = 0  # of the clock, where something depends on it
    catalogue: Catalogue = field(default_factory=nothing_active, compare=False)


# What many decisions of one process read: who is online may be a second old, and what may be shown is asked again
# under the lock of its row.
RECENT = Recent(seconds=1.0, most=500)
CLOSED = Shop((), (), 0, False, frozenset())


def read_shop(workspace_id: int) -> Shop:
    """As it is now. On a thread that may use the database. Nearly nothing is read where nothing is active."""
    with scope.workspace(workspace_id):
        catalogue, awaited = current_catalogue(), goals()
        if not catalogue.rows:
            return replace(CLOSED, goals=awaited)
        now = timezone.now()
        capacity = current_capacity()
        invitations = catalogue.at(now, capacity.hours)
        return Shop(
            invitations=invitations,
            teams=teams_of(capacity),
            utc_offset=workspace_offset(now),
            is_switched_off=catalogue.manners.is_switched_off,
            load_seconds=catalogue.manners.load_seconds,
            goals=awaited,
            minute=int(now.timestamp() // 60) if _has_clock(invitations) else 0,
            catalogue=catalogue,
        )


def recent_shop() -> Shop:
    """The active workspace's, at most a second old."""
    workspace_id = require_workspace_id()
    return RECENT.get(workspace_id, "shop", lambda: read_shop(workspace_id))


def shop_changed() -> None:
    """Read it anew the next time, in this process."""
    RECENT.forget(require_workspace_id())


def _has_clock(invitations: tuple[Invitation, ...]) -> bool:
    return any(
        each.starts_at is not None
        or each.ends_at is not None
        or any(condition.kind in CLOCKS for _path, condition in each.audience.conditions())
        for each in invitations
    )


def workspace_offset(now: datetime) -> int:
    zone = Workspace.objects.values_list("time_zone", flat=True).get(pk=require_workspace_id())
    return utc_offset(zone, now.timestamp()) or 0


def teams_of(capacity: Capacity) -> tuple[Team, ...]:
    """Every department, and everybody together under ""."""
    departments = Department.objects.values_list("pk", "public_id")
    everywhere = _team("", None, capacity, sum(capacity.waiting.values()))
    return (everywhere, *(_team(str(name), pk, capacity, capacity.waiting.get(pk, 0)) for pk, name in departments))


def _team(name: str, department_id: int | None, capacity: Capacity, queue: int) -> Team:
    takers, free = capacity.takers(department_id), 0
    for seat in takers:
        limit = seat.limit(capacity.floor.policies, department_id)
        free += max(0, (MOST_PLACES if limit is None else limit) - seat.load)
    return Team(name, bool(takers), free, queue)
