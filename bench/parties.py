"""One socket of the load: who holds it, which tickets it follows, how far it has got in each."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bench.dialects import Dialect, Heard, Side

ENTER_SECONDS = 120.0


class Party:
    """A visitor or an agent on one socket; `who` is what the dialect greets with.

    `heard` gets every frame that says something about a message, `left` the close code of a socket that we did not
    close. `heads` holds the number of the last event of each ticket.
    """

    def __init__(self, dialect: Dialect, port: int, side: Side, who: str, tickets: Sequence[Any] = ()) -> None:
        self.dialect = dialect
        self.port = port
        self.side = side
        self.who = who
        self.tickets = list(tickets)
        self.heads: dict[Any, int] = {}
        self.gaps = 0
        self.heard: Callable[[Party, Heard], None] = lambda party, heard: None
        self.left: Callable[[int], None] = lambda code: None

    async def enter(self) -> None:
        """Connect, greet, and wait until every ticket is followed; a party that was here before resumes.

        Raises OSError, BadServer, ConnectionError or TimeoutError.
        """
        self.is_in: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.missing = self.dialect.answers_to_greeting(self.tickets)
        self.socket = self.dialect.socket(self.port, self.side)
        self.socket.heard = self._heard
        self.socket.closed = self._closed
        await self.socket.open()
        self.dialect.greet(self.socket, self.who, self.tickets, self.heads)
        await asyncio.wait_for(self.is_in, ENTER_SECONDS)

    def send(self, frame: bytes) -> None:
        self.socket.send(frame)

    def close(self) -> None:
        self.left = lambda code: None
        self.socket.close()

    def cut(self) -> None:
        """Lose the connection, as a network does."""
        self.socket.closed = lambda code: None
        self.socket.cut()

    def _heard(self, payload: bytes) -> None:
        if self.missing and self.dialect.entered(payload):
            self.missing -= 1
            if not self.missing:
                self.is_in.set_result(None)
            return
        heard = self.dialect.read(self.socket, payload)
        if heard is None:
            return
        if heard.kind == "event":
            head = self.heads.get(heard.ticket)
            self.gaps += head is not None and heard.seq != head + 1
            self.heads[heard.ticket] = heard.seq
        self.heard(self, heard)

    def _closed(self, code: int) -> None:
        if self.socket.is_open and not self.is_in.done():
            self.is_in.set_exception(ConnectionError(f"closed {code} while entering"))
        self.left(code)


async def enter_all(parties: Sequence[Party], at_once: int) -> None:
    """Let everybody in, so many at a time."""
    turn = asyncio.Semaphore(at_once)

    async def enter(party: Party) -> None:
        async with turn:
            await party.enter()

    await asyncio.gather(*(enter(party) for party in parties))


def seat(dialect: Dialect, ports: Sequence[int], chats: Sequence[Mapping[str, Any]]) -> list[tuple[Party, Party]]:
    """The visitor and the agent of each chat, spread evenly over the ports; an agent is one socket for all their chats.

    With two ports the visitor of every other chat of an agent is on the other port.
    """
    agents: dict[str, Party] = {}
    pairs = []
    for chat in chats:
        agent = agents.get(chat["agent"])
        if agent is None:
            port = ports[len(agents) % len(ports)]
            agent = agents[chat["agent"]] = Party(dialect, port, "agent", chat["agent"])
        agent.tickets.append(chat["ticket"])
        port = ports[len(agent.tickets) % len(ports)]
        pairs.append((Party(dialect, port, "visitor", chat["visitor"], [chat["ticket"]]), agent))
    return pairs
