"""A client on a WebSocket: a visitor's window or an agent's console."""

from __future__ import annotations

import asyncio
import itertools
import json
import random
import time
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from tests.faults.calls import CallFailed, call
from tests.faults.client import Client, Copy, Entry

TERMINAL = {4400, 4403, 4404, 4411}
PATHS = {"visitor": "/ws/visitor/", "agents": "/ws/agent/"}


class SocketClient(Client):
    """Connects, resumes, sends its outbox, keeps its copies, and comes back after every end that is not terminal."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.awake, self.online = asyncio.Event(), asyncio.Event()
        self.awake.set()
        self.online.set()
        self.is_in = False
        self.subscribed: set[str] = set()
        self._socket: ClientConnection | None = None
        self._outgoing: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._failures = 0
        self._not_before = 0.0
        self._door = random.randrange(len(self.doors))
        self._ids = itertools.count(1)
        self._asking: dict[str, tuple[int, float]] = {}  # ticket → (id of the subscribe, when to ask again)
        self._pages: set[asyncio.Task[None]] = set()

    def follow(self, ticket: str) -> None:
        """Keep a copy of this ticket from now on."""
        if ticket not in self.copies:
            self.copies[ticket] = Copy(ticket, trusting=self.trusting)
            self._subscribe(ticket)

    # --- the connection ---------------------------------------------------------------------------------------------
    async def run(self) -> None:
        """Until `is_over`, or a terminal close."""
        while not self.is_over:
            await self.online.wait()
            self._door += 1
            host, port = self.doors[self._door % len(self.doors)]
            url = f"ws://{host}:{port}{PATHS[self.me.audience]}"
            try:
                async with connect(
                    url, subprotocols=["helpdesk.v1"], compression=None, ping_interval=None, proxy=None,
                    open_timeout=self.timing.ack, close_timeout=0.5, max_queue=None,
                ) as self._socket:  # fmt: skip
                    self.history.connects += 1
                    await self._converse(self._socket)
            except (OSError, TimeoutError, WebSocketException, EOFError):
                pass  # a lost connection is what these runs are about: it is noted below, and the client comes back
            self._note_close()
            self._lose_connection()
            if not self.is_over:
                self._failures += 1
                wait = max(self.timing.pause(self._failures), self._not_before - time.monotonic())
                await asyncio.sleep(wait)

    def _note_close(self) -> None:
        code = self._socket.close_code if self._socket is not None else None
        if code is None:
            return
        self.history.closes[int(code)] += 1
        if code in TERMINAL:
            self.history.refused[f"close {code}"] += 1
            self.is_over = True

    def _lose_connection(self) -> None:
        self.is_in = False
        self._socket = None
        self.subscribed.clear()
        self._asking.clear()
        self._outgoing = asyncio.Queue()
        for lane in self.lanes.values():
            for entry in lane:
                entry.is_flying = False

    async def go_offline(self) -> None:
        """Hang up, and stay away until `online` is set."""
        self.online.clear()
        if self._socket is not None:
            await self._socket.close()

    async def stop(self) -> None:
        self.is_over = True
        self.online.set()
        if self._socket is not None:
            await self._socket.close()

    async def _converse(self, socket: ClientConnection) -> None:
        resume = [{"ticket": copy.ticket, "epoch": copy.epoch, "after": copy.last} for copy in self.copies.values()]
        hello = {"type": "hello", "v": 1, "token": self.me.token, "client": {"app": "faults", "version": "1"}}
        await socket.send(json.dumps({**hello, "resume": resume}))
        sending = asyncio.ensure_future(self._send_all(socket))
        try:
            await self._read_all(socket)
        finally:
            sending.cancel()

    async def _read_all(self, socket: ClientConnection) -> None:
        """Nothing heard for a while means that the connection is dead, whatever TCP believes."""
        while not self.is_over:
            async with asyncio.timeout(self.timing.quiet):
                raw = await socket.recv()
            await self.awake.wait()
            assert isinstance(raw, str)
            self.hear(raw)
            self._take(json.loads(raw))

    async def _send_all(self, socket: ClientConnection) -> None:
        """Send what is asked for; once a second look for what was never answered."""
        while True:
            try:
                async with asyncio.timeout(1.0):
                    frame = await self._outgoing.get()
            except TimeoutError:
                self._ask_again()
                self.kick()
                continue
            await self.awake.wait()
            try:
                await socket.send(json.dumps(frame))
            except ConnectionClosed:
                return

    def _say(self, frame: dict[str, Any]) -> None:
        self._outgoing.put_nowait(frame)

    # --- writing ----------------------------------------------------------------------------------------------------
    def kick(self) -> None:
        if not self.is_in:
            return
        for entry in list(self.due()):
            self.note_sending(entry)
            self._say({**entry.frame, "id": next(self._ids)})
            asyncio.get_running_loop().call_later(self.timing.ack, self._no_answer, entry, entry.failures)

    def _no_answer(self, entry: Entry, failures: int) -> None:
        if entry.is_flying and entry.failures == failures and self._find(entry.client_id) is entry:
            self.let_rest(entry)

    # --- frames -----------------------------------------------------------------------------------------------------
    def _take(self, frame: dict[str, Any]) -> None:
        handler = getattr(self, "_on_" + frame["type"].replace(".", "_"), None)
        if handler is not None:
            handler(frame)

    def _on_welcome(self, frame: dict[str, Any]) -> None:
        self.is_in = True
        self._failures = 0
        goes_on = set(frame["subscriptions"])
        for ticket in self.copies:
            if ticket not in goes_on:
                self._subscribe(ticket)
        self.kick()

    def _on_ack(self, frame: dict[str, Any]) -> None:
        self.take_ack(frame)

    def _on_event(self, frame: dict[str, Any]) -> None:
        if self.take_event(frame) == "gap":
            self._subscribe(frame["ticket"])

    def _on_error(self, frame: dict[str, Any]) -> None:
        asked = next((ticket for ticket, (id, _) in self._asking.items() if id == frame.get("id")), None)
        if asked is not None:
            wait = max(frame.get("retry_in_ms", 0) / 1000, self.timing.pause(2))
            self._asking[asked] = (self._asking[asked][0], time.monotonic() + wait)
        self.take_refusal(frame.get("client_id"), frame)
        if not self.is_in and not frame["retry"]:
            self.history.refused[f"hello {frame['code']}"] += 1

    def _on_heartbeat(self, frame: dict[str, Any]) -> None:
        self._say({"type": "pong"})
        for ticket, head in frame["heads"].items():
            if ticket in self.copies and head > self.copies[ticket].last:
                self._subscribe(ticket)

    def _on_bye(self, frame: dict[str, Any]) -> None:
        self._not_before = time.monotonic() + frame["retry_in_ms"] / 1000

    # --- subscriptions ----------------------------------------------------------------------------------------------
    def _subscribe(self, ticket: str) -> None:
        """Ask for what is missing, unless that was asked a moment ago."""
        if not self.is_in or ticket in self._asking:
            return
        copy, id = self.copies[ticket], next(self._ids)
        self._asking[ticket] = (id, time.monotonic() + self.timing.ack)
        frame = {"type": "subscribe", "id": id, "ticket": ticket, "after": copy.last}
        self._say(frame if copy.epoch is None else {**frame, "epoch": copy.epoch})

    def _ask_again(self) -> None:
        now = time.monotonic()
        for ticket in [ticket for ticket, (_, again_at) in self._asking.items() if again_at <= now]:
            del self._asking[ticket]
            self._subscribe(ticket)

    def _on_subscribed(self, frame: dict[str, Any]) -> None:
        copy = self.copies.setdefault(frame["ticket"], Copy(frame["ticket"], trusting=self.trusting))
        self._asking.pop(copy.ticket, None)
        copy.epoch = frame["epoch"]
        self.subscribed.add(copy.ticket)
        if frame["more"]:
            task = asyncio.ensure_future(self._page(copy))
            self._pages.add(task)
            task.add_done_callback(self._pages.discard)

    def _on_resync(self, frame: dict[str, Any]) -> None:
        copy = self.copies.get(frame["ticket"])
        if copy is None:
            return
        self._asking.pop(copy.ticket, None)
        self.subscribed.discard(copy.ticket)
        if frame["why"] == "gone":
            del self.copies[copy.ticket]
            self.history.refused["resync gone"] += 1
            return
        copy.start_afresh(frame["epoch"])
        self._subscribe(copy.ticket)

    async def _page(self, copy: Copy) -> None:
        """Too much is missing for the socket: read it over HTTP, then go on from there."""
        more = True
        while more and self.is_in:
            try:
                more = await self._read_page(copy)
            except CallFailed:
                await asyncio.sleep(self.timing.pause(2))
        self._subscribe(copy.ticket)

    async def _read_page(self, copy: Copy) -> bool:
        query = f"after={copy.last}"
        path = (
            f"/widget/v1/events?ticket={copy.ticket}&{query}"
            if self.me.audience == "visitor"
            else f"/api/v1/tickets/{copy.ticket}/events?{query}"
        )
        status, answer = await call(self.doors[self._door % len(self.doors)], "GET", path, token=self.me.token)
        if status != 200:
            raise CallFailed(f"{path} answers {status}")
        self.hear(json.dumps(answer))
        for event in answer["events"]:
            self.take_event(event)
        return bool(answer["more"])
