"""What an invitation has brought."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.targeting.measure import Conversion, Encounter, Return, Stage, Through, attribute, funnel, returns
from tests.chat.targeting.people import DAY, NOON, maybe


def encounter(number: str = "1", visitor: str = "ann", **more: Any) -> Encounter:
    return Encounter(number, visitor, more.pop("eligible_at", NOON), **more)


# --- funnel -----------------------------------------------------------------------------------------------------------
def reached(one: Encounter) -> list[str]:
    return [stage.value for stage, count in funnel([one], []).items() if count]


def test_each_stage_is_counted() -> None:
    assert reached(encounter()) == ["eligible"]
    assert reached(encounter(shown_at=NOON)) == ["eligible", "shown"]
    assert reached(encounter(shown_at=NOON, seen_at=NOON, dismissed_at=NOON)) == [
        *("eligible", "shown", "seen", "dismissed")
    ]
    assert reached(encounter(shown_at=NOON, seen_at=NOON, accepted_at=NOON)) == [
        "eligible",
        "shown",
        "seen",
        "accepted",
    ]


def test_a_report_that_was_lost_is_told_by_a_later_one() -> None:
    assert reached(encounter(replied_at=NOON)) == ["eligible", "shown", "seen", "accepted", "messaged", "replied"]
    assert reached(encounter(dismissed_at=NOON)) == ["eligible", "shown", "seen", "dismissed"]


def test_who_was_held_out_is_at_no_stage() -> None:
    assert reached(encounter(is_holdout=True)) == []


moments = maybe(st.integers(0, 900_000).map(lambda seconds: NOON + seconds))
encounters = st.lists(
    st.builds(
        Encounter,
        id=st.uuids().map(str),
        visitor=st.sampled_from(("ann", "bob", "cy")),
        eligible_at=st.just(NOON),
        is_holdout=st.booleans(),
        shown_at=moments,
        seen_at=moments,
        dismissed_at=moments,
        accepted_at=moments,
        messaged_at=moments,
        replied_at=moments,
    ),
    max_size=8,
    unique_by=lambda each: each.id,
)
conversions = st.lists(
    st.builds(
        Conversion,
        visitor=st.sampled_from(("ann", "bob", "dee")),
        at=st.integers(0, 1_900_000).map(lambda seconds: NOON + seconds),
        value=st.integers(0, 500).map(float),
    ),
    max_size=8,
)


@given(encounters)
def test_nobody_is_further_on_than_they_came(found: list[Encounter]) -> None:
    counts = funnel(found, [])
    path = (Stage.ELIGIBLE, Stage.SHOWN, Stage.SEEN, Stage.ACCEPTED, Stage.MESSAGED, Stage.REPLIED)
    assert all(counts[before] >= counts[after] for before, after in pairwise(path))
    assert counts[Stage.SEEN] >= counts[Stage.DISMISSED]
    assert counts[Stage.ELIGIBLE] == sum(not each.is_holdout for each in found)


# --- attribution ------------------------------------------------------------------------------------------------------
def credited(at: float, *found: Encounter, window: float = 7 * DAY) -> list[tuple[str, str]]:
    credits = attribute(found, [Conversion("ann", at, 80.0)], window_seconds=window)
    return [(each.encounter, each.through.value) for each in credits]


SEEN = encounter("seen", shown_at=NOON, seen_at=NOON)
CLICKED = replace(SEEN, id="clicked", accepted_at=NOON + 5)


def test_a_conversion_is_owed_to_what_was_clicked_or_only_seen_before() -> None:
    assert credited(NOON + 60, CLICKED) == [("clicked", "click")]
    assert credited(NOON + 60, SEEN) == [("seen", "view")]
    assert credited(NOON + 3, CLICKED) == [("clicked", "view")]
    assert credited(NOON - 1, SEEN) == []


def test_the_window_ends() -> None:
    assert credited(NOON + 7 * DAY - 1, SEEN) == [("seen", "view")]
    assert credited(NOON + 7 * DAY, SEEN) == []
    assert credited(NOON + 7 * DAY + 4, CLICKED) == [("clicked", "click")]
    assert credited(NOON + DAY, SEEN, window=DAY) == []


def test_the_last_one_has_it_alone() -> None:
    later = replace(SEEN, id="later", seen_at=NOON + 50)
    assert credited(NOON + 60, later, CLICKED) == [("later", "view")]
    assert credited(NOON + 40, later, CLICKED) == [("clicked", "click")]


def test_nothing_is_owed_to_what_nobody_saw_or_somebody_else_did() -> None:
    assert credited(NOON + 60, encounter(shown_at=NOON)) == []
    assert credited(NOON + 60, replace(SEEN, is_holdout=True)) == []
    assert credited(NOON + 60, replace(SEEN, visitor="bob")) == []


@given(encounters, conversions)
def test_no_more_is_owed_than_was_sold(found: list[Encounter], sold: list[Conversion]) -> None:
    credits = attribute(found, sold)
    assert len(credits) <= len(sold)
    total = returns(credits)
    assert sum(each.value for each in total.values()) <= sum(each.value for each in sold)
    assert funnel(found, credits)[Stage.CONVERTED] == len({each.encounter for each in credits})
    by_id = {each.id: each for each in found}
    for credit in credits:
        one = by_id[credit.encounter]
        assert (one.visitor, one.is_holdout) == (credit.conversion.visitor, False)
        if credit.through == Through.CLICK:
            assert one.accepted_at is not None
            assert one.accepted_at <= credit.conversion.at


def test_what_came_after_a_click_and_after_a_view_is_told_apart() -> None:
    bob = replace(SEEN, id="bob's", visitor="bob")
    sold = [Conversion("ann", NOON + 60, 80.0), Conversion("ann", NOON + 90, 20.0), Conversion("bob", NOON + 60, 10.0)]
    found = returns(attribute([CLICKED, bob], sold))
    assert found == {Through.CLICK: Return(2, 100.0), Through.VIEW: Return(1, 10.0)}
    assert found[Through.CLICK].average == pytest.approx(50)
    assert returns([])[Through.CLICK].average is None
