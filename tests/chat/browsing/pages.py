"""Pages of browsers, without sockets: what the door hands to the registry."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from helpdesk import fields
from widget.claims import HELLO

SHOP = "https://shop.north.example"
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"


def hello(browser: UUID | None = None, path: str = "/", **other: Any) -> dict[str, Any]:
    """A hello as the door has checked it."""
    raw = {
        "key": "K",
        "browser": str(browser or uuid4()),
        "visit": {"id": str(UUID(int=7)), "number": 1, "started_at": "2026-05-01T10:00:00Z"},
        "page": {"url": SHOP + path, "title": path},
        **other,
    }
    return fields.parse(raw, HELLO)


def moved(path: str, **other: Any) -> dict[str, Any]:
    return {"url": SHOP + path, "title": path, "pages": 0, "seconds": 0, **other}
