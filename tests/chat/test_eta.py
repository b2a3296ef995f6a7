"""How long somebody in the queue will probably wait: the figure alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.routing.eta import FEWEST, LONGEST, Pace


def eta(*handled: float, places: int | None = 1, position: int = 1) -> int | None:
    return Pace(handled, places).eta_seconds(position)


def test_it_is_the_median_times_the_place_by_the_places_of_who_is_there() -> None:
    assert eta(60, 60, 120, 9000, 9000) == 120
    assert eta(120, 120, 120, 120, 120, position=3) == 360
    assert eta(120, 120, 120, 120, 120, position=3, places=6) == 60


def test_of_too_few_chats_and_with_nobody_there_nothing_is_said() -> None:
    assert eta(*[60] * (FEWEST - 1)) is None
    assert eta(*[60] * FEWEST, places=None) is None


def test_agents_without_a_place_count_as_one_place() -> None:
    assert eta(*[60] * 5, places=0) == 60


@pytest.mark.parametrize(
    ("seconds", "said"), [(0, 0), (59, 59), (60, 60), (89, 60), (90, 120), (3569, 3540), (3570, 3600), (3630, None)]
)
def test_it_is_told_in_whole_minutes_below_one_in_seconds_and_not_beyond_an_hour(
    seconds: float, said: int | None
) -> None:
    assert eta(*[seconds] * 5) == said


@given(
    handled=st.lists(st.floats(0, 100_000), min_size=5, max_size=20),
    places=st.integers(0, 200),
    position=st.integers(1, 999),
)
def test_who_stands_further_back_is_never_told_less(handled: list[float], places: int, position: int) -> None:
    pace = Pace(handled, places)
    here, behind = pace.eta_seconds(position), pace.eta_seconds(position + 1)
    assert here is None or 0 <= here <= LONGEST
    assert behind is None or (here is not None and here <= behind)
