"""The threads in which sockets and hot endpoints reach the database.

Channels' own way sends every query of every socket through one shared thread, so that one slow query stops them all.
These threads keep their connections: they never call `close_old_connections`, look after a connection that was idle,
and drop one that fails.
"""

from __future__ import annotations

import functools
import random
import time
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar

from asgiref.sync import sync_to_async
from django.db import InterfaceError, OperationalError, connection

from helpdesk.errors import HelpdeskError, unavailable

P = ParamSpec("P")
R = TypeVar("R")

THREADS = 8
IDLE_SECONDS = 15.0

TRIES = 4
LONGEST_PAUSE = 0.05
TRANSACTION_LOST = {"40001", "40P01"}  # serialization failure, deadlock: rolled back, and worth another try
HELD_UP = {"55P03", "57014"}  # lock_timeout, statement_timeout: the database is well, a row is held

_replacement: Executor | None = None


@functools.cache
def _pool() -> Executor:
    return ThreadPoolExecutor(THREADS, thread_name_prefix="helpdesk-db")


@functools.cache
def _writers_thread() -> Executor:
    return ThreadPoolExecutor(1, thread_name_prefix="helpdesk-writer")


def use_executor(replacement: Executor | None) -> None:
    """Use another executor (unit tests run on the test's own thread); None goes back to ours."""
    global _replacement
    _replacement = replacement


def _freshen() -> None:
    """Close a connection that sat idle and no longer answers, so that the next query opens a new one."""
    if connection.connection is None:
        return
    used_at = getattr(connection, "helpdesk_used_at", 0.0)
    if time.monotonic() - used_at > IDLE_SECONDS and not connection.in_atomic_block and not connection.is_usable():
        connection.close()


def guarded(function: Callable[P, R]) -> Callable[P, R]:
    """`function` on a kept connection: database trouble becomes `unavailable`, and the broken connection is dropped.

    A transaction that the database ended for another one's sake is tried again: `function` must be harmless to repeat.
    """

    @functools.wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        _freshen()
        try:
            return _tried_again(function, *args, **kwargs)
        except (OperationalError, InterfaceError) as error:
            if not connection.in_atomic_block:
                connection.close()
            raise unavailable() from error
        finally:
            connection.helpdesk_used_at = time.monotonic()  # type: ignore[attr-defined]

    return call


def _tried_again(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    for turn in range(1, TRIES):
        try:
            return function(*args, **kwargs)
        except OperationalError as error:
            if connection.in_atomic_block or _sql_state(error) not in TRANSACTION_LOST:
                raise
        time.sleep(random.uniform(0, LONGEST_PAUSE * turn))
    return function(*args, **kwargs)


def _sql_state(error: BaseException | None) -> str:
    """PostgreSQL's five letters for what went wrong; "" for everything else."""
    return getattr(getattr(error, "__cause__", None), "pgcode", None) or ""


def was_held_up(error: HelpdeskError) -> bool:
    """Whether `unavailable` came of waiting too long for a row, with the database otherwise well."""
    return _sql_state(error.__cause__) in HELD_UP


async def run(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run `function` on a pool thread, in the caller's context (asgiref carries the active workspace along).

    Raises HelpdeskError `unavailable` when the database does not answer; whether it committed is then unknown.
    """
    return await _run_on(_replacement or _pool(), function, *args, **kwargs)


async def run_apart(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """The same on the writer's own thread, one call after another."""
    return await _run_on(_replacement or _writers_thread(), function, *args, **kwargs)


async def _run_on(where: Executor, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    in_thread: Any = sync_to_async  # its types know no executor but a thread pool
    wrapped = in_thread(guarded(function), thread_sensitive=False, executor=where)
    result: R = await wrapped(*args, **kwargs)
    return result
