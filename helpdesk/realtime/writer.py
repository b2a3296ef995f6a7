"""Group commit: what many peers ask for at the same moment is done in one transaction.

One flush is in flight per process. What arrives meanwhile waits and is the next one, so at low load a batch has one
command and takes as long as doing it directly, and the busier the process is the less each command costs. A command
that is refused, or needs more than its neighbours, is done alone, in a transaction of its own, and so is one whose rows
somebody else holds for long. One that the database refuses is found by halving the batch. So neither a held row nor a
bad command costs its neighbours more than time. Every caller gets an answer of its own, after the commit.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from helpdesk.errors import HelpdeskError, unavailable
from helpdesk.realtime import pool
from helpdesk.realtime.peer import HELD, Ack, Command, NotDone, Peer
from helpdesk.tenancy import scope

log = logging.getLogger(__name__)

BATCH = 256
MAX_WAITING = 2000  # commands; with texts of at most 8,000 characters this bounds the memory too
BUSY = 6  # commands in a batch from which on it is worth waiting for more
LONGEST_LINGER = 0.02  # seconds
HELD_TRIES = 2  # how often a held row is asked for again in a batch before the command waits for it alone
HELD_PAUSE = 0.003  # seconds, when a whole batch was held

Grant = Callable[[Sequence[Any]], Sequence[Ack | NotDone]]
Answer = asyncio.Future[Ack | None]


@dataclass(slots=True, eq=False)
class _Asked:
    wish: Any
    alone: Callable[[], Awaitable[Ack | None]]
    answer: Answer
    tries: int = 0

    def accept(self, ack: Ack | None) -> None:
        if not self.answer.done():
            self.answer.set_result(ack)

    def refuse(self, error: HelpdeskError) -> None:
        if not self.answer.done():
            self.answer.set_exception(error)


class Writer:
    """One per process and kind of command. Lives on the event loop; `grant` runs on the writer's thread."""

    def __init__(self, grant: Grant) -> None:
        self._grant = grant
        self._waiting: deque[_Asked] = deque()
        self._flusher: asyncio.Task[None] | None = None
        self._alone: set[asyncio.Task[None]] = set()

    def submit(self, wish: Any, alone: Callable[[], Awaitable[Ack | None]]) -> Answer:
        """Ask for `wish`. The future answers after the commit, or with a HelpdeskError.

        `alone` does the same in a transaction of its own. Raises HelpdeskError `unavailable` when too many wait.
        """
        if len(self._waiting) + len(self._alone) >= MAX_WAITING:
            raise unavailable()
        asked = _Asked(wish, alone, asyncio.get_running_loop().create_future())
        self._waiting.append(asked)
        if self._flusher is None:
            self._flusher = asyncio.ensure_future(self._flush())
        return asked.answer

    async def _flush(self) -> None:
        try:
            await asyncio.sleep(0)  # whatever else arrives in this turn of the loop joins the batch
            while self._waiting:
                batch = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
                began = time.monotonic()
                await self._write(batch)
                await self._linger(len(batch), time.monotonic() - began)
        finally:
            self._flusher = None

    async def _linger(self, count: int, took: float) -> None:
        """A busy process waits a little for more: a flush costs much the same for ten commands as for fifty."""
        if count >= BUSY and len(self._waiting) < BATCH:
            await asyncio.sleep(min(took / 2, LONGEST_LINGER))

    async def _write(self, batch: list[_Asked]) -> None:
        try:
            # The batch is nobody's: whoever started the flush must not lend it a workspace.
            with scope.outside():
                answers = await pool.run_apart(self._grant, [asked.wish for asked in batch])
        except HelpdeskError as error:
            for asked in batch:
                if pool.was_held_up(error):
                    self._leave_alone(asked)
                else:
                    asked.refuse(error)
        except Exception:
            await self._find_the_bad_one(batch)
        else:
            await self._answer(batch, answers)

    async def _find_the_bad_one(self, batch: list[_Asked]) -> None:
        if len(batch) == 1:
            log.exception("A command could not be done together with others; it is done alone.")
            self._leave_alone(batch[0])
            return
        middle = len(batch) // 2
        await self._write(batch[:middle])
        await self._write(batch[middle:])

    async def _answer(self, batch: list[_Asked], answers: Sequence[Ack | NotDone]) -> None:
        held = []
        for asked, answer in zip(batch, answers, strict=True):
            if isinstance(answer, Ack):
                asked.accept(answer)
            elif answer is HELD and asked.tries < HELD_TRIES:
                asked.tries += 1
                held.append(asked)
            else:
                self._leave_alone(asked)
        self._waiting.extendleft(reversed(held))
        if held and len(held) == len(batch):
            await asyncio.sleep(HELD_PAUSE)

    def _leave_alone(self, asked: _Asked) -> None:
        task = asyncio.ensure_future(self._do_alone(asked))
        self._alone.add(task)
        task.add_done_callback(self._alone.discard)

    async def _do_alone(self, asked: _Asked) -> None:
        try:
            asked.accept(await asked.alone())
        except HelpdeskError as error:
            asked.refuse(error)
        except Exception:
            log.exception("A command failed.")
            asked.refuse(unavailable())


_writers: dict[Grant, Writer] = {}


def forget() -> None:
    """Start afresh (tests run one event loop after another)."""
    _writers.clear()


def submit(peer: Peer, command: Command, wanted: dict[str, Any]) -> Answer:
    """Begin a command that may be done together with others; `wanted` are its parsed fields.

    Must hold: `command.together` is there. Raises HelpdeskError what its wish refuses, unavailable.
    """
    assert command.together is not None
    writer = _writers.get(command.together.grant)
    if writer is None:
        writer = _writers[command.together.grant] = Writer(command.together.grant)
    return writer.submit(command.together.wish(peer, wanted), lambda: run_alone(peer, command, wanted))


async def run_alone(peer: Peer, command: Command, wanted: dict[str, Any]) -> Ack | None:
    """Do a command in a transaction of its own, on the realtime pool, in the peer's workspace."""
    with scope.workspace(peer.workspace_id):
        return await pool.run(command.run, peer, wanted)


async def perform(peer: Peer, command: Command, wanted: dict[str, Any]) -> Ack | None:
    """Do a command the way it is done best, and answer its ack. Raises HelpdeskError what its verb raises."""
    if command.together is None:
        return await run_alone(peer, command, wanted)
    return await submit(peer, command, wanted)
