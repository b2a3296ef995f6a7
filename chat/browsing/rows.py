"""What is known of a browser with pages open: facts that its pages told, and the row that agents read."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import orjson

from chat.browsing.origins import source_of
from helpdesk.times import wire_time

TRAIL = 20
EVENTS = 20
LONGEST_VISIT = 86_400  # seconds; a client whose clock says otherwise is not believed


@dataclass(eq=False, slots=True)
class Tab:
    """One open page. Times are seconds since the epoch, by this process."""

    url: str
    title: str
    since: float
    used_at: float  # when somebody last did something here; 0 for a page that was opened in the background
    hidden: bool
    seconds: int = 0  # active ones on this page
    view: str = field(default_factory=lambda: uuid4().hex)  # another one for each page
    # How to tell this page something, while its socket is here; and what it waits for, as it was told last.
    say: Callable[[str], None] | None = None
    armed: str = ""


@dataclass(eq=False, slots=True)
class Row:
    """One browser on one site, as the pages told whose sockets this process holds. Everything is the client's claim
    but the place and the device."""

    workspace_id: int
    browser: str
    visit: str
    visits: int
    since: float
    pages: int
    referrer: str
    utm: dict[str, str]
    source: str
    language: str
    time_zone: str
    screen: dict[str, int] | None
    country: str
    city: str
    entry_url: str  # where the visit began, as far as the browser remembers
    last_visit_at: float | None = None  # when the visit before this one ended
    consent: str = "granted"  # chat.targeting.facts.Consent
    tabs: list[Tab] = field(default_factory=list)
    trail: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=TRAIL - 1))
    events: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=EVENTS))
    profile: dict[str, str] = field(default_factory=dict)
    attributes: dict[str, Any] = field(default_factory=dict)
    cart: dict[str, Any] | None = None
    active_seconds: int = 0
    device: tuple[str, str, str] = ("", "", "")  # browser, system, device
    # Who the token is of: the visitor's id, name and address, once that was looked up.
    visitor: tuple[str, str, str] | None = None
    is_changed: bool = True  # since it was written last
    last: Tab | None = None  # the page that was open last, after all have closed

    @property
    def current(self) -> Tab:
        """The page that was used last; with none open, the one that closed last."""
        if not self.tabs:
            assert self.last is not None
            return self.last
        return max(self.tabs, key=lambda tab: tab.used_at)

    def as_json(self) -> bytes:
        """The row as agents read it, without what the board adds; it keeps `visit` and `used`
        (which of several processes' is newer) to itself."""
        tab = self.current
        visitor, name, email = self.visitor or (None, "", "")
        browser, system, device = self.device
        return orjson.dumps(
            {
                "id": self.browser,
                "visitor": visitor,
                "name": name or self.profile.get("name", ""),
                "email": email or self.profile.get("email", ""),
                "url": tab.url,
                "title": tab.title,
                "page_since": wire_seconds(tab.since),
                "since": wire_seconds(self.since),
                "pages": self.pages,
                "active_seconds": self.active_seconds,
                "hidden": all(each.hidden for each in self.tabs),
                "referrer": self.referrer,
                "source": self.source,
                "utm": self.utm,
                "country": self.country,
                "city": self.city,
                "device": device,
                "browser": browser,
                "os": system,
                "language": self.language,
                "visits": self.visits,
                "cart": _sum_of(self.cart),
                "visit": self.visit,
                "used": int(tab.used_at * 1000),
            }
        )

    def rest_as_json(self) -> bytes:
        """What is shown of one browser only."""
        tab = self.current
        here = {"url": tab.url, "title": tab.title, "at": wire_seconds(tab.since), "seconds": tab.seconds}
        return orjson.dumps(
            {
                "trail": [here, *self.trail],
                "attributes": self.attributes,
                "events": list(self.events),
                "cart_items": self.cart["items"] if self.cart else [],
                "screen": self.screen,
                "time_zone": self.time_zone,
                "used": int(tab.used_at * 1000),
            }
        )


def wire_seconds(moment: float) -> str:
    return wire_time(datetime.fromtimestamp(moment, UTC)) or ""


def _sum_of(cart: dict[str, Any] | None) -> dict[str, Any] | None:
    if cart is None:
        return None
    count = sum(item["quantity"] for item in cart["items"])
    return {"value": cart["value"], "currency": cart["currency"], "count": count}


def new_row(workspace_id: int, hello: dict[str, Any], place: tuple[str, str]) -> Row:
    """A row from the first hello of a browser."""
    now = time.time()
    visit, page = hello["visit"], hello["page"]
    started = visit["started_at"].timestamp()
    row = Row(
        workspace_id=workspace_id,
        browser=str(hello["browser"]),
        visit=str(visit["id"]),
        visits=visit["number"],
        since=started if now - LONGEST_VISIT < started <= now else now,
        pages=visit["pages"],
        referrer=hello["referrer"],
        utm={name: value for name, value in hello["utm"].items() if value},
        source=source_of(page["url"], hello["referrer"], hello["utm"]),
        language=hello["language"],
        time_zone=hello["time_zone"],
        screen=hello["screen"],
        country=place[0],
        city=place[1],
        entry_url=hello["trail"][-1]["url"] if hello["trail"] else page["url"],
        last_visit_at=visit["last_at"].timestamp() if visit["last_at"] is not None else None,
        consent=hello.get("consent", "granted"),
    )
    take_trail(row, hello["trail"], now)
    take_facts(row, hello)
    return row


def take_trail(row: Row, trail: list[dict[str, Any]], now: float) -> None:
    """The pages before this one, newest first, as the browser remembers them; it knows those of all its tabs."""
    if trail:
        row.trail.clear()
        row.trail.extend(_seen(page, now) for page in trail[: TRAIL - 1])


def _seen(page: dict[str, Any], now: float) -> dict[str, Any]:
    at = wire_seconds(now - page["ago"])
    return {"url": page["url"], "title": page["title"], "at": at, "seconds": page["seconds"]}


def take_facts(row: Row, facts: dict[str, Any]) -> None:
    """What the site says of the visitor; what it leaves out stays."""
    if facts["profile"] is not None:
        row.profile.update({name: value for name, value in facts["profile"].items() if value})
    if facts["attributes"] is not None:
        row.attributes = {**row.attributes, **facts["attributes"]}
    if facts["cart"] is not ...:
        row.cart = facts["cart"]
    row.is_changed = True
