"""What the open pages of this process wait for. Lives on the event loop; nothing here waits for the database."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from chat.browsing.here import registry
from chat.browsing.registry import Visit
from chat.browsing.rows import Row, Tab
from chat.inviting.arming import NOTHING, Arming
from chat.inviting.shop import Shop, read_shop
from helpdesk.errors import HelpdeskError
from helpdesk.realtime import pool

log = logging.getLogger(__name__)

FRESH_SECONDS = 4.0  # and what it takes to read: no page waits longer than 5 s for what is no longer active
AT_ONCE = 50  # pages in one turn of the loop


class Armory:
    def __init__(self, read: Callable[[int], Shop] = read_shop) -> None:
        self.read = read
        self._armings: dict[int, Arming] = {}
        self._wanted: set[int] = set()
        self._wake = asyncio.Event()
        self._ticker: asyncio.Task[None] | None = None

    def may_be_goal(self, workspace_id: int, event: str) -> bool:
        """Whether some invitation waits for the event; True while nothing is known."""
        arming = self._armings.get(workspace_id)
        return arming is None or event in arming.shop.goals

    def arm(self, visit: Visit) -> None:
        """Something changed on a page or about its visitor: tell the browser's pages what to wait for now."""
        row = visit.row
        if row is None:
            return
        arming = self._armings.get(row.workspace_id)
        if arming is None:
            self._wanted.add(row.workspace_id)
            self._wake.set()
        else:
            for tab in row.tabs:
                _tell(arming, row, tab)
        self._start()

    def _start(self) -> None:
        if self._ticker is None or self._ticker.done():
            self._ticker = asyncio.ensure_future(self._tick_for_ever())

    async def _tick_for_ever(self) -> None:
        while registry().rows:
            await self._next_turn()
            wanted, self._wanted = self._wanted, set()
            here = {workspace_id for workspace_id, count in registry().count.items() if count}
            for workspace_id in wanted or here:
                try:
                    await self.refresh(workspace_id)
                except HelpdeskError:
                    log.warning("What invites visitors cannot be read; pages go on with what they were told.")
                except Exception:
                    log.exception("Reading what invites visitors failed; it is tried again.")
            for gone in self._armings.keys() - here:
                del self._armings[gone]

    async def _next_turn(self) -> None:
        """At once when a workspace is new here, else when what was read is old."""
        with suppress(TimeoutError):
            async with asyncio.timeout(FRESH_SECONDS):
                await self._wake.wait()
        self._wake.clear()

    async def refresh(self, workspace_id: int) -> None:
        """Read the shop again; if pages are to wait for something else now, tell them. Raises HelpdeskError."""
        shop = await pool.run(self.read, workspace_id)
        before = self._armings.get(workspace_id)
        if before is not None and before.shop == shop:
            return
        arming = self._armings[workspace_id] = Arming(shop)
        told = 0
        for row in [row for row in registry().rows.values() if row.workspace_id == workspace_id]:
            for tab in tuple(row.tabs):
                _tell(arming, row, tab)
                told += 1
                if told % AT_ONCE == 0:
                    await asyncio.sleep(0)


def _tell(arming: Arming, row: Row, tab: Tab) -> None:
    if arming.is_empty and tab.armed in ("", NOTHING):
        return
    text = arming.frame_for(row, tab)
    if text == (tab.armed or NOTHING) or tab.say is None:
        return
    tab.armed = text
    tab.say(text)


_armory: Armory | None = None


def armory() -> Armory:
    """This process's."""
    global _armory
    if _armory is None:
        _armory = Armory()
    return _armory


def forget(replacement: Any = None) -> None:
    """Start afresh (tests run one event loop after another)."""
    global _armory
    _armory = replacement
