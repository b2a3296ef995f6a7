"""A past period that is routed once more, under other settings."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.ids import uuid7
from helpdesk.tenancy.models import ScopedManager, ScopedModel

SILENT_FOR = timedelta(minutes=2)  # a run that tells no progress for so long has lost its process


class SimulationStatus(models.TextChoices):
    QUEUED = "queued", _("Waiting for its turn")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


UNFINISHED = (SimulationStatus.QUEUED, SimulationStatus.RUNNING)


def is_alive() -> models.Q:
    """Of those that run and have told of themselves lately."""
    return models.Q(status=SimulationStatus.RUNNING, told_at__gt=timezone.now() - SILENT_FOR)


def is_silent() -> models.Q:
    return models.Q(status=SimulationStatus.RUNNING, told_at__lte=timezone.now() - SILENT_FOR)


class SimulationQuerySet(models.QuerySet["Simulation"]):
    def unfinished(self) -> SimulationQuerySet:
        return self.filter(status__in=UNFINISHED)


class Simulation(ScopedModel):
    """Two replays of one period: with the settings as they were when it began, and with the changes.

    `attempt` counts the processes that took it on; only the last one may still write. So a process that was thought
    dead and comes back does no harm.
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    member = models.ForeignKey(
        "accounts.Membership", on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    # Whose settings are changed, and whose chats are counted; NULL: of all. The whole workspace is replayed either way,
    # because agents have places in several departments.
    department = models.ForeignKey(
        "accounts.Department", on_delete=models.CASCADE, null=True, related_name="+", db_index=False
    )
    changes = models.JSONField()  # what `chat.trial.Trial.as_json` writes
    status = models.CharField(max_length=9, choices=SimulationStatus.choices, default=SimulationStatus.QUEUED)
    attempt = models.PositiveSmallIntegerField(default=0)
    progress = models.PositiveSmallIntegerField(default=0)  # of 100
    told_at = models.DateTimeField(null=True)
    result = models.JSONField(null=True)
    problem = models.CharField(max_length=20, blank=True)  # a stable word; chat.simulation_page says it
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = ScopedManager.from_queryset(SimulationQuerySet)()

    class Meta(ScopedModel.Meta):
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["workspace", "-id"], name="simulation_newest"),
            models.Index(fields=["id"], name="simulation_unfinished", condition=models.Q(status__in=UNFINISHED)),
        ]

    @property
    def is_finished(self) -> bool:
        return self.status not in UNFINISHED
