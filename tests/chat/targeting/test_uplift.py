"""Whether an invitation does anything, and when that cannot be told yet."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chat.targeting.intervals import newcombe
from chat.targeting.measure import Conversion, Encounter
from chat.targeting.uplift import Difference, Lacking, Uplift, Verdict, uplift
from tests.chat.targeting.people import DAY, NOON

LATER = NOON + 8 * DAY


def trial(invited: tuple[int, int], held_out: tuple[int, int], value: float = 50.0, now: float = LATER) -> Uplift:
    """So many of so many converted, an hour after."""
    encounters, conversions = [], []
    for is_holdout, (converted, visitors) in ((False, invited), (True, held_out)):
        for number in range(visitors):
            visitor = f"{is_holdout}-{number}"
            encounters.append(Encounter(visitor, visitor, NOON, is_holdout=is_holdout))
            if number < converted:
                conversions.append(Conversion(visitor, NOON + 3600, value + number % 7))
    return uplift(encounters, conversions, now=now)


def test_the_difference_is_told_with_its_interval() -> None:
    found = trial((90, 1000), (40, 800))
    assert (found.invited.converted, found.invited.visitors, found.invited.rate) == (90, 1000, 0.09)
    assert (found.held_out.converted, found.held_out.visitors) == (40, 800)
    low, high = newcombe(90, 1000, 40, 800)
    assert found.conversion == Difference(0.09 - 0.05, low, high, pytest.approx(0.8), None)
    assert found.conversion.verdict == Verdict.BETTER


def test_it_may_do_harm_or_nothing_that_can_be_seen() -> None:
    assert trial((50, 1000), (90, 1000)).conversion.verdict == Verdict.WORSE
    assert trial((52, 1000), (50, 1000)).conversion.verdict == Verdict.NO_DIFFERENCE_SEEN


def test_where_the_held_out_have_nothing_there_is_no_relative_figure() -> None:
    found = trial((40, 400), (0, 400)).conversion
    assert (found.relative, found.verdict) == (None, Verdict.BETTER)


@pytest.mark.parametrize(
    ("invited", "held_out", "lacking"),
    [
        ((50, 500), (0, 0), Lacking.NO_HOLDOUT),
        ((50, 500), (20, 99), Lacking.TOO_FEW_VISITORS),
        ((20, 99), (50, 500), Lacking.TOO_FEW_VISITORS),
        ((6, 500), (3, 500), Lacking.TOO_FEW_CONVERSIONS),
    ],
)
def test_with_little_data_nothing_is_claimed(
    invited: tuple[int, int], held_out: tuple[int, int], lacking: Lacking
) -> None:
    found = trial(invited, held_out)
    assert found.conversion == found.revenue == Difference(lacking=lacking)
    assert found.conversion.verdict is None
    assert found.invited.converted == invited[0]


def test_just_enough_is_enough() -> None:
    assert trial((5, 100), (5, 100)).conversion.lacking is None


def test_who_can_still_convert_is_not_counted_yet() -> None:
    assert trial((50, 500), (50, 500), now=NOON + 7 * DAY - 1).conversion.lacking == Lacking.NO_HOLDOUT
    assert trial((50, 500), (50, 500), now=NOON + 7 * DAY).conversion.lacking is None


def test_a_visitor_counts_once_and_only_what_they_bought_within_their_window() -> None:
    first = Encounter("1", "ann", NOON, is_holdout=True)
    again = replace(first, id="2", eligible_at=NOON + 60, is_holdout=False)
    sold = [Conversion("ann", NOON + at, 10.0) for at in (-1, 0, 7 * DAY - 1, 7 * DAY)]
    found = uplift([again, first], sold, now=LATER)
    assert (found.held_out.visitors, found.invited.visitors) == (1, 0)
    assert (found.held_out.converted, found.held_out.revenue.mean) == (1, 20.0)


# --- revenue ----------------------------------------------------------------------------------------------------------
def test_revenue_for_each_visitor_is_compared_when_there_are_enough_orders() -> None:
    found = trial((2000, 10_000), (1500, 10_000)).revenue
    assert found.value == pytest.approx(10.6 - 7.95, abs=0.01)
    assert found.verdict == Verdict.BETTER
    assert found.low is not None
    assert found.high is not None
    assert found.high - found.low == pytest.approx(2 * 1.96 * (53**2 * (0.16 + 0.1275) / 10_000) ** 0.5, rel=0.01)


def test_a_few_orders_among_many_visitors_are_too_skewed_for_an_interval() -> None:
    found = trial((150, 1500), (120, 1500))  # a skewness of 2.7 and 3.1, which asks for 2,500 and 3,400 visitors
    assert found.conversion.lacking is None
    assert found.revenue == Difference(lacking=Lacking.TOO_SKEWED)


def test_goals_without_a_value_have_no_revenue_to_compare() -> None:
    encounters = [Encounter(str(n), str(n), NOON, is_holdout=n % 2 == 0) for n in range(400)]
    found = uplift(encounters, [Conversion(str(n), NOON + 60) for n in range(100)], now=LATER)
    assert found.conversion.lacking is None
    assert found.revenue.lacking == Lacking.TOO_FEW_CONVERSIONS
