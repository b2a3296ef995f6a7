"""Deciding when people are there."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from helpdesk.accounts.actions.audit import record
from helpdesk.accounts.actions.permission import require_admin
from helpdesk.accounts.calendar import Interval, SpecialDay
from helpdesk.accounts.hours_notation import write_intervals, write_special_day
from helpdesk.accounts.models import Department, Membership, OpeningHours
from helpdesk.accounts.time_zones import known_time_zones
from helpdesk.errors import HelpdeskError
from helpdesk.tenancy import scope

MOST_SPECIAL_DAYS = 100


def set_opening_hours(
    *,
    by: Membership,
    department: Department | None,
    time_zone: str,
    week: Sequence[Sequence[Interval]],
    special: Sequence[SpecialDay],
) -> OpeningHours:
    """Give the department, or with None the workspace, hours of its own. `week` has seven days, Monday first.

    Raises `not_allowed`, `choice` for an unknown zone, `too_many` special days.
    """
    require_admin(by)
    if time_zone not in known_time_zones():
        raise HelpdeskError("choice", _("Choose a time zone from the list."), field="time_zone")
    if len(special) > MOST_SPECIAL_DAYS:
        raise HelpdeskError("too_many", _("Keep %(count)d days at most.") % {"count": MOST_SPECIAL_DAYS})
    kept = {
        "is_used": True,
        "time_zone": time_zone,
        "week": [write_intervals(day) for day in week],
        "special": [write_special_day(day) for day in special],
    }
    with scope.atomic():
        hours, _created = OpeningHours.objects.update_or_create(department=department, defaults=kept)
        record(by=by, action="hours.changed", target=department or by.workspace)
    return hours


def clear_opening_hours(*, by: Membership, department: Department | None) -> None:
    """A department follows the workspace again; a workspace is open at all times. The hours are kept, out of use.

    Raises `not_allowed`.
    """
    require_admin(by)
    with scope.atomic():
        if OpeningHours.objects.filter(department=department, is_used=True).update(is_used=False):
            record(by=by, action="hours.cleared", target=department or by.workspace)
