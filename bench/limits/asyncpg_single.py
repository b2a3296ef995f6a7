"""A limit: bare ASGI and asyncpg, one transaction for each message. No framework, no login, no checks, one tenant.

The UPDATE takes the ticket's lock and gives the numbers in one statement; asyncpg prepares both statements once for
each connection, and a connection goes back to the pool without the usual reset.
"""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import asyncpg

from bench.limits.rooms import CONNECTIONS, DATABASE_URL, Message, Server, Stored

NEXT_NUMBER = """
UPDATE ticket SET last_seq = last_seq + 1, last_visitor_seq = last_visitor_seq + 1, inbound = inbound + $2::int,
    waiting_since = CASE WHEN $2 = 1 THEN coalesce(waiting_since, $3) END,
    last_by = $4, last_kind = 'text', last_preview = $5, last_at = $3, updated_at = $3, version = version + 1
WHERE id = $1
RETURNING last_seq, last_visitor_seq, workspace_id
"""
INSERT = """
INSERT INTO event (workspace_id, public_id, ticket_id, seq, visitor_seq, name, by_kind, sender, client_id, text,
    created_at)
VALUES ($1, $2, $3, $4, $5, 'message.created', $6, $7, $8, $9, $10)
"""
KNOWN = "SELECT seq, created_at FROM event WHERE ticket_id = $1 AND sender = $2 AND client_id = $3"


class SingleStore:
    """One commit for each message."""

    async def open(self) -> None:
        self.pool = await asyncpg.create_pool(
            DATABASE_URL, min_size=CONNECTIONS, max_size=CONNECTIONS, reset=_keep_as_it_is
        )

    async def write(self, message: Message) -> Stored:
        async with self.pool.acquire() as connection:
            try:
                async with connection.transaction():
                    return await self._append(connection, message)
            except asyncpg.UniqueViolationError:
                known = await connection.fetchrow(KNOWN, message.ticket, message.sender, message.client_id)
                return Stored(known["seq"], known["created_at"], is_duplicate=True)

    async def _append(self, connection: asyncpg.Connection, message: Message) -> Stored:
        is_visitor, now = message.sender.startswith("v"), datetime.now(UTC)
        kind = "visitor" if is_visitor else "agent"
        seq, visitor_seq, workspace = await connection.fetchrow(
            NEXT_NUMBER, message.ticket, int(is_visitor), now, kind, message.body[:160]
        )
        await connection.execute(
            INSERT,
            workspace,
            uuid4(),
            message.ticket,
            seq,
            visitor_seq,
            kind,
            message.sender,
            message.client_id,
            message.body,
            now,
        )
        return Stored(seq, now)


async def _keep_as_it_is(connection: asyncpg.Connection) -> None:
    """Nothing here changes the session's settings."""


application = Server(SingleStore())
