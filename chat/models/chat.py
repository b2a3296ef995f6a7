"""One live run of a ticket."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from helpdesk.tenancy.models import ScopedManager, ScopedModel
from tickets.models.ticket import OPEN_STATES


class EndedWhy(models.TextChoices):
    VISITOR = "visitor"
    AGENT = "agent"
    INACTIVE = "inactive"
    MESSAGE = "message"  # the visitor left a message instead of waiting


class ChatQuerySet(models.QuerySet["Chat"]):
    def live(self) -> ChatQuerySet:
        return self.filter(ended_at=None)

    def that_take_a_place(self) -> ChatQuerySet:
        """Those that count against their agent's limit."""
        return self.live().filter(inactive_at=None, ticket__assignee__isnull=False, ticket__state__in=OPEN_STATES)

    def handled(self) -> ChatQuerySet:
        """Those that somebody had, and that take no place any more."""
        gave_it_back = Q(ended_at__isnull=False) | Q(inactive_at__isnull=False)
        return self.filter(gave_it_back, accepted_at__isnull=False)


class Chat(ScopedModel):
    """From the visitor's first message until somebody ends it. A ticket has many, at most one of them live."""

    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="chats")
    started_at = models.DateTimeField(auto_now_add=True)
    # The first answer of an agent in this run.
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=10, choices=EndedWhy.choices, blank=True)
    # Set when the visitor's page has gone; the sweep ends the chat then. NULL while the visitor is here.
    end_due_at = models.DateTimeField(null=True)

    # --- while nobody has it (chat.actions.routing) ---
    queued_at = models.DateTimeField(default=timezone.now)  # what all waits are counted from
    # The queue's order: `started_at`, earlier by a minute for each point of priority. So who waits longer overtakes
    # every priority in time, and nobody needs to count the points anew.
    rank_at = models.DateTimeField(default=timezone.now)
    priority = models.PositiveSmallIntegerField(default=0)
    cycle = models.PositiveIntegerField(default=1)
    tried = models.JSONField(default=list)  # memberships that were rung in this cycle
    rests_until = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)
    overflowed_at = models.DateTimeField(null=True)
    route_at = models.DateTimeField(null=True)  # when time alone may change the last decision
    waits_why = models.CharField(max_length=16, blank=True)  # the last decision, while it was not to ring

    # --- when somebody has ---
    accepted_at = models.DateTimeField(null=True)
    inactive_at = models.DateTimeField(null=True)  # the visitor has been silent so long that it takes no place
    reply_put_off_until = models.DateTimeField(null=True)  # the agent was typing when the time to reply was over
    reply_alerted_at = models.DateTimeField(null=True)  # when the leads were told that the agent does not answer

    # --- what the visitor was told ---
    eta_told_at = models.DateTimeField(null=True)
    eta_told_seconds = models.PositiveIntegerField(null=True)

    objects: ClassVar[Any] = ScopedManager.from_queryset(ChatQuerySet)()

    class Meta(ScopedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["ticket"], condition=Q(ended_at=None), name="chat_one_live")]
        indexes = [
            models.Index(fields=["end_due_at"], name="chat_end_due", condition=Q(ended_at=None)),
            models.Index(fields=["workspace", "rank_at", "id"], name="chat_live_by_rank", condition=Q(ended_at=None)),
            # How long the last chats took, and how long people waited for them.
            models.Index(
                fields=["workspace", "-accepted_at", "-id"],
                name="chat_by_acceptance",
                condition=Q(accepted_at__isnull=False),
            ),
        ]
