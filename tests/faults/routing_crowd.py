"""The people of the routing stress run: chats that begin at once, agents who do as people do. Prints a verdict as JSON.

`python -m tests.faults.routing_crowd --chats 1000`, in the environment of an installation whose workers run. The
agents answer through the product's verbs, as the sockets do; only the workers decide where it rings.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import django

LIMIT = 4
STARTERS = 6
DESKS = 4  # threads that play the agents
GIVE_UP = 300.0  # seconds
RING_SECONDS = 5


class Crowd:
    def __init__(self, chats: int, strategy: str, seed: int) -> None:
        from helpdesk.accounts.models import Membership, Role, Workspace

        self.seed, self.chats, self.strategy = seed, chats, strategy
        self.workspace = Workspace.objects.get(slug="north")
        agents = Membership.unscoped.select_related("user").filter(workspace=self.workspace, role=Role.AGENT)
        self.agents = list(agents.order_by("id"))
        self.did: Counter[str] = Counter()
        self.over = threading.Event()
        self.errors: list[str] = []

    def run(self) -> dict[str, Any]:
        from chat.models import RoutingDecision
        from helpdesk.tenancy import scope
        from tests.faults.routing_rules import violations

        with scope.workspace(self.workspace.pk):
            visitors = self._prepare()
            began = time.monotonic()
            with ThreadPoolExecutor(STARTERS + DESKS) as pool:
                desks = [pool.submit(self._apart, self._play, number) for number in range(DESKS)]
                starts = [pool.submit(self._apart, self._start, visitors[each::STARTERS]) for each in range(STARTERS)]
                for start in starts:
                    start.result()
                started = time.monotonic() - began
                self._wait_until_over(began)
                self.over.set()
                for desk in desks:
                    desk.result()
            found = violations(LIMIT) + self.errors
            left = self._not_over()
            if left:
                found.append(f"{left} chats were not over after {GIVE_UP:g} seconds")
            figures = {
                "chats started in s": round(started, 1),
                "all over in s": round(time.monotonic() - began, 1),
                "decisions": RoutingDecision.objects.count(),
                **dict(sorted(self.did.items())),
            }
        return {"violations": found, "figures": figures}

    def _apart(self, act: Any, *arguments: Any) -> None:
        """On a thread: in the workspace, with a connection of its own."""
        from django.db import connection

        from helpdesk.tenancy import scope

        try:
            with scope.workspace(self.workspace.pk):
                act(*arguments)
        except Exception as error:
            self.errors.append(f"{act.__name__} failed: {error!r}")
            raise
        finally:
            connection.close()

    # --- the scene ----------------------------------------------------------------------------------------------------
    def _prepare(self) -> list[Any]:
        from chat.models import RoutingPolicy
        from widget.actions.sessions import open_session
        from widget.models import Widget

        RoutingPolicy.objects.create(
            department=None, strategy=self.strategy, chats_at_once=LIMIT, ring_seconds=RING_SECONDS, max_cycles=5,
            pause_after_misses=3, first_reply_seconds=0, max_wait_minutes=None,
        )  # fmt: skip
        for agent in self.agents:
            self._arrive(agent)
        widget = Widget.objects.get()
        new = {"widget": widget, "token": None, "page": "https://shop.north.example/", "referrer": "", "language": "en",
               "time_zone": "UTC", "user_agent": ""}  # fmt: skip
        return [open_session(**new)[0] for _number in range(self.chats)]

    def _start(self, visitors: list[Any]) -> None:
        from chat.actions.conversations import NewChat, start_chat
        from widget.models import Widget

        widget = Widget.objects.get()
        for visitor in visitors:
            chat = NewChat(client_id=uuid4(), text="Is it food safe?", form={})
            start_chat(visitor=visitor, widget=widget, address="127.0.0.1", chat=chat)

    def _not_over(self) -> int:
        from chat.models import Chat

        return int(self.chats - Chat.objects.exclude(ended_at=None).count())

    def _wait_until_over(self, began: float) -> None:
        while self._not_over() and time.monotonic() - began < GIVE_UP:
            time.sleep(0.5)

    # --- the agents ---------------------------------------------------------------------------------------------------
    def _play(self, number: int) -> None:
        """A quarter of the agents: look at what rings, do something about it, end what has lasted long enough."""
        draw = random.Random(self.seed * 100 + number)
        agents = {agent.pk: agent for agent in self.agents[number::DESKS]}
        seen: set[int] = set()
        ends: dict[Any, tuple[float, Any]] = {}
        back: dict[int, float] = {}
        while not self.over.is_set():
            now = time.monotonic()
            for pk in [pk for pk, at in back.items() if at <= now]:
                del back[pk]
                self._arrive(agents[pk])
            self._answer(agents, seen, ends, back, draw)
            for ticket in [ticket for ticket, (at, _agent) in ends.items() if at <= now]:
                self._end(ticket, ends.pop(ticket)[1])
            self._resume(agents)
            time.sleep(0.1)

    def _answer(self, agents: Any, seen: set[int], ends: Any, back: dict[int, float], draw: random.Random) -> None:
        from chat.actions.rings import accept_ring, decline_ring
        from chat.models import Ring
        from helpdesk.errors import HelpdeskError
        from tickets.authors import Author

        for ring in Ring.objects.open().filter(membership__in=agents).exclude(pk__in=seen).select_related("ticket"):
            seen.add(ring.pk)
            agent, lot = agents[ring.membership_id], draw.random()
            try:
                if lot < 0.72:
                    accept_ring(by=Author.of_member(agent), ring_id=ring.public_id)
                    ends[ring.ticket.public_id] = (time.monotonic() + draw.uniform(1, 4), agent)
                    self.did["accepted"] += 1
                elif lot < 0.86:
                    decline_ring(by=Author.of_member(agent), ring_id=ring.public_id)
                    self.did["declined"] += 1
                elif lot < 0.95 or agent.pk in back:
                    self.did["let ring"] += 1
                else:
                    self._vanish(agent)
                    back[agent.pk] = time.monotonic() + draw.uniform(1, 6)
                    self.did["vanished"] += 1
            except HelpdeskError as error:
                self.did[f"refused: {error.code}"] += 1

    def _arrive(self, agent: Any) -> None:
        from chat.actions.presence import LEASE, member_arrived, renew_members

        member_arrived(agent)
        renew_members([agent.pk])
        self._lease(agent, LEASE * 100)

    def _vanish(self, agent: Any) -> None:
        """The lease has run out, and the sweep that says so comes."""
        from datetime import timedelta

        from chat.actions.presence import expire_member

        self._lease(agent, timedelta(seconds=-1))
        expire_member(agent.pk)

    def _lease(self, agent: Any, left: Any) -> None:
        from django.utils import timezone

        type(agent).unscoped.filter(pk=agent.pk).update(lease_until=timezone.now() + left)

    def _end(self, ticket: Any, agent: Any) -> None:
        from chat.actions.conversations import end_chat
        from tickets.authors import Author

        end_chat(by=Author.of_member(agent), ticket_id=ticket, client_id=uuid4())

    def _resume(self, agents: Any) -> None:
        from chat.actions.desks import resume_desk
        from chat.models import Desk

        for pk in Desk.objects.filter(membership__in=agents, paused_at__isnull=False).values_list(
            "membership_id", flat=True
        ):
            resume_desk(member=agents[pk])
            self.did["resumed"] += 1


def main() -> None:
    django.setup()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--chats", type=int, default=1000)
    parser.add_argument("--strategy", default="average_utilization")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    json.dump(Crowd(given.chats, given.strategy, given.seed).run(), sys.stdout)


if __name__ == "__main__":
    main()
