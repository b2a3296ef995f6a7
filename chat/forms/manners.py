"""How much visitors are asked at most, by everything that speaks first, as a form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chat.forms.invitation import switch
from chat.forms.spans import Whole
from chat.models import InvitationManners
from helpdesk.accounts.forms import RefusableForm

HOUR, DAY = 3600, 86_400
MOST = 1000


def _cap(label: Any, hint: Any) -> Whole:
    return Whole(label=label, unit=_("times"), low=0, high=MOST, required=False, help_text=hint)


class PercentField(forms.FloatField):
    unit = "%"

    def __init__(self, **options: Any) -> None:
        attributes = {"class": "input num", "min": 0, "max": 100, "step": "any", "inputmode": "decimal"}
        super().__init__(widget=forms.NumberInput(attributes), **options)

    def clean(self, value: Any) -> float:
        try:
            number = super().clean(value)
        except ValidationError:
            number = None
        if number is None or not 0 <= number <= 100:
            raise ValidationError(gettext("Write a number from 0 to 100."), code="invalid")
        return float(number)


class MannersForm(RefusableForm):
    is_switched_off = forms.BooleanField(
        label=_("Switch everything off"),
        required=False,
        help_text=_("Nobody is asked anything, at once and on every page. Settings and figures stay."),
        widget=switch(),
    )
    per_page = _cap(_("On one page"), _("Usually 1: a page that asks twice is not read. Empty: no limit."))
    per_visit = _cap(_("In one visit"), _("Usually 1: who has said no has said it for today. Empty: no limit."))
    per_day = _cap(_("Within 24 hours"), _("Usually 2, over all visits together. Empty: no limit."))
    per_week = _cap(_("Within 7 days"), _("Usually 4, so that nobody learns to look away. Empty: no limit."))
    quiet_seconds = Whole(
        label=_("After a conversation"),
        unit=_("hours"),
        factor=HOUR,
        low=0,
        high=400 * 24,
        help_text=_("Usually 24: who has just been helped is left alone. 0: no rest."),
    )
    dismissed_seconds = Whole(
        label=_("After one was closed"),
        unit=_("days"),
        factor=DAY,
        low=0,
        high=400,
        help_text=_("Usually 7. In the same visit there is never another."),
    )
    dismissed_often = Whole(
        label=_("Closing means it from"),
        unit=_("times"),
        low=1,
        high=100,
        help_text=_("Usually 2: who closes two does not want to be asked."),
    )
    dismissed_often_seconds = Whole(
        label=_("Then not again for"),
        unit=_("days"),
        factor=DAY,
        low=0,
        high=400,
        help_text=_("Usually 30."),
    )
    gap_seconds = Whole(
        label=_("Between two different ones"),
        unit=_("seconds"),
        low=0,
        high=400 * DAY,
        help_text=_("Usually 120. Surveys count too."),
    )
    load_seconds = Whole(
        label=_("After a page was opened"),
        unit=_("seconds"),
        low=0,
        high=HOUR,
        help_text=_("Usually 10: people look at the page first."),
    )
    longest_queue = Whole(
        label=_("Longest queue"),
        unit=_("chats"),
        low=0,
        high=MOST,
        help_text=_("Usually 3: when more wait, nobody else is asked to come."),
    )
    complaint_percent = PercentField(
        label=_("“Never ask again” by more than"),
        help_text=_("Usually 1. Counted from 100 times shown, and only when chance is ruled out."),
    )
    dismissal_percent = PercentField(
        label=_("Closed by more than"), help_text=_("Usually 60. Counted in the same way.")
    )

    SECTIONS = (
        ("off", _("Emergency brake"), ("is_switched_off",)),
        (
            "caps",
            _("How often one visitor is asked, by everything together"),
            ("per_page", "per_visit", "per_day", "per_week"),
        ),
        (
            "rest",
            _("When visitors are left alone"),
            (
                "quiet_seconds",
                "dismissed_seconds",
                "dismissed_often",
                "dismissed_often_seconds",
                "gap_seconds",
                "load_seconds",
            ),
        ),
        ("team", _("When the team is busy"), ("longest_queue",)),
        ("pause", _("An invitation pauses by itself when it is"), ("complaint_percent", "dismissal_percent")),
    )

    def sections(self) -> list[tuple[str, Any, list[forms.BoundField]]]:
        return [(key, title, [self[name] for name in names]) for key, title, names in self.SECTIONS]


def shown_manners(manners: InvitationManners) -> dict[str, Any]:
    return {name: getattr(manners, name) for name in MannersForm.base_fields}
