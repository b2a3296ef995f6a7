"""How opening hours are written: as people type them, and as rows keep them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from helpdesk.accounts.calendar import DAY_MINUTES, Calendar, Interval, Rule, SpecialDay
from helpdesk.errors import HelpdeskError

MOST_INTERVALS = 8
TIME = r"(\d{1,2})(?:[:.](\d{2}))?"
SPAN = re.compile(rf"\s*{TIME}\s*[-‐‑‒–—−]\s*{TIME}\s*")


# --- as people type them ---------------------------------------------------------------------------------------------
def parse_hours(text: str) -> tuple[Interval, ...]:
    """The intervals of a day: “9–12:30, 13:30–18”. Nothing is closed; an end before its beginning is on the next day.

    Digits of every script count. Raises HelpdeskError `invalid` with what to write instead, `overlap`, `too_many`.
    """
    parts = [part for part in re.split(r"[,;،、]", text) if part.strip()]
    if len(parts) > MOST_INTERVALS:
        raise HelpdeskError("too_many", _("Write %(count)d times at most.") % {"count": MOST_INTERVALS})
    found = sorted(_parse_span(part) for part in parts)
    for earlier, later in pairwise(found):
        if later.start < earlier.end:
            raise HelpdeskError("overlap", _("Two of these times overlap. Make one of them."))
    return tuple(found)


def _parse_span(text: str) -> Interval:
    match = SPAN.fullmatch(text)
    numbers = [int(each or 0) for each in match.groups()] if match else []
    if not match or max(numbers[1], numbers[3]) > 59:
        raise _not_hours()
    start, end = numbers[0] * 60 + numbers[1], numbers[2] * 60 + numbers[3]
    if start >= DAY_MINUTES or end > DAY_MINUTES:
        raise _not_hours()
    return Interval(start, end if end > start else end + DAY_MINUTES)


def _not_hours() -> HelpdeskError:
    return HelpdeskError("invalid", _("Write times from 0:00 to 24:00, for example 9:00–12:30, 13:30–18:00."))


def format_hours(intervals: Iterable[Interval]) -> str:
    """What `parse_hours` reads as the same intervals. "" is closed."""
    return ", ".join(f"{_clock(each.start)}–{_clock(each.end)}" for each in intervals)


def _clock(minute: int) -> str:
    hour, rest = divmod(minute if minute <= DAY_MINUTES else minute - DAY_MINUTES, 60)
    return f"{hour:02d}:{rest:02d}"


# --- as rows keep them -----------------------------------------------------------------------------------------------
def write_intervals(intervals: Iterable[Interval]) -> list[list[int]]:
    return [[each.start, each.end] for each in intervals]


def read_intervals(kept: Iterable[Sequence[int]]) -> tuple[Interval, ...]:
    return tuple(Interval(start, end) for start, end in kept)


def write_special_day(day: SpecialDay) -> dict[str, Any]:
    """Only what its rule needs, so that equal days are kept equally."""
    when: dict[Rule, dict[str, Any]] = {
        Rule.DATE: {"on": day.on.isoformat() if day.on else None},
        Rule.YEARLY: {"month": day.month, "day": day.day},
        Rule.WEEKDAY: {"month": day.month, "nth": day.nth, "weekday": day.weekday},
        Rule.EASTER: {"offset": day.offset},
        Rule.ORTHODOX_EASTER: {"offset": day.offset},
    }
    return {"rule": str(day.rule), "name": day.name, "open": write_intervals(day.open), **when[day.rule]}


def read_special_day(kept: dict[str, Any]) -> SpecialDay:
    values = {**kept, "rule": Rule(kept["rule"]), "open": read_intervals(kept["open"])}
    if "on" in kept:
        values["on"] = date.fromisoformat(kept["on"])
    return SpecialDay(**values)


def read_calendar(zone: str, week: Iterable[Any], special: Iterable[dict[str, Any]]) -> Calendar:
    return Calendar(
        zone=ZoneInfo(zone),
        week=tuple(read_intervals(day) for day in week),
        special=tuple(read_special_day(each) for each in special),
    )
