"""Goals: kept once, owed to the last invitation that was seen or accepted, and reported with what they show."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chat.actions.conversions import Reached, note_conversion
from chat.actions.exposures import report_exposure
from chat.inviting.encounters import encounter_of
from chat.inviting.figures import figures_of
from chat.inviting.report import report_of
from chat.models import Invitation, InvitationConversion, InvitationExposure
from chat.targeting.measure import Stage, Through, funnel
from chat.targeting.uplift import Lacking, Verdict
from tests.chat.inviting.cast import Browser, active
from tests.world import Side, World

GOAL = {"event": "order", "window_days": 7, "counts_value": True}


@pytest.fixture
def north(world: World) -> Iterator[Side]:
    with world.north.inside():
        yield world.north


def seen(browser: Browser, invitation: Any, what: str = "seen") -> InvitationExposure:
    frame = browser.due(invitation)
    report_exposure(browser=browser.id, exposure_id=UUID(frame["exposure"]), what=what)
    return InvitationExposure.objects.get(public_id=frame["exposure"])


def order(browser: Browser, key: str = "1", value: str = "40", **other: Any) -> bool:
    wanted = {"event": "order", "currency": "EUR", "visitor": browser.visitor, **other}
    return note_conversion(Reached(browser=browser.id, key=key, value=Decimal(value), **wanted))


def test_an_order_is_owed_once_to_what_was_seen(north: Side) -> None:
    browser = Browser(north)
    exposure = seen(browser, active(north.olga, goal=GOAL))
    assert [order(browser), order(browser), order(browser, "2", "2.50")] == [True, False, True]
    exposure.refresh_from_db()
    assert (exposure.value, exposure.currency) == (Decimal("42.50"), "EUR")
    assert exposure.converted_at
    assert InvitationConversion.objects.filter(exposure=exposure).count() == 2


def test_what_is_nobodys_goal_is_not_kept(north: Side) -> None:
    browser = Browser(north)
    seen(browser, active(north.olga, goal=GOAL))
    assert not order(browser, event="newsletter")
    assert not InvitationConversion.objects.exists()


def test_what_was_not_seen_or_is_too_old_is_owed_nothing(north: Side) -> None:
    invitation = active(north.olga, goal=GOAL)
    unseen, old = Browser(north), Browser(north)
    seen(unseen, invitation, "shown")
    exposure = seen(old, invitation)
    exposure.seen_at = timezone.now() - timedelta(days=7, seconds=1)
    exposure.save()
    assert order(unseen)
    assert order(old)
    assert not InvitationExposure.objects.exclude(converted_at=None).exists()
    assert InvitationConversion.objects.filter(exposure=None).count() == 2  # kept all the same, to compare with


def test_the_last_touch_has_it_whatever_device_it_was_on(north: Side) -> None:
    first, second = active(north.olga, goal=GOAL), active(north.olga, name="Second", goal=GOAL)
    phone, laptop = Browser(north), Browser(north)
    phone.visitor = laptop.visitor = north.visitor.public_id
    seen(phone, first)
    InvitationExposure.objects.update(
        eligible_at=timezone.now() - timedelta(hours=25), seen_at=timezone.now() - timedelta(hours=25)
    )
    phone.comes_again()
    laptop.comes_again()
    last = seen(laptop, second)
    assert order(phone)
    assert InvitationConversion.objects.get().exposure == last


def test_other_currencies_are_not_added_up(north: Side) -> None:
    browser = Browser(north)
    exposure = seen(browser, active(north.olga, goal=GOAL))
    order(browser, "1", "10")
    order(browser, "2", "9", currency="USD")
    exposure.refresh_from_db()
    assert (exposure.value, exposure.currency) == (Decimal("10.00"), "EUR")


# --- figures ----------------------------------------------------------------------------------------------------------
NAMES = ("shown_at", "seen_at", "dismissed_at", "accepted_at", "messaged_at", "replied_at")


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(rows=st.lists(st.lists(st.booleans(), min_size=6, max_size=6), min_size=1, max_size=12))
def test_the_database_counts_as_the_core_does(north: Side, rows: list[list[bool]]) -> None:
    Invitation.objects.all().delete()
    invitation = active(north.olga)
    for moments in rows:
        Browser(north).due(invitation)
        exposure = InvitationExposure.objects.latest("id")
        for name, is_there in zip(NAMES, moments, strict=True):
            setattr(exposure, name, timezone.now() if is_there else None)
        exposure.save()
    mine = InvitationExposure.objects.filter(invitation=invitation)
    wanted = funnel([encounter_of(row, "x") for row in mine], [])
    whole, by_variant = figures_of(invitation.pk)
    assert {stage: whole[stage.value] for stage in Stage} == wanted
    (figures,) = by_variant.values()
    assert {stage: figures[stage.value] for stage in Stage} == wanted


def test_a_report_says_what_is_owed_and_that_there_is_not_enough_data(north: Side) -> None:
    invitation = active(north.olga, goal=GOAL, holdout_percent=20)
    browsers = [Browser(north) for _visitor in range(12)]
    for browser in browsers:
        if browser.due(invitation)["type"] == "invitation":
            exposure = InvitationExposure.objects.latest("id")
            report_exposure(browser=browser.id, exposure_id=exposure.public_id, what="seen")
    buyer = next(each for each in browsers if InvitationExposure.objects.filter(browser=each.id, is_holdout=False))
    order(buyer)
    report = report_of(invitation)
    assert report.figures["eligible"] + report.figures["held_out"] == 12
    assert (report.figures["converted"], report.figures["value"]) == (1, {"EUR": 40.0})
    assert report.returns[Through.VIEW].value == 40.0
    assert report.returns[Through.CLICK].conversions == 0
    assert [each.variant.name for each in report.variants if each.variant] == ["A"]
    assert report.currency == "EUR"
    assert report.uplift.conversion.lacking in (Lacking.TOO_FEW_VISITORS, Lacking.NO_HOLDOUT)


def test_a_planted_effect_is_found(north: Side) -> None:
    """400 visitors, a quarter held out; 30 % of the invited buy, and 5 % of the others."""
    invitation = active(north.olga, goal=GOAL)
    past = timezone.now() - timedelta(days=10)
    variant = invitation.variants.get()
    rows, bought = [], []
    for number in range(400):
        is_holdout, browser = number % 4 == 0, UUID(int=number + 1)
        rows.append(
            InvitationExposure(
                browser=browser,
                visit=UUID(int=number),
                person=str(browser),
                due_id=UUID(int=number),
                invitation=invitation,
                variant=None if is_holdout else variant,
                is_holdout=is_holdout,
                eligible_at=past,
                expires_at=past,
                seen_at=None if is_holdout else past,
            )
        )
        if number % 20 == 0 if is_holdout else number % 10 in (1, 2, 3):
            at = past + timedelta(days=1)
            bought.append(
                InvitationConversion(browser=browser, event="order", key="1", value=20, currency="EUR", at=at)
            )
    InvitationExposure.objects.bulk_create(rows)
    InvitationConversion.objects.bulk_create(bought)
    invitation.created_at = past
    found = report_of(invitation).uplift
    assert (found.invited.visitors, found.held_out.visitors) == (300, 100)
    assert found.conversion.verdict == Verdict.BETTER
