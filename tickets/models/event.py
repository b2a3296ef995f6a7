"""The log of a ticket: one row for every durable fact, numbered without gaps."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from helpdesk.ids import uuid7
from helpdesk.tenancy.models import ScopedManager, ScopedModel

# Why a ticket is nobody's again: its agent went away while the visitor waited. Visitors read it too.
AGENT_LEFT = "agent_left"
# The same, because its agent let the time to reply go by.
NO_REPLY = "no_reply"


class ByKind(models.TextChoices):
    VISITOR = "visitor"
    AGENT = "agent"
    BOT = "bot"
    SYSTEM = "system"


class EventQuerySet(models.QuerySet["Event"]):
    def public(self) -> EventQuerySet:
        """What the visitor may see."""
        return self.filter(visitor_seq__isnull=False)

    def messages(self) -> EventQuerySet:
        return self.filter(name="message.created")

    def with_parties(self) -> EventQuerySet:
        return self.select_related("member__user", "visitor")


class Event(ScopedModel):
    """One fact: a message, a note, an assignment, a change of state.

    `seq` counts every event of the ticket from 1, without gaps. `visitor_seq` counts the public ones and is NULL on the
    others, so an internal note neither leaks nor looks like a gap. `text` is what a person wrote; `data` is the rest.
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    # Without the index that Django adds to a key: each index is paid for with every message. Members are never deleted.
    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="events", db_index=False)
    seq = models.PositiveIntegerField()
    visitor_seq = models.PositiveIntegerField(null=True)
    name = models.CharField(max_length=40)
    by_kind = models.CharField(max_length=8, choices=ByKind.choices)
    member = models.ForeignKey(
        "accounts.Membership", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    visitor = models.ForeignKey(
        "tickets.Visitor", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    # Who sent it, as a key that outlives the person's row: "m:<id>" or "v:<id>".
    # With `client_id` it makes writes idempotent.
    sender = models.CharField(max_length=24, blank=True)
    client_id = models.UUIDField(null=True)
    request_hash = models.CharField(max_length=64, blank=True)
    text = models.TextField(blank=True)
    data = models.JSONField(default=dict)
    created_at = models.DateTimeField()

    objects: ClassVar[Any] = ScopedManager.from_queryset(EventQuerySet)()

    class Meta(ScopedModel.Meta):
        ordering = ["ticket", "seq"]
        constraints = [
            models.UniqueConstraint(fields=["ticket", "seq"], name="event_seq_unique"),
            models.UniqueConstraint(
                fields=["ticket", "visitor_seq"],
                name="event_visitor_seq_unique",
                condition=Q(visitor_seq__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["ticket", "sender", "client_id"], name="event_once", condition=Q(client_id__isnull=False)
            ),
        ]
        # For the day a visitor is deleted.
        indexes = [models.Index(fields=["visitor"], name="event_by_visitor", condition=Q(visitor__isnull=False))]

    def __str__(self) -> str:
        return f"{self.ticket_id}/{self.seq} {self.name}"


class TicketRead(ScopedModel):
    """How far one member has read one ticket."""

    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="reads", db_index=False)
    membership = models.ForeignKey(
        "accounts.Membership", on_delete=models.CASCADE, related_name="reads", db_index=False
    )
    upto = models.PositiveIntegerField(default=0)
    # How many of the visitor's messages lie at or below `upto`: unread = ticket.inbound - inbound.
    inbound = models.PositiveIntegerField(default=0)

    class Meta(ScopedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["ticket", "membership"], name="ticket_read_once")]
