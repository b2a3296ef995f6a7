"""Whether an invitation bothers people so much that it pauses by itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from chat.targeting.intervals import wilson


class Bother(StrEnum):
    """Stored with the pause: add to them, never rename."""

    COMPLAINTS = "complaints"
    DISMISSALS = "dismissals"


@dataclass(frozen=True, slots=True)
class Tolerance:
    min_shown: int = 100
    min_bothered: int = 5  # at rates near nothing Wilson's lower end is too sure of a handful
    complaint_rate: float = 0.01
    dismissal_rate: float = 0.6


@dataclass(frozen=True, slots=True)
class Tally:
    """Since the invitation was last started by hand: what was known then is no reason to pause it again."""

    shown: int
    dismissed: int  # the visitor closed it
    complained: int  # the visitor asked never to be asked again


@dataclass(frozen=True, slots=True)
class Pause:
    why: Bother
    rate: float
    at_least: float  # the lower end of the rate's interval
    tolerated: float


def reason_to_pause(tally: Tally, tolerance: Tolerance) -> Pause | None:
    """The graver reason first; None while it may go on.

    Must hold: neither count is more than `shown`. The rate itself may be chance: what must be over the limit is the
    lower end of its Wilson interval (one pause in forty is then by chance), and of a handful of people nothing is told.
    """
    if tally.shown < max(1, tolerance.min_shown):
        return None
    for why, count, tolerated in (
        (Bother.COMPLAINTS, tally.complained, tolerance.complaint_rate),
        (Bother.DISMISSALS, tally.dismissed, tolerance.dismissal_rate),
    ):
        at_least = wilson(count, tally.shown)[0]
        if count >= tolerance.min_bothered and at_least > tolerated:
            return Pause(why, count / tally.shown, at_least, tolerated)
    return None
