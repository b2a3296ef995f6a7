"""What people fill in about accounts. Forms clean; the verbs in `actions` decide."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import Any

from allauth.account.forms import SignupForm as AllauthSignupForm
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.actions.invitation import has_account
from helpdesk.accounts.languages import known_languages, spoken_choices
from helpdesk.accounts.models import Department, DepartmentMember, Membership, Role, Workspace
from helpdesk.accounts.time_zones import known_time_zones
from helpdesk.errors import HelpdeskError


class RefusableForm(forms.Form):
    """A form that can show what a verb refused, at the field it is about."""

    def refuse(self, error: HelpdeskError | ValidationError) -> None:
        if isinstance(error, HelpdeskError):
            self.add_error(error.field if error.field in self.fields else None, str(error.message))
            return
        problems = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
        for name, messages in problems.items():
            for message in messages:
                self.add_error(name if name in self.fields else None, message)


@lru_cache(maxsize=1)
def time_zone_choices() -> list[tuple[str, str]]:
    names = sorted(name for name in known_time_zones() if "/" in name and not name.startswith(("Etc/", "SystemV/")))
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in names)]


def language_choices() -> list[tuple[str, str]]:
    """Languages in their own words: somebody who cannot read this page must find theirs."""
    return [(code, translation.get_language_info(code)["name_local"]) for code, _name in settings.LANGUAGES]


def known_language(browser_language: str) -> str:
    """Ours for what a browser says ("el-GR" is "el"); English for one that we do not speak."""
    base = browser_language.lower().partition("-")[0]
    return base if base in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def offer(field: forms.Field, choices: Any) -> None:
    """Give a choice field what it offers now: languages and departments are known only when the page is asked for."""
    setattr(field, "queryset" if isinstance(field, forms.ModelChoiceField) else "choices", choices)


class FromBrowser(forms.Form):
    """Two hidden fields that a script fills from the browser; without it they stay empty and nothing is lost."""

    time_zone = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput({"data-browser": "time-zone"}))
    language = forms.CharField(required=False, max_length=35, widget=forms.HiddenInput({"data-browser": "language"}))

    def clean_time_zone(self) -> str:
        zone = self.cleaned_data["time_zone"]
        return zone if zone in known_time_zones() else ""

    def clean_language(self) -> str:
        return known_language(self.cleaned_data["language"])


class WorkspaceNameForm(FromBrowser, RefusableForm):
    workspace = forms.CharField(
        label=_("Name of your shop or team"),
        max_length=80,
        help_text=_("Your customers see it. You can change it later."),
        widget=forms.TextInput({"autocomplete": "organization"}),
    )


class SignupForm(AllauthSignupForm, WorkspaceNameForm):
    """An account and its first workspace in one step."""

    field_order = ("workspace", "name", "email", "password1")

    name = forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput({"autocomplete": "name"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail")
        self.fields["password1"].help_text = _("At least 10 characters. A short sentence is good.")
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)

    def validate_unique_email(self, value: str) -> str:
        """A taken address is no error of the form: that would tell anybody who has an account here."""
        self.account_already_exists = has_account(value)
        return value

    def custom_signup(self, request: Any, user: Any) -> None:
        user.name = self.cleaned_data["name"].strip()
        user.language = self.cleaned_data["language"]
        user.time_zone = self.cleaned_data["time_zone"]
        user.save(update_fields=["name", "language", "time_zone"])


class JoinForm(FromBrowser, RefusableForm):
    """A new account for an invited address."""

    name = forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput({"autocomplete": "name"}))
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=1000,
        help_text=_("At least 10 characters. A short sentence is good."),
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )

    def refuse(self, error: HelpdeskError | ValidationError) -> None:
        """What is said of no field by name is said of the password: that check knows none."""
        if isinstance(error, ValidationError) and not hasattr(error, "error_dict"):
            error = ValidationError({"password": error})
        super().refuse(error)


class SpokenLanguages(forms.Form):
    languages = forms.MultipleChoiceField(label=_("Answers in"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self.fields["languages"], spoken_choices())

    def clean_languages(self) -> list[str]:
        return known_languages(self.cleaned_data["languages"])


class ProfileForm(SpokenLanguages, RefusableForm):
    field_order = ("name", "alias", "language", "time_zone", "languages")

    name = forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput({"autocomplete": "name"}))
    alias = forms.CharField(
        label=_("Name shown to visitors"),
        max_length=80,
        required=False,
        help_text=_("Empty: your first name. Visitors never see your e-mail address."),
    )
    language = forms.ChoiceField(label=_("Language"))
    time_zone = forms.ChoiceField(label=_("Time zone"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self.fields["language"], language_choices())
        offer(self.fields["time_zone"], [("", _("The workspace's")), *time_zone_choices()])


class TokenForm(RefusableForm):
    name = forms.CharField(
        label=_("What is the token for?"), max_length=80, widget=forms.TextInput({"data-example": _("Nightly export")})
    )


class WorkspaceForm(RefusableForm, forms.ModelForm):
    class Meta:
        model = Workspace
        fields = ("name", "language", "time_zone", "reopen_days", "idle_minutes", "return_minutes", "decision_days")
        widgets = {
            name: forms.NumberInput({"class": "short"}) for name in fields if name.endswith(("_days", "_minutes"))
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"] = forms.ChoiceField(
            label=_("Language"),
            choices=language_choices(),
            help_text=_("Of mail to your team, and of the widget when no other fits."),
        )
        self.fields["time_zone"] = forms.ChoiceField(label=_("Time zone"), choices=time_zone_choices())


ROLE_CHOICES = [(Role.AGENT, Role.AGENT.label), (Role.ADMIN, Role.ADMIN.label)]


class InvitationForm(RefusableForm):
    email = forms.CharField(
        label=_("E-mail"),
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "off", "data-example": "name@example.com"}),
    )
    role = forms.ChoiceField(
        label=_("Role"),
        choices=ROLE_CHOICES,
        initial=Role.AGENT,
        help_text=_("Agents answer customers. Admins also change these settings."),
    )
    departments: forms.ModelMultipleChoiceField[Department] = forms.ModelMultipleChoiceField(
        label=_("Departments"), queryset=None, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self.fields["departments"], Department.objects.all())


USUAL_PRIORITY = DepartmentMember._meta.get_field("priority").get_default()


class PriorityField(forms.IntegerField):
    """1 … 100; left empty it is the usual one."""

    def __init__(self, **options: Any) -> None:
        widget = forms.NumberInput({"class": "input num", "min": 1, "max": 100})
        super().__init__(required=False, widget=widget, **options)

    def clean(self, value: Any) -> int:
        try:
            number = super().clean(value)
        except ValidationError:
            number = 0
        if number is None:
            return int(USUAL_PRIORITY)
        if not 1 <= number <= 100:
            raise ValidationError(gettext("Write a number from 1 to 100."), code="invalid")
        return int(number)


class DepartmentForm(RefusableForm):
    name = forms.CharField(label=_("Name"), max_length=60)
    members: forms.ModelMultipleChoiceField[Membership] = forms.ModelMultipleChoiceField(
        label=_("People"), queryset=None, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self, *args: Any, priorities: dict[int, int] | None = None, leads: Collection[int] = (), **kwargs: Any
    ) -> None:
        """`priorities`: what each member has now, by the membership's key. `leads`: the keys of those who lead."""
        super().__init__(*args, **kwargs)
        self.people = list(Membership.objects.active().select_related("user").order_by("user__name", "id"))
        # A queryset that is not evaluated, so that the field asks for those of the workspace that is active then.
        offer(self.fields["members"], Membership.objects.active().select_related("user").order_by("user__name", "id"))
        for person in self.people:
            self.fields[f"priority_{person.pk}"] = PriorityField(
                initial=(priorities or {}).get(person.pk, USUAL_PRIORITY),
                label=_("Priority of %(name)s") % {"name": person.name},
            )
            self.fields[f"lead_{person.pk}"] = forms.BooleanField(
                required=False, initial=person.pk in leads, label=_("%(name)s leads") % {"name": person.name}
            )

    def rows(self) -> Iterator[tuple[Any, forms.BoundField, forms.BoundField]]:
        """A box to tick for each person, the person's priority, and whether they lead."""
        for choice in self["members"]:
            key = choice.data["value"]
            if f"priority_{key}" in self.fields:
                yield choice, self[f"priority_{key}"], self[f"lead_{key}"]

    def wanted(self) -> dict[str, Any]:
        """What the verbs are given. Must hold: the form is valid."""
        cleaned = self.cleaned_data
        priorities = {person.pk: cleaned[f"priority_{person.pk}"] for person in self.people}
        leads = [person.pk for person in self.people if cleaned[f"lead_{person.pk}"]]
        return {"name": cleaned["name"], "members": cleaned["members"], "priorities": priorities, "leads": leads}
