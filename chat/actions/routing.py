"""The routing step: all that is due in a workspace, decided and done under one lock.

A step may be asked for at any time and by anybody: it does what the rows say is due, so a second one finds nothing to
do. It holds the lock of the workspace's `Dispatcher`, so that no two choose for the same chat or fill the same place.
Tickets are locked only when nobody holds them (a held one is left to the next step): a step waits for no verb, and
verbs, which hold a ticket while they wait for a desk, never wait in a circle with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import BigAutoField, DateTimeField, Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.functional import cached_property

from chat.actions.after_acceptance import act_on_late_replies, free_places
from chat.actions.desks import note_miss, tell_desks
from chat.actions.lead_alerts import close_alerts, raise_alerts
from chat.actions.queue import queue_moved
from chat.actions.rings import end_ring, start_rings
from chat.actions.waking import wake_routing
from chat.floor import Floor, read_floor
from chat.history import last_agents
from chat.models import AlertWhy, Chat, Dispatcher, Ring, RingMode, RingOutcome, RoutingDecision
from chat.policies import current_policies
from chat.priorities import primary_language
from chat.queue import waiting_everywhere
from chat.records import as_json
from chat.routing.decide import Decision, Kind, decide, outcome_text
from chat.routing.situation import Situation, Waiting
from helpdesk.accounts.hours import Hours, current_hours
from helpdesk.tenancy import bulk, scope
from helpdesk.tenancy.kept import Kept
from tickets.access import hold_unheld, lock_unheld
from tickets.actions import tickets as ticket_verbs
from tickets.actions.saving import save_ticket
from tickets.authors import Author
from tickets.models import IN_A_ROW, Ticket

AT_ONCE = 50  # chats that are read, decided and written together
MOST_RINGS = 100  # in one step, so that none takes long; another one follows
MOST_DUE = 200
QUEUED = ("pk", "ticket_id", "rank_at", "waits_why", "route_at", "overflowed_at", "ticket__department_id")


def route_chats(*, asked_at: float | None = None) -> bool:
    """Do what is due in the active workspace. Returns whether there was more than one step takes.

    `asked_at`: nothing to do when a step has begun since then.
    """
    with scope.atomic():
        now = timezone.now()
        if not _has_its_turn(asked_at, now):
            return False
        return _Step(now, is_sweep=asked_at is None).run()


def is_routing_due() -> bool:
    """Whether a ring's time is over, or that of a chat for which time alone may change the last decision."""
    now = timezone.now()
    return bool(RINGS_DUE.ask(now=now) or CHATS_DUE.ask(now=now))


def forget_decisions(ids: Sequence[int]) -> int:
    """Delete records by their keys, which a sweep over all workspaces found to be old."""
    return int(RoutingDecision.unscoped.filter(pk__in=ids).delete()[0])


def _has_its_turn(asked_at: float | None, now: datetime) -> bool:
    """Wait for the workspace's dispatcher and hold it; False when a step has begun to read since `asked_at`."""
    dispatchers = Dispatcher.objects.all()
    if asked_at is not None:
        dispatchers = dispatchers.exclude(routed_at__gt=_moment(asked_at))
    if dispatchers.update(routed_at=now):
        return True
    if Dispatcher.objects.exists():
        return False
    Dispatcher.objects.bulk_create([Dispatcher()], ignore_conflicts=True)
    return bool(Dispatcher.objects.update(routed_at=now))


@dataclass
class _Written:
    """What a handful of decisions comes to."""

    chats: list[Chat] = field(default_factory=list)
    rings: list[Ring] = field(default_factory=list)
    records: list[RoutingDecision] = field(default_factory=list)
    looks: list[datetime] = field(default_factory=list)
    alerts: list[tuple[Chat, AlertWhy]] = field(default_factory=list)


class _Step:
    def __init__(self, now: datetime, *, is_sweep: bool) -> None:
        self.now = now
        self.is_sweep = is_sweep
        self.policies = current_policies()
        self.floor: Floor = read_floor(self.policies, now, lock=True)
        self.rung = 0
        self.has_more = False
        self.changed_desks: set[int] = set()

    def run(self) -> bool:
        self._end_rings()
        if self.is_sweep:  # what is measured in minutes needs no step of its own
            for freed in (act_on_late_replies, free_places):
                self._free(freed(self.policies, self.now))
        passed_on = self._walk()
        tell_desks(self.floor, self.changed_desks)
        return passed_on or self.has_more

    @cached_property
    def hours(self) -> Hours:
        return current_hours()

    def _free(self, membership_ids: Sequence[int]) -> None:
        """A place of each is free again."""
        for membership_id in membership_ids:
            if membership_id in self.floor.seats:
                self.floor.seats[membership_id].load -= 1

    # --- rings that are over ------------------------------------------------------------------------------------------
    def _end_rings(self) -> None:
        """Those whose time is over, and those at agents who are gone or rest."""
        over = [ring for ring in OPEN_RINGS.ask() if self._is_over(ring)]
        if not over:
            return
        tickets = {ticket.pk: ticket for ticket in lock_unheld({ring.ticket_id for ring in over})}
        current = Ring.objects.open().filter(pk__in=[ring.pk for ring in over], ticket__in=tickets).order_by("id")
        for ring in current.select_related("membership__user").select_for_update(of=("self",), no_key=True):
            self._end_ring(ring, tickets[ring.ticket_id])
        for ticket in tickets.values():
            if ticket.unsaved:
                save_ticket(ticket)

    def _is_over(self, ring: Any) -> bool:
        return ring.deadline_at <= self.now or not self._can_answer(ring, ring.department_id)

    def _can_answer(self, ring: Any, department_id: int | None) -> bool:
        seat = self.floor.seats.get(ring.membership_id)
        if seat is None or not seat.is_online(self.now):
            return False
        return ring.mode == RingMode.TRANSFER or not seat.is_paused(department_id)

    def _end_ring(self, ring: Ring, ticket: Ticket) -> None:
        seat = self.floor.seats.get(ring.membership_id)
        is_missed = seat is not None and self._can_answer(ring, ticket.department_id)
        end_ring(ring, ticket, RingOutcome.TIMEOUT if is_missed else RingOutcome.CANCELLED, self.now)
        if seat is None:
            return
        if ring.mode == RingMode.DIRECTED:
            seat.load -= 1
        if is_missed:
            note_miss(seat, self.policies.of(ticket.department_id), self.now)
            self.changed_desks.add(ring.membership_id)

    # --- who waits ----------------------------------------------------------------------------------------------------
    def _walk(self) -> bool:
        """Decide for those who wait, first come first served. Returns whether a chat passed on to another department.

        From the head of the queue while somebody could be rung; then for those whose time has come or of whom nothing
        is written down yet.
        """
        passed_on, last = False, None
        while True:
            page = self._page_after(last)
            passed_on |= self._route(self._lock_chats([each for each in page if self._is_worth_a_look(each)]))
            if len(page) < AT_ONCE or self.has_more:
                return passed_on
            last = page[-1]
            if not any(self.floor.can_ring_somebody(pk) for pk in self._departments):
                return self._route_due(last) or passed_on

    def _route_due(self, last: Any) -> bool:
        """The same for those behind `last` whose time has come, when nobody can be rung."""
        passing_on = [pk for pk in self._departments if pk is not None and self._passes_on_at_once(pk)]
        is_due = Q(waits_why="") | Q(route_at__lte=self.now)
        if passing_on:
            is_due |= Q(overflowed_at=None, ticket__department__in=passing_on)
        due = _waiting().filter(_is_behind(last)).filter(is_due)
        page = list(due.values_list(*QUEUED, named=True)[:MOST_DUE])
        self.has_more |= len(page) == MOST_DUE
        return self._route(self._lock_chats(page))

    def _page_after(self, last: Any) -> list[Any]:
        if last is None:
            return HEAD.ask()
        return list(_waiting().filter(_is_behind(last)).values_list(*QUEUED, named=True)[:AT_ONCE])

    def _is_worth_a_look(self, queued: Any) -> bool:
        department_id = queued.ticket__department_id
        is_due = not queued.waits_why or (queued.route_at is not None and queued.route_at <= self.now)
        if is_due or self.floor.can_ring_somebody(department_id):
            return True
        return queued.overflowed_at is None and self._passes_on_at_once(department_id)

    @cached_property
    def _departments(self) -> list[int | None]:
        """Those in which somebody waits; None is the tickets without one."""
        return list(waiting_everywhere().order_by().values_list("ticket__department_id", flat=True).distinct())

    def _passes_on_at_once(self, department_id: int | None) -> bool:
        """Whether its chats go to another department although their time has not come: nobody is there, or it is
        closed."""
        if not self.policies.of(department_id).as_policy(department_id).has_overflow:
            return False
        is_staffed = any(seat.is_online(self.now) for seat in self.floor.seats_of(department_id))
        return not (is_staffed and self.hours.is_open(department_id, self.now))

    def _lock_chats(self, page: Sequence[Any]) -> list[Chat]:
        """Those of the chats that still wait, with their tickets, which nobody else holds."""
        held = hold_unheld(each.ticket_id for each in page)
        return WAITING_ONES.ask(tickets=held) if held else []

    # --- decided ------------------------------------------------------------------------------------------------------
    def _route(self, chats: Sequence[Chat]) -> bool:
        if not chats:
            return False
        known, written, passed_on = last_agents(chats, self.policies, self.now), _Written(), False
        for chat in chats:
            if self.rung >= MOST_RINGS:  # what rings at everybody is many rings
                self.has_more = True
                break
            situation = self._situation(chat, known.get(chat.pk))
            passed_on |= self._apply(chat, situation, decide(situation), written)
        self._write(written, {chat.ticket_id: chat.ticket for chat in chats})
        raise_alerts(written.alerts, self.policies)
        return passed_on

    def _situation(self, chat: Chat, last_agent: int | None) -> Situation:
        department_id = chat.ticket.department_id
        return Situation(
            now=self.now.timestamp(),
            is_open=self.hours.is_open(department_id, self.now),
            policy=self.policies.of(department_id).as_policy(department_id),
            chat=Waiting(
                id=str(chat.ticket.public_id),
                since=chat.queued_at.timestamp(),
                language=primary_language(chat.ticket.language),
                last_agent=last_agent,
                cycle=chat.cycle,
                tried=tuple(chat.tried),
                rests_until=chat.rests_until.timestamp() if chat.rests_until else None,
                has_given_up=chat.given_up_at is not None,
                has_overflowed=chat.overflowed_at is not None,
            ),
            agents=self.floor.agents(department_id),
        )

    def _apply(self, chat: Chat, situation: Situation, decision: Decision, written: _Written) -> bool:
        """Change the chat as was decided, in memory. Returns whether it went to another department."""
        is_news = decision.kind != Kind.WAIT or decision.why != chat.waits_why
        if is_news:
            written.records.append(self._record(chat, situation, decision))
        if decision.cycle != chat.cycle:
            chat.cycle, chat.tried = decision.cycle, []
        chat.rests_until = _moment(decision.rests_until)
        chat.route_at = _moment(decision.look_again_at)
        chat.waits_why = "" if decision.agents else decision.why
        written.chats.append(chat)
        if chat.route_at is not None:
            written.looks.append(chat.route_at)
        if decision.kind == Kind.GIVE_UP and chat.given_up_at is None:
            chat.given_up_at = self.now
            queue_moved(chat.ticket.department_id)
            written.alerts.append((chat, AlertWhy(decision.why)))
        if decision.kind == Kind.OVERFLOW:
            self._pass_on(chat)
            return True
        written.rings += [self._ring(chat, decision, agent) for agent in decision.agents]
        return False

    def _record(self, chat: Chat, situation: Situation, decision: Decision) -> RoutingDecision:
        return RoutingDecision(
            ticket=chat.ticket,
            department_id=chat.ticket.department_id,
            at=self.now,
            kind=decision.kind,
            why=decision.why,
            membership_id=decision.agents[0] if decision.agents else None,
            inputs=as_json(situation),
            outcome=outcome_text(decision),
        )

    def _ring(self, chat: Chat, decision: Decision, agent: int) -> Ring:
        seat = self.floor.seats[agent]
        self.changed_desks.add(agent)
        self.rung += 1
        is_directed = decision.kind == Kind.RING
        if is_directed:
            seat.load += 1
        seconds = self.policies.of(chat.ticket.department_id).ring_seconds
        # Later than `self.now`: the place may have been given back since then, and the agent has the whole time.
        begins = seat.desk.last_offered_at = timezone.now()
        return Ring(
            ticket=chat.ticket,
            membership=seat.member,
            mode=RingMode.DIRECTED if is_directed else RingMode.ALL,
            cycle=decision.cycle,
            started_at=begins,
            deadline_at=begins + timedelta(seconds=seconds),
        )

    def _pass_on(self, chat: Chat) -> None:
        ticket = chat.ticket
        before, target = ticket.department_id, self.policies.of(ticket.department_id).overflow_department
        ticket_verbs.update_ticket(ticket, changes={"department": target}, by=Author.system())
        close_alerts(ticket)
        save_ticket(ticket)
        chat.overflowed_at, chat.cycle, chat.tried, chat.waits_why = self.now, 1, [], ""
        chat.rests_until = None
        queue_moved(before)
        queue_moved(ticket.department_id)

    def _write(self, written: _Written, tickets: dict[int, Ticket]) -> None:
        if not written.chats:
            return
        records = [bulk.inserting(RoutingDecision, RECORD, _rows(written.records, RECORD))] if written.records else []
        bulk.run(bulk.updating(Chat, CHANGING, _rows(written.chats, CHANGING)), *records)
        if written.rings:
            start_rings(written.rings, tickets)
        for moment in sorted(set(written.looks))[:1]:
            wake_routing(at=moment)


CHANGING = ("id", "cycle", "tried", "rests_until", "route_at", "waits_why", "given_up_at", "overflowed_at")
RECORD = ("public_id", "ticket_id", "department_id", "at", "kind", "why", "membership_id", "inputs", "outcome")


def _rows(rows: Sequence[Any], names: tuple[str, ...]) -> list[tuple[Any, ...]]:
    return [tuple(getattr(row, name) for name in names) for row in rows]


def _waiting() -> QuerySet[Chat]:
    ringing = Ring.objects.open().filter(ticket=OuterRef("ticket_id"))
    return waiting_everywhere().exclude(Exists(ringing))


def _open_rings() -> QuerySet[Ring, Any]:
    rings = Ring.objects.open().annotate(department_id=F("ticket__department_id"))
    fields = ("pk", "ticket_id", "membership_id", "mode", "deadline_at", "department_id")
    found: QuerySet[Ring, Any] = rings.values_list(*fields, named=True)
    return found


def _waiting_ones(tickets: Sequence[int]) -> QuerySet[Chat]:
    rows = [f"ticket__{name}" for name in IN_A_ROW]
    return _waiting().filter(ticket__pk__in=tickets).select_related("ticket", *rows)


OPEN_RINGS = Kept(_open_rings)
RINGS_DUE = Kept(lambda now: Ring.objects.open().filter(deadline_at__lte=now).values("pk")[:1], now=DateTimeField())
CHATS_DUE = Kept(lambda now: _waiting().filter(route_at__lte=now).values("pk")[:1], now=DateTimeField())
HEAD = Kept(lambda: _waiting().values_list(*QUEUED, named=True)[:AT_ONCE])
WAITING_ONES = Kept(_waiting_ones, tickets=[BigAutoField()])


def _is_behind(place: Any) -> Q:
    return Q(rank_at__gt=place.rank_at) | Q(rank_at=place.rank_at, pk__gt=place.pk)


def _moment(seconds: float | None) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds is not None else None
