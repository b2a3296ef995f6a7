"""One condition as a row of a form, whose inputs are those that its kind needs."""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from chat.condition_phrases import ZONES
from chat.condition_words import DAY, HOUR, MINUTE, SPANS, Names
from chat.countries import COUNTRIES
from chat.forms.condition_values import first_operator, in_order, in_seconds, kind_choices, lines_of, number_of
from chat.targeting.kinds import NATURES, Kind, Naming, Nature
from chat.targeting.operators import BARE, LISTS, NUMBER, TEXT, Operator, compare
from chat.targeting.patterns import BadPattern
from chat.targeting.reading import MAX_TEXT
from helpdesk.accounts.forms import offer
from helpdesk.accounts.languages import spoken_choices

UNITS = ((1, _("seconds")), (MINUTE, _("minutes")), (HOUR, _("hours")), (DAY, _("days")))
PLAIN_UNITS = {Kind.SCROLL_PERCENT: "%", Kind.SCREEN_WIDTH: "px", Kind.SCREEN_HEIGHT: "px"}
TEAMS = frozenset({Kind.DEPARTMENT_ONLINE, Kind.FREE_PLACES, Kind.QUEUE_LENGTH})
EARLIER = frozenset({Kind.INVITATION_SHOWN, Kind.INVITATION_DISMISSED, Kind.INVITATION_ACCEPTED})
ADDRESSES = frozenset({Kind.PAGE_URL, Kind.ENTRY_URL, Kind.PREVIOUS_URL, Kind.REFERRER_DOMAIN, Kind.PAGE_TITLE})
MOST_SAMPLES = 20
SELECT = forms.Select({"class": "input"})
LTR = {"class": "input", "dir": "ltr", "autocomplete": "off", "spellcheck": "false"}


@dataclass(frozen=True)
class Offered:
    """What can be chosen: kinds of conditions, and what their ids stand for."""

    kinds: Set[Kind] = frozenset(Kind)
    names: Names = field(default_factory=Names)


class AnyOf(forms.MultipleChoiceField):
    """Ticks in a list. What is not in the list is left for the core to judge."""

    widget = forms.CheckboxSelectMultiple

    def valid_value(self, _value: Any) -> bool:
        return True


class ConditionForm(forms.Form):
    """One condition: its kind, and whatever that kind is compared with.

    Nothing is refused here: `stored` says what was typed as the core reads it, `show` puts its problems at the inputs.
    """

    kind = forms.CharField(label=_("What"), required=False, widget=SELECT)
    name = forms.CharField(label=_("Which"), required=False, widget=forms.TextInput(LTR))
    operator = forms.CharField(label=_("Comparison"), required=False, widget=SELECT)
    text = forms.CharField(label=_("Text"), required=False, widget=forms.TextInput({**LTR, "maxlength": MAX_TEXT}))
    number = forms.CharField(
        label=_("Number"), required=False, widget=forms.NumberInput({"class": "input num", "step": "any"})
    )
    unit = forms.CharField(label=_("Unit"), required=False, widget=SELECT)
    entries = AnyOf(label=_("Which ones"), required=False)
    lines = forms.CharField(
        label=_("Which ones, a line for each"), required=False, widget=forms.Textarea({**LTR, "rows": 3})
    )
    within = forms.CharField(
        label=_("In the last"),
        required=False,
        widget=forms.NumberInput({"class": "input num", "min": 1, "placeholder": "∞"}),
    )
    within_unit = forms.CharField(label=_("Unit"), required=False, widget=SELECT)
    zone = forms.CharField(label=_("Whose time"), required=False, widget=SELECT)
    samples = forms.CharField(
        label=_("Try it on these, a line for each"), required=False, widget=forms.Textarea({**LTR, "rows": 3})
    )

    def __init__(self, *args: Any, offered: Offered, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = offered
        self._stored: dict[str, Any] | None = None
        given = self._given("kind")
        self.chosen = next((kind for kind in Kind if kind == given), None)
        self.nature: Nature | None = NATURES[self.chosen] if self.chosen else None
        chosen = self._given("operator")
        if self.nature and chosen not in self.nature.operators:
            chosen = first_operator(self.chosen)
            if self.is_bound:  # another kind was chosen without a script: what it is compared with is asked anew
                asked_anew: Any = self.data
                asked_anew = asked_anew.copy()
                asked_anew[self.add_prefix("operator")] = chosen
                self.data = asked_anew
        self.operator_chosen = next((each for each in Operator if each == chosen), None)
        self._offer()

    def _given(self, name: str) -> str:
        return str(self.data.get(self.add_prefix(name), "") if self.is_bound else self.initial.get(name, ""))

    def _offer(self) -> None:
        self._choices("kind", kind_choices(self.offered.kinds, self.chosen))
        self._choices("unit", UNITS)
        self._choices("within_unit", UNITS)
        self._choices("zone", [(zone.value, words) for zone, words in ZONES.items()])
        if self.nature is None or self.chosen is None:
            return
        self._choices("operator", [(each.value, words) for each, words in in_order(self.chosen)])
        if names := self._names():
            self.fields["name"].widget = forms.Select({"class": "input"}, choices=names)
        offer(self.fields["entries"], self._entries())

    def _choices(self, name: str, choices: Any) -> None:
        widget: Any = self.fields[name].widget  # a Select
        widget.choices = list(choices)

    def _names(self) -> list[tuple[str, Any]]:
        """What `name` can be chosen from; nothing where it is typed."""
        if self.chosen in TEAMS:
            return self._with_given(
                [("", _("the whole team")), *self.offered.names.departments.items()], self._given("name")
            )
        if self.chosen in EARLIER:
            return self._with_given(
                [("", _("Choose one")), *self.offered.names.invitations.items()], self._given("name")
            )
        return []

    def _entries(self) -> list[tuple[str, Any]]:
        match self.chosen:
            case Kind.HOUR:
                return [(str(hour), f"{hour:02d}:00") for hour in range(24)]
            case Kind.WEEKDAY:
                return [(str(day + 1), words) for day, words in WEEKDAYS.items()]
            case Kind.LANGUAGE:
                found: list[tuple[str, Any]] = spoken_choices()
            case Kind.COUNTRY:
                found = [(code, code) for code in COUNTRIES]
            case Kind.SEGMENT:
                found = list(self.offered.names.segments.items())
            case _:
                return []
        for value in () if self.is_bound else self.initial.get("entries", ()):
            found = self._with_given(found, value)
        return found

    @staticmethod
    def _with_given(choices: list[tuple[str, Any]], given: str) -> list[tuple[str, Any]]:
        """What was saved stays, also when it is gone by now."""
        return choices if given in dict(choices) else [*choices, (given, given)]

    # --- what stands in a row ---
    def parts(self) -> Iterator[tuple[str, str]]:
        """The inputs beside kind and comparison, each with the comparisons that need it ("" for all)."""
        nature = self.nature
        if nature is None:
            return
        allowed = nature.operators
        numbers = NUMBER & allowed if nature.choices is None else frozenset()
        parts = (
            ("text", (TEXT - LISTS) & allowed),
            ("number", numbers),
            ("entries" if self._entries() else "lines", LISTS & allowed),
        )
        yield from ((part, " ".join(sorted(needs))) for part, needs in parts if needs)

    @property
    def has_name(self) -> bool:
        return self.nature is not None and self.nature.naming != Naming.NONE

    @property
    def has_span(self) -> bool:
        return self.nature is not None and self.nature.has_span

    @property
    def has_zone(self) -> bool:
        return self.nature is not None and self.nature.has_zone

    @property
    def is_span(self) -> bool:
        return self.chosen in SPANS

    @property
    def plain_unit(self) -> str:
        return PLAIN_UNITS.get(self.chosen, "") if self.chosen else ""

    @property
    def can_be_tried(self) -> bool:
        return self.chosen in ADDRESSES

    # --- as the core reads it ---
    def stored(self) -> dict[str, Any]:
        """Must hold: the form is bound, and nothing was refused yet."""
        if self._stored is None:
            self.full_clean()
            self._stored = self._read(self.cleaned_data)
        return self._stored

    def _read(self, asked: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = {"kind": asked["kind"], "operator": self.operator_chosen or asked["operator"]}
        if self.nature is None:
            return found
        if self.operator_chosen not in BARE:
            found["value"] = self._value(asked)
        if self.has_name:
            found["name"] = asked["name"]
        if self.has_span:
            found["within_seconds"] = in_seconds(asked["within"], asked["within_unit"]) if asked["within"] else None
        if self.has_zone:
            found["zone"] = asked["zone"]
        return found

    def _value(self, asked: dict[str, Any]) -> Any:
        if self.operator_chosen in LISTS:
            ticked = asked["entries"] if self._entries() else lines_of(asked["lines"])
            return [number_of(each) for each in ticked] if self.nature and self.nature.choices else list(ticked)
        if self.operator_chosen in NUMBER:
            return in_seconds(asked["number"], asked["unit"]) if self.is_span else number_of(asked["number"])
        return asked["text"]

    def lacks_text(self) -> bool:
        """Every text contains nothing: such a condition would say nothing. That something is empty can be meant."""
        needs = self.operator_chosen in TEXT - LISTS - {Operator.IS, Operator.IS_NOT}
        return bool(needs and not str(self.stored().get("value", "")).strip())

    def input_of(self, field_name: str) -> str:
        """Which input a field of the core's condition stands in: "value" is one of several."""
        if field_name != "value":
            return {"within_seconds": "within"}.get(field_name, field_name if field_name in self.fields else "kind")
        needed = [part for part, needs in self.parts() if self.operator_chosen in needs.split()]
        return needed[0] if needed else "operator"

    def tried(self) -> list[tuple[str, bool]]:
        """The sample texts, and whether the condition is true of each."""
        if not self.is_bound or self.operator_chosen is None:
            return []
        stored = self.stored()
        if not stored.get("value"):
            return []
        try:
            return [
                (each, compare(each, self.operator_chosen, stored["value"]))
                for each in lines_of(self["samples"].value() or "")[:MOST_SAMPLES]
            ]
        except BadPattern:
            return []
