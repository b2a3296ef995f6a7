"""Confidence intervals: how far a figure can be trusted. All are two-sided, at 95 %."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum, sqrt
from statistics import NormalDist

CONFIDENCE = 0.95
Z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Sample:
    """Values of one group, in figures. Must hold for an interval: at least two values."""

    size: int
    mean: float
    variance: float  # of the population it was drawn from
    skewness: float  # 0 where all are the same


def sample_of(values: Sequence[float]) -> Sample:
    size = len(values)
    mean = fsum(values) / size if size else 0.0
    squares = fsum((each - mean) ** 2 for each in values)
    cubes = fsum((each - mean) ** 3 for each in values)
    skewness = (cubes / size) / (squares / size) ** 1.5 if squares > 0 else 0.0
    return Sample(size, mean, squares / (size - 1) if size > 1 else 0.0, skewness)


def wilson(successes: int, trials: int) -> Interval:
    """For a proportion. Must hold: 0 ≤ successes ≤ trials, trials > 0.

    The score interval: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", Journal of
    the American Statistical Association 22 (1927), 209–212.
    """
    share, square = successes / trials, Z * Z
    middle = share + square / (2 * trials)
    width = Z * sqrt(share * (1 - share) / trials + square / (4 * trials * trials))
    scale = 1 + square / trials
    # At the ends the bound is exactly 0 or 1, which rounding would miss by a hair.
    low = 0.0 if successes == 0 else (middle - width) / scale
    high = 1.0 if successes == trials else (middle + width) / scale
    return low, high


def newcombe(successes: int, trials: int, other_successes: int, other_trials: int) -> Interval:
    """For the difference of two independent proportions, the first minus the other. Must hold: both have trials.

    The hybrid score method without continuity correction, method 10 of R. G. Newcombe, "Interval estimation for the
    difference between independent proportions: comparison of eleven methods", Statistics in Medicine 17 (1998),
    873–890. Unlike the textbook's formula it keeps its 95 % for small and lopsided groups, which holdouts are.
    """
    first, other = successes / trials, other_successes / other_trials
    first_low, first_high = wilson(successes, trials)
    other_low, other_high = wilson(other_successes, other_trials)
    difference = first - other
    below = sqrt((first - first_low) ** 2 + (other_high - other) ** 2)
    above = sqrt((first_high - first) ** 2 + (other - other_low) ** 2)
    return difference - below, difference + above


def welch(first: Sample, other: Sample) -> Interval:
    """For the difference of two means, the first minus the other, whatever their variances. Must hold: one is not 0.

    B. L. Welch, "The generalization of 'Student's' problem when several different population variances are involved",
    Biometrika 34 (1947), 28–35.
    """
    parts = (first.variance / first.size, other.variance / other.size)
    error = sqrt(sum(parts))
    freedom = sum(parts) ** 2 / (parts[0] ** 2 / (first.size - 1) + parts[1] ** 2 / (other.size - 1))
    width = student_t(freedom) * error
    difference = first.mean - other.mean
    return difference - width, difference + width


def student_t(freedom: float) -> float:
    """The quantile of Student's t that `Z` is of the normal distribution.

    The expansion 26.7.5 of Abramowitz and Stegun, "Handbook of Mathematical Functions" (1964); from 10 degrees of
    freedom on it is right to four places, and `measure` asks for far more.
    """
    z, v = Z, freedom
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + sum(term / v**power for power, term in enumerate(terms, 1))
