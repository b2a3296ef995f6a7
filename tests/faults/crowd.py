"""The people of a run: visitors who chat, over sockets and long polling, and the agents who answer them."""

from __future__ import annotations

import asyncio
import itertools
import random
import uuid
from typing import Any

from tests.faults.calls import CallFailed, Door, call
from tests.faults.client import Client, Identity, Timing
from tests.faults.history import History, View
from tests.faults.poll_client import PollClient
from tests.faults.socket_client import SocketClient

WATCHERS = 2  # agents who follow each ticket
LONGEST_BACKLOG = 4  # a person stops typing when so much waits to be sent


class Crowd:
    """`clients` people spread over the workspaces of `world`: one in five an agent, one in eight a polling visitor."""

    def __init__(
        self,
        world: dict[str, Any],
        doors: list[Door],
        timing: Timing,
        *,
        clients: int,
        rate: float,
        seed: int = 0,
        kind: type[SocketClient] = SocketClient,
        padding: int = 0,
    ) -> None:
        self.world = world
        self.doors = doors
        self.timing = timing
        self.rate = rate
        self.history = History()
        self.random = random.Random(seed)
        self.kind = kind
        self.padding = " …" * (padding // 2)  # of every text, for those who need long ones
        self.agent_count = max(len(world["workspaces"]), clients // 5)
        self.poller_count = clients // 8
        self.visitor_count = clients - self.agent_count - self.poller_count
        self.visitors: list[Client] = []
        self.agents: list[SocketClient] = []
        self.is_talking = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._numbers = itertools.count(1)

    @property
    def clients(self) -> list[Client]:
        return [*self.visitors, *self.agents]

    # --- coming and going -------------------------------------------------------------------------------------------
    async def enter(self, seconds: float = 60) -> None:
        """Connect everybody, start every visitor's chat, let the agents follow. Raises TimeoutError."""
        workspaces = itertools.cycle(self.world["workspaces"])
        kinds = [self.kind] * self.visitor_count + [PollClient] * self.poller_count
        async with asyncio.timeout(seconds):
            for number, (kind, workspace) in enumerate(zip(kinds, workspaces, strict=False)):
                self.visitors.append(await self.new_visitor(kind, workspace, f"visitor-{number}"))
            for number, workspace in zip(range(self.agent_count), workspaces, strict=False):
                self.agents.append(self._new_agent(workspace, number))
            for client in self.clients:
                self._spawn(client.run())
            for visitor in self.visitors:
                visitor.start_chat(self._body(visitor))
            while any(not visitor.ticket for visitor in self.visitors):  # noqa: ASYNC110 (their acks come one by one)
                await asyncio.sleep(0.05)
        self._share_tickets()

    async def new_visitor(self, kind: type[Any], workspace: dict[str, Any], name: str) -> Any:
        """A visitor with a session, who is not connected yet."""
        body = {"key": workspace["key"], "page": workspace["page"]}
        while True:
            try:
                status, answer = await call(self.doors[0], "POST", "/widget/v1/session", body=body)
            except CallFailed:
                status, answer = 0, {}
            if status == 200:
                break
            await asyncio.sleep(0.2)
        me = Identity(name, "visitor", workspace["slug"], answer["visitor"], answer["token"])
        return kind(me, self.doors, self.history, self.timing)

    def _new_agent(self, workspace: dict[str, Any], number: int) -> SocketClient:
        given = workspace["agents"][number // len(self.world["workspaces"]) % len(workspace["agents"])]
        me = Identity(f"agent-{number}", "agents", workspace["slug"], given["member"], given["token"])
        return self.kind(me, self.doors, self.history, self.timing)

    def _share_tickets(self) -> None:
        """Each ticket is followed by some agents of its workspace, in turn."""
        turn = {
            workspace["slug"]: itertools.cycle([a for a in self.agents if a.me.workspace == workspace["slug"]])
            for workspace in self.world["workspaces"]
        }
        for visitor in self.visitors:
            for _ in range(WATCHERS):
                next(turn[visitor.me.workspace]).follow(visitor.ticket)

    async def leave(self) -> None:
        self.is_talking = False
        await asyncio.gather(*(client.stop() for client in self.clients), return_exceptions=True)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _spawn(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)

    def failures(self) -> list[str]:
        """Clients that ended by an exception: a fault of the harness, or of what they were sent."""
        ended = [task for task in self._tasks if task.done() and not task.cancelled()]
        return [repr(task.exception()) for task in ended if task.exception() is not None]

    # --- talking ----------------------------------------------------------------------------------------------------
    def talk(self) -> None:
        """Write from now on, `rate` messages a second together, half of them by visitors."""
        self.is_talking = True
        for people, act in ((self.visitors, self._visitor_writes), (self.agents, self._agent_writes)):
            for person in people:
                self._spawn(self._talk(person, act, 2 * len(people) / self.rate))

    async def _talk(self, person: Any, act: Any, every: float) -> None:
        while self.is_talking:
            await asyncio.sleep(self.random.expovariate(1 / every))
            if self.is_talking and person.backlog() < LONGEST_BACKLOG:
                act(person)

    def say_last_words(self) -> None:
        for visitor in self.visitors:
            self._visitor_writes(visitor)

    def _visitor_writes(self, visitor: Client) -> None:
        visitor.write(visitor.ticket, self._body(visitor))

    def _agent_writes(self, agent: SocketClient) -> None:
        if not agent.copies:
            return
        ticket, dice = self.random.choice(list(agent.copies)), self.random.random()
        if dice < 0.75:
            agent.write(ticket, self._body(agent))
        elif dice < 0.95:
            agent.write(ticket, self._body(agent, "canary-note"), note=True)
        elif dice < 0.98:
            agent.command(ticket, "ticket.update", subject=f"about {uuid.uuid4()}")
        else:
            agent.command(ticket, "ticket.close")

    def _body(self, person: Client, canary: str = "canary") -> str:
        return f"{person.me.name} {next(self._numbers)} {canary}-{person.me.workspace}{self.padding}"

    # --- the end ----------------------------------------------------------------------------------------------------
    def backlog(self) -> int:
        return sum(client.backlog() for client in self.clients)

    def lag(self, heads: dict[str, dict[str, int]]) -> list[str]:
        """Whose copies are behind the log's heads."""
        return [
            f"{client.me.name} {copy.last}/{heads[ticket][client.me.audience]}"
            for client in self.clients
            for ticket, copy in client.copies.items()
            if ticket in heads and copy.last < heads[ticket][client.me.audience]
        ]

    def views(self) -> list[View]:
        return [view for client in self.clients for view in client.views()]
