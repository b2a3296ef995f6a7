"""What an invitation shows, as a form: its design, its words in each language, and what a click does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language_info, gettext
from django.utils.translation import gettext_lazy as _

from chat.forms.spans import Whole
from chat.invitation_forms import MOST_CHIPS, WHOEVER
from chat.models import Design, InvitationVariant
from helpdesk.accounts.forms import RefusableForm, offer
from helpdesk.accounts.languages import name_of, spoken_choices
from helpdesk.accounts.models import Membership

SELECT = {"class": "input"}
ACTIONS = [
    ("chat", _("Opens the chat")),
    ("chips", _("Asks the question that was tapped")),
    ("rate", _("Takes a rating, then thanks")),
    ("coupon", _("Copies the code")),
    ("email", _("Takes an e-mail address")),
    ("link", _("Opens a page")),
]
# Each text with the length the core takes, and the actions in which it is read ("" for all).
TEXTS: tuple[tuple[str, Any, int, str], ...] = (
    ("title", _("Title"), 80, ""),
    ("text", _("Text"), 500, ""),
    ("button", _("Button"), 40, "chat coupon email link"),
    ("second", _("Second button"), 40, "chat coupon email link"),
    ("chips", _("Questions to tap, a line for each"), 60 * MOST_CHIPS + MOST_CHIPS, "chips"),
    ("code", _("Code"), 40, "coupon"),
    ("note", _("Small words"), 120, ""),
)
WITH_FACE = (Design.BUBBLE_HELLO, Design.CARD_PERSON, Design.BAR_FOOT, Design.BAR_PHONE)
WITH_IMAGE = (Design.CARD_PRODUCT, Design.FULL_WELCOME)
WITH_PRODUCT = (Design.CARD_PRODUCT,)
LANGUAGE_CODES = 12  # characters


def _address(label: Any, hint: Any = "") -> forms.CharField:
    attributes = {"class": "input", "dir": "ltr", "placeholder": "https://", "autocomplete": "off"}
    widget = forms.TextInput({**attributes, "inputmode": "url"})
    return forms.CharField(label=label, help_text=hint, required=False, max_length=2000, widget=widget)


@dataclass(frozen=True)
class Words:
    """The texts of one language in the form."""

    code: str
    name: str
    dir: str
    fields: list[tuple[forms.BoundField, str]]  # each with the actions in which it is read
    has_problem: bool


class VariantForm(RefusableForm):
    key = forms.CharField(required=False, widget=forms.HiddenInput)  # the variant's id; "" for a new one
    design = forms.ChoiceField(label=_("Design"), choices=Design.choices, widget=forms.Select(SELECT))
    weight = Whole(
        label=_("Share"),
        low=0,
        high=100,
        help_text=_("Beside the other variants: 1 and 1 is half each. 0: shown to nobody, its figures stay."),
    )
    agent = forms.ChoiceField(
        label=_("Whose face"),
        required=False,
        help_text=_("Who answers, when somebody is there."),
        widget=forms.Select(SELECT),
    )
    image = _address(_("Picture"), _("An address that begins with https://."))
    product_name = forms.CharField(label=_("Product: name"), required=False, max_length=120)
    product_price = forms.CharField(label=_("Product: price"), required=False, max_length=40)
    product_url = _address(_("Product: page"))
    product_image = _address(_("Product: picture"))
    action = forms.ChoiceField(label=_("A click"), choices=ACTIONS, widget=forms.Select(SELECT))
    action_url = _address(_("Page that opens"), _("An address that begins with https://."))
    remove = forms.BooleanField(label=_("Remove this variant"), required=False)
    language = forms.ChoiceField(label=_("Another language"), required=False, widget=forms.Select(SELECT))

    def __init__(self, *args: Any, name: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name = name  # "A"
        people = Membership.objects.active().select_related("user").order_by("user__name", "id")
        faces = [(str(member.public_id), member.name) for member in people]
        offer(self.fields["agent"], [("", _("Nobody’s")), (WHOEVER, _("Whoever answers")), *faces])
        self.languages = self._languages()
        missing = [each for each in spoken_choices() if each[0] not in self.languages]
        offer(self.fields["language"], [("", _("Choose one")), *missing])
        for code in self.languages:
            for part, label, most, _when in TEXTS:
                self.fields[_field(code, part)] = self._text_field(code, part, label, most)

    def _languages(self) -> list[str]:
        """ "" for everybody else first, then ours, then what was written or asked for."""
        found = ["", *(code for code, _name in settings.LANGUAGES)]
        prefix = self.add_prefix("text-")
        posted = (name[len(prefix) :].rpartition("-")[0] for name in self.data if name.startswith(prefix))
        stored = (name[len("text-") :].rpartition("-")[0] for name in self.initial if name.startswith("text-"))
        wanted = str(self.data.get(self.add_prefix("language"), ""))
        for code in (*posted, *stored, wanted):
            plain = "" if code == "default" else code
            if plain not in found and len(plain) <= LANGUAGE_CODES:
                found.append(plain)
        return found

    def _text_field(self, code: str, part: str, label: Any, most: int) -> forms.CharField:
        attributes = {"class": "input", "lang": code or None, "dir": "auto"}
        attributes = {name: value for name, value in attributes.items() if value}
        lines = {"text": 2, "chips": 3}.get(part)
        widget = forms.Textarea({**attributes, "rows": lines}) if lines else forms.TextInput(attributes)
        return forms.CharField(label=label, required=False, max_length=most, widget=widget)

    # --- for the page ---
    def words(self) -> Iterator[Words]:
        for code in self.languages:
            bound = [(self[_field(code, part)], when) for part, _label, _most, when in TEXTS]
            info = "rtl" if code and _is_rtl(code) else "ltr"
            name = name_of(code) if code else gettext("Everybody else")
            yield Words(code, name, info, bound, any(field.errors for field, _when in bound))

    def looks(self) -> list[tuple[forms.BoundField, str]]:
        """What only some designs show, each with those designs."""
        parts = (
            (("agent",), WITH_FACE),
            (("image",), WITH_IMAGE),
            (("product_name", "product_price", "product_url", "product_image"), WITH_PRODUCT),
        )
        return [(self[name], " ".join(designs)) for names, designs in parts for name in names]

    # --- for the verbs ---
    def settings(self) -> dict[str, Any]:
        """What the verbs are given. Must hold: the form is valid."""
        asked = self.cleaned_data
        product = {part: asked[f"product_{part}"] for part in ("name", "price", "url", "image")}
        return {
            "design": asked["design"],
            "weight": asked["weight"],
            "texts": {code: words for code in self.languages if (words := self._words(code)) or not code},
            "content": {
                "image": asked["image"],
                "agent": asked["agent"],
                "product": product if any(product.values()) else None,
            },
            "action": {"kind": asked["action"], "url": asked["action_url"]},
        }

    def _words(self, code: str) -> dict[str, Any]:
        found: dict[str, Any] = {part: self.cleaned_data[_field(code, part)].strip() for part, *_rest in TEXTS}
        found["chips"] = [line.strip() for line in found["chips"].splitlines() if line.strip()]
        return {part: words for part, words in found.items() if words}

    def refuse(self, error: Any) -> None:
        """The core names a field within its part; here each stands under a longer name."""
        name = getattr(error, "field", None)
        if name is not None and name not in self.fields:
            named = {"url": "action_url", "texts": _field("", "title"), **{p: _field("", p) for p, *_r in TEXTS}}
            error.field = named.get(name)
        super().refuse(error)


def _field(code: str, part: str) -> str:
    return f"text-{code or 'default'}-{part}"


def _is_rtl(code: str) -> bool:
    try:
        return bool(get_language_info(code)["bidi"])
    except KeyError:
        return False


def shown_variant(variant: InvitationVariant) -> dict[str, Any]:
    """A variant as the form's fields."""
    content, action = variant.content, variant.action
    product: Mapping[str, Any] = content.get("product") or {}
    texts = {
        _field(code, part): "\n".join(value) if isinstance(value, list) else value
        for code, words in variant.texts.items()
        for part, value in words.items()
    }
    return {
        "key": str(variant.public_id),
        "design": variant.design,
        "weight": variant.weight,
        "agent": content.get("agent", ""),
        "image": content.get("image", ""),
        **{f"product_{part}": value for part, value in product.items()},
        "action": action.get("kind", "chat"),
        "action_url": action.get("url", ""),
        **texts,
    }
