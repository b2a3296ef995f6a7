"""The door of live visitors, `/ws/live/`: one light socket for each open page that may be followed.

No ticket, no subscription, and no database for what a page says: the widget behind the key is remembered for a few
seconds, everything else happens in memory (chat.browsing). Nothing that comes in here is believed but as the page's
own claim; the token names a visitor only to the agents.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import urlsplit

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from chat.browsing.here import registry
from chat.browsing.registry import Visit
from chat.presence import SHOP_WINDOW
from helpdesk import fields
from helpdesk.errors import HelpdeskError
from helpdesk.fields import Field
from helpdesk.realtime import limits, pool
from helpdesk.realtime.door import HELLO_CLOSES
from helpdesk.realtime.frames import FrameSocket
from helpdesk.realtime.hub import HEARTBEAT_SECONDS, hub
from helpdesk.realtime.lifecycle import Closed
from widget.auth import check_site, widget_by_key
from widget.config import language_for
from widget.models import LiveVisitors, Widget
from widget.tokens import hash_token

ADDRESS_SOCKETS = 200
SECONDS = fields.integer(0, 10_000_000)


def address_of_page(value: Any) -> str:
    url: str = fields.text(2000, blank=False)(value)
    if urlsplit(url).scheme not in ("http", "https"):
        raise HelpdeskError("invalid", _("Send the address of a page that begins with http:// or https://."))
    return url


def moment(value: Any) -> datetime:
    try:
        found = parse_datetime(fields.text(40)(value))
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise HelpdeskError("invalid", _("Send a time with its zone, like 2026-05-01T12:00:00Z."))
    return found


def attributes(value: Any) -> dict[str, Any]:
    """Up to 20 names with a text, a number, true or false."""
    if not isinstance(value, dict):
        raise HelpdeskError("object_expected", _("Send a JSON object."))
    if len(value) > 20:
        raise HelpdeskError("too_long", _("Send at most %(limit)d of these.") % {"limit": 20}, limit=20)
    return {fields.text(60, blank=False)(name): _plain(each) for name, each in value.items()}


def _plain(value: Any) -> Any:
    return value if isinstance(value, bool | int | float) else fields.text(300)(value)


def number(value: Any) -> float | int:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise HelpdeskError("invalid", _("Send a number here."))
    return value


def listed(clean: Callable[[Any], Any], limit: int) -> fields.Clean:
    def each(value: Any) -> list[Any]:
        if not isinstance(value, list):
            raise HelpdeskError("invalid", _("Send a list here."))
        if len(value) > limit:
            raise HelpdeskError("too_long", _("Send at most %(limit)d of these.") % {"limit": limit}, limit=limit)
        return [clean(one) for one in value]

    return each


UTM = {name: Field(fields.text(100), "") for name in ("source", "medium", "campaign", "term", "content")}
ITEM = {"name": Field(fields.text(200)), "quantity": Field(fields.integer(0, 1_000_000), 1), "price": Field(number, 0)}
CART = {
    "value": Field(number),
    "currency": Field(fields.text(3)),
    "items": Field(listed(fields.mapping(ITEM), 50), []),
}
PROFILE = {"name": Field(fields.text(120), ""), "email": Field(fields.email, ""), "phone": Field(fields.phone, "")}
FACTS = {
    "token": Field(fields.optional(fields.text(200)), None),
    "profile": Field(fields.optional(fields.mapping(PROFILE)), None),
    "attributes": Field(fields.optional(attributes), None),
    "cart": Field(fields.optional(fields.mapping(CART)), ...),
}
TITLE = Field(fields.text(300), "")
AGO = Field(SECONDS, 0)
PAST = {"url": Field(address_of_page), "title": TITLE, "ago": AGO, "seconds": AGO}
HELLO = {
    "key": Field(fields.text(64, blank=False)),
    "browser": Field(fields.client_id),
    "visit": Field(
        fields.mapping(
            {
                "id": Field(fields.client_id),
                "number": Field(fields.integer(1, 1_000_000), 1),
                "started_at": Field(moment),
                "pages": Field(fields.integer(1, 1_000_000), 1),
            }
        )
    ),
    "page": Field(fields.mapping({"url": Field(address_of_page), "title": TITLE, "ago": AGO})),
    "trail": Field(listed(fields.mapping(PAST), 20), []),
    "referrer": Field(fields.text(2000), ""),
    "language": Field(fields.text(16), ""),
    "time_zone": Field(fields.text(64), ""),
    "screen": Field(
        fields.optional(
            fields.mapping({"width": Field(fields.integer(0, 100_000)), "height": Field(fields.integer(0, 100_000))})
        ),
        None,
    ),
    "utm": Field(fields.mapping(UTM), {name: "" for name in UTM}),
    "hidden": Field(fields.boolean, False),
    **FACTS,
}
PAGE = {
    "url": Field(address_of_page),
    "title": TITLE,
    "pages": Field(fields.integer(0, 1_000_000), 0),
    "seconds": AGO,
}
ACTIVE = {"seconds_page": AGO, "seconds_visit": AGO, "hidden": Field(fields.boolean, False)}
TRACK = {
    "name": Field(fields.text(60, blank=False)),
    "value": Field(fields.optional(number), None),
    "properties": Field(attributes, {}),
}


class BrowsingDoor(FrameSocket):
    visit: Visit
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
        elif kind == "page":
            registry().move(self.visit, fields.parse(raw, PAGE))
        elif kind == "active":
            registry().active(self.visit, fields.parse(raw, ACTIVE))
        elif kind == "set":
            registry().set(self.visit, _hashed(fields.parse(raw, FACTS)))
        elif kind == "track":
            registry().track(self.visit, fields.parse(raw, TRACK))
        elif kind == "optout":
            registry().opt_out(self.visit)
            raise Closed(1000)
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
        self.language = language_for(widget, hello["language"])
        if self._per_address[self.address] >= ADDRESS_SOCKETS and not limits.is_trusted_address(self.address):
            await self._refuse_room()
        visit = registry().enter(widget.workspace_id, hello, self.address, self.user_agent)
        if visit is None:
            await self._refuse_room()
        else:
            self._enter(visit)

    def _enter(self, visit: Visit) -> None:
        self.visit = visit
        self.is_in = True
        self._per_address[self.address] += 1
        hub().add_light(self)
        self.say({"type": "welcome", "heartbeat_seconds": HEARTBEAT_SECONDS})
        self._start_timers()

    async def _refuse_room(self) -> None:
        error = HelpdeskError("too_many_sockets", _("Too many pages are open from here."), retry_in_ms=60_000)
        await self._refuse(error, 4429)

    async def has_gone(self) -> None:
        hub().remove_light(self)
        self._per_address[self.address] -= 1
        if self._per_address[self.address] <= 0:
            del self._per_address[self.address]
        registry().leave(self.visit, at_once=self._is_silent())

    def beat(self) -> None:
        """A page that did not answer the last heartbeat is frozen or gone, whatever its connection says."""
        if self._is_silent():
            self._leave_soon(4408)
            return
        super().beat()
        self.asked_at = time.monotonic()

    def _is_silent(self) -> bool:
        return self.asked_at > self.heard_at and time.monotonic() - self.asked_at > HEARTBEAT_SECONDS * 0.9

    def _language(self) -> str:
        return self.language if self.is_in else "en"


def _hashed(facts: dict[str, Any]) -> dict[str, Any]:
    """The token as its hash: nothing here needs more."""
    return {**facts, "token": hash_token(facts["token"]) if facts["token"] else None}


async def _widget(key: str) -> Widget:
    """The widget with this key as it was at most five seconds ago. Raises HelpdeskError not_found, unavailable."""
    known = SHOP_WINDOW.peek(0, ("key", key))
    if isinstance(known, Widget):
        return known
    # Under no workspace, since the key is what tells it.
    return await pool.run(SHOP_WINDOW.get, 0, ("key", key), lambda: widget_by_key(key))
