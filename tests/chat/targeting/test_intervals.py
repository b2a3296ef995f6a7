"""The intervals are those of the literature."""

from __future__ import annotations

from math import sqrt
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.targeting.intervals import Z, newcombe, sample_of, student_t, welch, wilson


@pytest.mark.parametrize(
    ("counts", "low", "high"),
    [  # Newcombe 1998, table II, method 10
        ((56, 70, 48, 80), 0.0524, 0.3339),
        ((9, 10, 3, 10), 0.1705, 0.8090),
        ((6, 7, 2, 7), 0.0582, 0.8062),
        ((5, 56, 0, 29), -0.0381, 0.1926),
        ((0, 10, 0, 20), -0.1611, 0.2775),
        ((0, 10, 0, 10), -0.2775, 0.2775),
        ((10, 10, 0, 20), 0.6791, 1.0000),
        ((10, 10, 0, 10), 0.6075, 1.0000),
    ],
)
def test_differences_of_proportions(counts: tuple[int, int, int, int], low: float, high: float) -> None:
    assert newcombe(*counts) == pytest.approx((low, high), abs=0.00005)


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [  # Newcombe, "Two-sided confidence intervals for the single proportion", 1998, table I, method 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_proportions(successes: int, trials: int, low: float, high: float) -> None:
    assert wilson(successes, trials) == pytest.approx((low, high), abs=0.00005)


counts = st.integers(1, 3000).flatmap(lambda trials: st.tuples(st.integers(0, trials), st.just(trials)))


@given(counts)
def test_a_proportion_lies_in_its_interval_and_that_between_0_and_1(found: tuple[int, int]) -> None:
    low, high = wilson(*found)
    assert 0 <= low <= found[0] / found[1] <= high <= 1


@given(counts, counts)
def test_a_difference_turned_round_is_its_mirror_image(one: tuple[int, int], other: tuple[int, int]) -> None:
    low, high = newcombe(*one, *other)
    assert newcombe(*other, *one) == pytest.approx((-high, -low), abs=1e-12)
    assert -1 - 1e-12 <= low <= one[0] / one[1] - other[0] / other[1] <= high <= 1 + 1e-12


def test_it_covers_the_truth_19_times_in_20() -> None:
    """For a holdout of a tenth and a rare goal, where the textbook's formula covers less."""
    lots, held = Random(1998), 0
    for _time in range(1000):
        invited = sum(lots.random() < 0.06 for _visitor in range(900))
        kept = sum(lots.random() < 0.04 for _visitor in range(100))
        low, high = newcombe(invited, 900, kept, 100)
        held += low <= 0.02 <= high
    assert 930 <= held <= 980


@pytest.mark.parametrize(
    ("freedom", "quantile"), [(10, 2.228139), (30, 2.042272), (60, 2.000298), (120, 1.979930), (1e9, Z)]
)
def test_students_quantiles(freedom: float, quantile: float) -> None:
    assert student_t(freedom) == pytest.approx(quantile, abs=0.00005)


def test_differences_of_means() -> None:
    """Two samples that are easily reckoned: means 3 and 2, variances 2.5 and 1 with 5 and 3 values, 5.75 degrees."""
    first, other = sample_of([1, 2, 3, 4, 5]), sample_of([1, 2, 3])
    assert (first.mean, first.variance, first.skewness) == (3, 2.5, 0)
    low, high = welch(first, other)
    error = sqrt(2.5 / 5 + 1 / 3)
    freedom = (2.5 / 5 + 1 / 3) ** 2 / ((2.5 / 5) ** 2 / 4 + (1 / 3) ** 2 / 2)
    assert freedom == pytest.approx(5.882, abs=0.001)
    assert (low, high) == pytest.approx((1 - student_t(freedom) * error, 1 + student_t(freedom) * error))


@pytest.mark.parametrize(
    ("values", "others", "low", "high", "within"),
    [  # scipy.stats.ttest_ind(values, others, equal_var=False).confidence_interval() of SciPy 1.17.1
        ([1, 2, 3, 4, 5], [1, 2, 3], -1.244589, 3.244589, 0.001),  # 5.9 degrees: the expansion is coarse
        ([0] * 200 + [10] * 60 + [25] * 40, [0] * 250 + [10] * 30 + [40] * 20, 0.15080290, 3.18253043, 1e-8),
    ],
)
def test_differences_of_means_are_those_of_another_program(
    values: list[float], others: list[float], low: float, high: float, within: float
) -> None:
    assert welch(sample_of(values), sample_of(others)) == pytest.approx((low, high), abs=within)


def test_skewness_is_that_of_the_third_moment() -> None:
    assert sample_of([0, 0, 0, 1]).skewness == pytest.approx(1.1547, abs=0.0001)
    assert sample_of([5, 5, 5]).skewness == 0
    assert sample_of([]).size == 0
