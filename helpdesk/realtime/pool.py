"""The threads in which sockets and hot endpoints reach the database.

Channels' own way sends every query of every socket through one shared thread, so that one slow query stops them all.
These threads keep their connections: they never call `close_old_connections`, look after a connection that was idle,
and drop one that fails.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar

from asgiref.sync import sync_to_async
from django.db import InterfaceError, OperationalError, connection

from helpdesk.errors import unavailable

P = ParamSpec("P")
R = TypeVar("R")

THREADS = 8
IDLE_SECONDS = 15.0

_executor: Executor | None = None


def executor() -> Executor:
    global _executor
    if _executor is None:
        _executor = ThreadPoolExecutor(THREADS, thread_name_prefix="helpdesk-db")
    return _executor


def use_executor(replacement: Executor | None) -> None:
    """Use another executor (unit tests run on the test's own thread); None goes back to the pool."""
    global _executor
    _executor = replacement


def _freshen() -> None:
    """Close a connection that sat idle and no longer answers, so that the next query opens a new one."""
    if connection.connection is None:
        return
    used_at = getattr(connection, "helpdesk_used_at", 0.0)
    if time.monotonic() - used_at > IDLE_SECONDS and not connection.in_atomic_block and not connection.is_usable():
        connection.close()


def guarded(function: Callable[P, R]) -> Callable[P, R]:
    """`function` on a kept connection: database trouble becomes `unavailable`, and the broken connection is dropped."""

    @functools.wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        _freshen()
        try:
            return function(*args, **kwargs)
        except (OperationalError, InterfaceError) as error:
            if not connection.in_atomic_block:
                connection.close()
            raise unavailable() from error
        finally:
            connection.helpdesk_used_at = time.monotonic()  # type: ignore[attr-defined]

    return call


async def run(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run `function` on a pool thread, in the caller's context (asgiref carries the active workspace along).

    Raises HelpdeskError `unavailable` when the database does not answer; whether it committed is then unknown.
    """
    in_thread: Any = sync_to_async  # its types know no executor but a thread pool
    wrapped = in_thread(guarded(function), thread_sensitive=False, executor=executor())
    result: R = await wrapped(*args, **kwargs)
    return result
