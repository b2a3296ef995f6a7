"""Group commit, with stand-ins for the database: who shares a batch, who leaves it, who gets which answer."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg2.errors
import pytest
from django.db import OperationalError

from helpdesk.errors import HelpdeskError, not_found
from helpdesk.realtime import pool, writer
from helpdesk.realtime.peer import ALONE, HELD, Ack
from helpdesk.realtime.writer import Writer


def ack(number: int) -> Ack:
    return Ack(None, None, number, None, "", False)


class Held(psycopg2.errors.LockNotAvailable):
    pgcode = "55P03"


@pytest.fixture(autouse=True)
def _own_thread(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    # No database is touched: the thread needs no look at its connection.
    monkeypatch.setattr(pool, "_freshen", lambda: None)
    executor = ThreadPoolExecutor(1)
    pool.use_executor(executor)
    yield
    pool.use_executor(None)
    executor.shutdown()


class Granting:
    """A `grant` that notes its batches and answers by `how`; it waits until `go` is set."""

    def __init__(self, how: Callable[[Sequence[int]], Sequence[Any]]) -> None:
        self.how = how
        self.batches: list[list[int]] = []
        self.alone: list[int] = []
        self.go = threading.Event()
        self.go.set()
        self.writer = Writer(self)

    def __call__(self, wishes: Sequence[int]) -> Sequence[Any]:
        self.batches.append(list(wishes))
        assert self.go.wait(5)
        return self.how(wishes)

    def submit(self, wish: int) -> writer.Answer:
        async def alone() -> Ack:
            self.alone.append(wish)
            return ack(-wish)

        return self.writer.submit(wish, alone)


async def answers(*futures: writer.Answer) -> list[Any]:
    async with asyncio.timeout(5):
        found = await asyncio.gather(*futures, return_exceptions=True)
    return [each.code if isinstance(each, HelpdeskError) else each.seq for each in found]


def all_well(wishes: Sequence[int]) -> list[Ack]:
    return [ack(wish) for wish in wishes]


async def test_what_arrives_during_a_flush_is_the_next_batch() -> None:
    granting = Granting(all_well)
    granting.go.clear()
    first = granting.submit(1)
    while not granting.batches:  # noqa: ASYNC110 (set on another thread)
        await asyncio.sleep(0.01)
    rest = [granting.submit(number) for number in (2, 3, 4)]
    await asyncio.sleep(0.05)
    assert granting.batches == [[1]], "one flush is in flight"
    granting.go.set()
    assert await answers(first, *rest) == [1, 2, 3, 4]
    assert granting.batches == [[1], [2, 3, 4]]


async def test_a_batch_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "BATCH", 2)
    granting = Granting(all_well)
    assert await answers(*(granting.submit(number) for number in range(1, 6))) == [1, 2, 3, 4, 5]
    assert [len(batch) for batch in granting.batches] == [2, 2, 1]


async def test_what_takes_a_transaction_of_its_own_is_done_alone() -> None:
    granting = Granting(lambda wishes: [ALONE if wish == 2 else ack(wish) for wish in wishes])
    assert await answers(*(granting.submit(number) for number in (1, 2, 3))) == [1, -2, 3]
    assert granting.batches == [[1, 2, 3]]


async def test_who_is_refused_alone_is_told_so() -> None:
    granting = Granting(lambda wishes: [ALONE for _ in wishes])

    async def refuse() -> Ack:
        raise not_found()

    assert await answers(granting.writer.submit(1, refuse)) == ["not_found"]


async def test_a_command_that_breaks_the_batch_is_found_and_done_alone(caplog: pytest.LogCaptureFixture) -> None:
    def how(wishes: Sequence[int]) -> list[Ack]:
        if 3 in wishes:
            raise ValueError("a bad row")
        return all_well(wishes)

    granting = Granting(how)
    assert await answers(*(granting.submit(number) for number in range(1, 6))) == [1, 2, -3, 4, 5]
    assert granting.alone == [3]
    assert "a bad row" in caplog.text


async def test_what_fails_alone_as_well_is_unavailable(caplog: pytest.LogCaptureFixture) -> None:
    granting = Granting(lambda wishes: [ALONE for _ in wishes])

    async def fail() -> Ack:
        raise ValueError("a bad row")

    assert await answers(granting.writer.submit(1, fail)) == ["unavailable"]
    assert "a bad row" in caplog.text


async def test_a_held_row_leaves_the_batch_after_some_tries() -> None:
    granting = Granting(lambda wishes: [HELD if wish == 2 else ack(wish) for wish in wishes])
    assert await answers(*(granting.submit(number) for number in (1, 2, 3))) == [1, -2, 3]
    assert granting.batches == [[1, 2, 3], [2], [2]]
    assert granting.alone == [2]


async def test_waiting_too_long_inside_the_database_sends_everybody_alone() -> None:
    def how(wishes: Sequence[int]) -> list[Ack]:
        raise OperationalError("canceling statement due to lock timeout") from Held()

    granting = Granting(how)
    assert await answers(granting.submit(1), granting.submit(2)) == [-1, -2]


async def test_a_database_that_is_away_is_said_to_everybody() -> None:
    def how(wishes: Sequence[int]) -> list[Ack]:
        raise OperationalError("server closed the connection unexpectedly")

    granting = Granting(how)
    assert await answers(granting.submit(1), granting.submit(2)) == ["unavailable", "unavailable"]
    assert granting.alone == []


async def test_a_full_queue_asks_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "MAX_WAITING", 2)
    granting = Granting(all_well)
    waiting = [granting.submit(1), granting.submit(2)]
    with pytest.raises(HelpdeskError) as refused:
        granting.submit(3)
    assert (refused.value.code, refused.value.retry) == ("unavailable", True)
    assert await answers(*waiting) == [1, 2]


async def test_nobody_who_has_gone_disturbs_the_others() -> None:
    granting = Granting(all_well)
    gone, here = granting.submit(1), granting.submit(2)
    gone.cancel()
    assert await answers(here) == [2]


# --- the pool --------------------------------------------------------------------------------------------------------
async def test_a_transaction_lost_to_a_deadlock_is_tried_again(db: Any) -> None:
    class Deadlock(psycopg2.errors.DeadlockDetected):
        pgcode = "40P01"

    turns = []

    def lose_twice() -> str:
        turns.append(1)
        if len(turns) < 3:
            raise OperationalError("deadlock detected") from Deadlock()
        return "done"

    assert await pool.run(lose_twice) == "done"
