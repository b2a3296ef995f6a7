"""What an invitation has brought: how far people came, which goals are owed to it, and what came in return."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import fsum

WINDOW_SECONDS = 7 * 86_400


class Stage(StrEnum):
    ELIGIBLE = "eligible"
    SHOWN = "shown"
    SEEN = "seen"  # in view for a second
    DISMISSED = "dismissed"
    ACCEPTED = "accepted"
    MESSAGED = "messaged"  # the visitor wrote
    REPLIED = "replied"  # an agent did
    CONVERTED = "converted"


# What somebody must have come through to be at a stage. Reports of pages get lost; a later one says the earlier.
_BEFORE: dict[Stage, Stage] = {
    Stage.SHOWN: Stage.ELIGIBLE,
    Stage.SEEN: Stage.SHOWN,
    Stage.DISMISSED: Stage.SEEN,
    Stage.ACCEPTED: Stage.SEEN,
    Stage.MESSAGED: Stage.ACCEPTED,
    Stage.REPLIED: Stage.MESSAGED,
}


class Through(StrEnum):
    CLICK = "click"  # they had accepted it
    VIEW = "view"  # they had only seen it


@dataclass(frozen=True, slots=True)
class Encounter:
    """One time that an invitation was decided on for somebody, and what came of it. Moments are seconds since 1970."""

    id: str
    visitor: str
    eligible_at: float
    variant: str = ""
    is_holdout: bool = False
    shown_at: float | None = None
    seen_at: float | None = None
    dismissed_at: float | None = None
    accepted_at: float | None = None
    messaged_at: float | None = None
    replied_at: float | None = None


@dataclass(frozen=True, slots=True)
class Conversion:
    """Somebody reached a goal. Values are all in one currency."""

    visitor: str
    at: float
    value: float = 0.0


@dataclass(frozen=True, slots=True)
class Credit:
    """A conversion that is owed to an encounter."""

    encounter: str
    through: Through
    conversion: Conversion


@dataclass(frozen=True, slots=True)
class Return:
    conversions: int
    value: float

    @property
    def average(self) -> float | None:
        return self.value / self.conversions if self.conversions else None


def attribute(
    encounters: Iterable[Encounter], conversions: Iterable[Conversion], *, window_seconds: float = WINDOW_SECONDS
) -> tuple[Credit, ...]:
    """Each conversion to the last encounter that the visitor saw or accepted at most `window_seconds` before.

    To one at most, so that sums are not more than was sold. What was held out, or shown and never seen, gets none.
    """
    of_visitor: dict[str, list[Encounter]] = defaultdict(list)
    for encounter in encounters:
        if not encounter.is_holdout:
            of_visitor[encounter.visitor].append(encounter)
    credits = (_credit(each, of_visitor[each.visitor], window_seconds) for each in conversions)
    return tuple(credit for credit in credits if credit is not None)


def _credit(conversion: Conversion, encounters: Sequence[Encounter], window: float) -> Credit | None:
    touches = [
        (moment, encounter.id, through)
        for encounter in encounters
        for moment, through in ((encounter.seen_at, Through.VIEW), (encounter.accepted_at, Through.CLICK))
        if moment is not None and moment <= conversion.at < moment + window
    ]
    if not touches:
        return None
    last = max(touches)[1]
    # A click counts also when the invitation was looked at once more after it.
    through = Through.CLICK if any(touch[1:] == (last, Through.CLICK) for touch in touches) else Through.VIEW
    return Credit(last, through, conversion)


def returns(credits: Sequence[Credit]) -> dict[Through, Return]:
    """What came in return for clicks, and apart from it what came after a mere view."""
    values = {through: [each.conversion.value for each in credits if each.through == through] for through in Through}
    return {through: Return(len(found), fsum(found)) for through, found in values.items()}


def funnel(encounters: Iterable[Encounter], credits: Iterable[Credit]) -> dict[Stage, int]:
    """How many encounters came to each stage. Who was held out is in none; sort by variant before you ask."""
    counts = dict.fromkeys(Stage, 0)
    converted = {credit.encounter for credit in credits}
    for encounter in encounters:
        if encounter.is_holdout:
            continue
        for stage in _stages(encounter):
            counts[stage] += 1
        counts[Stage.CONVERTED] += encounter.id in converted
    return counts


def _stages(encounter: Encounter) -> set[Stage]:
    moments: Mapping[Stage, float | None] = {
        Stage.SHOWN: encounter.shown_at,
        Stage.SEEN: encounter.seen_at,
        Stage.DISMISSED: encounter.dismissed_at,
        Stage.ACCEPTED: encounter.accepted_at,
        Stage.MESSAGED: encounter.messaged_at,
        Stage.REPLIED: encounter.replied_at,
    }
    reached = {Stage.ELIGIBLE}
    for stage, moment in moments.items():
        while moment is not None and stage not in reached:
            reached.add(stage)
            stage = _BEFORE[stage]
    return reached
