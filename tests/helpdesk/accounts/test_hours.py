"""Opening hours: how they are typed and kept, who sets them, and what follows from them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.accounts.actions.opening_hours import MOST_SPECIAL_DAYS, clear_opening_hours, set_opening_hours
from helpdesk.accounts.calendar import DAY_MINUTES, LAST, Interval, Rule, SpecialDay
from helpdesk.accounts.hours import current_hours
from helpdesk.accounts.hours_forms import next_on
from helpdesk.accounts.hours_notation import (
    format_hours,
    parse_hours,
    read_special_day,
    write_special_day,
)
from helpdesk.accounts.models import AuditEntry, Department, OpeningHours
from helpdesk.errors import HelpdeskError
from tests.helpdesk.accounts.cast import inside
from tests.pages import client_of

NINE_TO_FIVE = (Interval(540, 1020),)
WEEK = [NINE_TO_FIVE] * 5 + [(), ()]
FRIDAY_NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
SATURDAY_NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)


def spans(text: str) -> list[tuple[int, int]]:
    return [(each.start, each.end) for each in parse_hours(text)]


# --- as people type them ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        (" , ;", []),
        ("9-17", [(540, 1020)]),
        ("9:00–12:30, 13:30–18:00", [(540, 750), (810, 1080)]),
        ("13.30 — 18.00; 9 ‐ 12", [(540, 720), (810, 1080)]),
        ("0:00-24:00", [(0, 1440)]),
        ("20:00-2:00", [(1200, 1560)]),
        ("9-9", [(540, 1980)]),
        ("٩:٠٠-١٧:٠٠، ١٨-٢٠", [(540, 1020), (1080, 1200)]),
    ],
)
def test_hours_are_read_as_they_are_written(text: str, found: list[tuple[int, int]]) -> None:
    assert spans(text) == found


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("nine to five", "invalid"),
        ("9", "invalid"),
        ("9-25", "invalid"),
        ("24-25", "invalid"),
        ("9:60-10", "invalid"),
        ("9-12:99", "invalid"),
        ("9-17 o'clock", "invalid"),
        ("9:0-17", "invalid"),
        ("9-12, 11-13", "overlap"),
        ("20-2, 1-3, 21-22", "overlap"),
        (",".join(["9-10"] * 9), "too_many"),
    ],
)
def test_what_is_no_time_is_refused_with_what_to_write(text: str, code: str) -> None:
    with pytest.raises(HelpdeskError) as refused:
        parse_hours(text)
    assert refused.value.code == code


@given(st.integers(0, DAY_MINUTES - 1), st.integers(1, DAY_MINUTES))
def test_what_is_shown_is_read_as_the_same(start: int, length: int) -> None:
    interval = Interval(start, start + length)
    assert parse_hours(format_hours([interval])) == (interval,)


@pytest.mark.parametrize(
    "day",
    [
        SpecialDay(Rule.DATE, on=date(2026, 12, 24), name="Christmas Eve", open=NINE_TO_FIVE),
        SpecialDay(Rule.YEARLY, month=12, day=25),
        SpecialDay(Rule.WEEKDAY, month=11, nth=LAST, weekday=3),
        SpecialDay(Rule.EASTER, offset=-2),
        SpecialDay(Rule.ORTHODOX_EASTER, offset=50),
    ],
)
def test_a_special_day_is_kept_as_it_is(day: SpecialDay) -> None:
    assert read_special_day(write_special_day(day)) == day


def test_the_29th_of_february_is_shown_in_the_next_year_that_has_one() -> None:
    assert next_on(2, 29, date(2026, 1, 1)) == date(2028, 2, 29)
    assert next_on(11, 27, date(2026, 11, 27)) == date(2026, 11, 27)
    assert next_on(11, 26, date(2026, 11, 27)) == date(2027, 11, 26)


# --- who has which ----------------------------------------------------------------------------------------------------
def set_hours(company: Any, department: Department | None = None, **changes: Any) -> OpeningHours:
    wanted = {"time_zone": "UTC", "week": WEEK, "special": []} | changes
    return set_opening_hours(by=company.owner, department=department, **wanted)


def test_without_hours_it_is_open_at_all_times(north) -> None:
    assert current_hours().is_open(None, SATURDAY_NOON)
    assert current_hours().next_opening(None, SATURDAY_NOON) is None


def test_a_department_follows_the_workspace_until_it_has_its_own(north) -> None:
    sales, delivery = Department.objects.create(name="Sales"), Department.objects.create(name="Delivery")
    set_hours(north)
    set_hours(north, sales, week=[()] * 5 + [NINE_TO_FIVE] * 2)
    hours = current_hours()
    assert [hours.is_open(each, SATURDAY_NOON) for each in (None, delivery.pk, sales.pk)] == [False, False, True]
    assert [hours.is_open(each, FRIDAY_NOON) for each in (None, delivery.pk, sales.pk)] == [True, True, False]
    assert hours.next_opening(delivery.pk, SATURDAY_NOON) == datetime(2026, 11, 30, 9, tzinfo=UTC)
    assert hours.next_opening(sales.pk, SATURDAY_NOON) is None
    clear_opening_hours(by=north.owner, department=sales)
    assert not current_hours().is_open(sales.pk, SATURDAY_NOON)


def test_hours_out_of_use_are_kept_and_come_back(north) -> None:
    set_hours(north)
    clear_opening_hours(by=north.owner, department=None)
    clear_opening_hours(by=north.owner, department=None)
    kept = OpeningHours.objects.get()
    assert (kept.is_used, kept.calendar().week[0]) == (False, NINE_TO_FIVE)
    assert [entry.action for entry in AuditEntry.objects.order_by("id")][-2:] == ["hours.changed", "hours.cleared"]
    assert set_hours(north).is_used


def test_agents_set_no_hours_and_neither_does_nonsense(north) -> None:
    for refused, code in (
        (
            lambda: set_opening_hours(by=north.maya, department=None, time_zone="UTC", week=WEEK, special=[]),
            "not_allowed",
        ),
        (lambda: clear_opening_hours(by=north.maya, department=None), "not_allowed"),
        (lambda: set_hours(north, time_zone="Mars/Olympus"), "choice"),
        (lambda: set_hours(north, special=[SpecialDay(Rule.EASTER)] * (MOST_SPECIAL_DAYS + 1)), "too_many"),
    ):
        with pytest.raises(HelpdeskError) as error:
            refused()
        assert error.value.code == code
    assert not OpeningHours.objects.exists()


def test_the_hours_of_another_company_are_none_of_ours(north, south) -> None:
    set_hours(north, week=[()] * 7)

    with inside(south.workspace):
        assert current_hours().calendars == {}


# --- the pages --------------------------------------------------------------------------------------------------------
def asked(**changes: str) -> dict[str, str]:
    days = {f"day_{number}": "9-17" if number < 5 else "" for number in range(7)}
    rows = {"special-TOTAL_FORMS": "1", "special-INITIAL_FORMS": "0", **row(0)}
    return {"mode": "own", "time_zone": "Europe/Athens", **days, **rows, **changes}


def row(number: int, **changes: str) -> dict[str, str]:
    plain = {"rule": "date", "on": "", "nth": "1", "weekday": "0", "month": "1", "offset": "0", "name": "", "hours": ""}
    return {f"special-{number}-{name}": value for name, value in (plain | changes).items()}


def edit_page(company: Any) -> str:
    return reverse("workspace_hours", args=[company.workspace.slug])


def test_an_admin_sets_the_hours_of_the_workspace(north) -> None:
    client = client_of(north.admin)
    special = {
        "special-TOTAL_FORMS": "4",
        **row(0, on="2026-12-24", hours="9-12", name="Christmas Eve"),
        **row(1, rule="yearly", on="2026-12-25"),
        **row(2, rule="weekday", nth="-1", weekday="0", month="5"),
        **row(3, rule="orthodox_easter", offset="1"),
    }
    assert client.post(edit_page(north), asked(**special)).status_code == 302
    calendar = OpeningHours.objects.get().calendar()
    assert str(calendar.zone) == "Europe/Athens"
    assert calendar.week == tuple(WEEK)
    assert [day.rule for day in calendar.special] == ["date", "yearly", "weekday", "orthodox_easter"]
    assert calendar.special[0].open == (Interval(540, 720),)
    shown = client.get(edit_page(north)).content.decode()
    assert 'value="09:00–12:00"' in shown
    assert 'value="2026-12-24"' in shown


def test_an_unchanged_page_saves_the_same_and_a_removed_row_is_gone(north) -> None:
    client = client_of(north.admin)
    two = {"special-TOTAL_FORMS": "2", **row(0, on="2026-12-24", name="Eve"), **row(1, rule="yearly", on="2026-12-25")}
    client.post(edit_page(north), asked(**two))
    before = OpeningHours.objects.get().special
    again = {**two, "special-INITIAL_FORMS": "2"}
    client.post(edit_page(north), asked(**again))
    assert OpeningHours.objects.get().special == before
    client.post(edit_page(north), asked(**again, **{"special-0-DELETE": "on"}))
    assert OpeningHours.objects.get().special == before[1:]


def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(north) -> None:
    wrong = asked(day_0="nine to five", **row(0, name="Party", hours="9-8-7"))
    shown = client_of(north.admin).post(edit_page(north), wrong).content.decode()
    for field in ("day_0", "special-0-on", "special-0-hours"):
        assert re.search(rf'name="{field}"[^>]*aria-invalid="true"', shown), field
    assert "nine to five" in shown
    assert "Party" in shown
    assert not OpeningHours.objects.exists()


def test_at_all_times_needs_no_hours_and_forgets_none(north) -> None:
    client = client_of(north.admin)
    client.post(edit_page(north), asked())
    assert client.post(edit_page(north), asked(mode="always", day_0="rubbish", **row(0, name="x"))).status_code == 302
    assert current_hours().calendars == {}
    assert 'value="09:00–17:00"' in client.get(edit_page(north)).content.decode()


def test_the_list_says_what_holds_now(north) -> None:
    sales = Department.objects.create(name="Sales")
    set_hours(north)
    set_hours(north, sales, week=[()] * 7)
    page = reverse("hours", args=[north.workspace.slug])
    with time_machine.travel(SATURDAY_NOON, tick=False):
        shown = client_of(north.admin).get(page).content.decode()
    assert "Closed now, opens Monday, 30 November, 09:00 (UTC)" in shown
    with time_machine.travel(FRIDAY_NOON, tick=False):
        shown = client_of(north.admin).get(page).content.decode()
    assert "Open now, until Friday 17:00 (UTC)" in shown
    assert reverse("department_hours", args=[north.workspace.slug, sales.public_id]) in shown


def test_agents_are_told_who_sets_hours(north) -> None:
    assert client_of(north.maya).get(edit_page(north)).status_code == 403


def test_a_department_of_another_company_is_not_found(north, south) -> None:

    with inside(south.workspace):
        theirs = Department.objects.create(name="Theirs").public_id
    page = reverse("department_hours", args=[north.workspace.slug, theirs])
    assert client_of(north.admin).post(page, asked()).status_code == 404
