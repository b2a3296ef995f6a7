"""Whether an invitation does anything: those who were to be shown it, compared with those who were held out of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from math import fsum

from chat.targeting.intervals import Interval, Sample, newcombe, sample_of, welch
from chat.targeting.measure import WINDOW_SECONDS, Conversion, Encounter

# With fewer the interval is so wide that it only invites to read something into it.
MIN_VISITORS = 100  # in each group
MIN_CONVERSIONS = 10  # in both together
# A mean is near enough to normal for its interval from 355 times the squared skewness on: R. Kohavi, A. Deng,
# R. Longbotham and Y. Xu, "Seven rules of thumb for web site experimenters", KDD 2014, rule 7.
PER_SQUARED_SKEWNESS = 355


class Lacking(StrEnum):
    """Why there is not enough data yet."""

    NO_HOLDOUT = "no_holdout"
    TOO_FEW_VISITORS = "too_few_visitors"
    TOO_FEW_CONVERSIONS = "too_few_conversions"
    TOO_SKEWED = "too_skewed"  # a few large orders decide


class Verdict(StrEnum):
    BETTER = "better"
    WORSE = "worse"
    NO_DIFFERENCE_SEEN = "no_difference_seen"  # there may be one


@dataclass(frozen=True, slots=True)
class Arm:
    """One of the two groups. Only visitors whose window is over: the others can still convert."""

    converted: int
    revenue: Sample  # for each visitor, with 0 for who bought nothing

    @property
    def visitors(self) -> int:
        return self.revenue.size

    @property
    def rate(self) -> float | None:
        return self.converted / self.visitors if self.visitors else None


@dataclass(frozen=True, slots=True)
class Difference:
    """What the invited have more than the held out. All None but `lacking` when there is not enough data."""

    value: float | None = None
    low: float | None = None
    high: float | None = None
    relative: float | None = None  # 0.1 is a tenth more; None also where the held out have nothing
    lacking: Lacking | None = None

    @property
    def verdict(self) -> Verdict | None:
        if self.low is None or self.high is None:
            return None
        if self.low > 0:
            return Verdict.BETTER
        return Verdict.WORSE if self.high < 0 else Verdict.NO_DIFFERENCE_SEEN


@dataclass(frozen=True, slots=True)
class Uplift:
    invited: Arm
    held_out: Arm
    conversion: Difference
    revenue: Difference  # for each visitor


def uplift(
    encounters: Iterable[Encounter],
    conversions: Iterable[Conversion],
    *,
    now: float,
    window_seconds: float = WINDOW_SECONDS,
) -> Uplift:
    """Of one invitation. Both groups count alike: a visitor once, from their first encounter, whatever the credit.

    The invited are all who were to be shown it, also those whose page was closed before: among the held out they
    cannot be told apart. The interval is that of one look: who looks each day and stops at the first good one is
    fooled more often than one time in twenty.
    """
    bought: dict[str, list[Conversion]] = defaultdict(list)
    for conversion in conversions:
        bought[conversion.visitor].append(conversion)
    first: dict[str, Encounter] = {}
    for encounter in sorted(encounters, key=lambda each: (each.eligible_at, each.id)):
        first.setdefault(encounter.visitor, encounter)
    over = [each for each in first.values() if each.eligible_at + window_seconds <= now]
    found = {
        is_holdout: _arm([each for each in over if each.is_holdout == is_holdout], bought, window_seconds)
        for is_holdout in (False, True)
    }
    invited, held_out = found[False], found[True]
    return Uplift(invited, held_out, _of_conversion(invited, held_out), _of_revenue(invited, held_out))


def _arm(encounters: list[Encounter], bought: dict[str, list[Conversion]], window: float) -> Arm:
    within = [
        [each.value for each in bought.get(one.visitor, ()) if 0 <= each.at - one.eligible_at < window]
        for one in encounters
    ]
    return Arm(sum(bool(values) for values in within), sample_of([fsum(values) for values in within]))


def _of_conversion(invited: Arm, held_out: Arm) -> Difference:
    lacking = _lacking(invited, held_out)
    if lacking is not None:
        return Difference(lacking=lacking)
    interval = newcombe(invited.converted, invited.visitors, held_out.converted, held_out.visitors)
    return _difference(invited.converted / invited.visitors, held_out.converted / held_out.visitors, interval)


def _of_revenue(invited: Arm, held_out: Arm) -> Difference:
    lacking = _lacking(invited, held_out)
    if lacking is not None:
        return Difference(lacking=lacking)
    samples = (invited.revenue, held_out.revenue)
    if all(each.variance == 0 for each in samples):
        return Difference(lacking=Lacking.TOO_FEW_CONVERSIONS)
    if any(each.size < PER_SQUARED_SKEWNESS * each.skewness**2 for each in samples):
        return Difference(lacking=Lacking.TOO_SKEWED)
    return _difference(invited.revenue.mean, held_out.revenue.mean, welch(*samples))


def _lacking(invited: Arm, held_out: Arm) -> Lacking | None:
    if not held_out.visitors:
        return Lacking.NO_HOLDOUT
    if min(invited.visitors, held_out.visitors) < MIN_VISITORS:
        return Lacking.TOO_FEW_VISITORS
    return Lacking.TOO_FEW_CONVERSIONS if invited.converted + held_out.converted < MIN_CONVERSIONS else None


def _difference(invited: float, held_out: float, interval: Interval) -> Difference:
    relative = invited / held_out - 1 if held_out > 0 else None
    return Difference(invited - held_out, *interval, relative)
