"""What a page claims of itself and its visitor: the fields of the frames of `/ws/live/`, and of a session's visit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from chat.actions.exposures import REPORTS
from helpdesk import fields
from helpdesk.errors import HelpdeskError
from helpdesk.fields import Field

SECONDS = fields.integer(0, 10_000_000)


@fields.shaped(type="string", maxLength=2000)
def address_of_page(value: Any) -> str:
    url: str = fields.text(2000, blank=False)(value)
    if urlsplit(url).scheme not in ("http", "https"):
        raise HelpdeskError("invalid", _("Send the address of a page that begins with http:// or https://."))
    return url


@fields.shaped(type="string", format="date-time")
def moment(value: Any) -> datetime:
    try:
        found = parse_datetime(fields.text(40)(value))
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise HelpdeskError("invalid", _("Send a time with its zone, like 2026-05-01T12:00:00Z."))
    return found


@fields.shaped(type="object", maxProperties=20)
def attributes(value: Any) -> dict[str, Any]:
    """Up to 20 names with a text, a number, true or false."""
    if not isinstance(value, dict):
        raise HelpdeskError("object_expected", _("Send a JSON object."))
    if len(value) > 20:
        raise HelpdeskError("too_long", _("Send at most %(limit)d of these.") % {"limit": 20}, limit=20)
    return {fields.text(60, blank=False)(name): _plain(each) for name, each in value.items()}


def _plain(value: Any) -> Any:
    return value if isinstance(value, bool | int | float) else fields.text(300)(value)


@fields.shaped(type="number")
def number(value: Any) -> float | int:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise HelpdeskError("invalid", _("Send a number here."))
    return value


def listed(clean: Callable[[Any], Any], limit: int) -> fields.Clean:
    @fields.shaped(type="array", maxItems=limit)
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
                "last_at": Field(fields.optional(moment), None),
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
    "utm": Field(fields.mapping(UTM), dict.fromkeys(UTM, "")),
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
    "id": Field(fields.text(64), ""),  # the site's own, such as an order's number: told twice it counts once
}
# What a session is told of the visit so far, if its page was allowed to remember it.
VISIT = {"ago": AGO, "referrer": Field(fields.text(2000), ""), "trail": Field(listed(fields.mapping(PAST), 20), [])}

# What a page says of itself when a trigger fires.
PAGE_FACTS = {
    "view": Field(fields.text(40), ""),  # the page's own id of this view of it: the same on each of its sockets
    "seconds_page": Field(fields.optional(SECONDS), None),
    "seconds_visit": Field(fields.optional(SECONDS), None),
    "seconds_idle": Field(fields.optional(SECONDS), None),
    "scroll_percent": Field(fields.optional(fields.integer(0, 100)), None),
    "exit_intent": Field(fields.optional(fields.boolean), None),
    "seen": Field(fields.optional(listed(fields.text(500), 50)), None),
    "widget_open": Field(fields.boolean, False),
}
DUE = {
    "invitation": Field(fields.public_id),
    "due_id": Field(fields.client_id),
    "facts": Field(fields.mapping(PAGE_FACTS), fields.parse({}, PAGE_FACTS)),
}
REPORT = {
    "exposure": Field(fields.public_id),
    "what": Field(fields.choice(*REPORTS)),
    "why": Field(fields.text(10), ""),
}
CONVERT = {
    "event": Field(fields.text(60, blank=False)),
    "id": Field(fields.text(64, blank=False)),
    "value": Field(number, 0),
    "currency": Field(fields.text(3), ""),
}
