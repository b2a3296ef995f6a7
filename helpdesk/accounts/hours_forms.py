"""Opening hours as people fill them in: a line for each day of the week, and a row for each day that is different."""

from __future__ import annotations

import calendar as gregorian
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.actions.opening_hours import MOST_SPECIAL_DAYS
from helpdesk.accounts.calendar import LAST, Interval, Rule, SpecialDay
from helpdesk.accounts.forms import RefusableForm, offer, time_zone_choices
from helpdesk.accounts.hours_notation import format_hours, parse_hours
from helpdesk.accounts.models import OpeningHours
from helpdesk.errors import HelpdeskError

EMPTY_ROWS = 1
FARTHEST = 200  # days from Easter
RULES = [
    (Rule.DATE, _("Once")),
    (Rule.YEARLY, _("Every year on this date")),
    (Rule.WEEKDAY, _("Every year on a weekday")),
    (Rule.EASTER, _("Days after Easter")),
    (Rule.ORTHODOX_EASTER, _("Days after Orthodox Easter")),
]
NTHS = [(1, _("First")), (2, _("Second")), (3, _("Third")), (4, _("Fourth")), (LAST, _("Last"))]
USUAL_WEEK = [(Interval(9 * 60, 17 * 60),)] * 5 + [()] * 2


class HoursField(forms.CharField):
    """Cleans to the intervals that were typed."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput({"data-example": "9:00–17:00", "autocomplete": "off", "dir": "ltr"})
        super().__init__(required=False, max_length=200, widget=widget, **options)

    def clean(self, value: Any) -> Any:
        try:
            return parse_hours(super().clean(value))
        except HelpdeskError as error:
            raise ValidationError(str(error.message), code=error.code) from None


class OpeningHoursForm(RefusableForm):
    mode = forms.ChoiceField(widget=forms.RadioSelect)
    time_zone = forms.ChoiceField(label=_("Time zone"))

    def __init__(self, *args: Any, modes: list[tuple[str, Any, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.modes = modes
        offer(self.fields["mode"], [(value, title) for value, title, _hint in modes])
        offer(self.fields["time_zone"], time_zone_choices())
        for number, name in WEEKDAYS.items():
            self.fields[f"day_{number}"] = HoursField(label=name)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("mode") not in (None, "own"):
            # The hours are not asked for: what is wrong with them is nobody's problem now.
            for name in set(self.errors) - {"mode"}:
                del self.errors[name]
        return cleaned

    def days(self) -> list[forms.BoundField]:
        return [self[f"day_{number}"] for number in WEEKDAYS]

    @property
    def wants_own(self) -> bool:
        return bool(self.cleaned_data["mode"] == "own")

    def week(self) -> list[tuple[Interval, ...]]:
        return [self.cleaned_data[f"day_{number}"] for number in WEEKDAYS]


def number_choice(label: Any, choices: Any, usual: Any) -> forms.TypedChoiceField:
    """A choice among numbers. Left out, it is the usual one: another rule does not ask for it."""
    return forms.TypedChoiceField(
        label=label, choices=choices, coerce=int, required=False, empty_value=usual, initial=usual
    )


class SpecialDayForm(forms.Form):
    """One day with other hours. A row in which nothing was filled in is no day."""

    rule = forms.ChoiceField(label=_("When"), choices=RULES, initial=Rule.DATE)
    on = forms.DateField(label=_("Date"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    nth = number_choice(_("Which one"), NTHS, 1)
    weekday = number_choice(_("Weekday"), list(WEEKDAYS.items()), 0)
    month = number_choice(_("Month"), list(MONTHS.items()), 1)
    offset = forms.IntegerField(
        label=_("Days after"), required=False, min_value=-FARTHEST, max_value=FARTHEST, initial=0
    )
    name = forms.CharField(label=_("Name"), required=False, max_length=80)
    hours = HoursField(label=_("Hours"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("rule") in (Rule.DATE, Rule.YEARLY) and "on" in cleaned and cleaned["on"] is None:
            self.add_error("on", ValidationError(_("Choose a date."), code="required"))
        return cleaned

    def special_day(self) -> SpecialDay:
        """Must hold: the row is valid."""
        asked = self.cleaned_data
        rule, on = Rule(asked["rule"]), asked["on"]
        when: dict[str, Any] = {
            Rule.DATE: {"on": on},
            Rule.YEARLY: {"month": on.month, "day": on.day} if on else {},
            Rule.WEEKDAY: {name: asked[name] for name in ("month", "nth", "weekday")},
        }.get(rule, {"offset": asked["offset"] or 0})
        return SpecialDay(rule=rule, name=asked["name"], open=asked["hours"], **when)


SpecialDays = forms.formset_factory(
    SpecialDayForm, extra=EMPTY_ROWS, can_delete=True, max_num=MOST_SPECIAL_DAYS, validate_max=True
)


def special_days(rows: forms.BaseFormSet[SpecialDayForm]) -> list[SpecialDay]:
    """What the rows say, but for new ones in which nothing was filled in. Must hold: all are valid."""
    said = [*rows.initial_forms, *(form for form in rows.extra_forms if form.has_changed())]
    return [form.special_day() for form in said if form not in rows.deleted_forms]


def shown_form(hours: OpeningHours | None, other: str, time_zone: str) -> dict[str, Any]:
    """What the form says before anybody types. `other` is the mode of whoever has no hours of their own."""
    calendar = hours.calendar() if hours else None
    week = calendar.week if calendar else USUAL_WEEK
    days = {f"day_{number}": format_hours(intervals) for number, intervals in enumerate(week)}
    return {
        "mode": "own" if hours and hours.is_used else other,
        "time_zone": hours.time_zone if hours else time_zone,
        **days,
    }


def shown_special_days(hours: OpeningHours | None) -> list[dict[str, Any]]:
    return [_shown(day) for day in hours.calendar().special] if hours else []


def _shown(day: SpecialDay) -> dict[str, Any]:
    on = day.on
    if day.rule == Rule.YEARLY:
        on = next_on(day.month, day.day, date.today())
    return {
        "rule": day.rule,
        "on": on,
        "nth": day.nth or 1,
        "weekday": day.weekday,
        "month": day.month or 1,
        "offset": day.offset,
        "name": day.name,
        "hours": format_hours(day.open),
    }


def next_on(month: int, day: int, today: date) -> date:
    """The next such day, today or later: a date field needs a year."""
    years = (year for year in range(today.year, today.year + 9) if day <= gregorian.monthrange(year, month)[1])
    return next(each for each in (date(year, month, day) for year in years) if each >= today)
