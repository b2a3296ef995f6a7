"""Opening hours: the clock on the wall decides, in every zone and around every change of it."""

from __future__ import annotations

import zoneinfo
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk.accounts.calendar import DAY_MINUTES, HORIZON, LAST, Calendar, Interval, Rule, SpecialDay

ZONES = sorted(zone for zone in zoneinfo.available_timezones() if zone not in ("Factory", "localtime"))
NINE_TO_FIVE = (Interval(9 * 60, 17 * 60),)
WEEKDAYS = (NINE_TO_FIVE,) * 5 + ((),) * 2
NEVER = ((),) * 7


def calendar(zone: str = "Europe/Berlin", week=WEEKDAYS, special=()) -> Calendar:
    return Calendar(ZoneInfo(zone), tuple(week), tuple(special))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# --- the rule, as simply as it can be said ----------------------------------------------------------------------------
def is_open_by_the_rule(of: Calendar, moment: datetime) -> bool:
    wall = moment.astimezone(of.zone).replace(tzinfo=None)
    for days in (0, 1):
        day = wall.date() - timedelta(days=days)
        midnight = datetime(day.year, day.month, day.day)
        for interval in of.hours(day):
            if midnight + timedelta(minutes=interval.start) <= wall < midnight + timedelta(minutes=interval.end):
                return True
    return False


@cache
def changes_of_clock(zone: str) -> list[datetime]:
    """The changes of a zone's offset in 2025 and 2026, found without the code that is tested."""
    found, step = [], timedelta(days=1)
    moment = datetime(2025, 1, 1, tzinfo=UTC)
    while moment < datetime(2027, 1, 1, tzinfo=UTC):
        local = moment.astimezone(ZoneInfo(zone)).utcoffset()
        if (moment + step).astimezone(ZoneInfo(zone)).utcoffset() != local:
            minute = moment
            while minute.astimezone(ZoneInfo(zone)).utcoffset() == local:
                minute += timedelta(minutes=5)
            found.append(minute)
        moment += step
    return found


intervals = st.builds(
    lambda start, length: Interval(start, start + length), st.integers(0, DAY_MINUTES - 1), st.integers(1, DAY_MINUTES)
)
days = st.lists(intervals, max_size=3).map(tuple)
weeks = st.lists(days, min_size=7, max_size=7)


@settings(deadline=None)
@given(zone=st.sampled_from(ZONES), week=weeks, data=st.data())
def test_around_every_change_of_every_clock_it_opens_and_closes_when_the_wall_says_so(zone, week, data) -> None:
    of = calendar(zone, week)
    changes = changes_of_clock(zone) or [utc("2026-03-29T01:00")]
    moment = data.draw(st.sampled_from(changes)) - timedelta(hours=26)
    end, state = moment + timedelta(hours=52), of.is_open(moment)
    while moment < end:
        change = of.next_change(moment)
        until = min(change or end, end)
        while moment < until:
            assert of.is_open(moment) == is_open_by_the_rule(of, moment) == state
            moment += timedelta(minutes=7)
        if change is None or change >= end:
            return
        assert is_open_by_the_rule(of, change) != state
        assert is_open_by_the_rule(of, change - timedelta(seconds=1)) == state
        moment, state = change, not state


@settings(deadline=None)
@given(zone=st.sampled_from(ZONES), week=weeks, moment=st.datetimes(datetime(2020, 1, 1), datetime(2037, 1, 1)))
def test_the_next_opening_is_the_first(zone, week, moment) -> None:
    of, now = calendar(zone, week), moment.replace(tzinfo=UTC)
    opens = of.next_opening(now)
    if opens is None:
        assert not any(week)
        return
    assert is_open_by_the_rule(of, opens)
    step = (opens - now) / 50
    assert not any(is_open_by_the_rule(of, now + step * number) for number in range(50) if now != opens)


def test_every_change_of_the_year_is_met_in_every_zone() -> None:
    """Nobody sleeps from 1:30 to 2:30 on these days: open all of a day but for that hour, in each zone that changes."""
    week = ((Interval(0, 90), Interval(150, DAY_MINUTES)),) * 7
    met = 0
    for zone in ZONES:
        of = calendar(zone, week)
        for change in changes_of_clock(zone):
            moment = change - timedelta(hours=3)
            while moment < change + timedelta(hours=3):
                assert of.is_open(moment) == is_open_by_the_rule(of, moment), (zone, moment)
                moment += timedelta(minutes=10)
            met += 1
    assert met > 300


# --- examples that people can check -----------------------------------------------------------------------------------
def test_open_from_the_first_minute_until_before_the_last() -> None:
    of = calendar()
    assert [of.is_open(utc(f"2026-11-27T{time}")) for time in ("07:59:59", "08:00", "15:59:59", "16:00")] == [
        False,
        True,
        True,
        False,
    ]


def test_closed_on_friday_evening_opens_on_monday_morning() -> None:
    of = calendar()
    assert of.next_opening(utc("2026-11-27T18:00")) == utc("2026-11-30T08:00")
    assert of.next_change(utc("2026-11-30T08:00")) == utc("2026-11-30T16:00")
    assert of.next_opening(utc("2026-11-30T12:00")) == utc("2026-11-30T12:00")


def test_a_weekend_with_a_change_of_the_clock_is_an_hour_shorter() -> None:
    of = calendar()
    friday, monday = utc("2026-03-27T16:00"), of.next_opening(utc("2026-03-27T16:00"))
    assert monday == utc("2026-03-30T07:00")
    assert monday - friday == timedelta(hours=63)


def test_a_time_that_no_clock_shows_begins_with_the_change() -> None:
    of = calendar("America/New_York", [(Interval(150, 300),)] * 7)
    assert of.next_opening(utc("2024-03-10T06:00")) == utc("2024-03-10T07:00")


def test_an_hour_that_comes_twice_is_open_twice() -> None:
    of = calendar("America/New_York", [(Interval(60, 90),)] * 7)
    moments = []
    moment = utc("2024-11-03T04:00")
    for _ in range(4):
        moment = of.next_change(moment)
        moments.append(moment)
    assert moments == [utc(f"2024-11-03T{time}") for time in ("05:00", "05:30", "06:00", "06:30")]


def test_half_an_hour_of_summer_time_on_lord_howe_island() -> None:
    of = calendar("Australia/Lord_Howe", [(Interval(100, 130),)] * 7)
    assert of.next_opening(utc("2024-04-06T14:00")) == utc("2024-04-06T14:40")
    assert of.next_opening(utc("2024-04-06T15:15")) == utc("2024-04-06T15:15")


def test_a_day_that_a_zone_left_out() -> None:
    of = calendar("Pacific/Apia", [NINE_TO_FIVE] * 7)
    # The 30th of December 2011 did not happen there.
    assert of.next_opening(utc("2011-12-30T04:00")) == utc("2011-12-30T19:00")


def test_past_midnight_belongs_to_the_evening_before() -> None:
    of = calendar("UTC", [()] * 4 + [(Interval(22 * 60, 26 * 60),)] + [()] * 2)
    assert of.is_open(utc("2026-11-28T01:59"))
    assert not of.is_open(utc("2026-11-28T02:00"))
    assert not of.is_open(utc("2026-11-27T01:00"))


def test_around_the_clock() -> None:
    of = calendar("UTC", [(Interval(0, DAY_MINUTES),)] * 7)
    assert of.next_change(utc("2026-11-27T12:00")) is None


def test_never() -> None:
    assert calendar(week=NEVER).next_opening(utc("2026-11-27T12:00")) is None


@pytest.mark.parametrize(("start", "end"), [(-1, 5), (5, 5), (9, 5), (DAY_MINUTES, DAY_MINUTES + 5), (10, 1451)])
def test_what_is_no_interval(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="interval"):
        Interval(start, end)


# --- days with other hours --------------------------------------------------------------------------------------------
def on(rule: Rule, **when: object) -> SpecialDay:
    return SpecialDay(rule, **when)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("day", "dates"),
    [
        (on(Rule.DATE, on=date(2026, 12, 24)), ["2026-12-24"]),
        (on(Rule.YEARLY, month=12, day=25), ["2025-12-25", "2026-12-25", "2027-12-25"]),
        (on(Rule.YEARLY, month=2, day=29), ["2028-02-29"]),
        (on(Rule.WEEKDAY, month=11, nth=4, weekday=3), ["2025-11-27", "2026-11-26", "2027-11-25"]),
        (on(Rule.WEEKDAY, month=5, nth=LAST, weekday=0), ["2025-05-26", "2026-05-25", "2027-05-31"]),
        (on(Rule.EASTER), ["2025-04-20", "2026-04-05", "2027-03-28"]),
        (on(Rule.EASTER, offset=-2), ["2025-04-18", "2026-04-03", "2027-03-26"]),
        (on(Rule.EASTER, offset=50), ["2025-06-09", "2026-05-25", "2027-05-17"]),
        (on(Rule.ORTHODOX_EASTER, offset=1), ["2025-04-21", "2026-04-13", "2027-05-03"]),
    ],
)
def test_when_special_days_are(day: SpecialDay, dates: list[str]) -> None:
    whole = (date(2025, 1, 1) + timedelta(days=number) for number in range(4 * 365))
    assert [str(each) for each in whole if day.is_on(each)][: len(dates)] == dates


def test_a_holiday_is_closed_and_half_a_day_is_half_open() -> None:
    half = (Interval(9 * 60, 12 * 60),)
    of = calendar("UTC", special=[on(Rule.YEARLY, month=12, day=25), on(Rule.YEARLY, month=12, day=24, open=half)])
    assert of.next_change(utc("2026-12-24T10:00")) == utc("2026-12-24T12:00")
    assert of.next_opening(utc("2026-12-24T13:00")) == utc("2026-12-28T09:00")


def test_a_single_date_goes_before_a_rule() -> None:
    sale = on(Rule.DATE, on=date(2026, 12, 25), open=NINE_TO_FIVE)
    of = calendar("UTC", special=[on(Rule.YEARLY, month=12, day=25), sale])
    assert of.is_open(utc("2026-12-25T10:00"))
    assert not of.is_open(utc("2028-12-25T10:00"))


def test_the_night_before_goes_on_into_a_holiday() -> None:
    nights = [(Interval(20 * 60, 28 * 60),)] * 7
    of = calendar("UTC", nights, [on(Rule.YEARLY, month=1, day=1)])
    assert of.is_open(utc("2027-01-01T03:00"))
    assert of.next_opening(utc("2027-01-01T05:00")) == utc("2027-01-02T20:00")


def test_open_once_a_year_is_found() -> None:
    of = calendar("UTC", NEVER, [on(Rule.YEARLY, month=6, day=1, open=NINE_TO_FIVE)])
    asked = utc("2026-06-01T17:00")
    assert of.next_opening(asked) == utc("2027-06-01T09:00")
    assert of.next_opening(asked) - asked < HORIZON
