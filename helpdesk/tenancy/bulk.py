"""Statements about many rows of a workspace at once, for both databases alike.

Django's `bulk_create` and `bulk_update` ask every field of every row how it is written, which costs more than the
writing. Here the rows are tuples, and they reach the database as a table: on PostgreSQL one array for each column, on
SQLite a list of values. So the text of a statement does not depend on how many rows it is about, and PostgreSQL is
given it once for each connection (PREPARE) instead of parsing and planning it for every batch.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from itertools import count
from typing import Any
from weakref import WeakKeyDictionary

from django.conf import settings
from django.db import connection, models

from helpdesk.strict_json import dumps
from helpdesk.tenancy.models import ScopedModel
from helpdesk.tenancy.scope import require_workspace_id

Row = Sequence[Any]
Columns = Mapping[str, str]  # name → type, as PostgreSQL calls it

TYPES: dict[type[models.Field[Any, Any]], str] = {
    models.BigAutoField: "bigint",
    models.ForeignKey: "bigint",
    models.IntegerField: "integer",
    models.CharField: "text",
    models.TextField: "text",
    models.BooleanField: "boolean",
    models.DateTimeField: "timestamptz",
    models.UUIDField: "uuid",
    models.JSONField: "jsonb",
}


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL of the active workspace with its parameters; the text does not depend on how many rows it is about."""

    text: str
    values: list[Any]


def inserting(model: type[ScopedModel], names: tuple[str, ...], rows: Sequence[Row]) -> Statement:
    """The INSERT of rows of the active workspace; `names` are the fields of each tuple, in order.

    Every field without a value in the database's own default must be named; the workspace adds itself.
    """
    columns = columns_of(model, names)
    listed, values = rows_as_table("new", columns, rows)
    own = ", ".join(columns)
    text = f"WITH {listed} INSERT INTO {model._meta.db_table} (workspace_id, {own}) SELECT %s, {own} FROM new"
    return Statement(text, [*values, require_workspace_id()])


def updating(
    model: type[ScopedModel], names: tuple[str, ...], rows: Sequence[Row], *, kept: tuple[str, Any] | None = None
) -> Statement:
    """The UPDATE of the fields `names` of rows of the active workspace. The first is "id"; each row once.

    `kept`: a field, and the value that leaves it as it is.
    """
    columns = columns_of(model, names)
    listed, values = rows_as_table("new", columns, rows)
    key, *rest = columns
    table = model._meta.db_table
    sets = ", ".join(f"{column} = {_new_value(table, column, kept)}" for column in rest)
    if kept is not None:
        values.append(kept[1] if connection.vendor == "postgresql" else _for_sqlite(columns[kept[0]])(kept[1]))
    text = (
        f"WITH {listed} UPDATE {table} SET {sets} FROM new "
        f"WHERE {table}.{key} = new.{key} AND {table}.workspace_id = %s"
    )
    return Statement(text, [*values, require_workspace_id()])


def _new_value(table: str, column: str, kept: tuple[str, Any] | None) -> str:
    if kept is None or kept[0] != column:
        return f"new.{column}"
    return f"CASE WHEN new.{column} = %s THEN {table}.{column} ELSE new.{column} END"


def selecting(model: type[ScopedModel], what: str, name: str, keys: Sequence[Any], rest: str = "") -> Statement:
    """`SELECT what FROM model WHERE name is one of keys`, in the active workspace; `rest` is what follows that.

    What Django would ask, without putting the same question together again for every batch.
    """
    [(column, kind)] = columns_of(model, (name,)).items()
    if connection.vendor == "postgresql":
        among, values = f"= ANY(%s::{kind}[])", [_array(kind, keys)]
    else:
        write = _for_sqlite(kind)
        among, values = f"IN ({', '.join(['%s'] * len(keys))})", [write(key) for key in keys]
    text = f"SELECT {what} FROM {model._meta.db_table} WHERE workspace_id = %s AND {column} {among} {rest}"
    return Statement(text, [require_workspace_id(), *values])


def select_each(questions: Sequence[Statement]) -> list[list[tuple[int, int]]]:
    """Ask several questions in one statement. Returns the rows of each.

    Must hold: each is a SELECT of two whole numbers, neither NULL, in which nothing is ordered.
    """
    arms = (f"SELECT {place}, * FROM ({each.text}) AS part{place}" for place, each in enumerate(questions))
    text = " UNION ALL ".join(arms)
    answers: list[list[tuple[int, int]]] = [[] for _each in questions]
    for place, first, second in run(Statement(text, [value for each in questions for value in each.values])):
        answers[place].append((first, second))
    return answers


# --- Prepared statements (https://www.postgresql.org/docs/current/sql-prepare.html) ---------------------------------
# What each of psycopg2's connections was given, under which name.
_prepared: WeakKeyDictionary[Any, dict[str, str]] = WeakKeyDictionary()


def run(*statements: Statement) -> list[Row]:
    """Run statements one after another; on PostgreSQL as prepared ones, all of them in one round trip.

    Each sees what those before it did. Returns the rows of the last, if it has any. Must hold: a transaction is open if
    there are several; no text holds a value or a `%` but `%s`, and each says the type of a parameter that stands alone.
    """
    if not statements:
        return []
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            texts = [_prepared_form(cursor, each) for each in statements]
            cursor.execute("; ".join(texts), [value for each in statements for value in each.values])
        else:
            for each in statements:
                cursor.execute(each.text, each.values)
        found: list[Row] = cursor.fetchall() if cursor.description else []
        return found


def _prepared_form(cursor: Any, statement: Statement) -> str:
    if not settings.DATABASE_PREPARES:
        return statement.text
    name, count = _prepare(cursor, statement.text), len(statement.values)
    return f"EXECUTE {name} ({', '.join(['%s'] * count)})" if count else f"EXECUTE {name}"


def _prepare(cursor: Any, statement: str) -> str:
    """The name under which this connection has the statement. It outlives a transaction that is rolled back."""
    names = _prepared.setdefault(connection.connection, {})
    name = names.get(statement)
    if name is None:
        name = f"helpdesk_{blake2b(statement.encode(), digest_size=8).hexdigest()}"
        number = count(1)
        numbered = re.sub("%s", lambda _each: f"${next(number)}", statement)
        cursor.execute(f"PREPARE {name} AS {numbered}")
        names[statement] = name
    return name


@cache
def columns_of(model: type[ScopedModel], names: tuple[str, ...]) -> dict[str, str]:
    """The columns of the fields, in order, with their types. The caller must not change the answer: it is kept."""
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    return {field.column: next(TYPES[kind] for kind in type(field).__mro__ if kind in TYPES) for field in fields}


def rows_as_table(name: str, columns: Columns, rows: Sequence[Row]) -> tuple[str, list[Any]]:
    """The rows as `name (columns) AS (…)` for a WITH clause, and its parameters. Must hold: there is a row.

    Names of tables and columns come from our models; every value is a parameter.
    """
    head = f"{name} ({', '.join(columns)}) AS "
    if connection.vendor == "postgresql":
        arrays = ", ".join(f"%s::{kind}[]" for kind in columns.values())
        by_column = zip(columns.values(), zip(*rows, strict=True), strict=True)
        return f"{head}(SELECT * FROM unnest({arrays}))", [_array(kind, values) for kind, values in by_column]
    one = f"({', '.join(['%s'] * len(columns))})"
    writers = [_for_sqlite(kind) for kind in columns.values()]
    values = [write(value) for row in rows for write, value in zip(writers, row, strict=True)]
    return f"{head}(VALUES {', '.join([one] * len(rows))})", values


# --- PostgreSQL: the text of an array (https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO) -----------------
def _array(kind: str, values: Sequence[Any]) -> str:
    write = _IN_ARRAY[kind]
    return "{" + ",".join(["NULL" if value is None else write(value) for value in values]) + "}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


_IN_ARRAY: dict[str, Callable[[Any], str]] = {
    "bigint": str,
    "integer": str,
    "boolean": str,
    "uuid": str,
    "text": _quoted,
    "timestamptz": lambda moment: f'"{moment.isoformat()}"',
    "jsonb": lambda value: _quoted(dumps(value)),
}


# --- SQLite: what Django stores for each type ------------------------------------------------------------------------
def _for_sqlite(kind: str) -> Callable[[Any], Any]:
    write = _IN_SQLITE.get(kind)
    return (lambda value: value) if write is None else lambda value: None if value is None else write(value)


_IN_SQLITE: dict[str, Callable[[Any], Any]] = {
    "text": str,
    "uuid": lambda value: value.hex,
    "timestamptz": lambda moment: connection.ops.adapt_datetimefield_value(moment),
    "jsonb": dumps,
}
