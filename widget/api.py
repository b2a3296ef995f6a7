"""The visitors' HTTP doors under /widget/v1: the same commands as the socket, for where no socket gets through.

Async views on the realtime pool. No cookie is read or set (see `helpdesk.middleware.WidgetDoor`), so any page may call
them: what counts is the token in the Authorization header.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any
from uuid import UUID

from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext_lazy as _

from chat.browsing.places import place_of
from helpdesk import fields
from helpdesk.accounts.models.installation import current_epoch
from helpdesk.api import read_object
from helpdesk.errors import HelpdeskError
from helpdesk.fields import Field
from helpdesk.realtime import groups, limits, pool, writer
from helpdesk.realtime.hub import SWEEP_SECONDS
from helpdesk.realtime.peer import Ack, Peer
from helpdesk.realtime.pipe import RECENT
from helpdesk.strict_json import dumps
from helpdesk.tenancy import scope
from tickets.models import Event, Ticket, Visitor
from widget.actions.sessions import open_session
from widget.actions.sightings import is_worth_reporting, note_sighting
from widget.auth import check_site, visitor_peer, widget_by_key
from widget.claims import VISIT
from widget.config import language_for, shown_config, widget_config
from widget.sites import is_allowed, origin_of
from widget.tokens import hash_token

View = Callable[[HttpRequest], Coroutine[Any, Any, HttpResponse]]
SESSIONS_PER_SECOND = 10
MAX_WAIT = 25
MAX_EVENTS = 500
LISTED_TICKETS = 20
SESSION = {
    "key": Field(fields.text(64, blank=False)),
    "token": Field(fields.optional(fields.text(200)), None),
    "page": Field(fields.text(2000)),
    "referrer": Field(fields.text(2000), ""),
    "language": Field(fields.text(16), ""),
    "time_zone": Field(fields.text(64), ""),
    "visit": Field(fields.optional(fields.mapping(VISIT)), None),
    "identity": Field(lambda value: None, None),  # reserved for a signed identity; not read yet
}


def door(*methods: str) -> Callable[[View], View]:
    """Only these methods; answers preflight requests; readable from any origin."""

    def wrap(view: View) -> View:
        @wraps(view)
        async def opened(request: HttpRequest) -> HttpResponse:
            if request.method == "OPTIONS":
                response = HttpResponse(status=204)
                response["Access-Control-Allow-Methods"] = ", ".join(methods)
                response["Access-Control-Allow-Headers"] = "Authorization, Content-Type"
                response["Access-Control-Max-Age"] = "7200"
            elif request.method not in methods:
                error = HelpdeskError("method_not_allowed", _("This address does not take that method."))
                response = JsonResponse(error.problem(), status=405, content_type="application/problem+json")
                response["Allow"] = ", ".join(methods)
            else:
                response = await view(request)
            response["Access-Control-Allow-Origin"] = "*"
            response.headers.setdefault("Cache-Control", "no-store")
            return response

        return opened

    return wrap


def address_of(request: HttpRequest) -> str:
    return request.META.get("REMOTE_ADDR", "")


async def body_of(request: HttpRequest) -> dict[str, Any]:
    return read_object(request.headers.get("Content-Type", ""), request.body)


async def in_workspace(peer: Peer, function: Callable[..., Any], *args: Any) -> Any:
    with scope.workspace(peer.workspace_id), translation.override(peer.language or "en"):
        return await pool.run(function, *args)


async def caller(request: HttpRequest) -> Peer:
    """The visitor behind the request's token. Raises HelpdeskError token_* or site_not_allowed."""
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    token = token.strip() if scheme.lower() == "bearer" else ""
    return await pool.run(visitor_peer, token, request.headers.get("Origin"), address_of(request))


# --- before there is a visitor ---------------------------------------------------------------------------------------
@door("GET", "HEAD")
async def config(request: HttpRequest) -> HttpResponse:
    """What the widget looks like and says. No visitor, nothing stored."""
    key = request.GET.get("key", "")
    wanted = request.GET.get("language") or request.headers.get("Accept-Language", "")
    body = await pool.run(_config, key, wanted, origin_of(request.headers.get("Origin", "")))
    text = dumps(body)
    etag = quote_etag(hash_token(text)[:32])
    response = HttpResponse(text, content_type="application/json", headers={"ETag": etag})
    # On our own pages (the preview beside the settings) a change must show at once.
    is_ours = request.headers.get("Sec-Fetch-Site") == "same-origin"
    response["Cache-Control"] = "no-cache" if is_ours else "public, max-age=30"
    response["Vary"] = "Accept-Language, Origin, Sec-Fetch-Site"
    return get_conditional_response(request, etag=etag, response=response) or response


def _config(key: str, wanted: str, origin: str) -> dict[str, Any]:
    widget = widget_by_key(key)
    with scope.workspace(widget.workspace_id):
        report = is_allowed(origin, widget.allowed_sites) and is_worth_reporting(widget, origin)
        return widget_config(widget, language_for(widget, wanted), report=report)


@door("POST")
async def seen(request: HttpRequest) -> HttpResponse:
    """A page of the shop loaded the widget."""
    wanted = fields.parse(await body_of(request), {"key": SESSION["key"], "page": SESSION["page"]}, strict=True)
    await pool.run(_seen, wanted["key"], request.headers.get("Origin"), wanted["page"])
    return HttpResponse(status=204)


def _seen(key: str, origin: str | None, page: str) -> None:
    widget = widget_by_key(key)
    check_site(widget, origin, page)
    with scope.workspace(widget.workspace_id):
        note_sighting(widget=widget, origin=origin_of(origin or page))


@door("POST")
async def session(request: HttpRequest) -> HttpResponse:
    """A visitor's token, new or renewed, with the widget and the visitor's conversations."""
    await sync_to_async(limits.limit_address)("sessions", address_of(request), SESSIONS_PER_SECOND, 1)
    wanted = fields.parse(await body_of(request), SESSION, strict=True)
    del wanted["identity"]
    origin, agent = request.headers.get("Origin"), request.headers.get("User-Agent", "")
    wanted["country"] = place_of(address_of(request))[0]
    return JsonResponse(await pool.run(_session, wanted, origin, agent))


def _session(wanted: dict[str, Any], origin: str | None, user_agent: str) -> dict[str, Any]:
    widget = widget_by_key(wanted.pop("key"))
    check_site(widget, origin, wanted["page"])
    with scope.workspace(widget.workspace_id):
        visitor, token = open_session(widget=widget, user_agent=user_agent, **wanted)
        return {
            "token": token,
            "visitor": str(visitor.public_id),
            "profile": visitor.as_profile(),
            "widget": shown_config(widget, language_for(widget, visitor.language)),
            "tickets": [
                _ticket(each) for each in Ticket.objects.filter(visitor=visitor).order_by("-id")[:LISTED_TICKETS]
            ],
        }


def _ticket(ticket: Ticket) -> dict[str, Any]:
    return {
        "ticket": str(ticket.public_id),
        "epoch": current_epoch(),
        "head": ticket.last_visitor_seq,
        "state": ticket.public_state,
        "unread": _unread(ticket),
    }


def _unread(ticket: Ticket) -> int:
    """Messages of the team beyond what the visitor has read."""
    if ticket.visitor_read_vseq >= ticket.last_visitor_seq:
        return 0
    beyond = Event.objects.messages().filter(ticket=ticket, visitor_seq__gt=ticket.visitor_read_vseq)
    return beyond.exclude(by_kind="visitor").count()


# --- commands --------------------------------------------------------------------------------------------------------
def command_view(name: str) -> View:
    """The door of one socket command: its fields without `type` and `id`; answers its ack, or 204."""

    @door("POST")
    async def view(request: HttpRequest) -> HttpResponse:
        peer = await caller(request)
        command = peer.commands[name]
        wanted = fields.parse(await body_of(request), command.fields, strict=True)
        with translation.override(peer.language or "en"):
            ack: Ack | None = await writer.perform(peer, command, wanted)
        return HttpResponse(status=204) if ack is None else JsonResponse(ack.frame("visitor"))

    view.__name__ = name.replace(".", "_")
    view.__doc__ = f"The command `{name}` over HTTP."
    return view


@door("POST")
async def profile(request: HttpRequest) -> HttpResponse:
    """What the visitor says of themselves; answers the profile as it is then."""
    peer = await caller(request)
    command = peer.commands["profile.set"]
    wanted = fields.parse(await body_of(request), command.fields, strict=True)
    await in_workspace(peer, command.run, peer, wanted)
    visitor: Visitor = peer.context.visitor
    return JsonResponse({"profile": visitor.as_profile()})


# --- catching up -----------------------------------------------------------------------------------------------------
@door("GET")
async def events(request: HttpRequest) -> HttpResponse:
    """The events after a number; with `wait` up to 25 s for the next one. No database connection is held meanwhile."""
    peer = await caller(request)
    ticket = fields.public_id(request.GET.get("ticket", ""))
    after = _number(request.GET.get("after", "0"), "after", -1, fields.MAX_INTEGER)
    wait = _number(request.GET.get("wait", "0"), "wait", 0, fields.MAX_INTEGER)
    found = await in_workspace(peer, _events, peer, ticket, after)
    until = time.monotonic() + min(wait, MAX_WAIT)
    while not found["events"] and found["head"] <= after and (left := until - time.monotonic()) > 0:
        # Hints may be lost: whoever waits here looks again as often as the sweep does for sockets.
        await _news(peer, ticket, min(left, SWEEP_SECONDS))
        found = await in_workspace(peer, _events, peer, ticket, after)
    return JsonResponse(found)


def _number(raw: str, name: str, minimum: int, maximum: int) -> int:
    digits = raw.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 16) or not minimum <= int(raw) <= maximum:
        raise HelpdeskError("invalid", _("Send a whole number from %(min)d on.") % {"min": minimum}, field=name)
    return int(raw)


def _events(peer: Peer, public_id: Any, after: int) -> dict[str, Any]:
    opening = peer.log.open(public_id)
    start = max(opening.head - RECENT, 0) if after < 0 else after
    frames = peer.log.since(opening.ticket_id, start, MAX_EVENTS)
    last = frames[-1].seq if frames else start
    return {
        "epoch": opening.epoch,
        "head": opening.head,
        "from": start + 1,
        "more": last < opening.head and bool(frames),
        "state": opening.state,
        "queue": opening.extra["queue"],
        "events": [json.loads(frame.text) for frame in frames],
    }


async def _news(peer: Peer, ticket: UUID, seconds: float) -> None:
    """Return at the next hint about the ticket, or when the time is over."""
    layer = get_channel_layer().serve()
    channel = await layer.new_channel()
    group = groups.ticket_visitor(peer.workspace_id, ticket)
    await layer.group_add(group, channel)
    try:
        async with asyncio.timeout(seconds):
            while (await layer.receive(channel))["type"] != "pipe.event":
                continue
    except TimeoutError:
        return
    finally:
        await layer.group_discard(group, channel)
        layer.forget_channel(channel)
