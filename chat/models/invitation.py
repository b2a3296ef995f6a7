"""Invitations that are shown to visitors by themselves: whom, when, how often, and in which variants."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chat.targeting.conditions import EVERYBODY, written
from chat.targeting.invitations import Availability, Frequency
from chat.targeting.manners import Manners
from chat.targeting.pausing import Tolerance
from helpdesk.ids import uuid7
from helpdesk.tenancy.models import ScopedManager, ScopedModel


class InvitationStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    ACTIVE = "active", _("Active")
    PAUSED = "paused", _("Paused")
    ARCHIVED = "archived", _("Archived")


class InvitationPause(models.TextChoices):
    """Why it is paused. The first two are `chat.targeting.pausing.Bother`."""

    COMPLAINTS = "complaints", _("too many visitors asked never to be asked again")
    DISMISSALS = "dismissals", _("too many visitors closed it")
    BY_HAND = "by_hand", _("paused by hand")
    ENDED = "ended", _("its time is over")
    TOTAL = "total", _("it was shown as often as it may be")


class Design(models.TextChoices):
    BUBBLE_HELLO = "bubble_hello", _("Bubble: hello")
    BUBBLE_CHIPS = "bubble_chips", _("Bubble: questions to choose from")
    BUBBLE_RATE = "bubble_rate", _("Bubble: one question to rate")
    CARD_PERSON = "card_person", _("Card: a person")
    CARD_PRODUCT = "card_product", _("Card: a product")
    CARD_COUPON = "card_coupon", _("Card: a coupon")
    BAR_TOP = "bar_top", _("Bar: top")
    BAR_FOOT = "bar_foot", _("Bar: foot")
    BAR_PHONE = "bar_phone", _("Bar: phone")
    FULL_EXIT = "full_exit", _("Window: before they leave")
    FULL_BASKET = "full_basket", _("Window: the basket")
    FULL_WELCOME = "full_welcome", _("Window: welcome")


class Position(models.TextChoices):
    BY_DESIGN = "", _("where the design puts it")
    CORNER = "corner", _("corner")
    TOP = "top", _("top")
    FOOT = "foot", _("foot")
    CENTRE = "centre", _("centre")


AVAILABILITIES: list[tuple[str, Any]] = [
    (Availability.ONLINE.value, _("When somebody is online")),
    (Availability.OFFLINE.value, _("When nobody is online")),
    (Availability.ANY.value, _("At any time")),
]


def everybody() -> dict[str, Any]:
    return written(EVERYBODY)


def default_frequency() -> dict[str, int | None]:
    return {name: getattr(Frequency(), name) for name in Frequency.__slots__}


def default_goal() -> dict[str, Any]:
    return {"event": "", "window_days": 7, "counts_value": True}


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def active(self) -> InvitationQuerySet:
        return self.filter(status=InvitationStatus.ACTIVE)

    def kept(self) -> InvitationQuerySet:
        """All but those that were put away."""
        return self.exclude(status=InvitationStatus.ARCHIVED)


class Invitation(ScopedModel):
    """`audience` is judged by the server, `trigger` waited for in the page; both are trees of `chat.targeting`."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    name = models.CharField(max_length=80)
    status = models.CharField(max_length=8, choices=InvitationStatus.choices, default=InvitationStatus.DRAFT)
    paused_why = models.CharField(max_length=10, choices=InvitationPause.choices, blank=True)
    # When it was last started by hand. What was known before is no reason to pause it again.
    started_at = models.DateTimeField(null=True)

    priority = models.PositiveSmallIntegerField(default=50)  # 1 is first … 100
    department = models.ForeignKey("accounts.Department", on_delete=models.SET_NULL, null=True, related_name="+")
    availability = models.CharField(max_length=8, choices=AVAILABILITIES, default=Availability.ONLINE.value)
    in_hours_only = models.BooleanField(default=False)
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)

    audience = models.JSONField(default=everybody)
    trigger = models.JSONField(default=everybody)
    frequency = models.JSONField(default=default_frequency)  # chat.targeting.invitations.Frequency
    holdout_percent = models.PositiveSmallIntegerField(default=0)
    goal = models.JSONField(default=default_goal)  # {"event": "" is none, "window_days": 1 … 30, "counts_value": bool}
    position = models.CharField(max_length=8, choices=Position.choices, default=Position.BY_DESIGN, blank=True)

    # How often it was granted to somebody and may have been shown. Raised under the row's lock, before it is shown.
    shown_total = models.PositiveIntegerField(default=0)
    # The funnel as a sweep counted it last: chat.inviting.figures.
    figures = models.JSONField(default=dict)
    figured_at = models.DateTimeField(null=True)

    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[Any] = ScopedManager.from_queryset(InvitationQuerySet)()

    class Meta(ScopedModel.Meta):
        ordering = ["priority", "id"]
        indexes = [
            models.Index(fields=["workspace", "priority", "id"], name="invitation_in_order"),
            models.Index(fields=["ends_at"], name="invitation_ending", condition=Q(status="active")),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_active(self) -> bool:
        return self.status == InvitationStatus.ACTIVE

    def has_ended(self, now: datetime) -> bool:
        return self.ends_at is not None and self.ends_at <= now


class InvitationVariant(ScopedModel):
    """What is shown. Who is shown which falls by lot, and again the same for the same visitor."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE, related_name="variants", db_index=False)
    name = models.CharField(max_length=20)
    # 0: shown to nobody any more, its figures stay.
    weight = models.PositiveSmallIntegerField(default=1)
    design = models.CharField(max_length=12, choices=Design.choices, default=Design.BUBBLE_HELLO)
    texts = models.JSONField(default=dict)  # by language, "" for all others: see chat.invitation_forms
    content = models.JSONField(default=dict)
    action = models.JSONField(default=dict)
    figures = models.JSONField(default=dict)

    objects: ClassVar[Any] = ScopedManager()

    class Meta(ScopedModel.Meta):
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["invitation", "name"], name="variant_name_once")]

    def __str__(self) -> str:
        return self.name

    def words(self, language: str) -> dict[str, Any]:
        """The texts in `language`, else in its main language, else in the default one."""
        main = language.split("-")[0]
        found: dict[str, Any] = self.texts.get(language) or self.texts.get(main) or self.texts.get("", {})
        return found


class InvitationManners(ScopedModel):
    """What a workspace tolerates: one row for each, made when somebody first changes it. The defaults are the rules'.

    Each field but the last ones stands in `chat.targeting.manners.Manners` under the same name; NULL is no limit.
    """

    quiet_seconds = models.PositiveIntegerField(default=Manners().quiet_seconds)
    per_page = models.PositiveSmallIntegerField(null=True, default=Manners().per_page)
    per_visit = models.PositiveSmallIntegerField(null=True, default=Manners().per_visit)
    per_day = models.PositiveSmallIntegerField(null=True, default=Manners().per_day)
    per_week = models.PositiveSmallIntegerField(null=True, default=Manners().per_week)
    dismissed_seconds = models.PositiveIntegerField(default=Manners().dismissed_seconds)
    dismissed_often = models.PositiveSmallIntegerField(default=Manners().dismissed_often)
    dismissed_often_seconds = models.PositiveIntegerField(default=Manners().dismissed_often_seconds)
    gap_seconds = models.PositiveIntegerField(default=Manners().gap_seconds)
    load_seconds = models.PositiveIntegerField(default=Manners().load_seconds)
    longest_queue = models.PositiveSmallIntegerField(default=Manners().longest_queue)
    is_switched_off = models.BooleanField(default=False)

    # When an invitation pauses by itself: `chat.targeting.pausing.Tolerance`, with the rates in percent.
    complaint_percent = models.FloatField(default=100 * Tolerance().complaint_rate)
    dismissal_percent = models.FloatField(default=100 * Tolerance().dismissal_rate)

    objects: ClassVar[Any] = ScopedManager()

    class Meta(ScopedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace"], name="invitation_manners_once")]

    def as_manners(self) -> Manners:
        return Manners(**{name: getattr(self, name) for name in Manners.__slots__ if name != "is_shedding"})

    def as_tolerance(self) -> Tolerance:
        return Tolerance(
            complaint_rate=self.complaint_percent / 100,
            dismissal_rate=self.dismissal_percent / 100,
        )
