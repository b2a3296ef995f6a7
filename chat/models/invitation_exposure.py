"""What became of an invitation that was decided on for somebody, and the lock under which all of it is decided."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.ids import uuid7
from helpdesk.tenancy.models import ScopedManager, ScopedModel


class SpeechBudget(ScopedModel):
    """One for each browser: whoever wants to speak to it first, by whatever channel, holds the lock of this row.

    So there is one decision at a time for each browser, whatever number of tabs and workers ask.
    """

    browser = models.UUIDField()
    opted_out_at = models.DateTimeField(null=True)  # never asked again
    complained_at = models.DateTimeField(null=True)  # and it was an invitation that made them say so

    objects: ClassVar[Any] = ScopedManager()

    class Meta(ScopedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "browser"], name="speech_budget_once")]


class DismissedWhy(models.TextChoices):
    CLOSED = "closed", _("closed")  # by the visitor: the button, Escape, "not now"
    COMPLAINT = "complaint", _("never ask again")


class ExposureQuerySet(models.QuerySet["InvitationExposure"]):
    def that_count(self) -> ExposureQuerySet:
        """All but those that were certainly not shown: they draw on nothing."""
        return self.filter(missed_at=None)

    def that_take_a_place(self, now: datetime | Any) -> ExposureQuerySet:
        """By hand, and the visitor may still answer: a place of the agent is kept."""
        return self.filter(
            is_manual=True, expires_at__gt=now, ticket=None, dismissed_at=None, missed_at=None, by__isnull=False
        )


class InvitationExposure(ScopedModel):
    """One for each time that an invitation was decided on for somebody, also for who was held out of it.

    Written before anything is shown. The moments are those of the server; each is set once.
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    browser = models.UUIDField()
    visit = models.UUIDField()
    visitor = models.ForeignKey(
        "tickets.Visitor", on_delete=models.SET_NULL, null=True, related_name="invitation_exposures", db_index=False
    )
    # Null for what an agent wrote by hand.
    invitation = models.ForeignKey(
        "chat.Invitation", on_delete=models.CASCADE, null=True, related_name="exposures", db_index=False
    )
    # Null for who is held out, and by hand.
    variant = models.ForeignKey(
        "chat.InvitationVariant", on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    is_holdout = models.BooleanField(default=False)
    person = models.CharField(max_length=40)  # whose lots fell: the visitor's id, else the browser's
    language = models.CharField(max_length=16, blank=True)
    page = models.CharField(max_length=2000, blank=True)  # the address
    page_view = models.CharField(max_length=40, blank=True)  # the view of it: caps count these
    due_id = models.UUIDField()  # what the page asked with; asked again it gets the same answer

    is_manual = models.BooleanField(default=False)
    by = models.ForeignKey(
        "accounts.Membership", on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    text = models.CharField(max_length=500, blank=True)  # by hand
    override_reason = models.CharField(max_length=200, blank=True)

    eligible_at = models.DateTimeField()
    expires_at = models.DateTimeField()  # not shown by then, it may not be any more
    closed_at = models.DateTimeField(null=True)  # a sweep has seen that it expired
    missed_at = models.DateTimeField(null=True)  # the page says that it did not show it
    shown_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    dismissed_at = models.DateTimeField(null=True)
    dismissed_why = models.CharField(max_length=10, choices=DismissedWhy.choices, blank=True)
    accepted_at = models.DateTimeField(null=True)
    ticket = models.ForeignKey(
        "tickets.Ticket", on_delete=models.SET_NULL, null=True, related_name="exposures", db_index=False
    )
    messaged_at = models.DateTimeField(null=True)
    replied_at = models.DateTimeField(null=True)
    converted_at = models.DateTimeField(null=True)
    value = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    currency = models.CharField(max_length=3, blank=True)
    changed_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[Any] = ScopedManager.from_queryset(ExposureQuerySet)()

    class Meta(ScopedModel.Meta):
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["workspace", "due_id"], name="exposure_once_per_due")]
        indexes = [
            models.Index(fields=["workspace", "browser", "-id"], name="exposure_by_browser"),
            models.Index(fields=["visitor", "-id"], name="exposure_by_visitor", condition=Q(visitor__isnull=False)),
            models.Index(fields=["invitation", "-id"], name="exposure_by_invitation"),
            models.Index(fields=["ticket"], name="exposure_by_ticket", condition=Q(ticket__isnull=False)),
            models.Index(fields=["changed_at"], name="exposure_by_change"),
            models.Index(fields=["eligible_at"], name="exposure_by_age"),
            models.Index(fields=["workspace", "expires_at"], name="exposure_kept_place", condition=Q(is_manual=True)),
            models.Index(
                fields=["expires_at"],
                name="exposure_open",
                condition=Q(closed_at=None, shown_at=None, missed_at=None, is_holdout=False),
            ),
        ]

    @property
    def is_open(self) -> bool:
        """Whether it may still be shown."""
        return (
            not self.is_holdout
            and self.shown_at is None
            and self.missed_at is None
            and self.dismissed_at is None
            and self.expires_at > timezone.now()
        )
