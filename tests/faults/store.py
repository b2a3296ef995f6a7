"""The truth at the end: read with plain SQL, past the product's own code."""

from __future__ import annotations

import json
import sqlite3
import uuid
from collections import defaultdict
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2

from tests.faults.history import Event, Kept, Mail, Ticket

TICKETS = """
SELECT t.id, t.public_id, w.slug, t.last_seq, t.last_visitor_seq
FROM tickets_ticket t JOIN accounts_workspace w ON w.id = t.workspace_id
"""
EVENTS = """
SELECT e.ticket_id, e.seq, e.visitor_seq, e.name, v.public_id, m.public_id, e.client_id, e.text, e.public_id
FROM tickets_event e
LEFT JOIN tickets_visitor v ON v.id = e.visitor_id
LEFT JOIN accounts_membership m ON m.id = e.member_id
ORDER BY e.ticket_id, e.seq, e.id
"""
OTHER_IDS = """
SELECT w.slug, x.public_id FROM accounts_workspace w JOIN (
  SELECT workspace_id, public_id FROM tickets_visitor
  UNION ALL SELECT workspace_id, public_id FROM accounts_membership
  UNION ALL SELECT workspace_id, public_id FROM accounts_department
  UNION ALL SELECT workspace_id, public_id FROM widget_widget
) x ON x.workspace_id = w.id
"""
MAILS = 'SELECT "to", message_id, state FROM deliveries_delivery'
INVITATIONS = "SELECT email FROM accounts_invitation"


@dataclass(frozen=True)
class Store:
    """A database by its address: a libpq one, or the path of an SQLite file."""

    address: str

    @property
    def is_postgres(self) -> bool:
        return self.address.startswith("postgres")

    def connect(self, *, timeout: float = 5.0) -> Any:
        """A new connection, of the database's owner."""
        if self.is_postgres:
            return psycopg2.connect(self.address, connect_timeout=max(int(timeout), 1))
        return sqlite3.connect(Path(self.address), timeout=timeout, isolation_level=None)

    def query(self, sql: str) -> list[Sequence[Any]]:
        with closing(self.connect()) as connection:
            cursor = connection.cursor()
            cursor.execute(sql)
            return list(cursor.fetchall())

    def execute(self, *statements: str) -> None:
        with closing(self.connect()) as connection:
            if self.is_postgres:
                connection.autocommit = True
            cursor = connection.cursor()
            for sql in statements:
                cursor.execute(sql)

    def heads(self) -> dict[str, dict[str, int]]:
        """The last numbers of each ticket, by audience."""
        return {_id(row[1]): {"agents": row[3], "visitor": row[4]} for row in self.query(TICKETS)}

    def unfinished_mails(self) -> int:
        rows = self.query("SELECT count(*) FROM deliveries_delivery WHERE state NOT IN ('done', 'dead')")
        return int(rows[0][0])

    def bring_mails_forward(self) -> None:
        """Let time pass for mail that waits for its next try: after a second refusal that is five minutes."""
        self.execute(
            "UPDATE deliveries_delivery SET due_at = '2000-01-01 00:00:00' "
            "WHERE state = 'waiting' AND locked_until IS NULL"
        )

    def read(self) -> Kept:
        """Everything the checker compares with, but the mail server's side."""
        kept = Kept()
        ids: dict[str, set[str]] = defaultdict(set)
        by_key: dict[int, Ticket] = {}
        for key, public_id, slug, *_ in self.query(TICKETS):
            by_key[key] = kept.tickets[_id(public_id)] = Ticket(slug, [])
            ids[slug].add(_id(public_id))
        for key, seq, visitor_seq, name, visitor, member, client_id, text, message in self.query(EVENTS):
            ticket = by_key.get(key)
            if ticket is None:  # begun since the line above
                continue
            sender, own = _id(visitor or member), _id(message)
            ticket.events.append(Event(seq, visitor_seq, name, sender, _id(client_id) or None, text, own))
            ids[ticket.workspace].add(own)
        for slug, public_id in self.query(OTHER_IDS):
            ids[slug].add(_id(public_id))
        kept.ids = dict(ids)
        kept.mails = [Mail(_first(to), message_id, state) for to, message_id, state in self.query(MAILS)]
        kept.asked = {email for (email,) in self.query(INVITATIONS)}
        return kept


def _id(value: Any) -> str:
    """SQLite keeps a UUID without hyphens."""
    return str(uuid.UUID(str(value))) if value else ""


def _first(to: Any) -> str:
    return str((json.loads(to) if isinstance(to, str) else to)[0])
