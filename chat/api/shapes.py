"""The JSON shapes of the REST API, for its generated description (docs/openapi.yaml)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import OpenApiParameter

from helpdesk.fields import REQUIRED, Field

Shape = dict[str, Any]
TEXT: Shape = {"type": "string"}
ID: Shape = {"type": "string", "format": "uuid"}
TIME: Shape = {"type": "string", "format": "date-time"}
NUMBER: Shape = {"type": "integer"}
FLAG: Shape = {"type": "boolean"}


def obj(**properties: Shape) -> Shape:
    return {"type": "object", "properties": properties}


def rows(of: Shape) -> Shape:
    return obj(rows={"type": "array", "items": of}, next=maybe(TEXT))


def maybe(shape: Shape) -> Shape:
    return {**shape, "nullable": True}


def of_fields(wanted: Mapping[str, Field]) -> Shape:
    """The body of a command, from the same declaration that checks it."""
    shape: Shape = {"type": "object", "properties": {name: each.shape for name, each in wanted.items()}}
    required = [name for name, each in wanted.items() if each.default is REQUIRED]
    return {**shape, "required": required} if required else shape


PARTY = obj(id=ID, name=TEXT)
BADGE = obj(id=ID, name=TEXT, hue=NUMBER, initials=TEXT)
LAST = obj(by=TEXT, member=maybe(ID), name=TEXT, preview=TEXT, kind=TEXT, at=TIME)
ROW = obj(
    id=ID,
    number=NUMBER,
    subject=TEXT,
    channel={"type": "string", "enum": ["chat", "offline_form"]},
    state={"type": "string", "enum": ["new", "open", "answered", "resolved", "spam"]},
    name=TEXT,
    initials=TEXT,
    hue=NUMBER,
    language=TEXT,
    visitor=maybe(ID),
    online=FLAG,
    assignee=maybe(BADGE),
    department=maybe(PARTY),
    head=NUMBER,
    inbound=NUMBER,
    last=maybe(LAST),
    waiting_since=maybe(TIME),
    created_at=TIME,
    updated_at=TIME,
    version=NUMBER,
    mine=obj(read=NUMBER, unread=NUMBER),
)
COUNTS = obj(all=NUMBER, mine=NUMBER, unassigned=NUMBER, waiting=NUMBER)
TICKETS = obj(rows={"type": "array", "items": ROW}, next=maybe(TEXT), counts=COUNTS)
VISIT = obj(
    online=FLAG,
    url=TEXT,
    title=TEXT,
    referrer=TEXT,
    browser=TEXT,
    os=TEXT,
    device=TEXT,
    language=TEXT,
    country=TEXT,
    since=TIME,
    page_since=TIME,
    trail={"type": "array", "items": obj(url=TEXT, title=TEXT, at=TIME)},
)
CONTACT = obj(id=ID, name=TEXT, email=TEXT, phone=TEXT)
VISITOR = obj(
    id=ID,
    name=TEXT,
    email=TEXT,
    phone=TEXT,
    verified=FLAG,
    language=TEXT,
    time_zone=TEXT,
    first_seen_at=TIME,
    tickets=NUMBER,
)
EARLIER = obj(id=ID, number=NUMBER, subject=TEXT, state=TEXT, created_at=TIME, assignee=maybe(BADGE))
TICKET_PAGE = obj(
    row=ROW,
    visitor=maybe(VISITOR),
    contact=maybe(CONTACT),
    possible_contact=maybe(CONTACT),
    form={"type": "array", "items": obj(label=TEXT, value=TEXT)},
    visit=maybe(VISIT),
    earlier={"type": "array", "items": EARLIER},
    epoch=TEXT,
    head=NUMBER,
)
EVENT = obj(
    type=TEXT,
    ticket=ID,
    seq=NUMBER,
    name=TEXT,
    client_id=ID,
    by=obj(kind=TEXT, id=maybe(ID), name=TEXT),
    at=TIME,
    data={"type": "object"},
)
EVENTS = {
    "type": "object",
    "properties": {
        "epoch": TEXT,
        "head": NUMBER,
        "from": NUMBER,
        "more": FLAG,
        "state": TEXT,
        "events": {"type": "array", "items": EVENT},
    },
}
ACK = obj(type=TEXT, client_id=ID, ticket=ID, seq=NUMBER, at=TIME, duplicate=FLAG)
MEMBER = obj(
    id=ID,
    name=TEXT,
    hue=NUMBER,
    initials=TEXT,
    email=TEXT,
    role=TEXT,
    status=TEXT,
    reason=TEXT,
    departments={"type": "array", "items": ID},
)
# Of whom no chat ever rang the last three are missing.
COLLEAGUE = obj(**MEMBER["properties"], load=NUMBER, limit=maybe(NUMBER), paused=FLAG)
MEMBERS = rows(COLLEAGUE)
DEPARTMENTS = rows(obj(id=ID, name=TEXT, members={"type": "array", "items": ID}))
WORKSPACE = obj(id=ID, slug=TEXT, name=TEXT, language=TEXT, time_zone=TEXT)
ME = obj(
    member=MEMBER,
    workspace=WORKSPACE,
    workspaces={"type": "array", "items": obj(slug=TEXT, name=TEXT)},
    departments={"type": "array", "items": PARTY},
    permissions={"type": "array", "items": TEXT},
)
DESK = obj(
    load=NUMBER,
    limit=maybe(NUMBER),
    paused=maybe(obj(why=TEXT, at=TIME)),
    paused_departments={"type": "array", "items": ID},
    forced_online=maybe(obj(why=TEXT, at=TIME)),
)
FRAMES: Shape = {"type": "array", "items": {"type": "object"}}
AT_WORK = obj(rings=FRAMES, alerts=FRAMES, desk=DESK, may_force_online=FLAG)
REASONS: Shape = {"type": "array", "items": TEXT}
CHANCES = obj(reasons=REASONS, load=NUMBER, limit=maybe(NUMBER), outside_hours=FLAG)
CANDIDATE = obj(member=PARTY, **CHANCES["properties"])
DECISION = obj(
    id=ID,
    at=TIME,
    kind=TEXT,
    why=TEXT,
    strategy=TEXT,
    cycle=NUMBER,
    tie_break=maybe(TEXT),
    department=maybe(PARTY),
    agents={"type": "array", "items": PARTY},
    candidates={"type": "array", "items": CANDIDATE},
    me=maybe(CHANCES),
)
RING = obj(member=PARTY, mode=TEXT, outcome=TEXT, started_at=TIME, closed_at=maybe(TIME))
ROUTING = obj(decisions={"type": "array", "items": DECISION}, rings={"type": "array", "items": RING})
REAL: Shape = {"type": "number"}
COUNTED: Shape = {"type": "object", "additionalProperties": NUMBER}
LIVE_ROW = obj(
    **{
        "id": ID,
        "visitor": maybe(ID),
        "name": TEXT,
        "email": TEXT,
        "url": TEXT,
        "title": TEXT,
        "page_since": TIME,
        "since": TIME,
        "pages": NUMBER,
        "active_seconds": NUMBER,
        "hidden": FLAG,
        "referrer": TEXT,
        "source": TEXT,
        "utm": {"type": "object", "additionalProperties": TEXT},
        "country": TEXT,
        "city": TEXT,
        "device": TEXT,
        "browser": TEXT,
        "os": TEXT,
        "language": TEXT,
        "visits": NUMBER,
        "cart": maybe(obj(value=REAL, currency=TEXT, count=NUMBER)),
        "state": {"type": "string", "enum": ["browsing", "invited", "queued", "chatting"]},
        "ticket": maybe(ID),
        "number": maybe(NUMBER),
        "with": maybe(ID),
        "department": maybe(ID),
        "version": NUMBER,
    }
)
VISITORS = obj(
    visitors={"type": "array", "items": LIVE_ROW},
    total=NUMBER,
    counts=obj(state=COUNTED, country=COUNTED, page=COUNTED, source=COUNTED, department=COUNTED),
    complete=FLAG,
)
LIVE_VISITOR = obj(
    **LIVE_ROW["properties"],
    trail={"type": "array", "items": obj(url=TEXT, title=TEXT, at=TIME, seconds=NUMBER)},
    attributes={"type": "object"},
    events={"type": "array", "items": obj(name=TEXT, value=maybe(REAL), properties={"type": "object"}, at=TIME)},
    cart_items={"type": "array", "items": obj(name=TEXT, quantity=NUMBER, price=REAL)},
    screen=maybe(obj(width=NUMBER, height=NUMBER)),
    time_zone=TEXT,
)
VISITORS_QUERY = [
    OpenApiParameter("state", str, enum=["browsing", "invited", "queued", "chatting"]),
    OpenApiParameter("country", str, description="Two letters."),
    OpenApiParameter("q", str, description="Part of a name, an address, a page, a city or a source."),
    OpenApiParameter("department", str, description="Id of the department of the visitor's chat."),
    OpenApiParameter("limit", int, description="1 to 5,000, default 100."),
]
LIST = [
    OpenApiParameter("view", str, enum=["all", "mine", "unassigned", "resolved", "spam"], default="all"),
    OpenApiParameter("q", str, description="Search words; the view is then ignored."),
    OpenApiParameter("cursor", str, description="`next` of the page before."),
    OpenApiParameter("limit", int, description="1 to 200, default 50."),
]
EVENTS_QUERY = [
    OpenApiParameter("after", int, description="The last number one has; −1 = the last 50."),
    OpenApiParameter("limit", int, description="1 to 500, default 500."),
]
