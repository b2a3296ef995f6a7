"""Statements that PostgreSQL is given once for each connection."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from helpdesk.accounts.models import Department
from helpdesk.ids import uuid7
from helpdesk.tenancy.bulk import Statement, inserting, run, select_each, selecting, updating
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
    return sorted(name for (name,) in run(selecting(Department, "name", "id", ids)))


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
            run(updating(Department, ("id", "name"), taken))
        run(updating(Department, ("id", "name"), [(delivery.pk, "Zustellung “100 %” \\ %s")]))
        assert names(delivery.pk) == ["Zustellung “100 %” \\ %s"]


def test_rows_of_another_workspace_are_neither_read_nor_changed(world: World) -> None:
    key = world.north.departments["delivery"].pk
    with world.south.inside():
        assert names(key) == []
        run(updating(Department, ("id", "name"), [(key, "Ours now")]))
    with world.north.inside():
        assert names(key) == [world.north.departments["delivery"].name]


def test_a_row_gets_the_active_workspace(world: World) -> None:
    with world.north.inside():
        fields = ("public_id", "name", "created_at")
        some = world.north.departments["delivery"]
        new = uuid7()
        run(inserting(Department, fields, [(new, "Gifts", some.created_at)]))
        assert Department.objects.get(public_id=new).name == "Gifts"


def test_a_statement_without_parameters(world: World) -> None:
    assert run(Statement("SELECT 1 AS one", [])) == [(1,)]


def test_of_several_each_sees_what_those_before_it_did(world: World) -> None:
    key = world.north.departments["delivery"].pk
    with world.north.inside(), transaction.atomic(), statements() as said:
        changes = [updating(Department, ("id", "name"), [(key, name)]) for name in ("First", "Second; it’s “;”")]
        assert run(*changes, selecting(Department, "name", "id", [key])) == [("Second; it’s “;”",)]
    assert said.count("EXECUTE") == (1 if connection.vendor == "postgresql" else 0)


def test_when_one_of_several_fails_none_is_done(world: World) -> None:
    north = world.north
    delivery, sales = (north.departments[name] for name in ("delivery", "sales"))
    with north.inside():
        with pytest.raises(IntegrityError), transaction.atomic():
            run(*(updating(Department, ("id", "name"), [(delivery.pk, name)]) for name in ("Changed", sales.name)))
        assert names(delivery.pk) == [delivery.name]


def test_several_questions_are_one_statement(world: World) -> None:
    delivery, sales = (world.north.departments[name].pk for name in ("delivery", "sales"))
    with world.north.inside(), statements() as said:
        answers = select_each(
            [
                selecting(Department, "id, 1", "id", [delivery, sales]),
                selecting(Department, "id, 2", "id", []),
                selecting(Department, "id, 3", "id", [sales], "AND name <> 'It'"),
            ]
        )
    assert (sorted(answers[0]), answers[1:]) == (sorted([(delivery, 1), (sales, 1)]), [[], [(sales, 3)]])
    assert [word for word in said if word != "PREPARE"] == [
        "EXECUTE" if connection.vendor == "postgresql" else "SELECT"
    ]
