"""Whether somebody is meant by a tree of conditions, with the value of each: the debugger shows what was seen here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite

from chat.targeting import operators
from chat.targeting.conditions import EVERYBODY, Condition, Group, Match
from chat.targeting.facts import Consent, Facts
from chat.targeting.kinds import NATURES, Kind, Lack, Nature, Place, Value
from chat.targeting.operators import Operator, compare

MAX_SHOWN = 300  # characters of a value that a record repeats; the facts beside it hold all of it


@dataclass(frozen=True, slots=True)
class Seen:
    """One condition as it was when it was judged."""

    path: str
    matches: bool
    value: Value | None  # None: not known
    lack: Lack | None  # why not


@dataclass(frozen=True, slots=True)
class Judgement:
    matches: bool
    seen: tuple[Seen, ...]  # every condition in order, also those that did not matter any more


def judge(tree: Group, facts: Facts) -> Judgement:
    """Whether `tree` is true of `facts`. What is not known never matches, negated or not."""
    seen = tuple(_seen(path, condition, facts) for path, condition in tree.conditions())
    return Judgement(_holds(tree, iter(seen)), seen)


def _holds(tree: Group, seen: Iterator[Seen]) -> bool:
    """Takes from `seen` what belongs to `tree`: the order is that of `Group.conditions`."""
    results = [_holds(member, seen) if isinstance(member, Group) else next(seen).matches for member in tree.of]
    return all(results) if tree.match == Match.ALL else any(results)


def rest_for_page(tree: Group, facts: Facts) -> Group | None:
    """What the page must still wait for, with all that the server can tell already told.

    None: it would wait in vain, as long as what the server knows stays as it is. `EVERYBODY`: there is nothing to
    wait for. `facts` matches `tree` just when it matches this.
    """
    left: list[Condition | Group] = []
    for member in tree.of:
        rest = _rest_of(member, facts)
        if rest == EVERYBODY and tree.match == Match.ANY:
            return EVERYBODY
        if rest is None and tree.match == Match.ALL:
            return None
        if rest is not None and rest != EVERYBODY:
            left.append(rest)
    if left:
        return Group(tree.match, tuple(left))
    return EVERYBODY if tree.match == Match.ALL else None


def _rest_of(member: Condition | Group, facts: Facts) -> Condition | Group | None:
    if isinstance(member, Group):
        return rest_for_page(member, facts)
    does = _judge(member, facts)[0]
    # The page knows of its own events only. What happened often enough before it was opened is not waited for again.
    if member.place == Place.PAGE and not (does and member.kind == Kind.CUSTOM_EVENT):
        return member
    return EVERYBODY if does else None


# --- one condition ---------------------------------------------------------------------------------------------------
def matches(condition: Condition, facts: Facts) -> bool:
    """Whether the condition alone is true of `facts`; what is not known never is."""
    return _judge(condition, facts)[0]


def _seen(path: str, condition: Condition, facts: Facts) -> Seen:
    does, value, lack = _judge(condition, facts)
    return Seen(path, does, value[:MAX_SHOWN] if isinstance(value, str) else value, lack)


def _judge(condition: Condition, facts: Facts) -> tuple[bool, Value | None, Lack | None]:
    """Whether it matches, the value, and why there is none."""
    nature = NATURES[condition.kind]
    value = _value(condition, nature, facts)
    if value is None:
        is_kept_from_us = nature.is_personal and not _may_look(facts)
        return False, None, Lack.NO_CONSENT if is_kept_from_us else nature.lack
    fitting = _as_fits(value, condition.operator, nature)
    if fitting is None:
        return False, value, Lack.WRONG_TYPE
    return compare(fitting, condition.operator, condition.value), value, None


def _may_look(facts: Facts) -> bool:
    return not facts.person.has_signal and facts.person.consent in (Consent.GRANTED, Consent.NOT_NEEDED)


def _value(condition: Condition, nature: Nature, facts: Facts) -> Value | None:
    """Only whether something is set is about its absence: who has no such attribute is known to have none, unless
    no attribute of theirs is known at all."""
    if condition.operator in operators.PRESENCE and nature.holder is not None:
        holder = nature.holder(facts)
        return None if holder is None else condition.about.name in holder
    return nature.read(facts, condition.about)


def _as_fits(value: Value, operator: Operator, nature: Nature) -> Value | None:
    """The value as the operator compares it: attributes come from sites, where 12 may be "12"; None if it cannot."""
    if operator in operators.NUMBER:
        return _as_number(value)
    if operator in operators.BARE:
        return value if isinstance(value, bool) else None
    if operator in operators.TEXT and nature.choices is None:
        return _as_text(value)
    return value


def _as_number(value: Value) -> float | None:
    if isinstance(value, bool | tuple):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if isfinite(number) else None


def _as_text(value: Value) -> Value:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value) if isinstance(value, int | float) else value
