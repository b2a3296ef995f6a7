"""Opening hours as a pure function of the calendar and the moment.

One rule says everything: **a moment is open when the clock on the wall shows a time inside an interval**. Where a zone
puts its clocks back, an interval inside the hour that comes twice is open twice; where it puts them forward, a time
that no clock shows is never open, and an interval that begins there begins with the change. So nobody needs to know
about daylight saving to predict what is shown, and `tests/helpdesk/accounts/test_calendar.py` holds every zone to it.

An interval belongs to the day on which it begins: one that runs past midnight goes on into a holiday, and a holiday
takes away what would begin on it.
"""

from __future__ import annotations

import calendar as gregorian
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from zoneinfo import ZoneInfo

from dateutil.easter import EASTER_ORTHODOX, EASTER_WESTERN, easter

DAY_MINUTES = 24 * 60
WINDOW = timedelta(days=1)
HORIZON = timedelta(days=370)  # a calendar that does not open for so long is said never to
LAST = -1


class Rule(StrEnum):
    """When a special day is."""

    DATE = "date"  # once
    YEARLY = "yearly"  # the same day of the month every year; the 29th of February only when there is one
    WEEKDAY = "weekday"  # every year the nth (or LAST) such weekday of a month
    EASTER = "easter"  # so many days after Easter Sunday of the western churches (before it: negative)
    ORTHODOX_EASTER = "orthodox_easter"


@dataclass(frozen=True, order=True)
class Interval:
    """From one minute of a day (0 … 1439) until before another, which may lie on the next day (at most 2880)."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not (0 <= self.start < DAY_MINUTES and self.start < self.end <= self.start + DAY_MINUTES):
            raise ValueError(f"An interval cannot go from minute {self.start} to {self.end}.")


@dataclass(frozen=True)
class SpecialDay:
    """A day with hours of its own: none at all is a holiday. Which of the fields say when it is depends on the rule."""

    rule: Rule
    open: tuple[Interval, ...] = ()
    name: str = ""
    on: date | None = None  # DATE
    month: int = 0  # YEARLY, WEEKDAY
    day: int = 0  # YEARLY
    nth: int = 0  # WEEKDAY: 1 … 5, or LAST
    weekday: int = 0  # WEEKDAY: 0 is Monday
    offset: int = 0  # EASTER, ORTHODOX_EASTER: days

    def is_on(self, day: date) -> bool:
        match self.rule:
            case Rule.DATE:
                return day == self.on
            case Rule.YEARLY:
                return (day.month, day.day) == (self.month, self.day)
            case Rule.WEEKDAY:
                return (day.month, day.weekday()) == (self.month, self.weekday) and self.nth in _nths(day)
            case Rule.EASTER:
                return self._follows_easter(day, EASTER_WESTERN)
            case Rule.ORTHODOX_EASTER:
                return self._follows_easter(day, EASTER_ORTHODOX)

    def _follows_easter(self, day: date, method: int) -> bool:
        sunday = day - timedelta(days=self.offset)
        return sunday == easter(sunday.year, method)


def _nths(day: date) -> set[int]:
    """Which one of its weekday this day is in its month, counted from the first, and LAST if it is that too."""
    nth = (day.day - 1) // 7 + 1
    is_last = day.day + 7 > gregorian.monthrange(day.year, day.month)[1]
    return {nth, LAST} if is_last else {nth}


@dataclass(frozen=True)
class Calendar:
    """The hours of a week (Monday first), in one zone, and the days that have others. The first rule that fits wins,
    one for a single date before those that come every year."""

    zone: ZoneInfo
    week: tuple[tuple[Interval, ...], ...]
    special: tuple[SpecialDay, ...] = ()
    _hours: dict[date, tuple[Interval, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)

    @cached_property
    def _by_rule(self) -> list[SpecialDay]:
        return sorted(self.special, key=lambda each: each.rule != Rule.DATE)

    def hours(self, day: date) -> tuple[Interval, ...]:
        """The intervals that begin on a day."""
        if day not in self._hours:
            special = next((each for each in self._by_rule if each.is_on(day)), None)
            self._hours[day] = special.open if special is not None else self.week[day.weekday()]
        return self._hours[day]

    def is_open(self, moment: datetime) -> bool:
        """Must hold: the moment is aware, as everywhere below."""
        wall = moment.astimezone(self.zone)
        minute = wall.hour * 60 + wall.minute
        today, yesterday = wall.date(), wall.date() - timedelta(days=1)
        return any(each.start <= minute < each.end for each in self.hours(today)) or any(
            minute + DAY_MINUTES < each.end for each in self.hours(yesterday)
        )

    def next_change(self, moment: datetime) -> datetime | None:
        """The first moment after this one at which it opens or closes; None if it does neither within HORIZON."""
        state = self.is_open(moment)
        begin, end = moment.astimezone(UTC), moment.astimezone(UTC) + HORIZON
        while begin < end:
            for candidate in self._candidates(begin, begin + WINDOW):
                if self.is_open(candidate) != state:
                    return candidate
            begin += WINDOW
        return None

    def next_opening(self, moment: datetime) -> datetime | None:
        """The moment itself if it is open, else when it opens next; None if it does not within HORIZON."""
        return moment if self.is_open(moment) else self.next_change(moment)

    def _candidates(self, begin: datetime, end: datetime) -> list[datetime]:
        """All moments after `begin`, until `end`, at which the state can change: where an interval begins or ends on
        the wall, and where the zone changes its clocks."""
        first, last = begin.astimezone(self.zone).date(), end.astimezone(self.zone).date()
        found = set(self._clock_changes(begin, end))
        for number in range(-1, (last - first).days + 1):
            found.update(self._ends_of(first + timedelta(days=number)))
        return sorted(each for each in found if begin < each <= end)

    def _ends_of(self, day: date) -> Iterator[datetime]:
        midnight = datetime(day.year, day.month, day.day)
        for interval in self.hours(day):
            for minute in (interval.start, interval.end):
                wall = midnight + timedelta(minutes=minute)
                for fold in (0, 1):
                    yield wall.replace(tzinfo=self.zone, fold=fold).astimezone(UTC)

    def _clock_changes(self, begin: datetime, end: datetime) -> Iterator[datetime]:
        """The change of the zone's offset between the two moments, to the second. No zone has two within a day."""
        if self._offset(begin) == self._offset(end):
            return
        before, after = begin, end
        while after - before > timedelta(seconds=1):
            middle = before + (after - before) / 2
            if self._offset(middle) == self._offset(begin):
                before = middle
            else:
                after = middle
        yield after.replace(microsecond=0)

    def _offset(self, moment: datetime) -> timedelta | None:
        return moment.astimezone(self.zone).utcoffset()
