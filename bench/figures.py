"""Percentiles and medians of what was measured."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median


def percentile(ordered: Sequence[float], percent: float) -> float:
    """The smallest value that at least `percent` of the values do not exceed. Must hold: sorted; NaN when empty."""
    if not ordered:
        return float("nan")
    rank = -(-len(ordered) * percent // 100)  # rounded up
    return ordered[max(int(rank), 1) - 1]


def spread(seconds: Sequence[float]) -> dict[str, float]:
    """p50, p99 and p99.9 in milliseconds."""
    ordered = sorted(seconds)
    return {
        name: round(percentile(ordered, percent) * 1000, 2)
        for name, percent in (("p50", 50), ("p99", 99), ("p99.9", 99.9))
    }


def medians(runs: Sequence[dict[str, float]]) -> dict[str, float]:
    """The median of each figure over several runs. A figure that a run lacks is left out of that run only."""
    names = dict.fromkeys(name for run in runs for name in run)
    return {name: median(run[name] for run in runs if name in run) for name in names}
