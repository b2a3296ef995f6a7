"""How a department's chats find an agent, as a form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chat.forms.numbers import NumberField
from chat.models import Alerted, LateReply, RoutingPolicy
from chat.routing.situation import Strategy
from chat.routing_words import STRATEGY_HINTS
from helpdesk.accounts.forms import RefusableForm, offer
from helpdesk.accounts.models import Department


def number(name: str, label: Any, unit: Any, hint: Any) -> NumberField:
    return NumberField(RoutingPolicy, name, label, unit, hint)


def switch(label: Any, hint: Any) -> forms.BooleanField:
    widget = forms.CheckboxInput({"class": "switch", "role": "switch"})
    return forms.BooleanField(label=label, help_text=hint, required=False, widget=widget)


def choice(label: Any, choices: Any, hint: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, help_text=hint, widget=forms.Select({"class": "input"}))


class RoutingForm(RefusableForm, forms.ModelForm):
    """All settings of a department but its priority rules."""

    strategy = forms.ChoiceField(
        label=_("Who gets the next chat"), choices=RoutingPolicy.STRATEGIES, widget=forms.RadioSelect
    )

    chats_at_once = number(
        "chats_at_once",
        _("Chats at once"),
        _("chats"),
        _("For each agent who has no limit of their own. Empty: no limit."),
    )
    rest_seconds = number(
        "rest_seconds", _("Rest between chats"), _("seconds"), _("No new chat for this long after one ends.")
    )
    inactive_minutes = number(
        "inactive_minutes",
        _("Silence frees the place"),
        _("minutes"),
        _("When the customer has not answered for this long, the chat stays open and takes no place. 0: never."),
    )
    allows_over_limit = switch(
        _("More than the limit by hand"), _("Agents may take a chat from the queue although they are full.")
    )

    ring_seconds = number("ring_seconds", _("Ring for"), _("seconds"), _("Then the next agent rings."))
    max_cycles = number(
        "max_cycles",
        _("Rounds"),
        _("times"),
        _("How often everybody is rung before the customer is offered to leave a message."),
    )
    pause_after_misses = number(
        "pause_after_misses",
        _("Pause after missed rings"),
        _("rings"),
        _("In a row. The agent is told, and can resume with one click. 0: never."),
    )
    pause_idle_minutes = number(
        "pause_idle_minutes",
        _("Pause when away from the computer"),
        _("minutes"),
        _("Without keyboard or pointer for this long, one missed ring is enough. 0: never."),
    )

    is_sticky = switch(_("Same agent as last time"), _("Rings first at whoever spoke with the customer last."))
    sticky_days = number(
        "sticky_days", _("Last time is within"), _("days"), _("After that the customer is treated like a new one.")
    )
    sticky_hold_seconds = number(
        "sticky_hold_seconds",
        _("Wait for that agent"),
        _("seconds"),
        _("When they are at work and only busy, nobody else rings for this long."),
    )
    language_rule = choice(
        _("Speaks the customer’s language"),
        RoutingPolicy.LANGUAGE_RULES,
        _("People choose on their profile what they answer in."),
    )
    language_seconds = number(
        "language_seconds",
        _("Wait for the language"),
        _("seconds"),
        _("With “First those who speak it”: after this long anyone can be rung."),
    )

    first_reply_seconds = number(
        "first_reply_seconds",
        _("First reply within"),
        _("seconds"),
        _("Whoever is typing is given more time. 0: no limit."),
    )
    next_reply_seconds = number(
        "next_reply_seconds",
        _("Next reply within"),
        _("seconds"),
        _("The same for each later message of the customer. 0: no limit."),
    )

    late_reply = choice(
        _("When the time is over"),
        LateReply.choices,
        _("The next agent rings, or those chosen under “Alert” are told."),
    )

    queue_per_agent = number(
        "queue_per_agent",
        _("Waiting for each agent"),
        _("chats"),
        _("The queue takes this many for each agent who is online."),
    )
    queue_limit = number(
        "queue_limit",
        _("Waiting in all"),
        _("chats"),
        _("When the queue is full, customers leave a message. 0: nobody waits."),
    )
    max_wait_minutes = number(
        "max_wait_minutes",
        _("Longest wait"),
        _("minutes"),
        _("Then the customer is offered to leave a message, and keeps the place. Empty: no end."),
    )
    overflow_department: forms.ModelChoiceField[Department] = forms.ModelChoiceField(
        label=_("If nobody accepts, pass to"),
        help_text=_("At once when nobody is online, else after the time below."),
        queryset=None,
        required=False,
        to_field_name="public_id",
        empty_label=_("Nobody: it waits"),
        widget=forms.Select({"class": "input"}),
    )
    overflow_seconds = number(
        "overflow_seconds", _("Pass on after"), _("seconds"), _("Counted from when the chat began to wait.")
    )
    allows_forced_online = switch(
        _("Agents may stay available"),
        _("Who says so is rung outside the hours too, and customers can chat then. Admins always may."),
    )
    alerts_whom = choice(
        _("When nobody takes a chat, alert"),
        Alerted.choices,
        _("At once in their console, until they have seen it. Without a lead: owner and admins."),
    )

    class Meta:
        model = RoutingPolicy
        fields = (
            *("strategy", "chats_at_once", "rest_seconds", "inactive_minutes", "allows_over_limit"),
            *("ring_seconds", "max_cycles", "pause_after_misses", "pause_idle_minutes"),
            *("is_sticky", "sticky_days", "sticky_hold_seconds", "language_rule", "language_seconds"),
            *("first_reply_seconds", "next_reply_seconds", "late_reply"),
            *("queue_per_agent", "queue_limit", "max_wait_minutes", "overflow_department", "overflow_seconds"),
            *("alerts_whom", "allows_forced_online"),
        )

    def __init__(self, *args: Any, department: Department | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Department.objects.exclude(pk=department.pk) if department else Department.objects.all()
        offer(self.fields["overflow_department"], others)
        if self.instance.overflow_department is not None:
            self.initial["overflow_department"] = self.instance.overflow_department.public_id

    def strategies(self) -> list[tuple[forms.boundfield.BoundWidget, Any]]:
        """Each way to choose, with the sentence that explains it."""
        return [(choice, STRATEGY_HINTS[Strategy(choice.data["value"])]) for choice in self["strategy"]]

    def sections(self) -> list[tuple[str, Any, list[forms.BoundField]]]:
        """What stands below the ways to choose: an id, a heading and the settings under it."""
        return [(key, title, [self[name] for name in names]) for key, title, names in self.parts()]

    def parts(self) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
        return (
            ("limits", gettext("Limits"), ("chats_at_once", "rest_seconds", "inactive_minutes", "allows_over_limit")),
            (
                "ringing",
                gettext("Ringing"),
                ("ring_seconds", "max_cycles", "pause_after_misses", "pause_idle_minutes"),
            ),
            (
                "preference",
                gettext("Preference"),
                ("is_sticky", "sticky_days", "sticky_hold_seconds", "language_rule", "language_seconds"),
            ),
            (
                "reply",
                gettext("After accepting"),
                ("first_reply_seconds", "next_reply_seconds", "late_reply"),
            ),
            (
                "queue",
                gettext("Queue"),
                ("queue_per_agent", "queue_limit", "max_wait_minutes", "overflow_department", "overflow_seconds"),
            ),
            ("alert", gettext("Alert"), ("alerts_whom",)),
            ("hours", gettext("Opening hours"), ("allows_forced_online",)),
        )
