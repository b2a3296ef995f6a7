"""People who are on no site: rows of live visitors as the server would send them, thousands of them, and their moves.

They are put between the console and its server, so that the screen can be looked at and measured full without 2,000
browsers. Nothing of the product knows of them.
"""

import json
import random
import re
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.sync_api import Page, Route, WebSocketRoute

Row = dict[str, Any]

PAGES = [
    ("/", "Saltholm Ceramics"),
    ("/products/naxos-linen-duvet", "Naxos linen duvet"),
    ("/products/aegina-serving-bowl", "Aegina serving bowl"),
    ("/products/skyros-mug-set", "Skyros mug, set of 4"),
    ("/collections/linen", "Linen"),
    ("/help/returns", "Returns and refunds"),
    ("/checkout/payment", "Checkout: payment"),
    ("/checkout/delivery", "Checkout: delivery"),
    ("/el/%CE%BA%CE%BF%CF%8D%CF%80%CE%B5%CF%82", "Κούπες"),
    ("/ar/bowls", "أوعية التقديم"),
]
PLACES = [
    ("GR", "Athens", 40), ("GR", "Thessaloniki", 12), ("DE", "Berlin", 12), ("DE", "", 20), ("GB", "London", 14),
    ("KR", "Seoul", 13), ("US", "New York", 8), ("US", "", 20), ("CY", "Nicosia", 5), ("FR", "Paris", 6),
    ("EG", "Cairo", 4),
    ("AE", "Dubai", 4), ("SG", "Singapore", 3), ("BR", "São Paulo", 3), ("AU", "Melbourne", 3), ("IN", "Mumbai", 4),
    ("JP", "Tokyo", 3), ("MT", "", 2), ("ZA", "Cape Town", 2), ("CA", "", 2), ("", "", 3),
]  # fmt: skip
SOURCES = ["Google", "direct", "Instagram", "naver.com", "newsletter", "pinterest.com", "blog.example"]
DEVICES = [
    ("Other", "Chrome 141", "Windows 10"),
    ("iPhone", "Mobile Safari 18", "iOS 18"),
    ("SM-G991B", "Chrome Mobile 141", "Android 15"),
    ("iPad", "Mobile Safari 18", "iOS 18"),
]
NAMES = ["Αικατερίνη Παπαδοπούλου-Κωνσταντινίδου", "김민준", "سارة خليل", "Wolfgang von Kirchstetten", "Ada L."]


def at(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


class SiteCrowd:
    """`count` people, the same ones for the same seed. `serve` puts them before a console that is not open yet."""

    def __init__(self, count: int, seed: int = 1) -> None:
        self.random = random.Random(seed)
        self.rows: dict[str, Row] = {}
        self.watcher: WebSocketRoute | None = None
        self.version = 1
        for _ in range(count):
            self.arrive(self.random.randint(0, 1800))

    def arrive(self, seconds_ago: int = 0) -> Row:
        choose = self.random.choice
        now = datetime.now(UTC)
        path, title = choose(PAGES)
        country, city, _ = self.random.choices(PLACES, [weight for *_, weight in PLACES])[0]
        device, browser, os = choose(DEVICES)
        is_known = self.random.random() < 0.08
        name = choose(NAMES) if is_known else ""
        has_cart = self.random.random() < 0.15
        cart = {"value": round(self.random.uniform(9, 300), 2), "currency": "EUR", "count": 2} if has_cart else None
        row: Row = {
            "id": str(uuid.UUID(int=self.random.getrandbits(128), version=4)),
            "visitor": None, "name": name, "email": "someone@mail.example" if is_known and choose([0, 1]) else "",
            "url": f"https://shop.example{path}", "title": title,
            "page_since": at(now - timedelta(seconds=self.random.randint(0, max(1, seconds_ago // 3)))),
            "since": at(now - timedelta(seconds=seconds_ago)), "pages": self.random.randint(1, 20),
            "active_seconds": 30, "hidden": self.random.random() < 0.2, "referrer": "", "source": choose(SOURCES),
            "utm": {}, "country": country, "city": city, "device": device, "browser": browser, "os": os,
            "language": "en", "visits": self.random.randint(1, 12), "cart": cart, "state": "browsing", "ticket": None,
            "number": None, "with": None, "department": None, "version": self.version,
        }  # fmt: skip
        self.rows[row["id"]] = row
        return row

    def set(self, index: int, **changes: Any) -> Row:
        """Make the person at this place somebody in particular."""
        row = list(self.rows.values())[index]
        row.update(changes)
        return row

    def turn(self, changes: int, comings: int = 0) -> dict[str, Any]:
        """A second of life: `changes` people open another page, `comings` come and as many leave. Returns the frame."""
        self.version += 1
        moved = self.random.sample(list(self.rows), min(changes, len(self.rows)))
        parts: list[Row] = []
        for person in moved:
            path, title = self.random.choice(PAGES)
            part = {
                "id": person, "version": self.version, "url": f"https://shop.example{path}", "title": title,
                "page_since": at(datetime.now(UTC)), "pages": self.rows[person]["pages"] + 1,
            }  # fmt: skip
            self.rows[person].update(part)
            parts.append(part)
        removed = self.random.sample(list(self.rows), comings)
        for person in removed:
            del self.rows[person]
        parts = [part for part in parts if part["id"] in self.rows] + [self.arrive() for _ in range(comings)]
        return {
            "type": "visitors.changed",
            "rows": parts,
            "removed": removed,
            "total": len(self.rows),
            "readable": True,
        }

    def tell(self, frame: dict[str, Any]) -> None:
        assert self.watcher, "nobody watches"
        self.watcher.send(json.dumps(frame))

    def wait_for_watcher(self, page: Page) -> None:
        """Until then the console reads over HTTP, and nobody hears what is told."""
        for _ in range(200):
            if self.watcher:
                return
            page.wait_for_timeout(100)
        raise AssertionError("nobody watches")

    def serve(self, page: Page) -> None:
        page.route(re.compile(r"/api/v1/visitors(\?|$)"), self._list)
        page.route(re.compile(r"/api/v1/visitors/"), self._detail)
        page.route_web_socket(re.compile(r"/ws/agent/"), self._socket)

    @property
    def everybody(self) -> dict[str, Any]:
        return {"visitors": list(self.rows.values()), "total": len(self.rows), "truncated": False}

    def _list(self, route: Route) -> None:
        route.fulfill(json={**self.everybody, "counts": {}, "complete": True})

    def _detail(self, route: Route) -> None:
        row = self.rows.get(route.request.url.rsplit("/", 1)[1])
        if not row:
            route.fulfill(status=404, json={"code": "not_found", "message": "Not found."})
            return
        now = datetime.now(UTC)
        steps = [
            {
                "url": f"https://shop.example{path}",
                "title": title,
                "at": at(now - timedelta(minutes=n)),
                "seconds": 20 * n,
            }
            for n, (path, title) in enumerate(PAGES[:6])
        ]
        items = [
            {"name": "Skyros mug, set of 4", "quantity": 1, "price": 64},
            {"name": "Πιάτο", "quantity": 2, "price": 19.5},
        ]
        route.fulfill(
            json={
                **row,
                "cart_items": items if row["cart"] else [],
                "trail": steps,
                "attributes": {"plan": "gold", "orders": 11, "note": "ζητά τιμολόγιο"},
                "events": [{"name": "add_to_cart", "value": 64, "properties": {}, "at": at(now)}],
                "screen": {"width": 1920, "height": 1080},
                "time_zone": "Europe/Athens",
            }
        )

    def _socket(self, socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()

        def from_page(message: str | bytes) -> None:
            frame = json.loads(message)
            if frame["type"] == "visitors.watch":
                self.watcher = socket
                socket.send(json.dumps({"type": "ack", "id": frame["id"], **self.everybody}))
            elif frame["type"] == "visitors.unwatch":
                self.watcher = None
            else:
                server.send(message)

        socket.on_message(from_page)
