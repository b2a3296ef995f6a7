"""What happens to a chat that nobody has: who is rung, or why nobody is, and when to look again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from chat.records import as_json
from chat.routing.eligibility import Reason, failed_clauses, prefers_language, rested_at
from chat.routing.situation import Agent, Situation, Strategy, situation_of
from chat.routing.strategies import TieBreak, in_order
from helpdesk.strict_json import dumps

REST_AFTER_CYCLES = 60.0  # seconds in which a chat that everybody let ring is not offered to them again


class Kind(StrEnum):
    RING = "ring"
    RING_ALL = "ring_all"
    WAIT = "wait"
    OVERFLOW = "overflow"  # to the department that the policy names
    GIVE_UP = "give_up"  # the visitor is offered to leave a message; the chat goes on waiting


class Why(StrEnum):
    """The rule that decided. Stored in decision records: add to them, never rename."""

    STICKY = "sticky"  # spoke with this customer last
    STRATEGY = "strategy"
    BY_HAND = "by_hand"
    CLOSED = "closed"
    NOBODY_ONLINE = "nobody_online"
    ALL_BUSY = "all_busy"  # full, resting or paused
    HOLDING = "holding"  # for the agent whom the customer knows
    LANGUAGE = "language"  # those who are free do not speak it
    ALL_TRIED = "all_tried"
    TOO_LONG = "too_long"


@dataclass(frozen=True, slots=True)
class Candidate:
    agent: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    kind: Kind
    why: Why
    cycle: int
    candidates: tuple[Candidate, ...]
    agents: tuple[int, ...] = ()  # whom to ring
    tie_break: TieBreak | None = None
    seed: str = ""  # of what was drawn by lot
    look_again_at: float | None = None  # when time alone may change the answer
    rests_until: float | None = None


def decide(at: Situation) -> Decision:
    """The next step for a chat that waits and for which nobody rings."""
    at = _in_a_new_cycle_if_due(at)
    reasons = {agent.id: failed_clauses(agent, at) for agent in at.agents}
    free = [agent for agent in at.agents if not reasons[agent.id]]
    candidates = tuple(Candidate(agent.id, reasons[agent.id]) for agent in at.agents)
    why = _why_nobody(at, free, reasons)
    if (why_elsewhere := _why_elsewhere(at, why)) is not None:
        return Decision(Kind.OVERFLOW, why_elsewhere, at.chat.cycle, candidates)
    if why is None:
        return _ring(at, free, candidates)
    return _wait(at, why, candidates)


def replay(inputs: dict[str, Any]) -> str:
    """The decision that follows from a recorded situation, as `outcome_text` writes it."""
    return outcome_text(decide(situation_of(inputs)))


def outcome_text(decision: Decision) -> str:
    """The one way to write a decision down: two are the same when their texts are."""
    return dumps(as_json(decision))


# --- somebody is rung -------------------------------------------------------------------------------------------------
def _ring(at: Situation, free: list[Agent], candidates: tuple[Candidate, ...]) -> Decision:
    cycle = at.chat.cycle
    known = [agent.id for agent in free if agent.id == at.chat.last_agent] if at.policy.is_sticky else []
    if known:
        return Decision(Kind.RING, Why.STICKY, cycle, candidates, tuple(known), TieBreak.ONLY_ONE)
    if at.policy.strategy == Strategy.RING_ALL:
        return Decision(Kind.RING_ALL, Why.STRATEGY, cycle, candidates, tuple(agent.id for agent in free))
    seed = f"{at.chat.id}:{cycle}:{len(at.chat.tried)}" if at.policy.strategy == Strategy.RANDOM else ""
    ordered, tie_break = in_order(free, at.policy.strategy, seed)
    return Decision(Kind.RING, Why.STRATEGY, cycle, candidates, (ordered[0].id,), tie_break, seed)


def _in_a_new_cycle_if_due(at: Situation) -> Situation:
    """When everybody who could be rung was, they are asked again: at once, or after a rest when it was often enough."""
    chat = at.chat
    if not chat.tried or not _only_tried_stand_in_the_way(at):
        return at
    is_last = chat.cycle % at.policy.max_cycles == 0
    if is_last and (chat.rests_until is None or at.now < chat.rests_until):
        return at
    return replace(at, chat=replace(chat, cycle=chat.cycle + 1, tried=(), rests_until=None))


def _only_tried_stand_in_the_way(at: Situation) -> bool:
    reasons = [failed_clauses(agent, at) for agent in at.agents]
    return () not in reasons and (Reason.TRIED,) in reasons


# --- nobody is --------------------------------------------------------------------------------------------------------
def _why_nobody(at: Situation, free: list[Agent], reasons: dict[int, tuple[Reason, ...]]) -> Why | None:
    if at.policy.strategy == Strategy.MANUAL:
        return Why.BY_HAND
    if _holds_for_known_agent(at, reasons):
        return Why.HOLDING
    if free:
        return None
    if not at.is_open_to_somebody:
        return Why.CLOSED
    if not any(agent.is_online for agent in at.agents):
        return Why.NOBODY_ONLINE
    if any(failed == (Reason.LANGUAGE,) for failed in reasons.values()):
        return Why.LANGUAGE
    if any(failed == (Reason.TRIED,) for failed in reasons.values()) or _all_rest_after_it_rang(reasons):
        return Why.ALL_TRIED
    return Why.ALL_BUSY


def _all_rest_after_it_rang(reasons: dict[int, tuple[Reason, ...]]) -> bool:
    """Missed rings pause people, often with the last one of the last cycle: then it rang at everybody, too."""
    gone = {Reason.NOT_ONLINE, Reason.CLOSED}
    at_work = [set(failed) for failed in reasons.values() if not gone & set(failed)]
    return all(Reason.PAUSED in failed for failed in at_work) and any(Reason.TRIED in failed for failed in at_work)


def _holds_for_known_agent(at: Situation, reasons: dict[int, tuple[Reason, ...]]) -> bool:
    """The agent whom the customer knows is at work and only busy: they may get free within the time to hold."""
    if not at.policy.is_sticky or at.now - at.chat.since >= at.policy.sticky_hold_seconds:
        return False
    against = reasons.get(at.chat.last_agent or 0, ())
    return bool(against) and set(against) <= {Reason.FULL, Reason.RESTING}


def _why_elsewhere(at: Situation, why: Why | None) -> Why | None:
    """For which reason the chat passes on to the other department; None while it stays."""
    if not at.policy.has_overflow or at.chat.has_overflowed:
        return None
    # Not as `why` has it: where chats are taken by hand, they do not wait for people who are not there either.
    if not at.is_open_to_somebody:
        return Why.CLOSED
    if not any(agent.is_online for agent in at.agents):
        return Why.NOBODY_ONLINE
    is_exhausted = why == Why.ALL_TRIED and at.chat.rests_until is None
    is_late = at.now - at.chat.since >= at.policy.overflow_seconds
    return (why or Why.TOO_LONG) if is_exhausted or is_late else None


def _wait(at: Situation, why: Why, candidates: tuple[Candidate, ...]) -> Decision:
    is_exhausted = why == Why.ALL_TRIED and at.chat.rests_until is None
    rests_until = at.now + REST_AFTER_CYCLES if is_exhausted else at.chat.rests_until
    kind, is_holding = Kind.WAIT, why == Why.HOLDING
    if not at.chat.has_given_up and (is_exhausted or _is_too_long(at)):
        kind, why = Kind.GIVE_UP, why if is_exhausted else Why.TOO_LONG
        at = replace(at, chat=replace(at.chat, has_given_up=True))
    look_again_at = _next_moment(at, rests_until, is_holding=is_holding)
    return Decision(kind, why, at.chat.cycle, candidates, look_again_at=look_again_at, rests_until=rests_until)


def _is_too_long(at: Situation) -> bool:
    limit = at.policy.max_wait_seconds
    return limit is not None and at.now - at.chat.since >= limit


def _next_moment(at: Situation, rests_until: float | None, *, is_holding: bool) -> float | None:
    """The first moment at which time alone may change the answer; None when only somebody's doing can."""
    chat, policy = at.chat, at.policy
    moments = [rests_until] if rests_until is not None else []
    moments += [rested_at(agent, at) for agent in at.agents]
    if is_holding:
        moments.append(chat.since + policy.sticky_hold_seconds)
    if prefers_language(at):
        moments.append(chat.since + policy.language_seconds)
    if policy.has_overflow and not chat.has_overflowed:
        moments.append(chat.since + policy.overflow_seconds)
    if policy.max_wait_seconds is not None and not chat.has_given_up:
        moments.append(chat.since + policy.max_wait_seconds)
    return min((moment for moment in moments if moment > at.now), default=None)
