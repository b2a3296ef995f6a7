"""A past period as the simulator replays it. Moments are seconds since 1970; a span ends before its second one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from chat.routing.situation import Policy

Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody who wanted to talk."""

    id: str  # seeds what is drawn by lot
    at: float
    department: int | None
    handling: float  # seconds for which the chat took a place of its agent
    patience: float | None = None  # seconds after which they leave unanswered; None: they wait for as long as it takes
    language: str = ""  # primary subtag, lower case
    customer: int | None = None
    points: int = 0  # of priority: each is a minute of waiting
    was_message: bool = False  # nobody was there, so it was no chat but a message


@dataclass(frozen=True, slots=True)
class Person:
    """An agent: when they were there, and how they answer rings."""

    id: int
    present: tuple[Span, ...]
    languages: tuple[str, ...] = ()
    own_limit: int | None = None  # None: the department's
    answers: tuple[float, ...] = (5.0,)  # seconds after which they accepted rings; which one it is, is drawn by lot
    misses: float = 0.0  # share of the rings
    declines: float = 0.0


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds in a department."""

    policy: Policy
    open: tuple[Span, ...]
    people: Mapping[int, int]  # person → priority
    chats_at_once: int | None = 4
    ring_seconds: int = 30
    sticky_seconds: float = 30 * 86_400.0
    overflow: int | None = None  # to this department, if the policy passes chats on


@dataclass(frozen=True, slots=True)
class Scenario:
    begins: float
    ends: float
    arrivals: tuple[Arrival, ...]  # in the order of `at`
    people: tuple[Person, ...]
    departments: Mapping[int | None, Rules]  # every department that an arrival names, or that others pass chats to
    known: Mapping[int, tuple[int, float]] = field(default_factory=dict)  # customer → whom they talked with, and when
