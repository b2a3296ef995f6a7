"""What happened in a period, as the simulator needs it. Must hold for all of it: the workspace is active."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from django.utils import timezone

from chat.models import Chat, Desk, EndedWhy, Ring, RingMode, RingOutcome, RoutingDecision, RoutingPolicy, StatusChange
from chat.policies import Policies
from chat.priorities import primary_language
from chat.routing.decide import Kind
from chat.routing.scenario import Arrival, Person, Rules, Scenario, Span
from helpdesk.accounts.calendar import Calendar
from helpdesk.accounts.hours import Hours
from helpdesk.accounts.models import Department, DepartmentMember, Membership, Status, Workspace
from helpdesk.tenancy.scope import require_workspace_id
from tickets.models import Channel, Ticket

USUAL_HANDLING = 300.0  # seconds, where no chat of the period was handled
USUAL_ANSWER = 5.0  # seconds until a ring is answered, where nobody answered one
# How long people wait of whom that is not known, because they were answered. Without an end, those whom nobody can
# answer would wait, and ring, for days.
USUAL_PATIENCE = 3600.0
MOST_ANSWERS = 200  # of each agent: their rings, evenly chosen
LONGEST_MEMORY = timedelta(days=365)  # what `sticky_days` can be
DAY = 86_400.0


@dataclass(frozen=True)
class Period:
    begins_at: datetime
    ends_at: datetime

    @property
    def span(self) -> Span:
        return self.begins_at.timestamp(), self.ends_at.timestamp()

    @property
    def range(self) -> tuple[datetime, datetime]:
        """For lookups: up to, not including, the end."""
        return self.begins_at, self.ends_at - timedelta(microseconds=1)


def count_arrivals(period: Period) -> int:
    """How many chats, and messages left when nobody was there, began in the period."""
    return _chats(period).count() + _messages(period).count()


def recorded_since(period: Period) -> datetime | None:
    """From when on it is known who was online; None when nothing of the period is."""
    first = StatusChange.objects.filter(at__lt=period.ends_at).order_by("at").values_list("at", flat=True).first()
    return max(first, period.begins_at) if first is not None else None


def read_scenario(period: Period, policies: Policies, hours: Hours) -> Scenario:
    """The period with these settings, and everybody present when they were."""
    begins, ends = period.span
    arrivals = sorted((*_arrivals(period), *_left_messages(period)), key=lambda each: (each.at, each.id))
    handled = [each.handling for each in arrivals if each.handling >= 0]
    usual = median(handled) if handled else USUAL_HANDLING
    arrivals = [each if each.handling >= 0 else replace(each, handling=usual) for each in arrivals]
    return Scenario(
        begins, ends, tuple(arrivals), _people(period), rules_of(period, policies, hours), _known(period, arrivals)
    )


def rules_of(period: Period, policies: Policies, hours: Hours) -> dict[int | None, Rules]:
    """What holds in each department, and for chats without one, which are everybody's."""
    team: dict[int | None, dict[int, int]] = defaultdict(dict)
    active = list(Membership.objects.active().order_by("id").values_list("pk", flat=True))
    team[None] = dict.fromkeys(active, 50)
    for department_id, member_id, priority in DepartmentMember.objects.filter(membership__in=active).values_list(
        "department_id", "membership_id", "priority"
    ):
        team[department_id][member_id] = priority
    departments = [None, *Department.objects.values_list("pk", flat=True)]
    return {each: _rules(each, policies.of(each), hours.of(each), team[each], period) for each in departments}


def everywhere_present(scenario: Scenario) -> Scenario:
    """Everybody online all the time: who is rung depends on the opening hours alone."""
    present = ((scenario.begins, scenario.ends),)
    return replace(scenario, people=tuple(replace(each, present=present) for each in scenario.people))


def _rules(
    department_id: int | None,
    policy: RoutingPolicy,
    calendar: Calendar | None,
    people: dict[int, int],
    period: Period,
) -> Rules:
    rules = policy.as_policy(department_id)
    return Rules(
        policy=rules,
        open=tuple(open_spans(calendar, period)),
        people=people,
        chats_at_once=policy.chats_at_once,
        ring_seconds=policy.ring_seconds,
        sticky_seconds=policy.sticky_days * DAY,
        overflow=policy.overflow_department_id if rules.has_overflow else None,
    )


def open_spans(calendar: Calendar | None, period: Period) -> Iterator[Span]:
    now, ends_at = period.begins_at, period.ends_at
    while now < ends_at:
        change = calendar.next_change(now) if calendar is not None else None
        until = min(change or ends_at, ends_at)
        if calendar is None or calendar.is_open(now):
            yield now.timestamp(), until.timestamp()
        now = until


# --- those who came ---------------------------------------------------------------------------------------------------
def _chats(period: Period) -> Any:
    return Chat.objects.filter(started_at__range=period.range)


def _messages(period: Period) -> Any:
    return Ticket.objects.filter(channel=Channel.OFFLINE_FORM, created_at__range=period.range)


def _arrivals(period: Period) -> Iterator[Arrival]:
    """A handling below 0 stands for one that is not known."""
    first_departments = _departments_before_passing_on(period)
    idle = timedelta(minutes=Workspace.objects.values_list("idle_minutes", flat=True).get(pk=require_workspace_id()))
    for chat in _chats(period).select_related("ticket"):
        ticket, accepted_at = chat.ticket, accepted_when(chat)
        passed_on = chat.overflowed_at is not None
        yield Arrival(
            id=str(ticket.public_id),
            at=chat.started_at.timestamp(),
            department=first_departments.get(ticket.pk, ticket.department_id) if passed_on else ticket.department_id,
            handling=_handling(chat, accepted_at),
            patience=_patience(chat, accepted_at, idle),
            language=primary_language(ticket.language),
            customer=ticket.visitor_id,
            points=chat.priority,
        )


def accepted_when(chat: Chat) -> datetime | None:
    """When somebody first had it: a chat that is handed over is accepted anew, but was answered before."""
    return min((each for each in (chat.accepted_at, chat.answered_at) if each is not None), default=None)


def _handling(chat: Chat, accepted_at: datetime | None) -> float:
    over = min((each for each in (chat.ended_at, chat.inactive_at) if each is not None), default=None)
    return max((over - accepted_at).total_seconds(), 0.0) if over is not None and accepted_at is not None else -1.0


def _patience(chat: Chat, accepted_at: datetime | None, idle: timedelta) -> float:
    """How long the visitor was there. Who just goes away is ended only when they have been away for the idle time."""
    if accepted_at is not None:
        return max(USUAL_PATIENCE, (accepted_at - chat.started_at).total_seconds() + 1)
    if chat.ended_at is None:
        return USUAL_PATIENCE
    left_at = chat.ended_at - idle if chat.ended_why == EndedWhy.INACTIVE else chat.ended_at
    return max((left_at - chat.started_at).total_seconds(), 0.0)


def _left_messages(period: Period) -> Iterator[Arrival]:
    kept = ("public_id", "created_at", "department_id", "language", "visitor_id")
    for public_id, created_at, department_id, language, visitor_id in _messages(period).values_list(*kept):
        yield Arrival(
            id=str(public_id),
            at=created_at.timestamp(),
            department=department_id,
            handling=-1.0,
            patience=USUAL_PATIENCE,
            language=primary_language(language),
            customer=visitor_id,
            was_message=True,
        )


def _departments_before_passing_on(period: Period) -> dict[int, int | None]:
    decisions = RoutingDecision.objects.filter(kind=Kind.OVERFLOW, at__gte=period.begins_at).order_by("-id")
    return dict(decisions.values_list("ticket_id", "department_id"))


def _known(period: Period, arrivals: Sequence[Arrival]) -> dict[int, tuple[int, float]]:
    """With whom those customers had talked before the period."""
    customers = {each.customer for each in arrivals}
    earlier = Ticket.objects.filter(
        assignee__isnull=False,
        answered_at__isnull=False,
        visitor__isnull=False,
        last_at__range=(period.begins_at - LONGEST_MEMORY, period.begins_at),
    )
    rows = earlier.order_by("last_at").values_list("visitor_id", "assignee_id", "last_at")
    return {visitor: (member, at.timestamp()) for visitor, member, at in rows.iterator() if visitor in customers}


# --- those who were there ---------------------------------------------------------------------------------------------
def _people(period: Period) -> tuple[Person, ...]:
    answers, present = _answers(period), _presence(period)
    own_limits = dict(Desk.objects.filter(chat_limit__isnull=False).values_list("membership_id", "chat_limit"))
    usual = _some(seconds for each in answers.values() for seconds in each[RingOutcome.ACCEPTED]) or (USUAL_ANSWER,)
    return tuple(
        Person(
            id=member.pk,
            present=present(member.pk),
            languages=tuple(member.languages),
            own_limit=own_limits.get(member.pk),
            answers=_some(answers[member.pk][RingOutcome.ACCEPTED]) or usual,
            misses=_share(answers[member.pk], RingOutcome.TIMEOUT),
            declines=_share(answers[member.pk], RingOutcome.DECLINED),
        )
        for member in Membership.objects.active().order_by("id")
    )


def _answers(period: Period) -> dict[int, dict[str, list[float]]]:
    """Each member's rings of the period: by outcome, after how many seconds it came."""
    found: dict[int, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    rings = Ring.objects.filter(started_at__range=period.range, closed_at__isnull=False).exclude(
        outcome=RingOutcome.CANCELLED
    )
    rows = rings.exclude(mode=RingMode.TRANSFER).values_list("membership_id", "outcome", "started_at", "closed_at")
    for member_id, outcome, started_at, closed_at in rows.iterator():
        found[member_id][outcome].append((closed_at - started_at).total_seconds())
    return found


def _some(seconds: Iterable[float]) -> tuple[float, ...]:
    """MOST_ANSWERS of them at most, the fast and the slow in the same share."""
    found = sorted(seconds)
    return tuple(found[:: len(found) // MOST_ANSWERS + 1])


def _share(answers: dict[str, list[float]], outcome: str) -> float:
    total = sum(map(len, answers.values()))
    return len(answers[outcome]) / total if total else 0.0


def _presence(period: Period) -> Any:
    """A function from a member to the spans in which they could be rung.

    Before the first record there ever was, everybody counts as there: opening hours then say who is rung.
    """
    begins, ends = period.span
    since = recorded_since(period)
    known_from = since.timestamp() if since is not None else ends
    told: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for member_id, status, is_paused, at in _status_rows(period):
        told[member_id].append((at.timestamp(), status == Status.ONLINE and not is_paused))

    def spans(member_id: int) -> tuple[Span, ...]:
        changes = [(begins, known_from > begins), *_from(known_from, told[member_id])]
        ended = [*(at for at, _there in changes[1:]), ends]
        return tuple((at, until) for (at, there), until in zip(changes, ended, strict=True) if there and until > at)

    return spans


def _from(known_from: float, changes: Sequence[tuple[float, bool]]) -> list[tuple[float, bool]]:
    """The changes since then; those before it come down to the state with which it begins."""
    before = [there for at, there in changes if at <= known_from]
    return [(known_from, before[-1] if before else False), *(each for each in changes if each[0] > known_from)]


def _status_rows(period: Period) -> Iterator[tuple[int, str, bool, datetime]]:
    """The changes within the period, and the last of each member before it."""
    before = StatusChange.objects.filter(at__range=(period.begins_at - LONGEST_MEMORY, period.begins_at))
    last = {row[0]: row for row in before.order_by("at").values_list("membership_id", "status", "is_paused", "at")}
    yield from last.values()
    within = StatusChange.objects.filter(at__gt=period.begins_at, at__lt=period.ends_at).order_by("at")
    yield from within.values_list("membership_id", "status", "is_paused", "at").iterator()


# --- what was measured ------------------------------------------------------------------------------------------------
def measured(period: Period, department_id: int | None) -> dict[str, Any]:
    """How it really was: the waits of those who were answered. `department_id`: None is all."""
    chats = _chats(period) if department_id is None else _chats(period).filter(ticket__department=department_id)
    accepted = [
        (accepted_when(chat), chat.started_at) for chat in chats.only("accepted_at", "answered_at", "started_at")
    ]
    waits = sorted(max((at - began).total_seconds(), 0.0) for at, began in accepted if at is not None)
    return {"answered": len(waits), "wait_median": median(waits) if waits else None}


def last_full_days(days: int, zone: Any) -> Period:
    """The days that ended with the last midnight of the zone."""
    today = timezone.now().astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return Period(today - timedelta(days=days), today)
