"""The open pages whose sockets this process holds, and their way to Redis.

A page view changes a row in memory, nothing else. Once a second what has changed goes out in one pipeline; a row that
did not change is written again before a third of its lease has run, which also mends a Redis that lost everything.
While Redis is away rows gather here, and they are bounded; what is gone meanwhile ends by its lease.
"""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from collections import Counter, OrderedDict
from collections.abc import Callable
from typing import Any

from chat.browsers import describe
from chat.browsing.places import place_of
from chat.browsing.rows import Row, Tab, new_row, take_facts, take_trail, wire_seconds
from chat.browsing.store import Batch
from chat.browsing.visitors import find_visitors
from helpdesk.errors import HelpdeskError
from helpdesk.realtime import pool

log = logging.getLogger(__name__)

MAX_ROWS = 5_000  # of one workspace; further ones are only counted
MAX_ROWS_IN_ALL = 20_000
MAX_TABS = 20  # of one browser
FLUSH_SECONDS = 1.0
RENEW_SECONDS = 15.0
LINGER_SECONDS = 5.0  # a page change closes one socket and opens the next
ROWS_IN_A_TURN = 25
MAX_GONE = 10_000  # removals remembered while Redis is away
DESCRIBE_AT_ONCE = 200  # user agents in one flush

# What a new visit of the same browser begins anew.
OF_A_VISIT = ("visit", "visits", "since", "pages", "referrer", "utm", "source", "entry_url", "last_visit_at")

Key = tuple[int, str]


class Visit:
    """A socket's hold on its row: what the door keeps. Without a row it is only counted."""

    __slots__ = ("row", "tab", "workspace_id")

    def __init__(self, workspace_id: int, row: Row | None, tab: Tab) -> None:
        self.workspace_id = workspace_id
        self.row = row
        self.tab = tab


class Registry:
    """One per process. Lives on the event loop."""

    def __init__(self, store: Any, find: Callable[..., Any] = find_visitors) -> None:
        self.store = store
        self.find = find
        self.process = uuid.uuid4().hex[:8]
        self.rows: dict[Key, Row] = {}
        self.count: Counter[int] = Counter()
        self.beyond: Counter[int] = Counter()
        self._changed: dict[Row, None] = {}
        self._written: OrderedDict[Row, float] = OrderedDict()  # the one written longest ago first
        self._gone: dict[Key, None] = {}
        self._lingering: dict[Row, asyncio.TimerHandle] = {}
        self._tokens: dict[Row, str] = {}
        self._agents: dict[Row, str] = {}
        self._born: dict[int, str] = {}
        self._flusher: asyncio.Task[None] | None = None

    # --- what a page says ------------------------------------------------------------------------------------------
    def enter(self, workspace_id: int, hello: dict[str, Any], address: str, user_agent: str) -> Visit | None:
        """A page is open. None: this browser has too many."""
        now = time.time()
        page = hello["page"]
        tab = Tab(page["url"], page["title"], now - page["ago"], 0.0 if hello["hidden"] else now, hello["hidden"])
        key = (workspace_id, str(hello["browser"]))
        row = self.rows.get(key)
        if row is None:
            if self.count[workspace_id] >= MAX_ROWS or len(self.rows) >= MAX_ROWS_IN_ALL:
                self.beyond[workspace_id] += 1
                self._start()
                return Visit(workspace_id, None, tab)
            row = self._admit(key, new_row(workspace_id, hello, place_of(address)))
        elif len(row.tabs) >= MAX_TABS:
            return None
        else:
            self._return(row, hello, now)
        row.tabs.append(tab)
        self._gone.pop(key, None)
        if not row.device[0]:
            self._agents[row] = user_agent
        if hello["token"]:
            self._tokens[row] = hello["token"]
        self._touch(row)
        return Visit(workspace_id, row, tab)

    def _admit(self, key: Key, row: Row) -> Row:
        self.rows[key] = row
        self.count[row.workspace_id] += 1
        return row

    def _return(self, row: Row, hello: dict[str, Any], now: float) -> None:
        """A further page of a browser that is here, or was a moment ago."""
        visit = hello["visit"]
        if str(visit["id"]) != row.visit:
            fresh = new_row(row.workspace_id, hello, (row.country, row.city))
            for name in OF_A_VISIT:
                setattr(row, name, getattr(fresh, name))
            row.trail.clear()
            row.active_seconds = 0
        row.pages = max(row.pages, visit["pages"])
        row.visits = max(row.visits, visit["number"])
        take_trail(row, hello["trail"], now)
        take_facts(row, hello)
        timer = self._lingering.pop(row, None)
        if timer is not None:
            timer.cancel()

    def move(self, visit: Visit, page: dict[str, Any]) -> None:
        """Another page in the same tab, without a new document."""
        tab, row, now = visit.tab, visit.row, time.time()
        if tab.url != page["url"] and row is not None:
            seconds = page["seconds"] or tab.seconds
            before = {"url": tab.url, "title": tab.title, "at": wire_seconds(tab.since), "seconds": seconds}
            row.trail.appendleft(before)
            row.pages = max(row.pages + 1, page["pages"])
        if tab.url != page["url"]:
            tab.since, tab.seconds, tab.view = now, 0, uuid.uuid4().hex
        tab.url, tab.title, tab.used_at = page["url"], page["title"], now
        self._touch(row)

    def active(self, visit: Visit, told: dict[str, Any]) -> None:
        """How long somebody has looked at the page and at the site."""
        tab, row = visit.tab, visit.row
        if told["seconds_page"] > tab.seconds or tab.hidden != told["hidden"]:
            tab.used_at = tab.used_at if told["hidden"] else time.time()
        tab.seconds, tab.hidden = told["seconds_page"], told["hidden"]
        if row is not None:
            row.active_seconds = max(row.active_seconds, told["seconds_visit"])
        self._touch(row)

    def set(self, visit: Visit, facts: dict[str, Any]) -> None:
        row = visit.row
        if row is None:
            return
        take_facts(row, facts)
        if facts["token"]:
            self._tokens[row] = facts["token"]
        self._touch(row)

    def track(self, visit: Visit, event: dict[str, Any]) -> None:
        if visit.row is not None:
            visit.row.events.appendleft({**event, "at": wire_seconds(time.time())})
            self._touch(visit.row)

    def leave(self, visit: Visit, *, at_once: bool = False) -> None:
        """The page has closed. `at_once`: nobody comes back, the browser was silent or its owner wants to be gone."""
        row = visit.row
        if row is None:
            self.beyond[visit.workspace_id] -= 1
            return
        if visit.tab not in row.tabs:
            return
        row.tabs.remove(visit.tab)
        row.last = visit.tab
        if row.tabs:
            self._touch(row)
        elif at_once:
            self._forget(row)
        else:
            self._lingering[row] = asyncio.get_running_loop().call_later(LINGER_SECONDS, self._forget, row)

    def opt_out(self, visit: Visit) -> None:
        """The visitor wants to be gone, with every tab."""
        row = visit.row
        if row is not None:
            row.tabs.clear()
            row.last = visit.tab
            self._forget(row)

    # --- rows ------------------------------------------------------------------------------------------------------
    def _touch(self, row: Row | None) -> None:
        if row is None or self.rows.get((row.workspace_id, row.browser)) is not row:
            return
        row.is_changed = True
        self._changed[row] = None
        self._start()

    def _forget(self, row: Row) -> None:
        key = (row.workspace_id, row.browser)
        timer = self._lingering.pop(row, None)
        if timer is not None:
            timer.cancel()
        if self.rows.get(key) is not row:
            return
        del self.rows[key]
        self.count[row.workspace_id] -= 1
        for waiting in (self._changed, self._written, self._tokens, self._agents):
            waiting.pop(row, None)  # type: ignore[attr-defined]
        self._gone[key] = None
        if len(self._gone) > MAX_GONE:
            self._gone.clear()
        self._start()

    # --- to Redis --------------------------------------------------------------------------------------------------
    def _start(self) -> None:
        if self._flusher is None or self._flusher.done():
            self._flusher = asyncio.ensure_future(self._flush_for_ever())

    async def _flush_for_ever(self) -> None:
        while self.rows or self._gone or +self.beyond:
            await asyncio.sleep(FLUSH_SECONDS)
            try:
                await self.flush()
            except HelpdeskError:
                log.warning("Live visitors are not written: Redis does not answer. They are kept and written later.")
                await asyncio.sleep(FLUSH_SECONDS)
            except Exception:
                log.exception("Writing live visitors failed; it is tried again.")

    async def flush(self) -> None:
        """Write what changed, what is due, and what is gone. Raises HelpdeskError unavailable; then all is kept."""
        await self._look_up()
        now = time.monotonic()
        due = dict(self._changed)
        for row, written_at in self._written.items():
            if now - written_at < RENEW_SECONDS:
                break
            due[row] = None
        gone = list(self._gone)
        self._changed.clear()
        self._gone.clear()
        try:
            batches = await self._batches(due, gone)
            births = await self.store.write(self.process, batches) if batches else {}
        except Exception:
            self._keep(due, gone)
            raise
        for row in due:
            if self._is_here(row):
                self._written[row] = now
                self._written.move_to_end(row)
        self._meet(births)

    def _keep(self, due: dict[Row, None], gone: list[Key]) -> None:
        """What could not be written is written later; which of it is news to readers is not known any more."""
        for row in due:
            self._touch(row)
        self._gone.update((key, None) for key in gone if key not in self.rows)

    async def _batches(self, due: dict[Row, None], gone: list[Key]) -> list[Batch]:
        """What is to be written. Hundreds of rows take a while: the loop turns in between."""
        batches: dict[int, Batch] = {}

        def batch(workspace_id: int) -> Batch:
            return batches.setdefault(workspace_id, Batch(workspace_id, beyond=self.beyond[workspace_id]))

        for number, row in enumerate(due):
            if number % ROWS_IN_A_TURN == ROWS_IN_A_TURN - 1:
                await asyncio.sleep(0)
            written = (self._name(row.browser), row.is_changed, row.as_json(), row.rest_as_json())
            batch(row.workspace_id).rows.append(written)
            row.is_changed = False
        for workspace_id, browser in gone:
            batch(workspace_id).gone.append(self._name(browser))
        for workspace_id in +self.beyond:
            batch(workspace_id)
        return list(batches.values())

    def _name(self, browser: str) -> str:
        return f"{browser}:{self.process}"

    def _is_here(self, row: Row) -> bool:
        return self.rows.get((row.workspace_id, row.browser)) is row

    def _meet(self, births: dict[int, str]) -> None:
        """A hash that is not the one from before was lost with everything in it: write all of its rows again."""
        for workspace_id, born in births.items():
            before = self._born.get(workspace_id)
            self._born[workspace_id] = born
            if before not in (None, born):
                self._changed.update((row, None) for row in self.rows.values() if row.workspace_id == workspace_id)

    async def _look_up(self) -> None:
        await self._find_visitors()
        await self._describe_devices()

    async def _find_visitors(self) -> None:
        """Whose tokens these are: one query for each workspace."""
        tokens, self._tokens = self._tokens, {}
        by_workspace: dict[int, dict[Row, str]] = {}
        for row, token in tokens.items():
            by_workspace.setdefault(row.workspace_id, {})[row] = token
        for workspace_id, wanted in by_workspace.items():
            try:
                found = await pool.run(self.find, workspace_id, list(wanted.values()))
            except HelpdeskError:  # the database is away; asked again at the next flush
                self._tokens = {**wanted, **self._tokens}
                continue
            for row, token in wanted.items():
                row.visitor = found.get(token, row.visitor)
                self._touch(row)

    async def _describe_devices(self) -> None:
        """What the user agents say. Off the loop: one that nobody saw before takes milliseconds."""
        rows = list(self._agents)[:DESCRIBE_AT_ONCE]
        if rows:
            agents = [self._agents.pop(row) for row in rows]
            devices = await asyncio.to_thread(lambda: [describe(agent) for agent in agents])
            for row, device in zip(rows, devices, strict=True):
                row.device = device
                self._touch(row)
