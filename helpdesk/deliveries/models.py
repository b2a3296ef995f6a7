"""What must leave the house. A row is written in the same transaction as its cause; the sweep sends it."""

from __future__ import annotations

from django.db import models

from helpdesk.ids import uuid7


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def due(self, now: object) -> DeliveryQuerySet:
        """Waiting, its time has come, and no worker holds it."""
        return self.filter(state=Delivery.State.WAITING, due_at__lte=now).exclude(locked_until__gt=now)


class Delivery(models.Model):
    """One piece of mail. Not scoped: a password reset belongs to a person, not to a workspace.

    `workspace` says on whose behalf it leaves, where there is one.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        DONE = "done"
        DEAD = "dead"

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    workspace = models.ForeignKey("accounts.Workspace", null=True, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    to = models.JSONField(default=list)
    sender = models.CharField(max_length=320)
    subject = models.CharField(max_length=998)
    text = models.TextField()
    html = models.TextField(blank=True)
    headers = models.JSONField(default=dict)
    # The Message-ID: the same on every try, so that a receiver can tell a second copy.
    message_id = models.CharField(max_length=200)
    dedupe_key = models.CharField(max_length=120, null=True, unique=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    locked_until = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=400, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "deliveries"
        indexes = [models.Index(fields=["due_at"], name="delivery_due", condition=models.Q(state="waiting"))]

    def __str__(self) -> str:
        return f"{self.subject} ({self.state})"
