"""What puts a chat ahead in the queue, a row for each rule."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chat.actions.routing_policy import MOST_POINTS, MOST_RULES
from helpdesk.accounts.forms import offer
from helpdesk.accounts.languages import spoken_choices

RULE_KINDS = [
    ("page", _("The page’s address contains")),
    ("returning", _("The customer was here before")),
    ("language", _("The customer’s language is")),
]


class PriorityRuleForm(forms.Form):
    """One rule. A row in which nothing was filled in is none."""

    kind = forms.ChoiceField(
        label=_("When"), choices=RULE_KINDS, initial="page", widget=forms.Select({"class": "input"})
    )
    page = forms.CharField(
        label=_("Part of the address"),
        required=False,
        max_length=200,
        widget=forms.TextInput({"class": "input", "dir": "ltr", "autocomplete": "off", "placeholder": "/checkout"}),
    )
    language = forms.ChoiceField(label=_("Language"), required=False, widget=forms.Select({"class": "input"}))
    add = forms.IntegerField(
        label=_("Points"),
        required=False,
        initial=5,
        widget=forms.NumberInput({"class": "input num", "min": 1, "max": 20}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        languages = spoken_choices()
        offer(self.fields["language"], languages)
        # What a list shows when nobody has touched it: a row of nothing else is empty.
        self.fields["language"].initial = languages[0][0]

    def clean_add(self) -> int:
        points = self.cleaned_data["add"]
        if points is None or not 1 <= points <= MOST_POINTS:
            raise ValidationError(gettext("Add 1 to 20 points."), code="invalid")
        return int(points)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("kind") == "page" and not cleaned.get("page"):
            self.add_error("page", ValidationError(gettext("Write a part of the address."), code="required"))
        return cleaned

    def rule(self) -> dict[str, Any]:
        """Must hold: the row is valid."""
        asked = self.cleaned_data
        value = {"page": asked["page"], "language": asked["language"]}.get(asked["kind"], "")
        return {"kind": asked["kind"], "value": value, "add": asked["add"]}


PriorityRules = forms.formset_factory(
    PriorityRuleForm, extra=0, can_delete=True, max_num=MOST_RULES, absolute_max=MOST_RULES + 1, validate_max=True
)


def shown_rules(rules: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Stored rules as the form's rows."""
    return [{"kind": rule["kind"], rule["kind"]: rule["value"], "add": rule["add"]} for rule in rules]


def rules_of(rows: forms.BaseFormSet[PriorityRuleForm]) -> list[dict[str, Any]]:
    """What the rows say. Must hold: all are valid."""
    return [form.rule() for form in rows.forms if form.cleaned_data and form not in rows.deleted_forms]
