"""Situations of every kind, for properties of the core."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from chat.routing.situation import Agent, LanguageRule, Policy, Situation, Strategy, Waiting

NOON = 1_790_000_000.0
SECONDS = st.integers(-400, 0).map(lambda before: NOON + before)
LANGUAGES = ("el", "en", "ar")


def agents(most: int = 5) -> Any:
    each = st.builds(
        Agent,
        id=st.just(0),
        is_online=st.booleans(),
        is_paused=st.booleans(),
        load=st.integers(0, 4),
        limit=st.one_of(st.none(), st.integers(0, 4)),
        priority=st.sampled_from((1, 50, 100)),
        languages=st.lists(st.sampled_from(LANGUAGES), unique=True).map(tuple),
        last_offered_at=st.one_of(st.none(), SECONDS),
        last_ended_at=st.one_of(st.none(), SECONDS),
        is_forced_online=st.booleans(),
    )
    return st.lists(each, max_size=most).map(_numbered)


def _numbered(found: list[Agent]) -> tuple[Agent, ...]:
    return tuple(with_(agent, id=number) for number, agent in enumerate(found, 1))


def with_(value: Any, **changes: Any) -> Any:
    return type(value)(**{name: changes.get(name, getattr(value, name)) for name in value.__slots__})


policies = st.builds(
    Policy,
    strategy=st.sampled_from(Strategy),
    max_cycles=st.integers(1, 5),
    rest_seconds=st.sampled_from((0, 30, 300)),
    is_sticky=st.booleans(),
    sticky_hold_seconds=st.sampled_from((0, 20, 60)),
    language_rule=st.sampled_from(LanguageRule),
    language_seconds=st.sampled_from((0, 20, 300)),
    has_overflow=st.booleans(),
    overflow_seconds=st.sampled_from((5, 60, 350)),
    max_wait_seconds=st.one_of(st.none(), st.sampled_from((60, 240, 600))),
)

chats = st.builds(
    Waiting,
    id=st.uuids().map(str),
    since=SECONDS,
    language=st.sampled_from(("", *LANGUAGES)),
    last_agent=st.one_of(st.none(), st.integers(1, 6)),
    cycle=st.integers(1, 6),
    tried=st.lists(st.integers(1, 5), unique=True).map(tuple),
    rests_until=st.one_of(st.none(), st.integers(-60, 60).map(lambda after: NOON + after)),
    has_given_up=st.booleans(),
    has_overflowed=st.booleans(),
)

situations = st.builds(
    Situation, now=st.just(NOON), is_open=st.booleans(), policy=policies, chat=chats, agents=agents()
)


def situation(*team: Agent, chat: Waiting | None = None, now: float = NOON, is_open: bool = True, **policy: Any) -> Any:
    """One that a test says in words. The chat has just begun if nothing else is said."""
    return Situation(now, is_open, Policy(**policy), chat or Waiting("chat", since=now), team)
