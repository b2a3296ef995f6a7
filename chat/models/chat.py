"""One live run of a ticket."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from helpdesk.tenancy.models import ScopedManager, ScopedModel


class EndedWhy(models.TextChoices):
    VISITOR = "visitor"
    AGENT = "agent"
    INACTIVE = "inactive"


class ChatQuerySet(models.QuerySet["Chat"]):
    def live(self) -> ChatQuerySet:
        return self.filter(ended_at=None)


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

    objects: ClassVar[Any] = ScopedManager.from_queryset(ChatQuerySet)()

    class Meta(ScopedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["ticket"], condition=Q(ended_at=None), name="chat_one_live")]
        indexes = [models.Index(fields=["end_due_at"], name="chat_end_due", condition=Q(ended_at=None))]
