"""Ring 4 of tenancy: PostgreSQL itself refuses rows that point into another workspace."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.migrations.operations.base import Operation


def scoped_keys(apps: Any, app_label: str) -> Iterator[tuple[Any, Any, Any]]:
    """(model, field, target) of each foreign key of an app's scoped models that points to a scoped model."""
    for model in apps.get_app_config(app_label).get_models():
        if not _is_scoped(model):
            continue
        for field in model._meta.concrete_fields:
            if field.is_relation and field.name != "workspace" and _is_scoped(field.related_model):
                yield model, field, field.related_model


def implied_keys(apps: Any, app_label: str) -> Iterator[tuple[Any, str, Any]]:
    """(model, column, target) of each plain foreign key of an app that a key with the workspace implies."""
    guarded = set()
    for model, field, target in scoped_keys(apps, app_label):
        yield model, field.column, target
        if not field.null and model not in guarded:
            guarded.add(model)
            workspace = model._meta.get_field("workspace")
            yield model, workspace.column, workspace.related_model


def _is_scoped(model: Any) -> bool:
    return any(field.name == "workspace" and not field.null for field in model._meta.concrete_fields)


def constraint_name(model: Any, field: Any) -> str:
    return f"{model._meta.db_table}_{field.column}_same_ws"[:63]


class KeepWorkspacesApart(Operation):
    """Guard each key between scoped models of the app.

    UNIQUE (workspace_id, id) on the target, and a deferred foreign key (workspace_id, key). Run again in a later
    migration, it adds what has come since. SQLite has no such keys to add: there the other rings stand alone.
    """

    reversible = True
    reduces_to_sql = True

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The models stay as they are; only the database learns more."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor != "postgresql":
            return
        for model, field, target in scoped_keys(to_state.apps, app_label):
            self._add(schema_editor, model, field, target)

    def _add(self, schema_editor: Any, model: Any, field: Any, target: Any) -> None:
        quote = schema_editor.quote_name
        table, target_table = model._meta.db_table, target._meta.db_table
        schema_editor.execute(
            f"CREATE UNIQUE INDEX IF NOT EXISTS {quote(target_table + '_workspace_pk')} "
            f"ON {quote(target_table)} (workspace_id, id)"
        )
        name = quote(constraint_name(model, field))
        schema_editor.execute(f"ALTER TABLE {quote(table)} DROP CONSTRAINT IF EXISTS {name}")
        schema_editor.execute(
            f"ALTER TABLE {quote(table)} ADD CONSTRAINT {name} FOREIGN KEY (workspace_id, {quote(field.column)}) "
            f"REFERENCES {quote(target_table)} (workspace_id, id) DEFERRABLE INITIALLY DEFERRED"
        )

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor != "postgresql":
            return
        for model, field, _target in scoped_keys(from_state.apps, app_label):
            name = schema_editor.quote_name(constraint_name(model, field))
            table = schema_editor.quote_name(model._meta.db_table)
            schema_editor.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}")

    def describe(self) -> str:
        return "Refuse rows that point into another workspace"


class DropImpliedKeys(Operation):
    """Drop the foreign keys that those of `KeepWorkspacesApart` imply: each is checked again for every row written.

    Must hold: `KeepWorkspacesApart` has run for these models, and the tables were made in an earlier migration.
    (workspace_id, key) implies key; where a key is never NULL, it implies workspace_id too: the row it points to has
    the same workspace, and guards it. SQLite keeps the plain keys, it has no others.
    """

    reversible = True
    reduces_to_sql = True

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The models stay as they are; only the database checks less often."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor != "postgresql":
            return
        for model, column, _target in implied_keys(to_state.apps, app_label):
            table = schema_editor.quote_name(model._meta.db_table)
            for name in schema_editor._constraint_names(model, [column], foreign_key=True):
                schema_editor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {schema_editor.quote_name(name)}")

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor != "postgresql":
            return
        quote = schema_editor.quote_name
        for model, column, target in implied_keys(from_state.apps, app_label):
            schema_editor.execute(
                f"ALTER TABLE {quote(model._meta.db_table)} ADD FOREIGN KEY ({quote(column)}) "
                f"REFERENCES {quote(target._meta.db_table)} (id) DEFERRABLE INITIALLY DEFERRED"
            )

    def describe(self) -> str:
        return "Drop the keys that the workspace's keys imply"
