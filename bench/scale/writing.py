"""What one message costs PostgreSQL: the writer's statements, and the processor time of the server process."""

from __future__ import annotations

import itertools
import random
import statistics
import uuid
from pathlib import Path
from typing import Any

from django.db import connection
from psycopg2.extras import execute_values

from helpdesk.ids import uuid7
from tickets.search import tokens_of

LOCK = (
    "SELECT id, workspace_id, last_seq FROM tickets_ticket WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED"
)
OPEN = "SELECT id FROM tickets_ticket WHERE state IN ('new', 'open', 'answered') ORDER BY id DESC LIMIT 2000"
EVENTS = (
    "INSERT INTO tickets_event (public_id, ticket_id, seq, visitor_seq, name, by_kind, member_id, visitor_id, sender, "
    "client_id, request_hash, text, data, created_at, workspace_id) VALUES %s RETURNING id"
)
DOCUMENTS = "INSERT INTO tickets_searchdocument (ticket_id, event_id, tokens, workspace_id) VALUES %s"
UPDATE = (
    "UPDATE tickets_ticket t SET last_seq = t.last_seq + 1, last_visitor_seq = t.last_visitor_seq + 1, "
    "inbound = inbound + 1, version = version + 1, state = 'open', waiting_since = now(), last_by = 'visitor', "
    "last_preview = v.text, last_at = now(), updated_at = now() FROM (VALUES %s) AS v (id, text) WHERE t.id = v.id"
)
STEPS = ("lock", "events", "documents", "update", "commit")


def processor_time(pid: int) -> int:
    """Nanoseconds on a processor so far, of a process of this machine."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0])


def server_seconds() -> float:
    """Seconds of processor time so far of the server's process behind our connection; 0 for SQLite, which has none."""
    if connection.vendor != "postgresql":
        return 0.0
    connection.ensure_connection()
    return processor_time(connection.connection.get_backend_pid()) / 1e9


class Writer:
    """Appends messages as the product's writer does: one transaction for a batch of tickets."""

    def __init__(self, cursor: Any, lines: list[str]) -> None:
        self.cursor = cursor
        self.lines = lines
        cursor.execute("SELECT pg_backend_pid()")
        self.pid: int = cursor.fetchone()[0]

    def batch(self, ids: list[int]) -> list[int]:
        """Nanoseconds of the server's process for each of STEPS."""
        times = [processor_time(self.pid)]
        cursor = self.cursor
        cursor.execute("BEGIN")
        cursor.execute(LOCK, [ids])
        found = cursor.fetchall()
        times.append(processor_time(self.pid))
        texts = [random.choice(self.lines) for _ in found]
        pairs = list(zip(found, texts, strict=True))
        events = execute_values(cursor, EVENTS, [self.event(*ticket, text) for ticket, text in pairs], fetch=True)
        times.append(processor_time(self.pid))
        documents = [
            (ticket, event, tokens_of(text, workspace), workspace)
            for ((ticket, workspace, _), text), (event,) in zip(pairs, events, strict=True)
        ]
        execute_values(cursor, DOCUMENTS, documents)
        times.append(processor_time(self.pid))
        execute_values(cursor, UPDATE, [(ticket[0], text[:160]) for ticket, text in pairs])
        times.append(processor_time(self.pid))
        cursor.execute("COMMIT")
        times.append(processor_time(self.pid))
        return [after - before for before, after in itertools.pairwise(times)]

    def event(self, ticket: int, workspace: int, seq: int, text: str) -> tuple[Any, ...]:
        return (
            str(uuid7()),
            ticket,
            seq + 1,
            seq + 1,
            "message.created",
            "visitor",
            None,
            ticket,
            f"v:{ticket}",
            str(uuid.uuid4()),
            uuid.uuid4().hex * 2,
            text,
            "{}",
            "now()",
            workspace,
        )


def write_cost(batch: int, batches: int = 100) -> dict[str, float]:
    """Microseconds of processor time a message costs the server, in all and step by step; the mean of the batches."""
    with connection.cursor() as cursor:
        cursor.execute(OPEN)
        open_ids = [pk for (pk,) in cursor.fetchall()]
        cursor.execute("SELECT text FROM tickets_event ORDER BY id DESC LIMIT 5000")
        writer = Writer(cursor.cursor, [text for (text,) in cursor.fetchall()])
        for _ in range(5):
            writer.batch(random.sample(open_ids, batch))
        measured = [writer.batch(random.sample(open_ids, batch)) for _ in range(batches)]
    costs = {name: statistics.fmean(row[i] for row in measured) / batch / 1000 for i, name in enumerate(STEPS)}
    return {**costs, "sum": sum(costs.values())}
