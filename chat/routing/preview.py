"""Whom a chat would ring, one after the other, if nobody accepted it: `decide`, asked again and again."""

from __future__ import annotations

from dataclasses import dataclass, replace

from chat.routing.decide import Candidate, Decision, decide
from chat.routing.eligibility import rested_at
from chat.routing.situation import Situation, Strategy
from chat.routing.strategies import TieBreak, in_order


@dataclass(frozen=True, slots=True)
class Later:
    """Somebody who could take the chat if those before do not."""

    agent: int
    seconds: float  # from now until they can be rung; 0: already now
    behind: TieBreak | None  # what told them from the one before; None where no comparison decides


@dataclass(frozen=True, slots=True)
class Preview:
    decision: Decision
    later: tuple[Later, ...]  # in the order in which it would ring at them
    by_hand: tuple[int, ...]  # nothing stands in their way, and yet it never rings at them
    could_not: tuple[Candidate, ...]


def preview(at: Situation) -> Preview:
    """What would happen to the chat of `at`. Must hold: it has just begun, and has rung nowhere yet."""
    decision = decide(at)
    rung, later = list(decision.agents), []
    for moment in _moments(at):
        is_now = moment == at.now
        for agent in _ringing_in_turn(replace(at, now=moment), rung):
            later.append(Later(agent, moment - at.now, _behind(at, rung, agent) if is_now else None))
            rung.append(agent)
    others = [each for each in decision.candidates if each.agent not in rung]
    return Preview(
        decision,
        tuple(later),
        by_hand=tuple(each.agent for each in others if not each.reasons),
        could_not=tuple(each for each in others if each.reasons),
    )


def _moments(at: Situation) -> list[float]:
    """Now, and when time alone lets others be rung."""
    since, policy = at.chat.since, at.policy
    moments = {since + policy.sticky_hold_seconds, since + policy.language_seconds}
    moments |= {rested_at(agent, at) for agent in at.agents}
    return [at.now, *sorted(moment for moment in moments if moment > at.now)]


def _ringing_in_turn(at: Situation, before: list[int]) -> list[int]:
    """Who follows, until it would begin again with somebody who was rung `before`."""
    tried = list(before)
    while new := [each for each in _next_step(at, tried).agents if each not in tried]:
        tried += new
    return tried[len(before) :]


def _next_step(at: Situation, tried: list[int]) -> Decision:
    return decide(replace(at, chat=replace(at.chat, tried=tuple(tried))))


def _behind(at: Situation, rung: list[int], agent: int) -> TieBreak | None:
    """What told `agent` from the one who was rung before, if the strategy compared the two."""
    if not rung or at.policy.strategy == Strategy.RING_ALL:
        return None
    if at.policy.is_sticky and rung[-1] == at.chat.last_agent:
        return None
    pair = [each for each in at.agents if each.id in (rung[-1], agent)]
    return in_order(pair, at.policy.strategy, "")[1]
