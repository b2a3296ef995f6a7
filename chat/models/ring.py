"""A chat that is offered to an agent."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from helpdesk.ids import uuid7
from helpdesk.tenancy.models import ScopedManager, ScopedModel


class RingMode(models.TextChoices):
    DIRECTED = "directed", _("one agent")  # takes a place of the agent while it rings
    ALL = "all", _("everyone")  # takes none; the first to accept has the chat
    TRANSFER = "transfer", _("handed over by a colleague")  # takes none: the sender has the chat until it is accepted


class RingOutcome(models.TextChoices):
    OPEN = "", _("ringing")
    ACCEPTED = "accepted", _("accepted")
    DECLINED = "declined", _("declined")
    TIMEOUT = "timeout", _("missed")
    CANCELLED = "cancelled", _("taken back")  # somebody else has it, the visitor or the agent is gone, it was paused


class RingQuerySet(models.QuerySet["Ring"]):
    def open(self) -> RingQuerySet:
        return self.filter(outcome=RingOutcome.OPEN)

    def that_take_a_place(self) -> RingQuerySet:
        return self.open().filter(mode=RingMode.DIRECTED)


class Ring(ScopedModel):
    """From the moment it rings until somebody answers, the time is over, or the reason is gone."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="rings", db_index=False)
    membership = models.ForeignKey(
        "accounts.Membership", on_delete=models.CASCADE, related_name="rings", db_index=False
    )
    mode = models.CharField(max_length=8, choices=RingMode.choices, default=RingMode.DIRECTED)
    cycle = models.PositiveSmallIntegerField(default=1)
    started_at = models.DateTimeField()
    deadline_at = models.DateTimeField()
    outcome = models.CharField(max_length=9, choices=RingOutcome.choices, default=RingOutcome.OPEN, blank=True)
    closed_at = models.DateTimeField(null=True)
    # Who hands the chat over, and what they say about it. TRANSFER only.
    sender = models.ForeignKey(
        "accounts.Membership", on_delete=models.CASCADE, null=True, related_name="+", db_index=False
    )
    note = models.TextField(blank=True)

    objects: ClassVar[Any] = ScopedManager.from_queryset(RingQuerySet)()

    class Meta(ScopedModel.Meta):
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "membership"], condition=Q(outcome=""), name="ring_once_at_a_time"
            ),
            models.UniqueConstraint(
                fields=["ticket"], condition=Q(outcome="", mode__in=["directed", "transfer"]), name="ring_one_agent"
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "deadline_at"], name="ring_open", condition=Q(outcome="")),
            models.Index(fields=["ticket", "-id"], name="ring_by_ticket"),
            models.Index(fields=["membership", "-id"], name="ring_by_member"),
        ]

    @property
    def is_open(self) -> bool:
        return self.outcome == RingOutcome.OPEN
