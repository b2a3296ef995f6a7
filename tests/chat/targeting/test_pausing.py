"""An invitation that bothers people pauses by itself, and none by chance."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.targeting.pausing import Bother, Tally, Tolerance, reason_to_pause

DEFAULT = Tolerance()


def why(shown: int, dismissed: int = 0, complained: int = 0) -> Bother | None:
    pause = reason_to_pause(Tally(shown, dismissed, complained), DEFAULT)
    return pause.why if pause else None


@pytest.mark.parametrize(
    ("tally", "expected"),
    [
        ((0, 0, 0), None),
        ((99, 99, 99), None),  # too few to tell
        ((100, 0, 5), Bother.COMPLAINTS),
        ((100, 0, 4), None),  # four in a hundred may be chance where one is tolerated
        ((10_000, 0, 130), Bother.COMPLAINTS),
        ((10_000, 0, 110), None),
        ((100, 71, 0), Bother.DISMISSALS),
        ((100, 65, 0), None),
        ((10_000, 6_200, 0), Bother.DISMISSALS),
        ((100, 90, 10), Bother.COMPLAINTS),  # the graver one
    ],
)
def test_it_pauses_when_it_bothers_more_than_chance_explains(
    tally: tuple[int, int, int], expected: Bother | None
) -> None:
    assert why(*tally) == expected


tallies = st.integers(1, 5000).flatmap(
    lambda shown: st.builds(Tally, st.just(shown), st.integers(0, shown), st.integers(0, shown))
)


@given(tallies)
def test_what_is_said_of_a_pause_is_so(tally: Tally) -> None:
    pause = reason_to_pause(tally, DEFAULT)
    if pause is not None:
        assert pause.tolerated < pause.at_least <= pause.rate
        assert tally.shown >= DEFAULT.min_shown


def test_what_is_just_tolerated_is_seldom_paused() -> None:
    lots, paused = Random(5), 0
    for _time in range(400):
        paused += why(400, dismissed=sum(lots.random() < 0.6 for _visitor in range(400))) is not None
    assert paused <= 22  # 2.5 % are 10; 22 are four standard deviations more
