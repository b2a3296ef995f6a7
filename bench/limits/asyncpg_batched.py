"""A limit: bare ASGI and asyncpg with group commit. What arrives while a commit is under way is the next batch.

Three statements and one commit for a batch of up to 256 messages, whatever tickets they are for. The tickets are
locked in the order of their ids, so that two processes wait for each other and never in a circle.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from uuid import uuid4

import asyncpg

from bench.limits.rooms import DATABASE_URL, Message, Server, Stored

LARGEST_BATCH = 256

LOCK = """
SELECT id, workspace_id, last_seq, last_visitor_seq, inbound, waiting_since FROM ticket
WHERE id = ANY($1::bigint[]) ORDER BY id FOR NO KEY UPDATE
"""
INSERT = """
INSERT INTO event (workspace_id, public_id, ticket_id, seq, visitor_seq, name, by_kind, sender, client_id, text,
    created_at)
SELECT workspace_id, public_id, ticket_id, seq, visitor_seq, 'message.created', by_kind, sender, client_id, body, $9
FROM unnest($1::bigint[], $2::uuid[], $3::bigint[], $4::int[], $5::int[], $6::text[], $7::text[], $8::uuid[],
    $10::text[]) AS new (workspace_id, public_id, ticket_id, seq, visitor_seq, by_kind, sender, client_id, body)
"""
UPDATE = """
UPDATE ticket SET last_seq = new.seq, last_visitor_seq = new.visitor_seq, inbound = new.inbound,
    waiting_since = new.waiting_since, last_by = new.by_kind, last_kind = 'text', last_preview = new.preview,
    last_at = $8, updated_at = $8, version = version + 1
FROM unnest($1::bigint[], $2::int[], $3::int[], $4::int[], $5::timestamptz[], $6::text[], $7::text[])
    AS new (id, seq, visitor_seq, inbound, waiting_since, by_kind, preview)
WHERE ticket.id = new.id
"""
KNOWN = "SELECT seq, created_at FROM event WHERE ticket_id = $1 AND sender = $2 AND client_id = $3"


class BatchedStore:
    """One flush at a time, on one connection."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Message, asyncio.Future[Stored]]] = []
        self.flusher: asyncio.Task[None] | None = None

    async def open(self) -> None:
        self.connection = await asyncpg.connect(DATABASE_URL)

    async def write(self, message: Message) -> Stored:
        answer: asyncio.Future[Stored] = asyncio.get_running_loop().create_future()
        self.waiting.append((message, answer))
        if self.flusher is None:
            self.flusher = asyncio.ensure_future(self._flush())
        return await answer

    async def _flush(self) -> None:
        while self.waiting:
            batch, self.waiting = self.waiting[:LARGEST_BATCH], self.waiting[LARGEST_BATCH:]
            try:
                stored = await self._commit([message for message, _ in batch])
            except asyncpg.UniqueViolationError:
                stored = [await self._commit_alone(message) for message, _ in batch]
            for (_, answer), each in zip(batch, stored, strict=True):
                answer.set_result(each)
        self.flusher = None

    async def _commit_alone(self, message: Message) -> Stored:
        try:
            return (await self._commit([message]))[0]
        except asyncpg.UniqueViolationError:
            known = await self.connection.fetchrow(KNOWN, message.ticket, message.sender, message.client_id)
            return Stored(known["seq"], known["created_at"], is_duplicate=True)

    async def _commit(self, messages: list[Message]) -> list[Stored]:
        now = datetime.now(UTC)
        async with self.connection.transaction():
            rows = await self.connection.fetch(LOCK, list({message.ticket for message in messages}))
            tickets = {row["id"]: Counters(row) for row in rows}
            events = [tickets[message.ticket].append(message, now) for message in messages]
            columns = [list(column) for column in zip(*events, strict=True)]
            await self.connection.execute(INSERT, *columns[:8], now, columns[8])
            changes = [list(column) for column in zip(*(each.changes() for each in tickets.values()), strict=True)]
            await self.connection.execute(UPDATE, *changes, now)
        return [Stored(seq, now) for seq in columns[3]]


class Counters:
    """A locked ticket's numbers while a batch adds to them."""

    def __init__(self, row: asyncpg.Record) -> None:
        self.id, self.workspace_id, self.seq, self.visitor_seq, self.inbound, self.waiting_since = row
        self.by_kind = self.preview = ""

    def append(self, message: Message, now: datetime) -> tuple[object, ...]:
        """The columns of the message's event, in INSERT's order but for the time."""
        is_visitor = message.sender.startswith("v")
        self.seq += 1
        self.visitor_seq += 1
        self.inbound += is_visitor
        self.waiting_since = (self.waiting_since or now) if is_visitor else None
        self.by_kind = "visitor" if is_visitor else "agent"
        self.preview = message.body[:160]
        names = (self.by_kind, message.sender, message.client_id, message.body)
        return (self.workspace_id, uuid4(), self.id, self.seq, self.visitor_seq, *names)

    def changes(self) -> tuple[object, ...]:
        """The columns of the ticket, in UPDATE's order."""
        return (self.id, self.seq, self.visitor_seq, self.inbound, self.waiting_since, self.by_kind, self.preview)


application = Server(BatchedStore())
