"""What a row of a condition offers and holds, and how that is stored."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Any

from chat.condition_phrases import GROUPS, OPERATORS
from chat.condition_words import DAY, HOUR, MINUTE, SPANS
from chat.targeting.kinds import NATURES, Kind
from chat.targeting.operators import LISTS, Operator

# With these the list is what is meant nearly always; a new row begins with it.
LISTS_FIRST = frozenset({Kind.COUNTRY, Kind.LANGUAGE})


def first_operator(kind: Kind | None) -> Operator:
    return in_order(kind)[0][0] if kind else Operator.IS


def in_order(kind: Kind) -> list[tuple[Operator, Any]]:
    ordered = [(each, words) for each, words in OPERATORS.items() if each in NATURES[kind].operators]
    return sorted(ordered, key=lambda each: each[0] not in LISTS) if kind in LISTS_FIRST else ordered


def kind_choices(kinds: Set[Kind], chosen: Kind | None = None) -> list[tuple[Any, list[tuple[str, Any]]]]:
    """Every kind of `kinds` under its heading; one that was chosen before stays."""
    groups = (
        (title, [(kind.value, words) for kind, words in group.items() if kind in kinds or kind == chosen])
        for title, group in GROUPS
    )
    return [(title, choices) for title, choices in groups if choices]


def shown_condition(stored: Mapping[str, Any]) -> dict[str, Any]:
    """A stored condition as the row's inputs."""
    kind, value = Kind(stored["kind"]), stored.get("value")
    shown: dict[str, Any] = {"kind": kind.value, "operator": stored["operator"], "name": stored.get("name", "")}
    shown["zone"] = stored.get("zone", "")
    if isinstance(value, list):
        shown |= {"entries": [str(each) for each in value], "lines": "\n".join(map(str, value))}
    elif isinstance(value, str):
        shown["text"] = value
    elif value is not None:
        shown |= dict(zip(("number", "unit"), _with_unit(value) if kind in SPANS else (value, 1), strict=True))
    if stored.get("within_seconds") is not None:
        shown |= dict(zip(("within", "within_unit"), _with_unit(stored["within_seconds"]), strict=True))
    return shown


def _with_unit(seconds: float) -> tuple[float, int]:
    unit = next((unit for unit in (DAY, HOUR, MINUTE) if seconds and seconds % unit == 0), 1)
    return (seconds // unit if unit > 1 else seconds), unit


def number_of(text: str) -> float | str:
    """The number, whole where it is; what is none stays as it was typed."""
    try:
        number = float(text)
    except ValueError:
        return text
    return int(number) if number.is_integer() else number


def in_seconds(text: str, unit: str) -> float | str:
    number = number_of(text)
    factor = int(unit) if unit.isascii() and unit.isdigit() and len(unit) < 6 else 1
    return number if isinstance(number, str) else number_of(str(number * factor))


def lines_of(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
