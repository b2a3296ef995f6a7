"""Waking a worker after commit, without ever making anybody wait for the broker.

A nudge is a hint: what must happen stands in a row with a due time, and a sweep finds the rows that nobody nudged. So
nudges may be dropped, and are, when the broker is away for long.
"""

from __future__ import annotations

import contextvars
import logging
import os
import queue
import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

log = logging.getLogger(__name__)

QUEUE_LENGTH = 1000
MAX_COUNTDOWN_SECONDS = 60


def nudge(task: Any, *args: Any, at: datetime | None = None) -> None:
    """Ask a worker to run `task` soon after this transaction commits; at once when there is none.

    Never blocks and never raises. The workspace is the one active now, not the one at commit. With `at` the task runs
    then, if that is within a minute; a later time is left to the sweep: a broker may repeat a task that it holds long.
    """
    if at is not None and (at - timezone.now()).total_seconds() > MAX_COUNTDOWN_SECONDS:
        return
    context = contextvars.copy_context()

    def hand_over() -> None:  # a def: `robust` needs a callable with a name
        _messenger.hand_over(lambda: context.run(_send, task, args, at))

    transaction.on_commit(hand_over, robust=True)


def nudge_now(task: Any, *args: Any) -> None:
    """The same for the event loop, where there is no transaction and no connection may be looked at."""
    context = contextvars.copy_context()
    _messenger.hand_over(lambda: context.run(_send, task, args, None))


def _send(task: Any, args: tuple[Any, ...], at: datetime | None) -> None:
    seconds = (at - timezone.now()).total_seconds() if at is not None else 0
    task.apply_async(args, countdown=seconds if seconds > 0 else None)


class Messenger:
    """One background thread that talks to the broker, so that no request or socket does."""

    def __init__(self) -> None:
        self.dropped = 0
        self._start_over()

    def _start_over(self) -> None:
        self._pid = os.getpid()
        self._queue: queue.Queue[Callable[[], None]] = queue.Queue(QUEUE_LENGTH)
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def hand_over(self, send: Callable[[], None]) -> None:
        """Queue one nudge; drop and count it when the queue is full."""
        if self._pid != os.getpid():  # a forked worker has the queue, but not the thread
            self._start_over()
        try:
            self._queue.put_nowait(send)
        except queue.Full:
            self.dropped += 1
            return
        self._ensure_running()

    def _ensure_running(self) -> None:
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._work, name="nudge", daemon=True)
                self._thread.start()

    def _work(self) -> None:
        while True:
            send = self._queue.get()
            try:
                send()
            except Exception as error:  # whatever is wrong with the broker, the sweep does the work
                self.dropped += 1
                log.info("A nudge was dropped: %s", error)
            finally:
                self._queue.task_done()


_messenger = Messenger()
