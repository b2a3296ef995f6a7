"""Trees of conditions: what they are. `chat.targeting.reading` checks and reads what somebody wrote."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from chat.targeting.kinds import NATURES, About, Kind, Naming, Place
from chat.targeting.operators import AFFIRMATIONS, BARE, NEGATIONS, Operator

Wanted = str | int | float | tuple[str, ...] | tuple[int, ...] | None


class Match(StrEnum):
    ALL = "all"  # with nothing in it: everybody
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Condition:
    kind: Kind
    operator: Operator
    value: Wanted = None  # None where the operator compares with nothing
    about: About = field(default=About())

    @property
    def place(self) -> Place:
        return NATURES[self.kind].place


@dataclass(frozen=True, slots=True)
class Group:
    """Of conditions, and at the top also of groups of conditions: there is no third level."""

    match: Match = Match.ALL
    of: tuple[Condition | Group, ...] = ()

    def conditions(self) -> Iterator[tuple[str, Condition]]:
        """Every condition in order, with its path: "of[1].of[0]"."""
        for index, member in enumerate(self.of):
            if isinstance(member, Condition):
                yield f"of[{index}]", member
            else:
                yield from ((f"of[{index}].{path}", each) for path, each in member.conditions())


EVERYBODY = Group()


def specificity(*trees: Group) -> int:
    """How many conditions there are: among equals the invitation that says more about whom it means goes first."""
    return sum(1 for tree in trees for _condition in tree.conditions())


def negated(condition: Condition) -> Condition:
    """What matches where `condition` does not, among those of whom the value is known."""
    operator = condition.operator
    return replace(condition, operator=NEGATIONS[operator] if operator in NEGATIONS else AFFIRMATIONS[operator])


def written(tree: Group) -> dict[str, Any]:
    """The tree as JSON that `chat.targeting.reading.read_tree` reads back as the same tree."""
    return {"match": tree.match.value, "of": [_written(member) for member in tree.of]}


def _written(member: Condition | Group) -> dict[str, Any]:
    if isinstance(member, Group):
        return written(member)
    nature = NATURES[member.kind]
    found: dict[str, Any] = {"kind": member.kind.value, "operator": member.operator.value}
    if member.operator not in BARE:
        found["value"] = list(member.value) if isinstance(member.value, tuple) else member.value
    if nature.naming != Naming.NONE:
        found["name"] = member.about.name
    if nature.has_span:
        found["within_seconds"] = member.about.within_seconds
    if nature.has_zone and member.about.zone is not None:
        found["zone"] = member.about.zone.value
    return found
