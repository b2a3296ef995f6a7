"""A tree of conditions as one sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.dates import WEEKDAYS
from django.utils.formats import number_format
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext, npgettext
from django.utils.translation import gettext_lazy as _

from chat.condition_phrases import KINDS, OPERATORS, PHRASES, ZONES, Words
from chat.targeting.conditions import Condition, Group, Match
from chat.targeting.kinds import Kind
from helpdesk.accounts.languages import name_of

MINUTE, HOUR, DAY = 60, 3600, 86_400
SPANS = frozenset(
    {
        *(Kind.SECONDS_ON_PAGE, Kind.SECONDS_ON_SITE, Kind.SECONDS_IDLE),
        *(Kind.SECONDS_SINCE_LAST_VISIT, Kind.SECONDS_SINCE_LAST_CHAT),
    }
)


@dataclass(frozen=True)
class Names:
    """What the ids in conditions are called, for the reader; who is gone keeps the id."""

    departments: Mapping[str, str] = field(default_factory=dict)
    invitations: Mapping[str, str] = field(default_factory=dict)
    segments: Mapping[str, str] = field(default_factory=dict)


def sentence_of(tree: Group, names: Names) -> SafeString:
    """The whole tree as one sentence without a full stop; "" for everybody. Countries are named in the browser."""
    return _capitalised(_group(tree, names))


def clause_of(condition: Condition, names: Names) -> SafeString:
    """One condition, as a part of a sentence."""
    value, name, about = value_in_words(condition, names), _name(condition, names), condition.about
    phrase = PHRASES.get((condition.kind, condition.operator))
    if phrase is not None:
        said = _filled(phrase, value=value, name=_strong(name))
    else:
        what = _filled(_("%(kind)s %(name)s"), kind=_low(KINDS[condition.kind]), name=_strong(name) if name else "")
        said = _filled(_("%(what)s %(how)s %(value)s"), what=what, how=OPERATORS[condition.operator], value=value)
    if about.within_seconds is not None:
        said = _filled(_("%(said)s in the last %(span)s"), said=said, span=span_in_words(about.within_seconds))
    if about.zone is not None:
        said = _filled(_("%(said)s (%(zone)s)"), said=said, zone=ZONES[about.zone])
    return said


def value_in_words(condition: Condition, names: Names) -> SafeString:
    """What the condition compares with; "" where that is nothing."""
    value = condition.value
    if value is None:
        return SafeString("")
    if isinstance(value, tuple):
        words = [_entry(condition.kind, each, names) for each in value]
        return words[0] if len(words) == 1 else _filled(_("%(some)s or %(last)s"), some=_listed(words), last=words[-1])
    return entry_in_words(condition.kind, value)


def entry_in_words(kind: Kind, value: Any) -> SafeString:
    """One value of a kind, as it is read: with its unit, by its name."""
    if isinstance(value, str):
        return _entry(kind, value, Names())
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if kind in SPANS:
        return _strong(span_in_words(value))
    number = number_format(value)
    if kind == Kind.SCROLL_PERCENT:
        return _strong(gettext("%(percent)s %%") % {"percent": number})
    if kind == Kind.CART_ITEMS:
        return _strong(npgettext("basket", "%(count)s item", "%(count)s items", int(value)) % {"count": number})
    if kind == Kind.CUSTOM_EVENT:
        return _strong(npgettext("event", "%(count)s time", "%(count)s times", int(value)) % {"count": number})
    return _entry(kind, value, Names())


def span_in_words(seconds: float) -> str:
    """In the largest unit that says it without a remainder: 90 s, 2 min, 24 h, 7 days."""
    if seconds >= 2 * DAY and seconds % DAY == 0:
        days = int(seconds // DAY)
        return npgettext("span", "%(count)s day", "%(count)s days", days) % {"count": number_format(days)}
    for unit, words in ((HOUR, _("%(count)s h")), (MINUTE, _("%(count)s min"))):
        if seconds >= unit and seconds % unit == 0:
            return str(words) % {"count": number_format(seconds // unit, 0)}
    return gettext("%(count)s s") % {"count": number_format(seconds)}


# --- parts ------------------------------------------------------------------------------------------------------------
def _group(tree: Group, names: Names) -> SafeString:
    words = [_member(member, names, alone=len(tree.of) == 1) for member in tree.of]
    if not words:
        return SafeString("")
    joint = gettext(", ") if tree.match == Match.ALL else gettext(" or ")
    return mark_safe(conditional_escape(joint).join(words))  # noqa: S308  each part is escaped


def _member(member: Condition | Group, names: Names, *, alone: bool) -> SafeString:
    if isinstance(member, Condition):
        return clause_of(member, names)
    inside = _group(member, names)
    return inside if alone or len(member.of) == 1 else format_html("({})", inside)


def _entry(kind: Kind, value: Any, names: Names) -> SafeString:
    if kind == Kind.COUNTRY:
        return format_html('<bdi class="said" data-region="{}">{}</bdi>', value, value)
    if kind == Kind.LANGUAGE:
        return _strong(name_of(str(value)))
    if kind == Kind.WEEKDAY:
        return _strong(str(WEEKDAYS.get(int(value) - 1, value)))
    if kind == Kind.HOUR:
        return _strong(f"{int(value):02d}:00")
    if kind == Kind.SEGMENT:
        return _strong(names.segments.get(str(value), str(value)))
    return _strong(number_format(value) if isinstance(value, int | float) else str(value))


def _name(condition: Condition, names: Names) -> str:
    name = condition.about.name
    if condition.kind in (Kind.DEPARTMENT_ONLINE, Kind.FREE_PLACES, Kind.QUEUE_LENGTH):
        return names.departments.get(name, name) if name else gettext("the whole team")
    if condition.kind in (Kind.INVITATION_SHOWN, Kind.INVITATION_DISMISSED, Kind.INVITATION_ACCEPTED):
        return names.invitations.get(name, name)
    return name


def _low(words: Words) -> str:
    text = str(words)
    return text[:1].lower() + text[1:]


def _listed(words: list[SafeString]) -> SafeString:
    return mark_safe(conditional_escape(gettext(", ")).join(words[:-1]))  # noqa: S308  each is escaped


def _strong(text: str) -> SafeString:
    if not text:
        return format_html("{}", gettext("nothing"))
    return format_html('<bdi class="said">{}</bdi>', text)


def _filled(words: Words, **values: Any) -> SafeString:
    escaped = {name: conditional_escape(value) for name, value in values.items()}
    return mark_safe((conditional_escape(str(words)) % escaped).strip())  # noqa: S308  all of it is escaped


def _capitalised(words: SafeString) -> SafeString:
    """Only where the sentence begins with a word of ours, not with markup."""
    return words if words.startswith("<") else mark_safe(capfirst(words))  # noqa: S308
