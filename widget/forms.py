"""The widget's settings as a form: one page, many languages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.forms import RefusableForm, language_choices, offer
from helpdesk.accounts.models import Department
from helpdesk.errors import HelpdeskError
from widget.actions.widgets import require_way_to_answer
from widget.allowed_sites import clean_sites
from widget.models import FORM_FIELDS, Consent, Dark, LiveVisitors, Position, Widget, colour_form

TEXTS = {  # key: (label, longest, is it more than one line)
    "greeting_title": (_("Greeting"), 80, False),
    "greeting_text": (_("Below the greeting"), 300, True),
    "reply_promise": (_("When you answer"), 120, False),
    "launcher_label": (_("Word on the button"), 30, False),
    "offline_label": (_("Word on the button while nobody is here"), 30, False),
    "offline_text": (_("While nobody is here"), 300, True),
    "queue_full_text": (_("While too many are waiting"), 300, True),
}
HINTS = {
    "offline_text": _("{next_opening} stands for the time at which you open next, as the visitor would say it."),
}
INTROS = {"prechat": _("Above the form before a chat"), "offline": _("Above the offline form")}
FIELD_LABELS = {
    "name": _("Name"),
    "email": _("E-mail"),
    "phone": _("Phone"),
    "department": _("Department"),
    "question": _("Question"),
}
ASKED = [("off", _("Off")), ("optional", _("Optional")), ("required", _("Required"))]


class NewWidgetForm(RefusableForm):
    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("For yourself, for example the name of the site.")
    )
    allowed_sites = forms.CharField(
        label=_("Your site’s address"),
        max_length=300,
        required=False,
        widget=forms.TextInput({"inputmode": "url", "data-example": "https://shop.example"}),
        help_text=_("Only pages of this site may carry the widget. You can add more later."),
    )

    def clean_allowed_sites(self) -> list[str]:
        return _sites(self.cleaned_data["allowed_sites"])


class SiteForm(RefusableForm):
    site = forms.CharField(
        label=_("Your site’s address"),
        max_length=300,
        widget=forms.TextInput({"inputmode": "url", "autocomplete": "url", "data-example": "https://shop.example"}),
    )

    def refuse(self, error: Any) -> None:
        if isinstance(error, HelpdeskError) and error.field == "allowed_sites":
            error.field = "site"
        super().refuse(error)


class WidgetForm(RefusableForm):
    """All of a widget. The words and questions of each language are fields of their own, made in `__init__`."""

    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("Only your team sees it."))
    is_active = forms.BooleanField(
        label=_("In use"), required=False, help_text=_("Off: pages that carry it show nothing.")
    )
    department: forms.ModelChoiceField[Department] = forms.ModelChoiceField(
        label=_("Department"),
        queryset=None,
        required=False,
        empty_label=_("None: everybody answers"),
        to_field_name="public_id",
    )
    allowed_sites = forms.CharField(
        label=_("Allowed sites"),
        required=False,
        max_length=16_000,
        widget=forms.Textarea({"rows": 4, "spellcheck": "false", "data-example": "https://shop.example"}),
        help_text=_(
            "One per line: https://shop.example, or https://*.shop.example for all its sub-domains. "
            "Empty: only our preview page."
        ),
    )
    colour = forms.CharField(
        label=_("Colour"),
        max_length=7,
        validators=[colour_form],
        widget=forms.TextInput(
            {"class": "input", "dir": "ltr", "spellcheck": "false", "aria-describedby": "id_colour_helptext"}
        ),
    )
    position = forms.ChoiceField(label=_("Place"), choices=Position.choices, widget=forms.RadioSelect)
    dark = forms.ChoiceField(label=_("Dark mode"), choices=Dark.choices, widget=forms.RadioSelect)
    consent = forms.ChoiceField(label=_("Recognising visitors"), choices=Consent.choices, widget=forms.RadioSelect)
    live_visitors = forms.ChoiceField(label=_("Live visitors"), choices=LiveVisitors.choices, widget=forms.RadioSelect)
    language = forms.ChoiceField(label=_("Language"), required=False)

    def __init__(self, data: Any = None, *, widget: Widget) -> None:
        super().__init__(data, initial=_initial(widget))
        self.subject = widget
        self.languages = _languages(widget.workspace.language)
        offer(self.fields["department"], Department.objects.all())
        offer(self.fields["language"], [("", _("The visitor’s, if it is one of ours")), *language_choices()])
        for code in self.languages:
            self._add_words(code)
        for kind in INTROS:
            for name in FORM_FIELDS:
                self.fields[f"{kind}-{name}"] = forms.ChoiceField(
                    label=FIELD_LABELS[name], choices=ASKED, widget=forms.RadioSelect
                )

    def _add_words(self, code: str) -> None:
        # Not the page's direction but the language's own, so that Arabic can be written on an English page.
        attributes = {"lang": code, "dir": "rtl" if get_language_info(code)["bidi"] else "ltr"}
        for key, (label, longest, has_lines) in TEXTS.items():
            control = forms.Textarea({"rows": 2, **attributes}) if has_lines else forms.TextInput(attributes)
            self.fields[f"{code}-{key}"] = forms.CharField(
                label=label, max_length=longest, required=False, widget=control, help_text=HINTS.get(key, "")
            )
        for kind, label in INTROS.items():
            self.fields[f"{code}-{kind}-intro"] = forms.CharField(
                label=label, max_length=300, required=False, widget=forms.Textarea({"rows": 2, **attributes})
            )

    def clean_allowed_sites(self) -> list[str]:
        return _sites(self.cleaned_data["allowed_sites"])

    def clean_colour(self) -> str:
        return self.cleaned_data["colour"].lower()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                require_way_to_answer(self.question_settings())
            except HelpdeskError as error:
                self.add_error("offline-email", str(error.message))
        return data

    def refuse(self, error: Any) -> None:
        if isinstance(error, HelpdeskError) and error.field == "offline":
            error.field = "offline-email"
        super().refuse(error)

    def settings(self) -> dict[str, Any]:
        """What `change_widget` takes."""
        plain = (
            "name",
            "is_active",
            "department",
            "allowed_sites",
            "colour",
            "position",
            "dark",
            "consent",
            "live_visitors",
            "language",
        )
        return {
            **{name: self.cleaned_data[name] for name in plain},
            "texts": self._words(TEXTS),
            "forms": self.question_settings(),
        }

    def question_settings(self) -> dict[str, Any]:
        return {
            kind: {
                "enabled": True,
                "fields": {name: self.cleaned_data[f"{kind}-{name}"] for name in FORM_FIELDS},
                "texts": self._words([f"{kind}-intro"], rename="intro"),
            }
            for kind in INTROS
        }

    def _words(self, keys: Any, rename: str = "") -> dict[str, dict[str, str]]:
        """Per language what was written; languages without a word are left out, so that ours are used."""
        words = {
            code: {rename or key: value for key in keys if (value := self.cleaned_data[f"{code}-{key}"].strip())}
            for code in self.languages
        }
        return {code: written for code, written in words.items() if written}

    def word_tabs(self) -> list[dict[str, Any]]:
        """For the page: each language with its fields, and whether anything is wrong or written there."""
        return [
            {
                "code": code,
                "name": get_language_info(code)["name_local"],
                "fields": (fields := [self[name] for name in self.fields if name.startswith(f"{code}-")]),
                "is_written": any(bound.value() for bound in fields),
                "has_problem": any(bound.errors for bound in fields),
            }
            for code in self.languages
        ]

    def question_rows(self) -> list[dict[str, Any]]:
        return [
            {"kind": kind, "rows": [(FIELD_LABELS[name], self[f"{kind}-{name}"]) for name in FORM_FIELDS]}
            for kind in INTROS
        ]


def _languages(first: str) -> list[str]:
    codes = [code for code, _name in settings.LANGUAGES]
    return sorted(codes, key=lambda code: (code != first, codes.index(code)))


def _initial(widget: Widget) -> dict[str, Any]:
    initial: dict[str, Any] = {
        name: getattr(widget, name)
        for name in ("name", "is_active", "colour", "position", "dark", "consent", "live_visitors", "language")
    }
    initial["allowed_sites"] = "\n".join(widget.allowed_sites)
    initial["department"] = widget.department.public_id if widget.department else None
    for code, words in widget.texts.items():
        initial.update({f"{code}-{key}": text for key, text in words.items()})
    for kind, form in widget.forms.items():
        initial.update({f"{kind}-{name}": form["fields"].get(name, "off") for name in FORM_FIELDS})
        initial.update(
            {f"{code}-{kind}-intro": words.get("intro", "") for code, words in form.get("texts", {}).items()}
        )
    return initial


def _sites(text: str) -> list[str]:
    try:
        return clean_sites(text.splitlines())
    except HelpdeskError as error:
        raise forms.ValidationError(str(error.message), code=error.code) from error
