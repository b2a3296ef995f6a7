"""Writing many rows of a workspace with one statement."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any

from django.db import connection
from django.db.models import BooleanField, CharField, DateTimeField, ForeignKey, IntegerField, TextField

from helpdesk.tenancy.models import ScopedModel, WorkspaceMismatch
from helpdesk.tenancy.scope import require_workspace_id

PLAIN = (BooleanField, CharField, DateTimeField, ForeignKey, IntegerField, TextField)


def update_rows(rows: Sequence[ScopedModel], names: Sequence[str]) -> None:
    """Save the fields `names` of rows of one model in the active workspace, in one UPDATE.

    Django's `bulk_update` makes a CASE with a branch for every row and field, which costs more than the update itself;
    a joined list of values is planned once. Must hold: the rows exist, all in the active workspace, each at most once.
    """
    if not rows:
        return
    workspace_id = require_workspace_id()
    for row in rows:
        if row.workspace_id != workspace_id:
            raise WorkspaceMismatch(f"{row!r} belongs to workspace {row.workspace_id}, not to {workspace_id}.")
    meta: Any = rows[0]._meta
    fields: list[Any] = [meta.get_field(name) for name in names]
    quote = connection.ops.quote_name
    sets = ", ".join(f"{quote(field.column)} = {_typed(field, number)}" for number, field in enumerate(fields, 2))
    one = f"({', '.join(['%s'] * (len(fields) + 1))})"
    # Names come from the model, values are parameters.
    statement = (
        f"UPDATE {quote(meta.db_table)} AS old SET {sets} FROM (VALUES {', '.join([one] * len(rows))}) AS new "
        f"WHERE old.id = {_typed(meta.pk, 1)} AND old.workspace_id = %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [*_values(rows, fields), workspace_id])


def _typed(field: Any, number: int) -> str:
    """The n-th column of the list. PostgreSQL takes a column of the list that is all NULL or text for text."""
    if connection.vendor != "postgresql":
        return f"new.column{number}"
    bare = (field.db_type(connection) if not field.primary_key else field.rel_db_type(connection)).split("(")[0]
    return f"new.column{number}::{bare}"


def _values(rows: Sequence[ScopedModel], fields: Sequence[Any]) -> list[Any]:
    readers = [_reader(field) for field in fields]
    values: list[Any] = []
    for row in rows:
        values.append(row.pk)
        values += [read(row) for read in readers]
    return values


def _reader(field: Any) -> Callable[[Any], Any]:
    """What the driver gets of a field. PostgreSQL's takes what the model holds; asking Django each time costs more."""
    if connection.vendor == "postgresql" and isinstance(field, PLAIN):
        return attrgetter(field.attname)
    return lambda row: field.get_db_prep_save(getattr(row, field.attname), connection)
