"""The rings of tenancy in the code itself and in the database."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import IntegrityError, connection, models, transaction
from django.test.utils import isolate_apps

from helpdesk.checks import every_model_is_scoped
from helpdesk.tenancy import scope
from helpdesk.tenancy.models import ScopedModel, WorkspaceMismatch
from helpdesk.tenancy.operations import constraint_name, implied_keys, scoped_keys
from tests.world import World
from tickets.models import CannedMessage, Ticket

ROOT = Path(settings.BASE_DIR)
# Who may read across workspaces, and why.
UNSCOPED = {
    "helpdesk/tenancy/models.py": "defines it",
    "helpdesk/accounts/credentials.py": "a credential decides which workspace it is",
    "helpdesk/accounts/workspaces.py": "a person's own list of workspaces",
    "helpdesk/accounts/actions/invitation.py": "an invitation's token decides which workspace it is",
    "tickets/log.py": "heads of streams that were opened in their own workspace; only numbers leave",
    "chat/actions/presence.py": "leases of those who were let in, by their keys; one statement for a whole process",
    "chat/actions/routing.py": "deletes records by their keys, which a sweep found to be old",
    "tickets/rows.py": "rows that were just written, for the groups of their own workspace; one query for all",
    "chat/actions/invitation_sweeps.py": "deletes and closes rows by their keys, which a sweep found to be due",
    "chat/tasks.py": "sweeps find due rows of all workspaces and open each one's own scope",
    "widget/auth.py": "a key or a visitor's token decides which workspace it is",
}


def product_files() -> list[Path]:
    return [
        path
        for package in ("helpdesk", "tickets", "chat", "widget")
        for path in (ROOT / package).rglob("*.py")
        if "migrations" not in path.parts
    ]


def test_only_the_listed_files_read_across_workspaces() -> None:
    using = {str(path.relative_to(ROOT)) for path in product_files() if re.search(r"\bunscoped\b", path.read_text())}
    assert using - {"helpdesk/checks.py"} == set(UNSCOPED)


def test_raw_sql_is_written_in_few_places() -> None:
    # The search, the readiness check, and the two statements of a group commit: a join with a list, an update of many.
    pattern = re.compile(r"\.raw\(|\.extra\(|RawSQL|cursor\(\)")
    using = {str(path.relative_to(ROOT)) for path in product_files() if pattern.search(path.read_text())}
    assert using <= {
        "tickets/search.py",
        "tickets/actions/events.py",
        "helpdesk/tenancy/bulk.py",
        "helpdesk/health.py",
    }


def test_tasks_are_never_given_a_time_by_the_broker() -> None:
    pattern = re.compile(r"\beta=|countdown=|\.retry\(|apply_async\(")
    using = {str(path.relative_to(ROOT)) for path in product_files() if pattern.search(path.read_text())}
    assert using <= {"helpdesk/celery.py", "helpdesk/nudge.py"}


def test_the_check_sees_a_model_that_nobody_scoped(monkeypatch: pytest.MonkeyPatch) -> None:
    with isolate_apps("tickets"):

        class Leak(models.Model):
            class Meta:
                app_label = "tickets"

        class Hole(ScopedModel):
            objects = models.Manager()

            class Meta(ScopedModel.Meta):
                app_label = "tickets"

    monkeypatch.setattr(apps, "get_models", lambda: [Leak, Hole])
    assert [problem.id for problem in every_model_is_scoped(None)] == ["helpdesk.E001", "helpdesk.E002"]


def test_a_row_cannot_be_written_into_another_workspace(world: World) -> None:
    with world.south.inside():
        with pytest.raises(WorkspaceMismatch):
            CannedMessage(workspace=world.north.workspace, shortcut="x", text="x").save()
        with pytest.raises(WorkspaceMismatch):
            CannedMessage.objects.bulk_create([CannedMessage(workspace=world.north.workspace, shortcut="x", text="x")])


def test_a_row_without_any_workspace_is_refused(world: World) -> None:
    with scope.outside(), pytest.raises(scope.NoWorkspace):
        CannedMessage(shortcut="x", text="x").save()


@pytest.mark.skipif("sqlite" in settings.DATABASES["default"]["ENGINE"], reason="PostgreSQL only; ./test runs both")
def test_postgresql_refuses_a_key_into_another_workspace(world: World) -> None:
    ticket = world.north.start().ticket
    with world.north.inside():
        pk = Ticket.objects.get(public_id=ticket).pk
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE tickets_ticket SET assignee_id = %s WHERE id = %s", [world.south.sam.pk, pk])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.skipif("sqlite" in settings.DATABASES["default"]["ENGINE"], reason="PostgreSQL only; ./test runs both")
def test_every_key_between_scoped_models_is_guarded_by_postgresql(db: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT conname FROM pg_constraint WHERE contype = 'f'")
        found = {name for (name,) in cursor.fetchall()}
    labels = ("accounts", "tickets", "chat", "widget")
    wanted = {constraint_name(model, field) for label in labels for model, field, _ in scoped_keys(apps, label)}
    assert wanted
    assert wanted - found == set(), "Run KeepWorkspacesApart again in a new migration of the app."


@pytest.mark.skipif("sqlite" in settings.DATABASES["default"]["ENGINE"], reason="PostgreSQL only; ./test runs both")
def test_no_key_is_checked_twice_by_postgresql(db: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, attname FROM pg_constraint JOIN pg_attribute "
            "ON attrelid = conrelid AND attnum = conkey[1] WHERE contype = 'f' AND cardinality(conkey) = 1"
        )
        found = set(cursor.fetchall())
    labels = ("accounts", "tickets", "chat", "widget")
    implied = {(model._meta.db_table, column) for label in labels for model, column, _ in implied_keys(apps, label)}
    assert found & implied == set(), "Run DropImpliedKeys in a migration after the one that made the table."
