"""The agents' REST doors on tickets. Each parses, lets one verb do it, and answers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from chat.api import shapes
from chat.auth import member_peer
from chat.commands import COMMANDS
from chat.inbox import MAX_PAGE, PAGE, counts, list_page
from chat.ticket_page import ticket_page
from helpdesk import fields
from helpdesk.accounts.api.authentication import body_of, member_of
from helpdesk.accounts.models import Membership
from helpdesk.accounts.models.installation import current_epoch
from helpdesk.errors import HelpdeskError
from helpdesk.realtime.pipe import RECENT
from tickets.access import ticket_by_number, ticket_for_member
from tickets.log import agent_frames
from tickets.models import Ticket

MAX_EVENTS = 500


def find_ticket(member: Membership, reference: str) -> Ticket:
    """A ticket by its id, or by its human number. Raises HelpdeskError not_found."""
    if reference.isascii() and reference.isdigit() and len(reference) <= 9:
        return ticket_by_number(member, int(reference))
    return ticket_for_member(member, fields.public_id(reference))


def whole_number(request: Request, name: str, default: int, minimum: int, maximum: int) -> int:
    """A number of the query string; above the maximum it is the maximum. Raises HelpdeskError invalid with its name."""
    raw = request.query_params.get(name)
    if raw is None:
        return default
    digits = raw.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 15) or int(raw) < minimum:
        raise HelpdeskError("invalid", f"Send a whole number from {minimum} on.", field=name)
    return min(int(raw), maximum)


class Tickets(APIView):
    @extend_schema(operation_id="list_tickets", parameters=shapes.LIST, responses={200: shapes.TICKETS})
    def get(self, request: Request) -> Response:
        """One page of a view of the inbox, or of what a search finds, newest first."""
        page = list_page(
            member_of(request),
            view=request.query_params.get("view", "all"),
            query=request.query_params.get("q", ""),
            cursor=request.query_params.get("cursor", ""),
            limit=whole_number(request, "limit", PAGE, 1, MAX_PAGE),
        )
        return Response(page)


class Counts(APIView):
    @extend_schema(operation_id="get_counts", responses={200: shapes.COUNTS})
    def get(self, request: Request) -> Response:
        """How many open tickets each view shows."""
        return Response(counts(member_of(request)))


class TicketDetail(APIView):
    @extend_schema(operation_id="get_ticket", responses={200: shapes.TICKET_PAGE})
    def get(self, request: Request, ticket: str) -> Response:
        """A ticket, by id or number, with its customer, visit, form answers and earlier tickets."""
        return Response(ticket_page(find_ticket(member_of(request), ticket), member_of(request)))


class TicketEvents(APIView):
    @extend_schema(operation_id="list_events", parameters=shapes.EVENTS_QUERY, responses={200: shapes.EVENTS})
    def get(self, request: Request, ticket: str) -> Response:
        """The log of a ticket after a number, in order; `after=-1` means the last 50."""
        found = find_ticket(member_of(request), ticket)
        after = whole_number(request, "after", 0, -1, fields.MAX_INTEGER)
        start = max(found.last_seq - RECENT, 0) if after < 0 else after
        frames = agent_frames(found, start, whole_number(request, "limit", MAX_EVENTS, 1, MAX_EVENTS))
        last = frames[-1].seq if frames else start
        body = {
            "epoch": current_epoch(),
            "head": found.last_seq,
            "from": start + 1,
            "more": last < found.last_seq and bool(frames),
            "state": found.state,
            "events": [json.loads(frame.text) for frame in frames],
        }
        return Response(body)


# Path under tickets/<ticket>/ → the socket command that does it.
VERBS = {
    "messages": "message.send",
    "take": "ticket.take",
    "assign": "ticket.assign",
    "close": "ticket.close",
    "reopen": "ticket.reopen",
    "spam": "ticket.spam",
    "update": "ticket.update",
    "end": "chat.end",
    "transfer": "ticket.transfer",
    "read": "read",
}


def run_command(member: Membership, name: str, raw: Mapping[str, Any]) -> Response:
    """Run the socket command `name` for a REST call; an unknown field is refused. Its ack, or 204 without one."""
    command = COMMANDS[name]
    ack = command.run(member_peer(member), fields.parse(raw, command.fields, strict=True))
    return Response(status=204) if ack is None else Response(ack.frame("agents"))


class TicketVerb(APIView):
    """Base of the verbs; `verb_view` makes one for each command."""

    command = ""

    def post(self, request: Request, ticket: str) -> Response:
        if "ticket" in body_of(request):
            raise HelpdeskError("unknown_field", "The ticket stands in the address.", field="ticket")
        found: UUID = find_ticket(member_of(request), ticket).public_id
        return run_command(member_of(request), self.command, {**body_of(request), "ticket": str(found)})


def verb_view(path: str) -> Any:
    """The view of one verb, with its own entry in the API's description."""
    name = VERBS[path]
    body = shapes.of_fields({key: each for key, each in COMMANDS[name].fields.items() if key != "ticket"})
    answers = {204: None} if name == "read" else {200: shapes.ACK}

    @extend_schema(operation_id=name.replace(".", "_"), request={"application/json": body}, responses=answers)
    def post(self: TicketVerb, request: Request, ticket: str) -> Response:
        return TicketVerb.post(self, request, ticket)

    post.__doc__ = f"The command `{name}` of the socket."
    view: Any = type(f"Ticket{path.title()}", (TicketVerb,), {"command": name, "post": post})
    return view.as_view()
