"""“If a chat came now”: what routing would do at this moment, with these settings, in words.

Must hold for all of it: the workspace is active, and so is the reader's time zone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chat.floor import Floor, Seat
from chat.models import RoutingPolicy, StatusChange
from chat.routing.decide import Decision, Kind, Why
from chat.routing.eligibility import Reason, rested_at
from chat.routing.preview import Later, Preview, preview
from chat.routing.situation import Agent, LanguageRule, Situation, Waiting
from chat.routing_words import PAUSED_WHYS, REASONS, WHYS, behind_by, first_by, passed_checks
from helpdesk.accounts.languages import name_of
from helpdesk.accounts.models import Membership, Status

STATUS_DOTS = {Status.ONLINE: "on", Status.AWAY: "away", Status.OFFLINE: "off"}
LOOK_BACK = timedelta(days=1)  # who has been gone for longer is just offline


@dataclass(frozen=True)
class Sample:
    """The chat that is tried. It has what `chat.priorities` asks."""

    language: str = ""  # primary subtag
    last_agent: int | None = None
    page: str = ""
    is_returning: bool = False


@dataclass
class Card:
    """One person."""

    member: Membership
    dot: str
    load: str
    words: list[str] = field(default_factory=list)
    can_resume: bool = False


@dataclass
class Panel:
    """Whom it would ring, who could follow and who could not."""

    decision: Decision
    title: str
    why: str
    winners: list[Card]
    checks: list[str]
    later: list[Card]
    by_hand: list[Card]
    could_not: list[Card]
    points: int = 0
    as_saved: str = ""

    @property
    def has_people(self) -> bool:
        return bool(self.winners or self.later or self.by_hand or self.could_not)


def situation_now(
    floor: Floor, department_id: int | None, policy: RoutingPolicy, sample: Sample, *, is_open: bool
) -> Situation:
    """The sample as a chat that begins at this moment."""
    now = floor.now.timestamp()
    return Situation(
        now=now,
        is_open=is_open,
        policy=policy.as_policy(department_id),
        chat=Waiting(id="preview", since=now, language=sample.language, last_agent=sample.last_agent),
        agents=floor.agents(department_id),
    )


def panel_of(floor: Floor, department_id: int | None, policy: RoutingPolicy, at: Situation) -> Panel:
    """What would happen in `at`, in words."""
    return _Writer(floor, department_id, policy, at).panel()


def difference(saved: Panel, changed: Panel) -> str:
    """What the saved settings would do instead; "" when they would do the same."""
    before, after = saved.decision, changed.decision
    if (before.kind, before.agents) == (after.kind, after.agents):
        return ""
    said = _("As saved: %(what)s. %(why)s.") % {"what": saved.title, "why": saved.why}
    against = [each.reasons[0] for each in after.candidates if each.agent in before.agents and each.reasons]
    if not against:
        return said
    return said + " " + _("With your change: %(reason)s.") % {"reason": REASONS[against[0]]}


class _Writer:
    """Puts one preview into words."""

    def __init__(self, floor: Floor, department_id: int | None, policy: RoutingPolicy, at: Situation) -> None:
        self.floor = floor
        self.department_id = department_id
        self.policy = policy
        self.at = at
        self.agents = {agent.id: agent for agent in at.agents}
        self.language = name_of(at.chat.language) if at.chat.language else ""
        self.gone_since = _gone_since([self._seat(agent).member for agent in self.agents], floor.now)

    def panel(self) -> Panel:
        found = preview(self.at)
        decision = found.decision
        return Panel(
            decision=decision,
            title=self._title(decision),
            why=self._why(decision),
            winners=[self._card(agent) for agent in decision.agents],
            checks=self._checks(decision),
            later=[self._later(each, found) for each in found.later],
            by_hand=[self._card(agent) for agent in found.by_hand],
            could_not=[self._could_not(each.agent, each.reasons) for each in found.could_not],
        )

    # --- what happens -------------------------------------------------------------------------------------------------
    def _title(self, decision: Decision) -> str:
        if decision.kind == Kind.RING:
            return _("%(name)s would ring") % {"name": self._seat(decision.agents[0]).member.name}
        if decision.kind == Kind.RING_ALL:
            count = len(decision.agents)
            return ngettext("It would ring at %(count)d person", "It would ring at %(count)d people", count) % {
                "count": count
            }
        if decision.kind == Kind.OVERFLOW and self.policy.overflow_department is not None:
            return _("It would pass to %(department)s") % {"department": self.policy.overflow_department.name}
        return _("Nobody would ring: it would wait")

    def _why(self, decision: Decision) -> str:
        if decision.why == Why.STRATEGY and decision.tie_break is not None:
            return str(first_by(decision.tie_break, self.at.policy.strategy))
        if decision.why == Why.HOLDING and self.at.chat.last_agent is not None:
            who, seconds = self._seat(self.at.chat.last_agent).member.name, self.at.policy.sticky_hold_seconds
            return _("Held %(seconds)d s for %(name)s, who spoke with this customer last") % {
                "name": who,
                "seconds": seconds,
            }
        return str(WHYS[decision.why])

    def _checks(self, decision: Decision) -> list[str]:
        """What was looked at and stood in nobody's way; of one who rings alone."""
        if decision.kind != Kind.RING:
            return []
        said = [str(words) for words in passed_checks([Reason.LANGUAGE], self.at)]
        agent = self.agents[decision.agents[0]]
        if self.language and self.at.chat.language in agent.languages:
            said.append(_("Speaks %(language)s") % {"language": self.language})
        elif self.language and self.at.policy.language_rule == LanguageRule.PREFER:
            said.append(_("Nobody here speaks %(language)s now") % {"language": self.language})
        return said

    # --- people -------------------------------------------------------------------------------------------------------
    def _seat(self, agent: int) -> Seat:
        return self.floor.seats[agent]

    def _card(self, agent: int) -> Card:
        seat, known = self._seat(agent), self.agents[agent]
        dot = STATUS_DOTS[Status.ONLINE if known.is_online else _shown(seat.member)]
        return Card(seat.member, "away" if known.is_online and known.is_paused else dot, _load(known))

    def _later(self, each: Later, found: Preview) -> Card:
        card = self._card(each.agent)
        reasons = next(other.reasons for other in found.decision.candidates if other.agent == each.agent)
        words = [self._reason(reason, each.agent) for reason in reasons]
        if each.seconds:
            words.append(_("Rings after %(seconds)d s") % {"seconds": each.seconds})
        elif not words:
            words.append(str(behind_by(each.behind, self.at.policy.strategy)))
        card.words = words
        return card

    def _could_not(self, agent: int, reasons: Iterable[Reason]) -> Card:
        card, seat = self._card(agent), self._seat(agent)
        # That somebody who is away is also paused, full or speaks something else is no news.
        main = [Reason.NOT_ONLINE] if Reason.NOT_ONLINE in reasons else list(reasons)
        card.words = [self._reason(reason, agent) for reason in main]
        if self.at.policy.is_sticky and agent == self.at.chat.last_agent:
            card.words.append(str(WHYS[Why.STICKY]))
        card.can_resume = Reason.PAUSED in reasons and seat.is_paused(self.department_id)
        return card

    def _reason(self, reason: Reason, agent: int) -> str:
        known, desk = self.agents[agent], self._seat(agent).desk
        if reason == Reason.PAUSED and desk.paused_at is not None:
            said = _("Paused since %(time)s") % {"time": clock(desk.paused_at)}
            return f"{said} ({PAUSED_WHYS[desk.paused_why]})" if desk.paused_why in PAUSED_WHYS else said
        if reason == Reason.PAUSED:
            return _("Paused for this department")
        if reason == Reason.FULL and known.limit == 0:
            return _("Takes no chats")
        if reason == Reason.RESTING:
            left = max(int(rested_at(known, self.at) - self.at.now), 1)
            return _("Rests for %(seconds)d s more") % {"seconds": left}
        if reason == Reason.LANGUAGE:
            return _("Does not speak %(language)s") % {"language": self.language}
        if reason == Reason.NOT_ONLINE:
            return self._not_online(self._seat(agent).member)
        return str(REASONS[reason])

    def _not_online(self, member: Membership) -> str:
        since, is_away = self.gone_since.get(member.pk), _shown(member) == Status.AWAY
        if since is None:
            return _("Away") if is_away else _("Offline")
        time = {"time": clock(since)}
        return _("Away since %(time)s") % time if is_away else _("Offline since %(time)s") % time


def clock(moment: datetime) -> str:
    """A moment of today as a time, an earlier one with its day; in the reader's zone."""
    here = localtime(moment)
    return date_format(here, "H:i" if here.date() == localtime().date() else "j M, H:i")


def _shown(member: Membership) -> Status:
    """Online only as long as the browser vouches for it, whether or not the sweep came by."""
    shown = Status(member.shown_status)
    return Status.OFFLINE if shown == Status.ONLINE else shown


def _load(agent: Agent) -> str:
    if not agent.is_online and not agent.load:
        return "–"
    if agent.limit is None:
        return str(agent.load)
    return _("%(load)d of %(limit)d") % {"load": agent.load, "limit": agent.limit}


def _gone_since(members: Iterable[Membership], now: datetime) -> dict[int, datetime]:
    """Since when those who are not online have shown the status that they show, if that began within LOOK_BACK."""
    wanted = {member.pk: member.shown_status for member in members if member.shown_status != Status.ONLINE}
    if not wanted:
        return {}
    changes = StatusChange.objects.filter(at__gte=now - LOOK_BACK, membership__in=wanted).order_by("at", "id")
    last: dict[int, tuple[Any, datetime]] = {}
    for membership_id, status, at in changes.values_list("membership_id", "status", "at"):
        if last.get(membership_id, ("", at))[0] != status:
            last[membership_id] = (status, at)
    return {pk: at for pk, (status, at) in last.items() if status == wanted[pk]}
