"""The invitations that are active, as `chat.targeting` needs them. Must hold: the workspace is active."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from chat.models import Invitation as Row
from chat.models import InvitationManners, InvitationVariant
from chat.targeting.invitations import Availability, Frequency, Invitation, Variant
from chat.targeting.manners import Manners
from chat.targeting.reading import read_tree
from helpdesk.accounts.hours import Hours


@dataclass(frozen=True)
class Catalogue:
    """What is active, in no order."""

    invitations: tuple[Invitation, ...]
    rows: Mapping[str, Row]  # by public id, with their variants
    manners: Manners

    def at(self, now: datetime, hours: Hours) -> tuple[Invitation, ...]:
        """The same with what the calendars say now."""
        return tuple(replace(each, is_open=_is_open(self.rows[each.id], now, hours)) for each in self.invitations)

    def variant(self, invitation: str, variant: str) -> InvitationVariant:
        return next(each for each in self.rows[invitation].variants.all() if str(each.public_id) == variant)


def nothing_active() -> Catalogue:
    return Catalogue((), {}, Manners())


def current_catalogue() -> Catalogue:
    """In three queries; in one where nothing is active."""
    rows = list(Row.objects.active().select_related("department").prefetch_related("variants"))
    manners = current_manners().as_manners() if rows else Manners()
    return Catalogue(tuple(as_invitation(each) for each in rows), {str(row.public_id): row for row in rows}, manners)


def current_manners() -> InvitationManners:
    """The workspace's, or the defaults (a row that is not saved)."""
    return InvitationManners.objects.first() or InvitationManners()


def as_invitation(row: Row) -> Invitation:
    """Its calendar is not asked here: see `Catalogue.at`."""
    return Invitation(
        id=str(row.public_id),
        priority=row.priority,
        is_active=row.is_active,
        starts_at=_seconds(row.starts_at),
        ends_at=_seconds(row.ends_at),
        department=str(row.department.public_id) if row.department else "",
        availability=Availability(row.availability),
        audience=read_tree(row.audience),
        trigger=read_tree(row.trigger),
        frequency=Frequency(**row.frequency),
        variants=tuple(Variant(str(each.public_id), each.weight) for each in row.variants.all()),
        holdout_percent=row.holdout_percent,
        shown_total=row.shown_total,
    )


def goals() -> frozenset[str]:
    """The events that some invitation waits for that was ever active: what it brings comes later than it is shown."""
    waiting = Row.objects.filter(started_at__isnull=False).values_list("goal", flat=True)
    return frozenset(goal["event"] for goal in waiting) - {""}


def _is_open(row: Row, now: datetime, hours: Hours) -> bool:
    return not row.in_hours_only or hours.is_open(row.department_id, now)


def _seconds(moment: Any) -> float | None:
    return moment.timestamp() if moment is not None else None
