"""What PostgreSQL and SQLite say differently when rows are made in bulk."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import StringIO
from typing import Any

from django.db import connection

from bench.scale.words import TEXTS

TABLES = (
    "tickets_contact",
    "tickets_visitor",
    "chat_visit",
    "tickets_ticket",
    "chat_chat",
    "tickets_ticketread",
    "tickets_event",
    "tickets_searchdocument",
)


class Dialect:
    def __init__(self, vendor: str) -> None:
        self.is_postgresql = vendor == "postgresql"

    def numbers(self, count: int) -> str:
        """A query of the numbers from 1 to `count`, as column n."""
        if self.is_postgresql:
            return f"SELECT n FROM generate_series(1, {count}) n"
        return f"WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < {count}) SELECT n FROM c"

    def random(self, below: int) -> str:
        return f"floor(random() * {below})::int" if self.is_postgresql else f"abs(random() % {below})"

    def fill_in(self, statement: str) -> str:
        """The statement in the words of this database."""
        postgresql = {
            "{uuid}": "(lpad(to_hex({key}), 12, '0') || '7' || substr(md5(random()::text), 1, 19))::uuid",
            "{any_uuid}": "gen_random_uuid()",
            "{hash}": "md5(random()::text) || md5(random()::text)",
            "{prefix}": "'w' || to_hex(workspace) || 'x'",
            "{false}": "false",
        }
        sqlite = {
            "{uuid}": "printf('%012x', {key}) || '7' || substr(lower(hex(randomblob(10))), 1, 19)",
            "{any_uuid}": "lower(hex(randomblob(16)))",
            "{hash}": "lower(hex(randomblob(32)))",
            "{prefix}": "'w' || printf('%x', workspace) || 'x'",
            "{false}": "0",
        }
        for name, words in (postgresql if self.is_postgresql else sqlite).items():
            statement = statement.replace(name, words)
        statement = statement.replace("{text}", self.random(TEXTS)).replace("{ten}", self.numbers(10))
        key = "d.id" if "FROM drawn d" in statement else "t.id" if "FROM bench_ticket t" in statement else "id"
        statement = statement.replace("{key}", key)
        return re.sub(r"\{ago\(([^)]*)\)\}", self._ago, statement)

    def _ago(self, found: re.Match[str]) -> str:
        seconds = found.group(1)
        if self.is_postgresql:
            return f"(now() - ({seconds}) * interval '1 second')"
        return f"strftime('%Y-%m-%d %H:%M:%f', 'now', (-({seconds})) || ' seconds')"

    def insert_many(self, cursor: Any, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
        if self.is_postgresql:
            lines = StringIO("".join("\t".join(map(str, row)) + "\n" for row in rows))
            cursor.copy_expert(f"COPY {table} FROM STDIN", lines)
        else:
            marks = ", ".join(["%s"] * len(rows[0]))
            cursor.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)

    def begin(self, cursor: Any) -> None:
        """Time and memory for statements over millions of rows."""
        if self.is_postgresql:
            cursor.execute("SET statement_timeout = 0")
            cursor.execute("SET maintenance_work_mem = '1GB'")
            cursor.execute("SET work_mem = '256MB'")

    def finish(self, cursor: Any) -> None:
        """The sequences after the keys that were given here, and fresh statistics."""
        if self.is_postgresql:
            for table in TABLES:
                cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
            cursor.execute("VACUUM ANALYZE")
        else:
            cursor.execute("ANALYZE")


@contextmanager
def without_indexes(cursor: Any) -> Iterator[None]:
    """On PostgreSQL take the tables' keys and indexes away for the block and build them afterwards: much faster."""
    if connection.vendor != "postgresql":
        yield
        return
    constraints = _constraints(cursor)
    for table, name, _definition in constraints:
        cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    indexes = _indexes(cursor)
    for name, _definition in indexes:
        cursor.execute(f'DROP INDEX "{name}"')
    yield
    for _name, definition in indexes:
        cursor.execute(definition)
    for table, name, definition in reversed(constraints):
        trusted = " NOT VALID" if definition.startswith("FOREIGN") else ""
        cursor.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}{trusted}')


def _constraints(cursor: Any) -> list[tuple[str, str, str]]:
    """Foreign keys before the unique ones that they rest on."""
    cursor.execute(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE contype IN ('f', 'u') AND conrelid::regclass::text = ANY(%s) ORDER BY contype",
        [list(TABLES)],
    )
    return list(cursor.fetchall())


def _indexes(cursor: Any) -> list[tuple[str, str]]:
    """Those that no constraint owns."""
    cursor.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s) "
        "AND indexname NOT IN (SELECT conname FROM pg_constraint)",
        [list(TABLES)],
    )
    return list(cursor.fetchall())
