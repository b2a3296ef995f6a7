"""Reads trees of conditions as somebody wrote them, and says everything that is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

from chat.targeting.conditions import Condition, Group, Match, Wanted
from chat.targeting.kinds import NATURES, About, Kind, Naming, Nature, Zone
from chat.targeting.operators import BARE, LISTS, NUMBER, Operator
from chat.targeting.patterns import MAX_PATTERN, BadPattern, compiled

MAX_CONDITIONS = 50
MAX_TEXT = 500  # characters
MAX_LIST = 200
MAX_NUMBER = 2**53 - 1  # what every JSON reader represents exactly (RFC 8259 §6)

# What a saved segment may be made of: what stays true of a person when they have left the page.
SEGMENT_KINDS = frozenset(
    {
        *(Kind.ATTRIBUTE, Kind.TAG, Kind.LANGUAGE, Kind.COUNTRY, Kind.REGION, Kind.CITY, Kind.DEVICE, Kind.BROWSER),
        *(Kind.VISIT_NUMBER, Kind.IS_RETURNING, Kind.SECONDS_SINCE_LAST_VISIT, Kind.SECONDS_SINCE_LAST_CHAT),
        *(Kind.LAST_RATING, Kind.CUSTOM_EVENT, Kind.CONSENT),
        *(Kind.INVITATION_SHOWN, Kind.INVITATION_DISMISSED, Kind.INVITATION_ACCEPTED),
    }
)


class Fault(StrEnum):
    """Stable; said in words by chat/targeting_words.py."""

    OBJECT_EXPECTED = "object_expected"
    UNKNOWN_FIELD = "unknown_field"
    UNKNOWN_MATCH = "unknown_match"
    LIST_EXPECTED = "list_expected"
    TOO_DEEP = "too_deep"
    EMPTY_GROUP = "empty_group"
    TOO_MANY = "too_many_conditions"
    UNKNOWN_KIND = "unknown_kind"
    KIND_NOT_ALLOWED = "kind_not_allowed"
    UNKNOWN_OPERATOR = "unknown_operator"
    OPERATOR_NOT_ALLOWED = "operator_not_allowed"
    NAME_MISSING = "name_missing"
    TEXT_EXPECTED = "text_expected"
    TEXT_TOO_LONG = "text_too_long"
    NUMBER_EXPECTED = "number_expected"
    TOO_MANY_ENTRIES = "too_many_entries"
    NOT_A_CHOICE = "not_a_choice"
    PATTERN_TOO_LONG = "pattern_too_long"
    BAD_PATTERN = "bad_pattern"
    SPAN_EXPECTED = "span_expected"
    ZONE_EXPECTED = "zone_expected"


@dataclass(frozen=True, slots=True)
class Problem:
    path: str  # "of[1].of[0].value"; "" is the whole
    code: Fault
    data: Mapping[str, Any] = field(default_factory=dict)


class InvalidTree(ValueError):
    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(", ".join(f"{each.path}: {each.code}" for each in problems))
        self.problems = problems


def read_tree(stored: Any, *, kinds: Set[Kind] = frozenset(Kind)) -> Group:
    """The tree that the JSON value `stored` means. Raises InvalidTree with all that is wrong, in order."""
    reader = _Reader(kinds)
    tree = reader.group(stored, "", is_top=True)
    if reader.count > MAX_CONDITIONS:
        reader.note("", Fault.TOO_MANY, most=MAX_CONDITIONS)
    if reader.problems:
        raise InvalidTree(tuple(reader.problems))
    return tree


E = TypeVar("E", bound=StrEnum)


class _Reader:
    def __init__(self, kinds: Set[Kind]) -> None:
        self.kinds = kinds
        self.problems: list[Problem] = []
        self.count = 0

    def note(self, path: str, code: Fault, **data: Any) -> None:
        self.problems.append(Problem(path, code, data))

    # --- groups ---
    def group(self, stored: Any, path: str, *, is_top: bool) -> Group:
        if not isinstance(stored, dict):
            self.note(path, Fault.OBJECT_EXPECTED)
            return Group()
        self._only(stored, path, {"match", "of"})
        match = _enum(Match, stored.get("match"))
        if match is None:
            self.note(_at(path, "match"), Fault.UNKNOWN_MATCH)
        members = stored.get("of")
        if not isinstance(members, list):
            self.note(_at(path, "of"), Fault.LIST_EXPECTED)
            return Group()
        if not members and not (is_top and match == Match.ALL):
            self.note(_at(path, "of"), Fault.EMPTY_GROUP)
        # One more than there may be is enough to refuse the rest of a long list without reading it.
        some = members[: MAX_CONDITIONS + 1]
        found = [self._member(each, _at(path, f"of[{index}]"), is_top) for index, each in enumerate(some)]
        return Group(match or Match.ALL, tuple(member for member in found if member is not None))

    def _member(self, stored: Any, path: str, is_top: bool) -> Condition | Group | None:
        if isinstance(stored, dict) and "of" in stored:
            if is_top:
                return self.group(stored, path, is_top=False)
            self.note(path, Fault.TOO_DEEP)
            return None
        self.count += 1
        return self._condition(stored, path)

    # --- conditions ---
    def _condition(self, stored: Any, path: str) -> Condition | None:
        if not isinstance(stored, dict):
            self.note(path, Fault.OBJECT_EXPECTED)
            return None
        kind = _enum(Kind, stored.get("kind"))
        operator = _enum(Operator, stored.get("operator"))
        if kind is None:
            self.note(_at(path, "kind"), Fault.UNKNOWN_KIND)
        elif kind not in self.kinds:
            self.note(_at(path, "kind"), Fault.KIND_NOT_ALLOWED, kind=kind.value)
        if operator is None:
            self.note(_at(path, "operator"), Fault.UNKNOWN_OPERATOR)
        if kind is None or operator is None:
            return None
        nature = NATURES[kind]
        if operator not in nature.operators:
            self.note(_at(path, "operator"), Fault.OPERATOR_NOT_ALLOWED, kind=kind.value, operator=operator.value)
            return None
        self._only(stored, path, _fields(nature, operator))
        value = self._value(stored.get("value"), _at(path, "value"), nature, operator)
        return Condition(kind, operator, value, self._about(stored, path, nature))

    def _about(self, stored: dict[str, Any], path: str, nature: Nature) -> About:
        name, span, zone = stored.get("name", ""), stored.get("within_seconds"), None
        if nature.naming != Naming.NONE:
            name = self._text(name, _at(path, "name"))
            if nature.naming == Naming.MUST and not name:
                self.note(_at(path, "name"), Fault.NAME_MISSING)
        if nature.has_span and span is not None and not (_is_whole(span) and 0 < span <= MAX_NUMBER):
            self.note(_at(path, "within_seconds"), Fault.SPAN_EXPECTED)
        if nature.has_zone:
            zone = _enum(Zone, stored.get("zone"))
            if zone is None:
                self.note(_at(path, "zone"), Fault.ZONE_EXPECTED)
        return About(name, span, zone)

    # --- values ---
    def _value(self, value: Any, path: str, nature: Nature, operator: Operator) -> Wanted:
        if operator in BARE:
            return None
        if operator in LISTS:
            return self._list(value, path, nature.choices)
        if operator in NUMBER:
            return self._number(value, path)
        if operator in (Operator.MATCHES, Operator.DOES_NOT_MATCH):
            return self._pattern(value, path)
        return self._text(value, path)

    def _list(self, value: Any, path: str, choices: range | None) -> Wanted:
        if not isinstance(value, list) or not value:
            self.note(path, Fault.LIST_EXPECTED)
            return ()
        if len(value) > MAX_LIST:
            self.note(path, Fault.TOO_MANY_ENTRIES, most=MAX_LIST)
            return ()
        if choices is None:
            return tuple(self._text(each, f"{path}[{index}]") for index, each in enumerate(value))
        for index, each in enumerate(value):
            if not (_is_whole(each) and each in choices):
                self.note(f"{path}[{index}]", Fault.NOT_A_CHOICE, least=choices[0], most=choices[-1])
        return tuple(value)

    def _number(self, value: Any, path: str) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= MAX_NUMBER:
            self.note(path, Fault.NUMBER_EXPECTED)
            return 0
        return value

    def _text(self, value: Any, path: str) -> str:
        if not isinstance(value, str) or not _is_unicode(value):
            self.note(path, Fault.TEXT_EXPECTED)
            return ""
        if len(value) > MAX_TEXT:
            self.note(path, Fault.TEXT_TOO_LONG, most=MAX_TEXT)
        return value

    def _pattern(self, value: Any, path: str) -> str:
        pattern = self._text(value, path)
        if len(pattern) > MAX_PATTERN:
            self.note(path, Fault.PATTERN_TOO_LONG, most=MAX_PATTERN)
            return ""
        try:
            compiled(pattern)
        except BadPattern as bad:
            self.note(path, Fault.BAD_PATTERN, said=str(bad))
        return pattern

    def _only(self, stored: dict[str, Any], path: str, allowed: set[str]) -> None:
        """A field that means nothing here is refused: it was meant to narrow something down, and would not."""
        for name in sorted(map(str, stored.keys() - allowed)):
            self.note(_at(path, name), Fault.UNKNOWN_FIELD)


def _fields(nature: Nature, operator: Operator) -> set[str]:
    return {"kind", "operator"} | {
        name
        for name, is_used in (
            ("value", operator not in BARE),
            ("name", nature.naming != Naming.NONE),
            ("within_seconds", nature.has_span),
            ("zone", nature.has_zone),
        )
        if is_used
    }


def _at(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _enum(kind: type[E], value: Any) -> E | None:
    return next((each for each in kind if each == value), None)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_unicode(value: str) -> bool:
    """Half of a surrogate pair can be in JSON but not in UTF-8, and so in no row and on no wire."""
    return not any("\ud800" <= character <= "\udfff" for character in value)
