"""An invitation, as far as it decides who is shown it and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from chat.records import read
from chat.targeting.conditions import EVERYBODY, Group, specificity, written
from chat.targeting.reading import read_tree


class Availability(StrEnum):
    ONLINE = "online"  # asks people to chat now
    OFFLINE = "offline"  # asks them to leave a message
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Frequency:
    """How often, whoever it is that also invites. None: as often as the other rules let it."""

    per_visitor: int | None = 1
    per_visit: int | None = 1
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Variant:
    id: str
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Invitation:
    id: str
    priority: int = 50  # 1 is first … 100
    is_active: bool = True
    is_open: bool = True  # the calendar of its schedule, now
    starts_at: float | None = None
    ends_at: float | None = None
    department: str = ""  # "" is everybody
    availability: Availability = Availability.ONLINE
    audience: Group = field(default=EVERYBODY)
    trigger: Group = field(default=EVERYBODY)
    frequency: Frequency = field(default=Frequency())
    variants: tuple[Variant, ...] = ()
    holdout_percent: float = 0
    shown_total: int = 0  # to everybody so far

    @property
    def rank(self) -> tuple[int, int, str]:
        """The lowest goes first: by priority, then who says more about whom it means, then the older one."""
        return self.priority, -specificity(self.audience, self.trigger), self.id


def invitation_as_json(invitation: Invitation) -> dict[str, Any]:
    """As `invitation_of` reads it back; trees are written as people's settings are."""
    return {
        **{name: getattr(invitation, name) for name in Invitation.__slots__},
        "audience": written(invitation.audience),
        "trigger": written(invitation.trigger),
        "frequency": {name: getattr(invitation.frequency, name) for name in Frequency.__slots__},
        "variants": [{"id": each.id, "weight": each.weight} for each in invitation.variants],
    }


def invitation_of(stored: Mapping[str, Any]) -> Invitation:
    """Raises KeyError, TypeError, ValueError for what `invitation_as_json` did not write."""
    invitation: Invitation = read(
        Invitation,
        stored,
        availability=Availability(stored["availability"]),
        audience=read_tree(stored["audience"]),
        trigger=read_tree(stored["trigger"]),
        frequency=read(Frequency, stored["frequency"]),
        variants=tuple(read(Variant, each) for each in stored["variants"]),
    )
    return invitation
