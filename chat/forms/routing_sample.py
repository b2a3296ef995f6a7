"""The chat that the panel beside the routing settings tries."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chat.routing_panel import Sample
from helpdesk.accounts.forms import offer
from helpdesk.accounts.languages import spoken_choices
from helpdesk.accounts.models import Membership

NEW, RETURNING = "new", "returning"


class SampleForm(forms.Form):
    """A chat that might come now. Whatever is wrong with it counts as not said."""

    customer = forms.ChoiceField(label=_("Customer"), required=False, widget=forms.Select({"class": "input"}))
    language = forms.ChoiceField(label=_("Language"), required=False, widget=forms.Select({"class": "input"}))
    page = forms.CharField(
        label=_("From page"),
        required=False,
        max_length=2000,
        widget=forms.TextInput({"class": "input", "dir": "ltr", "autocomplete": "off", "placeholder": "/checkout"}),
    )

    def __init__(self, data: Any, *, people: list[Membership]) -> None:
        super().__init__(data)
        self.people = {str(person.public_id): person for person in people}
        last = [
            (key, gettext("Returning, last with %(name)s") % {"name": who.name}) for key, who in self.people.items()
        ]
        offer(self.fields["customer"], [(NEW, _("New customer")), (RETURNING, _("Returning customer")), *last])
        offer(self.fields["language"], [("", _("Not known")), *spoken_choices()])
        self.is_valid()

    def sample(self) -> Sample:
        said = self.cleaned_data
        customer = said.get("customer", "")
        person = self.people.get(customer)
        return Sample(
            language=said.get("language", ""),
            last_agent=person.pk if person else None,
            page=said.get("page", ""),
            is_returning=customer == RETURNING or person is not None,
        )
