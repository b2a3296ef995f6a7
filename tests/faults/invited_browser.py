"""A browser with tabs on the shop, as the page's script behaves: it asks, repeats, shows once, reports until noted."""

from __future__ import annotations

import asyncio
import json
import random
import time
import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from tests.faults.lean_socket import LeanSocket, connect

REPEATS = (3.0, 10.0)  # seconds after the first time
GIVE_UP = 20.0


@dataclass(eq=False)
class TabSocket(LeanSocket):
    tab: Any = None

    def _take(self, opcode: int, payload: bytes) -> None:
        super()._take(opcode, payload)
        if b'"type":"invitation' in payload:
            self.tab.hear(json.loads(payload))


@dataclass
class Log:
    """What the pages did."""

    shown: list[dict[str, str]] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)  # seconds from the trigger to the screen
    asked: int = 0
    answered: int = 0
    unanswered: int = 0


class Tab:
    """One page view. A reload is another one."""

    def __init__(self, browser: Browser, name: str) -> None:
        self.browser, self.name = browser, name
        self.view = uuid.uuid4().hex
        self.socket: TabSocket | None = None
        self.armed: list[str] = []
        self.open: dict[str, float] = {}  # due_id → when the trigger fired
        self.is_closed = False
        self.keeper = asyncio.ensure_future(self._keep())

    def close(self) -> None:
        self.is_closed = True
        self.keeper.cancel()
        if self.socket is not None:
            self.socket.reset()

    async def _keep(self) -> None:
        """Be connected, whatever happens to the server."""
        while True:
            self.socket = TabSocket("/ws/live/", random.choice(self.browser.ports), self.browser.hello(), tab=self)
            with suppress(OSError):
                await connect(self.socket)
                await self.socket.lost.wait()
            await asyncio.sleep(random.uniform(0.2, 1.0))

    def say(self, **frame: Any) -> None:
        if self.socket is not None and self.socket.welcome_at is not None:
            self.socket.say(frame)

    # --- what the page's script does ---
    def hear(self, frame: dict[str, Any]) -> None:
        if frame["type"] == "invitations.armed":
            self.armed = [each["invitation"] for each in frame["list"]]
        elif frame["type"] == "invitation.noted":
            self.browser.unreported.discard((frame["exposure"], frame["what"]))
        elif frame["type"] in ("invitation", "invitation.no"):
            fired_at = self.open.pop(frame["due_id"], None)
            if fired_at is not None:
                self.browser.log.answered += 1
            if frame["type"] == "invitation" and fired_at is not None:
                self._show(frame["exposure"], fired_at)

    def _show(self, exposure: str, fired_at: float) -> None:
        self.browser.log.waits.append(time.monotonic() - fired_at)
        place = {"browser": self.browser.id, "visit": self.browser.visit, "tab": self.name, "exposure": exposure}
        self.browser.log.shown.append(place)
        self.browser.unreported |= {(exposure, "shown"), (exposure, "seen")}
        self.browser.report(self)

    async def fire(self, *, widget_open: bool = False) -> None:
        """The trigger of the first armed invitation: ask, and again, until there is an answer."""
        if not self.armed or self.is_closed:
            return
        due_id, invitation, began = str(uuid.uuid4()), self.armed[0], time.monotonic()
        self.open[due_id] = began
        self.browser.log.asked += 1
        facts = {"view": self.view, "widget_open": widget_open}
        for pause in (*REPEATS, GIVE_UP):
            self.say(type="invitation.due", invitation=invitation, due_id=due_id, facts=facts)
            await asyncio.sleep(max(0.0, began + pause - time.monotonic()))
            if self.is_closed or due_id not in self.open:
                return
        del self.open[due_id]
        self.browser.log.unanswered += 1


class Browser:
    def __init__(self, world: dict[str, str], ports: Sequence[int], log: Log, *, tabs: int) -> None:
        self.world, self.ports, self.log = world, ports, log
        self.id, self.visit = str(uuid.uuid4()), str(uuid.uuid4())
        self.unreported: set[tuple[str, str]] = set()  # in the storage that all tabs share
        self.tabs = [Tab(self, str(number)) for number in range(tabs)]

    def hello(self) -> dict[str, Any]:
        started = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        return {
            "type": "hello",
            "key": self.world["key"],
            "browser": self.id,
            "visit": {"id": self.visit, "started_at": started},
            "page": {"url": f"{self.world['site']}/sale", "title": "Sale"},
        }

    def reload(self, number: int) -> None:
        self.tabs[number].close()
        self.tabs[number] = Tab(self, f"{number}r")

    def report(self, tab: Tab) -> None:
        for exposure, what in sorted(self.unreported, reverse=True):
            tab.say(type="invitation.report", exposure=exposure, what=what)

    def close(self) -> None:
        for tab in self.tabs:
            tab.close()
