"""How a department's chats find an agent."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chat.routing.situation import LanguageRule, Policy, Strategy
from helpdesk.tenancy.models import ScopedManager, ScopedModel


class Alerted(models.TextChoices):
    """Who is told when a chat finds nobody."""

    NOBODY = "nobody", _("Nobody")
    ADMINS = "admins", _("Owner and admins")
    LEADS = "leads", _("Leads of the department")  # where it has none: owner and admins


class LateReply(models.TextChoices):
    """What follows when an agent lets the time to reply go by."""

    REQUEUE = "requeue", _("The chat goes back to the queue")
    ALERT = "alert", _("The chat stays, and an alert goes out")


def _between(low: int, high: int) -> list[Any]:
    return [MinValueValidator(low), MaxValueValidator(high)]


class RoutingPolicy(ScopedModel):
    """The settings of a department or, without one, of every department that has no row of its own.

    A workspace without any row goes by the defaults of the fields.
    """

    STRATEGIES: ClassVar[list[tuple[str, Any]]] = [
        (Strategy.AVERAGE_UTILIZATION.value, _("Spread evenly")),
        (Strategy.MAX_UTILIZATION.value, _("Fill up")),
        (Strategy.ROUND_ROBIN.value, _("In turn")),
        (Strategy.RANDOM.value, _("At random")),
        (Strategy.PRIORITY.value, _("By priority")),
        (Strategy.RING_ALL.value, _("Ring everyone")),
        (Strategy.MANUAL.value, _("By hand")),
    ]
    LANGUAGE_RULES: ClassVar[list[tuple[str, Any]]] = [
        (LanguageRule.OFF.value, _("Does not matter")),
        (LanguageRule.PREFER.value, _("First those who speak it, then anyone")),
        (LanguageRule.REQUIRE.value, _("Only those who speak it")),
    ]

    department = models.OneToOneField(
        "accounts.Department", on_delete=models.CASCADE, null=True, related_name="routing_policy"
    )
    strategy = models.CharField(max_length=24, choices=STRATEGIES, default=Strategy.AVERAGE_UTILIZATION.value)

    chats_at_once = models.PositiveSmallIntegerField(null=True, default=4, validators=_between(0, 50))  # NULL: no limit
    allows_over_limit = models.BooleanField(default=True)  # by hand; nothing automatic ever goes over it
    rest_seconds = models.PositiveSmallIntegerField(default=0, validators=_between(0, 300))
    inactive_minutes = models.PositiveSmallIntegerField(default=10, validators=_between(0, 1440))  # 0: never

    ring_seconds = models.PositiveSmallIntegerField(default=30, validators=_between(5, 600))
    max_cycles = models.PositiveSmallIntegerField(default=2, validators=_between(1, 5))
    pause_after_misses = models.PositiveSmallIntegerField(default=2, validators=_between(0, 20))  # 0: never
    pause_idle_minutes = models.PositiveSmallIntegerField(default=5, validators=_between(0, 120))  # 0: never

    is_sticky = models.BooleanField(default=True)
    sticky_days = models.PositiveSmallIntegerField(default=30, validators=_between(1, 365))
    sticky_hold_seconds = models.PositiveSmallIntegerField(default=0, validators=_between(0, 60))
    language_rule = models.CharField(max_length=8, choices=LANGUAGE_RULES, default=LanguageRule.PREFER.value)
    language_seconds = models.PositiveSmallIntegerField(default=20, validators=_between(0, 300))
    # What puts a chat ahead in the queue: [{"kind": "page" | "returning" | "language", "value": text, "add": 1 … 20}].
    priority_rules = models.JSONField(default=list)

    first_reply_seconds = models.PositiveSmallIntegerField(default=180, validators=_between(0, 3600))  # 0: no limit
    next_reply_seconds = models.PositiveSmallIntegerField(default=0, validators=_between(0, 3600))  # 0: no limit
    late_reply = models.CharField(max_length=8, choices=LateReply.choices, default=LateReply.REQUEUE)

    queue_per_agent = models.PositiveSmallIntegerField(default=20, validators=_between(0, 500))
    queue_limit = models.PositiveSmallIntegerField(default=500, validators=_between(0, 5000))  # 0: no queue at all
    max_wait_minutes = models.PositiveSmallIntegerField(
        null=True, default=10, validators=_between(1, 240)
    )  # NULL: no end
    overflow_department = models.ForeignKey(
        "accounts.Department", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    overflow_seconds = models.PositiveSmallIntegerField(default=60, validators=_between(5, 3600))
    allows_forced_online = models.BooleanField(default=False)  # agents for themselves; admins always may
    alerts_whom = models.CharField(max_length=8, choices=Alerted.choices, default=Alerted.ADMINS)
    updated_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[Any] = ScopedManager()

    class Meta(ScopedModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace"], condition=Q(department=None), name="routing_policy_default")
        ]
        indexes = [models.Index(fields=["workspace"], name="routing_policy_by_workspace")]

    def as_policy(self, department_id: int | None) -> Policy:
        """What a decision about a chat of the department needs of it."""
        return Policy(
            strategy=Strategy(self.strategy),
            max_cycles=self.max_cycles,
            rest_seconds=self.rest_seconds,
            is_sticky=self.is_sticky,
            sticky_hold_seconds=self.sticky_hold_seconds,
            language_rule=LanguageRule(self.language_rule),
            language_seconds=self.language_seconds,
            # A department that follows the workspace may be the very one that the workspace's chats pass on to.
            has_overflow=self.overflow_department_id not in (None, department_id),
            overflow_seconds=self.overflow_seconds,
            max_wait_seconds=None if self.max_wait_minutes is None else self.max_wait_minutes * 60,
        )
