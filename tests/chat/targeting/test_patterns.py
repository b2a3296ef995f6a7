"""Patterns cost little, whoever wrote them and whatever they meet."""

from __future__ import annotations

import re
from collections.abc import Callable
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.targeting.patterns import BadPattern, compiled, matches_glob, matches_regex

# Each takes Python's own engine longer than the world will last, with 2,000 characters.
NASTY = (
    "((a|x){0,16}){0,16}b",
    "(a+)+$",
    "(a|aa)+$",
    "^(a|a?)+$",
    "(.*a){25}b",
    "((a*)*)*b",
    "(x+x+)+y",
    "^(([a-z])+.)+[A-Z]([a-z])+$",
)


def seconds(work: Callable[[], object]) -> float:
    """What it takes at best: others use the machine too."""
    best = float("inf")
    for _try in range(7):
        began = perf_counter()
        work()
        best = min(best, perf_counter() - began)
    return best


@pytest.mark.parametrize("pattern", NASTY)
def test_a_nasty_pattern_is_soon_done_with_a_long_text(pattern: str) -> None:
    text = "a" * 1000 + "x" * 1000 + "!"
    assert not matches_regex(text, pattern)
    assert seconds(lambda: matches_regex(text, pattern)) < 0.2


def test_ten_times_the_text_takes_about_ten_times_as_long() -> None:
    def of(length: int) -> float:
        return seconds(lambda: matches_regex("a" * length + "!", "(.*a){25}b"))

    assert of(200_000) < 40 * max(of(20_000), 1e-4)  # the square would be a hundred times


@pytest.mark.parametrize(
    "pattern", [r"(a)\1", "(?=a)", "(?<!a)b", "((a{100}){100}){100}", "a{1001}", "((a|b){0,30}){0,30}c", "[", "(?P<x"]
)
def test_what_cannot_run_in_linear_time_is_refused(pattern: str) -> None:
    with pytest.raises(BadPattern, match=r"\w"):
        compiled(pattern)


def test_texts_of_every_kind_can_be_searched() -> None:
    assert matches_regex("καλάθι", "^καλ")
    assert matches_regex("ΚΑΛΆΘΙ", "(?i)καλάθι")
    assert not matches_regex("\ud800x", "^x")


globs = st.text("ab*", max_size=8)


@given(st.text("ab", max_size=12), globs)
def test_a_star_stands_for_anything(text: str, pattern: str) -> None:
    expected = re.fullmatch(".*".join(re.escape(piece) for piece in pattern.split("*")), text, re.DOTALL)
    assert matches_glob(text, pattern) == bool(expected)


@pytest.mark.parametrize(("text", "pattern"), [("a", "a*a"), ("aba", "ab*ba"), ("abab", "*bab*ab"), ("", "*a")])
def test_no_letter_is_counted_twice(text: str, pattern: str) -> None:
    assert not matches_glob(text, pattern)


def test_other_signs_stand_for_themselves() -> None:
    assert matches_glob("/a?b=[1]", "/a?b=[1]")
    assert not matches_glob("/axb=1", "/a?b=*")


def test_many_stars_cost_little() -> None:
    text = "a" * 2000
    assert not matches_glob(text, "*a" * 240 + "*b")
    assert seconds(lambda: matches_glob(text, "*a" * 240 + "*b")) < 0.05
