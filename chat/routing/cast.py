"""Those who act in a replay: agents with their places, chats that wait, rings."""

from __future__ import annotations

from hashlib import blake2b

from chat.routing.decide import Why
from chat.routing.figures import AgentTally
from chat.routing.scenario import Arrival, Person, Rules
from chat.routing.situation import Agent

Departments = dict[int | None, Rules]
MINUTE = 60.0


class Colleague:
    """An agent during the replay. `load`: chats that take a place, and directed rings."""

    def __init__(self, person: Person, departments: Departments, begins: float) -> None:
        self.person = person
        self.departments = {key: rules for key, rules in departments.items() if person.id in rules.people}
        self.load = 0
        self.is_online = False
        self.last_offered_at: float | None = None
        self.last_ended_at: float | None = None
        self.rings: dict[Ring, None] = {}  # in the order in which they began
        self.tally = AgentTally()
        self._counted_until = begins
        self._views: dict[int | None, Agent] = {}

    def change(
        self,
        now: float,
        *,
        load: int = 0,
        is_online: bool | None = None,
        offered_at: float | None = None,
        ended_at: float | None = None,
    ) -> None:
        """Count the time until now as it was, then let it be otherwise. `load` is added."""
        if self.is_online:
            self.tally.spend(now - self._counted_until, self.load)
        self._counted_until = now
        self.load += load
        if is_online is not None:
            self.is_online = is_online
        if offered_at is not None:
            self.last_offered_at = offered_at
        if ended_at is not None:
            self.last_ended_at = ended_at
        self._views.clear()

    def view(self, department: int | None) -> Agent:
        """As the department sees them."""
        found = self._views.get(department)
        if found is None:
            rules, person = self.departments[department], self.person
            found = self._views[department] = Agent(
                id=person.id,
                is_online=self.is_online,
                load=self.load,
                limit=rules.chats_at_once if person.own_limit is None else person.own_limit,
                priority=rules.people[person.id],
                languages=person.languages,
                last_offered_at=self.last_offered_at,
                last_ended_at=self.last_ended_at,
            )
        return found

    def is_free(self, now: float) -> bool:
        """Whether any department could ring them now."""
        return self.is_online and any(
            self.view(key).has_place and self._rested_at(rules.policy.rest_seconds) <= now
            for key, rules in self.departments.items()
        )

    def _rested_at(self, seconds: int) -> float:
        return self.last_ended_at + seconds if self.last_ended_at is not None else 0.0

    def answers_after(self, drawn: float) -> float:
        """Seconds until they answer. `drawn`: from 0 until before 1."""
        return self.person.answers[int(drawn * len(self.person.answers))]

    def rests(self) -> set[int]:
        """After how many seconds they can be rung again when a chat has ended."""
        return {rules.policy.rest_seconds for rules in self.departments.values()}


class Guest:
    """A chat that wants an agent. `number` tells those of the same rank apart."""

    def __init__(self, arrival: Arrival, number: int, is_counted: bool) -> None:
        self.arrival = arrival
        self.is_counted = is_counted
        self.department = arrival.department
        self.rank = (arrival.at - arrival.points * MINUTE, number)
        self.cycle = 1
        self.tried: tuple[int, ...] = ()
        self.rests_until: float | None = None
        self.has_given_up = False
        self.has_overflowed = False
        self.why: Why | None = None
        self.ring: Ring | None = None
        self.waits = True


class Ring:
    """One chat rings at one or several agents. By hand: nothing rings, but they see it and take it."""

    def __init__(self, guest: Guest, *, is_directed: bool, is_by_hand: bool = False) -> None:
        self.guest = guest
        self.is_directed = is_directed
        self.is_by_hand = is_by_hand
        self.agents: dict[int, Colleague] = {}

    def is_open(self) -> bool:
        return self.guest.ring is self


def lot(*parts: object) -> float:
    """A number from 0 until before 1: uniform, and the same again for the same parts."""
    digest = blake2b(":".join(map(str, parts)).encode(), digest_size=7).digest()
    return int.from_bytes(digest) / 256**7
