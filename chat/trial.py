"""What is tried out on a past period: other settings of routing, other hours, other people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from chat.models import RoutingPolicy
from chat.policies import Policies
from helpdesk.accounts.calendar import Calendar, Interval
from helpdesk.accounts.hours import Hours
from helpdesk.accounts.hours_notation import read_intervals, write_intervals

# Settings of a RoutingPolicy that the simulator knows how to follow.
CHANGEABLE = (
    "strategy",
    "chats_at_once",
    "ring_seconds",
    "max_cycles",
    "rest_seconds",
    "is_sticky",
    "sticky_days",
    "sticky_hold_seconds",
    "language_rule",
    "language_seconds",
    "max_wait_minutes",
    "overflow_department",
    "overflow_seconds",
)


class OpenWhen(StrEnum):
    SAVED = "saved"
    ALWAYS = "always"
    WEEK = "week"


class Presence(StrEnum):
    """When agents count as online."""

    RECORDED = "recorded"  # when they were; during opening hours where nothing is recorded
    ALWAYS_WHEN_OPEN = "hours"


@dataclass(frozen=True)
class Trial:
    """`settings` holds only what is to be different, each value as the row keeps it; a department is its key."""

    settings: Mapping[str, Any] = field(default_factory=dict)
    open_when: OpenWhen = OpenWhen.SAVED
    week: Sequence[Sequence[Interval]] = ()  # seven days, Monday first; WEEK only
    presence: Presence = Presence.RECORDED

    def as_json(self, before: RoutingPolicy) -> dict[str, Any]:
        """`before`: the settings that are changed, so that a page can say from what to what."""
        return {
            "settings": {name: [_plain(before, name), value] for name, value in self.settings.items()},
            "open_when": self.open_when,
            "week": [write_intervals(day) for day in self.week],
            "presence": self.presence,
        }

    def policies(self, saved: Policies, departments: Sequence[int | None]) -> Policies:
        """The saved settings, changed for these departments."""
        return Policies({**saved.rows, **{each: self._policy(saved.of(each)) for each in departments}})

    def hours(self, saved: Hours, departments: Sequence[int | None], zone: ZoneInfo) -> Hours:
        """The saved hours, changed for these departments: a week keeps the zone and the special days that it had."""
        if self.open_when == OpenWhen.SAVED:
            return saved
        return Hours({**saved.calendars, **{each: self._calendar(saved.of(each), zone) for each in departments}})

    def _policy(self, saved: RoutingPolicy) -> RoutingPolicy:
        changed = copy(saved)
        changed._state = copy(saved._state)
        changed._state.fields_cache = {}
        for name, value in self.settings.items():
            setattr(changed, f"{name}_id" if name == "overflow_department" else name, value)
        return changed

    def _calendar(self, saved: Calendar | None, zone: ZoneInfo) -> Calendar:
        if self.open_when == OpenWhen.ALWAYS:
            return Calendar(zone, ((ALL_DAY,),) * 7)
        week = tuple(tuple(day) for day in self.week)
        return replace(saved, week=week) if saved is not None else Calendar(zone, week)


ALL_DAY = Interval(0, 24 * 60)


def read_trial(kept: Mapping[str, Any]) -> Trial:
    """What `Trial.as_json` wrote."""
    return Trial(
        settings={name: after for name, (_before, after) in kept["settings"].items()},
        open_when=OpenWhen(kept["open_when"]),
        week=tuple(read_intervals(day) for day in kept["week"]),
        presence=Presence(kept["presence"]),
    )


def settings_of(policy: RoutingPolicy) -> dict[str, Any]:
    """The settings that can be changed, each as the row keeps it."""
    return {name: _plain(policy, name) for name in CHANGEABLE}


def _plain(policy: RoutingPolicy, name: str) -> Any:
    return policy.overflow_department_id if name == "overflow_department" else getattr(policy, name)
