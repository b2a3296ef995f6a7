"""Whether an agent can be rung for a chat, and if not, for which reasons."""

from __future__ import annotations

from enum import StrEnum

from chat.routing.situation import Agent, LanguageRule, Situation


class Reason(StrEnum):
    """Why an agent is not rung. Stored in decision records: add to them, never rename."""

    CLOSED = "closed"  # the department is outside its hours, and the agent keeps to them
    NOT_ONLINE = "not_online"  # away, offline, or the browser does not answer
    PAUSED = "paused"
    FULL = "full"
    RESTING = "resting"  # a chat ended a moment ago
    LANGUAGE = "language"
    TRIED = "tried"  # was rung for this chat in this cycle


def failed_clauses(agent: Agent, at: Situation) -> tuple[Reason, ...]:
    """All the reasons against, in the order of `Reason`; none when the agent can be rung."""
    clauses = (
        (Reason.CLOSED, not at.is_open_to(agent)),
        (Reason.NOT_ONLINE, not agent.is_online),
        (Reason.PAUSED, agent.is_paused),
        (Reason.FULL, not agent.has_place),
        (Reason.RESTING, rested_at(agent, at) > at.now),
        (Reason.LANGUAGE, not _language_fits(agent, at)),
        (Reason.TRIED, agent.id in at.chat.tried),
    )
    return tuple(reason for reason, fails in clauses if fails)


def rested_at(agent: Agent, at: Situation) -> float:
    """When the agent's pause between two chats is over."""
    return agent.last_ended_at + at.policy.rest_seconds if agent.last_ended_at is not None else 0.0


def prefers_language(at: Situation) -> bool:
    """Whether agents who speak the chat's language still go first.

    Not when nobody of them is at work, or when it rang at all of them: the wait would be for nothing.
    """
    if at.policy.language_rule != LanguageRule.PREFER or not at.chat.language:
        return False
    if at.now - at.chat.since >= at.policy.language_seconds:
        return False
    return any(_may_still_take_it(each, at) for each in at.agents if at.chat.language in each.languages)


def _may_still_take_it(agent: Agent, at: Situation) -> bool:
    return agent.is_online and not agent.is_paused and agent.id not in at.chat.tried


def _language_fits(agent: Agent, at: Situation) -> bool:
    if not at.chat.language or at.chat.language in agent.languages:
        return True
    return at.policy.language_rule != LanguageRule.REQUIRE and not prefers_language(at)
