"""Patterns cost little, whoever wrote them and whatever they meet."""

from __future__ import annotations

import re
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.targeting.patterns import BadPattern, compiled, matches_glob, matches_regex

# Each takes Python's own engine longer than the world will last, with 2,000 characters.
NASTY = ("(a+)+$", "(a|aa)+$", "^(a|a?)+$", "(.*a){25}b", "((a*)*)*b", "(x+x+)+y", "^(([a-z])+.)+[A-Z]([a-z])+$")


@pytest.mark.parametrize("pattern", NASTY)
def test_a_nasty_pattern_meets_a_long_text_in_milliseconds(pattern: str) -> None:
    text = "a" * 1000 + "x" * 1000 + "!"
    matches_regex(text, pattern)  # compiled now
    began = perf_counter()
    assert not matches_regex(text, pattern)
    assert perf_counter() - began < 0.05


def test_ten_times_the_text_takes_about_ten_times_as_long() -> None:
    def seconds(length: int) -> float:
        text = "a" * length + "!"
        best = float("inf")
        for _try in range(7):
            began = perf_counter()
            matches_regex(text, "(.*a){25}b")
            best = min(best, perf_counter() - began)
        return best

    seconds(2_000)
    assert seconds(200_000) < 40 * max(seconds(20_000), 1e-4)  # the square would be a hundred times


@pytest.mark.parametrize("pattern", [r"(a)\1", "(?=a)", "(?<!a)b", "((a{100}){100}){100}", "a{1001}", "[", "(?P<x"])
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


def test_other_signs_stand_for_themselves() -> None:
    assert matches_glob("/a?b=[1]", "/a?b=[1]")
    assert not matches_glob("/axb=1", "/a?b=*")


def test_many_stars_cost_little() -> None:
    text = "a" * 2000
    began = perf_counter()
    assert not matches_glob(text, "*a" * 240 + "*b")
    assert perf_counter() - began < 0.05
