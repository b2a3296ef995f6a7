"""How a value is compared. Every operator has its negation, so that groups need none."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any

from chat.targeting.patterns import matches_glob, matches_regex


class Operator(StrEnum):
    """Stored in conditions: add to them, never rename."""

    IS = "is"
    IS_NOT = "is_not"
    CONTAINS = "contains"
    DOES_NOT_CONTAIN = "does_not_contain"
    STARTS_WITH = "starts_with"
    DOES_NOT_START_WITH = "does_not_start_with"
    LIKE = "like"  # with * for anything
    NOT_LIKE = "not_like"
    MATCHES = "matches"  # a regular expression
    DOES_NOT_MATCH = "does_not_match"
    IN_LIST = "in_list"
    NOT_IN_LIST = "not_in_list"
    EQUALS = "equals"
    DOES_NOT_EQUAL = "does_not_equal"
    LESS_THAN = "less_than"
    AT_LEAST = "at_least"
    MORE_THAN = "more_than"
    AT_MOST = "at_most"
    YES = "yes"
    NO = "no"
    HAS_ANY = "has_any"  # of several, one that is in the list
    HAS_NONE = "has_none"
    IS_SET = "is_set"
    IS_NOT_SET = "is_not_set"


NEGATIONS: dict[Operator, Operator] = {
    Operator.IS: Operator.IS_NOT,
    Operator.CONTAINS: Operator.DOES_NOT_CONTAIN,
    Operator.STARTS_WITH: Operator.DOES_NOT_START_WITH,
    Operator.LIKE: Operator.NOT_LIKE,
    Operator.MATCHES: Operator.DOES_NOT_MATCH,
    Operator.IN_LIST: Operator.NOT_IN_LIST,
    Operator.EQUALS: Operator.DOES_NOT_EQUAL,
    Operator.AT_LEAST: Operator.LESS_THAN,
    Operator.MORE_THAN: Operator.AT_MOST,
    Operator.YES: Operator.NO,
    Operator.HAS_ANY: Operator.HAS_NONE,
    Operator.IS_SET: Operator.IS_NOT_SET,
}
AFFIRMATIONS = {negation: operator for operator, negation in NEGATIONS.items()}

TEXT = frozenset(
    {
        *(Operator.IS, Operator.IS_NOT, Operator.CONTAINS, Operator.DOES_NOT_CONTAIN),
        *(Operator.STARTS_WITH, Operator.DOES_NOT_START_WITH, Operator.LIKE, Operator.NOT_LIKE),
        *(Operator.MATCHES, Operator.DOES_NOT_MATCH, Operator.IN_LIST, Operator.NOT_IN_LIST),
    }
)
NUMBER = frozenset(
    {
        *(Operator.EQUALS, Operator.DOES_NOT_EQUAL, Operator.AT_LEAST),
        *(Operator.LESS_THAN, Operator.MORE_THAN, Operator.AT_MOST),
    }
)
COUNT = frozenset({Operator.AT_LEAST, Operator.LESS_THAN})
FLAG = frozenset({Operator.YES, Operator.NO})
ONE_OF = frozenset({Operator.IN_LIST, Operator.NOT_IN_LIST})
SEVERAL = frozenset({Operator.HAS_ANY, Operator.HAS_NONE})
PRESENCE = frozenset({Operator.IS_SET, Operator.IS_NOT_SET})
LISTS = ONE_OF | SEVERAL  # what is compared with a list
BARE = FLAG | PRESENCE  # what is compared with nothing

_COMPARISONS: dict[Operator, Callable[[Any, Any], bool]] = {
    Operator.IS: lambda actual, wanted: folded(actual) == folded(wanted),
    Operator.CONTAINS: lambda actual, wanted: folded(wanted) in folded(actual),
    Operator.STARTS_WITH: lambda actual, wanted: folded(actual).startswith(folded(wanted)),
    Operator.LIKE: lambda actual, wanted: matches_glob(folded(actual), folded(wanted)),
    Operator.MATCHES: matches_regex,
    Operator.IN_LIST: lambda actual, wanted: folded(actual) in {folded(each) for each in wanted},
    Operator.EQUALS: lambda actual, wanted: actual == wanted,
    Operator.AT_LEAST: lambda actual, wanted: actual >= wanted,
    Operator.MORE_THAN: lambda actual, wanted: actual > wanted,
    Operator.YES: lambda actual, _wanted: actual,
    Operator.HAS_ANY: lambda actual, wanted: not set(actual).isdisjoint(wanted),
    Operator.IS_SET: lambda actual, _wanted: actual,
}


def compare(actual: Any, operator: Operator, wanted: Any) -> bool:
    """Must hold: both are of the type that the operator is for; `actual` is known."""
    affirmed = AFFIRMATIONS.get(operator)
    if affirmed is not None:
        return not _COMPARISONS[affirmed](actual, wanted)
    return _COMPARISONS[operator](actual, wanted)


def folded(value: Any) -> Any:
    """Texts are compared without regard to case: nobody means /Cart to be another page than /cart."""
    return value.casefold() if isinstance(value, str) else value
