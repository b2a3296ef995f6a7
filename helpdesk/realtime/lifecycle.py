"""The life of one socket: handshake, frames one after another, timers, and every way it can end.

A Channels consumer without Channels' detours. Channels' own `dispatch` takes a hop through the one shared database
thread before every frame, and its `__call__` starts a task for every message. Here the app task reads the socket and
one long-lived task reads the layer.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Mapping
from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from helpdesk.errors import HelpdeskError
from helpdesk.realtime import limits
from helpdesk.realtime.hub import hub
from helpdesk.realtime.outgoing import Outgoing
from helpdesk.realtime.peer import Peer
from helpdesk.realtime.pipe import Pipe
from helpdesk.strict_json import dumps

log = logging.getLogger(__name__)

SUBPROTOCOL = "helpdesk.v1"
HELLO_SECONDS = 10.0
HEARTBEAT_SECONDS = 20
SESSION_SECONDS = 4 * 3600.0


class Closed(Exception):
    """The conversation with this client is over."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class LivingSocket(AsyncWebsocketConsumer):
    """From the handshake to the close. `SocketDoor` says what the frames mean."""

    peer: Peer
    pipe: Pipe

    async def admit(self) -> bool:
        """Whether the handshake may go on (Origin); False answers HTTP 403."""
        raise NotImplementedError

    async def frame(self, text: str) -> None:
        """Handle one frame of the client."""
        raise NotImplementedError

    async def leave_groups(self) -> None:
        """Leave every group of the layer."""
        raise NotImplementedError

    async def left(self) -> None:
        """The socket is closed and no longer counted."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.scope = scope
        self.base_send = send
        self.receive_event = receive
        self.is_in = self.is_over = False
        self.strikes = self.rate_strikes = 0
        self.bucket = limits.Bucket(10, 20)
        self.heard_at = time.monotonic()
        self.joined_groups: set[str] = set()
        self.timers: list[asyncio.TimerHandle] = []
        self.typing_at: dict[int, float] = {}
        self.receipts_due: dict[int, asyncio.TimerHandle] = {}
        self.outgoing = Outgoing(self._send_text, lambda: self._leave_soon(4408))
        headers = dict(scope.get("headers", []))
        origin = headers.get(b"origin")
        self.origin = origin.decode("latin-1") if origin is not None else None
        self.address = (scope.get("client") or ("", 0))[0]
        await self.receive_event()  # websocket.connect
        if not await self.admit():
            await send({"type": "websocket.close", "code": 4403})
            return
        offered = scope.get("subprotocols", [])
        await send({"type": "websocket.accept", "subprotocol": SUBPROTOCOL if SUBPROTOCOL in offered else None})
        self.app_task = asyncio.current_task()
        try:
            await self._converse()
        except Closed as closed:
            await self.leave(closed.code)
        except asyncio.CancelledError:
            if not self.is_over:
                raise
        finally:
            await self._clean_up()

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
        deadline = asyncio.get_running_loop().time() + HELLO_SECONDS
        while not self.is_in:
            try:
                # Only the client's time: a busy server must not send away somebody who said hello at once.
                async with asyncio.timeout_at(deadline):
                    event = await self.receive_event()
            except TimeoutError:
                await self._refuse(HelpdeskError("token_missing", _("Send hello first.")), 4401)
            await self.dispatch(event)
        while True:
            await self.dispatch(await self.receive_event())

    async def _clean_up(self) -> None:
        self.is_over = True
        self.outgoing.close()
        for timer in (*self.timers, *self.receipts_due.values()):
            timer.cancel()
        if not self.is_in:
            return
        await self.leave_groups()
        hub().remove(self)
        try:
            await self.left()
        except HelpdeskError as error:
            log.warning("A socket's leaving was not noted (%s); its lease runs out.", error.code)

    async def _send_text(self, text: str) -> None:
        await self.base_send({"type": "websocket.send", "text": text})

    def say(self, frame: Mapping[str, Any]) -> None:
        self.outgoing.push(dumps(frame))

    async def _refuse(self, error: HelpdeskError, code: int) -> None:
        with translation.override(self._language()):
            self.say(error.frame())
        raise Closed(code)

    async def leave(self, code: int) -> None:
        """Send what is queued, then close with `code`."""
        if self.is_over:
            return
        self.is_over = True
        await self.outgoing.flushed()
        self.outgoing.close()
        try:
            await self.base_send({"type": "websocket.close", "code": code})
        except Exception:  # the client was faster; there is nobody left to tell
            log.debug("A socket was gone before its close.")
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
        return self.peer.language if self.is_in and self.peer.language else "en"

    def _start_timers(self) -> None:
        loop = asyncio.get_running_loop()
        self.timers.append(loop.call_later(HEARTBEAT_SECONDS, self._heartbeat))
        age = SESSION_SECONDS * random.uniform(0.8, 1.2)  # spread, so that a deploy's clients do not come back together
        self.timers.append(loop.call_later(age, self._too_old))

    def _heartbeat(self) -> None:
        self.say({"type": "heartbeat", "heads": self.pipe.heads()})
        self.timers[0] = asyncio.get_running_loop().call_later(HEARTBEAT_SECONDS, self._heartbeat)

    def _too_old(self) -> None:
        self.say_bye("refresh", random.randint(100, 5000))
        self._leave_soon(4410)
