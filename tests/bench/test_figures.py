"""Percentiles and medians, by hand."""

import math

from bench.figures import medians, percentile, spread


def test_a_percentile_is_a_value_that_was_measured() -> None:
    values = [float(value) for value in range(1, 101)]
    assert percentile(values, 50) == 50
    assert percentile(values, 99) == 99
    assert percentile(values, 99.9) == 100
    assert percentile(values, 100) == 100


def test_percentiles_of_few_values() -> None:
    assert percentile([7.0], 50) == 7
    assert percentile([7.0], 99.9) == 7
    assert percentile([1.0, 9.0], 50) == 1
    assert math.isnan(percentile([], 50))


def test_a_spread_is_in_milliseconds_and_needs_no_order() -> None:
    assert spread([0.003, 0.001, 0.002]) == {"p50": 2.0, "p99": 3.0, "p99.9": 3.0}


def test_medians_of_runs_leave_out_what_a_run_lacks() -> None:
    assert medians([{"a": 1, "b": 5}, {"a": 9}, {"a": 2}]) == {"a": 2, "b": 5}
