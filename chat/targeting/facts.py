"""What is known about a visitor at one moment. Moments are seconds since 1970, spans seconds.

None is what is not known: consent was not given, no database of places is installed, the page has not said. It never
matches a condition. "" and () are known to be nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from chat.records import read
from chat.targeting.exposures import Exposure, exposure_of

Attribute = str | int | float | bool


class Consent(StrEnum):
    GRANTED = "granted"
    DENIED = "denied"
    NOT_ASKED = "not_asked"
    NOT_NEEDED = "not_needed"  # the workspace says that it needs none


@dataclass(frozen=True, slots=True)
class Person:
    """The visitor, and the contact behind them if there is one."""

    key: str  # of the contact when there is one, so that lots fall alike on all their devices; else of the browser
    consent: Consent = Consent.NOT_ASKED
    has_signal: bool = False  # Do Not Track or Global Privacy Control
    has_opted_out: bool = False
    opted_out_channels: tuple[str, ...] = ()
    language: str | None = None
    country: str | None = None
    region: str | None = None
    city: str | None = None
    utc_offset: int | None = None  # seconds east of UTC, now
    attributes: Mapping[str, Attribute] | None = None
    segments: tuple[str, ...] | None = None
    tags: tuple[str, ...] | None = None
    last_chat_at: float | None = None  # when the last conversation ended
    last_rating: int | None = None


@dataclass(frozen=True, slots=True)
class Screen:
    device: str | None = None
    browser: str | None = None
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    id: str
    number: int | None = None  # 1 for who is new
    pages: int | None = None
    active_seconds: float | None = None
    entry_url: str | None = None
    referrer_domain: str | None = None
    utm: Mapping[str, str] | None = None  # source, medium, campaign, term, content
    last_visit_at: float | None = None  # when the visit before this one ended


@dataclass(frozen=True, slots=True)
class Page:
    """The page view. What the page itself must say is None until it has."""

    id: str
    loaded_at: float
    url: str | None = None
    title: str | None = None
    previous_url: str | None = None
    active_seconds: float | None = None
    idle_seconds: float | None = None
    scroll_percent: float | None = None
    has_exit_intent: bool | None = None
    seen: tuple[str, ...] | None = None  # the CSS selectors of whose elements one was in view


@dataclass(frozen=True, slots=True)
class Cart:
    value: float | None = None
    items: int | None = None
    attributes: Mapping[str, Attribute] | None = None


@dataclass(frozen=True, slots=True)
class Happening:
    """An event that the site tracked."""

    name: str
    at: float


@dataclass(frozen=True, slots=True)
class Team:
    """A department, or with the id "" everybody together."""

    id: str
    is_online: bool = False
    free_places: int = 0
    queue: int = 0


@dataclass(frozen=True, slots=True)
class Facts:
    now: float
    person: Person
    visit: Visit
    page: Page
    utc_offset: int = 0  # of the workspace's zone, now
    screen: Screen = field(default=Screen())
    cart: Cart = field(default=Cart())
    events: tuple[Happening, ...] | None = None
    teams: tuple[Team, ...] = ()
    exposures: tuple[Exposure, ...] = ()
    is_in_chat: bool = False
    is_queued: bool = False
    is_in_survey: bool = False
    is_widget_open: bool = False

    def team(self, department: str) -> Team | None:
        return next((team for team in self.teams if team.id == department), None)


def utc_offset(zone: str, now: float) -> int | None:
    """Seconds east of UTC in the IANA zone `zone` at `now`; None for a name that says nothing.

    Facts hold it rather than the name: a record must not change with the next time-zone database.
    """
    try:
        offset = datetime.fromtimestamp(now, UTC).astimezone(ZoneInfo(zone)).utcoffset()
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name of a directory of zones
        return None
    return int(offset.total_seconds()) if offset is not None else None


def facts_of(stored: Mapping[str, Any]) -> Facts:
    """What `chat.records.as_json` wrote. Raises KeyError, TypeError, ValueError for something else."""
    facts: Facts = read(
        Facts,
        stored,
        person=_person_of(stored["person"]),
        visit=read(Visit, stored["visit"]),
        page=read(Page, stored["page"], seen=_tuple(stored["page"]["seen"])),
        screen=read(Screen, stored["screen"]),
        cart=read(Cart, stored["cart"]),
        events=None if stored["events"] is None else tuple(read(Happening, each) for each in stored["events"]),
        teams=tuple(read(Team, each) for each in stored["teams"]),
        exposures=tuple(exposure_of(each) for each in stored["exposures"]),
    )
    return facts


def _person_of(stored: Mapping[str, Any]) -> Person:
    lists = {name: _tuple(stored[name]) for name in ("opted_out_channels", "segments", "tags")}
    person: Person = read(Person, stored, consent=Consent(stored["consent"]), **lists)
    return person


def _tuple(stored: list[str] | None) -> tuple[str, ...] | None:
    return None if stored is None else tuple(stored)
