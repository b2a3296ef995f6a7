"""Good frames of every command of both doors, and all that can be wrong with a value."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

NOBODY = "0191e0a0-0000-7000-8000-000000000000"


@dataclass(frozen=True)
class Facts:
    """Ids that exist."""

    ticket: str
    member: str
    department: str


def visitors(facts: Facts) -> list[dict[str, Any]]:
    on_ticket = {"ticket": facts.ticket, "client_id": NOBODY}
    return [
        {"type": "hello", "v": 1, "token": "x", "client": {"app": "a", "version": "1", "tab": "t"}, "resume": []},
        {
            "type": "chat.start",
            "client_id": NOBODY,
            "body": "Is it in stock?",
            "form": {"name": "Vera", "email": "vera@example.com", "phone": "+30 210 123 4567"},
            "department": None,
            "offline": False,
        },
        {"type": "chat.end", **on_ticket},
        {"type": "profile.set", "name": "Vera", "email": "", "phone": "", "language": "el"},
        {"type": "page", "url": "https://shop.north.example/bowl", "title": "Bowl", "referrer": ""},
        *both(facts),
    ]


def agents(facts: Facts) -> list[dict[str, Any]]:
    on_ticket = {"ticket": facts.ticket, "client_id": NOBODY}
    return [
        {"type": "hello", "v": 1, "token": "x", "workspace": "north", "resume": []},
        {"type": "ticket.take", **on_ticket},
        {"type": "ticket.assign", **on_ticket, "to": facts.member, "if_seq": None},
        {"type": "ticket.close", **on_ticket, "if_seq": 3},
        {"type": "ticket.reopen", **on_ticket, "if_seq": None},
        {"type": "ticket.spam", **on_ticket, "if_seq": 0},
        {"type": "ticket.update", **on_ticket, "subject": "Bowl", "department": facts.department, "status": "open"},
        {"type": "chat.end", **on_ticket},
        {"type": "presence.set", "status": "online", "reason": ""},
        *both(facts),
    ]


def pages(facts: Facts) -> list[dict[str, Any]]:
    """What an open page says on `/ws/live/`, but for the `optout` that ends it."""
    page = {"url": "https://shop.north.example/bowl", "title": "Bowl"}
    cart = {"value": 9.5, "currency": "EUR", "items": [{"name": "Bowl", "quantity": 1, "price": 9.5}]}
    facts_of_site = {"token": "x", "profile": {"name": "Vera"}, "attributes": {"plan": "gold"}, "cart": cart}
    hello = {
        "type": "hello",
        "browser": NOBODY,
        "visit": {"id": NOBODY, "number": 1, "started_at": "2026-05-01T10:00:00Z", "pages": 1},
        "page": page,
        "trail": [{**page, "ago": 3, "seconds": 1}],
        "referrer": "",
        "language": "el",
        "time_zone": "Europe/Athens",
        "screen": {"width": 800, "height": 600},
        "utm": {"source": "letter"},
        "hidden": False,
        **facts_of_site,
    }
    return [
        hello,
        {"type": "page", **page, "pages": 2, "seconds": 3},
        {"type": "active", "seconds_page": 1, "seconds_visit": 2, "hidden": False},
        {"type": "set", **facts_of_site},
        {"type": "track", "name": "order", "value": 9.5, "properties": {"sku": "A"}},
        {"type": "pong"},
    ]


def both(facts: Facts) -> list[dict[str, Any]]:
    return [
        {
            "type": "message.send",
            "ticket": facts.ticket,
            "client_id": NOBODY,
            "body": "Yes",
            "kind": "text",
            "reply_to": None,
            "attachments": [],
        },
        {"type": "subscribe", "ticket": facts.ticket, "after": 0, "epoch": None},
        {"type": "unsubscribe", "ticket": facts.ticket},
        {"type": "read", "ticket": facts.ticket, "upto": 1},
        {"type": "typing", "ticket": facts.ticket, "on": True},
        {"type": "pong"},
        {"type": "message.edit", "ticket": facts.ticket, "client_id": NOBODY, "body": "not yet"},
    ]


# As JSON text: some of these no JSON writer would write.
VALUES = [
    "null",
    "true",
    "false",
    "0",
    "-1",
    "-0",
    "1.5",
    "1e3",
    "9007199254740991",
    "9007199254740992",
    "-9223372036854775809",
    "1" + "0" * 400,
    "1e999",
    "NaN",
    "-Infinity",
    '""',
    '" "',
    '"x"',
    r'"\u0000"',
    r'"a\u0000b"',
    r'"\ud800"',
    r'"\udc00\ud800"',
    r'"\ud83d\ude00"',
    r'"\u200b\u2060"',
    '"\u202e\u0301"',
    '"' + "x" * 8_001 + '"',
    '"' + "\U0001f600" * 3_000 + '"',
    "[]",
    "[1]",
    '["x", {"a": []}]',
    r'["\ud800"]',
    "{}",
    '{"$ne": 1}',
    '{"$gt": ""}',
    '{"__proto__": {"a": 1}}',
    r'{"\ud800": "\udfff"}',
    "[" * 6 + "]" * 6,
    "[" * 8 + "]" * 8,
    "[" * 2_000 + "]" * 2_000,
    '{"a":' * 2_000 + "1" + "}" * 2_000,
    "{" + ",".join(f'"k{number}":{number}' for number in range(65)) + "}",
    '{"a": 1, "a": 2}',
    f'"{NOBODY}"',
    '"00000000-0000-0000-0000-000000000000"',
    '"{0191e0a0-0000-7000-8000-000000000000}"',
    '"\' OR 1=1 --"',
    '"../../etc/passwd"',
    '"<script>alert(1)</script>"',
    '"%s%n{0}{{7*7}}${7*7}"',
]


def written(frame: dict[str, Any], field: str, value: str, id: str) -> str:
    """The frame as JSON, with `value` (JSON text) in one field."""
    parts = {name: json.dumps(each) for name, each in {"id": id, **frame}.items()} | {field: value}
    return "{" + ", ".join(f"{json.dumps(name)}: {each}" for name, each in parts.items()) + "}"


def each_field_with_each_value(frames: list[dict[str, Any]]) -> list[str]:
    return [
        written(frame, field, value, f"{number}-{field}-{row}")
        for number, frame in enumerate(frames)
        for field in {"id": "", "unknown": "", **frame}
        for row, value in enumerate(VALUES)
    ]
