"""Lots fall the same again, in the shares that were asked for."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.targeting.invitations import Variant
from chat.targeting.lots import is_held_out, variant_for

PEOPLE = [f"visitor-{number}" for number in range(20_000)]
ids = st.uuids().map(str)
# The 99.99 % quantiles of chi-square for 1 … 4 degrees of freedom. The visitors are always these: nothing flickers.
CHI_SQUARE = {1: 15.14, 2: 18.42, 3: 21.11, 4: 23.51}


def chi_square(counts: Counter[str], weights: dict[str, int]) -> float:
    total, weight = sum(counts.values()), sum(weights.values())
    expected = {name: total * share / weight for name, share in weights.items()}
    return sum((counts[name] - expected[name]) ** 2 / expected[name] for name in weights)


def drawn(weights: dict[str, int], invitation: str = "hello") -> dict[str, str]:
    variants = [Variant(name, weight) for name, weight in weights.items()]
    return {visitor: variant_for(visitor, invitation, variants) for visitor in PEOPLE}


@pytest.mark.parametrize(
    "weights",
    [{"a": 1, "b": 1}, {"a": 1, "b": 9}, {"a": 50, "b": 30, "c": 20}, {"a": 1, "b": 2, "c": 3, "d": 4, "e": 5}],
)
def test_variants_have_the_shares_of_their_weights(weights: dict[str, int]) -> None:
    assert chi_square(Counter(drawn(weights).values()), weights) < CHI_SQUARE[len(weights) - 1]


def test_a_weight_that_grows_takes_from_the_others_and_moves_nobody_between_them() -> None:
    before, after = drawn({"a": 10, "b": 10, "c": 10}), drawn({"a": 10, "b": 10, "c": 20})
    moved = [visitor for visitor in PEOPLE if before[visitor] != after[visitor]]
    assert {after[visitor] for visitor in moved} == {"c"}
    # From a third to a half: a sixth of all must move, and no more do.
    assert len(moved) == pytest.approx(len(PEOPLE) / 6, rel=0.05)


def test_a_variant_that_goes_gives_only_its_own_away() -> None:
    before, after = drawn({"a": 1, "b": 1, "c": 1}), drawn({"a": 1, "b": 1, "c": 0})
    assert all(after[visitor] == before[visitor] for visitor in PEOPLE if before[visitor] != "c")
    assert set(after.values()) == {"a", "b"}


def test_invitations_and_holdouts_draw_apart() -> None:
    weights = {"a": 1, "b": 1}
    one, other = drawn(weights), drawn(weights, "goodbye")
    pairs = Counter(f"{one[visitor]}{other[visitor]}" for visitor in PEOPLE)
    assert chi_square(pairs, dict.fromkeys(("aa", "ab", "ba", "bb"), 1)) < CHI_SQUARE[3]
    of_held_out = Counter(one[visitor] for visitor in PEOPLE if is_held_out(visitor, "hello", 50))
    assert chi_square(of_held_out, weights) < CHI_SQUARE[1]


@given(ids, ids, st.lists(st.builds(Variant, ids, st.integers(0, 9)), max_size=5, unique_by=lambda each: each.id))
def test_a_variant_stays_whatever_the_order_they_are_told_in(
    visitor: str, invitation: str, variants: list[Variant]
) -> None:
    found = variant_for(visitor, invitation, variants)
    assert found == variant_for(visitor, invitation, variants[::-1])
    assert found == variant_for(visitor, invitation, [Variant(each.id, each.weight * 7) for each in variants])
    assert found in {each.id for each in variants if each.weight} or (not found and not any(v.weight for v in variants))


@pytest.mark.parametrize("percent", [1, 10, 50])
def test_as_many_are_held_out_as_were_asked_for(percent: int) -> None:
    counts = Counter(str(is_held_out(visitor, "hello", percent)) for visitor in PEOPLE)
    assert chi_square(counts, {"True": percent, "False": 100 - percent}) < CHI_SQUARE[1]


@given(ids, ids)
def test_who_is_held_out_stays_so_when_more_are(visitor: str, invitation: str) -> None:
    steps = [is_held_out(visitor, invitation, percent) for percent in (0, 1, 5, 20, 50, 99.9, 100)]
    assert not steps[0]
    assert steps[-1]
    assert all(before <= after for before, after in pairwise(steps))


def test_lots_fall_as_they_always_did() -> None:
    """Another hash would move every visitor of every running test."""
    variants = [Variant("a"), Variant("b"), Variant("c")]
    assert "".join(variant_for(visitor, "hello", variants) for visitor in PEOPLE[:24]) == "bacbccbaaaaacabbbaababbb"
    assert [number for number in range(60) if is_held_out(PEOPLE[number], "hello", 10)] == [1, 23]
