"""The order in which a strategy would ring agents who can all be rung, and what decided about the first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum
from hashlib import blake2b
from typing import Any

from chat.routing.situation import Agent, Strategy


class TieBreak(StrEnum):
    """What told the first from the second. Stored in decision records: add to them, never rename."""

    ONLY_ONE = "only_one"
    PRIORITY = "priority"
    LOAD = "load"
    LONGEST_WITHOUT = "longest_without"  # was offered no chat for the longest time
    ID = "id"  # the same in all of that: the older account
    LOT = "lot"


Part = tuple[TieBreak, Callable[[Agent], Any]]


def in_order(agents: Sequence[Agent], strategy: Strategy, seed: str) -> tuple[list[Agent], TieBreak]:
    """The agents, the one to ring first. Must hold: there is one.

    Lower priority numbers go first, whatever the strategy. `seed` is what a lot is drawn with.
    """
    parts = _parts(agents, strategy, seed)
    ordered = sorted(agents, key=lambda agent: tuple(key(agent) for _name, key in parts))
    if len(ordered) == 1:
        return ordered, TieBreak.ONLY_ONE
    first, second = ordered[:2]
    return ordered, next((name for name, key in parts if key(first) != key(second)), TieBreak.ID)


def _parts(agents: Sequence[Agent], strategy: Strategy, seed: str) -> list[Part]:
    parts: list[Part] = [(TieBreak.PRIORITY, lambda agent: agent.priority)]
    if strategy == Strategy.RANDOM:
        return [*parts, (TieBreak.LOT, lambda agent: _lot(seed, agent.id))]
    if strategy == Strategy.AVERAGE_UTILIZATION:
        parts.append((TieBreak.LOAD, _share if _have_different_limits(agents) else _load))
    elif strategy == Strategy.MAX_UTILIZATION:
        parts.append((TieBreak.LOAD, lambda agent: -agent.load))
    return [*parts, (TieBreak.LONGEST_WITHOUT, _last_offered), (TieBreak.ID, lambda agent: agent.id)]


def _load(agent: Agent) -> float:
    return agent.load


def _share(agent: Agent) -> float:
    """How much of what the agent may have they have; who has no limit counts as empty."""
    return agent.load / agent.limit if agent.limit else 0.0


def _have_different_limits(agents: Sequence[Agent]) -> bool:
    return len({agent.limit for agent in agents}) > 1


def _last_offered(agent: Agent) -> float:
    return agent.last_offered_at if agent.last_offered_at is not None else float("-inf")


def _lot(seed: str, agent_id: int) -> bytes:
    """Each agent draws a number, the lowest wins: uniform, and the same again for the same seed."""
    return blake2b(f"{seed}:{agent_id}".encode(), digest_size=16).digest()
