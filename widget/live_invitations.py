"""Invitations at the door of live visitors: what a page asks, is told, and reports.

A trigger that fired goes to a worker as a hint, and its answer comes back to the browser's group; of all the open
tabs only the one that asked hears it. What a page reports is acknowledged when it is committed.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from chat.actions.conversions import Reached, note_conversion
from chat.actions.exposures import opt_out, report_exposure
from chat.browsing.here import registry
from chat.browsing.rows import Row
from chat.inviting.armory import armory
from chat.inviting.asked import Asked, ask
from chat.inviting.row_facts import facts_of_row
from helpdesk import fields
from helpdesk.realtime import limits, pool
from helpdesk.tenancy import scope
from widget.claims import CONVERT, DUE, REPORT

if TYPE_CHECKING:
    from widget.browsing import BrowsingDoor

MOST_DUES = 20  # that one page remembers to have asked
AGAIN_SECONDS = 2.0  # the same question sooner is answered by the same task
# New questions of one browser; each costs a worker some milliseconds.
QUESTIONS = limits.Window(30, 60.0)
# Goals of one browser: each is a row that stays.
GOALS = limits.Window(60, 3600.0)
MOST_VALUE = Decimal(10) ** 11


class Inviting:
    """One socket's part. Lives on the event loop."""

    def __init__(self, door: BrowsingDoor) -> None:
        self.door = door
        self._asked: OrderedDict[str, float] = OrderedDict()

    # --- what the page asks ---
    def due(self, raw: Mapping[str, Any]) -> None:
        """A trigger fired. Nothing is decided here; the page repeats it until it is answered."""
        wanted = fields.parse(raw, DUE)
        row, due_id = self.door.visit.row, str(wanted["due_id"])
        if due_id not in self._asked:
            self._count(QUESTIONS)
        last = self._asked.pop(due_id, 0.0)
        self._asked[due_id] = now = time.monotonic()
        while len(self._asked) > MOST_DUES:
            self._asked.popitem(last=False)
        if row is None or now - last < AGAIN_SECONDS:
            return
        ask(row.workspace_id, self._question(row, wanted))

    def _question(self, row: Row, wanted: dict[str, Any]) -> Asked:
        tab, now = self.door.visit.tab, time.time()
        told = {name: value for name, value in wanted["facts"].items() if value is not None}
        return Asked(
            browser=UUID(row.browser),
            due_id=wanted["due_id"],
            invitation=wanted["invitation"],
            visitor=UUID(row.visitor[0]) if row.visitor else None,
            language=row.language,
            page=tab.url,
            at=now,
            facts=facts_of_row(row, tab, now, page=told),
        )

    # --- what the page is told ---
    def hear(self, message: Mapping[str, Any]) -> None:
        """What a worker or an agent has for this browser: said by the one tab that it is for."""
        if message["type"] == "live.answer":
            if message["due"] in self._asked:
                self.door.outgoing.push(message["text"])
        elif message["type"] == "live.manual" and self._is_in_front(message["process"]):
            self.door.outgoing.push(message["text"])

    def _is_in_front(self, process: str) -> bool:
        row = self.door.visit.row
        return row is not None and process == registry().process and row.current is self.door.visit.tab

    # --- what the page reports ---
    async def report(self, raw: Mapping[str, Any]) -> None:
        """Note it; answered with `invitation.noted` once it is committed."""
        wanted = fields.parse(raw, REPORT)
        exposure, what, why = wanted["exposure"], wanted["what"], wanted["why"]
        with scope.workspace(self.door.visit.workspace_id):
            await pool.run(report_exposure, browser=self.door.browser, exposure_id=exposure, what=what, why=why)
        self.door.say({"type": "invitation.noted", "exposure": str(exposure), "what": what})

    async def convert(self, raw: Mapping[str, Any]) -> None:
        """The same for a goal, with `converted`."""
        wanted = fields.parse(raw, CONVERT)
        await self._note(wanted["event"], wanted["id"], wanted["value"], wanted["currency"])
        self.door.say({"type": "converted", "event": wanted["event"], "id": wanted["id"]})

    async def tracked(self, event: Mapping[str, Any]) -> None:
        """What the site tracks may be somebody's goal."""
        if armory().may_be_goal(self.door.visit.workspace_id, event["name"]):
            currency = event["properties"].get("currency", "")
            await self._note(event["name"], event["id"] or uuid4().hex, event["value"] or 0, str(currency)[:3])

    def _count(self, window: limits.Window) -> None:
        """Raises HelpdeskError rate_limited."""
        if not self.door.is_trusted():
            window.check(self.door.browser)
            window.count(self.door.browser)

    async def _note(self, event: str, key: str, value: float, currency: str) -> None:
        self._count(GOALS)
        row = self.door.visit.row
        reached = Reached(
            browser=self.door.browser,
            visitor=UUID(row.visitor[0]) if row is not None and row.visitor else None,
            event=event,
            key=key,
            value=_money(value),
            currency=currency.upper(),
        )
        with scope.workspace(self.door.visit.workspace_id):
            await pool.run(note_conversion, reached)

    async def opt_out(self) -> None:
        with scope.workspace(self.door.visit.workspace_id):
            await pool.run(opt_out, browser=self.door.browser)
        self.door.say({"type": "invitations.opted_out"})


def _money(value: float) -> Decimal:
    return min(max(Decimal(str(value)), -MOST_VALUE), MOST_VALUE).quantize(Decimal("0.01"))
