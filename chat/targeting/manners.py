"""When nobody is asked, however well conditions fit: twelve rules in order. The first that is broken is the reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass
from enum import StrEnum

from chat.targeting.exposures import Channel, Exposure
from chat.targeting.facts import Consent, Facts
from chat.targeting.invitations import Availability, Invitation
from chat.targeting.lots import is_held_out

DAY = 86_400


class Rule(StrEnum):
    """In order. Stored in decision records: add to them, never rename."""

    SWITCHED_OFF = "switched_off"  # off: by the workspace; busy_hour: by the server, which sheds work
    CONSENT = "consent"  # signal: DNT or GPC; consent: was not given
    OPTED_OUT = "opted_out"  # person, or channel
    OCCUPIED = "occupied"  # in_chat, in_queue, in_survey
    WIDGET_OPEN = "widget_open"
    QUIET = "quiet"  # after a conversation
    BUDGET = "budget"  # page, visit, day, week: of everything together
    REPEATED = "repeated"  # visitor, visit, total: of this invitation
    DISMISSED = "dismissed"  # visit; once, often
    TOO_SOON = "too_soon"  # gap: after another one; load: after the page was loaded
    HOLDOUT = "holdout"
    NOBODY_FREE = "nobody_free"  # free: nobody is; queue: it is too long


# What an agent who invites somebody by hand cannot set aside, whatever the reason they give.
BY_HAND = frozenset({Rule.CONSENT, Rule.OPTED_OUT, Rule.OCCUPIED, Rule.WIDGET_OPEN})


@dataclass(frozen=True, slots=True)
class Manners:
    """The workspace's numbers. Spans are in seconds; None is no limit."""

    quiet_seconds: int = DAY
    per_page: int | None = 1
    per_visit: int | None = 1
    per_day: int | None = 2
    per_week: int | None = 4
    dismissed_seconds: int = 7 * DAY
    dismissed_often: int = 2
    dismissed_often_seconds: int = 30 * DAY
    gap_seconds: int = 120
    load_seconds: int = 10
    longest_queue: int = 3
    is_switched_off: bool = False
    is_shedding: bool = False


@dataclass(frozen=True, slots=True)
class Breach:
    rule: Rule
    detail: str = ""
    until: float | None = None  # when time alone heals it


Found = Iterable[tuple[str, float | None]]  # details with their end


def breaches(
    facts: Facts, manners: Manners, invitation: Invitation, *, rules: Set[Rule] = frozenset(Rule)
) -> tuple[Breach, ...]:
    """Every one of `rules` that forbids to show `invitation` now, in order; none when it may be shown."""
    return tuple(
        Breach(rule, *found)
        for rule, check in _RULES.items()
        if rule in rules
        for found in list(check(facts, manners, invitation))[:1]
    )


def over_budget(manners: Manners, exposures: Sequence[Exposure], *, now: float, visit: str, page: str) -> Found:
    """Which caps on everything together are reached. A survey and a mailing ask this too; "" is no visit, no page.

    A day is any 24 hours and a week any 7 days: a midnight in between makes nobody less weary.
    """
    if page and _is_reached(manners.per_page, [each for each in exposures if each.page == page]):
        yield "page", None
    if visit and _is_reached(manners.per_visit, [each for each in exposures if each.visit == visit]):
        yield "visit", None
    for detail, most, span in (("day", manners.per_day, DAY), ("week", manners.per_week, 7 * DAY)):
        recent = sorted(each.at for each in exposures if each.at > now - span)
        if most is not None and len(recent) >= most:
            yield detail, recent[len(recent) - most] + span if most else None


# --- the rules -------------------------------------------------------------------------------------------------------
def _switched_off(_facts: Facts, manners: Manners, _invitation: Invitation) -> Found:
    return _named(off=manners.is_switched_off, busy_hour=manners.is_shedding)


def _consent(facts: Facts, _manners: Manners, _invitation: Invitation) -> Found:
    person = facts.person
    return _named(signal=person.has_signal, consent=person.consent not in (Consent.GRANTED, Consent.NOT_NEEDED))


def _opted_out(facts: Facts, _manners: Manners, _invitation: Invitation) -> Found:
    person = facts.person
    return _named(person=person.has_opted_out, channel=Channel.INVITATION in person.opted_out_channels)


def _occupied(facts: Facts, _manners: Manners, _invitation: Invitation) -> Found:
    return _named(in_chat=facts.is_in_chat, in_queue=facts.is_queued, in_survey=facts.is_in_survey)


def _widget_open(facts: Facts, _manners: Manners, _invitation: Invitation) -> Found:
    return [("", None)] if facts.is_widget_open else []


def _quiet(facts: Facts, manners: Manners, _invitation: Invitation) -> Found:
    last = facts.person.last_chat_at
    return [] if last is None else _until("", last + manners.quiet_seconds, facts.now)


def _budget(facts: Facts, manners: Manners, _invitation: Invitation) -> Found:
    return over_budget(manners, facts.exposures, now=facts.now, visit=facts.visit.id, page=facts.page.id)


def _repeated(facts: Facts, _manners: Manners, invitation: Invitation) -> Found:
    same = [each for each in facts.exposures if _is_of(each, invitation)]
    frequency = invitation.frequency
    return _named(
        visitor=_is_reached(frequency.per_visitor, same),
        visit=_is_reached(frequency.per_visit, [each for each in same if each.visit == facts.visit.id]),
        total=frequency.total is not None and invitation.shown_total >= frequency.total,
    )


def _dismissed(facts: Facts, manners: Manners, _invitation: Invitation) -> Found:
    """Whichever invitation it was: who closes one says no to being asked."""
    closed = [each for each in facts.exposures if each.channel == Channel.INVITATION and each.dismissed_at is not None]
    if any(each.visit == facts.visit.id for each in closed):
        return [("visit", None)]
    if not closed:
        return []
    is_often = len(closed) >= manners.dismissed_often
    span = manners.dismissed_often_seconds if is_often else manners.dismissed_seconds
    last = max(each.dismissed_at or 0 for each in closed)
    return _until("often" if is_often else "once", last + span, facts.now)


def _too_soon(facts: Facts, manners: Manners, invitation: Invitation) -> Found:
    others = [each.at for each in facts.exposures if each.channel != Channel.EMAIL and not _is_of(each, invitation)]
    if others:
        yield from _until("gap", max(others) + manners.gap_seconds, facts.now)
    yield from _until("load", facts.page.loaded_at + manners.load_seconds, facts.now)


def _holdout(facts: Facts, _manners: Manners, invitation: Invitation) -> Found:
    return [("", None)] if is_held_out(facts.person.key, invitation.id, invitation.holdout_percent) else []


def _nobody_free(facts: Facts, manners: Manners, invitation: Invitation) -> Found:
    team = facts.team(invitation.department)
    is_free = team is not None and team.is_online and team.free_places > 0
    return _named(
        free=invitation.availability == Availability.ONLINE and not is_free,
        queue=team is not None and team.queue > manners.longest_queue,
    )


_RULES: dict[Rule, Callable[[Facts, Manners, Invitation], Found]] = {
    Rule.SWITCHED_OFF: _switched_off,
    Rule.CONSENT: _consent,
    Rule.OPTED_OUT: _opted_out,
    Rule.OCCUPIED: _occupied,
    Rule.WIDGET_OPEN: _widget_open,
    Rule.QUIET: _quiet,
    Rule.BUDGET: _budget,
    Rule.REPEATED: _repeated,
    Rule.DISMISSED: _dismissed,
    Rule.TOO_SOON: _too_soon,
    Rule.HOLDOUT: _holdout,
    Rule.NOBODY_FREE: _nobody_free,
}


def _named(**details: bool) -> Found:
    return [(detail, None) for detail, holds in details.items() if holds]


def _until(detail: str, moment: float, now: float) -> Found:
    return [(detail, moment)] if now < moment else []


def _is_of(exposure: Exposure, invitation: Invitation) -> bool:
    return exposure.channel == Channel.INVITATION and exposure.campaign == invitation.id


def _is_reached(most: int | None, exposures: Sequence[Exposure]) -> bool:
    return most is not None and len(exposures) >= most
