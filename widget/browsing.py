"""The door of live visitors, `/ws/live/`: one light socket for each open page that may be followed.

No ticket, no subscription, and no database for what a page says but of an invitation: the widget behind the key is
remembered for a few seconds, everything else happens in memory (chat.browsing, chat.inviting). Nothing that comes in
here is believed but as the page's own claim; the token names a visitor only to the agents.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID

from channels.layers import get_channel_layer
from django.utils.translation import gettext_lazy as _

from chat.browsing.here import registry
from chat.browsing.registry import Visit
from chat.inviting.armory import armory
from chat.presence import SHOP_WINDOW
from chat.targeting.facts import Consent
from helpdesk import fields
from helpdesk.errors import HelpdeskError, not_found
from helpdesk.realtime import groups, limits, pool
from helpdesk.realtime.door import HELLO_CLOSES
from helpdesk.realtime.frames import FrameSocket
from helpdesk.realtime.hub import HEARTBEAT_SECONDS, hub
from helpdesk.realtime.lifecycle import Closed
from widget.auth import check_site, widget_by_key
from widget.claims import ACTIVE, FACTS, HELLO, PAGE, TRACK
from widget.config import language_for
from widget.live_invitations import Inviting
from widget.models import LiveVisitors, Widget
from widget.tokens import hash_token

ADDRESS_SOCKETS = 200
NO_WIDGET = object()


class BrowsingDoor(FrameSocket):
    key: str
    visit: Visit
    browser: UUID
    inviting: Inviting
    layer: Any
    channel_name: str
    language: str
    # How many sockets each address has here: a page costs little, but a machine can open many.
    _per_address: ClassVar[Counter[str]] = Counter()

    async def admit(self) -> bool:
        # Which sites are allowed depends on the widget, which the key in hello names: the Origin is judged there.
        self.user_agent = dict(self.scope.get("headers", [])).get(b"user-agent", b"").decode("latin-1")[:500]
        self.asked_at = 0.0
        return True

    async def _handle(self, raw: dict[str, Any]) -> None:
        kind = raw["type"]
        if kind == "hello":
            await self._hello(raw)
        elif not self.is_in:
            await self._refuse(HelpdeskError("token_missing", _("Send hello first.")), 4401)
        elif kind == "pong":
            return
        elif kind == "active":
            registry().active(self.visit, fields.parse(raw, ACTIVE))
        elif kind in ("page", "set", "track"):
            await self._learn(kind, raw)
        elif kind == "optout":
            registry().opt_out(self.visit)
            raise Closed(1000)
        else:
            await self._about_invitations(kind, raw)

    async def _learn(self, kind: str, raw: Mapping[str, Any]) -> None:
        """What may change which invitations the page waits for."""
        if kind == "page":
            registry().move(self.visit, fields.parse(raw, PAGE))
        elif kind == "set":
            registry().set(self.visit, _hashed(fields.parse(raw, FACTS)))
        else:
            event = fields.parse(raw, TRACK)
            registry().track(self.visit, event)
            await self.inviting.tracked(event)
        armory().arm(self.visit)

    async def _about_invitations(self, kind: str, raw: Mapping[str, Any]) -> None:
        if kind == "invitation.due":
            self.inviting.due(raw)
        elif kind == "invitation.report":
            await self.inviting.report(raw)
        elif kind == "convert":
            await self.inviting.convert(raw)
        elif kind == "invitations.optout":
            await self.inviting.opt_out()
        else:
            raise HelpdeskError("unknown_type", _("This server does not know that kind of frame."))

    async def _hello(self, raw: Mapping[str, Any]) -> None:
        if self.is_in:
            raise HelpdeskError("already_greeted", _("This socket has said hello already."))
        try:
            hello = _hashed(fields.parse(raw, HELLO))
            widget = await _widget(hello["key"])
            check_site(widget, self.origin, hello["page"]["url"])
            if widget.live_visitors == LiveVisitors.OFF:
                raise HelpdeskError("not_allowed", _("This site does not follow its visitors."))
        except HelpdeskError as error:
            await self._refuse(error, HELLO_CLOSES.get(error.code, 4400))
        self.key, self.language = widget.key, language_for(widget, hello["language"])
        if self._per_address[self.address] >= ADDRESS_SOCKETS and not limits.is_trusted_address(self.address):
            await self._refuse_room()
        if widget.live_visitors == LiveVisitors.ALWAYS:
            hello["consent"] = Consent.NOT_NEEDED
        visit = registry().enter(widget.workspace_id, hello, self.address, self.user_agent)
        if visit is None:
            await self._refuse_room()
        else:
            await self._enter(visit, hello["browser"])

    async def _enter(self, visit: Visit, browser: UUID) -> None:
        self.visit, self.browser, self.inviting = visit, browser, Inviting(self)
        self.is_in = True
        self._per_address[self.address] += 1
        hub().add_light(self)
        self.layer = get_channel_layer().serve()
        self.channel_name = self.layer.attach(self.inviting.hear)
        await self.layer.group_add(self._group(), self.channel_name)
        self.say({"type": "welcome", "heartbeat_seconds": HEARTBEAT_SECONDS})
        self._start_timers()
        visit.tab.say = self.outgoing.push
        armory().arm(visit)

    def _group(self) -> str:
        return groups.browser(self.visit.workspace_id, self.browser)

    async def _refuse_room(self) -> None:
        error = HelpdeskError("too_many_sockets", _("Too many pages are open from here."), retry_in_ms=60_000)
        await self._refuse(error, 4429)

    async def has_gone(self) -> None:
        self.visit.tab.say = None
        await self.layer.group_discard(self._group(), self.channel_name)
        self.layer.forget_channel(self.channel_name)
        hub().remove_light(self)
        self._per_address[self.address] -= 1
        if self._per_address[self.address] <= 0:
            del self._per_address[self.address]
        registry().leave(self.visit, at_once=self._is_silent())

    def beat(self) -> None:
        """A page that did not answer the last heartbeat is frozen or gone, whatever its connection says."""
        if self._is_silent():
            self._leave_soon(4408)
        elif not _may_stay(self.key):
            self._leave_soon(4403)
        else:
            super().beat()
            self.asked_at = time.monotonic()

    def _is_silent(self) -> bool:
        return self.asked_at > self.heard_at and time.monotonic() - self.asked_at > HEARTBEAT_SECONDS * 0.9

    def _language(self) -> str:
        return self.language if self.is_in else "en"


def _hashed(facts: dict[str, Any]) -> dict[str, Any]:
    """The token as its hash: nothing here needs more."""
    return {**facts, "token": hash_token(facts["token"]) if facts["token"] else None}


# Widgets by key stand in the shop window under no workspace, since the key is what tells it.
_asking: dict[str, asyncio.Task[None]] = {}


async def _widget(key: str) -> Widget:
    """The widget with this key as it was at most five seconds ago. Raises HelpdeskError not_found, unavailable."""
    known = SHOP_WINDOW.peek(0, ("key", key))
    if isinstance(known, Widget):
        return known
    if known is NO_WIDGET:
        raise not_found()
    return await pool.run(SHOP_WINDOW.get, 0, ("key", key), lambda: widget_by_key(key))


def _may_stay(key: str) -> bool:
    """Whether the widget of an open page still follows visitors; while that is being asked, it does."""
    known = SHOP_WINDOW.peek(0, ("key", key))
    if known is None and key not in _asking:
        _asking[key] = asyncio.ensure_future(_ask_again(key))
    return known is None or (isinstance(known, Widget) and known.live_visitors != LiveVisitors.OFF)


async def _ask_again(key: str) -> None:
    try:
        await _widget(key)
    except HelpdeskError as error:
        if error.code == "not_found":
            SHOP_WINDOW.get(0, ("key", key), lambda: NO_WIDGET)
    finally:
        del _asking[key]
