"""An invitation's own settings, as a form. What it shows is chat.forms.invitation_variant."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chat.forms.spans import Whole
from chat.models import Invitation, Position
from chat.models.invitation import AVAILABILITIES
from helpdesk.accounts.forms import RefusableForm, offer
from helpdesk.accounts.models import Department

SELECT = {"class": "input"}
MOST_TIMES = 100_000_000


def switch() -> forms.CheckboxInput:
    return forms.CheckboxInput({"class": "switch", "role": "switch"})


class MomentField(forms.DateTimeField):
    """A moment on the reader's clock, as browsers send it."""

    widget = forms.DateTimeInput({"class": "input", "type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    input_formats = ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S")


class InvitationForm(RefusableForm):
    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("For your team; visitors do not see it."))
    priority = Whole(
        label=_("Priority"), low=1, high=100, help_text=_("1 goes first. Of two that fit, only the first is shown.")
    )
    department: forms.ModelChoiceField[Department] = forms.ModelChoiceField(
        label=_("Who answers"),
        help_text=_("Chats that come from it go to this department."),
        queryset=None,
        required=False,
        to_field_name="public_id",
        empty_label=_("The whole team"),
        widget=forms.Select(SELECT),
    )
    availability = forms.ChoiceField(
        label=_("Shown"),
        choices=AVAILABILITIES,
        help_text=_("Whether somebody who answers must be there."),
        widget=forms.Select(SELECT),
    )
    position = forms.ChoiceField(
        label=_("Place on the page"),
        choices=Position.choices,
        required=False,
        help_text=_("It never covers more than a third of a phone."),
        widget=forms.Select(SELECT),
    )

    starts_at = MomentField(label=_("From"), required=False, help_text=_("Empty: as soon as it is active."))
    ends_at = MomentField(label=_("Until"), required=False, help_text=_("Empty: no end. Then it pauses by itself."))
    in_hours_only = forms.BooleanField(
        label=_("Within the opening hours only"),
        required=False,
        help_text=_("Those of who answers, as they stand in the settings."),
        widget=switch(),
    )

    per_visitor = Whole(
        label=_("To one visitor"),
        unit=_("times"),
        low=1,
        high=MOST_TIMES,
        required=False,
        help_text=_("Usually 1: who has seen it has read it. Empty: as often as the workspace’s rules let it."),
    )
    per_visit = Whole(
        label=_("In one visit"),
        unit=_("times"),
        low=1,
        high=MOST_TIMES,
        required=False,
        help_text=_("Usually 1: the same question twice is a nuisance. Empty: no limit of its own."),
    )
    total = Whole(
        label=_("In all"),
        unit=_("times"),
        low=1,
        high=MOST_TIMES,
        required=False,
        help_text=_("Then it pauses by itself, for example when there are only so many coupons. Empty: no limit."),
    )

    holdout_percent = Whole(
        label=_("Held back"),
        unit="%",
        low=0,
        high=50,
        help_text=_("So many of those it fits are not shown it. Compared with them you see what it brings. 0: nobody."),
    )
    goal_event = forms.CharField(
        label=_("Goal: the event"),
        max_length=60,
        required=False,
        help_text=_('The name that your site reports with Helpdesk("convert") or "track". Empty: no goal is measured.'),
        widget=forms.TextInput({"class": "input", "dir": "ltr", "autocomplete": "off", "placeholder": "purchase"}),
    )
    goal_window_days = Whole(
        label=_("Counts within"), unit=_("days"), low=1, high=30, help_text=_("Counted from when it was last seen.")
    )
    goal_counts_value = forms.BooleanField(
        label=_("Add up the value"), required=False, help_text=_("The revenue that events report."), widget=switch()
    )

    SECTIONS = (
        ("who", _("Who answers and when"), ("department", "availability", "in_hours_only", "starts_at", "ends_at")),
        ("order", _("Order and place"), ("priority", "position")),
        ("often", _("How often this one is shown"), ("per_visitor", "per_visit", "total")),
        ("measure", _("What it brings"), ("holdout_percent", "goal_event", "goal_window_days", "goal_counts_value")),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self.fields["department"], Department.objects.all())

    def sections(self) -> list[tuple[str, Any, list[forms.BoundField]]]:
        return [(key, title, [self[name] for name in names]) for key, title, names in self.SECTIONS]

    def settings(self) -> dict[str, Any]:
        """What the verb is given. Must hold: the form is valid."""
        asked = dict(self.cleaned_data)
        frequency = {name: asked.pop(name) for name in ("per_visitor", "per_visit", "total")}
        goal = {name: asked.pop(f"goal_{name}") for name in ("event", "window_days", "counts_value")}
        return {**asked, "frequency": frequency, "goal": goal}


def shown_invitation(invitation: Invitation) -> dict[str, Any]:
    """An invitation as the form's fields."""
    plain = ("name", "priority", "availability", "position", "starts_at", "ends_at", "in_hours_only", "holdout_percent")
    return {
        **{name: getattr(invitation, name) for name in plain},
        "department": invitation.department.public_id if invitation.department else None,
        **invitation.frequency,
        **{f"goal_{name}": value for name, value in invitation.goal.items()},
    }
