"""What a demo workspace is made of. The content stands in `saltholm.py` and `dar_alfakhar.py`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta

UNITS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}


def span(text: str) -> timedelta:
    """ "2d 3h" as a time span: how long before the seeding something happened."""
    parts = re.findall(r"(\d+)([dhms])", text)
    return timedelta(**{UNITS[unit]: int(number) for number, unit in parts})


@dataclass(frozen=True)
class Person:
    """Somebody of the team. The first of a team owns the workspace."""

    key: str
    name: str
    role: str = "agent"
    alias: str = ""
    language: str = "en"


@dataclass(frozen=True)
class Customer:
    """Somebody on the shop's pages: what they say of themselves, and what their browser says."""

    key: str
    name: str = ""
    email: str = ""
    phone: str = ""
    language: str = "en"
    time_zone: str = "Europe/Copenhagen"
    browser: str = "desktop"
    referrer: str = ""
    pages: tuple[tuple[str, str], ...] = (("/", "Saltholm · Stoneware from an island kiln"),)


@dataclass(frozen=True)
class Act:
    """One thing somebody did, `ago` before the seeding. `who` is a person of the team, "" the customer."""

    verb: str
    ago: timedelta
    who: str = ""
    text: str = ""


def says(ago: str, text: str) -> Act:
    return Act("says", span(ago), text=text)


def replies(ago: str, who: str, text: str) -> Act:
    return Act("replies", span(ago), who, text)


def notes(ago: str, who: str, text: str) -> Act:
    return Act("notes", span(ago), who, text)


def takes(ago: str, who: str) -> Act:
    return Act("takes", span(ago), who)


def assigns(ago: str, who: str, to: str) -> Act:
    return Act("assigns", span(ago), who, to)


def resolves(ago: str, who: str) -> Act:
    return Act("resolves", span(ago), who)


def marks_spam(ago: str, who: str) -> Act:
    return Act("marks_spam", span(ago), who)


def leaves(ago: str) -> Act:
    """The customer ends the chat."""
    return Act("leaves", span(ago))


def looks(ago: str) -> Act:
    """The customer reads what is there and writes nothing."""
    return Act("looks", span(ago))


@dataclass(frozen=True)
class Story:
    """One ticket, from the customer's first message on."""

    customer: str
    acts: tuple[Act, ...]
    department: str = ""
    is_offline_form: bool = False
    # Whether the owner has read it all; what the owner has not read is shown as unread.
    is_seen: bool = True


@dataclass(frozen=True)
class Canned:
    shortcut: str
    title: str
    text: str
    by: str
    department: str = ""
    is_personal: bool = False


@dataclass(frozen=True)
class Plot:
    """A whole demo workspace. `latin_name` becomes its address, `name` is what people read."""

    slug: str
    latin_name: str
    name: str
    language: str
    time_zone: str
    domain: str
    team: tuple[Person, ...]
    departments: dict[str, tuple[str, ...]]
    customers: tuple[Customer, ...]
    stories: tuple[Story, ...]
    canned: tuple[Canned, ...]
    widget: dict[str, object] = field(default_factory=dict)

    def email_of(self, person: Person) -> str:
        return f"{person.key}@{self.domain}"
