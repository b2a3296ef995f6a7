"""Whatever colour a shop chooses, everything written in it or on it can be read."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from widget.look import MIN_CONTRAST, WINDOW, brand, contrast

# 9 × 9 × 9 colours over the whole cube, and the awkward ones in between.
STEPS = (0, 32, 64, 96, 128, 160, 192, 224, 255)
CUBE = [f"#{red:02x}{green:02x}{blue:02x}" for red, green, blue in itertools.product(STEPS, repeat=3)]
AWKWARD = ["#777777", "#767676", "#ffd21f", "#17181c", "#0b6e69", "#ffff00", "#0000ff", "#00ff00", "#010101", "#fefefe"]


def worst(colour: str) -> float:
    return min(
        min(
            contrast(look["fill"], look["on_fill"]),
            contrast(look["text"], WINDOW[theme]),
            contrast(look["text"], look["soft"]),
        )
        for theme, look in brand(colour).items()
    )


def test_seven_hundred_colours_are_readable_in_both_themes():
    assert len(CUBE) + len(AWKWARD) >= 600
    unreadable = {colour: worst(colour) for colour in CUBE + AWKWARD if worst(colour) < MIN_CONTRAST}
    assert unreadable == {}


@given(st.integers(0, 0xFFFFFF))
def test_any_colour_is_readable_in_both_themes(number):
    assert worst(f"#{number:06x}") >= MIN_CONTRAST


@pytest.mark.parametrize("colour", ["#0b6e69", "#b3261e", "#ffd21f"])
def test_in_the_light_the_fill_is_the_very_colour_chosen(colour):
    assert brand(colour)["light"]["fill"] == colour


def test_a_near_black_brand_turns_near_white_in_the_dark():
    assert contrast(brand("#17181c")["dark"]["fill"], WINDOW["dark"]) > 7


def test_capital_digits_make_no_difference():
    assert brand("#FFD21F") == brand("#ffd21f")


def test_contrast_is_the_wcag_figure():
    assert round(contrast("#000000", "#ffffff"), 2) == 21
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48
