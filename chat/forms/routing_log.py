"""Which decisions of routing are shown."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat.models import RoutingDecision
from chat.routing_words import KINDS, WHYS
from helpdesk.accounts.forms import offer
from helpdesk.accounts.models import Department, Membership

NO_DEPARTMENT = "none"


def date_field(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label, required=False, widget=forms.DateInput({"type": "date", "class": "input"}, "%Y-%m-%d")
    )


def choice_field(label: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, widget=forms.Select({"class": "input"}))


class DecisionFilter(forms.Form):
    """What stands in the address. Whatever is wrong with one part of it is said there and filters nothing."""

    ticket = forms.IntegerField(
        label=_("Conversation"),
        required=False,
        min_value=1,
        max_value=2**31 - 1,
        widget=forms.NumberInput({"class": "input num", "inputmode": "numeric", "placeholder": "1042"}),
    )
    department = choice_field(_("Department"))
    agent = choice_field(_("Rang at"))
    kind = choice_field(_("What"))
    why = choice_field(_("Why"))
    since = date_field(_("From"))
    until = date_field(_("To"))

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        people = Membership.objects.select_related("user").order_by("user__name", "id")
        departments = [(str(each.public_id), each.name) for each in Department.objects.all()]
        for name, choices in (
            ("department", [(NO_DEPARTMENT, _("Without a department")), *departments]),
            ("agent", [(str(each.public_id), each.name) for each in people]),
            ("kind", list(KINDS.items())),
            ("why", list(WHYS.items())),
        ):
            offer(self.fields[name], [("", _("All")), *choices])
        self.is_valid()

    @property
    def is_filtering(self) -> bool:
        return any(value not in (None, "") for value in self.cleaned_data.values())

    def decisions(self) -> QuerySet[RoutingDecision]:
        """Those that fit, the newest first. Dates are days in the time zone that is active."""
        found: QuerySet[RoutingDecision] = RoutingDecision.objects.all()
        for name, value in self.cleaned_data.items():
            if value not in (None, ""):
                found = found.filter(**_condition(name, value))
        return found


def _condition(name: str, value: Any) -> dict[str, Any]:
    if name == "department":
        return {"department": None} if value == NO_DEPARTMENT else {"department__public_id": value}
    if name == "since":
        return {"at__gte": _midnight(value)}
    if name == "until":
        return {"at__lt": _midnight(value + timedelta(days=1))}
    return {{"agent": "membership__public_id", "ticket": "ticket__number"}.get(name, name): value}


def _midnight(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
