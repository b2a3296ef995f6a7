"""What conditions can be about: of which type it is, who can tell, and where it stands in the facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from chat.targeting import operators
from chat.targeting.exposures import Channel
from chat.targeting.facts import Attribute, Consent, Facts, Team
from chat.targeting.operators import Operator


class Kind(StrEnum):
    """Stored in conditions: add to them, never rename."""

    PAGE_URL = "page_url"
    ENTRY_URL = "entry_url"
    PREVIOUS_URL = "previous_url"
    PAGE_TITLE = "page_title"
    REFERRER_DOMAIN = "referrer_domain"
    UTM_SOURCE = "utm_source"
    UTM_MEDIUM = "utm_medium"
    UTM_CAMPAIGN = "utm_campaign"
    UTM_TERM = "utm_term"
    UTM_CONTENT = "utm_content"
    SECONDS_ON_PAGE = "seconds_on_page"  # only while the page is looked at
    SECONDS_ON_SITE = "seconds_on_site"
    PAGES_IN_VISIT = "pages_in_visit"
    VISIT_NUMBER = "visit_number"
    IS_RETURNING = "is_returning"
    SECONDS_SINCE_LAST_VISIT = "seconds_since_last_visit"
    SECONDS_SINCE_LAST_CHAT = "seconds_since_last_chat"
    LAST_RATING = "last_rating"
    LANGUAGE = "language"
    COUNTRY = "country"
    REGION = "region"
    CITY = "city"
    DEVICE = "device"
    BROWSER = "browser"
    SCREEN_WIDTH = "screen_width"
    SCREEN_HEIGHT = "screen_height"
    ATTRIBUTE = "attribute"
    SEGMENT = "segment"
    TAG = "tag"
    CONSENT = "consent"
    CART_VALUE = "cart_value"
    CART_ITEMS = "cart_items"
    CART_ATTRIBUTE = "cart_attribute"
    CUSTOM_EVENT = "custom_event"
    EXIT_INTENT = "exit_intent"
    SECONDS_IDLE = "seconds_idle"
    SCROLL_PERCENT = "scroll_percent"
    ELEMENT_SEEN = "element_seen"
    HOUR = "hour"  # 0 … 23
    WEEKDAY = "weekday"  # 1 is Monday … 7
    DEPARTMENT_ONLINE = "department_online"
    FREE_PLACES = "free_places"
    QUEUE_LENGTH = "queue_length"
    INVITATION_SHOWN = "invitation_shown"
    INVITATION_DISMISSED = "invitation_dismissed"
    INVITATION_ACCEPTED = "invitation_accepted"


class Place(StrEnum):
    """Who can tell. The server decides in any case; the page says when to ask."""

    PAGE = "page"
    SERVER = "server"


class Zone(StrEnum):
    VISITOR = "visitor"
    WORKSPACE = "workspace"


class Naming(StrEnum):
    """Whether a condition must say which attribute, event, department, invitation or selector it means."""

    NONE = "none"
    MAY = "may"  # "" is all departments together
    MUST = "must"


class Lack(StrEnum):
    """Why a value is not known. Stored in decision records: add to them, never rename."""

    NO_CONSENT = "no_consent"
    NO_PLACES = "no_places"  # no database of places is installed, or the address is not in it
    NOT_TOLD = "not_told"  # neither the browser nor the page has said
    NOT_GIVEN = "not_given"  # the site has set no such attribute, or nobody is signed in
    NEVER = "never"  # there was no chat, no earlier visit, no rating
    NO_DEPARTMENT = "no_department"  # it is gone
    WRONG_TYPE = "wrong_type"  # a number was to be compared, and it is none


Value = str | int | float | bool | tuple[str, ...]
Read = Callable[[Facts, "About"], Value | None]
Holder = Callable[[Facts], Mapping[str, Attribute] | None]


@dataclass(frozen=True, slots=True)
class About:
    """What else a kind needs to know which value is meant."""

    name: str = ""  # of the attribute, the event, the department, the invitation; the selector
    within_seconds: int | None = None  # None: however long ago
    zone: Zone | None = None


@dataclass(frozen=True, slots=True)
class Nature:
    operators: frozenset[Operator]
    read: Read
    lack: Lack = Lack.NOT_TOLD
    place: Place = Place.SERVER
    is_personal: bool = True  # without consent nobody looks
    naming: Naming = Naming.NONE
    has_span: bool = False
    has_zone: bool = False
    choices: range | None = None  # what lists may hold when they hold numbers
    holder: Holder | None = None  # the attributes, of which one is meant


# --- where values stand ----------------------------------------------------------------------------------------------
def _utm(part: str) -> Read:
    return lambda facts, _about: facts.visit.utm.get(part, "") if facts.visit.utm is not None else None


def _age(moment: Callable[[Facts], float | None]) -> Read:
    def read(facts: Facts, _about: About) -> float | None:
        at = moment(facts)
        return None if at is None else max(0.0, facts.now - at)

    return read


def _returns(facts: Facts, _about: About) -> bool | None:
    return None if facts.visit.number is None else facts.visit.number > 1


def _consents(facts: Facts, _about: About) -> bool:
    return facts.person.consent == Consent.GRANTED


def _times_happened(facts: Facts, about: About) -> int | None:
    if facts.events is None:
        return None
    since = float("-inf") if about.within_seconds is None else facts.now - about.within_seconds
    return sum(each.name == about.name and since <= each.at <= facts.now for each in facts.events)


def _was_seen(facts: Facts, about: About) -> bool | None:
    return None if facts.page.seen is None else about.name in facts.page.seen


def _local(facts: Facts, about: About) -> datetime | None:
    offset = facts.person.utc_offset if about.zone == Zone.VISITOR else facts.utc_offset
    return None if offset is None else datetime.fromtimestamp(facts.now, UTC) + timedelta(seconds=offset)


def _hour(facts: Facts, about: About) -> int | None:
    local = _local(facts, about)
    return None if local is None else local.hour


def _weekday(facts: Facts, about: About) -> int | None:
    local = _local(facts, about)
    return None if local is None else local.isoweekday()


def _team(what: Callable[[Team], Value]) -> Read:
    def read(facts: Facts, about: About) -> Value | None:
        team = facts.team(about.name)
        return None if team is None else what(team)

    return read


def _before(what: Callable[[Any], bool]) -> Read:
    """Whether it happened with the invitation `name`; not seeing it because of a holdout is no showing."""
    return lambda facts, about: any(
        each.campaign == about.name and each.channel == Channel.INVITATION and not each.is_holdout and what(each)
        for each in facts.exposures
    )


# --- the kinds -------------------------------------------------------------------------------------------------------
def _text(read: Read, lack: Lack = Lack.NOT_TOLD) -> Nature:
    return Nature(operators.TEXT, read, lack)


def _number(read: Read, lack: Lack = Lack.NOT_TOLD, place: Place = Place.SERVER) -> Nature:
    return Nature(operators.NUMBER, read, lack, place)


def _several(read: Read) -> Nature:
    return Nature(operators.SEVERAL, read, Lack.NOT_GIVEN)


def _one_of(holder: Holder) -> Nature:
    every = operators.TEXT | operators.NUMBER | operators.FLAG | operators.PRESENCE

    def read(facts: Facts, about: About) -> Attribute | None:
        return (holder(facts) or {}).get(about.name)

    return Nature(every, read, Lack.NOT_GIVEN, naming=Naming.MUST, holder=holder)


def _clock(read: Read, choices: range) -> Nature:
    return Nature(operators.ONE_OF, read, is_personal=False, has_zone=True, choices=choices)


def _of_team(allowed: frozenset[Operator], what: Callable[[Team], Value]) -> Nature:
    return Nature(allowed, _team(what), Lack.NO_DEPARTMENT, is_personal=False, naming=Naming.MAY)


def _history(what: Callable[[Any], bool]) -> Nature:
    return Nature(operators.FLAG, _before(what), naming=Naming.MUST)


NATURES: dict[Kind, Nature] = {
    Kind.PAGE_URL: _text(lambda facts, _about: facts.page.url),
    Kind.ENTRY_URL: _text(lambda facts, _about: facts.visit.entry_url),
    Kind.PREVIOUS_URL: _text(lambda facts, _about: facts.page.previous_url),
    Kind.PAGE_TITLE: _text(lambda facts, _about: facts.page.title),
    Kind.REFERRER_DOMAIN: _text(lambda facts, _about: facts.visit.referrer_domain),
    Kind.UTM_SOURCE: _text(_utm("source")),
    Kind.UTM_MEDIUM: _text(_utm("medium")),
    Kind.UTM_CAMPAIGN: _text(_utm("campaign")),
    Kind.UTM_TERM: _text(_utm("term")),
    Kind.UTM_CONTENT: _text(_utm("content")),
    Kind.SECONDS_ON_PAGE: _number(lambda facts, _about: facts.page.active_seconds, place=Place.PAGE),
    Kind.SECONDS_ON_SITE: _number(lambda facts, _about: facts.visit.active_seconds, place=Place.PAGE),
    Kind.PAGES_IN_VISIT: _number(lambda facts, _about: facts.visit.pages),
    Kind.VISIT_NUMBER: _number(lambda facts, _about: facts.visit.number),
    Kind.IS_RETURNING: Nature(operators.FLAG, _returns),
    Kind.SECONDS_SINCE_LAST_VISIT: _number(_age(lambda facts: facts.visit.last_visit_at), Lack.NEVER),
    Kind.SECONDS_SINCE_LAST_CHAT: _number(_age(lambda facts: facts.person.last_chat_at), Lack.NEVER),
    Kind.LAST_RATING: _number(lambda facts, _about: facts.person.last_rating, Lack.NEVER),
    Kind.LANGUAGE: _text(lambda facts, _about: facts.person.language),
    Kind.COUNTRY: _text(lambda facts, _about: facts.person.country, Lack.NO_PLACES),
    Kind.REGION: _text(lambda facts, _about: facts.person.region, Lack.NO_PLACES),
    Kind.CITY: _text(lambda facts, _about: facts.person.city, Lack.NO_PLACES),
    Kind.DEVICE: _text(lambda facts, _about: facts.screen.device),
    Kind.BROWSER: _text(lambda facts, _about: facts.screen.browser),
    Kind.SCREEN_WIDTH: _number(lambda facts, _about: facts.screen.width),
    Kind.SCREEN_HEIGHT: _number(lambda facts, _about: facts.screen.height),
    Kind.ATTRIBUTE: _one_of(lambda facts: facts.person.attributes),
    Kind.SEGMENT: _several(lambda facts, _about: facts.person.segments),
    Kind.TAG: _several(lambda facts, _about: facts.person.tags),
    Kind.CONSENT: Nature(operators.FLAG, _consents, is_personal=False),
    Kind.CART_VALUE: _number(lambda facts, _about: facts.cart.value),
    Kind.CART_ITEMS: _number(lambda facts, _about: facts.cart.items),
    Kind.CART_ATTRIBUTE: _one_of(lambda facts: facts.cart.attributes),
    Kind.CUSTOM_EVENT: Nature(operators.COUNT, _times_happened, place=Place.PAGE, naming=Naming.MUST, has_span=True),
    Kind.EXIT_INTENT: Nature(operators.FLAG, lambda facts, _about: facts.page.has_exit_intent, place=Place.PAGE),
    Kind.SECONDS_IDLE: _number(lambda facts, _about: facts.page.idle_seconds, place=Place.PAGE),
    Kind.SCROLL_PERCENT: _number(lambda facts, _about: facts.page.scroll_percent, place=Place.PAGE),
    Kind.ELEMENT_SEEN: Nature(operators.FLAG, _was_seen, place=Place.PAGE, naming=Naming.MUST),
    Kind.HOUR: _clock(_hour, range(24)),
    Kind.WEEKDAY: _clock(_weekday, range(1, 8)),
    Kind.DEPARTMENT_ONLINE: _of_team(operators.FLAG, lambda team: team.is_online),
    Kind.FREE_PLACES: _of_team(operators.NUMBER, lambda team: team.free_places),
    Kind.QUEUE_LENGTH: _of_team(operators.NUMBER, lambda team: team.queue),
    Kind.INVITATION_SHOWN: _history(lambda _exposure: True),
    Kind.INVITATION_DISMISSED: _history(lambda exposure: exposure.dismissed_at is not None),
    Kind.INVITATION_ACCEPTED: _history(lambda exposure: exposure.accepted_at is not None),
}
