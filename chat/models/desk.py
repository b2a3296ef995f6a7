"""An agent's place at work: how many chats they may have, have, and whether they rest from new ones."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from helpdesk.tenancy.models import ScopedManager, ScopedModel


class PausedWhy(models.TextChoices):
    SELF = "self", _("paused by the agent")
    ADMIN = "admin", _("paused by an admin")
    MISSES = "misses", _("missed several rings in a row")
    IDLE = "idle", _("missed a ring and was not at the computer")


class ForcedWhy(models.TextChoices):
    """Who said that the agent stays available outside the hours."""

    SELF = "self"  # where the department lets them
    ADMIN = "admin"


class Desk(ScopedModel):
    """One for each membership, made when it is first needed.

    Whoever counts an agent's chats to give them one more holds its lock.
    """

    membership = models.OneToOneField("accounts.Membership", on_delete=models.CASCADE, related_name="desk")
    # NULL: what the department's policy says.
    chat_limit = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MaxValueValidator(50)])
    paused_at = models.DateTimeField(null=True)
    paused_why = models.CharField(max_length=8, choices=PausedWhy.choices, blank=True)
    # While it is set the agent can be rung outside the departments' hours too.
    forced_online_at = models.DateTimeField(null=True)
    forced_online_why = models.CharField(max_length=8, choices=ForcedWhy.choices, blank=True)
    misses = models.PositiveSmallIntegerField(default=0)  # rings in a row
    last_offered_at = models.DateTimeField(null=True)
    last_ended_at = models.DateTimeField(null=True)
    # The keyboard, the pointer or the window's focus in the console; told by the console at most once a minute.
    last_active_at = models.DateTimeField(null=True)
    # What the agent's console was told last: chats that take a place, and how many may.
    told_load = models.PositiveSmallIntegerField(default=0)
    told_limit = models.PositiveSmallIntegerField(null=True)

    objects: ClassVar[Any] = ScopedManager()

    class Meta(ScopedModel.Meta):
        pass


class DepartmentPause(ScopedModel):
    """The agent takes no chats of this one department. There while it lasts."""

    membership = models.ForeignKey("accounts.Membership", on_delete=models.CASCADE, related_name="pauses")
    department = models.ForeignKey("accounts.Department", on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField(auto_now_add=True)

    class Meta(ScopedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["membership", "department"], name="department_pause_once")]


class StatusChange(ScopedModel):
    """What a member's shown status became, and when: the timeline of who was there."""

    membership = models.ForeignKey("accounts.Membership", on_delete=models.CASCADE, related_name="+", db_index=False)
    status = models.CharField(max_length=8)
    reason = models.CharField(max_length=80, blank=True)
    is_paused = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta(ScopedModel.Meta):
        indexes = [models.Index(fields=["workspace", "at"], name="status_change_by_time")]
