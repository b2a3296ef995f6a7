"""A widget: what a shop pastes into its pages."""

from __future__ import annotations

import secrets
from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from helpdesk.ids import uuid7
from helpdesk.tenancy.models import ScopedModel

FORM_FIELDS = ("name", "email", "phone", "department", "question")
colour_form = RegexValidator(r"^#[0-9a-fA-F]{6}$", _("Write the colour as # and six digits, for example #0b6e69."))


def new_key() -> str:
    """A public key: it names the widget and proves nothing. 96 bits keep it from being guessed or colliding."""
    return secrets.token_urlsafe(12)


def default_forms() -> dict[str, Any]:
    """What a new widget asks: before a chat only an optional name, when nobody is there also an address."""
    return {
        "prechat": {
            "enabled": True,
            "fields": {"name": "optional", "email": "optional", "phone": "off", "department": "off", "question": "off"},
            "texts": {},
        },
        "offline": {
            "enabled": True,
            "fields": {
                "name": "optional",
                "email": "required",
                "phone": "off",
                "department": "off",
                "question": "required",
            },
            "texts": {},
        },
    }


class Position(models.TextChoices):
    END = "end", _("At the end of the line (right in English)")
    START = "start", _("At the start of the line (left in English)")


class Dark(models.TextChoices):
    AUTO = "auto", _("As the visitor's device")
    LIGHT = "light", _("Always light")
    DARK = "dark", _("Always dark")


class Consent(models.TextChoices):
    ASK = "ask", _("Nothing is stored before the visitor opens the chat")
    IMPLIED = "implied", _("Recognise visitors at once (your site has asked them)")


class LiveVisitors(models.TextChoices):
    OFF = "off", _("Nobody is followed; agents see no visitors before they chat")
    WITH_CONSENT = "with_consent", _("Visitors who agreed: your site asks them and tells the widget")
    ALWAYS = "always", _("Every visitor: your site has asked them already, or needs no consent where you do business")


class Widget(ScopedModel):
    """The look, the words, the forms and the sites of one chat button. Tickets and visitors point to it."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    key = models.CharField(max_length=32, unique=True, default=new_key, editable=False)
    name = models.CharField(_("name"), max_length=80)
    is_active = models.BooleanField(_("in use"), default=True)
    # Exact origins ("https://shop.example") or every sub-domain ("https://*.shop.example"); empty: our preview only.
    allowed_sites = models.JSONField(_("allowed sites"), default=list, blank=True)
    department = models.ForeignKey(
        "accounts.Department", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    language = models.CharField(_("language"), max_length=8, blank=True)
    colour = models.CharField(_("colour"), max_length=7, default="#0b6e69", validators=[colour_form])
    position = models.CharField(_("position"), max_length=5, choices=Position.choices, default=Position.END)
    dark = models.CharField(_("dark mode"), max_length=5, choices=Dark.choices, default=Dark.AUTO)
    consent = models.CharField(_("recognising visitors"), max_length=7, choices=Consent.choices, default=Consent.ASK)
    live_visitors = models.CharField(
        _("live visitors"), max_length=12, choices=LiveVisitors.choices, default=LiveVisitors.WITH_CONSENT
    )
    # {"en": {"greeting_title", "greeting_text", "launcher_label", "offline_label", "reply_promise", "offline_text",
    # "queue_full_text"}}
    texts = models.JSONField(default=dict, blank=True)
    forms = models.JSONField(default=default_forms)
    # "Seen on your site": the last time and the origin a page of the shop loaded this widget.
    seen_at = models.DateTimeField(null=True, blank=True)
    seen_origin = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(ScopedModel.Meta):
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name
