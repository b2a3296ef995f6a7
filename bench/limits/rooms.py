"""The socket side of both asyncpg servers: a bare ASGI application, rooms in memory, Redis between processes.

A room is a ticket. What is committed goes to the members in this process at once, and to the other processes by Redis:
one PUBLISH at a time, what gathers meanwhile leaves with the next.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, NamedTuple, Protocol

import redis.asyncio

DATABASE_URL = os.environ["DATABASE_URL"]
REDIS_URL = os.environ.get("REDIS_URL", "")  # empty: this is the only process
BUS = os.environ.get("BUS", "limits")
CONNECTIONS = int(os.environ.get("POOL", "16"))

Send = Callable[[dict[str, Any]], Awaitable[None]]


class Message(NamedTuple):
    """`sender` is "v:<id>" for the visitor and "m:<id>" for the agent, as in our own table."""

    ticket: int
    sender: str
    client_id: str
    body: str


class Stored(NamedTuple):
    seq: int
    at: datetime
    is_duplicate: bool = False


class Store(Protocol):
    async def open(self) -> None:
        """Connect to the database."""

    async def write(self, message: Message) -> Stored:
        """Commit the message, once for its (ticket, sender, client id)."""


class Rooms:
    """Who is where, and how they hear of each other."""

    def __init__(self) -> None:
        self.members: dict[int, set[Send]] = {}
        self.outgoing: list[tuple[int, str]] = []
        self.publisher: asyncio.Task[None] | None = None
        self.identity = os.urandom(4).hex()

    async def open(self) -> None:
        if REDIS_URL:
            self.redis = redis.asyncio.from_url(REDIS_URL)
            pubsub = self.redis.pubsub()
            await pubsub.subscribe(BUS)
            self.listener = asyncio.ensure_future(self._listen(pubsub))

    async def tell(self, ticket: int, frame: str) -> None:
        """Send a frame to all members of a room, wherever they are."""
        if REDIS_URL:
            self.outgoing.append((ticket, frame))
            if self.publisher is None:
                self.publisher = asyncio.ensure_future(self._publish())
        await self._tell_here(ticket, frame)

    async def _tell_here(self, ticket: int, frame: str) -> None:
        event = {"type": "websocket.send", "text": frame}
        for send in list(self.members.get(ticket, ())):
            await send(event)

    async def _publish(self) -> None:
        while self.outgoing:
            batch, self.outgoing = self.outgoing, []
            await self.redis.publish(BUS, json.dumps([self.identity, batch]))
        self.publisher = None

    async def _listen(self, pubsub: redis.asyncio.client.PubSub) -> None:
        async for heard in pubsub.listen():
            if heard["type"] != "message":
                continue
            identity, batch = json.loads(heard["data"])
            if identity != self.identity:
                for ticket, frame in batch:
                    await self._tell_here(ticket, frame)


class Server:
    """The ASGI application. Messages of one socket are stored at the same time; their tickets put them in order."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.rooms = Rooms()
        self.tasks: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: dict[str, Any], receive: Callable[[], Awaitable[Any]], send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "websocket":
            await self._serve(receive, send)

    async def _live(self, receive: Callable[[], Awaitable[Any]], send: Send) -> None:
        while True:
            event = await receive()
            if event["type"] == "lifespan.startup":
                await self.store.open()
                await self.rooms.open()
            await send({"type": f"{event['type']}.complete"})
            if event["type"] == "lifespan.shutdown":
                return

    async def _serve(self, receive: Callable[[], Awaitable[Any]], send: Send) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        joined: list[int] = []
        sender = ""
        while True:
            event = await receive()
            if event["type"] == "websocket.disconnect":
                break
            frame = json.loads(event["text"])
            if frame["type"] == "join":
                sender, joined = frame["sender"], frame["tickets"]
                for ticket in joined:
                    self.rooms.members.setdefault(ticket, set()).add(send)
                await send({"type": "websocket.send", "text": '{"type":"joined"}'})
            else:
                task = asyncio.ensure_future(self._message(frame, sender, send))
                self.tasks.add(task)
                task.add_done_callback(self.tasks.discard)
        for ticket in joined:
            self.rooms.members[ticket].discard(send)

    async def _message(self, frame: dict[str, Any], sender: str, send: Send) -> None:
        message = Message(frame["ticket"], sender, frame["client_id"], frame["body"])
        stored = await self.store.write(message)
        facts = {"ticket": message.ticket, "client_id": message.client_id, "seq": stored.seq, "at": stored.at}
        ack = json.dumps({"type": "ack", **facts, "duplicate": stored.is_duplicate}, default=datetime.isoformat)
        await send({"type": "websocket.send", "text": ack})
        if not stored.is_duplicate:
            event = {"type": "event", **facts, "by": message.sender, "body": message.body}
            await self.rooms.tell(message.ticket, json.dumps(event, default=datetime.isoformat))
