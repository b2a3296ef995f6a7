"""A canned message as a form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.forms import RefusableForm, offer
from helpdesk.accounts.models import Department, Membership
from tickets.models import Scope


class CannedForm(RefusableForm):
    shortcut = forms.CharField(
        label=_("Shortcut"),
        max_length=41,
        help_text=_("In a reply, type / and this word."),
        widget=forms.TextInput({"dir": "auto", "data-example": _("return-address"), "autocapitalize": "none"}),
    )
    title = forms.CharField(
        label=_("Title"), max_length=80, required=False, help_text=_("To find it again; customers do not see it.")
    )
    text = forms.CharField(label=_("Text"), max_length=8000, widget=forms.Textarea({"rows": 6, "dir": "auto"}))
    scope = forms.ChoiceField(label=_("Who can use it"), choices=Scope.choices, widget=forms.RadioSelect)
    department: forms.ModelChoiceField[Department] = forms.ModelChoiceField(
        label=_("Department"), queryset=None, required=False, to_field_name="public_id", empty_label=_("Choose…")
    )

    def __init__(self, *args: Any, member: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        departments = Department.objects.all() if member.is_admin else Department.objects.of(member.pk)
        offer(self.fields["department"], departments)
        possible = [Scope.PERSONAL]
        if departments.exists():
            possible.append(Scope.DEPARTMENT)
        if member.is_admin or self.initial.get("scope") == Scope.WORKSPACE:
            possible.append(Scope.WORKSPACE)
        offer(self.fields["scope"], [(value, value.label) for value in possible])
        self.fields["scope"].initial = Scope.PERSONAL
