"""Whose decisions one looks for, and of when."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chat.forms.invitation import MomentField
from chat.models import Invitation, InvitationDecision
from chat.targeting_words import KINDS
from helpdesk.accounts.forms import offer
from helpdesk.ids import read_uuid
from tickets.models import Ticket

AROUND = timedelta(minutes=5)
SELECT = {"class": "input"}


class LogForm(forms.Form):
    """Left empty it finds everything. What names nobody finds nothing."""

    who = forms.CharField(
        label=_("Visitor"),
        required=False,
        max_length=254,
        help_text=_("Name, e-mail, ticket number, or the id of the browser."),
        widget=forms.TextInput({"class": "input", "dir": "auto", "autocomplete": "off"}),
    )
    at = MomentField(label=_("Around"), required=False, help_text=_("Five minutes before and after."))
    invitation = forms.ChoiceField(label=_("Invitation"), required=False, widget=forms.Select(SELECT))
    kind = forms.ChoiceField(
        label=_("What happened"),
        required=False,
        choices=[("", _("Anything")), *((kind.value, words) for kind, words in KINDS.items())],
        widget=forms.Select(SELECT),
    )

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        known = [(str(key), name) for key, name in Invitation.objects.values_list("public_id", "name")]
        offer(self.fields["invitation"], [("", _("Any")), *known])

    def records(self) -> Any:
        """The newest first."""
        rows = InvitationDecision.objects.select_related("asked", "visitor", "exposure__invitation").order_by("-id")
        if not self.is_bound:
            return rows
        if not self.is_valid():
            return rows.none()
        asked = self.cleaned_data
        if asked["who"].strip():
            rows = rows.filter(_whose(asked["who"].strip()))
        if asked["at"]:
            rows = rows.filter(at__gte=asked["at"] - AROUND, at__lte=asked["at"] + AROUND)
        if asked["invitation"]:
            about = asked["invitation"]
            rows = rows.filter(Q(asked__public_id=about) | Q(exposure__invitation__public_id=about))
        return rows.filter(kind=asked["kind"]) if asked["kind"] else rows


def _whose(who: str) -> Q:
    """A browser by its id, else the visitors that a ticket's number, a name or an address means."""
    if browser := read_uuid(who):
        return Q(browser=browser) | Q(visitor__public_id=browser)
    number = who.lstrip("#")
    if number.isascii() and number.isdigit() and len(number) < 10:
        return Q(visitor__in=Ticket.objects.filter(number=int(number)).values("visitor"))
    return Q(visitor__name__icontains=who) | Q(visitor__email__icontains=who)
