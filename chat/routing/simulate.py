"""A past period once more, under other settings: `decide` is asked for every chat, the rest is a list of moments.

The same scenario always comes to the same result: what people did by chance is drawn by a lot that depends on the chat,
the agent and the cycle only. So two runs of one period differ by their settings and by nothing else.

What is not replayed: agents who take chats out of their turn, transfers, pauses after missed rings, chats that go back
to the queue because nobody wrote, and the limit of the queue.
"""

from __future__ import annotations

import heapq
from bisect import bisect_left, insort
from collections.abc import Callable, Collection
from itertools import count
from operator import itemgetter
from typing import Any

from chat.routing.cast import Colleague, Guest, Ring, lot
from chat.routing.decide import Decision, Kind, Why, decide
from chat.routing.eligibility import Reason, failed_clauses
from chat.routing.figures import Tally
from chat.routing.scenario import Arrival, Scenario
from chat.routing.situation import Agent, Situation, Waiting

REPORT_EVERY = 50  # arrivals
# Two offers at one moment are told apart by this: who had the first has waited longer for the next.
INSTANT = 1e-5
RANK = itemgetter(0)


def simulate(
    scenario: Scenario,
    *,
    counted: Collection[int | None] | None = None,
    on_progress: Callable[[float], None] = lambda _share: None,
) -> dict[str, Any]:
    """The figures of `Tally.figures`, of the chats that came to the `counted` departments (None: to all).

    `on_progress` is told the share that is done, now and then; what it raises ends the run.
    """
    replay = _Replay(scenario, counted)
    replay.run(on_progress)
    return replay.tally.figures()


class _Replay:
    def __init__(self, scenario: Scenario, counted: Collection[int | None] | None) -> None:
        self.scenario = scenario
        self.rules = dict(scenario.departments)
        self.counted = set(self.rules) if counted is None else set(counted)
        self.now = scenario.begins
        self.tally = Tally(scenario.begins, scenario.ends)
        self.known = dict(scenario.known)
        self.is_open = dict.fromkeys(self.rules, False)
        self.waiting: dict[int | None, list[tuple[tuple[float, int], Guest]]] = {each: [] for each in self.rules}
        self.agents = {each.id: Colleague(each, self.rules, self.now) for each in scenario.people}
        self.staff = {key: [agent for agent in self.agents.values() if key in agent.departments] for key in self.rules}
        self.views: dict[int | None, tuple[Agent, ...]] = {}
        self.last_offer = 0.0
        self.numbers = count()
        self.agenda: list[tuple[float, int, Callable[..., None], tuple[Any, ...]]] = []
        self._write_agenda()

    def run(self, on_progress: Callable[[float], None]) -> None:
        arrived, expected = 0, max(len(self.scenario.arrivals), 1)
        while self.agenda:
            self.now, _number, act, parts = heapq.heappop(self.agenda)
            act(*parts)
            if act == self._arrives:
                arrived += 1
                if arrived % REPORT_EVERY == 0:
                    on_progress(arrived / expected)
        self._count_agents()

    # --- moments ------------------------------------------------------------------------------------------------------
    def _write_agenda(self) -> None:
        """What is known beforehand. Of one moment, hours and presence go before arrivals."""
        for key, rules in self.rules.items():
            for begin, end in rules.open:
                self._at(max(begin, self.now), self._opens, key)
                self._at(end, self._closes, key)
        for agent in self.agents.values():
            for begin, end in agent.person.present:
                self._at(max(begin, self.now), self._comes, agent)
                self._at(end, self._goes, agent)
        for arrival in self.scenario.arrivals:
            self._at(arrival.at, self._arrives, arrival)

    def _at(self, moment: float, act: Callable[..., None], *parts: Any) -> None:
        if moment < self.scenario.ends:
            heapq.heappush(self.agenda, (moment, next(self.numbers), act, parts))

    def _opens(self, key: int | None) -> None:
        self.is_open[key] = True
        for agent in self.staff[key]:
            self._serve(agent)

    def _closes(self, key: int | None) -> None:
        self.is_open[key] = False
        self._pass_on_who_can(key)

    def _comes(self, agent: Colleague) -> None:
        self._change(agent, is_online=True)
        self._serve(agent)

    def _goes(self, agent: Colleague) -> None:
        """What rings there goes on elsewhere and is no miss; chats that they have stay theirs."""
        self._change(agent, is_online=False)
        for ring in list(agent.rings):
            self._stop(ring, agent)
            self._go_on(ring)
        for key in agent.departments:
            if not any(each.is_online for each in self.staff[key]):
                self._pass_on_who_can(key)

    def _pass_on_who_can(self, key: int | None) -> None:
        if self.rules[key].policy.has_overflow:
            for _rank, guest in list(self.waiting[key]):
                self._look(guest)

    # --- chats --------------------------------------------------------------------------------------------------------
    def _arrives(self, arrival: Arrival) -> None:
        guest = Guest(arrival, next(self.numbers), arrival.department in self.counted)
        self.tally.chats += guest.is_counted
        self._enter(guest)
        self._consider(guest)
        is_for_nobody = guest.why == Why.CLOSED or (arrival.was_message and guest.why == Why.NOBODY_ONLINE)
        if is_for_nobody:
            self._leave_queue(guest)
            self.tally.messages += guest.is_counted
        elif arrival.patience is not None:
            self._at(arrival.at + arrival.patience, self._loses_patience, guest)

    def _loses_patience(self, guest: Guest) -> None:
        if not guest.waits:
            return
        freed = list(guest.ring.agents.values()) if guest.ring else []
        for agent in freed:
            self._stop(guest.ring, agent)
        self._leave_queue(guest)
        self.tally.abandoned += guest.is_counted
        for agent in freed:
            self._serve(agent)

    def _enter(self, guest: Guest) -> None:
        """Join the queue of the chat's department. Agents' moments are on the agenda; these are the chat's own."""
        policy, since = self.rules[guest.department].policy, guest.arrival.at
        insort(self.waiting[guest.department], (guest.rank, guest), key=RANK)
        self._count_waiting(guest, 1)
        spans = [policy.sticky_hold_seconds, policy.language_seconds]
        spans += [policy.overflow_seconds] if policy.has_overflow else []
        spans += [policy.max_wait_seconds] if policy.max_wait_seconds is not None else []
        for span in spans:
            if since + span > self.now:
                self._at(since + span, self._look, guest)

    def _leave_queue(self, guest: Guest) -> None:
        queue = self.waiting[guest.department]
        del queue[bisect_left(queue, guest.rank, key=RANK)]
        guest.waits = False
        guest.ring = None
        self._count_waiting(guest, -1)

    def _look(self, guest: Guest) -> None:
        if guest.waits and guest.ring is None:
            self._consider(guest)

    def _consider(self, guest: Guest) -> None:
        decision = decide(self._situation(guest))
        rested = guest.rests_until
        if decision.cycle != guest.cycle:
            guest.cycle, guest.tried = decision.cycle, ()
        guest.why, guest.rests_until = decision.why, decision.rests_until
        if decision.kind == Kind.GIVE_UP and not guest.has_given_up:
            guest.has_given_up = True
            self.tally.offered_message += guest.is_counted
        if decision.kind == Kind.OVERFLOW:
            self._pass_on(guest)
        elif decision.agents:
            self._ring(guest, decision)
        elif decision.why == Why.BY_HAND:
            self._show(guest, decision)
        elif decision.rests_until is not None and decision.rests_until != rested:
            self._at(decision.rests_until, self._look, guest)

    def _situation(self, guest: Guest) -> Situation:
        arrival, rules = guest.arrival, self.rules[guest.department]
        return Situation(
            now=self.now,
            is_open=self.is_open[guest.department],
            policy=rules.policy,
            chat=Waiting(
                id=arrival.id,
                since=arrival.at,
                language=arrival.language,
                last_agent=self._last_agent(arrival, rules.sticky_seconds),
                cycle=guest.cycle,
                tried=guest.tried,
                rests_until=guest.rests_until,
                has_given_up=guest.has_given_up,
                has_overflowed=guest.has_overflowed,
            ),
            agents=self._views_of(guest.department),
        )

    def _views_of(self, key: int | None) -> tuple[Agent, ...]:
        if key not in self.views:
            self.views[key] = tuple(agent.view(key) for agent in self.staff[key])
        return self.views[key]

    def _last_agent(self, arrival: Arrival, window: float) -> int | None:
        known = self.known.get(arrival.customer) if arrival.customer is not None else None
        return known[0] if known is not None and self.now - known[1] <= window else None

    def _pass_on(self, guest: Guest) -> None:
        target = self.rules[guest.department].overflow
        self._leave_queue(guest)
        guest.waits, guest.department, guest.has_overflowed = True, target, True
        guest.cycle, guest.tried, guest.rests_until = 1, (), None
        self.tally.passed_on += guest.is_counted
        self._enter(guest)
        self._consider(guest)

    # --- rings --------------------------------------------------------------------------------------------------------
    def _ring(self, guest: Guest, decision: Decision) -> None:
        ring = guest.ring = Ring(guest, is_directed=decision.kind == Kind.RING)
        seconds = self.rules[guest.department].ring_seconds
        for pk in decision.agents:
            agent = self.agents[pk]
            self.last_offer = max(self.now, self.last_offer + INSTANT)
            self._change(agent, load=int(ring.is_directed), offered_at=self.last_offer)
            self._add(ring, agent)
            self.tally.rings += guest.is_counted
            act, after = self._answer(guest, agent)
            if act is not None and after < seconds:
                self._at(self.now + after, act, ring, agent)
        self._at(self.now + seconds, self._rings_out, ring)

    def _answer(self, guest: Guest, agent: Colleague) -> tuple[Callable[..., None] | None, float]:
        """What the agent does with the ring, and after how long; None lets it ring."""
        person, parts = agent.person, (guest.arrival.id, guest.department, guest.cycle, agent.person.id)
        after, drawn = agent.answers_after(lot("after", *parts)), lot("what", *parts)
        if drawn < person.misses:
            return None, after
        return (self._declines if drawn < person.misses + person.declines else self._accepts), after

    def _show(self, guest: Guest, decision: Decision) -> None:
        """Nothing rings: whoever has a place sees the chat, and takes it when they would have answered a ring."""
        ring = Ring(guest, is_directed=False, is_by_hand=True)
        for candidate in decision.candidates:
            if not candidate.reasons:
                agent = self.agents[candidate.agent]
                self._add(ring, agent)
                after = agent.answers_after(lot("after", guest.arrival.id, agent.person.id))
                self._at(self.now + after, self._accepts, ring, agent)
        guest.ring = ring if ring.agents else None

    def _add(self, ring: Ring, agent: Colleague) -> None:
        ring.agents[agent.person.id] = agent
        agent.rings[ring] = None

    def _stop(self, ring: Ring | None, agent: Colleague) -> None:
        """It does not ring there any more, and takes no place."""
        if ring is not None and ring.agents.pop(agent.person.id, None) is not None:
            del agent.rings[ring]
            if ring.is_directed:
                self._change(agent, load=-1)

    def _go_on(self, ring: Ring) -> None:
        """Decide anew when it rings nowhere any more."""
        if ring.is_open() and not ring.agents:
            ring.guest.ring = None
            self._consider(ring.guest)

    def _accepts(self, ring: Ring, agent: Colleague) -> None:
        guest = ring.guest
        if not ring.is_open() or agent.person.id not in ring.agents:
            return
        if not ring.is_directed and not agent.view(guest.department).has_place:
            self._stop(ring, agent)
            self._go_on(ring)
            return
        for each in list(ring.agents.values()):
            self._stop(ring, each)
        self._leave_queue(guest)
        self._change(agent, load=1)
        if guest.is_counted:
            self.tally.waits.append(self.now - guest.arrival.at)
            agent.tally.chats += 1
        if guest.arrival.customer is not None:
            self.known[guest.arrival.customer] = (agent.person.id, self.now + guest.arrival.handling)
        self._at(self.now + guest.arrival.handling, self._ends, agent)

    def _declines(self, ring: Ring, agent: Colleague) -> None:
        if ring.is_open() and agent.person.id in ring.agents:
            ring.guest.tried = (*ring.guest.tried, agent.person.id)
            self._stop(ring, agent)
            self._go_on(ring)
            self._serve(agent)

    def _rings_out(self, ring: Ring) -> None:
        if not ring.is_open():
            return
        missed = list(ring.agents.values())
        self.tally.missed += len(missed) * ring.guest.is_counted
        ring.guest.tried = (*ring.guest.tried, *ring.agents)
        for agent in missed:
            self._stop(ring, agent)
        self._go_on(ring)
        for agent in missed:
            self._serve(agent)

    # --- agents -------------------------------------------------------------------------------------------------------
    def _ends(self, agent: Colleague) -> None:
        self._change(agent, load=-1, ended_at=self.now)
        self._serve(agent)
        for seconds in agent.rests() - {0}:
            self._at(self.now + seconds, self._serve, agent)

    def _serve(self, agent: Colleague) -> None:
        """The agent may have become free: whoever waits is looked at in turn, as long as they are."""
        if not agent.is_free(self.now):
            return
        queues = [list(self.waiting[key]) for key in agent.departments]
        for _rank, guest in heapq.merge(*queues, key=RANK):
            if not agent.is_free(self.now):
                return
            if guest.waits and guest.ring is None and self._could_ring(agent, guest):
                self._consider(guest)

    def _could_ring(self, agent: Colleague, guest: Guest) -> bool:
        """Whether `decide` may come to another answer because of this agent; asked first because it is quick."""
        failed = failed_clauses(agent.view(guest.department), self._situation(guest))
        return set(failed) <= {Reason.TRIED}

    def _change(self, agent: Colleague, **changes: Any) -> None:
        agent.change(self.now, **changes)
        for key in agent.departments:
            self.views.pop(key, None)

    # --- counting -----------------------------------------------------------------------------------------------------
    def _count_waiting(self, guest: Guest, change: int) -> None:
        if guest.is_counted:
            self.tally.changes.append((self.now, change))

    def _count_agents(self) -> None:
        shown = {agent.person.id for key in self.counted for agent in self.staff.get(key, ())}
        for pk, agent in self.agents.items():
            agent.change(self.scenario.ends)
            if pk in shown:
                self.tally.agents[pk] = agent.tally
