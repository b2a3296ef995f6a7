"""The chart of those who wait: geometry for the picture, words around it, and the same numbers as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils.formats import date_format

WIDTH, HEIGHT = 640, 200
DAY = timedelta(days=1)
SHORT = 2 * DAY  # up to which the labels are hours
MOST_PARTS = 7
NICE = (1, 2, 4, 6, 10, 20, 40, 60)


def chart_of(result: Mapping[str, Any], begins_at: datetime, ends_at: datetime) -> dict[str, Any]:
    """The moments are on the clock on which the chart is to be read."""
    before, after = result["before"]["waiting"], result["after"]["waiting"]
    step = timedelta(seconds=result["bucket_seconds"])
    top = nice_top(max(*before, *after))
    return {
        "top": top,
        "middle": top // 2 if top % 2 == 0 else None,
        "before": line(before, top),
        "after": line(after, top),
        "area": f"{line(after, top)}V{HEIGHT}H0Z",
        "labels": _labels(begins_at, ends_at),
        "most_before": max(before),
        "most_after": max(after),
        "rows": [
            {"from": date_format(_after(begins_at, step * number), "j M, H:i"), "before": one, "after": other}
            for number, (one, other) in enumerate(zip(before, after, strict=True))
        ],
    }


def nice_top(most: int) -> int:
    """The end of the scale: even where it can be, and not below the most."""
    scale = 1
    while True:
        for each in NICE:
            if most <= each * scale:
                return each * scale
        scale *= 100


def line(values: Sequence[int], top: int) -> str:
    """A path in steps, because a number of people holds until it changes."""
    wide = WIDTH / len(values)
    heights = [_number(HEIGHT - value * HEIGHT / top) for value in values]
    steps = "".join(f"V{height}H{_number((number + 1) * wide)}" for number, height in enumerate(heights))
    return f"M0 {heights[0]}{steps}"


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _labels(begins_at: datetime, ends_at: datetime) -> list[str]:
    """At even distances: whole days where the period can be cut into such parts, else its two ends."""
    length = ends_at - begins_at
    days = round(length / DAY)
    if length <= SHORT:
        parts, form = 4, "H:i"
    else:
        parts, form = next((each for each in range(MOST_PARTS, 1, -1) if days % each == 0), 1), "j M"
    return [str(date_format(_after(begins_at, length * number / parts), form)) for number in range(parts + 1)]


def _after(moment: datetime, span: timedelta) -> datetime:
    """So much later in time, which may be another span on the clock."""
    return (moment.astimezone(UTC) + span).astimezone(moment.tzinfo)
