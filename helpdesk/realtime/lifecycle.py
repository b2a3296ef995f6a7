"""The life of one socket: handshake, frames one after another, timers, and every way it can end.

A Channels consumer without Channels' detours. Channels' own `dispatch` takes a hop through the one shared database
thread before every frame, and its `__call__` starts a task for every message. Here the app task reads the socket, and
what the layer brings goes straight to the outgoing queue.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Mapping
from typing import Any, NoReturn, Protocol

from channels.generic.websocket import AsyncWebsocketConsumer
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from helpdesk.errors import HelpdeskError
from helpdesk.realtime import admission, limits
from helpdesk.realtime.hub import hub
from helpdesk.realtime.outgoing import Outgoing
from helpdesk.strict_json import dumps

log = logging.getLogger(__name__)

SUBPROTOCOL = "helpdesk.v1"
HELLO_SECONDS = 10.0
SESSION_SECONDS = 4 * 3600.0
CLOSE_SECONDS = 3.0  # for a close frame to leave
DIRECT = "helpdesk.direct"  # an ASGI extension of our server


class Closed(Exception):
    """The conversation with this client is over."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Direct(Protocol):
    """What our server's connection can do beside ASGI's `send`; another server has none."""

    def write(self, text: str) -> bool:
        """Send a text frame now, unless it would have to wait. Returns whether it was sent."""

    def cut_off(self, code: int) -> None:
        """Close although the client reads nothing; soon after the connection is dropped."""


class LivingSocket(AsyncWebsocketConsumer):
    """From the handshake to the close. The doors say what the frames mean."""

    async def admit(self) -> bool:
        """Whether the handshake may go on (Origin); False answers HTTP 403. Last chance to read `self.scope`."""
        raise NotImplementedError

    async def frame(self, text: str) -> None:
        """Handle one frame of the client."""
        raise NotImplementedError

    async def has_gone(self) -> None:
        """The socket of a peer who was in has closed: forget it everywhere."""
        raise NotImplementedError

    def heartbeat(self) -> dict[str, Any]:
        """The frame of a heartbeat."""
        return {"type": "heartbeat"}

    def is_trusted(self) -> bool:
        """Whether no limit counts for who is in."""
        return limits.is_trusted_address(self.address)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await receive()  # websocket.connect
        self._begin(scope, receive, send)
        if not await self.admit():
            await send({"type": "websocket.close", "code": 4403})
            return
        offered = scope.get("subprotocols", [])
        await send({"type": "websocket.accept", "subprotocol": SUBPROTOCOL if SUBPROTOCOL in offered else None})
        # The head of the handshake was read; it would take its memory for as long as the socket lives.
        scope.clear()
        try:
            await self._converse()
        except Closed as closed:
            await self.leave(closed.code)
        except asyncio.CancelledError:
            if not self.is_over:
                raise
        finally:
            await self._clean_up()

    def _begin(self, scope: Any, receive: Any, send: Any) -> None:
        self.scope = scope
        self.base_send = send
        self.receive_event = receive
        self.direct: Direct | None = (scope.get("extensions") or {}).get(DIRECT, {}).get("connection")
        self.app_task = asyncio.current_task()
        self.is_in = self.is_over = False
        self.strikes = self.rate_strikes = 0
        self.bucket = limits.Bucket(10, 20)
        self.heard_at = time.monotonic()
        self.joined_groups: set[str] = set()
        self.typing_at: dict[int, float] = {}
        self.receipts_due: dict[int, asyncio.TimerHandle] = {}
        self.outgoing = Outgoing(self._send_text, self._too_slow, self.direct.write if self.direct else None)
        headers = dict(scope.get("headers", []))
        origin = headers.get(b"origin")
        self.origin = origin.decode("latin-1") if origin is not None else None
        self.address = (scope.get("client") or ("", 0))[0]

    async def dispatch(self, message: dict[str, Any]) -> None:
        """One ASGI event, handled here and now: no hop through the shared database thread."""
        if message["type"] == "websocket.disconnect":
            self.is_over = True
            raise Closed(message.get("code") or 1000)
        if message.get("text") is None:
            raise Closed(1003)
        self.heard_at = time.monotonic()
        await self.frame(message["text"])

    async def _converse(self) -> None:
        with admission.Arrival() as arrival:
            deadline = asyncio.get_running_loop().time() + HELLO_SECONDS
            while not self.is_in:
                message = await self._first_frame(deadline)
                arrival.spoke()
                await self.dispatch(message)
        while True:
            await self.dispatch(await self.receive_event())

    async def _first_frame(self, deadline: float) -> dict[str, Any]:
        """Only the client's silence is timed: how long its hello takes here is no fault of the client's."""
        try:
            async with asyncio.timeout_at(deadline):
                message: dict[str, Any] = await self.receive_event()
        except TimeoutError:
            await self._refuse(HelpdeskError("token_missing", _("Send hello first.")), 4401)
        return message

    async def _clean_up(self) -> None:
        self.is_over = True
        self.outgoing.close()
        for timer in self.receipts_due.values():
            timer.cancel()
        if self.is_in:
            await self.has_gone()

    async def _send_text(self, text: str) -> None:
        await self.base_send({"type": "websocket.send", "text": text})

    def say(self, frame: Mapping[str, Any]) -> None:
        self.outgoing.push(dumps(frame))

    async def _refuse(self, error: HelpdeskError, code: int) -> NoReturn:
        with translation.override(self._language()):
            self.say(error.frame())
        raise Closed(code)

    async def leave(self, code: int) -> None:
        """Send what is queued, then close with `code`. A client that takes neither in time is cut off."""
        if self.is_over:
            return
        self.is_over = True
        await self.outgoing.flushed()
        self.outgoing.close()
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await self.base_send({"type": "websocket.close", "code": code})
        except TimeoutError:
            if self.direct:
                self.direct.cut_off(code)
        except Exception:  # the client was faster; there is nobody left to tell
            log.debug("A socket was gone before its close.")
        self._end_task()

    def _too_slow(self) -> None:
        """The client does not read: nothing that waits its turn reaches it, the close frame neither."""
        if self.direct is None:
            self._leave_soon(4408)
        elif not self.is_over:
            self.is_over = True
            self.direct.cut_off(4408)
            self._end_task()

    def _end_task(self) -> None:
        if self.app_task is not asyncio.current_task() and self.app_task is not None:
            self.app_task.cancel()

    def _leave_soon(self, code: int) -> None:
        self.leaving = asyncio.ensure_future(self.leave(code))

    def revoke(self) -> None:
        """The peer lost the right to be here."""
        with translation.override(self._language()):
            self.say(HelpdeskError("token_revoked", _("You were signed out here.")).frame())
        self._leave_soon(4411)

    def say_bye(self, why: str, retry_in_ms: int) -> None:
        self.say({"type": "bye", "code": why, "retry_in_ms": retry_in_ms})

    def _language(self) -> str:
        """What the peer reads, "en" before that is known."""
        return "en"

    def _start_timers(self) -> None:
        # Spread, so that a deploy's clients do not come back together.
        self.old_at = time.monotonic() + SESSION_SECONDS * random.uniform(0.8, 1.2)
        hub().beats.add(self)

    def beat(self) -> None:
        """Called by the hub at every heartbeat while the socket lives."""
        if time.monotonic() > self.old_at:
            self.say_bye("refresh", random.randint(100, 5000))
            self._leave_soon(4410)
        else:
            self.say(self.heartbeat())
