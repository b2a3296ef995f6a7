"""When people are there: of the whole workspace, or of one department."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from helpdesk.accounts.calendar import Calendar
from helpdesk.accounts.hours_notation import read_calendar
from helpdesk.tenancy.models import ScopedManager, ScopedModel


class OpeningHours(ScopedModel):
    """A workspace or department without a row in use has no hours of its own: a department then follows the workspace,
    and a workspace is open at all times. A row that is out of use keeps what was typed for the day it is wanted again.
    """

    department = models.OneToOneField(
        "accounts.Department", on_delete=models.CASCADE, null=True, related_name="opening_hours"
    )
    is_used = models.BooleanField(default=True)
    time_zone = models.CharField(max_length=64)
    # Seven lists of [first minute, minute after the last], Monday first.
    week = models.JSONField()
    # What `hours_notation.write_special_day` makes of each day with other hours.
    special = models.JSONField(default=list)
    updated_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[Any] = ScopedManager()

    class Meta(ScopedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["workspace"], condition=Q(department=None), name="opening_hours_once_in_workspace"
            )
        ]
        indexes = [models.Index(fields=["workspace"], name="opening_hours_by_workspace")]

    def calendar(self) -> Calendar:
        return read_calendar(self.time_zone, self.week, self.special)
