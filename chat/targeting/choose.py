"""Which invitation somebody is shown now, which variant of it, or why none: with all that was looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from chat.records import as_json, read
from chat.targeting.exposures import Exposure
from chat.targeting.facts import Facts, facts_of
from chat.targeting.invitations import Availability, Invitation, invitation_as_json, invitation_of
from chat.targeting.judging import Judgement, judge
from chat.targeting.lots import variant_for
from chat.targeting.manners import Breach, Manners, Rule, breaches
from helpdesk.strict_json import dumps


class Kind(StrEnum):
    SHOW = "show"
    HOLD_OUT = "hold_out"  # they would be shown it; they are not, to be compared with those who are
    NOTHING = "nothing"


class Why(StrEnum):
    """What became of an invitation, or the first thing that stood in its way. Stored: add to them, never rename."""

    CHOSEN = "chosen"
    HELD_OUT = "held_out"
    OUTRANKED = "outranked"  # another one goes first
    NOT_ACTIVE = "not_active"
    NOT_STARTED = "not_started"
    ENDED = "ended"
    CLOSED = "closed"  # outside the hours of its schedule
    UNAVAILABLE = "unavailable"  # is for when somebody is online and nobody is, or the other way round
    AUDIENCE = "audience"
    TRIGGER = "trigger"
    MANNERS = "manners"  # see `breaches`


@dataclass(frozen=True, slots=True)
class Occasion:
    """All that a decision is made from."""

    facts: Facts
    manners: Manners
    invitations: tuple[Invitation, ...]


@dataclass(frozen=True, slots=True)
class Looked:
    """An invitation that was looked at. All of it is looked at, also what did not matter any more."""

    invitation: str
    why: Why
    audience: Judgement
    trigger: Judgement
    breaches: tuple[Breach, ...]  # the first is the reason


@dataclass(frozen=True, slots=True)
class Decision:
    kind: Kind
    invitation: str  # "" for nothing
    variant: str  # "" where there are none, and for who is held out
    looked: tuple[Looked, ...]  # the one that goes first first


def choose(at: Occasion) -> Decision:
    """The first invitation that nothing stands in the way of.

    Who is held out of it is shown no other in its place, and it draws on their budget: else the two groups would
    differ in more than this invitation. It is only a holdout when they would have been shown it.
    """
    looked = tuple(_look(invitation, at) for invitation in sorted(at.invitations, key=lambda each: each.rank))
    first = next((each for each in looked if each.why in (Why.CHOSEN, Why.HELD_OUT)), None)
    if first is None:
        return Decision(Kind.NOTHING, "", "", looked)
    looked = tuple(_outranked(each) if each is not first else each for each in looked)
    if first.why == Why.HELD_OUT:
        return Decision(Kind.HOLD_OUT, first.invitation, "", looked)
    variants = next(each.variants for each in at.invitations if each.id == first.invitation)
    variant = variant_for(at.facts.person.key, first.invitation, variants)
    return Decision(Kind.SHOW, first.invitation, variant, looked)


def exposure_from(decision: Decision, facts: Facts) -> Exposure | None:
    """What is to be remembered before anything is shown, so that no other tab shows it too."""
    if decision.kind == Kind.NOTHING:
        return None
    return Exposure(
        campaign=decision.invitation,
        at=facts.now,
        visit=facts.visit.id,
        page=facts.page.id,
        is_holdout=decision.kind == Kind.HOLD_OUT,
    )


# --- one invitation --------------------------------------------------------------------------------------------------
def _look(invitation: Invitation, at: Occasion) -> Looked:
    audience, trigger = judge(invitation.audience, at.facts), judge(invitation.trigger, at.facts)
    broken = breaches(at.facts, at.manners, invitation)
    clauses = (
        (Why.NOT_ACTIVE, not invitation.is_active),
        (Why.NOT_STARTED, invitation.starts_at is not None and at.facts.now < invitation.starts_at),
        (Why.ENDED, invitation.ends_at is not None and at.facts.now >= invitation.ends_at),
        (Why.CLOSED, not invitation.is_open),
        (Why.UNAVAILABLE, not _is_available(invitation, at.facts)),
        (Why.AUDIENCE, not audience.matches),
        (Why.TRIGGER, not trigger.matches),
        (Why.HELD_OUT, [each.rule for each in broken] == [Rule.HOLDOUT]),
        (Why.MANNERS, bool(broken)),
        (Why.CHOSEN, True),
    )
    why = next(why for why, holds in clauses if holds)
    return Looked(invitation.id, why, audience, trigger, broken)


def _is_available(invitation: Invitation, facts: Facts) -> bool:
    team = facts.team(invitation.department)
    is_online = team is not None and team.is_online
    return invitation.availability == Availability.ANY or is_online == (invitation.availability == Availability.ONLINE)


def _outranked(looked: Looked) -> Looked:
    if looked.why not in (Why.CHOSEN, Why.HELD_OUT):
        return looked
    return Looked(looked.invitation, Why.OUTRANKED, looked.audience, looked.trigger, looked.breaches)


# --- kept and made again ---------------------------------------------------------------------------------------------
def occasion_as_json(at: Occasion) -> dict[str, Any]:
    """The record of what a decision was made from, for `replay`."""
    return {
        "facts": as_json(at.facts),
        "manners": as_json(at.manners),
        "invitations": [invitation_as_json(each) for each in at.invitations],
    }


def occasion_of(stored: Mapping[str, Any]) -> Occasion:
    """Raises KeyError, TypeError, ValueError for what `occasion_as_json` did not write."""
    return Occasion(
        facts=facts_of(stored["facts"]),
        manners=read(Manners, stored["manners"]),
        invitations=tuple(invitation_of(each) for each in stored["invitations"]),
    )


def replay(inputs: Mapping[str, Any]) -> str:
    """The decision that follows from a recorded occasion, as `outcome_text` writes it."""
    return outcome_text(choose(occasion_of(inputs)))


def outcome_text(decision: Decision) -> str:
    """The one way to write a decision down: two are the same when their texts are."""
    return dumps(as_json(decision))
