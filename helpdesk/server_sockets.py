"""uvicorn's WebSocket protocol for thousands of sockets that mostly sleep.

What it leaves out is measured in KiB for each of them: queues and events that allocate before they are used, the head
of the handshake kept for the life of the socket, two timers for the keepalive. What it adds are two things that the
application cannot do through `send`: a write that does not wait, and a close for a client that reads nothing.
"""

from __future__ import annotations

import asyncio
import os
import socket
from asyncio.transports import BaseTransport
from collections import deque
from typing import Any

from websockets.exceptions import InvalidState
from websockets.http11 import Request

from helpdesk.realtime import admission
from helpdesk.realtime.lifecycle import DIRECT
from helpdesk.realtime.wheel import Wheel
from helpdesk.server_protocols import BoundedHttp, BoundedSocket

KEEPALIVE_SECONDS = 20.0  # a ping in each; no pong until the next one ends the connection
SEND_BUFFER = 262_144
LINGER_SECONDS = 5.0  # for a client that does not read, to read its close frame

BUSY = (
    b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 3\r\ncontent-type: text/plain; charset=utf-8\r\n"
    b"connection: close\r\ncontent-length: 29\r\n\r\nBusy. Try again in a moment.\n"
)


class LeanHttp(BoundedHttp):
    """HTTP that lets no more handshakes through than the process can greet."""

    def handle_websocket_upgrade(self) -> None:
        # The scope knows no path yet: uvicorn fills it in for requests alone.
        if admission.may_enter(self.url.partition(b"?")[0].decode("latin-1")):
            super().handle_websocket_upgrade()
            return
        # Here and not in the application: a refusal must cost little, since thousands come at once. A browser shows
        # its page no status; ours come back by their own back-off.
        self._is_in_time()
        self.transport.write(BUSY)
        self.transport.close()


class Inbox:
    """The part of asyncio.Queue that uvicorn uses, for one reader; takes memory only while something waits in it."""

    __slots__ = ("_items", "_reader")

    def __init__(self) -> None:
        self._items: deque[Any] | None = None
        self._reader: asyncio.Future[None] | None = None

    def put_nowait(self, item: Any) -> None:
        if self._items is None:
            self._items = deque()
        self._items.append(item)
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)

    def empty(self) -> bool:
        return self._items is None

    async def get(self) -> Any:
        while self._items is None:
            self._reader = asyncio.get_running_loop().create_future()
            try:
                await self._reader
            finally:
                self._reader = None
        item = self._items.popleft()
        if not self._items:
            self._items = None
        return item


class Gate:
    """The part of asyncio.Event that uvicorn uses; takes memory only while somebody waits at it."""

    __slots__ = ("_is_open", "_waiting")

    def __init__(self) -> None:
        self._is_open = False
        self._waiting: list[asyncio.Future[None]] | None = None

    def is_set(self) -> bool:
        return self._is_open

    def clear(self) -> None:
        self._is_open = False

    def set(self) -> None:
        self._is_open = True
        waiting, self._waiting = self._waiting or [], None
        for each in waiting:
            if not each.done():
                each.set_result(None)

    async def wait(self) -> None:
        if self._is_open:
            return
        if self._waiting is None:
            self._waiting = []
        mine = asyncio.get_running_loop().create_future()
        self._waiting.append(mine)
        await mine


_wheels: dict[asyncio.AbstractEventLoop, Wheel[LeanSocket]] = {}


def _wheel(loop: asyncio.AbstractEventLoop) -> Wheel[LeanSocket]:
    """The keepalive of all sockets of the loop."""
    if loop not in _wheels:
        _wheels.clear()  # a process serves on one loop; tests run one after another
        _wheels[loop] = Wheel(KEEPALIVE_SECONDS, LeanSocket.keep_alive)
    return _wheels[loop]


class LeanSocket(BoundedSocket):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.queue: Any = Inbox()
        self.writable: Any = Gate()
        self.writable.set()

    def connection_made(self, transport: BaseTransport) -> None:
        super().connection_made(transport)
        # The system would take megabytes for a client that does not read, before anybody here hears that it is slow.
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)

    def handle_connect(self, event: Request) -> None:
        """Offers the application this object as an ASGI extension, for its `write` and `cut_off`."""
        super().handle_connect(event)
        if not self.close_sent:
            extensions: Any = self.scope["extensions"]  # uvicorn's types know its own extensions only
            extensions[DIRECT] = {"connection": self}

    # --- keepalive -------------------------------------------------------------------------------------------------
    def start_keepalive(self) -> None:
        """Called when the handshake is done: from here on nobody reads its head."""
        del self.request, self.response
        _wheel(self.loop).add(self)

    def stop_keepalive(self) -> None:
        super().stop_keepalive()
        _wheel(self.loop).discard(self)

    def keep_alive(self) -> None:
        """Ask for a sign of life; without an answer to the last question the connection is over."""
        if self.pending_ping_payload is not None:
            self.keepalive_timeout()
        elif not self.close_sent and not self.transport.is_closing():
            self.pending_ping_payload = os.urandom(4)
            self.conn.send_ping(self.pending_ping_payload)
            self.transport.write(b"".join(self.conn.data_to_send()))

    # --- what `send` cannot do -------------------------------------------------------------------------------------
    def write(self, text: str) -> bool:
        """Hand a text frame to the transport if that takes it at once; False if it must wait or the socket closes."""
        if not self.writable.is_set() or self.close_sent or self.disconnected or self.transport.is_closing():
            return False
        try:
            self.conn.send_text(text.encode())
        except InvalidState:  # the client is closing; `send` says so in uvicorn's way
            return False
        self.transport.write(b"".join(self.conn.data_to_send()))
        return True

    def cut_off(self, code: int) -> None:
        """Close although the client reads nothing: it finds the code behind what it did not read yet, if it reads on
        within LINGER_SECONDS. After that the connection is dropped and its memory free."""
        if not self.close_sent and not self.transport.is_closing():
            self.stop_keepalive()
            self.queue.put_nowait({"type": "websocket.disconnect", "code": code})
            self.conn.send_close(code)
            self.transport.write(b"".join(self.conn.data_to_send()))
            self.close_sent = True
        # uvicorn leaves the transport alone while this timer runs, and cancels it when the client answers the close.
        if self.close_timer is not None:
            self.close_timer.cancel()
        self.close_timer = self.loop.call_later(LINGER_SECONDS, self.transport.abort)
