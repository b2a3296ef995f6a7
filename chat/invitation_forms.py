"""What an invitation may hold, and the checks of it: one field after the other, as in `helpdesk.fields`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from chat.models import Design, Position
from chat.models.invitation import AVAILABILITIES, default_frequency, default_goal
from chat.targeting.conditions import written
from chat.targeting.kinds import NATURES, Kind, Place
from chat.targeting.reading import InvalidTree, read_tree
from chat.targeting_words import sentence
from helpdesk import fields
from helpdesk.accounts.models import Membership
from helpdesk.errors import HelpdeskError
from helpdesk.fields import Clean, Field
from helpdesk.ids import read_uuid

# The server judges its part before anything is armed, the page waits for the rest. What a site tracks both can tell.
AUDIENCE_KINDS = frozenset(kind for kind in Kind if NATURES[kind].place == Place.SERVER) | {Kind.CUSTOM_EVENT}
TRIGGER_KINDS = frozenset(kind for kind in Kind if NATURES[kind].place == Place.PAGE)

MOST_LANGUAGES = 40
MOST_CHIPS = 5
MOST_TIMES = 100_000_000
_LANGUAGE = re.compile(r"([a-z]{2,3}(-[A-Za-z0-9]{2,8})*)?")
ACTIONS = ("chat", "chips", "rate", "coupon", "email", "link")
WHOEVER = "whoever"  # answers: the page shows the face of somebody who is online


@fields.shaped(type="string", format="uri", maxLength=2000)
def secure_address(value: Any) -> str:
    """An address that begins with https://, or ""."""
    address: str = fields.text(2000)(value)
    parts = urlsplit(address)
    if address and not (parts.scheme == "https" and parts.hostname):
        raise HelpdeskError("invalid", _("Give an address that begins with https://."))
    return address


def _lines(limit: int) -> Clean:
    """A text of several lines."""

    @fields.shaped(type="string", maxLength=limit)
    def clean(value: Any) -> str:
        lines = [fields.text(limit)(line) for line in value.split("\n")] if isinstance(value, str) else value
        text = "\n".join(lines).strip() if isinstance(lines, list) else fields.text(limit)(value)
        if len(text) > limit:
            raise HelpdeskError(
                "too_long", _("This is too long. Use at most %(limit)d characters.") % {"limit": limit}, limit=limit
            )
        return text

    return clean


def _chips(value: Any) -> list[str]:
    if not isinstance(value, list):
        raise HelpdeskError("invalid", _("Send a list here."))
    if len(value) > MOST_CHIPS:
        raise HelpdeskError("too_long", _("Send at most %(limit)d of these.") % {"limit": MOST_CHIPS}, limit=MOST_CHIPS)
    return [fields.text(60, blank=False)(each) for each in value]


WORDS = {
    "title": Field(fields.text(80), ""),
    "text": Field(_lines(500), ""),
    "button": Field(fields.text(40), ""),
    "second": Field(fields.text(40), ""),
    "note": Field(fields.text(120), ""),
    "code": Field(fields.text(40), ""),
    "chips": Field(_chips, []),
}
PRODUCT = {
    "name": Field(fields.text(120), ""),
    "price": Field(fields.text(40), ""),
    "url": Field(secure_address, ""),
    "image": Field(secure_address, ""),
}


def texts(value: Any) -> dict[str, Any]:
    """By language; "" is for every other one, and must say something."""
    if not isinstance(value, dict):
        raise HelpdeskError("object_expected", _("Send a JSON object."))
    if len(value) > MOST_LANGUAGES:
        raise HelpdeskError("too_many", _("Keep %(count)d languages at most.") % {"count": MOST_LANGUAGES})
    found = {}
    for language, words in value.items():
        if not _LANGUAGE.fullmatch(language):
            raise HelpdeskError("choice", _("“%(name)s” is no language.") % {"name": language[:20]})
        if not isinstance(words, dict):
            raise HelpdeskError("object_expected", _("Send a JSON object."))
        found[language] = fields.parse(words, WORDS, strict=True)
    return found


def _agent(value: Any) -> str:
    """Whose face it shows: a member's id, WHOEVER answers, or "" for nobody's."""
    if value in ("", WHOEVER):
        return str(value)
    if isinstance(value, str) and Membership.objects.active().filter(public_id=read_uuid(value)).exists():
        return value
    raise HelpdeskError("invalid_assignee", _("Choose somebody who works here."))


CONTENT = {
    "image": Field(secure_address, ""),
    "agent": Field(_agent, ""),
    "product": Field(fields.optional(fields.mapping(PRODUCT)), None),
}
ACTION = {"kind": Field(fields.choice(*ACTIONS), "chat"), "url": Field(secure_address, "")}
FREQUENCY = {
    name: Field(fields.optional(fields.integer(1, MOST_TIMES)), default)
    for name, default in default_frequency().items()
}
GOAL = {
    "event": Field(fields.text(60), default_goal()["event"]),
    "window_days": Field(fields.integer(1, 30), default_goal()["window_days"]),
    "counts_value": Field(fields.boolean, True),
}


@fields.shaped(type="number", minimum=0, maximum=100)
def percent(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 100:
        raise HelpdeskError("invalid", _("Write a number from 0 to 100."))
    return float(value)


def _object(declared: Mapping[str, Field]) -> Clean:
    def clean(value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise HelpdeskError("object_expected", _("Send a JSON object."))
        return fields.parse(value, declared, strict=True)

    return clean


def _tree(kinds: frozenset[Kind]) -> Clean:
    def clean(value: Any) -> dict[str, Any]:
        try:
            return written(read_tree(value, kinds=kinds))
        except InvalidTree as invalid:
            problems = [
                {"path": each.path, "code": each.code.value, "message": sentence(each)} for each in invalid.problems
            ]
            text = _("A condition cannot be used as it is. %(said)s") % {"said": problems[0]["message"]}
            raise HelpdeskError("invalid_condition", text, problems=problems) from None

    return clean


# What each field of an invitation may be. Departments and moments come as what they are.
INVITATION: dict[str, Clean] = {
    "name": fields.text(80, blank=False),
    "priority": fields.integer(1, 100),
    "availability": fields.choice(*(name for name, _words in AVAILABILITIES)),
    "in_hours_only": fields.boolean,
    "audience": _tree(AUDIENCE_KINDS),
    "trigger": _tree(TRIGGER_KINDS),
    "frequency": _object(FREQUENCY),
    "holdout_percent": fields.integer(0, 50),
    "goal": _object(GOAL),
    "position": fields.choice(*Position.values),
    "department": lambda value: value,
    "starts_at": lambda value: value,
    "ends_at": lambda value: value,
}
VARIANT: dict[str, Clean] = {
    "name": fields.text(20, blank=False),
    "weight": fields.integer(0, 100),
    "design": fields.choice(*Design.values),
    "texts": texts,
    "content": _object(CONTENT),
    "action": _object(ACTION),
}
_DAYS = fields.integer(0, 400 * 86_400)
_TIMES = fields.optional(fields.integer(0, 1000))
MANNERS: dict[str, Clean] = {
    "quiet_seconds": _DAYS,
    "per_page": _TIMES,
    "per_visit": _TIMES,
    "per_day": _TIMES,
    "per_week": _TIMES,
    "dismissed_seconds": _DAYS,
    "dismissed_often": fields.integer(1, 100),
    "dismissed_often_seconds": _DAYS,
    "gap_seconds": _DAYS,
    "load_seconds": fields.integer(0, 3600),
    "longest_queue": fields.integer(0, 1000),
    "is_switched_off": fields.boolean,
    "complaint_percent": percent,
    "dismissal_percent": percent,
}


def clean(given: Mapping[str, Any], declared: Mapping[str, Clean]) -> dict[str, Any]:
    """The clean values of what was given. Raises HelpdeskError with `field`; unknown_field for one too many."""
    wanted = {name: Field(declared[name]) for name in given if name in declared}
    return fields.parse(given, wanted, strict=True)
