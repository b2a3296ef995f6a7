"""What is to be tried on which days."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chat.forms.routing import RoutingForm
from chat.past_period import Period, last_full_days
from chat.trial import CHANGEABLE, OpenWhen, Presence, Trial, settings_of
from helpdesk.accounts.calendar import Calendar
from helpdesk.accounts.hours_forms import USUAL_WEEK, HoursField
from helpdesk.accounts.hours_notation import format_hours
from helpdesk.accounts.models import Department

DAYS = {"yesterday": 1, "week": 7}
OWN = "own"


def day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))


class SimulationForm(RoutingForm):
    """The settings of routing that can be tried, the hours and the days. Nothing of it is ever saved as a setting."""

    period = forms.ChoiceField(
        label=_("Days"),
        choices=[("yesterday", _("Yesterday")), ("week", _("The last 7 days")), (OWN, _("Other days"))],
        initial="week",
        widget=forms.RadioSelect,
    )
    starts_on = day(_("From"))
    ends_on = day(_("To"))
    open_when = forms.ChoiceField(
        label=_("The chat is open"),
        choices=[
            (OpenWhen.SAVED.value, _("As it is set")),
            (OpenWhen.ALWAYS.value, _("At all times")),
            (OpenWhen.WEEK.value, _("At other hours")),
        ],
        initial=OpenWhen.SAVED.value,
        widget=forms.RadioSelect,
    )
    presence = forms.ChoiceField(
        label=_("Agents are there"),
        choices=[
            (Presence.RECORDED.value, _("When they were")),
            (Presence.ALWAYS_WHEN_OPEN.value, _("Whenever the chat is open")),
        ],
        initial=Presence.RECORDED.value,
        widget=forms.RadioSelect,
    )

    def __init__(
        self, *args: Any, department: Department | None, calendar: Calendar | None, zone: ZoneInfo, **kwargs: Any
    ) -> None:
        super().__init__(*args, department=department, **kwargs)
        self.initial.update(kwargs.get("initial") or {})
        for name in set(RoutingForm.base_fields) - set(CHANGEABLE):
            del self.fields[name]
        week = calendar.week if calendar else USUAL_WEEK
        for number, name in WEEKDAYS.items():
            self.fields[f"day_{number}"] = HoursField(label=name, initial=format_hours(week[number]))
        self.zone = calendar.zone if calendar else zone
        self.saved = settings_of(self.instance)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("period") == OWN:
            for name in ("starts_on", "ends_on"):
                if name in cleaned and cleaned[name] is None:
                    self.add_error(name, ValidationError(gettext("Choose a date."), code="required"))
        if cleaned.get("open_when") != OpenWhen.WEEK:
            # The hours are not asked for: what is wrong with them is nobody's problem now.
            for name in [each for each in self.errors if each.startswith("day_")]:
                del self.errors[name]
        return cleaned

    # --- what was asked for -------------------------------------------------------------------------------------------
    def chosen_period(self, zone: ZoneInfo) -> Period:
        """Must hold: the form is valid."""
        asked = self.cleaned_data
        if asked["period"] in DAYS:
            return last_full_days(DAYS[asked["period"]], zone)
        end = _midnight(asked["ends_on"] + timedelta(days=1), zone)
        return Period(_midnight(asked["starts_on"], zone), min(end, timezone.now()))

    def trial(self) -> Trial:
        """What differs from the settings as they are saved. Must hold: the form is valid."""
        asked = self.cleaned_data
        overflow = asked["overflow_department"]
        wanted = {**{name: asked[name] for name in CHANGEABLE}, "overflow_department": overflow and overflow.pk}
        is_week = asked["open_when"] == OpenWhen.WEEK
        return Trial(
            settings={name: value for name, value in wanted.items() if value != self.saved[name]},
            open_when=OpenWhen(asked["open_when"]),
            week=[asked[f"day_{number}"] for number in WEEKDAYS] if is_week else (),
            presence=Presence(asked["presence"]),
        )

    # --- as it is drawn -----------------------------------------------------------------------------------------------
    def days(self) -> list[forms.BoundField]:
        return [self[f"day_{number}"] for number in WEEKDAYS]

    def sections(self) -> list[tuple[str, Any, list[forms.BoundField]]]:
        """The sections of the settings page, with what can be tried of them."""
        found = [(key, title, [name for name in names if name in CHANGEABLE]) for key, title, names in self.parts()]
        return [(key, title, [self[name] for name in names]) for key, title, names in found if names]


def _midnight(on: date, zone: ZoneInfo) -> datetime:
    return datetime(on.year, on.month, on.day, tzinfo=zone)


def shown_trial(trial: Trial) -> dict[str, Any]:
    """The fields as they were for an earlier run. What it did not change is as it is set now."""
    shown = {name: value for name, value in trial.settings.items() if name != "overflow_department"}
    if "overflow_department" in trial.settings:
        target = Department.objects.filter(pk=trial.settings["overflow_department"] or 0).first()
        shown["overflow_department"] = target.public_id if target else None
    hours = {f"day_{number}": format_hours(intervals) for number, intervals in enumerate(trial.week)}
    return {**shown, **hours, "open_when": trial.open_when.value, "presence": trial.presence.value}
