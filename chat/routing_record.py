"""A recorded decision of routing in words. Must hold for all of it: the workspace is active."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from chat.models import RoutingDecision, RoutingPolicy
from chat.routing.decide import Why
from chat.routing.eligibility import Reason
from chat.routing.situation import Agent, Situation, situation_of
from chat.routing.strategies import TieBreak
from chat.routing_words import REASONS, WHYS, Words, first_by, passed_checks
from helpdesk.accounts.languages import name_of
from helpdesk.accounts.models import Membership

NOT_READABLE = (KeyError, TypeError, ValueError)


@dataclass
class Looked:
    """One agent, as the decision found them."""

    name: str
    member: Membership | None  # None: not part of the workspace any more
    agent: Agent
    load: str
    is_rung: bool
    passed: list[Words]
    reasons: list[Words]


@dataclass
class Record:
    """What there is to read about a decision."""

    situation: Situation
    strategy: Words
    language: str
    why: Words
    tie_break: Words
    seed: str
    cycle: int
    people: list[Looked]


def record_of(decision: RoutingDecision) -> Record | None:
    """None for what was written by a version that recorded something else."""
    try:
        situation, outcome = situation_of(decision.inputs), json.loads(decision.outcome)
        return _read(situation, outcome)
    except NOT_READABLE:
        return None


def is_replayed_equal(decision: RoutingDecision) -> bool | None:
    """Whether the same follows today; None when the record cannot be replayed."""
    try:
        return decision.is_replayed_equal
    except NOT_READABLE:
        return None


def _read(situation: Situation, outcome: dict[str, Any]) -> Record:
    strategy = situation.policy.strategy
    tie_break = TieBreak(outcome["tie_break"]) if outcome["tie_break"] else None
    return Record(
        situation=situation,
        strategy=dict(RoutingPolicy.STRATEGIES)[strategy.value],
        language=name_of(situation.chat.language) if situation.chat.language else "",
        why=WHYS[Why(outcome["why"])],
        tie_break=first_by(tie_break, strategy) if tie_break else "",
        seed=outcome["seed"],
        cycle=outcome["cycle"],
        people=_people(situation, outcome),
    )


def _people(situation: Situation, outcome: dict[str, Any]) -> list[Looked]:
    """Those who were rung, then those who could have been, then the others."""
    known = Membership.objects.select_related("user").in_bulk([agent.id for agent in situation.agents])
    reasons = {each["agent"]: [Reason(reason) for reason in each["reasons"]] for each in outcome["candidates"]}
    found = [
        _looked(agent, known.get(agent.id), reasons[agent.id], agent.id in outcome["agents"], situation)
        for agent in situation.agents
    ]
    return sorted(found, key=lambda each: (not each.is_rung, len(each.reasons), each.name))


def _looked(
    agent: Agent, member: Membership | None, reasons: list[Reason], is_rung: bool, situation: Situation
) -> Looked:
    return Looked(
        name=member.name if member else _("Somebody who left"),
        member=member,
        agent=agent,
        load=str(agent.load) if agent.limit is None else _("%(load)d of %(limit)d") % _places(agent),
        is_rung=is_rung,
        passed=passed_checks(reasons, situation),
        reasons=[REASONS[reason] for reason in reasons],
    )


def _places(agent: Agent) -> dict[str, int | None]:
    return {"load": agent.load, "limit": agent.limit}
