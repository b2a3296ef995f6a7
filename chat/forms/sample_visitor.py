"""A made-up visitor on a made-up page, to see what they would be asked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat.countries import COUNTRIES
from chat.targeting.exposures import Exposure
from chat.targeting.facts import Cart, Consent, Facts, Happening, Page, Person, Screen, Team, Visit
from helpdesk.accounts.forms import offer
from helpdesk.accounts.languages import spoken_choices

DAY = 86_400
MOST_SECONDS = 10_000_000
LTR = {"class": "input", "dir": "ltr", "autocomplete": "off"}
ABOUT: dict[str, Any] = {
    "granted": _("who has consented"),
    "no": _("who was not asked for consent"),
    "signal": _("whose browser asks not to be tracked"),
}
BEFORE: list[tuple[str, Any]] = [
    ("nothing", _("Nothing")),
    ("shown", _("Shown this invitation in an earlier visit")),
    ("closed", _("Closed one yesterday")),
    ("chat", _("Had a chat an hour ago")),
    ("in_chat", _("Is in a chat now")),
]


def _number(label: Any, unit: Any, initial: int | None = 0) -> forms.FloatField:
    attributes = {"class": "input num", "min": 0, "step": "any"}
    field = forms.FloatField(
        label=label,
        required=False,
        min_value=0,
        max_value=MOST_SECONDS,
        initial=initial,
        widget=forms.NumberInput(attributes),
    )
    field.unit = unit  # type: ignore[attr-defined]
    return field


def _text(label: Any, initial: str = "", placeholder: str = "") -> forms.CharField:
    widget = forms.TextInput({**LTR, "placeholder": placeholder})
    return forms.CharField(label=label, required=False, max_length=500, initial=initial, widget=widget)


class SampleVisitorForm(forms.Form):
    """Everything has a value, so that an untouched form asks about a plain visitor."""

    url = _text(_("Page"), "https://shop.example/", "https://shop.example/checkout")
    title = _text(_("Title of the page"))
    entry_url = _text(_("First page of the visit"))
    seconds_page = _number(_("On the page for"), _("seconds"), 60)
    seconds_site = _number(_("On the site for"), _("seconds"), 120)
    seconds_idle = _number(_("Without a movement for"), _("seconds"), 0)
    scroll = _number(_("Scrolled down"), "%", 0)
    leaves = forms.BooleanField(label=_("Is about to leave"), required=False)
    seen = _text(_("Has seen the part"), placeholder="#delivery")

    consent = forms.ChoiceField(
        label=_("Consent"), choices=list(ABOUT.items()), initial="granted", widget=forms.Select({"class": "input"})
    )
    visit_number = _number(_("Number of the visit"), "", 1)
    pages = _number(_("Pages in this visit"), "", 3)
    language = forms.ChoiceField(label=_("Language"), required=False, widget=forms.Select({"class": "input"}))
    country = forms.ChoiceField(label=_("Country"), required=False, widget=forms.Select({"class": "input"}))
    width = _number(_("Width of the screen"), "px", 1440)
    referrer = _text(_("Came from the site"), placeholder="google.com")
    campaign = _text(_("Campaign: name"), placeholder="autumn")

    cart_value = _number(_("Value of the basket"), "", None)
    cart_items = _number(_("Items in the basket"), "", None)
    event = _text(_("Event that has happened"), placeholder="added_to_cart")
    before = forms.ChoiceField(
        label=_("Before"), choices=BEFORE, initial="nothing", widget=forms.Select({"class": "input"})
    )

    SECTIONS = (
        (
            "page",
            _("The page"),
            ("url", "title", "entry_url", "seconds_page", "seconds_site", "seconds_idle", "scroll", "leaves", "seen"),
        ),
        (
            "visitor",
            _("The visitor"),
            ("consent", "visit_number", "pages", "language", "country", "width", "referrer", "campaign"),
        ),
        ("shop", _("Basket and history"), ("cart_value", "cart_items", "event", "before")),
    )

    def __init__(self, data: Any, *, language: str) -> None:
        super().__init__(data)
        offer(self.fields["language"], [("", _("Not known")), *spoken_choices()])
        offer(self.fields["country"], [("", _("Not known")), *((code, code) for code in COUNTRIES)])
        self.fields["language"].initial = language

    def sections(self) -> list[tuple[str, Any, list[forms.BoundField]]]:
        return [(key, title, [self[name] for name in names]) for key, title, names in self.SECTIONS]

    def facts(self, *, invitation: str, teams: tuple[Team, ...], utc_offset: int, zone: ZoneInfo) -> Facts:
        """The visitor, now. Must hold: the form is valid. `invitation`: the one that “shown before” means."""
        asked = self.cleaned_data
        now = timezone.now().timestamp()
        offset = int((timezone.now().astimezone(zone).utcoffset() or timedelta()).total_seconds())
        return Facts(
            now=now,
            person=Person(
                key="sample",
                consent=Consent.GRANTED if asked["consent"] == "granted" else Consent.NOT_ASKED,
                has_signal=asked["consent"] == "signal",
                language=asked["language"] or None,
                country=asked["country"] or None,
                utc_offset=offset,
                attributes={},
                last_chat_at=now - 3600 if asked["before"] == "chat" else None,
            ),
            visit=Visit(
                id="visit",
                number=_whole(asked["visit_number"]),
                pages=_whole(asked["pages"]),
                active_seconds=asked["seconds_site"],
                entry_url=asked["entry_url"] or asked["url"],
                referrer_domain=asked["referrer"],
                utm={"campaign": asked["campaign"]},
            ),
            page=Page(
                id="page",
                loaded_at=now - max(asked["seconds_page"] or 0, asked["seconds_idle"] or 0),
                url=asked["url"],
                title=asked["title"],
                active_seconds=asked["seconds_page"],
                idle_seconds=asked["seconds_idle"],
                scroll_percent=asked["scroll"],
                has_exit_intent=asked["leaves"],
                seen=(asked["seen"],) if asked["seen"] else (),
            ),
            utc_offset=utc_offset,
            screen=Screen(width=_whole(asked["width"])),
            cart=Cart(asked["cart_value"], _whole(asked["cart_items"]), None),
            events=(Happening(asked["event"], now),) if asked["event"] else (),
            teams=teams,
            exposures=_exposures(asked["before"], invitation, now),
            is_in_chat=asked["before"] == "in_chat",
        )


def _exposures(before: str, invitation: str, now: float) -> tuple[Exposure, ...]:
    if before == "shown":
        return (Exposure(invitation, now - 3 * DAY, visit="earlier"),)
    if before == "closed":
        return (Exposure("another", now - DAY, visit="earlier", dismissed_at=now - DAY),)
    return ()


def _whole(number: float | None) -> int | None:
    return None if number is None else int(number)
