"""The outgoing queue of one socket: bounded, so that a slow reader hurts only itself."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

MAX_FRAMES = 256
MAX_BYTES = 1_048_576
BLOCKED_SECONDS = 10.0


class Outgoing:
    """Frames on their way to a client, sent in order. Most leave at once; a queue and a task are there only while
    frames must wait.

    `write`, where the server has one, takes a frame if it need not wait and says whether it did; `send` waits. When
    the queue is full, or one send is blocked for 10 s, `too_slow` is called once and nothing more is sent.
    """

    __slots__ = ("_bytes", "_queue", "_room", "_send", "_task", "_too_slow", "_write", "is_closed")

    def __init__(
        self,
        send: Callable[[str], Awaitable[None]],
        too_slow: Callable[[], None],
        write: Callable[[str], bool] | None = None,
    ) -> None:
        self._send = send
        self._too_slow = too_slow
        self._write = write
        self._queue: deque[str] | None = None
        self._bytes = 0
        self._task: asyncio.Task[None] | None = None
        self._room: asyncio.Event | None = None
        self.is_closed = False

    def push(self, text: str, *, ephemeral: bool = False) -> None:
        """Send a frame, now or in its turn. An ephemeral one is dropped when the queue is above half."""
        if self.is_closed:
            return
        if self._task is None:
            if self._write is not None and self._write(text):
                return
            self._queue = deque()
            self._task = asyncio.ensure_future(self._drain(self._queue))
        waiting = self._waiting()
        if ephemeral and not self.has_room():
            return
        if waiting >= MAX_FRAMES or self._bytes >= MAX_BYTES:
            self._give_up()
        elif self._queue is not None:
            self._queue.append(text)
            self._bytes += len(text)

    def has_room(self) -> bool:
        """Whether an ephemeral frame would be sent."""
        return self._waiting() <= MAX_FRAMES // 2 and self._bytes <= MAX_BYTES // 2

    def _waiting(self) -> int:
        return len(self._queue) if self._queue is not None else 0

    async def room(self) -> None:
        """Wait until the queue is at most half full: catching up goes at the reader's pace."""
        while not self.is_closed and self._waiting() > MAX_FRAMES // 2:
            self._room = self._room or asyncio.Event()
            await self._room.wait()

    async def flushed(self) -> None:
        """Wait until everything queued so far has been handed to the server, or the client is too slow for it."""
        if self._task is not None:
            await asyncio.wait({self._task}, timeout=BLOCKED_SECONDS)

    def close(self) -> None:
        self.is_closed = True
        if self._queue is not None:
            self._queue.clear()
        self._wake()

    def _wake(self) -> None:
        if self._room is not None:
            self._room.set()
            self._room = None

    def _give_up(self) -> None:
        self.close()
        self._too_slow()

    async def _drain(self, queue: deque[str]) -> None:
        try:
            while queue:
                text = queue.popleft()
                self._bytes -= len(text)
                async with asyncio.timeout(BLOCKED_SECONDS):
                    await self._send(text)
                if len(queue) <= MAX_FRAMES // 2:
                    self._wake()
        except TimeoutError:
            self._give_up()
        except Exception:  # the server says in many ways that the client has gone; its disconnect follows
            self.close()
        finally:
            self._task = self._queue = None
            self._bytes = 0
