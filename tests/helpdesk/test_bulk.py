"""Statements that PostgreSQL is given once for each connection."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from helpdesk.accounts.models import Department
from helpdesk.ids import uuid7
from helpdesk.tenancy.bulk import insert_rows, run_prepared, select_among, update_rows
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)

on_postgres = pytest.mark.skipif(connection.vendor != "postgresql", reason="what PostgreSQL prepares")


@contextmanager
def statements() -> Iterator[list[str]]:
    said: list[str] = []

    def note(execute: Any, sql: str, *rest: Any) -> Any:
        said.append(sql.split()[0])
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        yield said


def names(*ids: int) -> list[str]:
    return sorted(name for (name,) in select_among(Department, "name", "id", ids, ""))


@on_postgres
def test_the_second_time_the_statement_is_only_executed(world: World) -> None:
    with world.north.inside():
        key = world.north.departments["delivery"].pk
        connection.close()
        with statements() as first:
            names(key)
        with statements() as again:
            assert names(key, key + 1_000_000) == names(key)
    assert (first, again) == (["PREPARE", "EXECUTE"], ["EXECUTE", "EXECUTE"])


@on_postgres
def test_a_connection_that_was_lost_takes_its_statements_along(world: World) -> None:
    with world.north.inside():
        key = world.north.departments["delivery"].pk
        before = names(key)
        connection.close()
        assert names(key) == before


@on_postgres
def test_where_connections_change_hands_nothing_is_prepared(world: World, settings: Any) -> None:
    settings.DATABASE_PREPARES = False
    with world.north.inside(), statements() as said:
        names(world.north.departments["delivery"].pk)
    assert said == ["SELECT"]


def test_what_a_transaction_that_was_undone_prepared_is_still_there(world: World) -> None:
    north = world.north
    with north.inside():
        delivery, sales = (north.departments[name] for name in ("delivery", "sales"))
        connection.close()
        taken = [(delivery.pk, sales.name)]
        with pytest.raises(IntegrityError), transaction.atomic():
            update_rows(Department, ("id", "name"), taken)
        update_rows(Department, ("id", "name"), [(delivery.pk, "Zustellung “100 %” \\ %s")])
        assert names(delivery.pk) == ["Zustellung “100 %” \\ %s"]


def test_rows_of_another_workspace_are_neither_read_nor_changed(world: World) -> None:
    key = world.north.departments["delivery"].pk
    with world.south.inside():
        assert names(key) == []
        update_rows(Department, ("id", "name"), [(key, "Ours now")])
    with world.north.inside():
        assert names(key) == [world.north.departments["delivery"].name]


def test_a_row_gets_the_active_workspace(world: World) -> None:
    with world.north.inside():
        fields = ("public_id", "name", "created_at")
        some = world.north.departments["delivery"]
        [(key,)] = insert_rows(Department, fields, [(uuid7(), "Gifts", some.created_at)], returning="id")
        assert Department.objects.get(pk=key).name == "Gifts"


def test_a_statement_without_parameters(world: World) -> None:
    assert run_prepared("SELECT 1 AS one", []) == [(1,)]
