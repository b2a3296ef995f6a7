"""All that a routing decision is made from. Moments are seconds since 1970, so that a record of it is plain JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from chat.records import read


class Strategy(StrEnum):
    """How one of several free agents is chosen."""

    AVERAGE_UTILIZATION = "average_utilization"  # whoever has the fewest chats
    MAX_UTILIZATION = "max_utilization"  # whoever has the most and a free place
    ROUND_ROBIN = "round_robin"  # whoever has been offered none for the longest time
    RANDOM = "random"
    PRIORITY = "priority"  # the order of the agents, then in turn
    RING_ALL = "ring_all"  # all at once, the first to accept has it
    MANUAL = "manual"  # nobody: agents take chats from the queue


class LanguageRule(StrEnum):
    OFF = "off"
    PREFER = "prefer"  # for a while; then anybody
    REQUIRE = "require"


@dataclass(frozen=True, slots=True)
class Policy:
    """The settings of a department that a decision depends on. Spans are in seconds."""

    strategy: Strategy = Strategy.AVERAGE_UTILIZATION
    max_cycles: int = 2
    rest_seconds: int = 0
    is_sticky: bool = True
    sticky_hold_seconds: int = 0
    language_rule: LanguageRule = LanguageRule.PREFER
    language_seconds: int = 20
    has_overflow: bool = False
    overflow_seconds: int = 60
    max_wait_seconds: int | None = 600  # None: as long as it takes


@dataclass(frozen=True, slots=True)
class Agent:
    """A member of the department as they are at the moment of the decision."""

    id: int
    is_online: bool = True
    is_paused: bool = False  # for chats of this department
    load: int = 0  # chats that take a place, and directed rings
    limit: int | None = 4  # None: as many as come
    priority: int = 50  # 1 is first … 100
    languages: tuple[str, ...] = ()  # primary subtags, lower case
    last_offered_at: float | None = None
    last_ended_at: float | None = None
    is_forced_online: bool = False  # stays available outside the department's hours

    @property
    def has_place(self) -> bool:
        return self.limit is None or self.load < self.limit


@dataclass(frozen=True, slots=True)
class Waiting:
    """The chat that nobody has."""

    id: str  # seeds what is drawn by lot
    since: float
    language: str = ""  # primary subtag, lower case; "" when it is not known
    last_agent: int | None = None  # whom the customer talked with last, within the policy's window
    cycle: int = 1
    tried: tuple[int, ...] = ()  # those who were rung in this cycle
    rests_until: float | None = None  # everybody was tried max_cycles times: not again before this
    has_given_up: bool = False  # the visitor was offered to leave a message
    has_overflowed: bool = False  # a chat passes on once, so that departments never hand it round


@dataclass(frozen=True, slots=True)
class Situation:
    now: float
    is_open: bool  # the opening hours of the department
    policy: Policy
    chat: Waiting
    agents: tuple[Agent, ...] = field(default=())

    def is_open_to(self, agent: Agent) -> bool:
        return self.is_open or agent.is_forced_online

    @property
    def is_open_to_somebody(self) -> bool:
        """Within the hours, or outside of them with an agent at work who stays available."""
        return self.is_open or any(agent.is_forced_online and agent.is_online for agent in self.agents)


# Fields of agents that records of earlier versions lack, with what held before they came.
CAME_LATER: Mapping[str, Any] = {"is_forced_online": False}


def situation_of(stored: Mapping[str, Any]) -> Situation:
    """What `chat.records.as_json` wrote. Raises KeyError, TypeError, ValueError for something else."""
    return Situation(
        now=stored["now"],
        is_open=stored["is_open"],
        policy=_policy_of(stored["policy"]),
        chat=read(Waiting, stored["chat"], tried=tuple(stored["chat"]["tried"])),
        agents=tuple(
            read(Agent, {**CAME_LATER, **each}, languages=tuple(each["languages"])) for each in stored["agents"]
        ),
    )


def _policy_of(stored: Mapping[str, Any]) -> Policy:
    rule, strategy = LanguageRule(stored["language_rule"]), Strategy(stored["strategy"])
    return read(Policy, stored, language_rule=rule, strategy=strategy)
